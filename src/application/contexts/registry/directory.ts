import { person } from '../../../domain/registry/person.js';
import { place } from '../../../domain/registry/place.js';
import type { Aggregates } from '../../kernel/aggregates.js';
import type { Directory } from '../../kernel/directory.js';

/** People and places as their own streams tell of them: a role revoked in the log ends at once. */
export const directoryFrom = (aggregates: Aggregates): Directory => ({
  grantsOf: async (personId) => (await aggregates.load(person, personId)).state?.roles ?? [],
  placeOf: async (placeId) => (await aggregates.load(place, placeId)).state,
});
