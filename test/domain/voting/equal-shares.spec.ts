import { describe, expect, it } from '@jest/globals';
import { approvals } from '../../../src/domain/voting/ballots.js';
import type { EqualSharesRule } from '../../../src/domain/voting/equal-shares.js';
import { count } from '../../../src/domain/voting/rules.js';

const rule = (change: Partial<EqualSharesRule>): EqualSharesRule => ({
  rule: 'equal-shares',
  completion: 'none',
  unit: 1,
  seats: null,
  ...change,
});
const ballots = (options: string, ...lines: readonly (readonly [count: number, approved: string])[]) =>
  approvals(
    [...options],
    lines.map(([times, approved]) => ({ count: times, approved: [...approved] })),
  );

describe('equal shares for a committee, step by step', () => {
  const voted = ballots('abc', [3, 'a'], [2, 'b'], [1, 'c']);

  it('given too little money for all seats, when that of one more seat is shared out, then the account has the share that filled them', () => {
    // 6 voters with 2/6 each buy a alone; with 3/6 the two supporters of b have its cost of 1
    expect(count(voted, rule({ completion: 'more-seats', seats: 2 }), ['a', 'b', 'c'])).toEqual({
      winners: ['a', 'b'],
      order: [['a'], ['b'], ['c']],
      account: [
        { step: 'share', share: '1/2', options: ['a', 'b'], cost: 2, within: true },
        { step: 'bought', option: 'a', cost: 1, supporters: 3, poor: 0, payment: '1/3', left: 1 },
        { step: 'bought', option: 'b', cost: 1, supporters: 2, poor: 0, payment: '1/2', left: 0 },
        { step: 'not-bought', option: 'c', cost: 1, supporters: 1, together: '1/2' },
      ],
    });
  });
  it('given fewer options with votes than seats, when they are counted, then those with votes win, and a budget has no effect', () => {
    const outcome = count(ballots('ab', [3, 'a'], [1, '']), rule({ completion: 'more-seats', seats: 2 }), ['a', 'b'], {
      budget: 1,
      costs: [9, 9],
    });
    expect(outcome).toMatchObject({ winners: ['a'], order: [['a'], ['b']] });
  });
  it('given as many options as seats, when all win, then no place is empty', () => {
    expect(count(ballots('ab', [2, 'ab']), rule({ completion: 'more-seats', seats: 2 }), ['a', 'b']).order).toEqual([['a'], ['b']]);
  });
});

describe('equal shares under a budget, step by step', () => {
  it('given shares that are raised by a unit, when the next one exceeds the budget, then both are told', () => {
    // 3 voters start with 300 of 1,000 each; at 400, b can be bought too
    const voted = ballots('ab', [2, 'a'], [1, 'b']);
    const money = { budget: 1_000, costs: [700, 400] };
    const { account } = count(voted, rule({ completion: 'add1', unit: 100 }), ['a', 'b'], money);
    expect(account).toEqual([
      { step: 'share', share: '300', raisedBy: 100, options: [], cost: 0, within: true },
      { step: 'share', share: '400', raisedBy: 100, options: ['a', 'b'], cost: 1_100, within: false },
      { step: 'not-bought', option: 'a', cost: 700, supporters: 2, together: '600' },
      { step: 'not-bought', option: 'b', cost: 400, supporters: 1, together: '300' },
    ]);
  });
  it('given a share that is a fraction, when options are not bought, then those with most votes are named first, with their exact money', () => {
    // 3 voters have 20/3 each
    const voted = ballots('abcde', [1, 'bc'], [1, 'cd'], [1, 'e']);
    expect(count(voted, rule({}), ['a', 'b', 'c', 'd', 'e'], { budget: 20, costs: [1, 7, 14, 8, 9] })).toEqual({
      winners: [],
      order: [['a', 'b', 'c', 'd', 'e']],
      account: [
        { step: 'share', share: '20/3', options: [], cost: 0, within: true },
        { step: 'not-bought', option: 'c', cost: 14, supporters: 2, together: '40/3' },
        { step: 'not-bought', option: 'b', cost: 7, supporters: 1, together: '20/3' },
        { step: 'not-bought', option: 'd', cost: 8, supporters: 1, together: '20/3' },
        { step: 'not-bought', option: 'e', cost: 9, supporters: 1, together: '20/3' },
        { step: 'not-bought', option: 'a', cost: 1, supporters: 0, together: '0' },
      ],
    });
  });
  it('given money left, when it goes to the options with most votes, then ties go by lower cost, then by lot, and each is told', () => {
    // every voter has 10, too little for any option
    const voted = ballots('abcde', [2, 'c'], [1, 'a'], [1, 'b'], [1, 'd'], [5, '']);
    const drawn = ['a', 'd', 'b', 'e', 'c'];
    expect(count(voted, rule({ completion: 'votes' }), drawn, { budget: 100, costs: [30, 20, 40, 20, 1] })).toEqual({
      winners: ['c', 'd', 'b'],
      order: [['c'], ['d'], ['b'], ['a', 'e']],
      account: [
        { step: 'share', share: '10', options: [], cost: 0, within: true },
        { step: 'selected', option: 'c', cost: 40, figure: '2', left: 60 },
        { step: 'tie', options: ['d', 'b'], by: 'lot', chosen: 'd' },
        { step: 'selected', option: 'd', cost: 20, figure: '1', left: 40 },
        { step: 'tie', options: ['b', 'a'], by: 'cost', chosen: 'b' },
        { step: 'selected', option: 'b', cost: 20, figure: '1', left: 20 },
        { step: 'passed-over', option: 'a', because: 'budget', figure: '1', left: 20 },
      ],
    });
    expect(count(voted, rule({ completion: 'votes' }), drawn, { budget: 100, costs: [20, 20, 40, 20, 1] }).winners).toEqual([
      'c',
      'a',
      'd',
      'b',
    ]);
  });
});

describe('equal shares that cannot be counted', () => {
  const voted = ballots('a', [1, 'a']);
  const counting = (change: Partial<EqualSharesRule>, money: { budget: number; costs: number[] } | null = { budget: 1, costs: [1] }) =>
    expect(() => count(voted, rule(change), ['a'], money));

  it('given neither a budget nor seats, when they are counted, then it throws', () => {
    counting({}, null).toThrow(new RangeError('there is no budget'));
  });
  it.each([0, -1, 0.5])('given a unit of %d, when they are counted, then it throws', (unit) => {
    counting({ unit }).toThrow(new RangeError('the unit of money must be a whole number of at least 1'));
  });
  it('given a completion of another kind of election, when they are counted, then it throws', () => {
    counting({ completion: 'more-seats' }).toThrow(new RangeError('more-seats completes committees only'));
    counting({ completion: 'add1', seats: 1 }).toThrow(new RangeError('add1 completes budgets only'));
  });
});
