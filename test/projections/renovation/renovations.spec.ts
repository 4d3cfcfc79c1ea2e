import { describe, expect, it } from '@jest/globals';
import { decideByThreshold, emptyTally } from '../../../src/domain/voting/threshold.js';
import { renovationDecisions } from '../../../src/projections/renovation/decisions.js';
import { renovations } from '../../../src/projections/renovation/renovations.js';
import { renovationStatements } from '../../../src/projections/renovation/statements.js';
import { renovationVotes } from '../../../src/projections/renovation/votes.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { expectRebuiltEqualsIncremental, idAt, project, recorded } from '../../support/projections.js';
import {
  ballotClosed,
  ballotOpened,
  compound,
  day,
  design,
  documentHash,
  expected,
  otherHash,
  proposal,
  revised,
} from '../../domain/renovation/scenes.js';
import { tallyVotes } from '../../support/tally.js';

const here = { aggregateId: 'r1', place: compound };
const proposed = recorded('RenovationProposed', { ...proposal, renovationId: 'r1', proposedBy: 'cai' }, { ...here, at: day(1) });
const opinion = (words: string, person = 'cai') =>
  recorded(
    'RenovationOpinionGiven',
    { renovationId: 'r1', residentId: person, words },
    { aggregateId: `r1~${person}`, place: compound, at: day(2) },
  );
const consulted = [
  proposed,
  recorded('RenovationConsultationOpened', { until: day(8) }, here),
  opinion('想下棋'),
  opinion('想种花', 'wu'),
  recorded('RenovationConsultationClosed', { until: day(8) }, here),
];
const submitted = recorded('RenovationDesignSubmitted', { ...design, version: 1, plannerId: 'planner' }, here);
const signed = recorded(
  'RenovationDesignSigned',
  { version: 1, document: documentHash, group: 'cadres', signerId: 'cadre' },
  { ...here, at: day(9) },
);
const balloting = [...consulted, submitted, signed, recorded('RenovationBallotOpened', ballotOpened.data, here)];
const decision = (approving: number) =>
  decideByThreshold(
    ballotOpened.data.rule,
    expected,
    approving === 0
      ? emptyTally
      : tallyVotes([
          { choice: 'approve', heads: approving, area: 330_00 },
          { choice: 'reject', heads: 3 - approving, area: 0 },
        ]),
  );
const decided = (approving: number) =>
  recorded(
    'RenovationDecided',
    {
      ballotId: 'r1.1',
      designVersion: 1,
      decision: decision(approving),
      closing: { eventId: 'closing-1', revision: 9 },
      tallySha256: documentHash,
    },
    { ...here, at: day(17) },
  );
const counted = [...balloting, recorded('RenovationBallotClosed', ballotClosed.data, here)];
const noticed = [...counted, decided(3), recorded('RenovationNoticeOpened', { ballotId: 'r1.1', designVersion: 1, until: day(25) }, here)];
const objected = (id: string) =>
  recorded('RenovationObjectionRaised', { objectionId: id, raisedBy: 'wu', words: '挡门' }, { ...here, at: day(20) });
const ruled = (objectionId: string, upheld: boolean, open: number) =>
  recorded('RenovationObjectionRuled', { objectionId, upheld, reason: '看过', open, noticeUntil: day(25) }, { ...here, at: day(21) });
const reopened = recorded('RenovationReopened', { objectionId: 'o1', designVersion: 1 }, here);
const effective = recorded('RenovationTookEffect', { ballotId: 'r1.1', designVersion: 1, noticeUntil: day(25) }, { ...here, at: day(25) });
const all = [
  ...noticed,
  objected('o1'),
  objected('o2'),
  ruled('o2', false, 1),
  ruled('o1', true, 0),
  reopened,
  recorded('RenovationDesignRevised', revised.data, here),
];

const rowAfter = (...events: RecordedEvent[]) => project(renovations, events).get('id/r1');

