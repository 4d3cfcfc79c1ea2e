import { describe, expect, it } from '@jest/globals';
import { electionBoxes, electionList, elections, electoralRolls, sealedPapers } from '../../../src/projections/election/elections.js';
import { offices } from '../../../src/domain/election/offices.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const village = '510121111219';
const { rule } = offices['villagers-committee'];
const aggregateId = 'e-1';
const terms = { placeId: village, office: 'villagers-committee', title: '村民委员会选举', seats: 1 } as const;
const times = { nominationsUntil: '2026-05-08T16:00:00.000Z', opensAt: '2026-05-21T16:00:00.000Z', closesAt: '2026-05-22T16:00:00.000Z' };
const result = {
  placeId: village,
  office: 'villagers-committee',
  rule,
  seats: 1,
  electors: 3,
  papers: 2,
  abstentions: 0,
  votes: [2, 0],
  elected: ['a'],
  tied: [],
  outcome: 'elected',
  termUntil: '2031-05-22T16:00:00.000Z',
  papersSha256: 'f'.repeat(64),
} as const;
const of = { aggregateId };
const box = { papers: [{ chosen: [1] }, { chosen: [1] }], lost: 0 };
const all = [
  recorded('ElectionAnnounced', { ...terms, ...times, rule, electors: ['a', 'b', 'c'], unknownAge: 1, policy: [] }, of),
  recorded('ElectoralRollCorrected', { personId: 'd', entitled: true, reason: '补登' }, of),
  recorded('ElectoralRollCorrected', { personId: 'c', entitled: false, reason: '迁出' }, of),
  recorded('CandidateNominated', { personId: 'a', name: '甲' }, { ...of, actor: 'b' }),
  recorded('CandidateNominated', { personId: 'a', name: '甲' }, { ...of, actor: 'd' }),
  recorded('NominationAnswered', { personId: 'a', stands: true }, of),
  recorded('CandidateNominated', { personId: 'b', name: '乙' }, { ...of, actor: 'b' }),
  recorded('CandidateAttested', { personId: 'a', qualified: true }, of),
  recorded('CandidateAttested', { personId: 'b', qualified: true }, of),
  recorded('ElectionVotingOpened', { candidates: ['a', 'b'], electors: 3, closesAt: times.closesAt }, of),
  recorded('ElectorVoted', { electionId: aggregateId, paper: 'sealed-1' }, { aggregateId: 'e-1.a', actor: 'a' }),
  recorded('ElectorVoted', { electionId: aggregateId, paper: 'sealed-2' }, { aggregateId: 'e-1.b', actor: 'b' }),
  recorded('ElectionClosed', { closesAt: times.closesAt }, of),
  recorded('ElectionBoxOpened', box, of),
  recorded('ElectionDecided', result, of),
  recorded('ElectionKeyDestroyed', {}, { ...of, at: '2026-05-22T16:01:00.000Z' }),
];

describe('elections', () => {
  it('given an election from its announcement to the end, when it is projected, then the row tells its course and nobody who voted', () => {
    const rows = project(elections, all);
    expect(rows.get(aggregateId)).toEqual({
      ...terms,
      ...times,
      rule,
      policy: [],
      unknownAge: 1,
      electionId: aggregateId,
      stage: 'decided',
      electors: 3,
      voted: 2,
      nominees: [
        { personId: 'a', name: '甲', nominations: 2, stands: true, qualified: true },
        { personId: 'b', name: '乙', nominations: 1, stands: true, qualified: true },
      ],
      candidates: [
        { number: 1, personId: 'a', name: '甲' },
        { number: 2, personId: 'b', name: '乙' },
      ],
      result,
      keyDestroyedAt: '2026-05-22T16:01:00.000Z',
      revision: 13,
    });
  });

  it('given a place, when elections are listed, then they stand under it and all places above', () => {
    expect([...project(electionList, all).keys()]).toEqual([
      'all/e-1',
      'place/510121111219/e-1',
      'place/510121111/e-1',
      'place/510121/e-1',
    ]);
  });

  it('given corrections, when the roll is projected, then it has who may vote; the papers stand by voter, sealed; the box has them without', () => {
    expect(project(electoralRolls, all).get(aggregateId)).toEqual({ placeId: village, electors: ['a', 'b', 'd'] });
    expect([...project(sealedPapers, all)]).toEqual([
      ['e-1/a', { paper: 'sealed-1' }],
      ['e-1/b', { paper: 'sealed-2' }],
    ]);
    expect([...project(electionBoxes, all)]).toEqual([[aggregateId, box]]);
  });

  it('given any cut of the history, when it is folded in two parts, then the rows are those of one', async () => {
    await expectRebuiltEqualsIncremental(elections, all);
    await expectRebuiltEqualsIncremental(electionList, all);
    await expectRebuiltEqualsIncremental(electoralRolls, all);
    await expectRebuiltEqualsIncremental(sealedPapers, all);
    await expectRebuiltEqualsIncremental(electionBoxes, all);
  });
});
