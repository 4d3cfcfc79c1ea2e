import { contest } from './contest.js';
import { vote } from './vote.js';

/** The aggregates of the context. */
export const contestDeciders = { contest, vote } as const;
