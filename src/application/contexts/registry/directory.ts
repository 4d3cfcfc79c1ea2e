import { person } from '../../../domain/registry/person.js';
import { place } from '../../../domain/registry/place.js';
import { isErased, tokenRevocations } from '../../../domain/registry/token-revocations.js';
import { county } from '../../../domain/shared/place-id.js';
import type { Aggregates } from '../../kernel/aggregates.js';
import type { Directory } from '../../kernel/directory.js';

/** Reads people and places from their own streams, not from a read model: a revoked role must end at once. */
export const directoryFrom = (aggregates: Aggregates): Directory => ({
  grantsOf: async (personId) => (await aggregates.load(person, personId)).state?.roles ?? [],
  isErased: async (personId) => isErased((await aggregates.load(tokenRevocations, county)).state, personId),
  placeOf: async (placeId) => (await aggregates.load(place, placeId)).state,
});
