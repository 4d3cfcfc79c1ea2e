import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareProducts, decimal, isExact, reaches, roundHalfUp, withFraction } from '../../../src/domain/shared/fraction.js';
import { ascending } from '../../../src/domain/shared/ascending.js';

const integer = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

describe('fractions', () => {
  it('given any safe integers, when products are compared, then the sign is that of the exact difference', () => {
    fc.assert(
      fc.property(integer, integer, integer, integer, (a, b, c, d) => {
        const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
        expect(compareProducts(a, b, c, d)).toBe(ascending(difference, 0n));
      }),
    );
  });

  it('given products that doubles take for equal, when they are compared, then a difference of one is seen', () => {
    const large = 2 ** 27 + 1; // large² = 2⁵⁴ + 2²⁸ + 1, which no double holds
    expect(large * large).toBe((large - 1) * (large + 1));
    expect(compareProducts(large, large, large - 1, large + 1)).toBe(1);
  });

  it.each([
    [208, 312, false, true],
    [207, 312, false, false],
    [208, 312, true, false],
    [209, 312, true, true],
  ])('given %i of %i, when compared with 2/3 (strict: %s), then the share is reached: %s', (part, whole, strict, holds) => {
    expect(reaches(part, whole, { numerator: 2, denominator: 3 }, strict)).toBe(holds);
  });

  it('given a number that is no safe integer, when products are compared, then it throws', () => {
    const refused = new RangeError('only safe integers can be compared exactly');
    expect(() => compareProducts(0.5, 2, 1, 1)).toThrow(refused);
    expect(() => compareProducts(2 ** 53, 1, 1, 1)).toThrow(refused);
  });

  it.each([
    ['872/9', '96.89'],
    ['1/200', '0.01'], // exactly half
    ['1/201', '0.00'],
    ['-1/200', '-0.01'],
    ['177/2', '88.50'],
    ['88', '88'],
    ['99999/1000', '100.00'],
  ])('given %s, when written with two digits, then it is rounded half up to %s', (fraction, expected) => {
    expect(decimal(fraction, 2)).toBe(expected);
  });

  it('given any fraction, when it is rounded, then the error is at most a half, and exactly a half goes up', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.bigInt({ min: 1n, max: 10n ** 40n }), (n, d) => {
        const twice = 2n * (roundHalfUp(n, d) * d - n); // twice the error, in d-ths
        expect(twice > -d && twice <= d).toBe(true);
        expect(roundHalfUp(-n, d)).toBe(-roundHalfUp(n, d));
      }),
    );
  });

  it('given a fraction, when written for people, then the exact fraction stands beside what is rounded, unless it is too long', () => {
    expect(['872/9', '177/2', '88', `1${'0'.repeat(40)}/3`].map((fraction) => withFraction(fraction, 2))).toEqual([
      '96.89 (872/9)',
      '88.50',
      '88',
      `≈ ${'3'.repeat(40)}.33`,
    ]);
    expect([withFraction('872/9', 2, 5), withFraction('872/9', 2, 4)]).toEqual(['96.89 (872/9)', '≈ 96.89']);
    expect([isExact('1/8', 2), isExact('1/8', 3)]).toEqual([false, true]);
  });
});
