import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beginning, later, positionAtEndOf, positionKey, positionOf } from '../../src/projections/position.js';

const positions = fc.maxSafeNat().map(positionOf);

describe('a position', () => {
  it('given a number or a bigint, when it is a whole number below 2^53, then it is a position, else an error', () => {
    expect([positionOf(0), positionOf(9_007_199_254_740_991n), beginning]).toEqual([0, Number.MAX_SAFE_INTEGER, 0]);
    for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53, -1n, 2n ** 53n]) expect(() => positionOf(value)).toThrow(RangeError);
  });

  it('given two positions, when their keys are sorted, then the earlier comes first, and each key gives its position back', () => {
    fc.assert(
      fc.property(positions, positions, (a, b) => {
        expect(positionKey(a) < positionKey(b)).toBe(a < b);
        expect(later(a, b)).toBe(Math.max(a, b));
        expect(positionAtEndOf(`type/VoteCast/${positionKey(a)}`)).toBe(a);
      }),
    );
    expect(positionKey(positionOf(231))).toBe('0000000000000231');
  });

  it('given a text that does not end with a position, when it is read, then there is none', () => {
    for (const text of ['', '231', '000000000000231', '9999999999999999', '0000000000000231 ']) expect(positionAtEndOf(text)).toBeNull();
  });
});
