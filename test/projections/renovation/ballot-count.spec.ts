import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ballotOpened as openedState, type Ballot } from '../../../src/domain/renovation/ballot.js';
import { ballotChoices, renovationVote, type BallotPaper } from '../../../src/domain/renovation/ballot-paper.js';
import type { Proxy } from '../../../src/domain/renovation/proxy.js';
import { ballotCount, type BallotCountRow } from '../../../src/projections/renovation/ballot-count.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';
import { ballotClosed, ballotOpened, compound, day, documentHash } from '../../domain/renovation/scenes.js';
import { tallyVotes } from '../../support/tally.js';

const opened = recorded('RenovationBallotOpened', ballotOpened.data, { aggregateId: 'r1' });
const closed = recorded('RenovationBallotClosed', ballotClosed.data, { aggregateId: 'r1' });
const weights = {
  cai: { heads: 1, area: 100_00, households: 1 },
  li: { heads: 1, area: 150_00, households: 2 },
  wu: { heads: 1, area: 80_00, households: 1 },
};
type Owner = keyof typeof weights;
const cast = (voterId: Owner, choice: (typeof ballotChoices)[number], replaces?: (typeof ballotChoices)[number]) =>
  recorded(
    'RenovationBallotCast',
    {
      renovationId: 'r1',
      ballotId: 'r1.1',
      voterId,
      choice,
      weight: weights[voterId],
      castBy: voterId,
      basis: 'owner',
      ...(replaces && { replaces }),
    },
    { aggregateId: `r1.1.${voterId}` },
  );
const rowOf = (...events: RecordedEvent[]) => project(ballotCount, events).get('r1.1');
const nobody = { heads: 0, area: 0, households: 0 };

describe('renovation-ballot-count', () => {
  it('begins at nothing, with rule and expectation as copied, and without the roll', () => {
    const { units: _, ...fixed } = ballotOpened.data;
    expect(rowOf(opened)).toEqual({ ...fixed, renovationId: 'r1', tally: tallyVotes([]) });
  });

  it('adds heads, area and units', () => {
    expect(rowOf(opened, cast('cai', 'approve'), cast('li', 'approve'), cast('wu', 'abstain'))?.tally).toEqual({
      ...tallyVotes([]),
      approve: { heads: 2, area: 250_00, households: 3 },
      abstain: { heads: 1, area: 80_00, households: 1 },
    });
  });

  it('moves a vote that is replaced', () => {
    expect(rowOf(opened, cast('cai', 'approve'), cast('cai', 'reject', 'approve'))?.tally).toEqual({
      ...tallyVotes([]),
      reject: weights.cai,
    });
    expect(rowOf(opened, cast('cai', 'approve'), cast('cai', 'approve', 'approve'))?.tally.approve).toEqual(weights.cai);
  });

  it('counts nothing that stands behind the closing', () => {
    const row = rowOf(opened, cast('cai', 'approve'), closed, cast('li', 'reject'), cast('cai', 'reject', 'approve'));
    expect(row?.tally).toEqual({ ...tallyVotes([]), approve: weights.cai });
    expect(row?.closingPosition).toBe(3);
    expect(rowOf(opened, closed, cast('li', 'reject'))?.tally.reject).toEqual(nobody);
  });

  it('comes out the same rebuilt', async () => {
    await expectRebuiltEqualsIncremental(ballotCount, [
      opened,
      cast('cai', 'approve'),
      cast('cai', 'reject', 'approve'),
      closed,
      cast('li', 'reject'),
    ]);
  });
});

/** What people try in one ballot: somebody casts under a name, perhaps by proxy, perhaps for the second time, perhaps too late. */
const attempts = fc.record({
  replaceable: fc.boolean(),
  closeAfter: fc.integer({ min: 0, max: 40 }),
  tries: fc.array(
    fc.record({
      by: fc.constantFrom('cai', 'li', 'wu', 'zhao', 'zhou', 'friend', 'stranger'),
      owner: fc.option(fc.constantFrom('cai', 'li', 'wu'), { nil: undefined }),
      choice: fc.constantFrom(...ballotChoices),
    }),
    { maxLength: 40 },
  ),
});
/** cai is the proxy of li, and friend of cai: one owner each. */
const proxies: Readonly<Record<string, Proxy>> = {
  cai: { owner: 'li', document: documentHash, hasEnded: false },
  friend: { owner: 'cai', document: documentHash, hasEnded: false },
};

describe('the count, whatever people try', () => {
  it('equals a recount of the last vote of each name before the closing', () => {
    fc.assert(
      fc.property(attempts, ({ replaceable, closeAfter, tries }) => {
        const ballot: Ballot = { ...openedState({ ...ballotOpened.data, replaceable }) } as Ballot;
        const papers = new Map<string, BallotPaper | null>();
        const log: RecordedEvent[] = [opened];
        for (const [i, { by, owner, choice }] of tries.entries()) {
          if (i === closeAfter) log.push(closed); // a vote decided on what was loaded before stands behind it all the same
          const name = owner ?? by;
          const state = papers.get(name) ?? null;
          const data = { ballotId: 'r1.1', choice, ...(owner !== undefined && { owner }) };
          const facts = { renovation: { id: 'r1', placeId: compound, ballot }, proxy: owner === undefined ? null : (proxies[by] ?? null) };
          const moment = { at: day(12), now: day(12), by, capacity: 'resident' } as const;
          const event = (type: never, eventData: never) => ({ type, data: eventData });
          const outcome = renovationVote.decide.CastRenovationBallot(state, data, {
            ...moment,
            id: name,
            newId: 'n',
            facts,
            event: event as never,
          });
          if ('refused' in outcome) continue;
          for (const { type, data: eventData } of outcome) {
            papers.set(name, renovationVote.evolve.RenovationBallotCast(state, eventData, moment));
            log.push(recorded(type, eventData, { aggregateId: `r1.1.${name}` }));
          }
        }
        const inTime = log.slice(0, log.includes(closed) ? log.indexOf(closed) : undefined);
        const last = new Map<string, (typeof ballotChoices)[number]>();
        for (const told of inTime) if (told.type === 'RenovationBallotCast') last.set(told.data.voterId, told.data.choice);
        const recount = tallyVotes([...last].map(([name, choice]) => ({ choice, ...weights[name as Owner] })));
        const row = project(ballotCount, log).get('r1.1') as BallotCountRow;
        expect(row.tally).toEqual(recount);
        for (const measure of ['heads', 'area', 'households'] as const) {
          expect(ballotChoices.reduce((sum, choice) => sum + row.tally[choice][measure], 0)).toBeLessThanOrEqual(row.expected[measure]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
