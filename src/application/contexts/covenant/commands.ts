import { covenant } from '../../../domain/covenant/covenant.js';
import { covenantOpinion } from '../../../domain/covenant/opinion.js';
import { pledge, pledgeIdOf } from '../../../domain/covenant/pledge.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { decidedResolution } from '../assembly/facts.js';
import { levelsAt, placeAt, policiesAt } from '../registry/facts.js';
import { commandsOf, type Load } from '../../kernel/command.js';

const officials: readonly Capacity[] = ['cadre', 'department'];
const helpers: readonly Capacity[] = ['volunteer', ...officials];
const head: readonly Capacity[] = ['household-head'];

const covenantAt = (load: Load, id: string) => load.existing(covenant, id, 'covenant.not-found');
async function subjectsOf(load: Load, covenantId: string, householdId: string) {
  const [found, household] = await Promise.all([covenantAt(load, covenantId), placeAt(load, householdId)]);
  return { covenant: found, household };
}
const factsOfPledge = async (load: Load, id: string) => {
  const { covenantId, placeId } = await load.existing(pledge, id, 'pledge.not-found');
  return subjectsOf(load, covenantId, placeId);
};

const exampleText = {
  clauses: [
    { number: 1, text: '爱护公共环境，不乱搭乱建' },
    { number: 2, text: '垃圾分类，定点投放' },
  ],
  slogans: [{ text: '不乱搭' }, { text: '爱花草' }, { text: '美到家' }],
};
const exampleHash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
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
      example: { until: '2026-12-01T16:00:00.000Z' },
      facts: async ({ params }, load) => ({ policies: await policiesAt(load, params['id'] ?? '') }),
    },
    CloseCovenantOpinions: {
      path: 'system/covenants/:id/opinion-period-ends',
      allow: 'system',
      summary: { zh: '征求意见到期结束', en: 'Close the period for opinions when its time is over' },
      example: {},
    },
    ReviewCovenant: {
      path: 'covenants/:id/reviews',
      allow: { over: officials },
      summary: { zh: '合法性审查', en: 'Review the draft for legality' },
      example: { passed: true, remarks: '与法律法规无抵触' },
    },
    AnnounceCovenantVote: {
      path: 'covenants/:id/vote-announcements',
      allow: { over: officials },
      summary: { zh: '公告会议时间和表决的公约草案', en: 'Announce the vote on the draft' },
      example: { votesFrom: '2026-12-14T16:00:00.000Z' },
      facts: async ({ params }, load) => ({ policies: await policiesAt(load, params['id'] ?? '') }),
    },
    RecordCovenantVote: {
      path: 'covenants/:id/adoptions',
      allow: { over: officials },
      summary: {
        zh: '登记表决结果：会议的人数，附会议记录和签到册的哈希；或会议表决的编号',
        en: 'Record the vote on the draft: figures of a meeting, with the hashes of minutes and sign-in sheet, or a decided resolution',
      },
      example: {
        rule: 'villagers-assembly',
        expected: heads(120),
        present: heads(98),
        approving: heads(91),
        papers: { minutes: exampleHash, signIn: exampleHash.replace('9', 'a') },
      },
      facts: async ({ params, data: { ballotId } }, load) => {
        const [levels, ballot] = await Promise.all([
          levelsAt(load, params['id'] ?? ''),
          ballotId === undefined ? undefined : decidedResolution(load, ballotId),
        ]);
        return { ...levels, ...(ballot !== undefined && { ballot }) };
      },
    },
    AmendCovenant: {
      path: 'covenants/:id/amendments',
      allow: { over: officials },
      summary: { zh: '修订公约（起草新一版）', en: 'Amend the covenant: draft its next version' },
      example: exampleText,
    },
    FileCovenant: {
      path: 'covenants/:id/filings',
      allow: { over: officials },
      summary: { zh: '备案', en: 'File the version in force' },
      example: { fileNumber: '金龙备〔2026〕3号' },
    },
    PublishCovenantDecision: {
      path: 'covenants/:id/decision-publications',
      allow: { over: officials },
      summary: { zh: '决议公开（两公开之一）', en: 'Publish the decision, the first of the two publications' },
      example: { where: '村务公开栏' },
    },
    PublishCovenantResult: {
      path: 'covenants/:id/result-publications',
      allow: { over: officials },
      summary: { zh: '实施结果公开（两公开之二）', en: 'Publish how the decision was carried out, the second publication' },
      example: { where: '村务公开栏' },
    },
  }),
  ...commandsOf(covenantOpinion, {
    GiveCovenantOpinion: {
      path: 'covenants/:id/opinions',
      begins: true,
      daily: { most: 20, event: 'CovenantOpinionGiven' },
      allow: { of: ['resident', 'household-head', 'party-member', 'moderator'] },
      summary: { zh: '提意见', en: 'Give an opinion on the draft' },
      example: { clause: 2, words: '建议写明投放时间' },
      stream: ({ params, by }) => `${params['id'] ?? ''}.${by}`,
      placeFrom: async ({ params }, load) => (await covenantAt(load, params['id'] ?? '')).placeId,
      facts: async ({ params }, load) => ({ covenant: await covenantAt(load, params['id'] ?? '') }),
    },
  }),
  ...commandsOf(pledge, {
    MakePledge: {
      path: 'covenants/:id/pledges',
      begins: true,
      daily: { most: 10, event: 'PledgeMade' },
      allow: { over: head },
      summary: { zh: '一户作出承诺', en: 'Pledge to a covenant' },
      example: { householdId: '510121111219.1.7', words: exampleWords, clauses: [1, 2], consent: true, displayName: '蔡新周' },
      stream: ({ params, data }) => pledgeIdOf(params['id'] ?? '', data.householdId),
      bodyNamesStream: true,
      facts: ({ params, data }, load) => subjectsOf(load, params['id'] ?? '', data.householdId),
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
      daily: { most: 20, event: 'PledgeAmended' },
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
      daily: { most: 20, event: 'PledgeConsentChanged' },
      allow: { over: head },
      summary: { zh: '决定是否署名', en: 'Change the consent to be named' },
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
