import { defineDecider, refuse } from '../shared/decider.js';
import { Id, Ids, Instant, Int, Many, One, OneOf, Optional, Text } from '../shared/fields.js';
import { plusDays } from '../shared/time.js';

/** What is divided into plots, 责任田: 公共绿化, 护栏, 楼道楼面, 小区路面, 公共设施 (domain.md row 16). */
export const spaceKinds = ['greening', 'railings', 'stairwell', 'road-surface', 'facility'] as const;

/** A public space in the list of a place. */
export class PublicSpace {
  @Id() id!: string;
  @Text(1, 60) name!: string;
  @OneOf(spaceKinds) kind!: (typeof spaceKinds)[number];
}
/** A planned plot. */
export class PlotPlan {
  @Int(1, 9999) number!: number;
  @Text(1, 60) name!: string;
  /** The ids of the listed spaces that form the plot. */
  @Ids(1, 100) spaces!: string[];
}
/** The rules for the plots of one division (domain.md rows 17 and 18). They are data, and fixed when the plots are divided. */
export class PlotTerms {
  /** For how many days only party members may adopt. */
  @Int(0, 365) partyFirstDays!: number;
  @Int(1, 3660) termDays!: number;
  /** Days from one inspection to the next. */
  @Int(1, 365) inspectionDays!: number;
  /** The lowest score, out of 100, that passes. */
  @Int(1, 100) passMark!: number;
  @Int(1, 365) rectificationDays!: number;
  /** How many failed inspections within `failureDays` days revoke a guardianship. */
  @Int(1, 20) failures!: number;
  @Int(1, 3660) failureDays!: number;
  @Int(0, 365) noticeDays!: number;
  /** The most care logs per guardian, plot and day. Default: 5, also for divisions that were recorded before the limit existed. */
  @Optional() @Int(1, 100) careLogsPerDay?: number;
}
/** The requested terms. Those that are left out have default values. */
export class PlotTermsWished {
  @Optional() @Int(0, 365) partyFirstDays?: number;
  @Optional() @Int(1, 3660) termDays?: number;
  @Optional() @Int(1, 365) inspectionDays?: number;
  @Optional() @Int(1, 100) passMark?: number;
  @Optional() @Int(1, 365) rectificationDays?: number;
  @Optional() @Int(1, 20) failures?: number;
  @Optional() @Int(1, 3660) failureDays?: number;
  @Optional() @Int(0, 365) noticeDays?: number;
  /** The most care logs per guardian, plot and day. */
  @Optional() @Int(1, 100) careLogsPerDay?: number;
}
/** The default terms (domain.md rows 17 and 18, G). */
export const defaultTerms = {
  partyFirstDays: 14,
  termDays: 365,
  inspectionDays: 7,
  passMark: 60,
  rectificationDays: 7,
  failures: 3,
  failureDays: 90,
  noticeDays: 30,
  careLogsPerDay: 5,
} as const satisfies Required<PlotTerms>;

/** Adds public spaces to the list of a place. */
export class ListPublicSpaces {
  @Many(() => PublicSpace, 1, 200) spaces!: PublicSpace[];
  declare static readonly facts: { place: { level: string; mergedInto: string | null } };
}
/** Divides the listed spaces that belong to no plot yet. */
export class DividePlots {
  @Many(() => PlotPlan, 1, 100) plots!: PlotPlan[];
  @Optional() @One(() => PlotTermsWished) terms?: PlotTermsWished;
}
/** Given by a policy at the end of the period in which only party members may adopt. */
export class ClosePartyFirst {
  @Int(1, 9999) division!: number;
}

export class PublicSpacesListed {
  @Many(() => PublicSpace, 1, 200) spaces!: PublicSpace[];
}
export class PlotsDivided {
  /** The number of this division at the place, starting at 1. */
  @Int(1, 9999) division!: number;
  @Many(() => PlotPlan, 1, 100) plots!: PlotPlan[];
  @One(() => PlotTerms) terms!: PlotTerms;
  @Instant() partyFirstUntil!: string;
}
export class PartyFirstClosed {
  @Int(1, 9999) division!: number;
  /** The plots that all residents of the place may adopt from now on. */
  @Ids(1, 100) plotIds!: string[];
}

/** A plot, as it was divided. */
interface DividedPlot {
  readonly number: number;
  readonly division: number;
  readonly dividedAt: string;
  readonly terms: PlotTerms;
  readonly partyFirstUntil: string;
}
/** The public space of a place and its plots. */
export interface PlotDivision {
  readonly spaces: readonly PublicSpace[];
  /** The spaces that belong to a plot. */
  readonly divided: readonly string[];
  readonly plots: readonly DividedPlot[];
  /** How many times plots were divided. */
  readonly divisions: number;
  /** The divisions whose plots only party members may adopt at present. */
  readonly partyFirst: readonly number[];
}

