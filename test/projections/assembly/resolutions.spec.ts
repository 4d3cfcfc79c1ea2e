import { describe, expect, it } from '@jest/globals';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { decideByThreshold, emptyTally } from '../../../src/domain/voting/threshold.js';
import { resolutionList, resolutions, resolutionVotes } from '../../../src/projections/assembly/resolutions.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const placeId = '510121111219';
const rule = thresholdRules['villagers-assembly'];
const expected = { heads: 1, area: 0, households: 0 };
const times = { opensAt: '2026-05-13T16:00:00.000Z', closesAt: '2026-05-18T16:00:00.000Z' };
const terms = { placeId, matter: 'covenant', title: '表决', text: '一、爱护环境。' } as const;
const decision = decideByThreshold(rule, expected, emptyTally);
const of = { aggregateId: 'r-1' };
const vote = (choice: 'approve' | 'reject') =>
  recorded('ResolutionVoted', { resolutionId: 'r-1', choice }, { aggregateId: 'r-1.a', actor: 'a', at: times.opensAt });
const all = [
  recorded('ResolutionAnnounced', { ...terms, ...times, rule, voters: [{ personId: 'a' }], unknownAge: 2, expected, policy: [] }, of),
  vote('approve'),
  vote('reject'),
  recorded('ResolutionDecided', { placeId, matter: 'covenant', decision }, of),
];

describe('resolutions', () => {
  it('given a resolution from its announcement to the decision, when it is projected, then the row has all but who may vote', () => {
    expect([...project(resolutions, all)]).toEqual([
      ['r-1', { resolutionId: 'r-1', ...terms, ...times, rule, unknownAge: 2, expected, policy: [], decision, revision: 1 }],
    ]);
    expect([...project(resolutionList, all).keys()]).toEqual([
      'all/r-1',
      'place/510121111219/r-1',
      'place/510121111/r-1',
      'place/510121/r-1',
    ]);
  });

  it('given a vote that replaces another, when both are projected, then the row has the last', () => {
    expect([...project(resolutionVotes, all)]).toEqual([['r-1/a', { personId: 'a', choice: 'reject', at: times.opensAt }]]);
  });

  it('given any cut of the history, when it is folded in two parts, then the rows are those of one', async () => {
    await expectRebuiltEqualsIncremental(resolutions, all);
    await expectRebuiltEqualsIncremental(resolutionList, all);
    await expectRebuiltEqualsIncremental(resolutionVotes, all);
  });
});
