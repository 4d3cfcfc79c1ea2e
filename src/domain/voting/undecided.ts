import type { Budget } from './approval.js';
import type { Ballots } from './ballots.js';
import type { Exclusion, MoneyTies, Outcome, Step } from './outcome.js';
import { count, rules, type Rule } from './rules.js';

/*
 * Counting without a lot. A tie that nothing declared decides stays a tie, unless the same options are chosen however it is broken. That is
 * found out by breaking it in every way.
 */

type Tie = Extract<Step, { step: 'tie' }>;
/** A tie and the option that is taken. */
interface Choice extends Pick<Tie, 'options' | 'chosen'> {
  readonly struck?: true;
}
/** Ties with a certain outcome. `first`: the first tie, by its number, that is broken otherwise than in the first count. */
interface Path {
  readonly choices: readonly Choice[];
  readonly first: number;
}

/**
 * If this many counts are not enough to try every way, what may matter is told as undecided. Small elections are counted more often, so
 * that the work is bounded; it depends on the election only, not on the machine.
 */
function mostCounts(ballots: Ballots): number {
  const marks = ballots.form === 'ranking' ? ballots.entries.length : ballots.ballots.reduce((sum, ballot) => sum + ballot.length, 0);
  const size = (marks + ballots.counts.length + ballots.options.length) * ballots.options.length;
  return Math.min(5_000, Math.max(100, Math.floor(500_000 / size)));
}

/** Counts ballots if nothing but `ties` was declared to decide between equals. The parameters are those of `count`. */
export function countWithoutLot(
  ballots: Ballots,
  rule: Rule,
  money: Budget | null,
  ties?: MoneyTies,
  exclusions: readonly Exclusion[] = [],
): Outcome {
  const counted = (drawn: readonly string[]) => count(ballots, rule, drawn, money, ties, exclusions);
  const base = counted(ballots.options);
  if (rules[rule.rule].byOrder) return withSharedPlaces(base, (rule as Rule & { readonly seats: number }).seats);
  const drawn = tiesByLot(base);
  if (drawn.length === 0) return { ...base, undecided: [] };

  const chosen = new Set(base.winners);
  const inAll = new Set(base.winners);
  const inSome = new Set(base.winners);
  let isComplete = true;
  let firstOpen = Infinity; // the first tie that matters, or may matter
  const most = mostCounts(ballots);
  let tried = 1;
  const idle = (outcome: Outcome) => idleTies(outcome, rule, exclusions);
  const paths = branches(base, idle(base), [], null);
  for (let next = 0; next < paths.length; next++) {
    const { choices, first } = paths[next]!;
    const order = orderOf(ballots.options, choices);
    if (order === null) continue;
    if (tried >= most) {
      isComplete = false;
      firstOpen = Math.min(firstOpen, first);
      continue;
    }
    const outcome = counted(order);
    tried++;
    const { winners } = outcome;
    if (winners.length !== chosen.size || winners.some((winner) => !chosen.has(winner))) firstOpen = Math.min(firstOpen, first);
    for (const winner of winners) inSome.add(winner);
    for (const winner of inAll) if (!winners.includes(winner)) inAll.delete(winner);
    paths.push(...branches(outcome, idle(outcome), choices, first));
  }
  if (firstOpen === Infinity) return { ...base, account: base.account.map(inAnyOrder), undecided: [] };

  const tie = drawn[firstOpen]!;
  // if shares are raised, the account has the last purchases only, and another tie may lead to another share
  const isRaised = rule.rule === 'equal-shares' && (rule.completion === 'add1' || rule.completion === 'more-seats');
  const before = isRaised ? [] : base.account.slice(0, base.account.indexOf(tie)).map(inAnyOrder);
  const certain = isComplete ? inAll : chosenIn(before);
  const open = new Set([...inSome, ...(isComplete ? [] : tie.options)]);
  const winners = base.winners.filter((winner) => certain.has(winner));
  const undecided = ballots.options.filter((option) => open.has(option) && !certain.has(option));
  const decided = new Set([...winners, ...undecided]);
  const rest = base.order.map((tier) => tier.filter((option) => !decided.has(option))).filter((tier) => tier.length > 0);
  return {
    winners,
    order: [...winners.map((winner) => [winner]), undecided, ...rest],
    account: [...before, { step: 'undecided', options: tie.options, ...(!isComplete && { tried }) }],
    undecided,
  };
}

/** Winners are the first of the order. Only a place that is shared by more options than there are seats left is undecided. */
function withSharedPlaces({ order, winners, account }: Outcome, seats: number): Outcome {
  const steps = account.filter(({ step }) => step !== 'tie');
  let left = winners.length === 0 ? 0 : seats;
  for (const tier of order) {
    if (left > 0 && tier.length > left) {
      const certain = winners.slice(0, seats - left);
      return { winners: certain, order, account: [...steps, { step: 'undecided', options: tier }], undecided: tier };
    }
    left -= tier.length;
  }
  return { winners, order, account: steps, undecided: [] };
}

/** Those chosen for certain by these steps. */
const chosenIn = (steps: readonly Step[]): Set<string> =>
  new Set(steps.flatMap((step) => (['elected', 'bought', 'due', 'selected'].includes(step.step) && 'option' in step ? [step.option] : [])));

const tiesByLot = ({ account }: Outcome): Tie[] => account.filter((step): step is Tie => step.step === 'tie' && step.by === 'lot');
const inAnyOrder = (step: Step): Step => (step.step === 'tie' && step.by === 'lot' ? { ...step, by: 'any' } : step);

