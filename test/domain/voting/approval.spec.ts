import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkBudget } from '../../../src/domain/voting/approval.js';
import { approvals, pointBallots, rankings } from '../../../src/domain/voting/ballots.js';
import { count, rules } from '../../../src/domain/voting/rules.js';
import { naiveApproval, naivePoints } from './naive.js';

const options = ['a', 'b', 'c'];
const approved = approvals(options, [{ approved: ['a', 'c'], count: 2 }, { approved: ['c'] }]);
const pointed = pointBallots(options, [
  {
    points: [
      ['a', 3],
      ['b', 1],
    ],
    count: 2,
  },
  { points: [['c', 4]] },
]);
const figures = (a: string, b: string, c: string) => [
  { option: 'a', value: a },
  { option: 'b', value: b },
  { option: 'c', value: c },
];

describe('approvals and points', () => {
  it('given approvals, when they are counted, then the account states the votes of every option', () => {
    expect(count(approved, rules.approval.usual, options)).toEqual({
      winners: ['c'],
      order: [['c'], ['a'], ['b']],
      account: [{ step: 'scores', of: 'votes', figures: figures('2', '0', '3') }],
    });
  });
  it('given points, when they are counted, then the account states the points of every option', () => {
    expect(count(pointed, { rule: 'points', seats: 2 }, options)).toEqual({
      winners: ['a', 'c'],
      order: [['a'], ['c'], ['b']],
      account: [{ step: 'scores', of: 'points', figures: figures('6', '2', '4') }],
    });
  });
  const names = ['a', 'b', 'c', 'd', 'e'];
  const election = fc.record({
    ballots: fc.array(fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 8 }),
    drawn: fc.shuffledSubarray(names, { minLength: names.length }),
    seats: fc.integer({ min: 1, max: 4 }),
  });
  const lots = (drawn: readonly string[]) => Object.fromEntries(drawn.map((option, place) => [option, place]));

  it('given any approvals, when they are counted, then the winners are those of a count seat by seat', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, seats }) => {
        const named = ballots.map((ballot) => Object.keys(ballot));
        const built = approvals(
          names,
          named.map((one) => ({ approved: one })),
        );
        expect(count(built, { rule: 'approval', seats }, drawn).winners).toEqual(naiveApproval(names, named, seats, lots(drawn)));
      }),
      { numRuns: 500 },
    );
  });
  it('given any points, when they are counted, then the winners are those of a count seat by seat; whoever gets points is approved', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, seats }) => {
        const given = ballots.map((ballot) => new Map(Object.entries(ballot)));
        const built = pointBallots(
          names,
          given.map((points) => ({ points })),
        );
        expect(count(built, { rule: 'points', seats }, drawn).winners).toEqual(naivePoints(names, given, seats, lots(drawn)));
        const approving = given.map((points) => names.filter((option) => (points.get(option) ?? 0) > 0));
        expect(count(built, { rule: 'approval', seats }, drawn).winners).toEqual(naiveApproval(names, approving, seats, lots(drawn)));
      }),
      { numRuns: 500 },
    );
  });
  it('given a sum that is no longer exact, when it is counted, then it throws', () => {
    const many = approvals(options, [
      { approved: ['a'], count: 1 },
      { approved: ['a', 'b'], count: Number.MAX_SAFE_INTEGER },
    ]);
    expect(() => count(many, rules.approval.usual, options)).toThrow(new RangeError('too many ballots to count exactly'));
  });
});

describe('greedy', () => {
  const money = { budget: 10, costs: [6, 5, 5] };

  it('given approvals or points, when the budget is spent, then the account says which they were, and no tier is empty', () => {
    expect(count(approved, rules.greedy.usual, options, money)).toEqual({
      winners: ['c'],
      order: [['c'], ['a'], ['b']],
      account: [
        { step: 'scores', of: 'votes', figures: figures('2', '0', '3') },
        { step: 'selected', option: 'c', cost: 5, figure: '3', left: 5 },
        { step: 'passed-over', option: 'a', because: 'budget', figure: '2', left: 5 },
        { step: 'passed-over', option: 'b', because: 'threshold', figure: '0', left: 5 },
      ],
    });
    expect(count(pointed, rules.greedy.usual, options, money)).toEqual({
      winners: ['a'],
      order: [['a'], ['c'], ['b']],
      account: [
        { step: 'scores', of: 'points', figures: figures('6', '2', '4') },
        { step: 'selected', option: 'a', cost: 6, figure: '6', left: 4 },
        { step: 'passed-over', option: 'c', because: 'budget', figure: '4', left: 4 },
        { step: 'passed-over', option: 'b', because: 'budget', figure: '2', left: 4 },
      ],
    });
  });
  it('given a selection that stopped, when further options follow, then they are said not to have been looked at', () => {
    const stop = { ...rules.greedy.usual, overBudget: 'stop', minScore: 1 } as const;
    const { account } = count(approved, stop, options, { budget: 4, costs: [1, 1, 5] });
    expect(account.slice(1)).toEqual([
      { step: 'stopped', option: 'c', cost: 5, left: 4 },
      { step: 'passed-over', option: 'a', because: 'stopped', figure: '2', left: 4 },
      { step: 'passed-over', option: 'b', because: 'stopped', figure: '0', left: 4 },
    ]);
  });
  it('given rankings, when places are worth points, then the first has as many as places, or as options', () => {
    const ranked = rankings(options, [{ ranking: [['a'], ['b'], ['c']], count: 2 }, { ranking: [['c']] }]);
    const scores = (places: number | null) => count(ranked, { ...rules.greedy.usual, places }, options, money).account[0];
    expect(scores(2)).toEqual({ step: 'scores', of: 'points', figures: figures('4', '2', '2') });
    expect(scores(null)).toEqual({ step: 'scores', of: 'points', figures: figures('6', '4', '5') });
  });
  it('given a cost too few, a negative amount or a fraction, when it is counted, then it throws', () => {
    expect(() => checkBudget({ budget: 1, costs: [1, 2] }, options)).toThrow(new RangeError('every option needs exactly one cost'));
    expect(() => checkBudget({ budget: 1, costs: [1, 2, -1] }, options)).toThrow(new RangeError('not an amount of money: -1'));
    expect(() => checkBudget({ budget: 0.5, costs: [1, 2, 3] }, options)).toThrow(new RangeError('not an amount of money: 0.5'));
    expect(() => checkBudget({ budget: 0, costs: [0, 0, 0] }, options)).not.toThrow();
  });
});
