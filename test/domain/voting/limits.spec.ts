import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { approvals, pointBallots } from '../../../src/domain/voting/ballots.js';
import { type Limit, isLimit } from '../../../src/domain/voting/limits.js';
import { Market } from '../../../src/domain/voting/market.js';
import { moneyTies } from '../../../src/domain/voting/outcome.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { stepsAlike } from '../../../src/domain/voting/steps-alike.js';
import { countWithoutLot } from '../../../src/domain/voting/undecided.js';
import { whyOption } from '../../../src/domain/voting/why.js';
import { inWords } from '../../../src/domain/voting/words.js';
import { naiveAdd1, naiveGreedy, naivePhragmen, naiveShares, withinLimits } from './naive.js';
import { stepsOf } from './papers.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const amount = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 600, 1200));
/** An election under a budget with some limits. */
const limited = fc.integer({ min: 1, max: 5 }).chain((n) => {
  const of = names.slice(0, n);
  return fc.record({
    of: fc.constant(of),
    ballots: fc.array(fc.subarray([...of]), { minLength: 1, maxLength: 8 }).filter((ballots) => ballots.some(({ length }) => length > 0)),
    drawn: fc.shuffledSubarray([...of], { minLength: of.length }),
    money: fc.record({
      costs: fc.array(amount, { minLength: n, maxLength: n }),
      budget: fc.integer({ min: 0, max: 2000 }),
      limits: fc.array(
        fc.oneof(
          fc.record({ options: fc.subarray([...of], { minLength: 1 }), most: fc.integer({ min: 1, max: 2 }) }),
          fc.record({ options: fc.subarray([...of], { minLength: 1 }), budget: fc.integer({ min: 0, max: 1500 }) }),
        ),
        { maxLength: 3 },
      ),
    }),
  });
});
const approving = (of: readonly string[], ballots: readonly (readonly string[])[]) =>
  approvals(
    of,
    ballots.map((approved) => ({ approved })),
  );
const lots = (drawn: readonly string[]) => Object.fromEntries(drawn.map((option, place) => [option, place]));
interface Amounts {
  readonly budget: number;
  readonly costs: readonly number[];
  readonly limits: readonly Limit[];
}
const byOption = (of: readonly string[], { costs, ...rest }: Amounts) => ({
  ...rest,
  costs: Object.fromEntries(of.map((option, i) => [option, costs[i]!])),
});
const equalShares = rules['equal-shares'].usual;
const budgetRules: readonly Rule[] = [
  rules.greedy.usual,
  { ...rules.greedy.usual, overBudget: 'stop' },
  rules.phragmen.usual,
  ...(['none', 'add1', 'phragmen', 'votes'] as const).map((completion): Rule => ({ ...equalShares, completion })),
];
const each = { numRuns: 300 };