/** Refusal codes of lists and divisions. */
export type DivisionRefusal =
  | 'guardianship.no-public-space'
  | 'guardianship.place-merged'
  | 'guardianship.space-listed-otherwise'
  | 'guardianship.space-twice'
  | 'guardianship.too-many-spaces'
  | 'guardianship.nothing-to-divide'
  | 'guardianship.unknown-space'
  | 'guardianship.plots-overlap'
  | 'guardianship.space-left-out'
  | 'guardianship.plot-number-taken'
  | 'guardianship.not-due';

/** The id of a plot: place and plot number. */
export const plotIdOf = (placeId: string, number: number): string => `${placeId}~${number}`;
/** The place in the id of a plot. */
export const placeOfPlot = (plotId: string): string => plotId.split('~', 1)[0]!;

const maxSpaces = 500;

/** The first value that occurs twice, or undefined. */
const repeated = <T>(list: readonly T[]): T | undefined => list.find((item, index) => list.indexOf(item) !== index);

/**
 * The public space of a place and its division into responsibility plots, 责任田 (domain.md row 16). A division covers exactly the listed
 * spaces that belong to no plot yet. So plots never overlap, and no listed space is left out. Spaces listed later become new plots.
 */
export const plotDivision = defineDecider<PlotDivision | null, DivisionRefusal>()({
  stream: 'plotDivision',
  initial: null,
  commands: { ListPublicSpaces, DividePlots, ClosePartyFirst },
  events: { PublicSpacesListed, PlotsDivided, PartyFirstClosed },
  decide: {
    ListPublicSpaces: (state, { spaces }, { facts }) => {
      if (facts.place.mergedInto) return refuse('guardianship.place-merged', { into: facts.place.mergedInto });
      if (facts.place.level === 'household') return refuse('guardianship.no-public-space');
      const twice = repeated(spaces.map(({ id }) => id));
      if (twice !== undefined) return refuse('guardianship.space-twice', { space: twice });
      const listed = new Map(state?.spaces.map((space) => [space.id, space]));
      const otherwise = spaces.find(
        ({ id, name, kind }) => listed.has(id) && (listed.get(id)!.name !== name || listed.get(id)!.kind !== kind),
      );
      if (otherwise) return refuse('guardianship.space-listed-otherwise', { space: otherwise.id, name: listed.get(otherwise.id)!.name });
      const added = spaces.filter(({ id }) => !listed.has(id));
      if (listed.size + added.length > maxSpaces) return refuse('guardianship.too-many-spaces', { max: maxSpaces });
      return added.length === 0 ? [] : [{ type: 'PublicSpacesListed', data: { spaces: added } }];
    },
    DividePlots: (state, { plots, terms: wished }, { now }) => {
      const undivided = state?.spaces.filter(({ id }) => !state.divided.includes(id)) ?? [];
      if (!state || undivided.length === 0) return refuse('guardianship.nothing-to-divide');
      const taken = repeated([...state.plots, ...plots].map(({ number }) => number));
      if (taken !== undefined) return refuse('guardianship.plot-number-taken', { number: taken });
      const covered = plots.flatMap(({ spaces }) => spaces);
      const unknown = covered.find((id) => !state.spaces.some((space) => space.id === id));
      if (unknown !== undefined) return refuse('guardianship.unknown-space', { space: unknown });
      const twice = repeated([...state.divided, ...covered]);
      if (twice !== undefined) return refuse('guardianship.plots-overlap', { space: twice });
      const left = undivided.find(({ id }) => !covered.includes(id));
      if (left) return refuse('guardianship.space-left-out', { space: left.id, name: left.name });
      const terms = { ...defaultTerms, ...wished };
      // From the time of entry: if the division was on paper, the party members' period must not be over before they hear of it.
      return [
        {
          type: 'PlotsDivided',
          data: { division: state.divisions + 1, plots, terms, partyFirstUntil: plusDays(now, terms.partyFirstDays) },
        },
      ];
    },
    ClosePartyFirst: (state, { division }, { at, id }) => {
      if (!state?.partyFirst.includes(division)) return [];
      const plots = state.plots.filter((plot) => plot.division === division);
      if (plots.some(({ partyFirstUntil }) => at < partyFirstUntil)) return refuse('guardianship.not-due');
      return [{ type: 'PartyFirstClosed', data: { division, plotIds: plots.map(({ number }) => plotIdOf(id, number)) } }];
    },
  },
  evolve: {
    PublicSpacesListed: (state, { spaces }) => ({ ...(state ?? nothing), spaces: [...(state?.spaces ?? []), ...spaces] }),
    PlotsDivided: (state, { division, plots, terms, partyFirstUntil }, { at: dividedAt }) =>
      state && {
        ...state,
        divided: [...state.divided, ...plots.flatMap(({ spaces }) => spaces)],
        plots: [...state.plots, ...plots.map(({ number }) => ({ number, division, dividedAt, terms, partyFirstUntil }))],
        divisions: division,
        partyFirst: [...state.partyFirst, division],
      },
    PartyFirstClosed: (state, { division }) => state && { ...state, partyFirst: state.partyFirst.filter((open) => open !== division) },
  },
});

const nothing: PlotDivision = { spaces: [], divided: [], plots: [], divisions: 0, partyFirst: [] };
