import { covenant } from './covenant.js';
import { covenantOpinion } from './opinion.js';
import { pledge } from './pledge.js';

/** The aggregates of this context. */
export const covenantDeciders = { covenant, covenantOpinion, pledge } as const;
