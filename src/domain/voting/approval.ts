import type { Immutable } from '../shared/decider.js';
import type { Approvals, PointBallots } from './ballots.js';
import { Limits, type Limit } from './limits.js';
import {
  breakTie,
  byMoneyTies,
  fillSeats,
  nobodyVoted,
  tiersByFigure,
  type Lots,
  type MoneyTies,
  type Outcome,
  type Step,
} from './outcome.js';

/** The options with the most approvals win. Ties: lot. */
export interface ApprovalRule {
  readonly rule: 'approval';
  readonly seats: number;
}
/** The options with the most points win. Ties: lot. */
export interface PointsRule {
  readonly rule: 'points';
  readonly seats: number;
}

/** Votes or points, by position of the option. */
export function sums({ form, options, ballots, counts }: Approvals | PointBallots): number[] {
  const totals = new Array<number>(options.length).fill(0);
  let most = 0; // of points above and below zero together, because they may cancel out
  ballots.forEach((ballot, i) => {
    if (form === 'approval') for (const option of ballot) totals[option]! += counts[i]!;
    else
      ballot.forEach((points, option) => {
        totals[option]! += points * counts[i]!;
        most += Math.abs(points * counts[i]!);
      });
  });
  if (!Number.isSafeInteger(most)) throw new RangeError('too many ballots to count exactly');
  return totals;
}

export const approval = (ballots: Approvals, { seats }: ApprovalRule, lots: Lots): Outcome =>
  bySums(ballots.options, sums(ballots), 'votes', seats, lots);
export const points = (ballots: PointBallots, { seats }: PointsRule, lots: Lots): Outcome =>
  bySums(ballots.options, sums(ballots), 'points', seats, lots);

/** The outcome from sums that a projection keeps up to date. */
export function bySums(options: readonly string[], totals: readonly number[], of: 'votes' | 'points', seats: number, lots: Lots): Outcome {
  if (totals.every((total) => total === 0)) return nobodyVoted(options, 'blank-ballots');
  const order = tiersByFigure(
    options.map((_, i) => i),
    (a, b) => totals[a]! - totals[b]!,
    lots,
  ).map((tier) => tier.map((option) => options[option]!));
  const { winners, ties } = fillSeats(order, seats);
  return {
    winners,
    order,
    account: [{ step: 'scores', of, figures: options.map((option, i) => ({ option, value: String(totals[i]) })) }, ...ties],
  };
}

/* Greedy under a budget --------------------------------------------------------------------------------------------------------- */

/** A budget and the costs of the options, as whole numbers in the same unit (fen in this system). */
export interface Budget {
  readonly budget: number;
  /** The cost of every option, in the order of the options. */
  readonly costs: readonly number[];
  /** What may not be chosen together. The rule passes over an option that would exceed a limit. */
  readonly limits?: readonly Immutable<Limit>[];
}

export interface GreedyRule {
  readonly rule: 'greedy';
  /** What happens at an option that costs more than the money left: skip it, or stop. */
  readonly overBudget: 'skip' | 'stop';
  /** Options with a lower score cannot be selected. At least 1, so that an option without votes is never selected. */
  readonly minScore: number;
  /** For rankings: the points of the first place; each further place gets one less. Null: the number of options. */
  readonly places: number | null;
  /** What decides between equals: the lower cost, then more votes, then the lot (`cost`, the default); or the lot alone. */
  readonly ties?: 'cost' | 'lot';
}

/** @throws RangeError if an amount is negative or not a whole number, a cost is missing, or all costs together are too large to be exact */
export function checkBudget({ budget, costs }: Budget, options: readonly string[]): void {
  if (costs.length !== options.length) throw new RangeError('every option needs exactly one cost');
  for (const amount of [budget, ...costs])
    if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError(`not an amount of money: ${amount}`);
  if (!Number.isSafeInteger(costs.reduce((sum, cost) => sum + cost, 0)))
    throw new RangeError('the costs together are too large to be exact');
}

/** Selects options by votes or points, highest first, while the budget lasts. Ties: as declared (usually lower cost), then lot. */
export function greedy(ballots: Approvals | PointBallots, rule: GreedyRule, lots: Lots, money: Budget, ties: MoneyTies): Outcome {
  const { options, form } = ballots;
  checkBudget(money, options);
  const { costs } = money;
  const scores = sums(ballots);
  const account: Step[] = [
    {
      step: 'scores',
      of: form === 'approval' ? 'votes' : 'points',
      figures: options.map((option, i) => ({ option, value: String(scores[i]) })),
    },
  ];
  const earlier = byMoneyTies(ties, costs, scores);
  const inOrder = tiersByFigure(
    options.map((_, i) => i),
    (a, b) => scores[a]! - scores[b]! || earlier(b, a),
    lots,
  );
  const queue = inOrder.flat();
  const winners: string[] = [];
  const limits = new Limits(money.limits ?? [], options, costs);
  let left = money.budget;
  let stopped = false;
  for (const [i, option] of queue.entries()) {
    const [id, cost, figure] = [options[option]!, costs[option]!, String(scores[option])];
    const ruledOut = limits.exceededBy(option);
    const sayTie = () => {
      const tied = queue.slice(i).filter((one) => scores[one] === scores[option] && limits.exceededBy(one) === null);
      const { by, equals } = breakTie(tied, costs, scores, lots, ties);
      if (by) account.push({ step: 'tie', options: equals.map((one) => options[one]!), by, chosen: id });
    };
    if (stopped) account.push({ step: 'passed-over', option: id, because: 'stopped', figure, left });
    else if (scores[option]! < rule.minScore) account.push({ step: 'passed-over', option: id, because: 'threshold', figure, left });
    else if (ruledOut) account.push({ step: 'ruled-out', option: id, cost, ...ruledOut });
    else if (cost > left) {
      if (rule.overBudget === 'stop') {
        stopped = true;
        sayTie();
        account.push({ step: 'stopped', option: id, cost, left });
      } else account.push({ step: 'passed-over', option: id, because: 'budget', figure, left });
    } else {
      sayTie();
      left -= cost;
      limits.take(option);
      winners.push(id);
      account.push({ step: 'selected', option: id, cost, figure, left });
    }
  }
  const order = [
    ...winners.map((id) => [id]),
    ...inOrder
      .map((tier) => tier.map((option) => options[option]!).filter((id) => !winners.includes(id)))
      .filter((tier) => tier.length > 0),
  ];
  return { winners, order, account };
}
