import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareProducts, reaches } from '../../../src/domain/shared/fraction.js';

const integer = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

describe('fractions', () => {
  it('agrees with arithmetic that has no limits', () => {
    fc.assert(
      fc.property(integer, integer, integer, integer, (a, b, c, d) => {
        const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
        expect(compareProducts(a, b, c, d)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });

  it('sees a difference of one where doubles see none', () => {
    const large = 2 ** 27 + 1; // large² = 2⁵⁴ + 2²⁸ + 1, which no double holds
    expect(large * large).toBe((large - 1) * (large + 1));
    expect(compareProducts(large, large, large - 1, large + 1)).toBe(1);
  });

  it.each([
    [208, 312, false, true],
    [207, 312, false, false],
    [208, 312, true, false],
    [209, 312, true, true],
  ])('%i of %i against 2/3 (strict: %s): %s', (part, whole, strict, holds) => {
    expect(reaches(part, whole, { numerator: 2, denominator: 3 }, strict)).toBe(holds);
  });

  it('refuses what is no exact integer', () => {
    expect(() => compareProducts(0.5, 2, 1, 1)).toThrow(RangeError);
    expect(() => compareProducts(2 ** 53, 1, 1, 1)).toThrow(RangeError);
  });
});
