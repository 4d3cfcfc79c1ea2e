import { describe, expect, it } from '@jest/globals';
import { count, rules } from '../../../src/domain/voting/rules.js';
import type { RunoffRule } from '../../../src/domain/voting/runoff.js';
import { type Line, papersOf, stepsOf } from './papers.js';

/** Counts ballots; options are drawn in the order of the list. */
const runoff = (options: string, lines: readonly Line[], rule: Partial<RunoffRule> = {}) =>
  count(papersOf(options, lines), { ...rules['instant-runoff'].usual, ...rule }, [...options]);

describe('instant runoff until two are left', () => {
  it('given options that could all be struck together, when two must be left, then two are left', () => {
    const lines: Line[] = [
      [6, 'A'],
      [2, 'B'],
      [1, 'C'],
    ];
    const outcome = runoff('ABC', lines, { elimination: 'batch', until: 'two-left' });
    expect(stepsOf(outcome, 'eliminated').map((step) => step.options)).toEqual([['C']]);
  });
});

describe('instant runoff, step by step', () => {
  const lines: Line[] = [
    [6, 'a'],
    [5, 'b'],
    [4, 'c'],
    [1, 'd', 'a'],
    [2, 'd', 'b'],
    [1, 'd'],
    [1, 'e', 'c'],
  ];

  it('given ballots, when options are eliminated one by one, then the account has every tally and every transfer', () => {
    expect(runoff('abcde', lines)).toEqual({
      winners: ['a'],
      order: [['a'], ['b'], ['c'], ['d'], ['e']],
      account: [
        {
          step: 'round',
          round: 1,
          tallies: [
            { option: 'a', value: '6' },
            { option: 'b', value: '5' },
            { option: 'c', value: '4' },
            { option: 'd', value: '4' },
            { option: 'e', value: '1' },
          ],
          exhausted: '0',
          needed: '20/2',
        },
        { step: 'eliminated', round: 1, options: ['e'], transfers: [{ to: 'c', votes: '1' }] },
        {
          step: 'round',
          round: 2,
          tallies: [
            { option: 'a', value: '6' },
            { option: 'b', value: '5' },
            { option: 'c', value: '5' },
            { option: 'd', value: '4' },
          ],
          exhausted: '0',
          needed: '20/2',
        },
        {
          step: 'eliminated',
          round: 2,
          options: ['d'],
          transfers: [
            { to: 'b', votes: '2' },
            { to: 'a', votes: '1' },
            { to: null, votes: '1' },
          ],
        },
        {
          step: 'round',
          round: 3,
          tallies: [
            { option: 'a', value: '7' },
            { option: 'b', value: '7' },
            { option: 'c', value: '5' },
          ],
          exhausted: '1',
          needed: '19/2',
        },
        { step: 'eliminated', round: 3, options: ['c'], transfers: [{ to: null, votes: '5' }] },
        {
          step: 'round',
          round: 4,
          tallies: [
            { option: 'a', value: '7' },
            { option: 'b', value: '7' },
          ],
          exhausted: '6',
          needed: '14/2',
        },
        { step: 'tie', options: ['a', 'b'], by: 'earlier-round', chosen: 'b', struck: true },
        { step: 'eliminated', round: 4, options: ['b'], transfers: [{ to: null, votes: '7' }] },
        { step: 'round', round: 5, tallies: [{ option: 'a', value: '7' }], exhausted: '13', needed: '7/2' },
        { step: 'elected', round: 5, option: 'a', because: 'majority', figure: '7' },
      ],
    });
  });

  it('given a majority in the first round, when the count goes on until two are left, then the last ones are eliminated before', () => {
    const early: Line[] = [
      [6, 'a'],
      [3, 'b'],
      [2, 'c', 'b'],
    ];
    expect(runoff('abc', early).account.slice(1)).toEqual([{ step: 'elected', round: 1, option: 'a', because: 'majority', figure: '6' }]);
    const whole = runoff('abc', early, { until: 'two-left' });
    expect(whole.account.slice(1, 2)).toEqual([{ step: 'eliminated', round: 1, options: ['c'], transfers: [{ to: 'b', votes: '2' }] }]);
    expect(whole.account.slice(3)).toEqual([{ step: 'elected', round: 2, option: 'a', because: 'majority', figure: '6' }]);
    expect(whole.order).toEqual([['a'], ['b'], ['c']]);
  });

  it('given options that cannot win, when they are eliminated together, then the lowest are named first and placed last', () => {
    // c, d and e have 4 together, fewer than b
    const outcome = runoff(
      'abcde',
      [
        [10, 'a'],
        [9, 'b'],
        [1, 'c', 'b'],
        [2, 'd', 'b'],
        [1, 'e', 'a'],
      ],
      { elimination: 'batch' },
    );
    expect(stepsOf(outcome, 'eliminated')).toEqual([
      {
        step: 'eliminated',
        round: 1,
        options: ['c', 'e', 'd'],
        transfers: [
          { to: 'b', votes: '3' },
          { to: 'a', votes: '1' },
        ],
      },
    ]);
    expect(outcome.order).toEqual([['b'], ['a'], ['d'], ['c', 'e']]);
  });

  it('given options that together have as many votes as the next, when they are eliminated in batches, then only one is', () => {
    const outcome = runoff(
      'abcd',
      [
        [4, 'a'],
        [2, 'b'],
        [1, 'c'],
        [1, 'd'],
      ],
      { elimination: 'batch' },
    );
    expect(outcome.account.slice(1, 3)).toEqual([
      { step: 'tie', options: ['c', 'd'], by: 'lot', chosen: 'd', struck: true },
      { step: 'eliminated', round: 1, options: ['d'], transfers: [{ to: null, votes: '1' }] },
    ]);
  });

  it('given no options, when they are counted, then nobody is elected', () => {
    expect(runoff('', [[2]])).toEqual({ winners: [], order: [[]], account: [{ step: 'blank-ballots' }] });
  });
});