describe('limits on what is chosen together', () => {
  it('given any limits, when counted by a budget rule, then what is chosen is within them, and the account names who rules out whom', () => {
    fc.assert(
      fc.property(limited, fc.constantFrom(...budgetRules), ({ of, ballots, drawn, money }, rule) => {
        const outcome = count(approving(of, ballots), rule, drawn, money);
        expect(withinLimits(outcome.winners, byOption(of, money))).toBe(true);
        for (const { option, chosen } of stepsOf(outcome, 'ruled-out')) {
          expect(outcome.winners).not.toContain(option);
          for (const one of chosen) expect(outcome.winners).toContain(one);
        }
      }),
      each,
    );
  });

  it('given any limits, when counted by greedy, then it agrees with one choice after another', () => {
    fc.assert(
      fc.property(limited, fc.constantFrom('skip' as const, 'stop' as const), ({ of, ballots, drawn, money }, overBudget) => {
        const rule = { ...rules.greedy.usual, overBudget };
        const votes = Object.fromEntries(of.map((option) => [option, ballots.filter((approved) => approved.includes(option)).length]));
        expect(count(approving(of, ballots), rule, drawn, money).winners).toEqual(
          naiveGreedy(of, votes, byOption(of, money), rule, lots(drawn)),
        );
      }),
      each,
    );
  });

  it('given any limits, when counted by equal shares, then it agrees with purses kept voter by voter', () => {
    fc.assert(
      fc.property(limited, ({ of, ballots, drawn, money }) => {
        const share = { n: BigInt(money.budget), d: BigInt(ballots.length) };
        expect(count(approving(of, ballots), { ...equalShares, completion: 'none' }, drawn, money).winners).toEqual(
          naiveShares(of, ballots, byOption(of, money), share, lots(drawn)),
        );
        expect(count(approving(of, ballots), equalShares, drawn, money).winners).toEqual(
          naiveAdd1(of, ballots, byOption(of, money), lots(drawn)),
        );
      }),
      each,
    );
  });

  it('given an option that would exceed a limit and that nobody can pay for, when shares could be raised, then they are not', () => {
    const voted = approving(['a', 'b', 'c'], [['a', 'c'], ['a'], []]);
    const money = { costs: [600, 0, 1], budget: 600, limits: [{ options: ['a', 'c'], budget: 600 }] };
    expect(count(voted, equalShares, ['b', 'c', 'a'], money).winners).toEqual(['c']);
  });

  it('given any limits, when shares are raised in leaps, then no share that buys otherwise is skipped', () => {
    fc.assert(
      fc.property(limited, fc.integer({ min: 0, max: 1500 }), fc.nat(), ({ of, ballots, drawn, money }, from, which) => {
        const market = new Market(
          approving(of, ballots),
          money.costs,
          of.map((option) => drawn.indexOf(option)),
          moneyTies,
          money.limits,
        );
        const buy = (share: number) => market.buy({ n: BigInt(share), d: 1n }, Infinity);
        const here = buy(from);
        const steps = Number(stepsAlike(market.supporters, money.costs, BigInt(from), 1n, here));
        if (!here.isComplete()) for (const step of [steps, which % (steps + 1)]) expect(buy(from + step).bought).toEqual(here.bought);
      }),
      { numRuns: 1000 },
    );
  });

  it('given three voters with a fortune and a limit, when counted by equal shares, then not every unit is tried', () => {
    const voted = approving(
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'd'],
      ],
    );
    const outcome = count(voted, equalShares, ['a', 'b', 'c', 'd'], {
      budget: 30_000_000_000,
      costs: [9_000_000_000, 12_000_000_001, 8_999_999_999, 10_000_000_000],
      limits: [{ options: ['b', 'c'], most: 1 }],
    });
    expect(outcome.winners).toEqual(['c', 'a', 'd']);
  });

  it('given any limits, when counted by Phragmén’s rule, then it agrees with loads voter by voter', () => {
    fc.assert(
      fc.property(limited, ({ of, ballots, drawn, money }) => {
        expect(count(approving(of, ballots), rules.phragmen.usual, drawn, money).winners).toEqual(
          naivePhragmen(of, ballots, byOption(of, money), of.length, lots(drawn)),
        );
      }),
      each,
    );
  });

  it('given points, when counted by greedy, then it agrees with one choice after another', () => {
    fc.assert(
      fc.property(limited, fc.integer({ min: 1, max: 6 }), ({ of, ballots, drawn, money }, minScore) => {
        const points = ballots.map((approved) => approved.map((option, i) => [option, i + 1] as const));
        const sums = Object.fromEntries(of.map((option) => [option, 0]));
        for (const [option, value] of points.flat()) sums[option]! += value;
        const voted = pointBallots(
          of,
          points.map((given) => ({ points: given })),
        );
        const rule = { ...rules.greedy.usual, minScore };
        expect(count(voted, rule, drawn, money).winners).toEqual(naiveGreedy(of, sums, byOption(of, money), rule, lots(drawn)));
      }),
      each,
    );
  });

  it('given a limit of a category, when it is reached, then greedy passes over the next of it and goes on', () => {
    const voted = approving(['a', 'b', 'c'], [['a', 'b', 'c'], ['a', 'b'], ['a']]);
    const limits = [{ name: '体育', options: ['a', 'b'], budget: 900 }];
    const outcome = count(voted, rules.greedy.usual, ['a', 'b', 'c'], { budget: 2000, costs: [600, 400, 500], limits });
    expect(outcome.winners).toEqual(['a', 'c']);
    expect(outcome.account.slice(1)).toEqual([
      { step: 'selected', option: 'a', cost: 600, figure: '3', left: 1400 },
      { step: 'ruled-out', option: 'b', cost: 400, limit: limits[0], chosen: ['a'], left: 300 },
      { step: 'selected', option: 'c', cost: 500, figure: '1', left: 900 },
    ]);
    expect(whyOption(outcome, 'b').map(({ step }) => step)).toEqual(['scores', 'ruled-out']);
    const [step] = stepsOf(outcome, 'ruled-out');
    expect(inWords(step!, 'zh')).toBe('不选 b：造价 400，体育限额 900，仅余 300。');
    expect(inWords(step!, 'en')).toBe('Not selected b: it costs 400, but of the 900 for 体育 only 300 is left.');
    expect(inWords({ ...step!, limit: { options: ['a', 'b'], budget: 900 } }, 'zh')).toBe(
      '不选 b：造价 400，a、b 合计限额 900，仅余 300。',
    );
  });

  it('given options that exclude each other, when one is chosen, then the other is not, whatever is left', () => {
    const voted = approving(['a', 'b', 'c'], [['a', 'b'], ['a'], ['c']]);
    const money = { budget: 3000, costs: [100, 100, 100], limits: [{ options: ['a', 'b'], most: 1 }] };
    for (const rule of budgetRules) {
      const outcome = count(voted, rule, ['a', 'b', 'c'], money);
      expect(outcome.winners).toEqual(['a', 'c']);
      const [step] = stepsOf(outcome, 'ruled-out');
      expect(step).toEqual({ step: 'ruled-out', option: 'b', cost: 100, limit: money.limits[0], chosen: ['a'], left: null });
      expect(inWords(step!, 'zh')).toBe('不选 b：与已选的 a 不能同时入选。');
      expect(inWords(step!, 'en')).toBe('Not selected b: it cannot be chosen together with a.');
    }
  });

  it('given a limit of several, when it is reached, then the words say how many and which', () => {
    const step = {
      step: 'ruled-out',
      option: 'c',
      cost: 1,
      limit: { name: '东片', options: ['a', 'b', 'c'], most: 2 },
      chosen: ['b', 'a'],
      left: null,
    } as const;
    expect(inWords(step, 'zh')).toBe('不选 c：东片 最多选 2 项，已选 b、a。');
    expect(inWords(step, 'en')).toBe('Not selected c: at most 2 of 东片 can be chosen, and b, a are.');
    expect(inWords({ ...step, limit: { options: ['b', 'c'], most: 2 }, chosen: ['b'] }, 'en')).toBe(
      'Not selected c: at most 2 of b, c can be chosen, and b is.',
    );
  });

  it('given a tie between options that exclude each other, when nothing decides it, then it stays a tie', () => {
    const voted = approving(['a', 'b', 'c'], [['a', 'b', 'c'], ['c']]);
    const money = { budget: 3000, costs: [100, 100, 100], limits: [{ options: ['a', 'b'], most: 1 }] };
    expect(countWithoutLot(voted, rules.greedy.usual, money)).toMatchObject({ winners: ['c'], undecided: ['a', 'b'] });
    expect(countWithoutLot(voted, rules.greedy.usual, { ...money, limits: [] })).toMatchObject({
      winners: ['c', 'a', 'b'],
      undecided: [],
    });
  });

  it('given a limit that names no option of the election, when counted, then it throws', () => {
    const money = { budget: 1, costs: [1], limits: [{ options: ['z'], most: 1 }] };
    expect(() => count(approving(['a'], [['a']]), rules.greedy.usual, ['a'], money)).toThrow(
      new RangeError('a limit names "z", which is no option'),
    );
  });

  it('given a limit without a number or a budget, when it is looked at, then it limits nothing', () => {
    expect(isLimit({ options: ['a'] })).toBe(false);
    expect(isLimit({ options: ['a'], most: 1 })).toBe(true);
    expect(isLimit({ options: ['a'], budget: 0 })).toBe(true);
  });
});
