import { placeOfPlot, plotDivision, plotIdOf } from '../../../domain/guardianship/division.js';
import { entriesOf, meritAccount } from '../../../domain/guardianship/merit-account.js';
import { meritRules, rulesOn } from '../../../domain/guardianship/merit-rules.js';
import { plot } from '../../../domain/guardianship/plot.js';
import { inspectorsOf } from '../../../domain/guardianship/plot-state.js';
import type { PlotFacts } from '../../../domain/guardianship/plot-messages.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { lineage } from '../../../domain/shared/place-id.js';
import { personOf, placeAt, policiesAt } from '../registry/facts.js';
import type { Allow } from '../../kernel/actor.js';
import { type CommandDefinition, commandsOf, type Load, Refused, type Target } from '../../kernel/command.js';

/* Longer than other files: it is a table of commands with what they need. */

/** The self-governing body 小区自治组织, which divides plots, sets rules and inspects. */
const selfGoverning: readonly Capacity[] = ['moderator', 'cadre'];
const residents: Allow = { of: ['party-member', 'resident', 'household-head'], over: ['party-member'] };

const idOf = ({ params }: { readonly params: Readonly<Record<string, string>> }): string => params['id']!;

/** A plot is created by the division of its place; its own stream starts with the first command on it. */
const ofPlot = { stream: idOf, place: ({ target }: { readonly target: Pick<Target, 'params'> }) => placeOfPlot(idOf(target)) } as const;
/** @throws Refused (404) if there is no such plot */
async function plotFacts(target: Pick<Target, 'params'>, load: Load): Promise<PlotFacts> {
  const id = idOf(target);
  const placeId = placeOfPlot(id);
  const [division, policies] = await Promise.all([load.state(plotDivision, placeId), policiesAt(load, placeId)]);
  const divided = division?.plots.find(({ number }) => plotIdOf(placeId, number) === id);
  if (!divided) throw new Refused(refuse('plot.not-found', { id }));
  return { plot: divided, policies };
}
/** Who made the inspections that an entry of a merit account rests on. */
async function inspectorsBehind(load: Load, accountId: string, causeId: string): Promise<readonly string[]> {
  const entry = entriesOf(await load.state(meritAccount, accountId)).find((candidate) => candidate.causeId === causeId);
  return entry ? inspectorsOf(await load.state(plot, entry.plotId), entry.inspections) : [];
}
async function householdFacts(target: Pick<Target, 'params' | 'by'>, load: Load) {
  const [facts, actor] = await Promise.all([plotFacts(target, load), personOf(load, target.by)]);
  return { ...facts, homes: actor?.homes ?? [] };
}
/** The homes of the guardian whose work is judged. */
async function guardianHomes(target: Pick<Target, 'params'>, load: Load) {
  const { guardianship, rectification } = await load.state(plot, idOf(target));
  const guardianId = rectification?.guardianId ?? guardianship?.guardianId;
  const guardian = guardianId === undefined ? null : await personOf(load, guardianId);
  return { homes: guardian?.homes ?? [] };
}
async function guardianFacts(target: Pick<Target, 'params'>, load: Load) {
  const [facts, homes] = await Promise.all([plotFacts(target, load), guardianHomes(target, load)]);
  return { ...facts, ...homes };
}

/** The rules that were in force on a day at a place, or at the nearest place above that had rules. */
async function rulesFromStreams(load: Load, placeId: string, day: string) {
  const rules = await Promise.all(lineage(placeId).map((candidate) => load.state(meritRules, candidate)));
  return rules.map((state) => rulesOn(state, day)).find((found) => found !== undefined) ?? null;
}

