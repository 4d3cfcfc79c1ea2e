import { placeOfPlot } from '../../../domain/guardianship/division.js';
import type { MeritRulesVersion } from '../../../domain/guardianship/merit-rules.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { Described, Id, Int, OneOf, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { lineage } from '../../../domain/shared/place-id.js';
import { dayInChina } from '../../../domain/shared/time.js';
import { plotKey, within } from '../../../projections/guardianship/keys.js';
import { meritEntries } from '../../../projections/guardianship/merit-entries.js';
import { meritTally, tallyKinds } from '../../../projections/guardianship/merit-tally.js';
import { plots, type PlotRow } from '../../../projections/guardianship/plots.js';
import type { Projection } from '../../../projections/projection.js';
import { Paged } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import type { Allow } from '../../kernel/actor.js';
import { defineQuery, type QueryDefinition } from '../../kernel/query.js';
import { pageOf } from '../../kernel/paging.js';
import { meritRulesVersions } from '../../../projections/guardianship/merit-rules.js';

class PlotsAsked extends Paged {
  @Described('这一地点及其所属各处的责任田', 'Plots of this place and of all places within it')
  @PlaceId()
  place!: string;
}
class MeritRulesAsked {
  @Described('在这一地点生效的积分规则', 'The rules that hold at this place')
  @PlaceId()
  place!: string;
}
class TalliesAsked extends Paged {
  @Described('按什么汇总', 'By what points are added up')
  @OneOf(tallyKinds)
  by!: (typeof tallyKinds)[number];
  @Described('这一地点及其所属各处', 'This place and all within it')
  @PlaceId()
  place!: string;
}
class PublicTalliesAsked extends Paged {
  @Described('按什么汇总', 'By what points are added up')
  @OneOf(['plot', 'place'])
  by!: 'plot' | 'place';
  @Described('这一地点及其所属各处', 'This place and all within it')
  @PlaceId()
  place!: string;
}
class EntriesAsked extends Paged {
  @Described('这一地点及其所属各处', 'This place and all within it')
  @PlaceId()
  place!: string;
  @Described('只列此人的积分', 'Only points of this person')
  @Optional()
  @Id()
  guardian?: string;
  @Described('只列此户的积分', 'Only points of this household')
  @Optional()
  @PlaceId()
  household?: string;
  @Described('只列此责任田的积分', 'Only points of this plot')
  @Optional()
  @Id()
  plot?: string;
}
class ListsAsked {
  @Described('这一地点的红黑榜', 'The lists of this place')
  @PlaceId()
  place!: string;
  @Described('每榜最多几名，默认 50', 'How long each list is at most; 50 by default')
  @Optional()
  @Int(1, 200)
  limit?: number;
}

const officials: readonly Capacity[] = ['moderator', 'cadre', 'department', 'auditor'];
/** Those who belong to the place, and its officials. */
const members: Allow = { of: ['resident', 'household-head', 'party-member', 'guardian'], over: [...officials, 'party-member'] };

/** The public fields of a plot: how many applied, not who. */
const shown = ({ applications, inspectionDays: _, ...row }: PlotRow, now: string) => ({
  ...row,
  applications: applications.length,
  inspectionOverdue: row.inspectionDueAt !== null && row.inspectionDueAt < now,
});

/** The version in force on a day at a place, or at the nearest place above that has one. */
async function rulesFromRows(rows: ReadModels, placeId: string, day: string): Promise<MeritRulesVersion | null> {
  for (const candidate of lineage(placeId)) {
    const versions = await rows.list(meritRulesVersions, { prefix: `${candidate}~`, limit: 100, reverse: true });
    const found = versions.find(({ row }) => row.from <= day);
    if (found) return found.row;
  }
  return null;
}

async function allOf<R>(rows: ReadModels, projection: Projection<R>, prefix: string): Promise<readonly R[]> {
  const found: R[] = [];
  for (let after: string | undefined; ;) {
    const page = await rows.list(projection, { prefix, limit: 1000, ...(after !== undefined && { after }) });
    found.push(...page.map(({ row }) => row));
    after = page.at(-1)?.key;
    if (page.length < 1000) return found;
  }
}

const tallies = (rows: ReadModels, { by, place, ...paging }: TalliesAsked) =>
  pageOf(rows, meritTally, `${by}/${within(place)}`, paging, ({ row }) => row);

