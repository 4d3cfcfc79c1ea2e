import { checkBudget, sums, type Budget } from './approval.js';
import type { Approvals } from './ballots.js';
import { Limits } from './limits.js';
import { type Purchase, Market } from './market.js';
import { breakTie, byMoneyTies, type Lots, type MoneyTies, type Outcome, type Step } from './outcome.js';
import { buyInTime } from './phragmen.js';
import { asText, type Rational } from './rational.js';
import { stepsAlike } from './steps-alike.js';

/**
 * The Method of Equal Shares with approval ballots and cost utilities (Peters, Skowron 2020; Faliszewski et al. 2023). The budget is
 * divided equally among the voters. In each step, of all options that their supporters can pay for together, the one is bought for which
 * a supporter pays the smallest part of its cost. All supporters pay the same, or all the money they have left. Ties: lower cost, more
 * votes, lot.
 */
export interface EqualSharesRule {
  readonly rule: 'equal-shares';
  /**
   * What happens with money that is left. `add1`: shares start at floor(budget/voters) and are raised by one unit at a time while the
   * selection costs at most the budget; the last such selection counts. `more-seats` (committees only): the money of one more seat is
   * distributed at a time, until all seats are filled. `phragmen`, `votes`: further options are selected from the money left by
   * Phragmén's rule or by the most votes. `none`: nothing.
   */
  readonly completion: 'none' | 'add1' | 'more-seats' | 'phragmen' | 'votes';
  /** One unit of money for `add1`: 100 if amounts are in hundredths. */
  readonly unit: number;
  /** The size of a committee whose members cost 1 each. Null if there is a budget. */
  readonly seats: number | null;
  /** What decides between equals: the lower cost, then more votes, then the lot (`cost`, the default); or the lot alone. */
  readonly ties?: 'cost' | 'lot';
}

/**
 * Counts by equal shares.
 * @param ties what decides between equals before the lot, usually lower cost, then more votes
 * @throws RangeError if both budget and seats are missing, an amount is wrong, or the completion does not belong to this kind of election
 */
