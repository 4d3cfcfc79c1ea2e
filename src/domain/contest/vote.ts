import { defineDecider, type Immutable, type Moment, refuse, type Refusal } from '../shared/decider.js';
import { Flag, Id, OneOf, Optional } from '../shared/fields.js';
import { dayInChina } from '../shared/time.js';
import {
  type Act,
  actOf,
  type Entries,
  entriesBy,
  mostEntriesPerVote,
  type NotCounted,
  oneMoreEntry,
  reasonsNotCounted,
  whyNotCounted,
} from '../voting/acts.js';
import { type Contest, OfEntry } from './messages.js';
import { entryOf, isVoting } from './rules.js';

/** Facts about the contest. No votes of other voters are read, so voters never conflict with each other. */
interface ContestFacts {
  contestId: string;
  contest: Pick<
    Contest,
    'placeId' | 'closed' | 'votingFrom' | 'votingUntil' | 'votesPerVoter' | 'votesPerDay' | 'entries' | 'embargo' | 'acts'
  >;
}

/** Votes for an entry. */
export class CastVote extends OfEntry {
  declare static readonly facts: ContestFacts;
}
/** Withdraws the vote for an entry. */
export class WithdrawVote extends OfEntry {
  declare static readonly facts: ContestFacts;
}

/** The voter is the actor of the event. */
export class VoteCast extends OfEntry {
  @Id() contestId!: string;
  /** True if the voter already had a vote for this entry. The number of votes stays the same. */
  @Optional() @Flag() replaces?: boolean;
  /** Why the vote does not count: it was entered for the voter under an embargo, and another act takes precedence. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}
export class VoteWithdrawn extends OfEntry {
  @Id() contestId!: string;
  /** True if there was no vote for this entry. */
  @Optional() @Flag() nothingStood?: boolean;
  /** This vote was entered for the voter. The voter has now voted in person for this other entry and has no vote left. */
  @Optional() @Id() gaveWayTo?: string;
  /** Why the withdrawal does not count: it was entered for the voter under an embargo, and another act takes precedence. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}

/** The most withdrawals by one voter in person. It keeps the stream short. */
const mostWithdrawals = 100;

/** The act of the voter that counts for one entry. */
interface EntryAct extends Act {
  readonly entryId: string;
  /** False if the act is a withdrawal. */
  readonly isVote: boolean;
}

/** The votes of one voter in one contest. */
export interface Votes {
  /** One act per entry: the one that counts. */
  readonly acts: readonly EntryAct[];
  /** The number of withdrawals in person. */
  readonly withdrawals: number;
  readonly entries: Entries;
}

/** Refusal codes of votes and withdrawals. */
export type VoteRefusal =
  | 'contest.not-open'
  | 'contest.entry-not-found'
  | 'contest.entry-not-accepted'
  | 'contest.vote-limit'
  | 'contest.daily-limit'
  | 'contest.withdrawal-limit'
  | 'contest.entering-limit'
  | 'contest.voted-in-person'
  | 'contest.later-act-stands'
  | 'contest.no-vote-to-withdraw';

const refusals = { 'in-person': 'contest.voted-in-person', 'later-act': 'contest.later-act-stands' } as const;

const actOn = ({ acts }: Immutable<Votes>, entry: string) => acts.find(({ entryId }) => entryId === entry) ?? null;

/** The votes that one more vote replaces, or why there is no vote left. Only a vote in person replaces, and only entered votes. */
function roomFor(
  entryId: string,
  { acts }: Immutable<Votes>,
  { votesPerVoter, votesPerDay }: Immutable<ContestFacts['contest']>,
  { at, isEntered }: Act,
): Refusal<'contest.vote-limit' | 'contest.daily-limit'> | readonly Immutable<EntryAct>[] {
  const others = acts.filter((vote) => vote.isVote && vote.entryId !== entryId).sort((a, b) => (a.at < b.at ? -1 : 1));
  if (others.length === 0) return [];
  const replaced: Immutable<EntryAct>[] = [];
  const makeRoom = (votes: readonly Immutable<EntryAct>[], most: number): boolean => {
    const left = votes.filter((vote) => !replaced.includes(vote));
    if (left.length < most) return true;
    const first = isEntered ? undefined : left.find((vote) => vote.isEntered);
    if (first) replaced.push(first);
    return first !== undefined;
  };
  const day = dayInChina(at);
  const hasRoomToday = makeRoom(
    others.filter((vote) => dayInChina(vote.at) === day),
    votesPerDay,
  );
  if (!makeRoom(others, votesPerVoter)) return refuse('contest.vote-limit', { limit: votesPerVoter });
  return hasRoomToday ? replaced : refuse('contest.daily-limit', { limit: votesPerDay, day });
}

const notOpen = ({ votingFrom, votingUntil }: Immutable<ContestFacts['contest']>) =>
  refuse('contest.not-open', { from: votingFrom, until: votingUntil });

/** Refuses if this person has already entered the most acts for the voter (domain.md, Votes). */
function refuseEntering(
  { entries }: Immutable<Votes>,
  contest: Immutable<ContestFacts['contest']>,
  { enteredBy }: Moment,
): Refusal<'contest.entering-limit'> | null {
  const limit = mostEntriesPerVote(contest) * contest.votesPerVoter;
  return enteredBy !== undefined && entriesBy(entries, enteredBy) >= limit ? refuse('contest.entering-limit', { limit }) : null;
}

/**
 * One stream per voter and contest, `contestVote-<contest>.<voter>`. A voter has one vote per entry, `votesPerVoter` in total and
 * `votesPerDay` per calendar day in China (domain.md row 21). Withdrawn votes do not count towards these limits. voting/acts.ts decides
 * which act on an entry counts. Under an embargo, an act that is entered for a voter is always recorded, because a refusal would show
 * how the voter has voted.
 */
export const vote = defineDecider<Votes, VoteRefusal>()({
  stream: 'contestVote',
  initial: { acts: [], withdrawals: 0, entries: {} },
  commands: { CastVote, WithdrawVote },
  events: { VoteCast, VoteWithdrawn },
  decide: {
    CastVote: (state, { entryId }, moment) => {
      const { contestId, contest } = moment.facts;
      if (!isVoting(contest, moment.at)) return notOpen(contest);
      const entry = entryOf(contest, entryId);
      if (!entry) return refuse('contest.entry-not-found', { entry: entryId });
      const [act, standing, isSecret] = [actOf(moment), actOn(state, entryId), contest.embargo !== 'none'];
      if (standing?.isVote && !standing.isEntered && !act.isEntered) return [];
      if (entry.status !== 'accepted') return refuse('contest.entry-not-accepted', { entry: entryId });
      const refusal = refuseEntering(state, contest, moment);
      if (refusal) return refusal;
      const reason = whyNotCounted(act, standing);
      if (reason !== null)
        return isSecret ? [{ type: 'VoteCast', data: { contestId, entryId, notCounted: reason } }] : refuse(refusals[reason]);
      const room = roomFor(entryId, state, contest, act);
      if ('refused' in room)
        return act.isEntered && isSecret ? [{ type: 'VoteCast', data: { contestId, entryId, notCounted: 'limit' } }] : room;
      return [
        ...room.map((vote) => ({ type: 'VoteWithdrawn' as const, data: { contestId, entryId: vote.entryId, gaveWayTo: entryId } })),
        { type: 'VoteCast', data: { contestId, entryId, ...(standing?.isVote && { replaces: true }) } },
      ];
    },
    WithdrawVote: (state, { entryId }, moment) => {
      const { contestId, contest } = moment.facts;
      if (!isVoting(contest, moment.at)) return notOpen(contest);
      if (!entryOf(contest, entryId)) return refuse('contest.entry-not-found', { entry: entryId });
      const [act, standing] = [actOf(moment), actOn(state, entryId)];
      if (!act.isEntered && standing === null) return refuse('contest.no-vote-to-withdraw', { entry: entryId });
      if (!act.isEntered && !standing?.isVote) return [];
      if (!act.isEntered && state.withdrawals >= mostWithdrawals) return refuse('contest.withdrawal-limit', { limit: mostWithdrawals });
      const refusal = refuseEntering(state, contest, moment);
      if (refusal) return refusal;
      const reason = whyNotCounted(act, standing);
      if (reason === null)
        return [{ type: 'VoteWithdrawn', data: { contestId, entryId, ...(!standing?.isVote && { nothingStood: true }) } }];
      return contest.embargo === 'none'
        ? refuse(refusals[reason])
        : [{ type: 'VoteWithdrawn', data: { contestId, entryId, notCounted: reason } }];
    },
  },
  evolve: {
    VoteCast: (state, { entryId, notCounted }, moment) =>
      notCounted ? { ...state, entries: oneMoreEntry(state.entries, moment) } : withAct(state, entryId, true, moment),
    VoteWithdrawn: (state, { entryId, gaveWayTo, notCounted }, moment) => {
      if (notCounted) return { ...state, entries: oneMoreEntry(state.entries, moment) };
      const isOwn = moment.enteredBy === undefined && gaveWayTo === undefined;
      return { ...withAct(state, entryId, false, moment), withdrawals: state.withdrawals + (isOwn ? 1 : 0) };
    },
  },
});

const withAct = (state: Immutable<Votes>, entryId: string, isVote: boolean, moment: Moment): Immutable<Votes> => ({
  ...state,
  acts: [...state.acts.filter((act) => act.entryId !== entryId), { ...actOf(moment), entryId, isVote }],
  entries: oneMoreEntry(state.entries, moment),
});