export const guardianshipQueries: readonly QueryDefinition[] = [
  defineQuery<PlotsAsked>({
    query: 'ListPlots',
    path: 'plots',
    allow: 'public',
    summary: { zh: '某地及其下级地点的责任田与监护人', en: 'The plots of a place and of all places in it, with their guardians' },
    from: [plots],
    parameters: PlotsAsked,
    answer: ({ rows, now, query: { place, ...paging } }) => pageOf(rows, plots, within(place), paging, ({ row }) => shown(row, now)),
  }),
  defineQuery({
    query: 'ShowPlot',
    path: 'plots/:id',
    allow: 'public',
    summary: { zh: '一块责任田', en: 'One plot' },
    from: [plots],
    answer: async ({ rows, now, params }) => {
      const row = await rows.get(plots, plotKey(params['id']!));
      return row ? shown(row, now) : refuse('plot.not-found', { id: params['id']! });
    },
  }),
  defineQuery({
    query: 'ListPlotApplications',
    path: 'plots/:id/applications',
    allow: { over: officials },
    summary: { zh: '待答复的认领申请', en: 'Applications for a plot that wait for a ruling' },
    from: [plots],
    place: ({ params }) => placeOfPlot(params['id']!),
    answer: async ({ rows, params }) => {
      const row = await rows.get(plots, plotKey(params['id']!));
      return row ? { items: row.applications } : refuse('plot.not-found', { id: params['id']! });
    },
  }),
  defineQuery<MeritRulesAsked>({
    query: 'ShowMeritRules',
    path: 'merit/rules',
    allow: 'public',
    summary: { zh: '奖惩制度：现行的和各版本', en: 'The merit rules in force at a place, and all versions of its own' },
    from: [meritRulesVersions],
    parameters: MeritRulesAsked,
    answer: async ({ rows, now, query: { place } }) => ({
      inForce: await rulesFromRows(rows, place, dayInChina(now)),
      versions: await allOf(rows, meritRulesVersions, `${place}~`),
    }),
  }),
  defineQuery<TalliesAsked>({
    query: 'ListMeritTallies',
    path: 'merit/tallies',
    allow: members,
    summary: { zh: '积分：按监护人、住户、责任田或地点', en: 'Points by guardian, household, plot or place' },
    from: [meritTally],
    parameters: TalliesAsked,
    answer: ({ rows, query }) => tallies(rows, query),
  }),
  defineQuery<PublicTalliesAsked>({
    query: 'ListPublicMeritTallies',
    path: 'merit/public-tallies',
    allow: 'public',
    summary: { zh: '公开积分：按责任田或地点', en: 'Points by plot or place, for everybody' },
    from: [meritTally],
    parameters: PublicTalliesAsked,
    answer: ({ rows, query }) => tallies(rows, query),
  }),
  defineQuery<EntriesAsked>({
    query: 'ListMeritEntries',
    path: 'merit/entries',
    allow: 'signed-in',
    summary: {
      zh: '积分由来：每一笔的原因和制度版本',
      en: 'Where points come from: each entry with its cause and the version of the rules',
    },
    from: [meritEntries],
    parameters: EntriesAsked,
    answer: async ({ rows, viewer, query: { place, guardian, household, plot, ...paging } }) => {
      const prefixes = [
        ...(guardian === undefined ? [] : [`guardian/${guardian}/${within(place)}`]),
        ...(household === undefined ? [] : [`household/${within(household)}`]),
        ...(plot === undefined ? [] : [`plot/${plotKey(plot)}/`]),
      ];
      if (prefixes.length > 1) return refuse('guardianship.one-of-guardian-household-plot');
      const concerned = household ?? (plot === undefined ? place : placeOfPlot(plot));
      const isOwn = guardian !== undefined && guardian === viewer?.id;
      if (!isOwn && !(await viewer?.holds(officials, concerned))) return refuse('auth.not-allowed', { place: concerned });
      return pageOf(rows, meritEntries, prefixes[0] ?? `place/${within(place)}`, paging, ({ row }) => row);
    },
  }),
  defineQuery<ListsAsked>({
    query: 'ShowMeritLists',
    path: 'merit/lists',
    allow: members,
    summary: { zh: '红黑榜', en: 'Red and black list: the best and the penalised guardians' },
    from: [meritTally, meritRulesVersions],
    parameters: ListsAsked,
    answer: async ({ rows, now, query: { place, limit = 50 } }) => {
      const rules = await rulesFromRows(rows, place, dayInChina(now));
      if (!rules) return { rules: null, red: [], black: [] };
      const { placeId, version, redAt, blackAt } = rules;
      const standing = (await allOf(rows, meritTally, `guardian/${within(place)}`)).toSorted((a, b) => b.points - a.points);
      return {
        rules: { placeId, version, redAt, blackAt },
        red: standing.filter(({ points }) => points >= redAt).slice(0, limit),
        black: standing
          .filter(({ points }) => points <= blackAt)
          .reverse()
          .slice(0, limit),
      };
    },
  }),
];
