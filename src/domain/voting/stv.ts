import type { Rankings } from './ballots.js';
import { excludedIn, type Exclusion, nobodyVoted, tiersByFigure, type Lots, type Outcome, type Step, type Transfer } from './outcome.js';
import { nextPreference, nowhere, optionOf, type Reading } from './next-preference.js';
import { fewest } from './runoff.js';
import { ascending } from '../shared/ascending.js';

/**
 * Single transferable vote by the rules of Scottish local elections (Scottish Local Government Elections Order 2007, SSI 2007/42,
 * schedule 1, rules 45–52): weighted inclusive Gregory method, transfer values truncated to five decimals.
 */
export interface StvRule extends Reading {
  readonly rule: 'single-transferable-vote';
  readonly seats: number;
}

/**
 * Single transferable vote by the reference WIGM rule of the Proportional Representation Foundation: weighted inclusive Gregory method with
 * a fixed number of decimals. The quota is the first such number that is more than votes/(seats + 1).
 */
export interface WigmRule extends Reading {
  readonly rule: 'wigm';
  readonly seats: number;
  readonly decimals: number;
}

/** Formats votes that are counted in units of 1/`one`, a power of ten. */
export const votesIn =
  (one: bigint) =>
  (value: bigint): string => {
    const decimals = String(value % one)
      .padStart(String(one).length - 1, '0')
      .replace(/0+$/u, '');
    return decimals === '' || one === 1n ? String(value / one) : `${value / one}.${decimals}`;
  };

/** The number of units of 1/`one` in votes that `votesIn` formatted. */
export function unitsIn(votes: string, one: bigint): bigint {
  const [whole = '', decimals = ''] = votes.split('.');
  return BigInt(whole + decimals.padEnd(String(one).length - 1, '0'));
}

/** Papers that an option received at the same value. `place` is the index of the entry that names the option. */
interface Paper {
  readonly ballot: number;
  readonly place: number;
  readonly value: bigint;
}

export const singleTransferableVote = (ballots: Rankings, rule: StvRule, lots: Lots, exclusions: readonly Exclusion[]): Outcome =>
  transferable(ballots, rule, lots, exclusions, 100_000n, (valid) => (valid / BigInt(rule.seats + 1) + 1n) * 100_000n);

export function wigm(ballots: Rankings, rule: WigmRule, lots: Lots, exclusions: readonly Exclusion[]): Outcome {
  const one = 10n ** BigInt(rule.decimals);
  return transferable(ballots, rule, lots, exclusions, one, (valid) => (valid * one) / BigInt(rule.seats + 1) + 1n);
}

/**
 * Weighted inclusive Gregory method.
 * @param one votes are counted in units of 1/`one`
 * @param quotaOf the quota in these units, from the number of valid papers
 */
