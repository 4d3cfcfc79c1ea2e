import { defineDecider, refuse, type Immutable, type Moment, type Refusal } from '../shared/decider.js';
import { Id, One, OneOf, Optional } from '../shared/fields.js';
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
import type { Ballot } from './ballot-messages.js';
import { Paper, paperOf, type PaperRefusal, textOf } from './papers.js';

/** Facts about the ballot. No papers of other voters are read, so voters never conflict with each other. */
interface BallotFacts {
  ballotId: string;
  ballot: Pick<
    Ballot,
    | 'placeId'
    | 'form'
    | 'index'
    | 'mostOptions'
    | 'pointsInAll'
    | 'opensAt'
    | 'closesAt'
    | 'closed'
    | 'replaceable'
    | 'subject'
    | 'secretUntilClosed'
    | 'acts'
  >;
}

/** Casts or replaces the paper. */
export class CastPaper extends Paper {
  declare static readonly facts: BallotFacts;
}
/** Withdraws the paper. */
export class WithdrawPaper {
  declare static readonly facts: BallotFacts;
}

/** The voter is the actor of the event. */
export class PaperCast {
  @Id() ballotId!: string;
  @One(() => Paper) paper!: Paper;
  /** The paper that this one replaces. */
  @Optional() @One(() => Paper) replaces?: Paper;
  /** Why the paper does not count: it was entered for the voter in a secret ballot, and another act takes precedence. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}
export class PaperWithdrawn {
  @Id() ballotId!: string;
  /** The withdrawn paper. Absent if there was none, or if the withdrawal does not count. */
  @Optional() @One(() => Paper) paper?: Paper;
  /** Why the withdrawal does not count: it was entered for the voter in a secret ballot, and another act takes precedence. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}

/** The most changes by one voter in person. It keeps the stream short. */
const mostChanges = 100;

/** The state of one voter's paper. */
export interface PaperState {
  /** Null before the vote and after a withdrawal. */
  readonly paper: Immutable<Paper> | null;
  /** The act that counts: the vote with `paper`, or a withdrawal. */
  readonly act: Act | null;
  /** The number of replacements and withdrawals in person. */
  readonly changes: number;
  readonly entries: Entries;
}

/** Refusal codes of votes in a ballot. */
export type BallotPaperRefusal =
  | PaperRefusal
  | 'platform.ballot-not-open'
  | 'platform.paper-final'
  | 'platform.change-limit'
  | 'platform.entry-limit'
  | 'platform.voted-in-person'
  | 'platform.later-act-stands'
  | 'platform.no-vote-to-withdraw';

type Open = Immutable<BallotFacts['ballot']>;
const isVoting = ({ closed, opensAt, closesAt }: Open, at: string) => !closed && at >= opensAt && at < closesAt;
const notOpen = ({ opensAt, closesAt }: Open) => refuse('platform.ballot-not-open', { from: opensAt, until: closesAt });
/** True while votes are secret. The final of a contest is as secret as the contest. */
const isSecret = ({ secretUntilClosed, subject }: Open) => secretUntilClosed || subject === 'contest-final';

const refusals = {
  'in-person': 'platform.voted-in-person',
  'later-act': 'platform.later-act-stands',
  final: 'platform.paper-final',
} as const;
type Verdict = Refusal<BallotPaperRefusal> | { readonly counts: boolean; readonly notCounted?: keyof typeof refusals };
const counts: Verdict = { counts: true };

/** Decides whether a paper (or a withdrawal: null) counts. `counts` is false without a reason if nothing changes. */
function judge(
  { paper, act, changes, entries }: Immutable<PaperState>,
  next: Immutable<Paper> | null,
  { at, enteredBy, facts: { ballot } }: Pick<Moment, 'at' | 'enteredBy'> & { readonly facts: Immutable<BallotFacts> },
): Verdict {
  const isFinal = !ballot.replaceable && paper !== null;
  if (enteredBy === undefined) {
    if (next === null && act === null) return refuse('platform.no-vote-to-withdraw');
    const isOwn = act !== null && !act.isEntered;
    if (next === null ? paper === null : isOwn && paper !== null && textOf(next) === textOf(paper)) return { counts: false };
    if (whyNotCounted({ at, isEntered: false }, act, isFinal) !== null) return refuse('platform.paper-final');
    return isOwn && paper !== null && changes >= mostChanges ? refuse('platform.change-limit', { limit: mostChanges }) : counts;
  }
  const limit = mostEntriesPerVote(ballot);
  if (entriesBy(entries, enteredBy) >= limit) return refuse('platform.entry-limit', { limit });
  const isWithdrawalOfFinal = next === null && !ballot.replaceable;
  const reason = isWithdrawalOfFinal ? 'final' : whyNotCounted({ at, isEntered: true }, act, isFinal);
  if (reason === null) return counts;
  return isSecret(ballot) ? { counts: false, notCounted: reason } : refuse(refusals[reason]);
}

/**
 * One stream per voter and ballot, `ballotPaper-<ballot>.<voter>`. One account is one voter, and one paper counts, by the rule of
 * voting/acts.ts. In a secret ballot, an act that is entered for a voter is always recorded, because a refusal would show how the
 * voter has voted.
 */
export const ballotPaper = defineDecider<PaperState, BallotPaperRefusal>()({
  stream: 'ballotPaper',
  initial: { paper: null, act: null, changes: 0, entries: {} },
  commands: { CastPaper, WithdrawPaper },
  events: { PaperCast, PaperWithdrawn },
  decide: {
    CastPaper: (state, given, context) => {
      const { ballotId, ballot } = context.facts;
      if (!isVoting(ballot, context.at)) return notOpen(ballot);
      const paper = paperOf(ballot, given);
      if ('refused' in paper) return paper;
      const verdict = judge(state, paper, context);
      if ('refused' in verdict) return verdict;
      if (verdict.notCounted) return [{ type: 'PaperCast', data: { ballotId, paper, notCounted: verdict.notCounted } }];
      if (!verdict.counts) return [];
      return [{ type: 'PaperCast', data: { ballotId, paper, ...(state.paper && { replaces: state.paper }) } }];
    },
    WithdrawPaper: (state, _, context) => {
      const { ballotId, ballot } = context.facts;
      if (!isVoting(ballot, context.at)) return notOpen(ballot);
      const verdict = judge(state, null, context);
      if ('refused' in verdict) return verdict;
      if (verdict.notCounted) return [{ type: 'PaperWithdrawn', data: { ballotId, notCounted: verdict.notCounted } }];
      if (!verdict.counts) return [];
      return [{ type: 'PaperWithdrawn', data: { ballotId, ...(state.paper && { paper: state.paper }) } }];
    },
  },
  evolve: {
    PaperCast: (state, { paper, replaces, notCounted }, moment) =>
      notCounted ? entered(state, moment) : acted(state, paper, replaces !== undefined, moment),
    PaperWithdrawn: (state, { notCounted }, moment) => (notCounted ? entered(state, moment) : acted(state, null, true, moment)),
  },
});

const entered = (state: Immutable<PaperState>, moment: Moment): Immutable<PaperState> => ({
  ...state,
  entries: oneMoreEntry(state.entries, moment),
});
const acted = (state: Immutable<PaperState>, paper: Immutable<Paper> | null, isChange: boolean, moment: Moment): Immutable<PaperState> => ({
  ...entered(state, moment),
  paper,
  act: actOf(moment),
  changes: state.changes + (isChange && moment.enteredBy === undefined ? 1 : 0),
});
