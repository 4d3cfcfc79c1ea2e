import { contest } from './contest.js';
import { vote } from './vote.js';

/** The aggregates of this context. */
export const contestDeciders = { contest, vote } as const;
