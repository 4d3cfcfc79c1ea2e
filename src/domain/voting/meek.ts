import { ascending } from '../shared/ascending.js';
import type { Rankings } from './ballots.js';
import { excludedIn, type Exclusion, nobodyVoted, struckByLot, tiersByFigure, type Lots, type Outcome, type Step } from './outcome.js';
import { nextPreference, nowhere, optionOf, type Reading } from './next-preference.js';
import { votesIn } from './stv.js';

/**
 * Single transferable vote by Meek's method: reference Meek rule of the Proportional Representation Foundation, after Hill, Wichmann and
 * Woodall, Algorithm 123 (1987). Nine decimals. An elected option keeps the part of every vote that it needs for the quota, and the rest
 * goes to the next preference, also to options that are elected already. Meek's method is law in New Zealand: Local Electoral Regulations
 * 2001 (SR 2001/145), schedule 1A, inserted by SR 2003/391. What its part 5 says on ties is not followed here: the lot decides. It does not
 * depend on who is still in the count whether a place with several options is an overvote.
 */
export interface MeekRule extends Reading {
  readonly rule: 'meek';
  readonly seats: number;
}

const one = 1_000_000_000n;
/** Surpluses below this sum are not distributed any further. */
const omega = 1_000n;
const inVotes = votesIn(one);
const signed = (votes: bigint): string => (votes < 0n ? `-${inVotes(-votes)}` : inVotes(votes));
const dividedUp = (n: bigint, d: bigint): bigint => (n + d - 1n) / d;