/**
 * All other ways to break the ties of a count that these choices have not decided. The ties need not be in the order in which they were
 * broken: an account of equal shares tells those of the purchases that it keeps last.
 */
function branches(outcome: Outcome, idle: ReadonlySet<Tie>, decided: readonly Choice[], first: number | null): Path[] {
  const ties = tiesByLot(outcome);
  const made = new Set(decided.map(madeAs));
  // an idle tie is left open: in the count of a further seat the same options may be tied again, and then it may matter
  const open = ties.map((tie, number) => ({ tie, number })).filter(({ tie }) => !idle.has(tie) && !made.has(madeAs(tie)));
  return open.flatMap(({ tie, number }, i) =>
    tie.options
      .filter((option) => option !== tie.chosen)
      .map((option): Path => ({
        choices: [...decided, ...open.slice(0, i).map((one) => one.tie), { ...tie, chosen: option }],
        first: first ?? number,
      })),
  );
}

const madeAs = ({ options, chosen, struck }: Choice): string => JSON.stringify([[...options].sort(), chosen, struck]);

/** Ties that cannot matter, so that they need not be tried. */
function idleTies(outcome: Outcome, { rule }: Rule, exclusions: readonly Exclusion[]): ReadonlySet<Tie> {
  if (rules[rule].inRounds !== true) return new Set();
  const ofOneSeat = rule === 'instant-runoff' || rule === 'sequential-runoff';
  const idle = ofOneSeat && exclusions.length === 0 ? idleInRunoff(outcome) : new Set<Tie>(); // an exclusion can give votes to the tied
  for (const [at, step] of outcome.account.entries())
    if (step.step === 'tie' && step.by === 'lot' && leaveTogether(outcome.account, at, exclusions)) idle.add(step);
  return idle;
}

/**
 * Whether those who are tied have no votes, and all of them are eliminated one after another with nothing between: nobody is elected, and
 * no vote moves. Then the count is the same after them, in whatever order they are eliminated.
 */
function leaveTogether(account: readonly Step[], at: number, exclusions: readonly Exclusion[]): boolean {
  const { options, struck } = account[at] as Tie;
  const first = account.slice(0, at).findLast((one) => one.step === 'round')!;
  const votes = new Map(first.tallies.map(({ option, value }) => [option, value]));
  if (!struck || options.some((option) => votes.get(option) !== '0') || exclusions.some(({ round }) => round >= first.round)) return false;
  const left = new Set(options);
  const others = ({ tallies, exhausted, needed }: typeof first) =>
    JSON.stringify([tallies.filter(({ option }) => !options.includes(option)), exhausted, needed]);
  const partsOf = (step: Step | undefined) => (step?.step === 'kept' ? JSON.stringify(step.parts) : '');
  const parts = partsOf(account.slice(account.indexOf(first), at).find(({ step }) => step === 'kept'));
  for (const step of account.slice(at)) {
    if (step.step === 'eliminated') {
      if (step.transfers.length > 0 || step.because !== undefined || !step.options.every((option) => left.delete(option))) return false;
      if (left.size === 0) return true;
    } else if (step.step === 'tie') {
      if (!step.options.every((option) => left.has(option))) return false;
    } else if (step.step === 'round') {
      if (others(step) !== others(first)) return false;
    } else if (step.step === 'kept') {
      if (partsOf(step) !== parts) return false;
    } else if (step.step !== 'redistributed' || step.changes.length > 0) return false;
  }
  return false;
}

/**
 * Ties of an instant runoff that cannot matter: none of the tied options has a vote, or all of them together have fewer votes than every
 * other option, so that all are eliminated first in any order. The latter holds only if no later tie looks back at these rounds.
 */
function idleInRunoff({ account }: Outcome): Set<Tie> {
  const idle = new Set<Tie>();
  let looksBack = false;
  for (const [at, step] of [...account.entries()].reverse()) {
    if (step.step !== 'tie') continue;
    const round = account.slice(0, at).findLast((one) => one.step === 'round')!;
    if (step.by === 'lot' && isIdle(step, round.tallies, looksBack)) idle.add(step);
    else looksBack = true;
  }
  return idle;
}

function isIdle({ options }: Tie, tallies: readonly { readonly option: string; readonly value: string }[], looksBack: boolean): boolean {
  const tied = tallies.filter(({ option }) => options.includes(option));
  if (tied.every(({ value }) => value === '0')) return true;
  const others = tallies.filter(({ option }) => !options.includes(option));
  const together = tied.reduce((sum, { value }) => sum + Number(value), 0);
  return !looksBack && others.length > 0 && others.every(({ value }) => Number(value) > together);
}

/** The options in an order in which all these choices are made; null if they contradict each other. */
function orderOf(options: readonly string[], choices: readonly Choice[]): readonly string[] | null {
  const after = new Map(options.map((option) => [option, new Set<string>()]));
  const before = new Map(options.map((option) => [option, 0]));
  const put = (first: string, second: string) => {
    if (after.get(first)!.has(second)) return;
    after.get(first)!.add(second);
    before.set(second, before.get(second)! + 1);
  };
  for (const { options: tied, chosen, struck } of choices)
    for (const option of tied)
      if (option !== chosen) {
        if (struck) put(option, chosen);
        else put(chosen, option);
      }
  const order = options.filter((option) => before.get(option) === 0);
  for (const option of order)
    for (const next of after.get(option)!) {
      before.set(next, before.get(next)! - 1);
      if (before.get(next) === 0) order.push(next);
    }
  return order.length === options.length ? order : null;
}
