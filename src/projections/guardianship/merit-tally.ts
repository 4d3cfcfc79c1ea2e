import { placeOfPlot } from '../../domain/guardianship/division.js';
import { lineage } from '../../domain/shared/place-id.js';
import { defineProjection } from '../projection.js';
import { plotKey, within } from './keys.js';

/** What a tally is about. */
export const tallyKinds = ['guardian', 'household', 'plot', 'place'] as const;

/** Merit points of one person, household, plot or place. */
export interface MeritTallyRow {
  /** The id of the person, household, plot or place. */
  readonly of: string;
  /** For a person: the place of the account. */
  readonly placeId: string;
  /** The balance: earned + lost + reversed. */
  readonly points: number;
  readonly earned: number;
  readonly lost: number;
  /** Points given back by reversals. */
  readonly reversed: number;
  readonly entries: number;
}

interface Concerned {
  readonly personId: string;
  readonly householdId?: string;
  readonly plotId: string;
}

/** The keys of all tallies that an entry counts in, each with the id that the tally is about. */
function tallies({ personId, householdId, plotId }: Concerned): ReadonlyMap<string, string> {
  const placeId = placeOfPlot(plotId);
  return new Map([
    [`guardian/${within(placeId)}~${personId}`, personId],
    ...(householdId === undefined ? [] : [[`household/${within(householdId)}`, householdId] as const]),
    [`plot/${plotKey(plotId)}`, plotId],
    ...lineage(placeId).map((place) => [`place/${within(place)}`, place] as const),
  ]);
}

const blank = (data: Concerned, key: string): MeritTallyRow => {
  const of = tallies(data).get(key)!;
  return { of, placeId: key.startsWith('place/') ? of : placeOfPlot(data.plotId), points: 0, earned: 0, lost: 0, reversed: 0, entries: 0 };
};

/**
 * Merit points per guardian and place, household, plot, and place with all places above it (domain.md row 19). The prefix `<kind>/<place>`
 * lists everything within a place. People by id only, no personal data.
 */
export const meritTally = defineProjection<MeritTallyRow>({
  name: 'merit-tally',
  version: 1,
  on: {
    MeritEntered: {
      keys: ({ data }) => [...tallies(data).keys()],
      evolve: (row, { data }, key) => {
        const { points, earned, lost, entries, ...rest } = row ?? blank(data, key);
        return {
          ...rest,
          points: points + data.points,
          earned: earned + Math.max(data.points, 0),
          lost: lost + Math.min(data.points, 0),
          entries: entries + 1,
        };
      },
    },
    MeritReversed: {
      keys: ({ data }) => [...tallies(data).keys()],
      evolve: (row, { data: { points } }) => row && { ...row, points: row.points + points, reversed: row.reversed + points },
    },
  },
});
