import { placeLevels, type PlaceLevel } from '../../../domain/registry/place.js';
import { type Capacity, grantable } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { Described, OneOf, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { county, isWithin, lineage, parentOf, prefixBelow } from '../../../domain/shared/place-id.js';
import { type PlacePolicy, type Policies, policyOn, versionOn } from '../../../domain/shared/policy.js';
import { settingNames, settingOf } from '../../../domain/shared/policy-settings.js';
import { dayInChina, dayPlus } from '../../../domain/shared/time.js';
import { erasures, openErasures } from '../../../projections/registry/erasures.js';
import { placePolicies } from '../../../projections/registry/place-policies.js';
import { people, roles, type PersonRow } from '../../../projections/registry/people.js';
import { bodyOf, competencesOf, hasLapsed, placeKindOf } from '../../../domain/voting/bodies.js';
import { thresholdRules } from '../../../domain/voting/threshold-rules.js';
import { placesByLevel, unitRoll, householdCount, placeTree } from '../../../projections/registry/place-tree.js';
import type { ReadModels } from '../../ports/read-models.js';
import { type Ask, defineQuery } from '../../kernel/query.js';
import { cursorOf, keyAfter, Paged, pageOf } from '../../kernel/paging.js';
import { pagedPlaces } from './facts.js';

/* Longer than other files: it is a table of queries with what they need. */

const officials: readonly Capacity[] = ['cadre', 'department'];
const readers: readonly Capacity[] = [...officials, 'auditor'];

export class PlacesQuery extends Paged {
  @Described('列出这一地点以下各处', 'The places below this one')
  @PlaceId()
  place!: string;
  @Described('只列这一级', 'Only places of this level')
  @Optional()
  @OneOf(placeLevels)
  level?: PlaceLevel;
}
export class HouseholdsQuery extends Paged {
  @Described('小区、楼栋或任何上级地点', 'A compound, a building, or any place above')
  @PlaceId()
  place!: string;
}
export class RolesQuery extends Paged {
  @Described('这一地点及其所属各处的身份', 'Roles at this place and at all within it')
  @PlaceId()
  place!: string;
  @Described('只列这一身份', 'Only this capacity')
  @Optional()
  @OneOf(grantable)
  capacity?: (typeof grantable)[number];
}

export class ErasuresQuery extends Paged {
  @Described(
    '此人现登记于这一地点或其所属各处；未登记的人属于县',
    'The persons are registered here now, or at a place within; who is not registered belongs to the county',
  )
  @PlaceId()
  place!: string;
}
export class PoliciesQuery {
  @Described('在这一地点施行的各项标准', 'The figures that are in force at this place')
  @PlaceId()
  place!: string;
}

/** The most versions of one place that are read: the latest. */
const versionsRead = 200;

/** The policies of a place and of the places above it, nearest first. */
const policiesOf = (rows: ReadModels, placeId: string): Promise<PlacePolicy[]> =>
  Promise.all(
    lineage(placeId).map(async (candidate) => {
      const found = await rows.list(placePolicies, { prefix: `${candidate}~`, limit: versionsRead, reverse: true });
      return { placeId: candidate, versions: found.map(({ row }) => row).reverse() };
    }),
  );

/** What is in force on a day, each figure with what may be set, and with the place and version that set it. */
function showPolicy(policies: Policies, day: string) {
  const { figures, holidays } = policyOn(policies, day);
  return {
    day,
    settings: settingNames.map((name) => {
      const { placeId = null, version = null, value } = figures[name];
      const set = policies.find((policy) => policy?.placeId === placeId) ?? null;
      const { isFloor = false, default: byDefault, ...limits } = settingOf(name);
      return { name, ...limits, default: byDefault, isFloor, value, placeId, version, from: versionOn(set, day)?.from ?? null };
    }),
    holidays: holidays.filter(({ year }, index) => holidays.findIndex((other) => other.year === year) === index),
  };
}

/** Who decides which matters at a place, by which rules, under which texts, and whether a text is not in force any more on this day. */
async function showBodies(rows: ReadModels, placeId: string, day: string) {
  const above = parentOf(placeId);
  const [row, parent] = await Promise.all([rows.get(placeTree, placeId), above === null ? null : rows.get(placeTree, above)]);
  if (row === null) return [];
  return competencesOf(placeKindOf(row.level, parent?.level ?? null)).map(({ matters, rules }) => ({
    matters,
    rules: rules.map((rule) => {
      const { source } = thresholdRules[rule];
      return { rule, body: bodyOf(rule), source, lapsed: hasLapsed(source, day) };
    }),
  }));
}

/** Rows that are read at once to find those of a place. */
const searched = 200;

/** A page of the open requests for the erasure of persons who are registered at a place or within it. */
async function openErasuresAt(rows: ReadModels, { place, cursor, limit = 50 }: ErasuresQuery) {
  let after = cursor === undefined ? undefined : keyAfter(cursor, '');
  const found = [];
  for (;;) {
    if (typeof after === 'object') return after;
    const page = await rows.list(openErasures, { prefix: '', limit: searched, ...(after !== undefined && { after }) });
    const homes = await Promise.all(page.map(async ({ key }) => (await rows.get(people, key))?.placeId ?? null));
    found.push(...page.map(({ row }, i) => ({ ...row, placeId: homes[i]! })).filter(({ placeId }) => isWithin(placeId ?? county, place)));
    after = page.at(-1)?.key;
    if (found.length > limit || page.length < searched) break;
  }
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? cursorOf(items.at(-1)!.personId) : null };
}

