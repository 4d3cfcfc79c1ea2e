import { greatestCommonDivisor, type Rational } from './rational.js';

// Numbers with more binary digits are shifted right before they become doubles.
const doubleDigits = 900;

/**
 * The money of all voters. Ballots with the same money share a level; the money of each level is a whole number of `unit` parts of one,
 * and also a double. Level 0 has no money.
 */
export interface Purses {
  /** The level of each ballot. */
  readonly level: Int32Array;
  readonly levels: bigint[];
  readonly doubles: number[];
  unit: bigint;
  /** An upper estimate of the number of binary digits of `unit`. */
  digits: number;
}

/** Every voter has the same share. */
export function equalPurses(numberOfBallots: number, share: Rational): Purses {
  const purses: Purses = {
    level: new Int32Array(numberOfBallots).fill(1),
    levels: [0n, share.n],
    doubles: [0, 0],
    unit: share.d,
    digits: share.d.toString(2).length,
  };
  purses.doubles[1] = double(purses, share.n);
  return purses;
}

/**
 * Takes pays/of from each of these ballots, or all that is left. `unit` is raised so that this is a whole number.
 * @returns the payment in parts of the new `unit`
 */
export function takeFrom(ballots: Int32Array, { pays, of }: { readonly pays: bigint; readonly of: bigint }, purses: Purses): bigint {
  const { level, levels, doubles } = purses;
  const divisor = greatestCommonDivisor(of, pays % of);
  const [payment, finer] = [pays / divisor, of / divisor];
  if (finer !== 1n) {
    purses.unit *= finer;
    purses.digits += Math.log2(Number(finer));
    for (let i = 1; i < levels.length; i++) levels[i]! *= finer;
  }
  const after = new Map<number, number>([[0, 0]]);
  for (const i of ballots) {
    const was = level[i]!;
    let now = after.get(was);
    if (now === undefined) {
      const rest = levels[was]! - payment;
      now = rest > 0n ? levels.push(rest) - 1 : 0;
      if (now > 0) doubles.push(double(purses, rest));
      after.set(was, now);
    }
    level[i] = now;
  }
  return payment;
}

function double({ unit, digits }: Purses, money: bigint): number {
  if (digits <= doubleDigits) return Number(money) / Number(unit);
  const excess = BigInt(Math.ceil(digits) - doubleDigits);
  return Number(money >> excess) / Number(unit >> excess);
}
