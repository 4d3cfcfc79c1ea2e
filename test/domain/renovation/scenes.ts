import { ballotOpened as openedState, type BallotWithRoll } from '../../../src/domain/renovation/ballot.js';
import { pagesOf, type RollUnit } from '../../../src/domain/renovation/roll.js';
import { countRoll, votersOf } from '../../../src/domain/renovation/voters.js';
import { atOnce } from '../../../src/domain/shared/steps.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';

/*
 * What has happened to a renovation at the usual moments, for the specs of this folder.
 */

export const compound = '510121111219.1';
/** The levels of a compound and of the village in which it is. */
export const ofCompound = { level: 'compound', above: 'village' };
export const documentHash = 'a'.repeat(64);
export const otherHash = 'b'.repeat(64);
export const day = (n: number, time = '08:00:00.000') => `2026-05-${String(n).padStart(2, '0')}T${time}Z`;

export const proposal = {
  placeId: compound,
  title: '院坝改造',
  description: '把院坝的杂物清走，铺平地面，添长凳。',
  aspects: ['space-layout', 'greening'],
  budget: 80_000_00,
} as const;
export const proposed = { type: 'RenovationProposed', data: { ...proposal, renovationId: 'r1', proposedBy: 'cai' } } as const;
export const consulting = [proposed, { type: 'RenovationConsultationOpened', data: { until: day(8) } }] as const;
export const consulted = [...consulting, { type: 'RenovationConsultationClosed', data: { until: day(8) } }] as const;

export const design = { summary: '铺砖、种花、三张长凳', document: documentHash, cost: 76_500_00 } as const;
export const submitted = { type: 'RenovationDesignSubmitted', data: { ...design, version: 1, plannerId: 'planner' } } as const;
export const revised = {
  type: 'RenovationDesignRevised',
  data: { ...design, document: otherHash, version: 2, plannerId: 'planner' },
} as const;
export const designed = [...consulted, submitted] as const;
export const signed = (group: 'cadres' | 'planner' | 'residents', signerId: string, version = 1) =>
  ({ type: 'RenovationDesignSigned', data: { version, document: version === 1 ? documentHash : otherHash, group, signerId } }) as const;
export const allSigned = [...designed, signed('cadres', 'cadre'), signed('planner', 'planner'), signed('residents', 'moderator')] as const;

export const unit = (number: number, area: number, ...owners: string[]): RollUnit => ({ unitId: `${compound}.1.${number}`, area, owners });
/** li and zhou own 102 together, li owns 103 alone too; wu and zhao own 201 together; nobody is known to own 202. */
export const roll = [
  unit(101, 100_00, 'cai'),
  unit(102, 90_00, 'li', 'zhou'),
  unit(103, 60_00, 'li'),
  unit(201, 80_00, 'wu', 'zhao'),
  unit(202, 70_00),
];
/** What the opening of a ballot is told of a roll. */
export const rollFacts = (units: Parameters<typeof countRoll>[1], ballotId = 'r1.1') => ({
  roll: units,
  counted: atOnce(countRoll(ballotId, units)),
});
/** Each unit without a known owner is one head (E2). */
const rollLines = [
  { line: 'known', units: 4, area: 330_00, heads: 3 },
  { line: 'unknown', units: 1, area: 70_00, heads: 1 },
] as const;
export const expected = { heads: 3, area: 400_00, households: 5 } as const;

export const ballotOpened = {
  type: 'RenovationBallotOpened',
  data: {
    ballotId: 'r1.1',
    designVersion: 1,
    matter: 'ordinary',
    rule: thresholdRules['civil-code-278-ordinary'],
    opensAt: day(10),
    closesAt: day(17),
    replaceable: true,
    acts: { precedence: 'in-person', ofOneKind: 'last', entriesPerVote: 5 },
    pages: [...pagesOf('r1.1', roll)].map(({ id }) => id),
    expected,
  },
} as const;
/** The same ballot as it is announced now: the owners are given 15 days of notice, and have 15 days to vote. */
export const announced = {
  ...ballotOpened,
  data: {
    ...ballotOpened.data,
    opensAt: '2026-05-25T16:00:00.000Z',
    closesAt: '2026-06-10T16:00:00.000Z',
    expected: { heads: 4, area: 400_00, households: 5 },
    roll: rollLines,
    countedKinds: [],
    mostProxies: 1,
    policy: [
      { name: 'owners-notice-days', value: 15 },
      { name: 'owners-ballot-days', value: 15 },
      { name: 'entries-per-vote', value: 5 },
      { name: 'proxies-per-holder', value: 1 },
    ],
  },
} as const;
/** The open ballot, as facts of votes and proxies tell it. */
export const openBallot: Immutable<BallotWithRoll> = { ...openedState(ballotOpened.data), voters: votersOf(roll) };
export const balloting = [...allSigned, ballotOpened] as const;
export const ballotClosed = { type: 'RenovationBallotClosed', data: { ballotId: 'r1.1' } } as const;
export const counting = [...balloting, ballotClosed] as const;
