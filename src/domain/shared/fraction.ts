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

/** The whole number nearest to n/d, a half rounded away from zero (5/2 → 3, −5/2 → −3); `d` is positive. BigInt, since a double cannot say what is half. */
export function roundHalfUp(n: bigint, d: bigint): bigint {
  const nearest = (2n * (n < 0n ? -n : n) + d) / (2n * d);
  return n < 0n ? -nearest : nearest;
}

/** A fraction as a decimal of so many places, rounded half up: `872/9` → `96.89`. What is whole stays as it is: `88`. */
export function decimal(fraction: string, places: number): string {
  const [n = '', d] = fraction.split('/');
  if (d === undefined) return fraction;
  const digits = String(roundHalfUp(BigInt(n) * 10n ** BigInt(places), BigInt(d)));
  const [sign, whole] = digits.startsWith('-') ? ['-', digits.slice(1)] : ['', digits];
  const padded = whole.padStart(places + 1, '0');
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** Whether so many decimal places hold a fraction without rounding. */
export function isExact(fraction: string, places: number): boolean {
  const [n = '', d = '1'] = fraction.split('/');
  return (BigInt(n) * 10n ** BigInt(places)) % BigInt(d) === 0n;
}

/** Longer fractions cannot be read in a sentence. */
export const longestFraction = 40;

/**
 * How people are told a fraction: `96.89 (872/9)`, the decimal with the fraction that it is rounded from. A decimal that is exact stands
 * alone: `88.50`. Beside a fraction of more characters than `longest` there is no room, and the decimal is marked instead: `≈ 0.67`.
 */
export function withFraction(fraction: string, places: number, longest = longestFraction): string {
  const shown = decimal(fraction, places);
  if (isExact(fraction, places)) return shown;
  return fraction.length > longest ? `≈ ${shown}` : `${shown} (${fraction})`;
}
