import { describe, expect, it } from '@jest/globals';
import { Measurement } from '../../bench/measurement.js';

/** Answers of a run: connection, status, milliseconds, and when it came. */
type Answer = readonly [connection: string, status: number, milliseconds: number, at: number];
function figuresOf(answers: readonly Answer[], prepared = Infinity, errors = 0) {
  const measurement = new Measurement(prepared);
  for (const answer of answers) measurement.answered(...answer);
  return measurement.figures(errors);
}

describe('the figures of a load', () => {
  it('given answers of two connections, when none runs out, then all but the first of each are measured', () => {
    const answers: Answer[] = [
      ['a', 201, 900, 1000],
      ['a', 201, 10, 1010],
      ['b', 201, 800, 1012],
      ['b', 409, 30, 1042],
      ['a', 201, 20, 1060],
    ];
    expect(figuresOf(answers, Infinity, 3)).toEqual({
      rate: 40, // three answers in 50 ms: two more than the first
      answers: 5,
      statuses: { 201: 4, 409: 1 },
      errors: 3,
      ranOutAfter: null,
      p50: 20,
      p99: 30,
    });
  });

  it('given a connection that has used up its prepared requests, when others go on, then the figures are those of the time before', () => {
    const before: Answer[] = [
      ['a', 201, 900, 1000],
      ['b', 201, 900, 1001],
      ['a', 201, 10, 1010],
      ['b', 201, 12, 1013],
      ['a', 201, 14, 1024],
    ];
    const after: Answer[] = [
      ['b', 201, 500, 1513],
      ['a', 200, 400, 1424],
    ];
    const { rate, p50, p99 } = figuresOf(before);
    expect(figuresOf([...before, ...after], 3)).toEqual({
      rate,
      answers: 7,
      statuses: { 200: 1, 201: 6 },
      errors: 0,
      ranOutAfter: 14,
      p50,
      p99,
    });
  });

  it('given no answer, when figures are asked for, then there is no rate and no time', () => {
    expect(figuresOf([])).toMatchObject({ answers: 0, statuses: {}, ranOutAfter: null, p50: NaN, p99: NaN });
  });
});
