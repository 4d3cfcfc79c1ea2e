import { covenant } from '../domain/covenant/covenant.js';
import { covenantOpinion } from '../domain/covenant/opinion.js';
import { pledge, pledgeIdOf } from '../domain/covenant/pledge.js';
import { placeLevels, type PlaceLevel } from '../domain/registry/place.js';
import type { Capacity } from '../domain/shared/capacity.js';
import { type Immutable, refuse } from '../domain/shared/decider.js';
import { OneOf, Optional, PlaceId } from '../domain/shared/fields.js';
import { decideByThreshold, emptyTally, type ThresholdDecision } from '../domain/voting/threshold.js';
import { thresholdRules } from '../domain/voting/threshold-rules.js';
import { covenantKey, type CovenantOpinionRow, type CovenantRow, type CovenantText } from '../projections/covenant/covenants.js';
import type { CoverageRow, PledgeRow } from '../projections/covenant/pledges.js';
import { type PlaceRow, prefixBelow } from '../projections/registry/place-tree.js';
import { Paged } from './paged.js';
import type { ReadModels } from './read-models.js';
import { pagedPlaces, placeAt } from './registry.routes.js';
import { thresholdInWords, voters } from './threshold-words.js';
import { commandsOf, defineQuery, type Load, pageOf } from './use-case.js';

const officials: readonly Capacity[] = ['cadre', 'department'];
const helpers: readonly Capacity[] = ['volunteer', ...officials];
const head: readonly Capacity[] = ['household-head'];

const covenantAt = (load: Load, id: string) => load.existing(covenant, id, 'covenant.not-found');
const factsOfPledge = async (load: Load, id: string) => {
  const { covenantId, placeId } = await load.existing(pledge, id, 'pledge.not-found');
  return { covenant: await covenantAt(load, covenantId), household: await placeAt(load, placeId) };
};

const exampleText = {
  clauses: [
    { number: 1, text: '爱护公共环境，不乱搭乱建' },
    { number: 2, text: '垃圾分类，定点投放' },
  ],
  slogans: [{ text: '不乱搭' }, { text: '爱花草' }, { text: '美到家' }],
};
const exampleWords = '自觉维护环境卫生，做好垃圾分类';
const heads = (count: number) => ({ heads: count, area: 0, households: 0 });