export function equalShares(ballots: Approvals, rule: EqualSharesRule, lots: Lots, money: Budget | null, ties: MoneyTies): Outcome {
  const { options, counts } = ballots;
  const { budget, costs, limits } =
    rule.seats === null ? (money ?? fail('there is no budget')) : { budget: rule.seats, costs: options.map(() => 1), limits: [] };
  checkBudget({ budget, costs }, options);
  if (!Number.isSafeInteger(rule.unit) || rule.unit < 1) fail('the unit of money must be a whole number of at least 1');
  if (rule.completion === (rule.seats === null ? 'more-seats' : 'add1'))
    fail(`${rule.completion} completes ${rule.seats === null ? 'committees' : 'budgets'} only`);
  const voters = BigInt(counts.reduce((sum, count) => sum + count, 0));
  const market = new Market(ballots, costs, lots, ties, limits);
  const { supported } = market.supporters;
  const named = (those: readonly number[]) => those.map((option) => options[option]!);
  const account: Step[] = [];
  const say = (share: Rational, { bought, cost }: Purchase) =>
    account.push({
      step: 'share',
      share: asText(share),
      ...(rule.completion === 'add1' && { raisedBy: rule.unit }),
      options: named(bought),
      cost,
      within: cost <= budget,
    });

  let kept: Purchase;
  const drawn = new Map<string, Step>();
  /** Buys, and remembers the ties that the lot decided: they matter although the account tells only the last purchases. */
  const buy = (...terms: Parameters<Market['buy']>): Purchase => {
    const purchase = market.buy(...terms);
    for (const tie of purchase.drawn) drawn.set(JSON.stringify(tie), tie);
    return purchase;
  };
  if (rule.completion === 'add1') {
    const unit = BigInt(rule.unit);
    let share: Rational = { n: (BigInt(budget) / (voters * unit)) * unit, d: 1n };
    kept = buy(share, budget);
    let beyond: { share: Rational; purchase: Purchase } | null = null;
    let [alike, repeats] = [0, minRepeats];
    while (!beyond && !kept.isComplete()) {
      // if every supported option is bought or ruled out by a limit, the shares are not raised any further
      let steps = 1n;
      if (alike >= repeats) {
        steps = stepsAlike(market.supporters, costs, share.n, unit, kept);
        repeats = steps > worthwhile ? 1 : Math.min(2 * repeats, maxRepeats);
        if (steps < 1n) steps = 1n;
        alike = 0;
      }
      const raised = { n: share.n + steps * unit, d: 1n };
      const purchase = buy(raised, budget);
      alike = sameSequence(purchase.bought, kept.bought) ? alike + 1 : 0;
      if (purchase.cost > budget) beyond = { share: raised, purchase };
      else [share, kept] = [raised, purchase];
    }
    say(share, kept);
    if (beyond) say(beyond.share, beyond.purchase);
  } else {
    let share: Rational = { n: BigInt(budget), d: voters };
    kept = buy(share, budget);
    const reachable = Math.min(budget, supported.length);
    while (rule.completion === 'more-seats' && kept.bought.length < reachable) {
      share = { n: share.n + 1n, d: voters };
      kept = buy(share, budget, budget);
    }
    say(share, kept);
  }
  const inKept = kept.account();
  for (const tie of kept.drawn) drawn.delete(JSON.stringify(tie));
  account.unshift(...drawn.values()); // of shares that were replaced
  account.push(...inKept);
  let bought = [...kept.bought];
  let left = budget - kept.cost;
  if (rule.completion === 'phragmen') {
    const more = buyInTime(
      ballots,
      { costs, left, seats: options.length, since: kept.money().map(({ n, d }) => ({ n: -n, d })), bought, limits },
      lots,
      ties,
    );
    account.push(...more.account);
    bought = more.bought;
  } else if (rule.completion === 'votes') {
    const votes = sums(ballots);
    const allowed = new Limits(limits ?? [], options, costs);
    bought.forEach((option) => allowed.take(option));
    const rest = supported.filter((option) => !bought.includes(option) && allowed.exceededBy(option) === null);
    const earlier = byMoneyTies(ties, costs, votes);
    rest.sort((a, b) => votes[b]! - votes[a]! || earlier(a, b) || lots[a]! - lots[b]!);
    for (const [i, option] of rest.entries()) {
      const [cost, figure] = [costs[option]!, String(votes[option])];
      const ruledOut = allowed.exceededBy(option);
      if (ruledOut) account.push({ step: 'ruled-out', option: options[option]!, cost, ...ruledOut });
      else if (cost > left) account.push({ step: 'passed-over', option: options[option]!, because: 'budget', figure, left });
      else {
        const tied = rest.slice(i).filter((one) => votes[one] === votes[option] && allowed.exceededBy(one) === null);
        const { by, equals } = breakTie(tied, costs, votes, lots, ties);
        if (by) account.push({ step: 'tie', options: named(equals), by, chosen: options[option]! });
        left -= cost;
        bought.push(option);
        allowed.take(option);
        account.push({ step: 'selected', option: options[option]!, cost, figure, left });
      }
    }
  }
  if (rule.completion !== 'phragmen' && rule.completion !== 'votes') account.push(...notBought(ballots, costs, kept));
  const rest = options.filter((_, option) => !bought.includes(option));
  return { winners: named(bought), order: [...named(bought).map((option) => [option]), ...(rest.length > 0 ? [rest] : [])], account };
}

/** The options whose supporters together have too little money left, those with most votes first. */
function notBought(ballots: Approvals, costs: readonly number[], { bought, ruledOut, money }: Purchase): Step[] {
  const explained = new Set([...bought, ...ruledOut.flat()]);
  const votes = sums(ballots);
  const left = money();
  const unit = left[0]?.d ?? 1n;
  const together = costs.map(() => 0n);
  ballots.ballots.forEach((approved, i) => approved.forEach((option) => (together[option]! += BigInt(ballots.counts[i]!) * left[i]!.n)));
  return costs
    .flatMap((cost, option) => (explained.has(option) || together[option]! >= BigInt(cost) * unit ? [] : [option]))
    .sort((a, b) => votes[b]! - votes[a]! || a - b)
    .map((option) => ({
      step: 'not-bought',
      option: ballots.options[option]!,
      cost: costs[option]!,
      supporters: votes[option]!,
      together: asText({ n: together[option]!, d: unit }),
    }));
}

function fail(message: string): never {
  throw new RangeError(message);
}

const sameSequence = (one: readonly number[], other: readonly number[]) =>
  one.length === other.length && one.every((option, i) => option === other[i]);

// After so many raised shares with the same purchases, `stepsAlike` computes how many more raises change nothing. It costs as much as tens
// of purchases, so it is tried again soon if it saved many, and later and later if it did not.
const minRepeats = 16;
const maxRepeats = 256;
const worthwhile = 32n;
