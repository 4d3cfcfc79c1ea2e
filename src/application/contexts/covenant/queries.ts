import type { Capacity } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { Described, OneOf, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { prefixBelow } from '../../../domain/shared/place-id.js';
import { dayInChina } from '../../../domain/shared/time.js';
import { covenants, covenantOpinions, covenantVersions, covenantKey, type CovenantRow } from '../../../projections/covenant/covenants.js';
import { pledgeWall, pledgeCoverage } from '../../../projections/covenant/pledges.js';
import { Paged } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import { householdName, householdsOf, pagedPlaces, placeLevels, type PlaceLevel, placeRows } from '../registry/facts.js';
import { explained } from '../../../domain/voting/threshold-words.js';
import { defineQuery } from '../../kernel/query.js';
import { pageOf } from '../../kernel/paging.js';

const officials: readonly Capacity[] = ['cadre', 'department'];

export class AtPlaceQuery extends Paged {
  @Described('这一地点及其所属各处', 'This place and all within it')
  @PlaceId()
  place!: string;
}
export class CoverageQuery extends Paged {
  @Described('这一地点及其所属各处', 'This place and all within it')
  @PlaceId()
  place!: string;
  @Described('另列其中这一级的各处', 'Also lists the places of this level within it')
  @Optional()
  @OneOf(placeLevels)
  level?: PlaceLevel;
}

/** The version in force with its text, if there is one. */
async function inForce(rows: ReadModels, row: CovenantRow) {
  if (!row.inForce) return {};
  const text = await rows.get(covenantVersions, `${row.covenantId}/${row.inForce.version}`);
  return { inForce: { ...row.inForce, title: text?.title, clauses: text?.clauses, slogans: text?.slogans } };
}

/** The decision on the latest version and the deliberations before it, each also in words. */
function decided({ decision, deliberations }: CovenantRow, now: string) {
  const today = dayInChina(now);
  return {
    ...(deliberations && { deliberations: deliberations.map((one) => explained(one, today)) }),
    ...(decision && { decision: explained(decision, today) }),
  };
}

/** How many households of a place have pledged, one row for each building or courtyard with at least one. */
async function pledgedIn(rows: ReadModels, placeId: string): Promise<number> {
  let pledged = 0;
  for (let after: string | undefined; ;) {
    const page = await rows.list(pledgeCoverage, {
      prefix: prefixBelow(placeId),
      limit: 500,
      ...(after !== undefined && { after }),
    });
    for (const { row } of page) pledged += row.pledged;
    after = page.at(-1)?.key;
    if (after === undefined) return pledged;
  }
}

async function coverageOf(rows: ReadModels, placeId: string) {
  const [{ name, level, households }, pledged] = await Promise.all([householdsOf(rows, placeId), pledgedIn(rows, placeId)]);
  return { placeId, name, level, pledged, households };
}

export const covenantQueries = [
  defineQuery({
    query: 'GetCovenant',
    path: 'covenants/:id',
    allow: 'public',
    summary: {
      zh: '公约：最新版本及其表决（附文字说明）、现行版本',
      en: 'The covenant of a place: its latest version with the decision, also explained in words, and the version in force',
    },
    from: [covenants, covenantVersions],
    answer: async ({ params: { id = '' }, rows, now }) => {
      const row = await rows.get(covenants, covenantKey(id));
      return row === null ? refuse('covenant.not-found', { id }) : { ...row, ...decided(row, now), ...(await inForce(rows, row)) };
    },
  }),
  defineQuery({
    query: 'GetCovenantVersion',
    path: 'covenants/:id/versions/:version',
    allow: 'public',
    summary: { zh: '公约的某一版本（内容不再改变）', en: 'One version of a covenant; it never changes' },
    from: [covenantVersions],
    answer: async ({ params: { id = '', version = '' }, rows }) =>
      (await rows.get(covenantVersions, `${id}/${version}`)) ?? refuse('covenant.no-such-version', { version }),
  }),
  defineQuery<AtPlaceQuery>({
    query: 'ListCovenants',
    path: 'covenants',
    allow: 'public',
    summary: { zh: '某地及其下级地点的公约', en: 'The covenants of a place and of all places in it' },
    from: [covenants],
    parameters: AtPlaceQuery,
    answer: ({ query, rows }) =>
      pageOf(rows, covenants, prefixBelow(query.place), query, ({ row: { covenantId, title, version, step, inForce: binding } }) => ({
        covenantId,
        title,
        version,
        step,
        ...(binding && { inForce: binding }),
      })),
  }),
  defineQuery<Paged>({
    query: 'ListCovenantOpinions',
    path: 'covenants/:id/opinions',
    allow: { over: officials },
    summary: { zh: '对公约各版的意见', en: 'Opinions on the drafts of a covenant' },
    from: [covenantOpinions],
    parameters: Paged,
    place: ({ params: { id = '' } }) => id,
    answer: ({ params: { id = '' }, query, rows }) => pageOf(rows, covenantOpinions, `${id}/`, query, ({ row }) => row),
  }),
  defineQuery<Paged>({
    query: 'ListPledgesToCovenant',
    path: 'covenants/:id/pledges',
    allow: 'public',
    summary: { zh: '对某公约的承诺墙', en: 'The pledge wall of a covenant' },
    from: [pledgeWall],
    parameters: Paged,
    answer: ({ params: { id = '' }, query, rows }) => pageOf(rows, pledgeWall, `covenant/${id}/`, query, ({ row }) => row),
  }),
  defineQuery<AtPlaceQuery>({
    query: 'ListPledges',
    path: 'pledges',
    allow: 'public',
    summary: { zh: '某地的承诺墙', en: 'The pledge wall of a place' },
    from: [pledgeWall],
    parameters: AtPlaceQuery,
    answer: ({ query, rows }) => pageOf(rows, pledgeWall, `place/${prefixBelow(query.place)}`, query, ({ row }) => row),
  }),
  defineQuery({
    query: 'GetPledge',
    path: 'pledges/:id',
    allow: 'public',
    summary: { zh: '承诺牌上的二维码所指的页面', en: 'The page that the QR code of a plaque opens' },
    from: [pledgeWall, covenantVersions, ...placeRows],
    answer: async ({ params: { id = '' }, rows }) => {
      const row = await rows.get(pledgeWall, `pledge/${id}`);
      if (row === null) return refuse('pledge.not-found', { id });
      const [text, household] = await Promise.all([
        rows.get(covenantVersions, `${row.covenantId}/${row.version}`),
        householdName(rows, row.householdId),
      ]);
      return {
        ...row,
        covenant: text?.title,
        household,
        clauses: text?.clauses.filter(({ number }) => row.clauses.includes(number)) ?? [],
      };
    },
  }),
  defineQuery<CoverageQuery>({
    query: 'GetCoverage',
    path: 'covenants/coverage',
    allow: 'public',
    summary: { zh: '承诺覆盖：已承诺户数和登记户数', en: 'Coverage: how many of the registered households have pledged' },
    from: [pledgeCoverage, ...placeRows],
    parameters: CoverageQuery,
    answer: async ({ query: { place: placeId, level, ...paging }, rows }) => {
      const page = level === undefined ? { items: [], next: null } : await pagedPlaces(rows, placeId, level, paging);
      if ('refused' in page) return page;
      return {
        ...(await coverageOf(rows, placeId)),
        items: await Promise.all(page.items.map((id) => coverageOf(rows, id))),
        next: page.next,
      };
    },
  }),
];