export const covenantCommands = [
  ...commandsOf(covenant, {
    DraftCovenant: {
      path: 'covenants',
      allow: { over: officials },
      summary: { zh: '起草公约', en: 'Draft the covenant of a place' },
      example: { placeId: '510121111219', title: '谢杨坝村村规民约', ...exampleText },
      stream: ({ data }) => data.placeId,
      bodyNamesStream: true,
    },
    OpenCovenantOpinions: {
      path: 'covenants/:id/opinion-periods',
      allow: { over: officials },
      summary: { zh: '公开征求意见', en: 'Open the draft for opinions' },
      example: { until: '2026-12-01T00:00:00.000Z' },
    },
    CloseCovenantOpinions: {
      path: 'system/covenants/:id/opinion-period-ends',
      allow: 'system',
      summary: { zh: '征求意见到期结束', en: 'End the hearing of opinions when it is due' },
      example: {},
    },
    ReviewCovenant: {
      path: 'covenants/:id/reviews',
      allow: { over: officials },
      summary: { zh: '合法性审查', en: 'Review the draft for legality' },
      example: { passed: true, remarks: '与法律法规无抵触' },
    },
    RecordCovenantVote: {
      path: 'covenants/:id/adoptions',
      allow: { over: officials },
      summary: { zh: '登记表决结果', en: 'Record the vote on the draft' },
      example: { rule: 'simple-majority', expected: heads(120), present: heads(98), approving: heads(91) },
    },
    AmendCovenant: {
      path: 'covenants/:id/amendments',
      allow: { over: officials },
      summary: { zh: '修订为新的一版', en: 'Amend as a new version' },
      example: exampleText,
    },
    FileCovenant: {
      path: 'covenants/:id/filings',
      allow: { over: officials },
      summary: { zh: '备案', en: 'File the version in force' },
      example: { fileNumber: '金龙备〔2026〕3号' },
    },
  }),
  ...commandsOf(covenantOpinion, {
    GiveCovenantOpinion: {
      path: 'covenants/:id/opinions',
      begins: true,
      allow: { of: ['resident', 'household-head', 'party-member', 'moderator'] },
      summary: { zh: '提意见', en: 'Give an opinion on the draft' },
      example: { clause: 2, words: '建议写明投放时间' },
      stream: ({ params, by }) => `${params['id'] ?? ''}.${by}`,
      facts: async ({ params }, load) => ({ covenant: await covenantAt(load, params['id'] ?? '') }),
      place: ({ facts }) => facts.covenant.placeId,
    },
  }),
  ...commandsOf(pledge, {
    MakePledge: {
      path: 'covenants/:id/pledges',
      begins: true,
      allow: { over: head },
      summary: { zh: '一户作出承诺', en: 'Pledge to a covenant' },
      example: { householdId: '510121111219.1.7', words: exampleWords, clauses: [1, 2], consent: true, displayName: '蔡新周' },
      stream: ({ params, data }) => pledgeIdOf(params['id'] ?? '', data.householdId),
      bodyNamesStream: true,
      facts: async ({ params, data: { householdId } }, load) => ({
        covenant: await covenantAt(load, params['id'] ?? ''),
        household: await placeAt(load, householdId),
      }),
      place: ({ data }) => data.householdId,
    },
    RenewPledge: {
      path: 'pledges/:id/renewals',
      allow: { over: head },
      summary: { zh: '续签承诺', en: 'Renew a pledge' },
      example: {},
      facts: ({ params }, load) => factsOfPledge(load, params['id'] ?? ''),
    },
    AmendPledge: {
      path: 'pledges/:id/amendments',
      allow: { over: head },
      summary: { zh: '修改承诺', en: 'Amend a pledge' },
      example: { words: '房前屋后收拾干净，不乱停放车辆', clauses: [1] },
      facts: ({ params }, load) => factsOfPledge(load, params['id'] ?? ''),
    },
    WithdrawPledge: {
      path: 'pledges/:id/withdrawals',
      allow: { over: head },
      summary: { zh: '撤回承诺', en: 'Withdraw a pledge' },
      example: {},
    },
    ChangePledgeConsent: {
      path: 'pledges/:id/consents',
      allow: { over: head },
      summary: { zh: '决定是否署名', en: 'Consent to be named, or not' },
      example: { consent: false },
    },
    IssuePlaque: {
      path: 'pledges/:id/plaques',
      allow: { over: helpers },
      summary: { zh: '发承诺牌', en: 'Issue the plaque of a pledge' },
      example: {},
    },
    MountPlaque: {
      path: 'pledges/:id/plaque-mountings',
      allow: { over: [...head, ...helpers] },
      summary: { zh: '挂承诺牌', en: 'Mount the plaque' },
      example: {},
    },
    ReplacePlaque: {
      path: 'pledges/:id/plaque-replacements',
      allow: { over: helpers },
      summary: { zh: '换承诺牌', en: 'Replace the plaque' },
      example: { reason: '牌面褪色' },
    },
  }),
];

export class AtPlaceQuery extends Paged {
  /** This place and all in it. */
  @PlaceId() place!: string;
}
export class CoverageQuery extends Paged {
  @PlaceId() place!: string;
  /** Also lists the places of this level in it. */
  @Optional() @OneOf(placeLevels) level?: PlaceLevel;
}

/** The version in force with its text, as far as there is one. */
async function inForce(rows: ReadModels, row: CovenantRow) {
  if (!row.inForce) return {};
  const text = await rows.get<CovenantText>('covenant-versions', `${row.covenantId}/${row.inForce.version}`);
  return { inForce: { ...row.inForce, title: text?.title, clauses: text?.clauses, slogans: text?.slogans } };
}

