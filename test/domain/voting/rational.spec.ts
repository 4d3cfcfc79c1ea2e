import { describe, expect, it } from '@jest/globals';
import { add, asText, compare, greatestCommonDivisor, over, rational, reduced, times, zero } from '../../../src/domain/voting/rational.js';

describe('exact fractions', () => {
  it('given fractions, when they are added, multiplied and divided, then the result is exact', () => {
    expect(asText(add(rational(1, 3), rational(1, 6)))).toBe('1/2');
    expect(add(rational(1, 6), rational(1, 6))).toEqual({ n: 2n, d: 6n });
    expect(asText(times(rational(2, 3), rational(9, 4)))).toBe('3/2');
    expect(asText(over(rational(2, 3), rational(4, 9)))).toBe('3/2');
    expect(asText(add(zero, rational(-3, 4)))).toBe('-3/4');
  });
  it('given a divisor that is not positive, when a fraction is divided, then it throws', () => {
    for (const divisor of [zero, rational(-1, 2)])
      expect(() => over(rational(1), divisor)).toThrow(new RangeError('the divisor must be positive'));
  });
  it('given fractions, when they are compared, then the sign of the difference decides', () => {
    expect([
      compare(rational(1, 3), rational(2, 6)),
      compare(rational(1, 3), rational(1, 2)),
      compare(rational(2, 3), rational(1, 3)),
    ]).toEqual([0, -1, 1]);
  });
  it('given a fraction, when it is written, then it is in lowest terms, and a whole number has no denominator', () => {
    expect([rational(6, 8), rational(8, 4), rational(-6, 8), rational(0, 5)].map(asText)).toEqual(['3/4', '2', '-3/4', '0']);
    expect(reduced(rational(-6, 8))).toEqual({ n: -3n, d: 4n });
    expect(reduced(rational(3, 4))).toEqual({ n: 3n, d: 4n });
  });
  it('given two numbers, when their common divisor is asked for, then it is positive', () => {
    expect([
      greatestCommonDivisor(-6n, 8n),
      greatestCommonDivisor(6n, -8n),
      greatestCommonDivisor(0n, 0n),
      greatestCommonDivisor(-4n, 0n),
    ]).toEqual([2n, 2n, 0n, 4n]);
  });
});
