import { describe, expect, it } from '@jest/globals';
import { approvals, approvalsOf, leftOut, pointBallots, pointsByPlace, precedence, rankings } from '../../../src/domain/voting/ballots.js';

const options = ['a', 'b', 'c'];

describe('rankings', () => {
  it('given ballots, when they are collected, then equal ones are stored once, and only those with one option in every place are plain', () => {
    const { starts, entries, counts, plain } = rankings(options, [
      { ranking: [['c', 'a'], ['b']] },
      { ranking: [['c'], ['a']], count: 4 },
      { ranking: [[], ['b']] },
      { ranking: [['a', 'c'], ['b']], count: 2 },
      { ranking: [['a'], ['b'], ['a']] },
      { ranking: [] },
    ]);
    expect([...starts]).toEqual([0, 3, 5, 7, 10, 10]);
    expect([...entries]).toEqual([...[0, ~2, 1], ...[2, 0], ...[leftOut, 1], ...[0, 1, 0]]);
    expect([...counts]).toEqual([3, 4, 1, 1, 1]);
    expect([...plain]).toEqual([0, 1, 0, 0, 1]);
  });
  it('given an option that is unknown, listed twice or twice in one place, when ballots are collected, then it throws', () => {
    const one = (ranking: string[][], count = 1) => rankings(options, [{ ranking, count }]);
    expect(() => one([['d']])).toThrow(new RangeError('there is no option "d"'));
    expect(() => one([['a', 'b', 'a']])).toThrow(new RangeError('an option is ranked twice in one place'));
    expect(() => rankings(['a', 'a'], [])).toThrow(new RangeError('an option is listed twice'));
    for (const times of [-1, 0.5]) expect(() => one([['a']], times)).toThrow(new RangeError(`not a number of ballots: ${times}`));
  });
  it('given more options than can be encoded, when ballots are collected, then it throws', () => {
    const many = Array.from({ length: leftOut }, (_, i) => String(i));
    expect(() => rankings(many, [])).toThrow(new RangeError('too many options'));
    expect(rankings(many.slice(1), []).counts.length).toBe(0);
  });
  it('given many options, when the table of sets would be too large, then there is none', () => {
    const of = (n: number) => Array.from({ length: n }, (_, i) => String(i));
    expect(precedence(rankings(of(12), []), true)?.length).toBe(12 * 2 ** 12);
    expect(precedence(rankings(of(13), []), true)).toBeNull();
  });
  it('given rankings, when places are worth points, then skipped places count, equals get the same, and nobody gets fewer than none', () => {
    const ranked = rankings(options, [{ ranking: [['b'], [], ['c', 'a']], count: 2 }, { ranking: [['a'], ['b'], ['a']] }]);
    expect(pointsByPlace(ranked, 3)).toEqual({
      form: 'points',
      options,
      ballots: [
        [1, 3, 1],
        [3, 2, 0],
      ],
      counts: [2, 1],
    });
    expect(pointsByPlace(ranked, 1).ballots).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });
});

describe('approvals', () => {
  it('given sets in any order, when they are collected, then equal ones are stored once, and a set may be empty', () => {
    const sets = [{ approved: ['c', 'a'] }, { approved: [] }, { approved: ['a', 'c'], count: 2 }, { approved: ['b'], count: 0 }];
    expect(approvals(options, sets)).toEqual({ form: 'approval', options, ballots: [[0, 2], [], [1]], counts: [3, 1, 0] });
  });
  it('given an option that is approved twice, when ballots are collected, then it throws', () => {
    expect(() => approvals(options, [{ approved: ['b', 'a', 'b'] }])).toThrow(new RangeError('an option is approved twice'));
  });
});

describe('points', () => {
  const given = (...points: (readonly [string, number])[]) => ({ points });
  it('given points, when they are collected, then options without points have 0, and equal ballots are stored once', () => {
    const collected = pointBallots(options, [given(['c', 3]), given(['a', 1], ['b', 11]), given(['a', 11], ['b', 1]), given(['c', 3])]);
    expect(collected).toEqual({
      form: 'points',
      options,
      ballots: [
        [0, 0, 3],
        [1, 11, 0],
        [11, 1, 0],
      ],
      counts: [2, 1, 1],
    });
  });
  it('given points, when they are taken as approvals, then more than 0 is an approval', () => {
    const collected = pointBallots(options, [given(['a', 1], ['b', 0], ['c', -1]), given(['b', 2], ['c', 5])]);
    expect(approvalsOf(collected)).toEqual({ form: 'approval', options, ballots: [[0], [1, 2]], counts: [1, 1] });
  });
  it('given points twice or in fractions, when they are collected, then it throws', () => {
    for (const points of [given(['a', 1], ['a', 1]), given(['a', 0.5])])
      expect(() => pointBallots(options, [points])).toThrow(new RangeError('points of "a" are given twice or are not a whole number'));
  });
});
