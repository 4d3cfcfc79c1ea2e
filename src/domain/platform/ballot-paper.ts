import { defineDecider, refuse, type Immutable, type Moment, type Refusal } from '../shared/decider.js';
import { Id, One, OneOf, Optional } from '../shared/fields.js';
import {
  type Act,
  actOf,
  type Entries,
  entriesBy,
  entriesPerVote,
  type NotCounted,
  oneMoreEntry,
  reasonsNotCounted,
  whyNotCounted,
} from '../voting/acts.js';
import type { Ballot } from './ballot-messages.js';
import { Paper, paperOf, type PaperRefusal, textOf } from './papers.js';

/** What is known of the ballot; of other voters nothing is read, so no two voters contend. */
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
  >;
}

export class CastPaper extends Paper {
  declare static readonly facts: BallotFacts;
}
export class WithdrawPaper {
  declare static readonly facts: BallotFacts;
}

/** The voter is the one who acts. */
export class PaperCast {
  @Id() ballotId!: string;
  @One(() => Paper) paper!: Paper;
  /** The voter's paper until now. */
  @Optional() @One(() => Paper) replaces?: Paper;
  /** Why it does not count: it was entered for the voter in a secret ballot, and something else stands. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}
export class PaperWithdrawn {
  @Id() ballotId!: string;
  /** The voter's paper until now; none where none stood, or where the withdrawal does not count. */
  @Optional() @One(() => Paper) paper?: Paper;
  /** Why it does not count: it was entered for the voter in a secret ballot, and something else stands. */
  @Optional() @OneOf(reasonsNotCounted) notCounted?: NotCounted;
}

/** How often voters may change their mind: it keeps a stream short. */
const mostChanges = 100;

export interface PaperState {
  /** Null before the vote, and after a withdrawal. */
  readonly paper: Immutable<Paper> | null;
  /** The act that counts: the one by which `paper` stands, or a withdrawal. */
  readonly act: Act | null;
  /** Replacements and withdrawals in person. */
  readonly changes: number;
  readonly entries: Entries;
}

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
/** Whether nobody may learn yet how somebody voted. The final of a contest shares its embargo. */
const isSecret = ({ secretUntilClosed, subject }: Open) => secretUntilClosed || subject === 'contest-final';

const refusals = {
  'in-person': 'platform.voted-in-person',
  'later-act': 'platform.later-act-stands',
  final: 'platform.paper-final',
} as const;
type Verdict = Refusal<BallotPaperRefusal> | { readonly counts: boolean; readonly notCounted?: keyof typeof refusals };
const counts: Verdict = { counts: true };

/** Whether the paper, or the withdrawal (null), counts from now on. `counts` is false without a reason where it is already so. */
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
  if (entriesBy(entries, enteredBy) >= entriesPerVote) return refuse('platform.entry-limit', { limit: entriesPerVote });
  const isWithdrawalOfFinal = next === null && !ballot.replaceable;
  const reason = isWithdrawalOfFinal ? 'final' : whyNotCounted({ at, isEntered: true }, act, isFinal);
  if (reason === null) return counts;
  return isSecret(ballot) ? { counts: false, notCounted: reason } : refuse(refusals[reason]);
}

/**
 * One stream per voter and ballot, `ballot-paper-<ballot>.<voter>`: one account, one voter, and one paper counts, by the rule of
 * voting/acts.ts. What is entered for a voter in a secret ballot is always recorded, so that the answer does not tell what stands.
 */
export const ballotPaper = defineDecider<PaperState, BallotPaperRefusal>()({
  stream: 'ballot-paper',
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
