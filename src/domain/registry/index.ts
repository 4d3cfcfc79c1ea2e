import { erasure } from './erasure.js';
import { person } from './person.js';
import { place } from './place.js';
import { tokenRevocations } from './token-revocations.js';

/** The aggregates of this context. */
export const registryDeciders = { person, place, tokenRevocations, erasure } as const;
