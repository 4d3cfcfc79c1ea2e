import { defineDecider, refuse, type Immutable } from '../shared/decider.js';
import { Id, One, Optional } from '../shared/fields.js';
import type { Ballot } from './ballot-messages.js';
import { Paper, paperOf, type PaperRefusal, textOf } from './papers.js';

/** What is known of the ballot; of other voters nothing is read, so no two voters contend. */
interface BallotFacts {
  ballotId: string;
  ballot: Pick<Ballot, 'placeId' | 'form' | 'index' | 'mostOptions' | 'pointsInAll' | 'opensAt' | 'closesAt' | 'closed' | 'replaceable'>;
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
}
export class PaperWithdrawn {
  @Id() ballotId!: string;
  @One(() => Paper) paper!: Paper;
}

/** How often a voter may think better of it: it keeps a stream short. */
const mostChanges = 100;

export interface PaperState {
  /** Null before the vote, and after a withdrawal. */
  readonly paper: Immutable<Paper> | null;
  /** Replacements and withdrawals. */
  readonly changes: number;
}

export type BallotPaperRefusal = PaperRefusal | 'platform.ballot-not-open' | 'platform.paper-final' | 'platform.change-limit';

const isVoting = ({ closed, opensAt, closesAt }: Immutable<BallotFacts['ballot']>, at: string) => !closed && at >= opensAt && at < closesAt;
const notOpen = ({ opensAt, closesAt }: Immutable<BallotFacts['ballot']>) =>
  refuse('platform.ballot-not-open', { from: opensAt, until: closesAt });

/** One stream per voter and ballot, `ballot-paper-<ballot>.<voter>`: one account, one voter, and the last paper counts. */
export const ballotPaper = defineDecider<PaperState, BallotPaperRefusal>()({
  stream: 'ballot-paper',
  initial: { paper: null, changes: 0 },
  commands: { CastPaper, WithdrawPaper },
  events: { PaperCast, PaperWithdrawn },
  decide: {
    CastPaper: ({ paper: before, changes }, given, { at, facts: { ballotId, ballot } }) => {
      if (!isVoting(ballot, at)) return notOpen(ballot);
      const paper = paperOf(ballot, given);
      if ('refused' in paper) return paper;
      if (before === null) return [{ type: 'PaperCast', data: { ballotId, paper } }];
      if (textOf(paper) === textOf(before)) return [];
      if (!ballot.replaceable) return refuse('platform.paper-final');
      if (changes >= mostChanges) return refuse('platform.change-limit', { limit: mostChanges });
      return [{ type: 'PaperCast', data: { ballotId, paper, replaces: before } }];
    },
    WithdrawPaper: ({ paper, changes }, _, { at, facts: { ballotId, ballot } }) => {
      if (!isVoting(ballot, at)) return notOpen(ballot);
      if (paper === null) return [];
      if (!ballot.replaceable) return refuse('platform.paper-final');
      if (changes >= mostChanges) return refuse('platform.change-limit', { limit: mostChanges });
      return [{ type: 'PaperWithdrawn', data: { ballotId, paper } }];
    },
  },
  evolve: {
    PaperCast: ({ changes }, { paper, replaces }) => ({ paper, changes: replaces === undefined ? changes : changes + 1 }),
    PaperWithdrawn: ({ changes }) => ({ paper: null, changes: changes + 1 }),
  },
});
