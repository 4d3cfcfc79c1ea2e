import { sums } from './approval.js';
import type { Approvals } from './ballots.js';
import { breakTie, type Lots, type Step } from './outcome.js';
import { asText, compare, greatestCommonDivisor, type Rational } from './rational.js';

/** The result of one distribution of the money. */
export interface Purchase {
  readonly bought: readonly number[];
  readonly cost: number;
  /** The money that each voter of a ballot has left, by ballot. */
  readonly money: () => readonly Rational[];
  /** Computed on demand, because most purchases are replaced by one with a larger share. */
  readonly account: () => readonly Step[];
}

// Upper bound of the rounding error of doubles per added level, relative to the cost. It is well above 2⁻⁵³ per operation.
const slack = 2 ** -48;
// Numbers with more binary digits are shifted right before they become doubles.
const doubleDigits = 900;

/**
 * The voters and their money in equal shares. All comparisons are exact: ballots with the same money share a level, and levels are whole
 * numbers over one common denominator. Each level also has a double, which gives bounds for the price of an option. Only options
 * whose bounds overlap are priced exactly, because exact arithmetic is slow.
 */
export class Market {
  readonly supported: readonly number[];
  private readonly supporters: readonly Int32Array[];
  private readonly counts: Float64Array;
  private readonly votes: readonly number[];
  /** The number of supporters per level, used only inside `gather`. */
  private weight = new Float64Array(64);
  private readonly at: number[] = [];
  private readonly weights: number[] = [];

  constructor(
    private readonly ballots: Approvals,
    private readonly costs: readonly number[],
    private readonly lots: Lots,
  ) {
    const supporters = costs.map((): number[] => []);
    ballots.ballots.forEach((approved, i) => approved.forEach((option) => ballots.counts[i]! > 0 && supporters[option]!.push(i)));
    this.supporters = supporters.map((list) => Int32Array.from(list));
    this.counts = Float64Array.from(ballots.counts);
    this.votes = sums(ballots);
    this.supported = costs.flatMap((_, option) => (this.votes[option]! > 0 ? [option] : []));
  }

