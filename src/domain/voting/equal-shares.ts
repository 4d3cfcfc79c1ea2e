import { checkBudget, sums, type Budget } from './approval.js';
import type { Approvals } from './ballots.js';
import { breakTie, type Lots, type Outcome, type Step } from './outcome.js';
import { buyInTime } from './phragmen.js';
import { asText, compare, greatestCommonDivisor, type Rational } from './rational.js';

/**
 * The Method of Equal Shares with approval ballots and cost utilities (Peters, Skowron 2020; Faliszewski et al. 2023): the budget
 * is divided equally among the voters; of the options that their supporters can still pay for, the one is bought that costs each
 * the least part of its price, everyone paying the same or all they have left. Ties: lower cost, more votes, lot.
 */
export interface EqualSharesRule {
  readonly rule: 'equal-shares';
  /**
   * What is done with the money left. `add1`: shares start at floor(budget/voters) and are raised by one unit of money as long as
   * what is then selected costs no more than the budget; the last such selection counts, exhaustive or not. `more-seats`: of a
   * committee, the money of one seat more is given out at a time until all seats are filled. `phragmen`, `votes`: the selection is
   * completed by Phragmén's rule from the money left, or by most votes.
   */
  readonly completion: 'none' | 'add1' | 'more-seats' | 'phragmen' | 'votes';
  /** One unit of money: 100 where amounts are in hundredths. */
  readonly unit: number;
  /** A committee of so many, each of which costs 1; null where there is a budget. */
  readonly seats: number | null;
}

/** What one distribution of the money buys. */
interface Purchase {
  readonly bought: readonly number[];
  readonly cost: number;
  /** What the voters of each ballot have left each. */
  readonly money: readonly Rational[];
  readonly account: readonly Step[];
}

/** @throws RangeError if there is neither a budget nor a number of seats, or the completion does not fit */
export function equalShares(ballots: Approvals, rule: EqualSharesRule, lots: Lots, money: Budget | null): Outcome {
  const { options, counts } = ballots;
  const { budget, costs } = rule.seats === null ? (money ?? fail('there is no budget')) : { budget: rule.seats, costs: options.map(() => 1) };
  checkBudget({ budget, costs }, options);
  if (!Number.isSafeInteger(rule.unit) || rule.unit < 1) fail('the unit of money must be a whole number of at least 1');
  if (rule.completion === (rule.seats === null ? 'more-seats' : 'add1')) fail(`${rule.completion} completes ${rule.seats === null ? 'committees' : 'budgets'} only`);
  const voters = BigInt(counts.reduce((sum, count) => sum + count, 0));
  if (voters === 0n) return { winners: [], order: [[...options]], account: [] };
  const market = new Market(ballots, costs, lots);
  const named = (those: readonly number[]) => those.map((option) => options[option]!);
  const account: Step[] = [];
  const say = (share: Rational, { bought, cost }: Purchase) => account.push({ step: 'share', share: asText(share), options: named(bought), cost, within: cost <= budget });

  let kept: Purchase;
  if (rule.completion === 'add1') {
    const unit = BigInt(rule.unit);
    let share: Rational = { n: (BigInt(budget) / (voters * unit)) * unit, d: 1n };
    kept = market.buy(share, budget);
    let beyond: { share: Rational; purchase: Purchase } | null = null;
    while (!beyond && kept.bought.length < market.supported.length) { // once all that anybody approves is bought, more money changes nothing
      const raised = { n: share.n + unit, d: 1n };
      const purchase = market.buy(raised, budget);
      if (purchase.cost > budget) beyond = { share: raised, purchase };
      else [share, kept] = [raised, purchase];
    }
    say(share, kept);
    if (beyond) say(beyond.share, beyond.purchase);
  } else {
    let share: Rational = { n: BigInt(budget), d: voters };
    kept = market.buy(share, budget);
    const reachable = Math.min(budget, market.supported.length);
    while (rule.completion === 'more-seats' && kept.bought.length < reachable) {
      share = { n: share.n + 1n, d: voters };
      kept = market.buy(share, budget, budget);
    }
    say(share, kept);
  }
  account.push(...kept.account);
  let bought = [...kept.bought];
  let left = budget - kept.cost;
  if (rule.completion === 'phragmen') {
    const more = buyInTime(ballots, { costs, left, seats: options.length, since: kept.money.map(({ n, d }) => ({ n: -n, d })), bought }, lots);
    account.push(...more.account);
    bought = more.bought;
  } else if (rule.completion === 'votes') {
    const votes = sums(ballots);
    const rest = market.supported.filter((option) => !bought.includes(option));
    for (const option of rest.sort((a, b) => votes[b]! - votes[a]! || costs[a]! - costs[b]! || lots[a]! - lots[b]!)) {
      const [cost, figure] = [costs[option]!, String(votes[option])];
      if (cost > left) account.push({ step: 'passed-over', option: options[option]!, because: 'budget', figure, left });
      else {
        left -= cost;
        bought.push(option);
        account.push({ step: 'selected', option: options[option]!, cost, figure, left });
      }
    }
  }
  const rest = options.filter((_, option) => !bought.includes(option));
  return { winners: named(bought), order: [...named(bought).map((option) => [option]), ...(rest.length > 0 ? [rest] : [])], account };
}

function fail(message: string): never {
  throw new RangeError(message);
}

