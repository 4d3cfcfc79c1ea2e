import { defineDecider, type Immutable, refuse, type Refusal } from '../shared/decider.js';
import { Id, Ids, Instant, Int, Many, One, OneOf, Optional, Text } from '../shared/fields.js';
import { figureOf, type FigureRefusal, type Policies, policyAt, PolicyFigure, type PolicyInForce } from '../shared/policy.js';
import type { SettingName } from '../shared/policy-settings.js';
import { endOfDays } from '../shared/time.js';

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
  /** The most care logs per guardian, plot and day. Absent in divisions that were recorded before the limit existed. */
  @Optional() @Int(1, 100) careLogsPerDay?: number;
}
/** The requested terms. Those that are left out are as the policy of the place says. */
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
/** The limit of plots that were divided before terms had one. */
export const earlierCareLogsPerDay = 5;

/** The setting that each term has its default and its limits from. */
const settingOfTerm = {
  partyFirstDays: 'party-first-days',
  termDays: 'plot-term-days',
  inspectionDays: 'inspection-days',
  passMark: 'pass-mark',
  rectificationDays: 'rectification-days',
  failures: 'revoking-failures',
  failureDays: 'failure-days',
  noticeDays: 'quit-notice-days',
  careLogsPerDay: 'care-logs-per-day',
} as const satisfies Record<keyof PlotTerms, SettingName>;

/** The terms by the policy in force, changed where they were asked for otherwise, or why they cannot be. */
function termsBy(policy: PolicyInForce, wished: Immutable<PlotTermsWished>): Refusal<FigureRefusal> | Required<PlotTerms> {
  const terms: Partial<Record<keyof PlotTerms, number>> = {};
  for (const term of Object.keys(settingOfTerm) as (keyof PlotTerms)[]) {
    const figure = figureOf(policy, settingOfTerm[term], wished[term]);
    if ('refused' in figure) return figure;
    terms[term] = figure.value;
  }
  return terms as Required<PlotTerms>;
}

/** Public spaces that are added to the list. */
class ListedSpaces {
  @Many(() => PublicSpace, 1, 200) spaces!: PublicSpace[];
}
/** The plots of a division. */
class PlotPlans {
  @Many(() => PlotPlan, 1, 100) plots!: PlotPlan[];
}
/** One division of a place. */
class OfDivision {
  /** The number of the division at the place, starting at 1. */
  @Int(1, 9999) division!: number;
}

/** Adds public spaces to the list of a place. */
export class ListPublicSpaces extends ListedSpaces {
  declare static readonly facts: { place: { level: string; mergedInto: string | null } };
}
/** Divides the listed spaces that belong to no plot yet. */
export class DividePlots extends PlotPlans {
  @Optional() @One(() => PlotTermsWished) terms?: PlotTermsWished;
  declare static readonly facts: { policies: Policies };
}
/** Given by a policy at the end of the period in which only party members may adopt. */
export class ClosePartyFirst extends OfDivision {}

export class PublicSpacesListed extends ListedSpaces {}
export class PlotsDivided extends PlotPlans {
  static readonly schemaVersion = 2;
  /** The number of this division at the place, starting at 1. */
  @Int(1, 9999) division!: number;
  @One(() => PlotTerms) terms!: PlotTerms;
  @Instant() partyFirstUntil!: string;
  /** The figures of the policy of the place, in the order of the terms. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /** Version 1 has the same fields without `policy`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class PartyFirstClosed extends OfDivision {
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
  | FigureRefusal
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
    DividePlots: (state, { plots, terms: wished = {} }, { now, facts: { policies } }) => {
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
      const inForce = policyAt(policies, now);
      const terms = termsBy(inForce, wished);
      if ('refused' in terms) return terms;
      const { partyFirstDays } = terms;
      // From the time of entry: if the division was on paper, the party members' period must not be over before they hear of it.
      return [
        {
          type: 'PlotsDivided',
          data: {
            division: state.divisions + 1,
            plots,
            terms,
            partyFirstUntil: partyFirstDays === 0 ? now : endOfDays(now, partyFirstDays, inForce.holidays),
            policy: Object.values(settingOfTerm).map((name) => inForce.figures[name]),
          },
        },
      ];
    },
    ClosePartyFirst: (state, { division }, { at, id }) => {
      if (state === null) return refuse('guardianship.not-due');
      if (!state.partyFirst.includes(division)) return [];
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