function transferable(
  ballots: Rankings,
  rule: Reading & { readonly seats: number },
  lots: Lots,
  exclusions: readonly Exclusion[],
  one: bigint,
  quotaOf: (valid: bigint) => bigint,
): Outcome {
  const inVotes = votesIn(one);
  const { options, entries, counts, starts } = ballots;
  const n = options.length;
  const continuing = new Uint8Array(n).fill(1);
  const papers: Paper[][] = options.map(() => []);
  let tallies = new Array<bigint>(n).fill(0n);
  let valid = 0n;
  for (let i = 0; i < counts.length; i++) {
    const place = nextPreference(ballots, i, starts[i]!, continuing, rule);
    if (place === nowhere) continue; // no first preference: the paper is not valid (rule 43)
    const first = optionOf(entries[place]!);
    papers[first]!.push({ ballot: i, place, value: one });
    tallies[first]! += BigInt(counts[i]!) * one;
    valid += BigInt(counts[i]!);
  }
  if (valid === 0n) return nobodyVoted(options, 'blank-ballots');
  const quota = quotaOf(valid);
  let exhausted = 0n;
  const account: Step[] = [];
  const earlier: bigint[][] = [];
  const elected: number[] = [];
  const excluded: number[] = [];
  const surpluses: number[] = []; // elected with more than the quota, surplus not transferred yet
  const named = (those: readonly number[]) => those.map((option) => options[option]!);
  const less = (a: number, b: number) => ascending(tallies[a]!, tallies[b]!);

  /** Moves the papers of an option to their next preferences. `worth` gives the new value of a paper. */
  const transfer = (from: number, worth: (value: bigint) => bigint) => {
    const moved = new Map<number, bigint>();
    for (const { ballot, place, value } of papers[from]!) {
      const at = nextPreference(ballots, ballot, place + 1, continuing, rule);
      const to = at === nowhere ? nowhere : optionOf(entries[at]!);
      const paper = { ballot, place: at, value: worth(value) };
      if (to !== nowhere) papers[to]!.push(paper);
      moved.set(to, (moved.get(to) ?? 0n) + paper.value * BigInt(counts[ballot]!));
    }
    papers[from] = [];
    for (const [to, votes] of moved) if (to !== nowhere) tallies[to]! += votes;
    return [...moved]
      .sort(([a], [b]) => Number(a === nowhere) - Number(b === nowhere) || a - b)
      .map(([to, votes]) => ({ to: options[to] ?? null, votes: inVotes(votes) }));
  };
  /** Transfers from several options as one. */
  const together = (transfers: readonly Transfer[]): Transfer[] => {
    const sums = new Map<string | null, bigint>();
    for (const { to, votes } of transfers) sums.set(to, (sums.get(to) ?? 0n) + unitsIn(votes, one));
    return [...sums].map(([to, votes]) => ({ to, votes: inVotes(votes) })).sort((a, b) => Number(a.to === null) - Number(b.to === null));
  };

  /** Elects all options of a tier, in the order of the draw, because the order is part of the result. */
  const elect = (tier: readonly number[], round: number, because: 'quota' | 'last-left') =>
    tier.forEach((option, i) => {
      if (i < tier.length - 1) account.push({ step: 'tie', options: named(tier.slice(i)), by: 'lot', chosen: options[option]! });
      continuing[option] = 0;
      elected.push(option);
      account.push({ step: 'elected', round, option: options[option]!, because, figure: inVotes(tallies[option]!) });
    });

  for (let round = 1; ; round++) {
    const left = options.flatMap((_, option) => (continuing[option] === 1 ? [option] : []));
    const inOrder = tiersByFigure([...left, ...surpluses], less, lots).flat();
    account.push({
      step: 'round',
      round,
      tallies: inOrder.map((option) => ({ option: options[option]!, value: inVotes(tallies[option]!) })),
      exhausted: inVotes(exhausted),
      needed: inVotes(quota),
    });
    const out = excludedIn(exclusions, round, left, options);
    if (out) {
      earlier.push(tallies);
      tallies = [...tallies];
      for (const option of out.out) continuing[option] = 0;
      const moved = out.out.flatMap((option) => transfer(option, (value) => value));
      for (const option of out.out) tallies[option] = 0n;
      excluded.push(...out.out);
      account.push({ step: 'eliminated', round, options: named(out.out), transfers: together(moved), because: out.because });
      exhausted = valid * one - tallies.reduce((sum, votes) => sum + votes, 0n);
      continue;
    }
    for (const tier of tiersByFigure(left, less, lots))
      if (tallies[tier[0]!]! >= quota) {
        elect(tier, round, 'quota'); // at most `seats` options can reach the quota
        if (tallies[tier[0]!]! > quota) surpluses.push(...tier);
      }
    const still = left.filter((option) => continuing[option] === 1);
    if (elected.length >= rule.seats) break;
    if (still.length + elected.length <= rule.seats) {
      for (const tier of tiersByFigure(still, less, lots)) elect(tier, round, 'last-left'); // rule 52
      break;
    }
    earlier.push(tallies);
    tallies = [...tallies];
    if (surpluses.length > 0) {
      const most = surpluses.map((option) => tallies[option]!).reduce((a, b) => (b > a ? b : a));
      const tied = surpluses.filter((option) => tallies[option] === most);
      // `fewest` of the negated votes finds the most votes, with the same rule for ties
      const { chosen, by, equals } = fewest(
        tied,
        earlier.slice(0, -1).map((tally) => tally.map((votes) => -votes)),
        lots.map((lot) => -lot),
      );
      if (by) account.push({ step: 'tie', options: named(equals), by, chosen: options[chosen]! });
      surpluses.splice(surpluses.indexOf(chosen), 1);
      const [total, surplus] = [tallies[chosen]!, tallies[chosen]! - quota];
      const transfers = transfer(chosen, (value) => (surplus * value) / total); // truncated to the decimals that are counted
      tallies[chosen] = quota;
      account.push({ step: 'surplus', round, option: options[chosen]!, surplus: inVotes(surplus), transfers });
    } else {
      const least = still.map((option) => tallies[option]!).reduce((a, b) => (b < a ? b : a));
      const tied = still.filter((option) => tallies[option] === least);
      const { chosen, by, equals } = fewest(tied, earlier.slice(0, -1), lots);
      if (by) account.push({ step: 'tie', options: named(equals), by, chosen: options[chosen]!, struck: true });
      continuing[chosen] = 0;
      excluded.push(chosen);
      const others = still.filter((option) => option !== chosen);
      if (others.length + elected.length <= rule.seats) {
        // rule 52: the others are elected without a further transfer
        account.push({ step: 'eliminated', round, options: [options[chosen]!], transfers: [] });
        for (const tier of tiersByFigure(others, less, lots)) elect(tier, round, 'last-left');
        break;
      }
      const transfers = transfer(chosen, (value) => value);
      tallies[chosen] = 0n;
      account.push({ step: 'eliminated', round, options: [options[chosen]!], transfers });
    }
    // papers without a further preference, and the truncated parts
    exhausted = valid * one - tallies.reduce((sum, votes) => sum + votes, 0n);
  }
  const rest = options.flatMap((_, option) => (continuing[option] === 1 ? [option] : []));
  const order = [...elected.map((option) => [option]), ...tiersByFigure(rest, less, lots), ...excluded.reverse().map((option) => [option])];
  return { winners: named(elected), order: order.map(named), account };
}