/** What the client sees of a place. A merged place shows the one that it was merged into. */
async function showPlace(rows: ReadModels, placeId: string) {
  const merged: string[] = [];
  let row = await rows.get(placeTree, placeId);
  while (row?.mergedInto !== undefined && !merged.includes(row.placeId)) {
    merged.push(row.placeId);
    row = await rows.get(placeTree, row.mergedInto);
  }
  if (row === null) return refuse('place.not-found', { id: placeId });
  const count = await rows.get(householdCount, row.placeId);
  const shown = { ...row, households: count?.households ?? 0 };
  if (merged.length === 0) return shown;
  const { revision: _, ...another } = shown; // the revision of the other place would be a wrong ETag
  return { ...another, askedFor: placeId };
}

/** Personal data is for the person, the cadres over the place and auditors. */
async function mayRead({ params, viewer, rows }: Ask<unknown>): Promise<PersonRow | null | ReturnType<typeof refuse>> {
  const id = params['id'] ?? '';
  const row = await rows.get(people, id);
  const may = viewer !== null && (viewer.id === id || (await viewer.holds(readers, row?.placeId ?? county)));
  return may ? row : refuse('registry.not-yours-to-read');
}

async function registered(ask: Ask<unknown>): Promise<PersonRow | ReturnType<typeof refuse>> {
  return (await mayRead(ask)) ?? refuse('person.not-found', { id: ask.params['id'] ?? '' });
}

