import { refuse, defineDecider } from '../shared/decider.js';
import { Int, OneOf, Optional, PersonIds, PlaceId, Text } from '../shared/fields.js';
import { isWithin, parentOf } from '../shared/place-id.js';

/** The levels of places (domain.md, Places). Compound, courtyard and settlement are alternatives on the same level. */
export const placeLevels = [
  'county',
  'town',
  'village',
  'community',
  'compound',
  'courtyard',
  'settlement',
  'building',
  'household',
] as const;
/** One of `placeLevels`. */
export type PlaceLevel = (typeof placeLevels)[number];

/** Levels for `RegisterPlace`. Households are registered by `RegisterHousehold`, with their area. */
export const registrableLevels = ['county', 'town', 'village', 'community', 'compound', 'courtyard', 'settlement', 'building'] as const;

const compounds: readonly PlaceLevel[] = ['compound', 'courtyard', 'settlement'];
const villages: readonly PlaceLevel[] = ['village', 'community'];
const parents: Record<PlaceLevel, readonly (PlaceLevel | null)[]> = {
  county: [null],
  town: ['county'],
  village: ['town'],
  community: ['town'],
  compound: villages,
  courtyard: villages,
  settlement: villages,
  building: compounds,
  household: [...compounds, 'building'],
};
/** A place can be merged only into one of the same kind: a town into a community, but not a household into a village. */
const kinds: readonly (readonly PlaceLevel[])[] = [['county', 'town', 'village', 'community'], compounds, ['building'], ['household']];

/** The parent place, which the code of the new place names. */
interface Parent {
  readonly level: PlaceLevel;
  readonly mergedInto: string | null;
}

/** The name of a place. Of a household the text on the door: building, staircase, number. Never the name of a person. */
class PlaceName {
  @Text(1, 60) name!: string;
}
/** A place and its name, as it is registered. */
class NewPlace extends PlaceName {
  @PlaceId() placeId!: string;
}
/** A place that may have an area. */
class NewUnit extends NewPlace {
  /** Exclusive area of a household's unit in 0.01 m². A farmhouse may have no recorded area. */
  @Optional() @Int(1, 100_000_00) area?: number;
}
/** The area of a household's unit in 0.01 m². */
class UnitArea {
  @Int(1, 100_000_00) area!: number;
}
/** The place that another one is merged into. */
class Merger {
  @PlaceId() into!: string;
}
/** The owners of a household's unit. */
class UnitOwners {
  /** Person ids. The unit votes under the first one, because the owners of one unit share one vote (Civil Code art. 278). */
  @PersonIds(0, 20) owners!: string[];
}

/** The kinds of units. */
const unitKinds = ['home', 'shop', 'parking', 'storage'] as const;
/** One of `unitKinds`. */
export type UnitKind = (typeof unitKinds)[number];
/** Whose a unit is: sold to its owners, not sold yet, or sold and not handed over. The last two count as the developer's. */
const unitHoldings = ['sold', 'unsold', 'undelivered'] as const;
/** One of `unitHoldings`. */
export type UnitHolding = (typeof unitHoldings)[number];
/** What a household's unit is. */
class UnitDescription {
  @OneOf(unitKinds) kind!: UnitKind;
  @OneOf(unitHoldings) holding!: UnitHolding;
}

/** Registers a place that is not a household. Its parent must be registered. */
export class RegisterPlace extends NewPlace {
  @OneOf(registrableLevels) level!: (typeof registrableLevels)[number];
  declare static readonly facts: { parent: Parent | null };
}
/** Registers a household and its unit. Its parent must be registered. */
export class RegisterHousehold extends NewUnit {
  declare static readonly facts: { parent: Parent | null };
}
/** Corrects or adds the area of a household, in 0.01 m². */
export class CorrectArea extends UnitArea {}
/** Renames a place. */
export class RenamePlace extends PlaceName {}
/** Merges a place into another of the same kind. All places within it must be merged first. */
export class MergePlace extends Merger {
  /** `below`: a place within this one that has not been merged, or null. */
  declare static readonly facts: { into: Parent; below: string | null };
}
/** Records the owners of a household's unit. Replaces the earlier list. */
export class RecordOwners extends UnitOwners {
  declare static readonly facts: { unknown: readonly string[] };
}

/** Describes a household's unit. Without it, it is a home that is sold. */
export class DescribeUnit extends UnitDescription {}

export class PlaceRegistered extends NewUnit {
  @OneOf(placeLevels) level!: PlaceLevel;
}
export class AreaCorrected extends UnitArea {}
export class PlaceRenamed extends PlaceName {}
export class PlaceMerged extends Merger {
  @OneOf(placeLevels) level!: PlaceLevel;
}
export class OwnersRecorded extends UnitOwners {}
export class UnitDescribed extends UnitDescription {}

/** A registered place. `area` is in 0.01 m² and null if not recorded; `owners` are person ids. */
export interface Place {
  readonly placeId: string;
  readonly name: string;
  readonly level: PlaceLevel;
  readonly area: number | null;
  readonly owners: readonly string[];
  readonly unit: { readonly kind: UnitKind; readonly holding: UnitHolding };
  readonly mergedInto: string | null;
}

