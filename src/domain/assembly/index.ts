import { resolution } from './resolution.js';
import { resolutionVote } from './vote.js';

/** The aggregates of this context. */
export const assemblyDeciders = { resolution, resolutionVote } as const;
