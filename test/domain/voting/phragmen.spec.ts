import { describe, expect, it } from '@jest/globals';
import { approvals } from '../../../src/domain/voting/ballots.js';
import { count, rules } from '../../../src/domain/voting/rules.js';

const options = ['a', 'b', 'c'];
const ballots = approvals(options, [
  { approved: ['a'], count: 3 },
  { approved: ['b'], count: 2 },
  { approved: ['c'], count: 2 },
]);

describe('Phragmén’s rule, step by step', () => {
  it('given options that can be paid for at the same time, when one is bought, then the tie is told, and no place is empty', () => {
    expect(count(ballots, { rule: 'phragmen', seats: 3 }, ['c', 'b', 'a'])).toEqual({
      winners: ['a', 'c', 'b'],
      order: [['a'], ['c'], ['b']],
      account: [
        { step: 'due', option: 'a', cost: 1, supporters: 3, time: '1/3', left: null },
        { step: 'tie', options: ['b', 'c'], by: 'lot', chosen: 'c' },
        { step: 'due', option: 'c', cost: 1, supporters: 2, time: '1/2', left: null },
        { step: 'due', option: 'b', cost: 1, supporters: 2, time: '1/2', left: null },
      ],
    });
  });
  it('given an option that costs the whole budget, when it is due first, then it is bought', () => {
    expect(count(ballots, rules.phragmen.usual, options, { budget: 60, costs: [60, 50, 61] })).toEqual({
      winners: ['a'],
      order: [['a'], ['b', 'c']],
      account: [
        { step: 'passed-over', option: 'c', because: 'budget', figure: '2', left: 60 },
        { step: 'due', option: 'a', cost: 60, supporters: 3, time: '20', left: 0 },
        { step: 'stopped', option: 'b', cost: 50, left: 0 },
      ],
    });
  });
  it('given a cost that is no amount of money, when it is counted, then it throws', () => {
    const counted = () => count(ballots, rules.phragmen.usual, options, { budget: 60, costs: [60, 50, -1] });
    expect(counted).toThrow(new RangeError('not an amount of money: -1'));
  });
});
