import { describe, expect, it } from '@jest/globals';
import { count, rules } from '../../../src/domain/voting/rules.js';
import { type Line, papersOf, stepsOf } from './papers.js';

/** Counts papers for so many seats; options are drawn in the order of the list. */
const elect = (options: string, seats: number, ...lines: readonly Line[]) =>
  count(papersOf(options, lines), { ...rules['single-transferable-vote'].usual, seats }, [...options]);

describe('single transferable vote, step by step', () => {
  it('given a surplus and an exclusion, when papers are counted, then the account has every tally and every transfer', () => {
    // 17 papers, 2 seats: the quota is 6. a has 9: each of its papers goes on at 3/9
    const lines: Line[] = [
      [5, 'a'],
      [2, 'a', 'd'],
      [2, 'a', 'b'],
      [3, 'b'],
      [1, 'c'],
      [1, 'c', 'd'],
      [3, 'd'],
    ];
    const outcome = elect('abcd', 2, ...lines);
    expect(elect('abcd', 2, ...lines.toReversed())).toEqual(outcome);
    expect(outcome).toEqual({
      winners: ['a', 'd'],
      order: [['a'], ['d'], ['b'], ['c']],
      account: [
        {
          step: 'round',
          round: 1,
          tallies: [
            { option: 'a', value: '9' },
            { option: 'b', value: '3' },
            { option: 'd', value: '3' },
            { option: 'c', value: '2' },
          ],
          exhausted: '0',
          needed: '6',
        },
        { step: 'elected', round: 1, option: 'a', because: 'quota', figure: '9' },
        {
          step: 'surplus',
          round: 1,
          option: 'a',
          surplus: '3',
          transfers: [
            { to: 'b', votes: '0.66666' },
            { to: 'd', votes: '0.66666' },
            { to: null, votes: '1.66665' },
          ],
        },
        {
          step: 'round',
          round: 2,
          tallies: [
            { option: 'b', value: '3.66666' },
            { option: 'd', value: '3.66666' },
            { option: 'c', value: '2' },
          ],
          exhausted: '1.66668',
          needed: '6',
        },
        {
          step: 'eliminated',
          round: 2,
          options: ['c'],
          transfers: [
            { to: 'd', votes: '1' },
            { to: null, votes: '1' },
          ],
        },
        {
          step: 'round',
          round: 3,
          tallies: [
            { option: 'd', value: '4.66666' },
            { option: 'b', value: '3.66666' },
          ],
          exhausted: '2.66668',
          needed: '6',
        },
        { step: 'eliminated', round: 3, options: ['b'], transfers: [] },
        { step: 'elected', round: 3, option: 'd', because: 'last-left', figure: '4.66666' },
      ],
    });
  });

  it('given options with exactly the quota, when the seats are filled, then nothing is transferred and the count ends', () => {
    // 8 papers, 2 seats: the quota is 3
    const outcome = elect('abcd', 2, [3, 'a', 'c'], [3, 'b', 'd'], [1, 'd'], [1, 'c']);
    expect(outcome.order).toEqual([['a'], ['b'], ['c', 'd']]);
    expect(outcome.account.slice(1)).toEqual([
      { step: 'tie', options: ['a', 'b'], by: 'lot', chosen: 'a' },
      { step: 'elected', round: 1, option: 'a', because: 'quota', figure: '3' },
      { step: 'elected', round: 1, option: 'b', because: 'quota', figure: '3' },
    ]);
    // with a seat more, the quota of 3 is reached by a and b again, and d is excluded next
    const more = elect('abcd', 3, [3, 'a', 'c'], [3, 'b', 'd'], [1, 'd'], [2, 'c']);
    expect(more.account.slice(4)).toEqual([
      { step: 'eliminated', round: 1, options: ['d'], transfers: [] },
      { step: 'elected', round: 1, option: 'c', because: 'last-left', figure: '2' },
    ]);
  });

  it('given no more options than seats, when they are counted, then those below the quota are elected as the last left', () => {
    // 9 papers, 3 seats: the quota is 3
    expect(elect('abc', 3, [7, 'a', 'c'], [2, 'b'], [0, 'c']).account.slice(1)).toEqual([
      { step: 'elected', round: 1, option: 'a', because: 'quota', figure: '7' },
      { step: 'elected', round: 1, option: 'b', because: 'last-left', figure: '2' },
      { step: 'elected', round: 1, option: 'c', because: 'last-left', figure: '0' },
    ]);
  });

  it('given three equals who are elected at once, when their order is drawn, then each draw is told among those that remain', () => {
    expect(stepsOf(elect('abcd', 3, [3, 'a'], [3, 'b'], [3, 'c'], [1, 'd']), 'tie')).toEqual([
      { step: 'tie', options: ['a', 'b', 'c'], by: 'lot', chosen: 'a' },
      { step: 'tie', options: ['b', 'c'], by: 'lot', chosen: 'b' },
    ]);
  });

  it('given a surplus that waits, when a later one is larger, then the larger one is transferred first', () => {
    // 46 papers, 4 seats: the quota is 10. x passes 18 · 0.44444 on to z, who then has 13.99992; z passes 18 · 0.12698 of these on to w
    const outcome = elect('xyzwv', 4, [18, 'x', 'z', 'w'], [11, 'y'], [6, 'z', 'v'], [6, 'w'], [5, 'v']);
    expect(stepsOf(outcome, 'surplus').map(({ round, option, surplus }) => [round, option, surplus])).toEqual([
      [1, 'x', '8'],
      [2, 'z', '3.99992'],
      [3, 'y', '1'],
    ]);
    expect(outcome.account.at(-1)).toEqual({ step: 'elected', round: 4, option: 'w', because: 'last-left', figure: '8.28564' });
    expect(outcome.winners).toEqual(['x', 'y', 'z', 'w']);
  });

  it('given equal ones to exclude, when earlier stages tell them apart differently, then the most recent one decides', () => {
    // b and c: 5 and 6, then 8 and 7 without d, then 9 and 9 without e
    const outcome = elect('abcde', 2, [10, 'a'], [5, 'b'], [6, 'c'], [3, 'd', 'b'], [1, 'd', 'c'], [1, 'e', 'b'], [2, 'e', 'c'], [2, 'e']);
    expect(stepsOf(outcome, 'tie')).toEqual([{ step: 'tie', options: ['b', 'c'], by: 'earlier-round', chosen: 'c', struck: true }]);
    expect(outcome.order).toEqual([['a'], ['b'], ['c'], ['e'], ['d']]);
  });

  it('given equal surpluses, when earlier stages tell them apart differently, then the most recent one decides', () => {
    // 95 papers, 4 seats: the quota is 20. a and b: 16 and 15, then 16 and 18 without d, then 21 and 21 without e
    const outcome = elect('abdefgh', 4, [16, 'a'], [15, 'b'], [3, 'd', 'b'], [5, 'e', 'a'], [3, 'e', 'b'], [22, 'f'], [19, 'g'], [12, 'h']);
    expect(stepsOf(outcome, 'tie')).toEqual([
      { step: 'tie', options: ['a', 'b'], by: 'lot', chosen: 'a' }, // who is elected first
      { step: 'tie', options: ['a', 'b'], by: 'earlier-round', chosen: 'b' },
    ]);
    expect(stepsOf(outcome, 'surplus').map(({ option, surplus }) => [option, surplus])).toEqual([
      ['f', '2'],
      ['b', '1'],
      ['a', '1'],
    ]);
  });
});
