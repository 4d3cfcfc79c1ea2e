import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BallotCount, countBallot, type Declared, noSums, wholeRule } from '../../../src/domain/platform/counting.js';
import { openCounter } from '../../../src/infrastructure/counting/counter.js';
import { rules } from '../../../src/domain/voting/rules.js';
import { ranking } from '../../domain/platform/scenes.js';
import { equalShares, type HeavyBallot, minutes, threads } from '../../support/heavy-ballot.js';

/** In seconds. A thread begins within it, also on a busy machine. */
const limit = 3;
const tooLong = { refused: 'platform.count-too-long', with: { seconds: limit } };
const busy = { refused: 'platform.counting-busy' };

const countOf = ({ options, papers, budget }: HeavyBallot, other: BallotCount['other'] = null): BallotCount => ({
  declared: { form: 'approval', options, budget, rule: equalShares, lastTies: 'listed' },
  counting: { ballots: papers.length, sums: null, papers: papers.map((paper) => ({ paper, count: 1 })) },
  drawSeed: null,
  other,
});
const asked = { rule: wholeRule(equalShares), budget: undefined };
const declared: Declared = {
  form: 'ranking',
  options: ['甲', '乙', '丙'].map((name, i) => ({ optionId: `o${i}`, name })),
  rule: { rule: 'borda', seats: 1, unranked: 'average' },
  lastTies: 'draw',
};
const light: BallotCount = {
  declared,
  counting: {
    ballots: 3,
    sums: [4, 3, 2],
    papers: [
      { paper: ranking('o0', ['o1', 'o2']), count: 1 },
      { paper: ranking('o1'), count: 1 },
      { paper: ranking('o2', 'o0'), count: 1 },
    ],
  },
  drawSeed: '金堂县清江社区二〇二六年六月之签',
  other: null,
};
const question: BallotCount = { ...light, other: { rule: rules.schulze.usual, budget: undefined } };

let before: number;
let open: ReturnType<typeof openCounter>;
beforeEach(() => {
  before = threads();
  open = openCounter(limit);
});
afterEach(async () => {
  await open.close();
  expect(threads()).toBe(before);
});

describe('a count in a thread', () => {
  it('comes to what it comes to anywhere, by its own rule from sums and papers, and by others', async () => {
    const some = countOf(minutes());
    const unlimited = openCounter();
    const by = (count: BallotCount, rule: BallotCount['other']) => ({ ...count, other: rule });
    const counts = [
      light,
      question,
      by(light, { rule: rules['instant-runoff'].usual, budget: undefined }),
      by(light, { rule: { ...rules['instant-runoff'].usual, skippedRanks: null }, budget: undefined }),
      { ...light, counting: { ...light.counting, sums: null } },
      { ...light, counting: { ballots: 0, sums: noSums(wholeRule(declared.rule), 3), papers: [] } },
      by(some, { rule: { ...rules.greedy.usual }, budget: undefined }),
      by(some, { rule: rules.greedy.usual, budget: 7_000_000 }),
      by(some, { rule: rules.phragmen.usual, budget: undefined }),
      countOf({ ...minutes(), budget: 10_000 }),
    ];
    expect(await Promise.all(counts.map((count) => unlimited.counter(count)))).toEqual(counts.map(countBallot));
    expect(threads()).toBe(before + 2);
    await unlimited.close();
  });

  it('that throws rejects, and the next one is counted', async () => {
    const beyond = { ...light, counting: { ...light.counting, sums: [2 ** 53, 0, 0] } };
    const [thrown, next] = [open.counter(beyond), open.counter(light)];
    await expect(thrown).rejects.toThrow('too many ballots to count exactly');
    expect(await next).toEqual(countBallot(light));
  });

  it('holds up nothing that is done here', async () => {
    const order: string[] = [];
    const counted = open.counter(countOf(minutes())).then(() => order.push('counted'));
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    order.push('done here');
    expect(order).toEqual(['done here']);
    await open.close();
    await counted;
  });
});

describe('a question', () => {
  it('that takes too long is refused, leaves no thread behind, and the next one is counted', async () => {
    expect(await open.counter(countOf(minutes(), asked))).toEqual(tooLong);
    expect(threads()).toBe(before);
    expect(await open.counter(question)).toEqual(countBallot(question));
  });

  it('neither delays nor ends what is official, which may take longer', async () => {
    const order: string[] = [];
    const noted = <T>(name: string, answer: Promise<T>) => answer.finally(() => order.push(name));
    const other = noted('what if', open.counter(countOf(minutes(), asked)));
    expect(await noted('official', open.counter(light))).toEqual(countBallot(light));
    const official = noted('official, longer', open.counter(countOf(minutes())));
    expect(await other).toEqual(tooLong);
    expect(await noted('what if behind it', open.counter(question))).toEqual(countBallot(question));
    expect(order).toEqual(['official', 'what if', 'what if behind it']);
    await open.close();
    expect(await official).toEqual(busy);
  });

  it('is refused at once where too many wait already', async () => {
    const order: string[] = [];
    const first = open.counter(countOf(minutes(), asked)).finally(() => order.push('first'));
    const waiting = Array.from({ length: 16 }, () => open.counter(question));
    expect(await open.counter(question).finally(() => order.push('beyond'))).toEqual(busy);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => countBallot(question)));
    expect(await first).toEqual(tooLong);
    expect(order).toEqual(['beyond', 'first']);
    expect(await open.counter(question)).toEqual(countBallot(question));
  });
});

describe('close', () => {
  it('breaks off what is counted and what waits, and begins no thread afterwards', async () => {
    const counts = [open.counter(countOf(minutes())), open.counter(light), open.counter(countOf(minutes(), asked)), open.counter(question)];
    while (threads() < before + 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await open.close();
    expect(await Promise.all(counts)).toEqual([busy, busy, busy, busy]);
    expect(await open.counter(light)).toEqual(busy);
    expect(threads()).toBe(before);
  });

  it('has nothing to end where nothing was counted', async () => {
    expect(threads()).toBe(before);
    await open.close();
  });
});
