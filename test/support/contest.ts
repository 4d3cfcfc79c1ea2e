import type { ContestOpened, OpenContest } from '../../src/domain/contest/messages.js';
import type { Immutable } from '../../src/domain/shared/decider.js';
import type { ActRule } from '../../src/domain/voting/acts.js';

/** The rule that every vote declares whose acts may be replaced. */
export const lastActCounts: ActRule = { precedence: 'in-person', ofOneKind: 'last', entriesPerVote: 5 };

/** 最美小区 of 清江社区, held in May 2026: entries until the 10th, votes from the 10th to the 20th, jury until the 23rd. */
export const opening: Immutable<OpenContest> = {
  placeId: '510121111219',
  category: 'compound',
  title: '清江社区最美小区',
  entriesUntil: '2026-05-10T00:00:00.000Z',
  votingFrom: '2026-05-10T00:00:00.000Z',
  votingUntil: '2026-05-20T00:00:00.000Z',
  votesPerVoter: 3,
  votesPerDay: 2,
  formula: { publicShare: 60, juryShare: 40, normalisation: 'maximum', tieBreaks: ['jury', 'earlier-entry'] },
  embargo: 'until-closed',
  jurors: ['juror-1', 'juror-2'],
  resultAt: '2026-05-23T00:00:00.000Z',
  noticeDays: 7,
  awards: 1,
};

/** The figures by which a contest is opened where no place has adopted a policy. */
const defaults = [
  { name: 'contest-jury-days', value: 3 },
  { name: 'contest-notice-days', value: 7 },
  { name: 'entries-per-vote', value: 5 },
];

/** The event of `opening`, changed where a scenario needs it. */
export const opened = (change: Partial<Immutable<ContestOpened>> = {}) => ({
  type: 'ContestOpened' as const,
  data: { ...(opening as Immutable<ContestOpened>), acts: lastActCounts, policy: defaults, ...change },
});

/** Moments of `opening`'s calendar. */
export const moments = {
  entering: '2026-05-05T08:00:00.000Z',
  voting: '2026-05-12T08:00:00.000Z',
  closing: '2026-05-20T00:00:00.000Z',
  judging: '2026-05-21T08:00:00.000Z',
  publishing: '2026-05-23T00:00:00.000Z',
  notice: '2026-05-25T08:00:00.000Z',
  awarding: '2026-06-01T16:00:00.000Z', // the seventh day, the 30th, is a Saturday
} as const;
