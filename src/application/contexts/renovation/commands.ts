import { nextBallotId } from '../../../domain/renovation/ballot.js';
import { renovationVote } from '../../../domain/renovation/ballot-paper.js';
import { renovationOpinion } from '../../../domain/renovation/opinion.js';
import { renovationProxy } from '../../../domain/renovation/proxy.js';
import { renovation } from '../../../domain/renovation/renovation.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { placeKindOf } from '../../../domain/voting/bodies.js';
import { ballotCount } from '../../../projections/renovation/ballot-count.js';
import { levelsAt, placeAt, policiesAt, unitRows } from '../registry/facts.js';
import { householdsOf, rollFor, rollPages, unitsOf, withRoll } from './rolls.js';
import { commandsOf, type CommandDefinition, type Load, Refused, type Target } from '../../kernel/command.js';

const members: readonly Capacity[] = ['resident', 'household-head', 'party-member', 'guardian'];

const existing = (load: Load, { params }: Target) => load.existing(renovation, params['id'] ?? '', 'renovation.not-found');
/** The policies that count at the place of a renovation. */
const policies = async (target: Target, load: Load) => policiesAt(load, (await existing(load, target)).placeId);
const placeFrom = async (target: Target, load: Load) => (await existing(load, target)).placeId;

/** The count of a closed ballot. `rows` has reached the event that asks for the decision, which is the closing. */
async function countOf(target: Target, load: Load) {
  const [{ ballot }, rows] = await Promise.all([existing(load, target), load.rows([ballotCount])]);
  if (ballot === null) throw new Refused(refuse('renovation.no-ballot'));
  const row = await rows.get(ballotCount, ballot.id);
  if (row?.closing === undefined) throw new Refused(refuse('renovation.ballot-open'));
  return { ballotId: ballot.id, tally: row.tally, closing: row.closing };
}

/** The owners whose vote the new holder of a proxy has cast by an earlier proxy that has ended. */
async function votedByProxy(load: Load, { ballotId, to }: { readonly ballotId: string; readonly to: string }): Promise<string[]> {
  const ended = (await load.state(renovationProxy, `${ballotId}.${to}`)).filter(({ hasEnded }) => hasEnded);
  const votes = await Promise.all(
    ended.map(async ({ owner }) => ({ owner, vote: await load.state(renovationVote, `${ballotId}.${owner}`) })),
  );
  return votes.filter(({ vote: { choice, act } }) => choice !== null && act?.basis === 'proxy' && act.by === to).map(({ owner }) => owner);
}

/** The name on the roll that a vote is for; by default that of the voter. */
type Named = Target<{ readonly ballotId: string; readonly owner?: string | undefined }>;
/** What casting and withdrawing a vote have in common. */
const onVote = {
  confidential: true,
  stream: ({ data, by }: Pick<Named, 'data' | 'by'>) => `${data.ballotId}.${data.owner ?? by}`,
  bodyNamesStream: true,
  placeFrom,
  facts: async (target: Named, load: Load) => {
    const { data, by } = target;
    const [withVoters, proxies] = await Promise.all([
      existing(load, target).then((found) => withRoll(found, load)),
      data.owner === undefined ? [] : load.state(renovationProxy, `${data.ballotId}.${by}`),
    ]);
    return { renovation: withVoters, proxies: [...proxies] };
  },
} as const;

const aBallot = '5f1c2f6e-3a41-8c11-9d0c-1a2b3c4d5e6f.1';
const aPerson = '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01';
const aHash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const aDesign = { summary: '铺青砖六十平方米，沿墙种三角梅，设三张长凳和一张棋桌。', document: aHash, cost: 76_500_00 };

