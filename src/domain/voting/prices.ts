import type { Purses } from './purses.js';
import type { Rational } from './rational.js';
import type { Supporters } from './supporters.js';

// Upper bound of the rounding error of doubles per added level, relative to the cost. It is well above 2⁻⁵³ per operation.
const slack = 2 ** -48;

/** An option: the payment pays/of of each supporter who can pay in full, the part of the cost that this is, and bounds for that part. */
export interface Offer {
  readonly option: number;
  readonly cost: number;
  pays: bigint;
  of: bigint;
  part: Rational;
  least: number;
  most: number;
}

/** The offer while everybody can pay in full. */
export const firstOffer = (option: number, cost: number, { votes }: Supporters): Offer => ({
  option,
  cost,
  pays: 0n,
  of: 0n,
  part: { n: 0n, d: 1n },
  least: cost === 0 ? 0 : 1 / votes[option]! - slack,
  most: Infinity,
});

/** Bounds for the part of the cost that each supporter pays who can pay in full. False if they certainly cannot pay for the option. */
export function estimate(offer: Offer, purses: Purses, supporters: Supporters): boolean {
  const { levels, weights } = supporters;
  const { doubles } = purses;
  const { option, cost } = offer;
  let n = supporters.gather(option, purses.level, purses.levels.length);
  const margin = slack * (n + 16);
  let together = 0;
  for (let k = 0; k < n; k++) together += weights[k]! * doubles[levels[k]!]!;
  if (together < cost * (1 - margin)) return false;
  offer.most = Infinity;
  if (together <= cost * (1 + margin)) return true; // too close to decide with doubles: keep the earlier bounds
  let [of, pays] = [supporters.votes[option]!, cost];
  for (let before = -1; before !== n;) {
    before = n;
    const [ofAll, paysAll] = [of, pays];
    for (let k = 0; k < n;) {
      const money = doubles[levels[k]!]!;
      if (money * ofAll >= paysAll) k++;
      else {
        of -= weights[k]!;
        pays -= weights[k]! * money;
        n--;
        levels[k] = levels[n]!;
        weights[k] = weights[n]!;
      }
    }
  }
  if (n === 0) return true;
  const part = cost === 0 ? 0 : pays / of / cost;
  offer.least = Math.max(offer.least, part - margin);
  offer.most = part + margin;
  return true;
}

/** The exact payment of each supporter who can pay in full. False if the supporters cannot pay for the option. */
export function price(offer: Offer, purses: Purses, supporters: Supporters): boolean {
  const { levels, weights } = supporters;
  const { unit } = purses;
  const { option, cost } = offer;
  let n = supporters.gather(option, purses.level, purses.levels.length);
  let of = BigInt(supporters.votes[option]!);
  let pays = BigInt(cost) * unit;
  for (let before = -1; before !== n;) {
    before = n;
    const [ofAll, paysAll] = [of, pays];
    for (let k = 0; k < n;) {
      const money = purses.levels[levels[k]!]!;
      if (money * ofAll >= paysAll) k++;
      else {
        of -= BigInt(weights[k]!);
        pays -= BigInt(weights[k]!) * money;
        n--;
        levels[k] = levels[n]!;
        weights[k] = weights[n]!;
      }
    }
  }
  if (n === 0) return false;
  offer.pays = pays;
  offer.of = of;
  offer.part = pays === 0n ? { n: 0n, d: 1n } : { n: pays, d: of * unit * BigInt(cost) };
  return true;
}
