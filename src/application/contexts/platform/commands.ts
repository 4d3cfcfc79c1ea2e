import { ballot, resultAwaits } from '../../../domain/platform/ballot.js';
import type { OpenBallot } from '../../../domain/platform/ballot-messages.js';
import { ballotFile, ballotFileOwner } from '../../../domain/platform/ballot-file.js';
import { ballotPaper } from '../../../domain/platform/ballot-paper.js';
import { policiesAt } from '../registry/facts.js';
import { type Capacity, neighbours } from '../../../domain/shared/capacity.js';
import type { Data } from '../../../domain/shared/decider.js';
import { commandsOf, type Load, Refused, type Target } from '../../kernel/command.js';
import { ballotTally } from '../../../projections/platform/ballot-tally.js';
import { placeOfContest } from '../contest/facts.js';
import { placeOfCovenant } from '../covenant/facts.js';
import { placeOfRenovation } from '../renovation/facts.js';

const organisers: readonly Capacity[] = ['cadre', 'moderator', 'department'];

const existing = ({ params }: Target, load: Load) => load.existing(ballot, params['id'] ?? '', 'ballot.not-found');
const placeFrom = async (target: Target, load: Load) => (await existing(target, load)).placeId;
/** What casting and withdrawing a vote have in common. */
const onVote = {
  confidential: true,
  stream: ({ params, by }: Pick<Target, 'params' | 'by'>) => `${params['id']}.${by}`,
  placeFrom,
  facts: async (target: Target, load: Load) => ({ ballotId: target.params['id'] ?? '', ballot: await existing(target, load) }),
} as const;

/** The place of the contest, renovation or ballot that a ballot belongs to. */
async function placeOfSubject({ subject, subjectId }: Data<typeof OpenBallot>, load: Load): Promise<string | null> {
  if (subjectId === undefined) return null;
  switch (subject) {
    case 'renovation':
      return placeOfRenovation(load, subjectId);
    case 'covenant':
      return placeOfCovenant(load, subjectId);
    case 'contest-final':
      return placeOfContest(load, subjectId);
    default:
      return null;
  }
}

/** What the commands of organisers on the kept file of a ballot have in common. */
const ofFile = {
  allow: { over: organisers },
  stream: ({ params }: Target) => params['id'] ?? '',
  placeFrom,
  facts: async (target: Target, load: Load) => ({ ballot: await existing(target, load) }),
};

export const platformCommands = [
  ...commandsOf(ballot, {
    OpenBallot: {
      path: 'ballots',
      allow: { over: organisers },
      summary: { zh: '发起投票（规则、选项和时间就此确定）', en: 'Open a ballot; its rule, options and times then no longer change' },
      example: {
        placeId: '510121111219',
        subject: 'renovation-list',
        title: '二〇二六年改造项目序列',
        options: [
          { optionId: 'ludeng', name: '补装路灯', cost: 6_000_00 },
          { optionId: 'changyi', name: '树下长椅', cost: 5_000_00 },
          { optionId: 'buzhong', name: '补种绿化', cost: 4_000_00 },
        ],
        rule: { rule: 'equal-shares' },
        budget: 10_000_00,
        form: 'approval',
        closesAt: '2026-06-08T00:00:00.000Z',
        lastTies: 'listed',
        replaceable: true,
        secretUntilClosed: true,
      },
      facts: async ({ data }, load) => {
        const [subjectPlace, policies] = await Promise.all([placeOfSubject(data, load), policiesAt(load, data.placeId)]);
        return { subjectPlace, policies };
      },
    },
    WithdrawBallotOption: {
      path: 'ballots/:id/withdrawals',
      allow: { over: organisers },
      summary: {
        zh: '选项退出（候选人不再参选、项目不再可行）：计票前从所有选票中划去，或在计票的某一轮退出',
        en:
          'Withdraw an option, such as a candidate who no longer stands: it is struck from all votes before the count, or excluded ' +
          'in a round of it',
      },
      example: { optionId: 'buzhong', reason: 'not-feasible' },
    },
    CloseBallot: {
      path: 'system/ballots/:id/closing',
      allow: 'system',
      summary: { zh: '投票到期截止', en: 'Close the ballot when its time is over' },
      example: {},
    },
    RevealBallotSeed: {
      path: 'ballots/:id/draw-seeds',
      allow: { over: organisers },
      summary: { zh: '公布签种', en: 'Reveal the seed of the draw' },
      example: { seed: '金堂县清江社区二〇二六年六月之签' },
    },
    PublishBallotResult: {
      path: 'system/ballots/:id/result',
      allow: 'system',
      summary: { zh: '按截止时的选票公布结果', en: 'Publish the result, counted from the votes at closing' },
      example: {},
      facts: async ({ params: { id = '' } }, load) => {
        const found = await load.existing(ballot, id, 'ballot.not-found');
        if (found.published || resultAwaits(found) !== null) return { counted: null }; // the decider will refuse, so no count is needed
        await load.rows([ballotTally]);
        const counted = await load.services.ballotCounts.of({
          ballotId: id,
          declared: found,
          withdrawn: found.withdrawn,
          drawSeed: found.drawSeed,
        });
        if ('refused' in counted) throw new Refused(counted);
        return { counted };
      },
    },
  }),
  ...commandsOf(ballotFile, {
    KeepBallotFile: {
      path: 'ballots/:id/files',
      begins: true,
      summary: { zh: '保存导入选票所用的文件（分段，base64）', en: 'Keep the file from which votes are imported, in base64 parts' },
      example: {
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        part: 1,
        parts: 1,
        bytes: 'TUVUQQprZXk7dmFsdWUK',
      },
      ...ofFile,
    },
    RequestBallotFileErasure: {
      path: 'ballots/:id/file-erasures',
      summary: { zh: '申请删除投票所存的文件', en: 'Ask to erase the kept file of a ballot' },
      example: { reason: 'retention-ended' },
      ...ofFile,
    },
    ConfirmBallotFileErasure: {
      path: 'ballots/:id/file-erasures/confirmation',
      summary: { zh: '确认删除投票所存的文件（第二名工作人员）', en: 'Confirm the erasure of the file, as a second official' },
      example: {},
      ...ofFile,
    },
    EraseBallotFile: {
      path: 'system/ballots/:id/file-erasure',
      allow: 'system',
      summary: { zh: '删除投票所存的文件', en: 'Erase the kept file of a ballot' },
      example: {},
      carryOut: ({ params }, { forget }) => forget(ballotFileOwner(params['id'] ?? '')),
    },
  }),
  ...commandsOf(ballotPaper, {
    CastPaper: {
      path: 'ballots/:id/votes',
      begins: true,
      ...onVote,
      allow: { of: neighbours },
      summary: {
        zh: '投票（赞成、排序、打分或单选，按投票规定）',
        en: 'Vote: approve, rank, give points or choose, as the ballot requires',
      },
      example: { approved: ['changyi', 'ludeng'] },
    },
    WithdrawPaper: {
      path: 'ballots/:id/vote-withdrawals',
      ...onVote,
      allow: { as: 'resident' },
      summary: { zh: '撤回投票', en: 'Withdraw a vote' },
      example: {},
    },
  }),
];
