import { refuse, defineDecider } from '../shared/decider.js';
import { Int, OneOf, Optional, PlaceId, Text } from '../shared/fields.js';
import { parentOf } from '../shared/place-id.js';

/** domain.md, Places. A courtyard or a settlement stands where a compound does. */
export const placeLevels = ['county', 'town', 'village', 'community', 'compound', 'courtyard', 'settlement', 'building', 'household'] as const;
export type PlaceLevel = (typeof placeLevels)[number];

const compounds: readonly PlaceLevel[] = ['compound', 'courtyard', 'settlement'];
const villages: readonly PlaceLevel[] = ['village', 'community'];
const parents: Record<PlaceLevel, readonly (PlaceLevel | null)[]> = {
  county: [null],
  town: ['county', null], // a historical town may be registered after its code was withdrawn
  village: ['town'],
  community: ['town'],
  compound: villages,
  courtyard: villages,
  settlement: villages,
  building: compounds,
  household: [...compounds, 'building'],
};

export class RegisterPlace {
  @PlaceId() placeId!: string;
  @Text(1, 60) name!: string;
  @OneOf(placeLevels) level!: PlaceLevel;
  /** Exclusive area of a household's unit in 0.01 m². */
  @Optional() @Int(1, 100_000_00) area?: number;
  declare static readonly facts: { parent: { level: PlaceLevel } | null };
}
export class RenamePlace {
  @Text(1, 60) name!: string;
}
export class MergePlace {
  @PlaceId() into!: string;
  declare static readonly facts: { into: { level: PlaceLevel; mergedInto: string | null } };
}

export class PlaceRegistered {
  @PlaceId() placeId!: string;
  @Text(1, 60) name!: string;
  @OneOf(placeLevels) level!: PlaceLevel;
  @Optional() @Int(1, 100_000_00) area?: number;
}
export class PlaceRenamed {
  @Text(1, 60) name!: string;
}
export class PlaceMerged {
  @PlaceId() into!: string;
}

export interface Place {
  readonly name: string;
  readonly level: PlaceLevel;
  readonly area: number | null;
  readonly mergedInto: string | null;
}

export type PlaceRefusal = 'registry.place-exists' | 'registry.wrong-level' | 'registry.area-only-for-households' | 'registry.place-merged' | 'registry.merge-into-itself';

/** A place is registered, renamed and merged into another, never deleted. */
export const place = defineDecider<Place | null, PlaceRefusal>()({
  stream: 'place',
  initial: null,
  commands: { RegisterPlace, RenamePlace, MergePlace },
  events: { PlaceRegistered, PlaceRenamed, PlaceMerged },
  decide: {
    RegisterPlace: (state, data, { facts }) => {
      if (state !== null) return refuse('registry.place-exists', { place: data.placeId, name: state.name });
      if (!parents[data.level].includes(facts.parent?.level ?? null)) return refuse('registry.wrong-level', { level: data.level });
      if (data.area !== undefined && data.level !== 'household') return refuse('registry.area-only-for-households');
      return [{ type: 'PlaceRegistered', data }];
    },
    RenamePlace: (state, { name }) => {
      if (state?.mergedInto) return refuse('registry.place-merged', { into: state.mergedInto });
      return state?.name === name ? [] : [{ type: 'PlaceRenamed', data: { name } }];
    },
    MergePlace: (state, { into }, { id, facts }) => {
      if (into === id || parentOf(into) === id) return refuse('registry.merge-into-itself');
      if (state?.mergedInto) return state.mergedInto === into ? [] : refuse('registry.place-merged', { into: state.mergedInto });
      if (facts.into.mergedInto) return refuse('registry.place-merged', { into: facts.into.mergedInto });
      return [{ type: 'PlaceMerged', data: { into } }];
    },
  },
  evolve: {
    PlaceRegistered: (_, { name, level, area }) => ({ name, level, area: area ?? null, mergedInto: null }),
    PlaceRenamed: (state, { name }) => state && { ...state, name },
    PlaceMerged: (state, { into }) => state && { ...state, mergedInto: into },
  },
});
