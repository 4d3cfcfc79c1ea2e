import { person } from './person.js';
import { place } from './place.js';
import { tokenRevocations } from './token-revocations.js';

/** The aggregates of the context. */
export const registryDeciders = { person, place, tokenRevocations } as const;
