import type { OpenBallot } from '../../../src/domain/platform/ballot-messages.js';
import type { Paper } from '../../../src/domain/platform/papers.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import { commitTo } from '../../../src/domain/voting/draw.js';

export const village = '510121111219';
export const seed = '金堂县清江社区二〇二六年六月之签';
export const moments = {
  opening: '2026-06-01T00:00:00.000Z',
  voting: '2026-06-03T08:00:00.000Z',
  closing: '2026-06-08T00:00:00.000Z',
} as const;

/** 改造项目序列 of a village: three projects under a budget of 100 yuan. */
export const list: Immutable<OpenBallot> = {
  placeId: village,
  subject: 'renovation-list',
  title: '二〇二六年改造项目序列',
  options: [
    { optionId: 'lamps', name: '路灯', cost: 60_00 },
    { optionId: 'bench', name: '长椅', cost: 50_00 },
    { optionId: 'trees', name: '补种', cost: 40_00 },
  ],
  rule: { rule: 'equal-shares' },
  budget: 100_00,
  form: 'approval',
  opensAt: moments.opening,
  closesAt: moments.closing,
  lastTies: 'listed',
  replaceable: true,
  secretUntilClosed: true,
};
/** An election of moderators from rankings, ties drawn. */
export const election: Immutable<OpenBallot> = {
  placeId: village,
  subject: 'election',
  title: '选举院坝主持人',
  options: [
    { optionId: 'chen', name: '陈建国' },
    { optionId: 'li', name: '李秀兰' },
    { optionId: 'cai', name: '蔡新周' },
    { optionId: 'wu', name: '吴明' },
  ],
  rule: { rule: 'single-transferable-vote', seats: 2 },
  form: 'ranking',
  closesAt: moments.closing,
  lastTies: 'draw',
  drawCommitment: commitTo(seed),
  replaceable: false,
  secretUntilClosed: true,
};

export const ranking = (...tiers: readonly (string | readonly string[])[]): Immutable<Paper> => ({
  ranking: tiers.map((tier) => ({ options: typeof tier === 'string' ? [tier] : tier })),
});
export const points = (given: Readonly<Record<string, number>>): Immutable<Paper> => ({
  points: Object.entries(given).map(([optionId, value]) => ({ optionId, points: value })),
});
