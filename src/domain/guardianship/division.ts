import { defineDecider, refuse } from '../shared/decider.js';
import { Id, Ids, Instant, Int, Many, One, OneOf, Optional, Text } from '../shared/fields.js';
import { plusDays } from '../shared/time.js';

/** What the article divides into 责任田: 公共绿化、护栏、楼道楼面、小区路面、公共设施. */
export const spaceKinds = ['greening', 'railings', 'stairwell', 'road-surface', 'facility'] as const;

export class PublicSpace {
  @Id() id!: string;
  @Text(1, 60) name!: string;
  @OneOf(spaceKinds) kind!: (typeof spaceKinds)[number];
}
export class PlotPlan {
  @Int(1, 9999) number!: number;
  @Text(1, 60) name!: string;
  /** The listed spaces that make up the plot. */
  @Ids(1, 100) spaces!: string[];
}
/** The rules for the plots of one division (domain.md 17, 18): data, fixed when the plots are divided. */
export class PlotTerms {
  /** How long only party members may adopt. */
  @Int(0, 365) partyFirstDays!: number;
  @Int(1, 3660) termDays!: number;
  /** An inspection is due so many days after the one before. */
  @Int(1, 365) inspectionDays!: number;
  /** The least score, of 100, that passes. */
  @Int(1, 100) passMark!: number;
  @Int(1, 365) rectificationDays!: number;
  /** So many failed inspections within `failureDays` revoke. */
  @Int(1, 20) failures!: number;
  @Int(1, 3660) failureDays!: number;
  @Int(0, 365) noticeDays!: number;
  /** How often a day a guardian logs care of one plot; 5 when it is left out, as in divisions recorded before there was a limit. */
  @Optional() @Int(1, 100) careLogsPerDay?: number;
}
/** The terms that are wished; for those left out the defaults hold. */
export class PlotTermsWished {
  @Optional() @Int(0, 365) partyFirstDays?: number;
  @Optional() @Int(1, 3660) termDays?: number;
  @Optional() @Int(1, 365) inspectionDays?: number;
  @Optional() @Int(1, 100) passMark?: number;
  @Optional() @Int(1, 365) rectificationDays?: number;
  @Optional() @Int(1, 20) failures?: number;
  @Optional() @Int(1, 3660) failureDays?: number;
  @Optional() @Int(0, 365) noticeDays?: number;
  /** How often a day a guardian logs care of one plot. */
  @Optional() @Int(1, 100) careLogsPerDay?: number;
}
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

export class ListPublicSpaces {
  @Many(() => PublicSpace, 1, 200) spaces!: PublicSpace[];
  declare static readonly facts: { place: { level: string; mergedInto: string | null } };
}
export class DividePlots {
  @Many(() => PlotPlan, 1, 100) plots!: PlotPlan[];
  @Optional() @One(() => PlotTermsWished) terms?: PlotTermsWished;
}
/** Given by the system when the window has passed. */
export class ClosePartyFirst {
  @Int(1, 9999) division!: number;
}

export class PublicSpacesListed {
  @Many(() => PublicSpace, 1, 200) spaces!: PublicSpace[];
}
export class PlotsDivided {
  /** Counts the divisions of the place, from 1. */
  @Int(1, 9999) division!: number;
  @Many(() => PlotPlan, 1, 100) plots!: PlotPlan[];
  @One(() => PlotTerms) terms!: PlotTerms;
  @Instant() partyFirstUntil!: string;
}
export class PartyFirstClosed {
  @Int(1, 9999) division!: number;
  /** The plots that anybody of the place may adopt from now on. */
  @Ids(1, 100) plotIds!: string[];
}

/** A plot as it was divided. */
interface DividedPlot {
  readonly number: number;
  readonly division: number;
  readonly dividedAt: string;
  readonly terms: PlotTerms;
  readonly partyFirstUntil: string;
}
export interface PlotDivision {
  readonly spaces: readonly PublicSpace[];
  /** The spaces that lie in a plot. */
  readonly divided: readonly string[];
  readonly plots: readonly DividedPlot[];
  /** How often plots were divided. */
  readonly divisions: number;
  /** The divisions whose plots only party members may adopt yet. */
  readonly partyFirst: readonly number[];
}

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

/** The id of a plot: its place and its number there. */
export const plotIdOf = (placeId: string, number: number): string => `${placeId}~${number}`;
/** The place that a plot's id names. */
export const placeOfPlot = (plotId: string): string => plotId.split('~', 1)[0]!;

const maxSpaces = 500;

/** The one that stands in the list a second time. */
const repeated = <T>(list: readonly T[]): T | undefined => list.find((item, index) => list.indexOf(item) !== index);

/**
 * The public space of a place and its division into responsibility plots 责任田 (domain.md 16). A division covers exactly the listed
 * spaces that lie in no plot yet, so no two plots overlap and nothing listed is left out; spaces listed later make new plots.
 */
export const plotDivision = defineDecider<PlotDivision | null, DivisionRefusal>()({
  stream: 'plot-division',
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
      // from when it is entered: a division on paper must not leave party members a window that is over before they hear of it
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
