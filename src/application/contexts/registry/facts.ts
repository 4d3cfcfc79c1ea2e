import { place, type Place, type PlaceLevel } from '../../../domain/registry/place.js';
import { refuse } from '../../../domain/shared/decider.js';
import { prefixBelow } from '../../../projections/registry/place-tree.js';
import { Paged } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import { type Load, Refused } from '../../kernel/command.js';
import { pageOf } from '../../kernel/paging.js';

/** A place that a command names. @throws Refused (404) when it is not registered */
export async function placeAt(load: Load, placeId: string): Promise<Place> {
  const found = await load.state(place, placeId);
  if (found === null) throw new Refused(refuse('registry.place-not-found', { place: placeId }));
  return found;
}

/** A page of the ids of the places below a place, from above to below, of one level if wished. */
export function pagedPlaces(rows: ReadModels, within: string, level: PlaceLevel | undefined, paging: Paged) {
  const projection = level === undefined ? 'place-tree' : 'places-by-level';
  const under = level === undefined ? '' : `${level}/`;
  // the first page begins behind the place itself, whose key comes before those below it
  return pageOf<{ placeId: string }, string>(
    rows,
    projection,
    under + prefixBelow(within),
    { ...paging, after: under + within },
    ({ row }) => row.placeId,
  );
}
