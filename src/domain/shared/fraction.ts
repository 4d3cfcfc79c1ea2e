import { ascending } from './ascending.js';

/** A share as two integers: 2/3 is `{ numerator: 2, denominator: 3 }`. The denominator is positive. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * The sign of a·b − c·d, exactly. BigInt, since a double rounds products above 2⁵³, and a count that is one vote short would pass.
 * @throws RangeError if an argument is not a safe integer
 */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  if (![a, b, c, d].every(Number.isSafeInteger)) throw new RangeError('only safe integers can be compared exactly');
  return ascending(BigInt(a) * BigInt(b), BigInt(c) * BigInt(d));
}

/** True if `part` of `whole` reaches the share: part·denominator ≥ numerator·whole, or > if `strict`. Exact. */
export function reaches(part: number, whole: number, { numerator, denominator }: Fraction, strict: boolean): boolean {
  return compareProducts(part, denominator, numerator, whole) >= (strict ? 1 : 0);
}

/** The integer nearest to n/d, with halves rounded away from zero (5/2 → 3, −5/2 → −3). `d` is positive. BigInt keeps it exact. */
export function roundHalfUp(n: bigint, d: bigint): bigint {
  const nearest = (2n * (n < 0n ? -n : n) + d) / (2n * d);
  return n < 0n ? -nearest : nearest;
}

/** A fraction `n/d` as a decimal with `places` digits, rounded half up: `872/9` → `96.89`. A whole number stays unchanged: `88`. */
export function decimal(fraction: string, places: number): string {
  const [n, d] = fraction.split('/') as [string, string?];
  if (d === undefined) return fraction;
  const digits = String(roundHalfUp(BigInt(n) * 10n ** BigInt(places), BigInt(d)));
  const [sign, whole] = digits.startsWith('-') ? ['-', digits.slice(1)] : ['', digits];
  const padded = whole.padStart(places + 1, '0');
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** True if `places` decimal digits hold the fraction without rounding. */
export function isExact(fraction: string, places: number): boolean {
  const [n, d = '1'] = fraction.split('/') as [string, string?];
  return (BigInt(n) * 10n ** BigInt(places)) % BigInt(d) === 0n;
}

/** The longest fraction, in characters, that is shown in a sentence. */
export const longestFraction = 40;

/**
 * A fraction as text for people: the decimal followed by the exact fraction, `96.89 (872/9)`. An exact decimal is shown alone: `88.50`.
 * If the fraction has more than `longest` characters, it is left out and the decimal is marked as rounded: `≈ 0.67`.
 */
export function withFraction(fraction: string, places: number, longest = longestFraction): string {
  const shown = decimal(fraction, places);
  if (isExact(fraction, places)) return shown;
  return fraction.length > longest ? `≈ ${shown}` : `${shown} (${fraction})`;
}