export function meek(ballots: Rankings, rule: MeekRule, lots: Lots, exclusions: readonly Exclusion[]): Outcome {
  const { options } = ballots;
  const papers = preferences(ballots, rule);
  const valid = papers.reduce((sum, { count }) => sum + count, 0n);
  if (valid === 0n) return nobodyVoted(options, 'blank-ballots');
  const account: Step[] = [];
  const keeps = options.map(() => one);
  const hopeful = new Set(options.keys());
  const elected: number[] = [];
  const excluded: number[] = [];
  let votes: bigint[] = [];
  let before: readonly bigint[] | null = null; // the votes of the round before
  const name = (those: readonly number[]) => those.map((option) => options[option]!);
  const less = (a: number, b: number) => ascending(votes[a]!, votes[b]!);
  const elect = (those: readonly number[], round: number, because: 'quota' | 'last-left') => {
    for (const tier of tiersByFigure(those, less, lots))
      tier.forEach((option, i) => {
        if (i < tier.length - 1) account.push({ step: 'tie', options: name(tier.slice(i)), by: 'lot', chosen: options[option]! });
        hopeful.delete(option);
        elected.push(option);
        account.push({ step: 'elected', round, option: options[option]!, because, figure: inVotes(votes[option]!) });
      });
  };

  const exclude = (option: number) => {
    hopeful.delete(option);
    excluded.push(option);
    keeps[option] = 0n;
  };
  /** How the votes have changed since the round before; the greatest gain first. */
  const redistributed = (round: number, earlier: readonly bigint[]): Step => {
    const changed = options.flatMap((option, i) => (votes[i] === earlier[i] ? [] : [{ option, by: votes[i]! - earlier[i]! }]));
    const gone = changed.reduce((sum, { by }) => sum - by, 0n); // what no option has any more
    return {
      step: 'redistributed',
      round,
      changes: changed.sort((a, b) => ascending(b.by, a.by)).map(({ option, by }) => ({ option, value: signed(by) })),
      exhausted: signed(gone),
    };
  };

  for (let round = 1; elected.length < rule.seats; round++) {
    let [quota, surplus] = [0n, 0n];
    let reached: number[] = [];
    for (let last: bigint | null = null; ; last = surplus) {
      votes = distributed(papers, keeps);
      const total = votes.reduce((sum, vote) => sum + vote, 0n);
      quota = total / BigInt(rule.seats + 1) + 1n;
      reached = [...hopeful].filter((option) => votes[option]! >= quota);
      surplus = [...elected, ...reached].reduce((sum, option) => sum + votes[option]! - quota, 0n);
      if (reached.length > 0 || surplus < omega || (last !== null && surplus >= last)) break;
      for (const option of elected) keeps[option] = dividedUp(dividedUp(keeps[option]! * quota, one) * one, votes[option]!);
    }
    const total = votes.reduce((sum, vote) => sum + vote, 0n);
    if (before) account.push(redistributed(round, before));
    before = [...votes];
    const inOrder = tiersByFigure([...hopeful, ...elected], less, lots).flat();
    account.push(
      {
        step: 'round',
        round,
        tallies: inOrder.map((option) => ({ option: options[option]!, value: inVotes(votes[option]!) })),
        exhausted: inVotes(valid * one - total),
        needed: inVotes(quota),
      },
      ...(elected.length === 0
        ? []
        : [
            {
              step: 'kept',
              round,
              parts: elected.map((option) => ({ option: options[option]!, value: inVotes(keeps[option]!) })),
            } as const,
          ]),
    );
    const out = excludedIn(exclusions, round, [...hopeful], options);
    if (out) {
      for (const option of out.out) exclude(option);
      account.push({ step: 'eliminated', round, options: name(out.out), transfers: [], because: out.because });
      continue;
    }
    if (hopeful.size + elected.length <= rule.seats) {
      elect([...hopeful], round, 'last-left');
      break;
    }
    if (reached.length > 0) {
      elect(reached, round, 'quota');
      // the first parts that they keep, so that the next distribution passes on their surplus
      for (const option of reached) keeps[option] = dividedUp(quota * one, votes[option]!);
      continue;
    }
    const least = [...hopeful].map((option) => votes[option]!).reduce((a, b) => (b < a ? b : a));
    const tied = [...hopeful].filter((option) => votes[option]! <= least + surplus); // what is not distributed could change their order
    const chosen = struckByLot(tied, lots);
    if (tied.length > 1) account.push({ step: 'tie', options: name(tied), by: 'lot', chosen: options[chosen]!, struck: true });
    exclude(chosen);
    account.push({ step: 'eliminated', round, options: name([chosen]), transfers: [] });
    if (hopeful.size + elected.length <= rule.seats) {
      elect([...hopeful], round, 'last-left');
      break;
    }
  }
  const rest = tiersByFigure([...hopeful], less, lots);
  return {
    winners: name(elected),
    order: [...elected.map((option) => [option]), ...rest, ...excluded.reverse().map((option) => [option])].map(name),
    account,
  };
}

interface Preferences {
  readonly options: readonly number[];
  readonly count: bigint;
}

/** The options of every ballot in order, as far as it is read. */
function preferences(ballots: Rankings, reading: Reading): Preferences[] {
  const { options, starts, entries, counts } = ballots;
  const all = new Uint8Array(options.length).fill(1);
  return Array.from(counts, (count, i) => {
    const named = new Set<number>();
    for (let at = nextPreference(ballots, i, starts[i]!, all, reading); at !== nowhere;) {
      named.add(optionOf(entries[at]!));
      at = nextPreference(ballots, i, at + 1, all, reading);
    }
    return { options: [...named], count: BigInt(count) };
  }).filter(({ options: named, count }) => named.length > 0 && count > 0n);
}

/** The votes of every option: each takes its part, rounded up, of what the options before it on the ballot left. */
function distributed(papers: readonly Preferences[], keeps: readonly bigint[]): bigint[] {
  const votes = keeps.map(() => 0n);
  for (const { options, count } of papers) {
    let weight = one;
    for (const option of options) {
      if (keeps[option] === 0n) continue;
      const kept = dividedUp(weight * keeps[option]!, one);
      votes[option]! += kept * count;
      weight -= kept;
      if (weight === 0n) break;
    }
  }
  return votes;
}
