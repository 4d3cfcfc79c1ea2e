import { defineDecider, refuse } from '../shared/decider.js';
import { Id } from '../shared/fields.js';
import { dayInChina } from '../shared/time.js';
import type { Contest } from './messages.js';
import { entryOf, isVoting } from './rules.js';

/** What is known of the contest; of other voters nothing is read, so no two voters contend. */
interface ContestFacts {
  contestId: string;
  contest: Pick<Contest, 'placeId' | 'closed' | 'votingFrom' | 'votingUntil' | 'votesPerVoter' | 'votesPerDay' | 'entries'>;
}

export class CastVote {
  @Id() entryId!: string;
  declare static readonly facts: ContestFacts;
}
export class WithdrawVote {
  @Id() entryId!: string;
  declare static readonly facts: ContestFacts;
}

/** The voter is the one who acts. */
export class VoteCast {
  @Id() contestId!: string;
  @Id() entryId!: string;
}
export class VoteWithdrawn {
  @Id() contestId!: string;
  @Id() entryId!: string;
}

/** How often a voter may think better of it: it keeps a stream short. */
const mostWithdrawals = 100;

/** The votes of one voter in one contest. */
export interface Votes {
  /** Those that stand, each with the day in China on which it was cast. */
  readonly cast: readonly { readonly entryId: string; readonly day: string }[];
  readonly withdrawals: number;
}

export type VoteRefusal =
  | 'contest.not-open'
  | 'contest.entry-not-found'
  | 'contest.entry-not-accepted'
  | 'contest.vote-limit'
  | 'contest.daily-limit'
  | 'contest.withdrawal-limit';

/**
 * One stream per voter and contest, `contest-vote-<contest>.<voter>`: one voter has one vote per entry, `votesPerVoter` in all and
 * `votesPerDay` on one calendar day (domain.md row 21). A vote that was withdrawn counts towards neither.
 */
export const vote = defineDecider<Votes, VoteRefusal>()({
  stream: 'contest-vote',
  initial: { cast: [], withdrawals: 0 },
  commands: { CastVote, WithdrawVote },
  events: { VoteCast, VoteWithdrawn },
  decide: {
    CastVote: ({ cast }, { entryId }, { at, facts: { contestId, contest } }) => {
      if (!isVoting(contest, at)) return refuse('contest.not-open', { from: contest.votingFrom, until: contest.votingUntil });
      const entry = entryOf(contest, entryId);
      if (!entry) return refuse('contest.entry-not-found', { entry: entryId });
      if (cast.some((vote) => vote.entryId === entryId)) return [];
      if (entry.status !== 'accepted') return refuse('contest.entry-not-accepted', { entry: entryId });
      if (cast.length >= contest.votesPerVoter) return refuse('contest.vote-limit', { limit: contest.votesPerVoter });
      if (cast.length > 0) {
        const day = dayInChina(at);
        if (cast.filter((vote) => vote.day === day).length >= contest.votesPerDay)
          return refuse('contest.daily-limit', { limit: contest.votesPerDay, day });
      }
      return [{ type: 'VoteCast', data: { contestId, entryId } }];
    },
    WithdrawVote: ({ cast, withdrawals }, { entryId }, { at, facts: { contestId, contest } }) => {
      if (!isVoting(contest, at)) return refuse('contest.not-open', { from: contest.votingFrom, until: contest.votingUntil });
      if (!entryOf(contest, entryId)) return refuse('contest.entry-not-found', { entry: entryId });
      if (!cast.some((vote) => vote.entryId === entryId)) return [];
      if (withdrawals >= mostWithdrawals) return refuse('contest.withdrawal-limit', { limit: mostWithdrawals });
      return [{ type: 'VoteWithdrawn', data: { contestId, entryId } }];
    },
  },
  evolve: {
    VoteCast: (state, { entryId }, { at }) => ({ ...state, cast: [...state.cast, { entryId, day: dayInChina(at) }] }),
    VoteWithdrawn: ({ cast, withdrawals }, { entryId }) => ({
      cast: cast.filter((vote) => vote.entryId !== entryId),
      withdrawals: withdrawals + 1,
    }),
  },
});
