import type { Budget } from './approval.js';
import type { Approvals } from './ballots.js';
import { Limits } from './limits.js';
import { breakTie, type Lots, type MoneyTies, type Step } from './outcome.js';
import { estimate, firstOffer, type Offer, price } from './prices.js';
import { equalPurses, takeFrom } from './purses.js';
import { asText, compare, type Rational } from './rational.js';
import { Supporters } from './supporters.js';

/** The result of one distribution of the money. */
export interface Purchase {
  readonly bought: readonly number[];
  readonly cost: number;
  /** The options that their supporters could still pay for, but limits rule out: before the first purchase, and after each. */
  readonly ruledOut: readonly (readonly number[])[];
  /** Whether every option with votes is bought, or would exceed a limit. */
  readonly isComplete: () => boolean;
  /** The ties that the lot decided. */
  readonly drawn: readonly Step[];
  /** The money that each voter of a ballot has left, by ballot. */
  readonly money: () => readonly Rational[];
  /** Computed on demand, because most purchases are replaced by one with a larger share. */
  readonly account: () => readonly Step[];
}

/**
 * Voters who buy options together, each with the same share of the money. All comparisons are exact. Doubles give bounds for the price of
 * an option, and only options whose bounds overlap are priced exactly, because exact arithmetic is slow.
 */
export class Market {
  readonly supporters: Supporters;

  constructor(
    private readonly ballots: Approvals,
    private readonly costs: readonly number[],
    private readonly lots: Lots,
    private readonly ties: MoneyTies,
    private readonly limits: Budget['limits'],
  ) {
    this.supporters = new Supporters(ballots);
  }

  /**
   * Buys options if every voter has this share.
   * @param limit stops as soon as the total cost is more than this
   * @param most the most options to buy
   */
  buy(share: Rational, limit: number, most = Infinity): Purchase {
    const { options } = this.ballots;
    const { costs, lots, supporters } = this;
    const { votes } = supporters;
    const purses = equalPurses(supporters.counts.length, share);
    const steps: (() => Step)[] = [];
    const drawn: Step[] = [];
    const bought: number[] = [];
    let cost = 0;
    const limits = new Limits(this.limits ?? [], options, costs);
    const ruledOut: number[][] = [];
    /** Those of these options that no limit rules out. */
    const allowed = (offers: readonly Offer[]): Offer[] => {
      const out: number[] = [];
      ruledOut.push(out);
      return offers.filter(({ option }) => {
        const found = limits.exceededBy(option);
        if (found === null) return true;
        out.push(option);
        steps.push(() => ({ step: 'ruled-out', option: options[option]!, cost: costs[option]!, ...found }));
        return false;
      });
    };
    // The price per supporter can only rise while money is spent, so earlier results for an option are lower bounds.
    let open = allowed(supporters.supported.map((option) => firstOffer(option, costs[option]!, supporters)));
    for (;;) {
      open.sort((a, b) => a.least - b.least);
      let atMost = Infinity;
      const estimated: Offer[] = [];
      const unaffordable = new Set<Offer>(); // they stay unaffordable, because money never grows
      for (const offer of open) {
        if (offer.least > atMost) break;
        if (!estimate(offer, purses, supporters)) unaffordable.add(offer);
        else {
          estimated.push(offer);
          if (offer.most < atMost) atMost = offer.most;
        }
      }
      let best: Rational | null = null;
      let tied: Offer[] = [];
      for (const offer of estimated) {
        if (offer.least > atMost) continue;
        if (!price(offer, purses, supporters)) {
          unaffordable.add(offer);
          continue;
        }
        const order = best ? compare(offer.part, best) : -1;
        if (order < 0) [best, tied] = [offer.part, [offer]];
        else if (order === 0) tied.push(offer);
      }
      if (!best) break;
      const { chosen, by, equals } = breakTie(
        tied.map(({ option }) => option),
        costs,
        votes,
        lots,
        this.ties,
      );
      if (by) {
        const tie = { step: 'tie', options: equals.map((option) => options[option]!), by, chosen: options[chosen]! } as const;
        if (by === 'lot') drawn.push(tie);
        steps.push(() => tie);
      }
      const offer = tied.find(({ option }) => option === chosen)!;
      open = open.filter((other) => other !== offer && !unaffordable.has(other));
      const payment = takeFrom(supporters.of[chosen]!, offer, purses);
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
      limits.take(chosen);
      open = allowed(open);
      if (cost > limit || bought.length >= most) break;
    }
    return {
      bought,
      cost,
      ruledOut,
      isComplete: () => supporters.supported.every((option) => bought.includes(option) || limits.exceededBy(option) !== null),
      drawn,
      account: () => steps.map((step) => step()),
      money: () => Array.from(purses.level, (at) => ({ n: purses.levels[at]!, d: purses.unit })),
    };
  }
}
