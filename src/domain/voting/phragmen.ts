import { checkBudget, sums, type Budget } from './approval.js';
import type { Approvals } from './ballots.js';
import { breakTie, type Lots, type Outcome, type Step } from './outcome.js';
import { add, asText, compare, over, rational, reduced, times, zero, type Rational } from './rational.js';

/**
 * Phragmén's sequential rule: every voter earns money at the same speed; as soon as the supporters of an option together have what
 * it costs it is bought, and they have nothing. Without a budget every option costs 1. Under a budget it ends at the first that
 * does not fit (Los, Christoff, Grossi: Proportional budget allocations, 2022); what costs more than the whole budget is left out
 * beforehand. What nobody approves is never bought.
 */
export interface PhragmenRule {
  readonly rule: 'phragmen';
  /** Null: as many as the budget pays for. */
  readonly seats: number | null;
}

export function phragmen(ballots: Approvals, { seats }: PhragmenRule, lots: Lots, money: Budget | null): Outcome {
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
    },
    lots,
  );
  const winners = bought.map((option) => options[option]!);
  const rest = options.filter((option) => !winners.includes(option));
  return { winners, order: [...winners.map((option) => [option]), ...(rest.length > 0 ? [rest] : [])], account };
}

/** Where the buying starts: from nothing, or from what another rule has bought. */
export interface Start {
  readonly costs: readonly number[];
  /** Money not yet spent; null where there is no budget. */
  readonly left: number | null;
  /** How many are bought at most, those of `bought` included. */
  readonly seats: number;
  /** Of each ballot the time from which its voters' money counts; before 0 if they have some to begin with. */
  readonly since: readonly Rational[];
  readonly bought: readonly number[];
}

export function buyInTime(ballots: Approvals, start: Start, lots: Lots): { bought: number[]; account: Step[] } {
  const { options, counts } = ballots;
  const { costs } = start;
  const votes = sums(ballots);
  const supporters = options.map((): number[] => []);
  ballots.ballots.forEach((approved, i) => approved.forEach((option) => supporters[option]!.push(i)));
  const since = [...start.since];
  const bought = [...start.bought];
  const account: Step[] = [];
  let left = start.left;
  /** The time at which the supporters can pay: (cost + Σ since)/n. */
  const due = (option: number): Rational => {
    const atOnce = new Map<Rational, number>(); // most supporters have the same time: one product each, not one a voter
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
  while (bought.length < start.seats && open.length > 0) {
    const times = open.map((option) => ({ option, time: due(option) }));
    const { time } = times.reduce((a, b) => (compare(b.time, a.time) < 0 ? b : a));
    const tied = times.filter((one) => compare(one.time, time) === 0).map(({ option }) => option);
    const { chosen, by } = breakTie(tied, costs, votes, lots);
    if (by) account.push({ step: 'tie', options: tied.map((option) => options[option]!), by, chosen: options[chosen]! });
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
  }
  return { bought, account };
}