export const guardianshipCommands: readonly CommandDefinition[] = [
  ...commandsOf(plotDivision, {
    ListPublicSpaces: {
      path: 'places/:id/public-spaces',
      begins: true,
      allow: { over: selfGoverning },
      summary: { zh: '登记公共空间', en: 'Register public space' },
      example: {
        spaces: [
          { id: 'lvdi-1', name: '大门东侧绿地', kind: 'greening' },
          { id: 'hulan-1', name: '河边护栏', kind: 'railings' },
          { id: 'loudao-1', name: '一单元楼道', kind: 'stairwell' },
        ],
      },
      stream: idOf,
      place: ({ target }) => idOf(target),
      facts: async (target, load) => ({ place: await placeAt(load, idOf(target)) }),
    },
    DividePlots: {
      path: 'places/:id/plots',
      allow: { over: selfGoverning },
      summary: { zh: '划分责任田', en: 'Divide public space into plots' },
      example: {
        plots: [
          { number: 1, name: '一号责任田', spaces: ['lvdi-1', 'hulan-1'] },
          { number: 2, name: '二号责任田', spaces: ['loudao-1'] },
        ],
        terms: { partyFirstDays: 7 },
      },
      stream: idOf,
      place: ({ target }) => idOf(target),
      facts: async (target, load) => ({ policies: await policiesAt(load, idOf(target)) }),
    },
    ClosePartyFirst: {
      path: 'system/places/:id/party-first-closings',
      allow: 'system',
      summary: { zh: '党员优先认领期结束', en: 'End the period in which only party members may apply' },
      example: { division: 1 },
      place: ({ target }) => idOf(target),
    },
  }),
  ...commandsOf(plot, {
    ApplyForPlot: {
      ...ofPlot,
      path: 'plots/:id/applications',
      begins: true,
      allow: residents,
      summary: { zh: '申请认领责任田', en: 'Apply for a plot' },
      example: { words: '我家就在旁边，每天都能照看' },
      facts: householdFacts,
    },
    RuleOnPlotApplication: {
      ...ofPlot,
      path: 'plots/:id/application-rulings',
      allow: { over: selfGoverning },
      summary: { zh: '答复认领申请', en: 'Accept or refuse an application' },
      example: { applicationId: '0193a7c2-5b1e-8c33-9f10-2d6b7a4e1c55', accepted: false, reason: '申请人已认领另外两块责任田' },
      facts: plotFacts,
    },
    OfferPlot: {
      ...ofPlot,
      path: 'plots/:id/handovers',
      allow: { as: 'guardian' },
      summary: { zh: '提出移交责任田', en: 'Offer a plot to another guardian' },
      example: { toId: '7d2b9e64-0c5f-8a18-92e3-b1f6d48a0c35' },
      facts: plotFacts,
    },
    TakeOverPlot: {
      ...ofPlot,
      path: 'plots/:id/handover-acceptances',
      allow: residents,
      summary: { zh: '接手责任田', en: 'Take over a plot that was offered' },
      example: {},
      facts: householdFacts,
    },
    GivePlotNotice: {
      ...ofPlot,
      path: 'plots/:id/notices',
      allow: { as: 'guardian' },
      summary: { zh: '提前通知不再担任监护人', en: 'Give notice to quit as guardian' },
      example: { words: '下月搬到县城和儿子同住' },
      facts: plotFacts,
    },
    EndGuardianship: {
      path: 'system/plots/:id/guardianship-ends',
      allow: 'system',
      summary: { zh: '监护到期', en: 'End a guardianship whose term or notice is over' },
      example: {},
      place: ofPlot.place,
    },
    LogCare: {
      ...ofPlot,
      path: 'plots/:id/care',
      allow: { as: 'guardian' },
      summary: { zh: '记录管护', en: 'Log care' },
      example: { kinds: ['watering', 'weeding'], words: '给三角梅浇水，拔了杂草' },
      facts: householdFacts,
    },
    ContributeToPlot: {
      ...ofPlot,
      path: 'plots/:id/contributions',
      begins: true,
      daily: { most: 20, event: 'PlotContributionMade' },
      allow: { of: ['volunteer', 'party-member', 'resident', 'household-head'], over: ['volunteer', 'party-member', 'organization-lead'] },
      summary: { zh: '志愿者参与管护', en: 'Contribute to a plot as a volunteer' },
      example: { kinds: ['painting'], words: '手绘石头二十块，摆在花坛边' },
      facts: householdFacts,
    },
    InspectPlot: {
      ...ofPlot,
      path: 'plots/:id/inspections',
      allow: { over: [...selfGoverning, 'volunteer'] },
      summary: { zh: '检查打分', en: 'Inspect and score a plot' },
      example: { score: 85, words: '绿地整洁，护栏有一处松动' },
      facts: guardianFacts,
    },
    ConfirmRectification: {
      ...ofPlot,
      path: 'plots/:id/rectifications',
      allow: { over: [...selfGoverning, 'volunteer'] },
      summary: { zh: '确认整改完成', en: 'Confirm that the faults found by an inspection were corrected' },
      example: { words: '杂物已清理' },
      facts: guardianFacts,
    },
    MarkRectificationOverdue: {
      path: 'system/plots/:id/overdue-rectifications',
      allow: 'system',
      summary: { zh: '整改逾期', en: 'Mark a rectification overdue' },
      example: { inspectionId: '0193a7c2-5b1e-8c33-9f10-2d6b7a4e1c56' },
      place: ofPlot.place,
      facts: guardianHomes,
    },
    VoidInspection: {
      path: 'system/plots/:id/voided-inspections',
      allow: 'system',
      summary: { zh: '检查结果不再计入', en: 'Void an inspection whose penalty was reversed' },
      example: { inspectionId: '0193a7c2-5b1e-8c33-9f10-2d6b7a4e1c56', guardianId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01' },
      place: ofPlot.place,
      facts: plotFacts,
    },
  }),
  ...commandsOf(meritRules, {
    AdoptMeritRules: {
      path: 'merit/rules',
      allow: { over: selfGoverning },
      summary: { zh: '通过奖惩制度', en: 'Adopt a version of the merit rules' },
      example: {
        placeId: '510121111219.1',
        from: '2026-06-01',
        rules: [
          { cause: 'care-logged', points: 2, capPerDay: 1 },
          { cause: 'inspection-passed', points: 5 },
          { cause: 'inspection-failed', points: -5 },
          { cause: 'rectification-overdue', points: -10 },
        ],
        appealDays: 5,
      },
      stream: ({ data }) => data.placeId,
      bodyNamesStream: true,
      facts: async ({ data }, load) => ({ policies: await policiesAt(load, data.placeId) }),
    },
  }),
  ...commandsOf(meritAccount, {
    RecordMerit: {
      path: 'system/merit/accounts/:id/entries',
      allow: 'system',
      summary: { zh: '记分', en: 'Enter points for a cause' },
      example: {
        personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01',
        plotId: '510121111219.1~1',
        cause: 'care-logged',
        causeId: '0193a7c2-5b1e-7c33-9f10-2d6b7a4e1c57',
        day: '2026-06-02',
      },
      stream: idOf,
      place: ({ data }) => placeOfPlot(data.plotId),
      facts: async ({ data }, load) => {
        const placeId = placeOfPlot(data.plotId);
        const [rules, policies] = await Promise.all([rulesFromStreams(load, placeId, data.day), policiesAt(load, placeId)]);
        return { rules, policies };
      },
    },
    AppealMerit: {
      path: 'merit/accounts/:id/appeals',
      daily: { most: 10, event: 'MeritAppealed' },
      allow: { as: 'resident' },
      summary: { zh: '对扣分提出申诉', en: 'Appeal against a penalty' },
      example: { causeId: '0193a7c2-5b1e-7c33-9f10-2d6b7a4e1c58', words: '检查那天正在施工，垃圾不是我这块地的' },
    },
    RuleOnMeritAppeal: {
      path: 'merit/accounts/:id/appeal-rulings',
      allow: { over: selfGoverning },
      summary: { zh: '说事评理，裁定申诉', en: 'Rule on an appeal' },
      example: { causeId: '0193a7c2-5b1e-7c33-9f10-2d6b7a4e1c58', upheld: true, reason: '施工队承认垃圾是他们堆放的' },
      facts: async ({ params, data }, load) => ({ inspectors: await inspectorsBehind(load, params['id']!, data.causeId) }),
    },
  }),
];