/**
 * Voters with their money, all in whole numbers: ballots with the same money share a level, and the levels are numerators over one
 * common denominator, so that what is compared is exact and costs one product a level instead of one a voter.
 */
class Market {
  readonly supported: readonly number[];
  private readonly supporters: readonly Int32Array[];
  private readonly counts: Float64Array;
  private readonly votes: readonly number[];

  constructor(private readonly ballots: Approvals, private readonly costs: readonly number[], private readonly lots: Lots) {
    const supporters = costs.map((): number[] => []);
    ballots.ballots.forEach((approved, i) => approved.forEach((option) => supporters[option]!.push(i)));
    this.supporters = supporters.map((list) => Int32Array.from(list));
    this.counts = Float64Array.from(ballots.counts);
    this.votes = sums(ballots);
    this.supported = costs.flatMap((_, option) => (this.votes[option]! > 0 ? [option] : []));
  }

  /** What is bought, `most` options at most, where every voter has this share; ends early once it costs more than `limit`. */
  buy(share: Rational, limit: number, most = Infinity): Purchase {
    const { options } = this.ballots;
    const { costs, votes, lots, supporters } = this;
    let unit = share.d; // one unit of money, in the parts that levels are counted in
    const levels: bigint[] = [0n, share.n];
    const level = new Int32Array(this.counts.length).fill(1);
    const account: Step[] = [];
    const bought: number[] = [];
    let cost = 0;
    // The part of its price that each pays can only rise as money is spent: what was found for an option earlier is a lower bound.
    let open = this.supported.map((option): Offer => ({ option, pays: 0n, of: 0n, part: costs[option] === 0 ? { n: 0n, d: 1n } : { n: 1n, d: BigInt(votes[option]!) } }));
    for (;;) {
      open.sort((a, b) => compare(a.part, b.part));
      let best: Rational | null = null;
      let tied: Offer[] = [];
      const unaffordable = new Set<Offer>();
      for (const offer of open) {
        if (best && compare(offer.part, best) > 0) break;
        if (!this.price(offer, levels, level, unit)) {
          unaffordable.add(offer); // and will never be affordable
          continue;
        }
        const order = best ? compare(offer.part, best) : -1;
        if (order < 0) [best, tied] = [offer.part, [offer]];
        else if (order === 0) tied.push(offer);
      }
      if (!best) break;
      const { chosen, by } = breakTie(tied.map(({ option }) => option), costs, votes, lots);
      if (by) account.push({ step: 'tie', options: tied.map(({ option }) => options[option]!), by, chosen: options[chosen]! });
      const offer = tied.find(({ option }) => option === chosen)!;
      open = open.filter((other) => other !== offer && !unaffordable.has(other));
      // everyone pays pays/of: levels are counted in parts so small that this is whole
      const divisor = greatestCommonDivisor(offer.of, offer.pays % offer.of);
      const [payment, finer] = [offer.pays / divisor, offer.of / divisor];
      if (finer !== 1n) {
        unit *= finer;
        for (let i = 1; i < levels.length; i++) levels[i]! *= finer;
      }
      const after = new Map<number, number>([[0, 0]]);
      for (const i of supporters[chosen]!) {
        const was = level[i]!;
        let now = after.get(was);
        if (now === undefined) {
          const rest = levels[was]! - payment;
          now = rest > 0n ? levels.push(rest) - 1 : 0;
          after.set(was, now);
        }
        level[i] = now;
      }
      bought.push(chosen);
      cost += costs[chosen]!;
      const poor = votes[chosen]! - Number(offer.of);
      account.push({ step: 'bought', option: options[chosen]!, cost: costs[chosen]!, supporters: votes[chosen]!, poor, payment: asText({ n: payment, d: unit }), left: limit - cost });
      if (cost > limit || bought.length >= most) break;
    }
    return { bought, cost, account, money: Array.from(level, (at) => ({ n: levels[at]!, d: unit })) };
  }

  /** Finds what each supporter who has enough pays for an option now; false if they cannot pay for it. */
  private price(offer: Offer, levels: readonly bigint[], level: Int32Array, unit: bigint): boolean {
    const weights = new Map<number, number>();
    for (const i of this.supporters[offer.option]!) weights.set(level[i]!, (weights.get(level[i]!) ?? 0) + this.counts[i]!);
    let rich = [...weights];
    let of = BigInt(this.votes[offer.option]!);
    let pays = BigInt(this.costs[offer.option]!) * unit;
    for (;;) {
      const [ofAll, paysAll] = [of, pays];
      const still: typeof rich = [];
      for (const entry of rich) {
        const money = levels[entry[0]]!;
        if (money * ofAll >= paysAll) still.push(entry);
        else {
          of -= BigInt(entry[1]);
          pays -= BigInt(entry[1]) * money;
        }
      }
      if (still.length === 0) return false;
      if (still.length === rich.length) break;
      rich = still;
    }
    offer.pays = pays;
    offer.of = of;
    offer.part = pays === 0n ? { n: 0n, d: 1n } : { n: pays, d: of * unit * BigInt(this.costs[offer.option]!) };
    return true;
  }
}

/** An option with what each supporter who has enough pays for it, pays/of, and which part of its cost that is. */
interface Offer {
  readonly option: number;
  pays: bigint;
  of: bigint;
  part: Rational;
}
