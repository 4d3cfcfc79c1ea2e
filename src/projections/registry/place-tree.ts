import type { PlaceLevel, UnitHolding, UnitKind } from '../../domain/registry/place.js';
import { lineage, parentOf } from '../../domain/shared/place-id.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** A place. */
export interface PlaceRow extends Revised {
  readonly placeId: string;
  readonly name: string;
  readonly level: PlaceLevel;
  /** The id of the place directly above; null for a county. */
  readonly parent: string | null;
  /** Exclusive area of a household's unit in 0.01 m². */
  readonly area?: number;
  /** The number of owners of a household's unit. The unit roll says who they are. */
  readonly owners?: number;
  /** What a household's unit is, if somebody has described it. */
  readonly kind?: UnitKind;
  readonly holding?: UnitHolding;
  /** The place into which this one was merged. */
  readonly mergedInto?: string;
}

/** The tree of places (domain.md, Places). The key is the place id, which is a path, so a prefix lists a subtree from top to bottom. */
export const placeTree = defineProjection<PlaceRow>({
  name: 'place-tree',
  version: 3,
  on: revised<PlaceRow>({
    PlaceRegistered: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (_, { data: { placeId, name, level, area } }) => ({
        placeId,
        name,
        level,
        parent: parentOf(placeId),
        ...(area !== undefined && { area }),
      }),
    },
    AreaCorrected: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data: { area } }) => row && { ...row, area } },
    PlaceRenamed: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data: { name } }) => row && { ...row, name } },
    PlaceMerged: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data: { into } }) => row && { ...row, mergedInto: into } },
    OwnersRecorded: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (row, { data: { owners } }) => row && { ...row, owners: owners.length },
    },
    UnitDescribed: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data }) => row && { ...row, ...data } },
  }),
});

/** Places by level. The key is `<level>/<place id>`, so a prefix lists for example the villages of a county. */
export const placesByLevel = defineProjection<{ readonly placeId: string }>({
  name: 'places-by-level',
  version: 1,
  writeOnce: true,
  on: {
    PlaceRegistered: {
      keys: ({ data: { level, placeId } }) => [`${level}/${placeId}`],
      evolve: (_, { data: { placeId } }) => ({ placeId }),
    },
  },
});

/** The number of registered households below each place. The key is the place id. */
export const householdCount = defineProjection<{ readonly households: number }>({
  name: 'household-count',
  version: 1,
  on: {
    PlaceRegistered: {
      keys: ({ data: { level, placeId } }) => (level === 'household' ? lineage(placeId).slice(1) : []),
      evolve: (row) => ({ households: (row?.households ?? 0) + 1 }),
    },
    PlaceMerged: {
      keys: ({ data: { level }, aggregateId }) => (level === 'household' ? lineage(aggregateId).slice(1) : []),
      evolve: (row) => row && { households: row.households - 1 },
    },
  },
});

/** A unit with its owners. */
export interface UnitRow {
  readonly householdId: string;
  readonly name: string;
  /** Exclusive area in 0.01 m². */
  readonly area?: number;
  /** Person ids. The unit votes under the first one. */
  readonly owners: readonly string[];
  /** Absent for a home. */
  readonly kind?: UnitKind;
  /** Absent for a unit that is sold. */
  readonly holding?: UnitHolding;
}

/** The unit roll (domain.md, Places): area and owners of households. The key is the household id; `<compound>.` lists a compound. */
export const unitRoll = defineProjection<UnitRow>({
  name: 'unit-roll',
  version: 2,
  on: {
    PlaceRegistered: {
      keys: ({ data: { level }, aggregateId }) => (level === 'household' ? [aggregateId] : []),
      evolve: (_, { data: { placeId, name, area } }) => ({ householdId: placeId, name, ...(area !== undefined && { area }), owners: [] }),
    },
    AreaCorrected: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data: { area } }) => row && { ...row, area } },
    PlaceRenamed: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data: { name } }) => row && { ...row, name } },
    PlaceMerged: { keys: ({ aggregateId }) => [aggregateId], evolve: () => null },
    OwnersRecorded: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data: { owners } }) => row && { ...row, owners } },
    UnitDescribed: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data }) => row && { ...row, ...data } },
  },
});