describe('renovations', () => {
  const firstRow = { ...proposal, renovationId: 'r1', proposedBy: 'cai', proposedAt: day(1), phase: 'proposed', revision: 0 };

  it('given a proposal, when it is recorded, then it is listed under its id and its place', () => {
    expect(project(renovations, [proposed])).toEqual(
      new Map([
        ['id/r1', firstRow],
        [`place/${compound}/r1`, firstRow],
      ]),
    );
    const rows = project(renovations, all);
    expect([...rows.keys()]).toEqual(['id/r1', `place/${compound}/r1`]);
    expect(rows.get('id/r1')).toEqual(rows.get(`place/${compound}/r1`));
  });

  it('given a renovation, when consultation, design and ballot follow, then the row follows', () => {
    const after = rowAfter(...balloting);
    expect(after).toEqual({
      ...firstRow,
      phase: 'ballot',
      revision: 5, // two of the eight are opinions, each a stream of its own
      consultation: { until: day(8), opinions: 2 },
      design: { ...design, version: 1, plannerId: 'planner', signatures: [{ group: 'cadres', signerId: 'cadre', at: day(9) }] },
      ballot: { ballotId: 'r1.1', designVersion: 1, opensAt: day(10), closesAt: day(17) },
    });
  });

  it.each([
    ['consulted', consulted],
    ['design', [...consulted, submitted]],
    ['counting', counted],
    ['adopted', [...counted, decided(3)]],
    ['revision', [...counted, decided(1)]],
    ['design', [...counted, decided(0)]],
    ['notice', noticed],
    ['notice', [...noticed, objected('o1')]],
    ['revision', [...noticed, objected('o1'), ruled('o1', true, 0), reopened]],
    ['design', all],
    ['effective', [...noticed, effective]],
  ])('given its events, when a renovation has come to %s, then the row says so', (phase, events) => {
    expect(rowAfter(...events)?.phase).toBe(phase);
  });

  it('given a decision, when it is recorded, then the row has the latest, and how the notice goes', () => {
    expect(rowAfter(...counted, decided(1))?.decision).toEqual({ ballotId: 'r1.1', designVersion: 1, outcome: 'rejected', at: day(17) });
    expect(rowAfter(...noticed, objected('o1'), objected('o2'), ruled('o2', false, 1))?.notice).toEqual({
      until: day(25),
      objections: 2,
      open: 1,
      upheld: 0,
    });
    expect(rowAfter(...all)?.notice).toEqual({ until: day(25), objections: 2, open: 0, upheld: 1 });
    expect(rowAfter(...noticed, effective)?.effectiveAt).toBe(day(25));
  });

  it('given signatures, when the design is revised, then they are gone', () => {
    expect(rowAfter(...all)?.design).toEqual({ ...design, document: otherHash, version: 2, plannerId: 'planner', signatures: [] });
  });
});

describe('the other read models of a renovation', () => {
  it('given decisions, when they are recorded, then each is kept as it was made, with its position', () => {
    const rows = project(renovationDecisions, [...counted, decided(0)]);
    expect(rows).toEqual(
      new Map([
        [
          'r1/0000000000000010',
          {
            ballotId: 'r1.1',
            designVersion: 1,
            decision: decision(0),
            closing: { eventId: 'closing-1', revision: 9 },
            tallySha256: documentHash,
            eventId: idAt(10),
            position: 10,
            decidedAt: day(17),
          },
        ],
      ]),
    );
  });

  it('given votes, when they are recorded, then each is kept with its position', () => {
    const data = {
      voterId: 'cai',
      choice: 'approve',
      weight: { heads: 1, area: 100_00, households: 1 },
      castBy: 'cai',
      basis: 'owner',
    } as const;
    const cast = recorded(
      'RenovationBallotCast',
      { ...data, renovationId: 'r1', ballotId: 'r1.1' },
      { aggregateId: 'r1.1.cai', at: day(12) },
    );
    expect(project(renovationVotes, [cast])).toEqual(
      new Map([['r1.1/0000000000000001', { ...data, eventId: idAt(1), position: 1, at: day(12) }]]),
    );
  });

  it('given opinions and objections, when they are recorded and answered, then both are kept', () => {
    expect(project(renovationStatements, [opinion('想下棋'), objected('o1'), objected('o2'), ruled('o2', false, 1)])).toEqual(
      new Map([
        ['r1/opinion/0000000000000001', { id: idAt(1), personId: 'cai', words: '想下棋', at: day(2) }],
        ['r1/objection/o1', { id: 'o1', personId: 'wu', words: '挡门', at: day(20) }],
        [
          'r1/objection/o2',
          { id: 'o2', personId: 'wu', words: '挡门', at: day(20), ruling: { upheld: false, reason: '看过', at: day(21) } },
        ],
      ]),
    );
  });

  it.each([renovations, renovationDecisions, renovationVotes, renovationStatements])(
    'given any events, when $name is rebuilt, then the rows are the same',
    async (projection) => {
      await expectRebuiltEqualsIncremental<unknown>(projection as never, [...all, effective]);
    },
  );
});
