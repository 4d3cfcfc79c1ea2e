import { election } from './election.js';
import { electionVote } from './vote.js';

/** The aggregates of this context. */
export const electionDeciders = { election, electionVote } as const;