/** Refusal codes of the commands of a place. */
export type PlaceRefusal =
  | 'registry.place-exists'
  | 'registry.place-not-found'
  | 'registry.wrong-level'
  | 'registry.place-merged'
  | 'registry.merge-into-itself'
  | 'registry.merge-across-levels'
  | 'registry.places-below'
  | 'registry.not-a-household'
  | 'registry.person-not-found';

/** A place. It can be renamed or merged into another one, but never deleted, because past events refer to it. */
export const place = defineDecider<Place | null, PlaceRefusal>()({
  stream: 'place',
  initial: null,
  commands: { RegisterPlace, RegisterHousehold, CorrectArea, RenamePlace, MergePlace, RecordOwners, DescribeUnit },
  events: { PlaceRegistered, AreaCorrected, PlaceRenamed, PlaceMerged, OwnersRecorded, UnitDescribed },
  decide: {
    RegisterPlace: (state, data, { facts }) => {
      if (state !== null)
        return state.name === data.name && state.level === data.level
          ? []
          : refuse('registry.place-exists', { place: data.placeId, name: state.name });
      return misplaced(data.placeId, data.level, facts.parent) ?? [{ type: 'PlaceRegistered', data }];
    },
    RegisterHousehold: (state, data, { facts }) => {
      const same = state?.level === 'household' && state.name === data.name && state.area === (data.area ?? null);
      if (state !== null) return same ? [] : refuse('registry.place-exists', { place: data.placeId, name: state.name });
      return misplaced(data.placeId, 'household', facts.parent) ?? [{ type: 'PlaceRegistered', data: { ...data, level: 'household' } }];
    },
    CorrectArea: (state, { area }, { id }) => {
      if (state?.level !== 'household') return refuse('registry.not-a-household', { place: id });
      if (state.mergedInto !== null) return refuse('registry.place-merged', { place: id, into: state.mergedInto });
      return state.area === area ? [] : [{ type: 'AreaCorrected', data: { area } }];
    },
    RenamePlace: (state, { name }, { id }) => {
      if (state === null) return refuse('registry.place-not-found', { place: id });
      if (state.mergedInto !== null) return refuse('registry.place-merged', { place: id, into: state.mergedInto });
      return state.name === name ? [] : [{ type: 'PlaceRenamed', data: { name } }];
    },
    MergePlace: (state, { into }, { id, facts }) => {
      if (state === null) return refuse('registry.place-not-found', { place: id });
      if (isWithin(into, id)) return refuse('registry.merge-into-itself');
      if (state.mergedInto !== null)
        return state.mergedInto === into ? [] : refuse('registry.place-merged', { place: id, into: state.mergedInto });
      if (facts.into.mergedInto !== null) return refuse('registry.place-merged', { place: into, into: facts.into.mergedInto });
      if (!kinds.some((kind) => kind.includes(state.level) && kind.includes(facts.into.level)))
        return refuse('registry.merge-across-levels', { level: state.level, into: facts.into.level });
      if (facts.below !== null) return refuse('registry.places-below', { place: facts.below });
      return [{ type: 'PlaceMerged', data: { into, level: state.level } }];
    },
    RecordOwners: (state, { owners }, { id, facts }) => {
      if (state?.level !== 'household') return refuse('registry.not-a-household', { place: id });
      if (state.mergedInto !== null) return refuse('registry.place-merged', { place: id, into: state.mergedInto });
      const [unknown] = facts.unknown;
      if (unknown !== undefined) return refuse('registry.person-not-found', { person: unknown });
      return owners.join() === state.owners.join() ? [] : [{ type: 'OwnersRecorded', data: { owners } }];
    },
    DescribeUnit: (state, { kind, holding }, { id }) => {
      if (state?.level !== 'household') return refuse('registry.not-a-household', { place: id });
      if (state.mergedInto !== null) return refuse('registry.place-merged', { place: id, into: state.mergedInto });
      const { unit } = state;
      return unit.kind === kind && unit.holding === holding ? [] : [{ type: 'UnitDescribed', data: { kind, holding } }];
    },
  },
  evolve: {
    PlaceRegistered: (_, { placeId, name, level, area }) => ({
      placeId,
      name,
      level,
      area: area ?? null,
      owners: [],
      unit: { kind: 'home', holding: 'sold' },
      mergedInto: null,
    }),
    AreaCorrected: (state, { area }) => state && { ...state, area },
    PlaceRenamed: (state, { name }) => state && { ...state, name },
    PlaceMerged: (state, { into }) => state && { ...state, mergedInto: into },
    OwnersRecorded: (state, { owners }) => state && { ...state, owners },
    UnitDescribed: (state, unit) => state && { ...state, unit },
  },
});

/** Checks the place against its parent. Returns the refusal, or null. */
function misplaced(placeId: string, level: PlaceLevel, parent: Parent | null) {
  const above = parentOf(placeId);
  if (above !== null && parent === null) return refuse('registry.place-not-found', { place: above });
  if (!parents[level].includes(parent?.level ?? null)) return refuse('registry.wrong-level', { level });
  return parent?.mergedInto ? refuse('registry.place-merged', { place: above ?? placeId, into: parent.mergedInto }) : null;
}
