import { erasure } from './erasure.js';
import { person } from './person.js';
import { place } from './place.js';
import { placePolicy } from './place-policy.js';
import { tokenRevocations } from './token-revocations.js';

/** The aggregates of this context. */
export const registryDeciders = { person, place, placePolicy, tokenRevocations, erasure } as const;
