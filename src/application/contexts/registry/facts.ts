import { place, type Place, type PlaceLevel } from '../../../domain/registry/place.js';
import { placePolicy } from '../../../domain/registry/place-policy.js';
import { refuse } from '../../../domain/shared/decider.js';
import { lineage } from '../../../domain/shared/place-id.js';
import type { Policies } from '../../../domain/shared/policy.js';
import type { Projection } from '../../../projections/projection.js';
import { placesByLevel, placeTree, prefixBelow } from '../../../projections/registry/place-tree.js';
import { Paged } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import { type Load, Refused } from '../../kernel/command.js';
import { pageOf } from '../../kernel/paging.js';

/** A place that a command names. @throws Refused (404) if it is not registered */
export async function placeAt(load: Load, placeId: string): Promise<Place> {
  const found = await load.state(place, placeId);
  if (found === null) throw new Refused(refuse('registry.place-not-found', { place: placeId }));
  return found;
}

/** The policies that count at a place, nearest first: its own, and those of the places above. */
export const policiesAt = (load: Load, placeId: string): Promise<Policies> =>
  Promise.all(lineage(placeId).map((candidate) => load.state(placePolicy, candidate)));

/** A page of the ids of the places below a place, parents before children; optionally of one level only. */
export function pagedPlaces(rows: ReadModels, within: string, level: PlaceLevel | undefined, paging: Paged) {
  // start after the place itself, whose key is before those of the places below it
  const page = <R extends { readonly placeId: string }>(projection: Projection<R>, under: string) =>
    pageOf(rows, projection, under + prefixBelow(within), { ...paging, after: under + within }, ({ row }) => row.placeId);
  return level === undefined ? page(placeTree, '') : page(placesByLevel, `${level}/`);
}