  /**
   * Buys options if every voter has this share.
   * @param limit stops as soon as the total cost is more than this
   * @param most the most options to buy
   */
  buy(share: Rational, limit: number, most = Infinity): Purchase {
    const { options } = this.ballots;
    const { costs, votes, lots, supporters } = this;
    const purses: Purses = {
      level: new Int32Array(this.counts.length).fill(1),
      levels: [0n, share.n],
      doubles: [0, 0],
      unit: share.d,
      digits: share.d.toString(2).length,
    };
    purses.doubles[1] = double(purses, share.n);
    const { level, levels, doubles } = purses;
    const steps: (() => Step)[] = [];
    const bought: number[] = [];
    let cost = 0;
    // The price per supporter can only rise while money is spent, so earlier results for an option are lower bounds.
    let open = this.supported.map((option): Offer => ({
      option,
      pays: 0n,
      of: 0n,
      part: { n: 0n, d: 1n },
      least: costs[option] === 0 ? 0 : 1 / votes[option]! - slack,
      most: Infinity,
    }));
    for (;;) {
      open.sort((a, b) => a.least - b.least);
      let atMost = Infinity;
      const estimated: Offer[] = [];
      const unaffordable = new Set<Offer>(); // they stay unaffordable, because money never grows
      for (const offer of open) {
        if (offer.least > atMost) break;
        if (!this.estimate(offer, purses)) unaffordable.add(offer);
        else {
          estimated.push(offer);
          if (offer.most < atMost) atMost = offer.most;
        }
      }
      let best: Rational | null = null;
      let tied: Offer[] = [];
      for (const offer of estimated) {
        if (offer.least > atMost) continue;
        if (!this.price(offer, purses)) {
          unaffordable.add(offer);
          continue;
        }
        const order = best ? compare(offer.part, best) : -1;
        if (order < 0) [best, tied] = [offer.part, [offer]];
        else if (order === 0) tied.push(offer);
      }
      if (!best) break;
      const { chosen, by } = breakTie(
        tied.map(({ option }) => option),
        costs,
        votes,
        lots,
      );
      if (by) {
        const equals = tied.map(({ option }) => options[option]!);
        steps.push(() => ({ step: 'tie', options: equals, by, chosen: options[chosen]! }));
      }
      const offer = tied.find(({ option }) => option === chosen)!;
      open = open.filter((other) => other !== offer && !unaffordable.has(other));
      // Every supporter pays pays/of. Levels are scaled so that this is a whole number.
      const divisor = greatestCommonDivisor(offer.of, offer.pays % offer.of);
      const [payment, finer] = [offer.pays / divisor, offer.of / divisor];
      if (finer !== 1n) {
        purses.unit *= finer;
        purses.digits += Math.log2(Number(finer));
        for (let i = 1; i < levels.length; i++) levels[i]! *= finer;
      }
      const after = new Map<number, number>([[0, 0]]);
      for (const i of supporters[chosen]!) {
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
      bought.push(chosen);
      cost += costs[chosen]!;
      const [poor, left, unit] = [votes[chosen]! - Number(offer.of), limit - cost, purses.unit];
      steps.push(() => ({
        step: 'bought',
        option: options[chosen]!,
        cost: costs[chosen]!,
        supporters: votes[chosen]!,
        poor,
        payment: asText({ n: payment, d: unit }),
        left,
      }));
      if (cost > limit || bought.length >= most) break;
    }
    return {
      bought,
      cost,
      account: () => steps.map((step) => step()),
      money: () => Array.from(level, (at) => ({ n: levels[at]!, d: purses.unit })),
    };
  }

  /**
   * How many units the share can be raised at least while the same options are bought in the same order and the same voters pay in full.
   * Until the first change, all money and payments are linear in the share, so the share at which a comparison changes is found by one
   * division. Here an entry of `levels` is money + rise × (raise of the share).
   */
  stepsAlike(share: bigint, unit: bigint, bought: readonly number[]): bigint {
    const { at, weights, costs, votes } = this;
    const level = new Int32Array(this.counts.length).fill(1);
    let levels: Linear[] = [
      { money: 0n, rise: 0n },
      { money: share, rise: 1n },
    ];
    let parts = 1n; // money is in parts of one unit, as in `buy`
    let nearest: Rational = { n: costs.reduce((sum, cost) => sum + BigInt(cost), 0n), d: 1n }; // a larger raise buys everything
    const turns = (gap: bigint, closing: bigint) => {
      if (closing > 0n && gap * nearest.d < nearest.n * closing) nearest = { n: gap, d: closing };
    };
    let open = this.supported;
    for (const chosen of [...bought, null]) {
      const offers: { option: number; of: bigint; pays: bigint; falls: bigint; cost: bigint }[] = [];
      for (const option of open) {
        let n = this.gather(option, level, levels.length);
        const cost = BigInt(costs[option]!) * parts;
        let [together, rising] = [0n, 0n];
        for (let k = 0; k < n; k++) {
          together += BigInt(weights[k]!) * levels[at[k]!]!.money;
          rising += BigInt(weights[k]!) * levels[at[k]!]!.rise;
        }
        if (together < cost) {
          turns(cost - together, rising);
          continue;
        }
        let [of, pays, falls] = [BigInt(votes[option]!), cost, 0n];
        const poor: Linear[] = [];
        for (let before = -1; before !== n;) {
          before = n;
          const [ofAll, paysAll] = [of, pays];
          for (let k = 0; k < n;) {
            const here = levels[at[k]!]!;
            if (here.money * ofAll >= paysAll) k++;
            else {
              of -= BigInt(weights[k]!);
              pays -= BigInt(weights[k]!) * here.money;
              falls += BigInt(weights[k]!) * here.rise;
              poor.push(here);
              n--;
              at[k] = at[n]!;
              weights[k] = weights[n]!;
            }
          }
        }
        for (const { money, rise } of poor) turns(pays - money * of, rise * of + falls); // those who can pay in full stay able to
        offers.push({ option, of, pays, falls, cost: BigInt(Math.max(costs[option]!, 1)) });
      }
      if (nearest.n <= nearest.d * unit) return 0n;
      if (chosen === null) break;
      const best = offers.find(({ option }) => option === chosen)!;
      for (const other of offers) {
        const [ours, theirs] = [other.of * other.cost, best.of * best.cost];
        turns(other.pays * theirs - best.pays * ours, other.falls * theirs - best.falls * ours);
      }
      open = offers.flatMap(({ option }) => (option === chosen ? [] : [option]));
      const divisor = greatestCommonDivisor(best.of, greatestCommonDivisor(best.pays, best.falls));
      const [payment, fall, finer] = [best.pays / divisor, best.falls / divisor, best.of / divisor];
      parts *= finer;
      levels = levels.map(({ money, rise }) => ({ money: money * finer, rise: rise * finer }));
      const after = new Map<number, number>();
      for (const i of this.supporters[chosen]!) {
        const was = level[i]!;
        let now = after.get(was);
        if (now === undefined) {
          const { money, rise } = levels[was]!;
          now = money >= payment ? levels.push({ money: money - payment, rise: rise + fall }) - 1 : 0;
          after.set(was, now);
        }
        level[i] = now;
      }
    }
    return (nearest.n - 1n) / (nearest.d * unit);
  }

  /** Collects the levels of an option's supporters: distinct levels in `at`, supporters per level in `weights`. Returns their number. */
  private gather(option: number, level: Int32Array, levels: number): number {
    if (this.weight.length < levels) this.weight = new Float64Array(2 * levels);
    const { weight, at, weights, counts } = this;
    let n = 0;
    for (const i of this.supporters[option]!) {
      const here = level[i]!;
      if (weight[here] === 0) at[n++] = here;
      weight[here]! += counts[i]!;
    }
    for (let k = 0; k < n; k++) {
      weights[k] = weight[at[k]!]!;
      weight[at[k]!] = 0;
    }
    return n;
  }

  /** Bounds for the part of the cost that each supporter pays who can pay in full. False if they certainly cannot pay for the option. */
  private estimate(offer: Offer, purses: Purses): boolean {
    const { at, weights } = this;
    const { doubles } = purses;
    const levels = this.gather(offer.option, purses.level, purses.levels.length);
    const cost = this.costs[offer.option]!;
    const margin = slack * (levels + 16);
    let together = 0;
    for (let k = 0; k < levels; k++) together += weights[k]! * doubles[at[k]!]!;
    if (together < cost * (1 - margin)) return false;
    offer.most = Infinity;
    if (together <= cost * (1 + margin)) return true; // too close to decide with doubles: keep the earlier bounds
    let [of, pays, n] = [this.votes[offer.option]!, cost, levels];
    for (let before = -1; before !== n;) {
      before = n;
      const [ofAll, paysAll] = [of, pays];
      for (let k = 0; k < n;) {
        const money = doubles[at[k]!]!;
        if (money * ofAll >= paysAll) k++;
        else {
          of -= weights[k]!;
          pays -= weights[k]! * money;
          n--;
          at[k] = at[n]!;
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
  private price(offer: Offer, purses: Purses): boolean {
    const { at, weights } = this;
    const { levels, unit } = purses;
    let n = this.gather(offer.option, purses.level, levels.length);
    let of = BigInt(this.votes[offer.option]!);
    let pays = BigInt(this.costs[offer.option]!) * unit;
    for (let before = -1; before !== n;) {
      before = n;
      const [ofAll, paysAll] = [of, pays];
      for (let k = 0; k < n;) {
        const money = levels[at[k]!]!;
        if (money * ofAll >= paysAll) k++;
        else {
          of -= BigInt(weights[k]!);
          pays -= BigInt(weights[k]!) * money;
          n--;
          at[k] = at[n]!;
          weights[k] = weights[n]!;
        }
      }
    }
    if (n === 0) return false;
    offer.pays = pays;
    offer.of = of;
    offer.part = pays === 0n ? { n: 0n, d: 1n } : { n: pays, d: of * unit * BigInt(this.costs[offer.option]!) };
    return true;
  }
}

/** The money of all voters: the level of each ballot, and the money of each level in `unit` parts of one, exactly and as a double. */
interface Purses {
  readonly level: Int32Array;
  readonly levels: bigint[];
  readonly doubles: number[];
  unit: bigint;
  /** An upper estimate of the number of binary digits of `unit`. */
  digits: number;
}

/** Money that grows by `rise` per raised unit of the share. */
interface Linear {
  readonly money: bigint;
  readonly rise: bigint;
}

function double({ unit, digits }: Purses, money: bigint): number {
  if (digits <= doubleDigits) return Number(money) / Number(unit);
  const excess = BigInt(Math.ceil(digits) - doubleDigits);
  return Number(money >> excess) / Number(unit >> excess);
}

/** An option: the payment pays/of of each supporter who can pay in full, the part of the cost that this is, and bounds for that part. */
interface Offer {
  readonly option: number;
  pays: bigint;
  of: bigint;
  part: Rational;
  least: number;
  most: number;
}
