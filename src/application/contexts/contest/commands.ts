import { contest } from '../../../domain/contest/contest.js';
import { vote } from '../../../domain/contest/vote.js';
import { type Capacity, neighbours } from '../../../domain/shared/capacity.js';
import { contestRanking, votesOf } from '../../../projections/contest/ranking.js';
import { policiesAt } from '../registry/facts.js';
import { commandsOf, type Load, type Target } from '../../kernel/command.js';
import { levelOf, personOf } from '../registry/facts.js';

const organisers: readonly Capacity[] = ['cadre', 'department'];

const exampleEntry = '5b2c8f0e-41d7-8a36-9c55-0d2f7e9b6a14';
const exampleJurors = ['4c7e1f0a-93d2-8b65-a8f4-2e6b0d9c7153', 'e5a90b3d-1f48-8c27-b6d1-7c3f8a2e4096'];
const existing = ({ params }: Target, load: Load) => load.existing(contest, params['id'] ?? '', 'contest.not-found');
/** What casting and withdrawing a vote have in common. */
const onVote = {
  confidential: true,
  stream: ({ params, by }: Pick<Target, 'params' | 'by'>) => `${params['id']}.${by}`,
  placeFrom: async (target: Target, load: Load) => (await existing(target, load)).placeId,
  facts: async (target: Target, load: Load) => ({ contestId: target.params['id'] ?? '', contest: await existing(target, load) }),
} as const;

export const contestCommands = [
  ...commandsOf(contest, {
    OpenContest: {
      path: 'contests',
      allow: { over: organisers },
      summary: { zh: '发起评选', en: 'Open a contest' },
      example: {
        placeId: '510121111219',
        category: 'compound',
        title: '清江社区最美小区',
        entriesUntil: '2026-05-10T00:00:00.000Z',
        votingFrom: '2026-05-10T00:00:00.000Z',
        votingUntil: '2026-05-20T00:00:00.000Z',
        votesPerVoter: 3,
        votesPerDay: 1,
        formula: { publicShare: 60, juryShare: 40, normalisation: 'maximum', tieBreaks: ['jury', 'earlier-entry'] },
        embargo: 'until-closed',
        jurors: exampleJurors,
        noticeDays: 7,
      },
      facts: async ({ data }, load) => ({ policies: await policiesAt(load, data.placeId) }),
    },
    EnterContest: {
      path: 'contests/:id/entries',
      daily: { most: 20, event: 'PlaceEntered' },
      allow: { over: organisers, of: neighbours },
      summary: { zh: '报名参评', en: 'Enter a contest' },
      example: { placeId: '510121111219.1', label: '蔡家大院' },
      facts: async ({ data }, load) => ({
        level: data.placeId === undefined ? null : await levelOf(load, data.placeId),
      }),
    },
    ScreenEntry: {
      path: 'contests/:id/screenings',
      allow: { over: organisers },
      summary: { zh: '审核参评对象', en: 'Screen an entry' },
      example: { entryId: exampleEntry, decision: 'accepted' },
    },
    GiveJuryScore: {
      path: 'contests/:id/jury-scores',
      allow: { over: ['jury-member'] },
      summary: { zh: '评委评分', en: 'Give a jury score' },
      example: { entryId: exampleEntry, score: 92 },
      facts: async ({ by }, load) => {
        const juror = await personOf(load, by);
        return { home: juror && (juror.householdId ?? juror.placeId) };
      },
    },
    RevealDrawSeed: {
      path: 'contests/:id/draw-seeds',
      allow: { over: organisers },
      summary: { zh: '公布签种', en: 'Reveal the seed of the draw' },
      example: { seed: '金堂县清江社区二〇二六年五月之签' },
    },
    DisqualifyEntry: {
      path: 'contests/:id/disqualifications',
      allow: { over: organisers },
      summary: { zh: '取消参评资格', en: 'Disqualify an entry' },
      example: { entryId: exampleEntry, reason: '所报照片不是本小区的。' },
    },
    RaiseObjection: {
      path: 'contests/:id/objections',
      daily: { most: 10, event: 'ObjectionRaised' },
      allow: { over: organisers, of: neighbours },
      summary: { zh: '对结果提出异议', en: 'Object to the result' },
      example: { entryId: exampleEntry, words: '所报照片不是本小区的，请核实。' },
    },
    AnswerObjection: {
      path: 'contests/:id/objection-rulings',
      allow: { over: organisers },
      summary: { zh: '答复异议', en: 'Rule on an objection' },
      example: { objectionId: '9d1e3c7a-2b64-8f05-a1c8-4e7f60b3d952', upheld: false, reason: '经实地核实，照片属实。' },
    },
    CloseVoting: { path: 'system/contests/:id/closing', allow: 'system', summary: { zh: '投票截止', en: 'Close the voting' }, example: {} },
    PublishResult: {
      path: 'system/contests/:id/result',
      allow: 'system',
      summary: { zh: '公布结果', en: 'Publish the result' },
      example: {},
      facts: async (target, load) => {
        const id = target.params['id'] ?? '';
        const [rows, { placeId }] = await Promise.all([load.rows([contestRanking]), existing(target, load)]);
        const [row, policies] = await Promise.all([rows.get(contestRanking, id), policiesAt(load, placeId)]);
        if (row?.closing == null) throw new Error(`the ranking of contest ${id} has not reached the closing of its voting`);
        return { votes: votesOf(row), closing: row.closing, policies };
      },
    },
    GrantAward: { path: 'system/contests/:id/award', allow: 'system', summary: { zh: '授奖', en: 'Grant the award' }, example: {} },
  }),
  ...commandsOf(vote, {
    CastVote: {
      path: 'contests/:id/votes',
      begins: true,
      ...onVote,
      allow: { of: neighbours },
      summary: { zh: '投票', en: 'Cast a vote' },
      example: { entryId: exampleEntry },
    },
    WithdrawVote: {
      path: 'contests/:id/vote-withdrawals',
      ...onVote,
      allow: { as: 'resident' },
      summary: { zh: '撤回投票', en: 'Withdraw a vote' },
      example: { entryId: exampleEntry },
    },
  }),
];