const inWords = (decision: Immutable<ThresholdDecision>) => ({ ...decision, words: thresholdInWords(decision, voters) });
/** The decision on the latest version and the deliberations before it, as far as they are made, each in words too. */
const decided = ({ decision, deliberations }: CovenantRow) => ({
  ...(deliberations && { deliberations: deliberations.map(inWords) }),
  ...(decision && { decision: inWords(decision) }),
});

/** How many households in a place have pledged. There is a row for each building or courtyard in which one has. */
async function pledgedIn(rows: ReadModels, placeId: string): Promise<number> {
  let pledged = 0;
  for (let after: string | undefined; ;) {
    const page = await rows.list<CoverageRow>('pledge-coverage', {
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
  const [found, registered, pledged] = await Promise.all([
    rows.get<PlaceRow>('place-tree', placeId),
    rows.get<{ households: number }>('household-count', placeId),
    pledgedIn(rows, placeId),
  ]);
  return { placeId, name: found?.name, level: found?.level, pledged, households: registered?.households ?? 0 };
}

const examplePledge = {
  pledgeId: '510121111219.510121111219.1.7',
  covenantId: '510121111219',
  householdId: '510121111219.1.7',
  standing: true,
  version: 1,
  words: exampleWords,
  clauses: [2],
  name: '蔡新周',
  madeAt: '2020-06-01T01:00:00.000Z',
  confirmedAt: '2020-06-01T01:00:00.000Z',
  plaque: { number: '510121111219-1.7', issuedAt: '2020-06-02T01:00:00.000Z', mountedAt: '2020-06-05T01:00:00.000Z' },
  revision: 2,
};
const exampleVersion = { covenantId: '510121111219', version: 1, title: '谢杨坝村村规民约', ...exampleText };
const exampleDecision = decideByThreshold(thresholdRules['simple-majority'], heads(120), {
  ...emptyTally,
  approve: heads(91),
  reject: heads(7),
});
const exampleCoverage = { placeId: '510121111219', name: '谢杨坝村', level: 'village', pledged: 316, households: 402 };

export const covenantQueries = [
  defineQuery({
    query: 'GetCovenant',
    path: 'covenants/:id',
    allow: 'public',
    summary: {
      zh: '查公约：最新的一版及其表决（含逐项说明），和生效的一版',
      en: 'The covenant of a place: its latest version with the decision on it, in words too, and the one in force',
    },
    from: ['covenants', 'covenant-versions'],
    answer: async ({ params: { id = '' }, rows }) => {
      const row = await rows.get<CovenantRow>('covenants', covenantKey(id));
      return row === null ? refuse('covenant.not-found', { id }) : { ...row, ...decided(row), ...(await inForce(rows, row)) };
    },
    example: {
      ...exampleVersion,
      step: 'adopted',
      opinions: 12,
      decision: inWords(exampleDecision),
      inForce: { version: 1, adoptedAt: '2020-06-01T01:00:00.000Z', ...exampleText },
      revision: 4,
    },
  }),
  defineQuery({
    query: 'GetCovenantVersion',
    path: 'covenants/:id/versions/:version',
    allow: 'public',
    summary: { zh: '查公约的某一版', en: 'One version of a covenant, for good' },
    from: ['covenant-versions'],
    answer: async ({ params: { id = '', version = '' }, rows }) =>
      (await rows.get<CovenantText>('covenant-versions', `${id}/${version}`)) ?? refuse('covenant.no-such-version', { version }),
    example: exampleVersion,
  }),
  defineQuery<AtPlaceQuery>({
    query: 'ListCovenants',
    path: 'covenants',
    allow: 'public',
    summary: { zh: '某地及其以下的公约', en: 'The covenants of a place and all in it' },
    from: ['covenants'],
    parameters: AtPlaceQuery,
    answer: ({ query, rows }) =>
      pageOf<CovenantRow, object>(
        rows,
        'covenants',
        prefixBelow(query.place),
        query,
        ({ row: { covenantId, title, version, step, inForce: binding } }) => ({
          covenantId,
          title,
          version,
          step,
          ...(binding && { inForce: binding }),
        }),
      ),
    example: {
      items: [
        {
          covenantId: '510121111219',
          title: '谢杨坝村村规民约',
          version: 1,
          step: 'adopted',
          inForce: { version: 1, adoptedAt: '2020-06-01T01:00:00.000Z' },
        },
      ],
      next: null,
    },
  }),
  defineQuery<Paged>({
    query: 'ListCovenantOpinions',
    path: 'covenants/:id/opinions',
    allow: { over: officials },
    summary: { zh: '对公约各版的意见', en: 'What was said of a covenant’s drafts' },
    from: ['covenant-opinions'],
    parameters: Paged,
    place: ({ params: { id = '' } }) => id,
    answer: ({ params: { id = '' }, query, rows }) =>
      pageOf<CovenantOpinionRow, CovenantOpinionRow>(rows, 'covenant-opinions', `${id}/`, query, ({ row }) => row),
    example: {
      items: [
        {
          opinionId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01',
          version: 1,
          clause: 2,
          words: '建议写明投放时间',
          at: '2020-05-20T01:00:00.000Z',
        },
      ],
      next: null,
    },
  }),
  defineQuery<Paged>({
    query: 'ListPledgesToCovenant',
    path: 'covenants/:id/pledges',
    allow: 'public',
    summary: { zh: '对某公约的承诺墙', en: 'The pledge wall of a covenant' },
    from: ['pledge-wall'],
    parameters: Paged,
    answer: ({ params: { id = '' }, query, rows }) =>
      pageOf<PledgeRow, PledgeRow>(rows, 'pledge-wall', `covenant/${id}/`, query, ({ row }) => row),
    example: { items: [examplePledge], next: null },
  }),
  defineQuery<AtPlaceQuery>({
    query: 'ListPledges',
    path: 'pledges',
    allow: 'public',
    summary: { zh: '某地的承诺墙', en: 'The pledge wall of a place' },
    from: ['pledge-wall'],
    parameters: AtPlaceQuery,
    answer: ({ query, rows }) =>
      pageOf<PledgeRow, PledgeRow>(rows, 'pledge-wall', `place/${prefixBelow(query.place)}`, query, ({ row }) => row),
    example: { items: [examplePledge], next: null },
  }),
  defineQuery({
    query: 'GetPledge',
    path: 'pledges/:id',
    allow: 'public',
    summary: { zh: '承诺牌上的二维码所指的页面', en: 'The page to which a plaque’s code leads' },
    from: ['pledge-wall', 'covenant-versions', 'place-tree'],
    answer: async ({ params: { id = '' }, rows }) => {
      const row = await rows.get<PledgeRow>('pledge-wall', `pledge/${id}`);
      if (row === null) return refuse('pledge.not-found', { id });
      const [text, household] = await Promise.all([
        rows.get<CovenantText>('covenant-versions', `${row.covenantId}/${row.version}`),
        rows.get<PlaceRow>('place-tree', row.householdId),
      ]);
      return {
        ...row,
        covenant: text?.title,
        household: household?.name,
        clauses: text?.clauses.filter(({ number }) => row.clauses.includes(number)) ?? [],
      };
    },
    example: {
      ...examplePledge,
      covenant: '谢杨坝村村规民约',
      household: '蔡家大院7号',
      clauses: [{ number: 2, text: '垃圾分类，定点投放' }],
    },
  }),
  defineQuery<CoverageQuery>({
    query: 'GetCoverage',
    path: 'covenants/coverage',
    allow: 'public',
    summary: { zh: '承诺覆盖：已承诺户数和登记户数', en: 'Coverage: households that have pledged, of those registered' },
    from: ['pledge-coverage', 'household-count', 'place-tree', 'places-by-level'],
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
    example: { ...exampleCoverage, placeId: '510121', name: '金堂县', level: 'county', items: [exampleCoverage], next: null },
  }),
];
