import { checkBudget, sums, type Budget } from './approval.js';
import type { Approvals } from './ballots.js';
import { Limits } from './limits.js';
import { breakTie, type Lots, type MoneyTies, type Outcome, type Step } from './outcome.js';
import { add, asText, compare, over, rational, reduced, times, zero, type Rational } from './rational.js';

/**
 * Phragmén's sequential rule. All voters earn money at the same speed. As soon as the supporters of an option together have its cost, it
 * is bought and their money is spent. Without a budget every option costs 1. With a budget, the rule stops at the first option that costs
 * more than is left (Los, Christoff, Grossi: Proportional budget allocations, 2022). Options that cost more than the whole budget are
 * left out beforehand, and options without supporters are never bought.
 */
export interface PhragmenRule {
  readonly rule: 'phragmen';
  /** The most options to buy. Null: as many as the budget allows. */
  readonly seats: number | null;
  /** What decides between equals: the lower cost, then more votes, then the lot (`cost`, the default); or the lot alone. */
  readonly ties?: 'cost' | 'lot';
}

/** @throws RangeError if an amount of the budget is negative or not a whole number */
export function phragmen(ballots: Approvals, { seats }: PhragmenRule, lots: Lots, money: Budget | null, ties: MoneyTies): Outcome {
  const { options } = ballots;
  if (money) checkBudget(money, options);
  const { bought, account } = buyInTime(
    ballots,
    {
      costs: money?.costs ?? options.map(() => 1),
      left: money?.budget ?? null,
      seats: seats ?? options.length,
      since: ballots.counts.map(() => zero),
      bought: [],
      limits: money?.limits,
    },
    lots,
    ties,
  );
  const winners = bought.map((option) => options[option]!);
  const rest = options.filter((option) => !winners.includes(option));
  return { winners, order: [...winners.map((option) => [option]), ...(rest.length > 0 ? [rest] : [])], account };
}

/** The state in which buying starts: empty, or after another rule has bought options. */
export interface Start {
  readonly costs: readonly number[];
  /** Money not spent yet. Null if there is no budget. */
  readonly left: number | null;
  /** The most options, including those in `bought`. */
  readonly seats: number;
  /** For each ballot, the time at which its voters had no money. Negative if they start with money. */
  readonly since: readonly Rational[];
  readonly bought: readonly number[];
  readonly limits: Budget['limits'] | undefined;
}

/** Buys options by Phragmén's rule from this start on. */
export function buyInTime(ballots: Approvals, start: Start, lots: Lots, ties: MoneyTies): { bought: number[]; account: Step[] } {
  const { options, counts } = ballots;
  const { costs } = start;
  const votes = sums(ballots);
  const supporters = options.map((): number[] => []);
  ballots.ballots.forEach((approved, i) => approved.forEach((option) => supporters[option]!.push(i)));
  const since = [...start.since];
  const bought = [...start.bought];
  const account: Step[] = [];
  const limits = new Limits(start.limits ?? [], options, costs);
  bought.forEach((option) => limits.take(option));
  let left = start.left;
  /** The time at which the supporters can pay: (cost + Σ since)/n. */
  const due = (option: number): Rational => {
    const atOnce = new Map<Rational, number>(); // few distinct times: one product per time instead of one per voter
    for (const i of supporters[option]!) atOnce.set(since[i]!, (atOnce.get(since[i]!) ?? 0) + counts[i]!);
    let sum = rational(costs[option]!);
    for (const [time, count] of atOnce) sum = reduced(add(sum, times(time, rational(count))));
    return over(sum, rational(votes[option]!));
  };
  let open = options.flatMap((_, option) => (votes[option]! > 0 && !bought.includes(option) ? [option] : []));
  if (left !== null) {
    const budget = bought.reduce((sum, option) => sum + costs[option]!, left);
    for (const option of open)
      if (costs[option]! > budget)
        account.push({ step: 'passed-over', option: options[option]!, because: 'budget', figure: String(votes[option]), left });
    open = open.filter((option) => costs[option]! <= budget);
  }
  const withoutRuledOut = () =>
    open.filter((option) => {
      const ruledOut = limits.exceededBy(option);
      if (ruledOut) account.push({ step: 'ruled-out', option: options[option]!, cost: costs[option]!, ...ruledOut });
      return ruledOut === null;
    });
  open = withoutRuledOut();
  while (bought.length < start.seats && open.length > 0) {
    const times = open.map((option) => ({ option, time: due(option) }));
    const { time } = times.reduce((a, b) => (compare(b.time, a.time) < 0 ? b : a));
    const tied = times.filter((one) => compare(one.time, time) === 0).map(({ option }) => option);
    const { chosen, by, equals } = breakTie(tied, costs, votes, lots, ties);
    if (by) account.push({ step: 'tie', options: equals.map((option) => options[option]!), by, chosen: options[chosen]! });
    if (left !== null && costs[chosen]! > left) {
      account.push({ step: 'stopped', option: options[chosen]!, cost: costs[chosen]!, left });
      break;
    }
    if (left !== null) left -= costs[chosen]!;
    const spent = reduced(time);
    for (const i of supporters[chosen]!) since[i] = spent;
    bought.push(chosen);
    open = open.filter((option) => option !== chosen);
    account.push({ step: 'due', option: options[chosen]!, cost: costs[chosen]!, supporters: votes[chosen]!, time: asText(spent), left });
    limits.take(chosen);
    open = withoutRuledOut();
  }
  return { bought, account };
}
