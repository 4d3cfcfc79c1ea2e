import { describe, expect, it } from '@jest/globals';
import { type Ranking, rankings } from '../../../src/domain/voting/ballots.js';
import { pairwise, pairwiseOf } from '../../../src/domain/voting/rankings.js';
import { count, rules } from '../../../src/domain/voting/rules.js';
import { inWords } from '../../../src/domain/voting/words.js';

const options = ['a', 'b', 'c'];
type Line = readonly [count: number, ranking: Ranking];
const ballots = (...lines: Line[]) =>
  rankings(
    options,
    lines.map(([times, ranking]) => ({ count: times, ranking })),
  );

describe('Borda, step by step', () => {
  const scores = (unranked: 'average' | 'zero', ...lines: Line[]) => {
    const [step] = count(ballots(...lines), { ...rules.borda.usual, unranked }, options).account;
    return step?.step === 'scores' && step.figures.map(({ value }) => value);
  };

  it('given a ballot that names an option twice, when it is counted, then the option keeps its first place', () => {
    expect(scores('average', [2, [['a'], ['b', 'a'], ['c']]])).toEqual(['4', '2', '0']);
    expect(scores('average', [1, [['b'], ['a'], ['b']]])).toEqual(['1', '2', '0']);
  });
  it('given options that share a place or have none, when they are counted, then they share the points, or get none', () => {
    expect(scores('average', [1, [['a', 'b'], ['c']]])).toEqual(['3/2', '3/2', '0']);
    expect(scores('average', [1, [['c']]])).toEqual(['1/2', '1/2', '2']);
    expect(scores('zero', [1, [['c']]])).toEqual(['0', '0', '2']);
    expect(scores('average', [3, [[], ['a', 'c']]])).toEqual(['9/2', '0', '9/2']);
  });
  it('given sums that are no longer exact, when they are counted, then it throws', () => {
    expect(() => scores('zero', [2 ** 52, [['a'], ['b']]])).toThrow(new RangeError('too many ballots to count exactly'));
  });
});

describe('Schulze, step by step', () => {
  it('given a cycle, when it is counted, then the account has all pairs, the strongest paths, and who beats whom', () => {
    const cycle = ballots([4, [['a'], ['b'], ['c']]], [3, [['b'], ['c'], ['a']]], [2, [['c'], ['a'], ['b']]]);
    expect(count(cycle, { ...rules.schulze.usual, seats: 2 }, options)).toEqual({
      winners: ['a', 'b'],
      order: [['a'], ['b'], ['c']],
      account: [
        {
          step: 'pairwise',
          options,
          preferences: [
            [0, 6, 4],
            [3, 0, 7],
            [5, 2, 0],
          ],
          strengths: [
            [0, 6, 6],
            [5, 0, 7],
            [5, 5, 0],
          ],
          against: [
            [0, 3, 3],
            [4, 0, 2],
            [4, 4, 0],
          ],
          strength: 'winning-votes',
        },
        { step: 'beats', option: 'a', options: ['b', 'c'] },
        { step: 'beats', option: 'b', options: ['c'] },
        { step: 'beats', option: 'c', options: [] },
      ],
    });
    expect(count(cycle, { ...rules.schulze.usual, strength: 'margins' }, options).account[0]).toMatchObject({
      strengths: [
        [0, 3, 3],
        [1, 0, 5],
        [1, 1, 0],
      ],
    });
  });

  it('given two wins with equal winning votes, when they are compared, then the one with fewer votes against it is stronger', () => {
    const equals = ballots([1, [['a', 'c'], ['b']]], [2, [['a'], ['b'], ['c']]], [2, [['c'], ['a'], ['b']]], [2, [['b'], ['c'], ['a']]]);
    const { order, account } = count(equals, rules.schulze.usual, options);
    expect(order).toEqual([['c'], ['a'], ['b']]);
    expect(inWords(account[0]!, 'en')).toContain('a 2 : 4 c (strongest paths 4 : 4, with 3 : 2 votes against them)');
    expect(inWords(account[0]!, 'zh')).toContain('a 对 c 2 比 4（最强路径 4 比 4，其反对票 3 比 2）');
  });

  it('given a ballot that names an option twice, when its pairs are counted, then the option keeps its first place', () => {
    const twice = ballots([2, [['a'], ['b'], ['a', 'c']]]);
    expect([...pairwise(twice, 'last')]).toEqual([0, 2, 2, 0, 0, 2, 0, 0, 0]);
    expect([...pairwise(ballots([1, [['b'], ['a', 'b']]]), 'last')]).toEqual([0, 0, 1, 1, 0, 1, 0, 0, 0]);
    expect([...pairwise(ballots([1, [['b'], ['a', 'b']]]), 'no-opinion')]).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('given one ballot, when its pairs are listed, then options in one tier are equal, and the unranked last or without opinion', () => {
    expect([...pairwiseOf([[1], [], [0, 2]], 3, 'last')]).toEqual([0, 0, 0, 1, 0, 1, 0, 0, 0]);
    expect([...pairwiseOf([[2]], 3, 'last')]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0]);
    expect([...pairwiseOf([[2], [0]], 3, 'no-opinion')]).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect([...pairwiseOf([], 2, 'last')]).toEqual([0, 0, 0, 0]);
  });
});