export const registryQueries = [
  defineQuery({
    query: 'GetPlace',
    path: 'places/:id',
    allow: 'public',
    summary: {
      zh: '地点；已合并的，给出它现在所属的地点（askedFor 为所查代码）',
      en: 'A place; if it was merged, the place that it belongs to today (askedFor is the code that was asked for)',
    },
    from: [placeTree, householdCount],
    answer: ({ params, rows }) => showPlace(rows, params['id'] ?? ''),
  }),
  defineQuery<PlacesQuery>({
    query: 'ListPlaces',
    path: 'places',
    allow: 'public',
    summary: { zh: '某地的下级地点，可按级别筛选', en: 'The places below a place, optionally of one level' },
    from: [placeTree, placesByLevel],
    parameters: PlacesQuery,
    answer: async ({ query: { place, level, ...paging }, rows }) => {
      const page = await pagedPlaces(rows, place, level, paging);
      if ('refused' in page) return page;
      const found = await Promise.all(page.items.map((id) => rows.get(placeTree, id)));
      return { items: found.filter((row) => row !== null), next: page.next }; // null: one read model is behind the other
    },
  }),
  defineQuery<HouseholdsQuery>({
    query: 'ListHouseholds',
    path: 'households',
    allow: { over: officials },
    summary: { zh: '产权清册：住户、专有面积、产权人', en: 'The unit roll: households, exclusive area, owners' },
    from: [unitRoll],
    parameters: HouseholdsQuery,
    answer: ({ query, rows }) => pageOf(rows, unitRoll, prefixBelow(query.place), query, ({ row }) => row),
  }),
  defineQuery<PoliciesQuery>({
    query: 'ShowPolicies',
    path: 'policies',
    allow: 'public',
    summary: {
      zh: '本地施行的各项标准：数值、来源和依据，明日起的标准，本地各版本；各类事项由谁决定及其依据',
      en:
        'The figures in force at a place, each with its source and the place and version that set it; those of tomorrow; its own ' +
        'versions; who decides which matters here',
    },
    from: [placePolicies, placeTree],
    parameters: PoliciesQuery,
    answer: async ({ rows, now, query: { place } }) => {
      const policies = await policiesOf(rows, place);
      const today = dayInChina(now);
      return {
        inForce: showPolicy(policies, today),
        tomorrow: showPolicy(policies, dayPlus(today, 1)),
        versions: policies[0]?.versions ?? [],
        bodies: await showBodies(rows, place, today),
      };
    },
  }),
  defineQuery({
    query: 'GetPerson',
    path: 'people/:id',
    allow: 'signed-in',
    summary: { zh: '某人的登记信息', en: 'The register entry of a person' },
    from: [people],
    answer: registered,
  }),
  defineQuery<Paged>({
    query: 'GetPersonRoles',
    path: 'people/:id/roles',
    allow: 'signed-in',
    summary: { zh: '某人的身份', en: 'The roles of a person' },
    from: [people, roles],
    parameters: Paged,
    answer: async (ask) => {
      const row = await registered(ask);
      if ('refused' in row) return row;
      return pageOf(ask.rows, roles, `person/${row.personId}/`, ask.query, (found) => found.row);
    },
  }),
  defineQuery({
    query: 'GetErasures',
    path: 'people/:id/erasures',
    allow: 'signed-in',
    summary: {
      zh: '删除某人个人信息的进度：已申请、已撤回、已确认、已完成；只列最近一次',
      en: 'The erasure of a person’s data: requested, withdrawn, confirmed or done; only the latest',
    },
    from: [people, erasures],
    answer: async (ask) => {
      const row = await mayRead(ask);
      if (row !== null && 'refused' in row) return row;
      const found = await ask.rows.get(erasures, ask.params['id'] ?? '');
      return { items: found === null ? [] : [found] };
    },
  }),
  defineQuery<ErasuresQuery>({
    query: 'ListOpenErasures',
    path: 'erasures',
    allow: { over: officials },
    summary: { zh: '某地待确认的删除个人信息的申请', en: 'The requests for erasure at a place that wait for a confirmation' },
    from: [people, openErasures],
    parameters: ErasuresQuery,
    answer: ({ query, rows }) => openErasuresAt(rows, query),
  }),
  defineQuery<RolesQuery>({
    query: 'ListRoles',
    path: 'roles',
    allow: { over: officials },
    summary: { zh: '某地的身份', en: 'Who holds which role at a place' },
    from: [roles],
    parameters: RolesQuery,
    answer: ({ query, rows }) =>
      pageOf(rows, roles, `place/${query.place}/${query.capacity ? `${query.capacity}/` : ''}`, query, ({ row }) => row),
  }),
];
