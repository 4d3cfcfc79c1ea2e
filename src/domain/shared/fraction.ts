/** A share as two integers: 2/3 is `{ numerator: 2, denominator: 3 }`. The denominator is positive. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Compares a·b with c·d, all integers, exactly: the sign of a·b − c·d. Products beyond 2⁵³ are taken in BigInt, since a
 * double would round them and a count that is one short would pass.
 */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  if (![a, b, c, d].every(Number.isSafeInteger)) throw new RangeError('only safe integers can be compared exactly');
  const [left, right] = [a * b, c * d];
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left < right ? -1 : left > right ? 1 : 0;
  const [exactLeft, exactRight] = [BigInt(a) * BigInt(b), BigInt(c) * BigInt(d)];
  return exactLeft < exactRight ? -1 : exactLeft > exactRight ? 1 : 0;
}

/** True when `part` of `whole` reaches the share: part·denominator ≥ numerator·whole, or > when `strict`. */
export function reaches(part: number, whole: number, { numerator, denominator }: Fraction, strict: boolean): boolean {
  return compareProducts(part, denominator, numerator, whole) >= (strict ? 1 : 0);
}
