import { ascending } from '../shared/ascending.js';

/** An exact fraction of big integers. It need not be in lowest terms. The denominator is positive. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const zero: Rational = { n: 0n, d: 1n };
export const rational = (n: number | bigint, d: number | bigint = 1n): Rational => ({ n: BigInt(n), d: BigInt(d) });
export const add = (a: Rational, b: Rational): Rational =>
  a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
export const times = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d });
/** @throws RangeError if `b` is not positive */
export const over = (a: Rational, b: Rational): Rational => {
  if (b.n <= 0n) throw new RangeError('the divisor must be positive');
  return { n: a.n * b.d, d: a.d * b.n };
};
/** The sign of a − b. */
export const compare = (a: Rational, b: Rational): -1 | 0 | 1 => {
  const [left, right] = a.d === b.d ? [a.n, b.n] : [a.n * b.d, b.n * a.d];
  return ascending(left, right);
};

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** The same value in lowest terms. */
export const reduced = ({ n, d }: Rational): Rational => {
  const divisor = greatestCommonDivisor(n, d);
  return divisor === 1n ? { n, d } : { n: n / divisor, d: d / divisor };
};

/** As text in lowest terms: `3/4`, or `2` for a whole number. */
export const asText = (value: Rational): string => {
  const { n, d } = reduced(value);
  return d === 1n ? `${n}` : `${n}/${d}`;
};
