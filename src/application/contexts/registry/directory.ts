import { person } from '../../../domain/registry/person.js';
import { place } from '../../../domain/registry/place.js';
import { isErased, tokenRevocations } from '../../../domain/registry/token-revocations.js';
import { county } from '../../../domain/shared/place-id.js';
import { roles } from '../../../projections/registry/people.js';
import { placeTree } from '../../../projections/registry/place-tree.js';
import type { Aggregates } from '../../kernel/aggregates.js';
import type { Directory } from '../../kernel/directory.js';
import type { ReadModels } from '../../ports/read-models.js';

/** Reads people and places from their own streams, not from a read model: a revoked role must end at once. */
export const directoryFrom = (aggregates: Aggregates): Directory => ({
  grantsOf: async (personId) => (await aggregates.load(person, personId)).state?.roles ?? [],
  isErased: async (personId) => isErased((await aggregates.load(tokenRevocations, county)).state, personId),
  placeOf: async (placeId) => (await aggregates.load(place, placeId)).state,
});

/** The most roles of a person that are looked at. */
const mostRoles = 1_000;

/**
 * For reads. While the log is away, people and places are read from rows, as the answer itself is: what they lack could not be recorded
 * meanwhile, or only by processes that are not cut off from the log.
 */
export function directoryForReads(streams: Directory, rows: Pick<ReadModels, 'get' | 'list'>, isLogAway: () => boolean): Directory {
  return {
    grantsOf: async (personId) => {
      if (!isLogAway()) return streams.grantsOf(personId);
      return (await rows.list(roles, { prefix: `person/${personId}/`, limit: mostRoles })).map(({ row }) => row);
    },
    isErased: (personId) => streams.isErased(personId),
    placeOf: async (placeId) => {
      if (!isLogAway()) return streams.placeOf(placeId);
      const row = await rows.get(placeTree, placeId);
      return row && { mergedInto: row.mergedInto ?? null };
    },
  };
}
