import { addVote, emptyTally, type Choice, type Tally, type Weight } from '../../src/domain/voting/threshold.js';

/** The sums of these votes; at most one per voter may be given. */
export const tallyVotes = (votes: Iterable<{ readonly choice: Choice } & Weight>): Tally =>
  [...votes].reduce((tally, vote) => addVote(tally, vote.choice, vote), emptyTally);
