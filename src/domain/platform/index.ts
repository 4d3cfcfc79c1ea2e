import { ballot } from './ballot.js';
import { ballotFile } from './ballot-file.js';
import { ballotPaper } from './ballot-paper.js';

/** The aggregates of this context. */
export const platformDeciders = { ballot, ballotFile, ballotPaper } as const;