export const renovationCommands: readonly CommandDefinition[] = [
  ...commandsOf(renovation, {
    ProposeRenovation: {
      path: 'renovations',
      daily: { most: 5, event: 'RenovationProposed' },
      allow: { of: ['resident', 'household-head'], over: ['cadre'] },
      summary: { zh: '提出微改造', en: 'Propose a renovation' },
      example: {
        placeId: '510121111219.1',
        title: '蔡家大院院坝改造',
        description: '清走院坝杂物，铺平地面，添长凳和花池。',
        aspects: ['space-layout', 'greening', 'activity-carriers'],
        budget: 80_000_00,
      },
      facts: async ({ data }, load) => ({ place: await placeAt(load, data.placeId) }),
    },
    OpenRenovationConsultation: {
      path: 'renovations/:id/consultations',
      allow: { over: ['cadre', 'moderator'] },
      summary: { zh: '开始征求意见', en: 'Open the consultation' },
      example: { until: '2020-05-08T16:00:00.000Z' },
      facts: async (target, load) => ({ policies: await policies(target, load) }),
    },
    CloseRenovationConsultation: {
      path: 'system/renovations/:id/consultation-closing',
      allow: 'system',
      summary: { zh: '征求意见到期结束', en: 'Close the consultation when its time is over' },
      example: {},
    },
    SubmitRenovationDesign: {
      path: 'renovations/:id/designs',
      allow: { over: ['planner'] },
      summary: { zh: '提交设计', en: 'Submit the design' },
      example: aDesign,
    },
    ReviseRenovationDesign: {
      path: 'renovations/:id/design-revisions',
      allow: { over: ['planner'] },
      summary: { zh: '修改设计（原签字失效）', en: 'Revise the design; earlier signatures become void' },
      example: { ...aDesign, summary: '长凳移到花池旁，不挡门。' },
    },
    SignRenovationDesign: {
      path: 'renovations/:id/signatures',
      allow: { over: ['cadre', 'planner', 'moderator'], of: ['resident', 'household-head'] },
      summary: { zh: '三方之一在这一版设计上签字', en: 'Sign this version of the design for one of the three groups' },
      example: { version: 1 },
    },
    OpenRenovationBallot: {
      path: 'renovations/:id/ballots',
      allow: { over: ['cadre', 'moderator'] },
      summary: {
        zh: '公告业主表决（规则和产权清册就此确定，告知期满开始投票）',
        en: 'Announce the owners’ ballot; its rule and its roll then no longer change, and votes are possible after the notice',
      },
      example: {
        matter: 'ordinary',
        opensAt: '2020-05-25T16:00:00.000Z',
        closesAt: '2020-06-05T16:00:00.000Z',
        replaceable: true,
      },
      facts: async (target, load) => {
        const [{ id, ballots, placeId }, rows] = await Promise.all([existing(load, target), unitRows(load)]);
        const [inForce, levels] = await Promise.all([policiesAt(load, placeId), levelsAt(load, placeId)]);
        const isOfOwners = placeKindOf(levels.level, levels.above) === 'compound';
        const units = await (isOfOwners ? unitsOf : householdsOf)(placeId, rows);
        const { roll, counted } = await rollFor(nextBallotId(id, ballots), units, target.data.countedKinds);
        return { roll, counted, policies: inForce, ...levels };
      },
      parts: rollPages,
    },
    CloseRenovationBallot: {
      path: 'system/renovations/:id/ballot-closing',
      allow: 'system',
      summary: { zh: '表决到期截止', en: 'Close the ballot when its time is over' },
      example: {},
    },
    DecideRenovation: {
      path: 'system/renovations/:id/decision',
      allow: 'system',
      summary: { zh: '按截止时的计票结果作出决定', en: 'Record the decision, counted from the votes at closing' },
      example: {},
      facts: async (target, load) => ({ count: await countOf(target, load) }),
    },
    OpenRenovationNotice: {
      path: 'renovations/:id/notices',
      allow: { over: ['cadre'] },
      summary: { zh: '公示已通过的决定', en: 'Give public notice of the adopted decision' },
      example: { until: '2020-05-28T16:00:00.000Z' },
      facts: async (target, load) => ({ policies: await policies(target, load) }),
    },
    RaiseRenovationObjection: {
      path: 'renovations/:id/objections',
      daily: { most: 10, event: 'RenovationObjectionRaised' },
      allow: { of: members, over: ['moderator'] },
      summary: { zh: '公示期间提出异议', en: 'Object during the public notice' },
      example: { words: '长凳挡了我家的门。' },
    },
    RuleOnRenovationObjection: {
      path: 'renovations/:id/objection-rulings',
      allow: { over: ['cadre'] },
      summary: { zh: '对异议作出结论；异议成立的，重新设计', en: 'Rule on an objection; if it is upheld, the design must be revised' },
      example: { objectionId: aPerson, upheld: false, reason: '已到现场看过，长凳离门两米。' },
    },
    PutRenovationIntoEffect: {
      path: 'system/renovations/:id/notice-end',
      allow: 'system',
      summary: { zh: '公示期满无未决异议，决定生效', en: 'Put the decision into effect after the public notice, if no objection is open' },
      example: {},
    },
  }),
  ...commandsOf(renovationOpinion, {
    GiveRenovationOpinion: {
      path: 'renovations/:id/opinions',
      begins: true,
      daily: { most: 20, event: 'RenovationOpinionGiven' },
      allow: { of: members, over: ['moderator'] },
      summary: { zh: '在征求意见期间提意见', en: 'Give an opinion during the consultation' },
      example: { words: '想要一处能下棋的地方。' },
      stream: ({ params, by }) => `${params['id'] ?? ''}~${by}`,
      placeFrom,
      facts: async (target, load) => ({ renovation: await existing(load, target) }),
    },
  }),
  ...commandsOf(renovationProxy, {
    GiveRenovationProxy: {
      path: 'renovations/:id/proxies',
      begins: true,
      daily: { most: 10, event: 'RenovationProxyGiven' },
      allow: { as: 'resident' },
      summary: {
        zh: '业主书面委托一人代投（一人最多代几位，由表决公告载明）',
        en: 'Give a written proxy to a person, who may hold as many as the ballot says',
      },
      example: { ballotId: aBallot, to: aPerson, document: aHash },
      stream: ({ data }) => `${data.ballotId}.${data.to}`,
      bodyNamesStream: true,
      placeFrom,
      facts: async (target, load) => {
        const [withVoters, votedFor] = await Promise.all([
          existing(load, target).then((found) => withRoll(found, load)),
          votedByProxy(load, target.data),
        ]);
        return { renovation: withVoters, votedFor };
      },
    },
    EndRenovationProxy: {
      path: 'renovations/:id/proxy-ends',
      allow: { as: 'resident' },
      summary: { zh: '撤回或谢绝委托', en: 'Withdraw a proxy that you gave, or decline one that you received' },
      example: { ballotId: aBallot, to: aPerson },
      stream: ({ data }) => `${data.ballotId}.${data.to}`,
      bodyNamesStream: true,
      placeFrom,
      facts: async (target, load) => ({ renovation: await withRoll(await existing(load, target), load) }),
    },
  }),
  ...commandsOf(renovationVote, {
    CastRenovationBallot: {
      path: 'renovations/:id/votes',
      begins: true,
      ...onVote,
      allow: { as: 'resident' },
      summary: { zh: '投票（本人、共有人或受托人）', en: 'Cast a vote as owner, co-owner or proxy' },
      example: { ballotId: aBallot, choice: 'approve' },
    },
    WithdrawRenovationBallot: {
      path: 'renovations/:id/vote-withdrawals',
      ...onVote,
      allow: { as: 'resident' },
      summary: { zh: '撤回投票（本人、共有人或受托人）', en: 'Withdraw a vote as owner, co-owner or proxy' },
      example: { ballotId: aBallot },
    },
  }),
];
