import type { PlaceLevel } from '../../domain/registry/place.js';
import { defineProjection } from '../projection.js';

export interface PlaceRow {
  readonly placeId: string;
  readonly name: string;
  readonly level: PlaceLevel;
  /** Exclusive area of a household's unit in 0.01 m². */
  readonly area?: number;
  /** The place into which this one was merged. */
  readonly mergedInto?: string;
}

/** The tree of places (domain.md, Places). The key is the place's id, which is its path: a prefix lists the subtree, from above to below. */
export const placeTree = defineProjection<PlaceRow>({
  name: 'place-tree',
  version: 1,
  on: {
    PlaceRegistered: {
      keys: ({ subject }) => [subject],
      fold: (_, { data: { placeId, name, level, area } }) => ({ placeId, name, level, ...(area !== undefined && { area }) }),
    },
    PlaceRenamed: { keys: ({ subject }) => [subject], fold: (row, { data: { name } }) => row && { ...row, name } },
    PlaceMerged: { keys: ({ subject }) => [subject], fold: (row, { data: { into } }) => row && { ...row, mergedInto: into } },
  },
});
