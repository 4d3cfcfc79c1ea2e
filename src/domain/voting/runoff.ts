import { numberOfBallots, precedence, type Rankings } from './ballots.js';
import type { Reading } from './next-preference.js';
import { excludedIn, type Exclusion, nobodyVoted, struckByLot, tiersByFigure, type Lots, type Outcome, type Step } from './outcome.js';
import { Piles } from './piles.js';

/** How options are eliminated round by round. */
interface Elimination extends Reading {
  /**
   * `batch` eliminates in one round all options whose votes together are fewer than those of the next option. They would be eliminated
   * first in any case, so the winner does not change. But a later tie that an earlier round breaks may be broken differently, because there
   * are fewer earlier rounds.
   */
  readonly elimination: 'single' | 'batch';
  /** Which tied option is eliminated: the one with fewer votes in the latest earlier round that differs (else by lot), or always by lot. */
  readonly ties: 'earlier-round' | 'lot';
}

/** Instant runoff voting. */
export interface RunoffRule extends Elimination {
  readonly rule: 'instant-runoff';
  /** Stop as soon as one option has more than half of the continuing votes, or only when two options are left. */
  readonly until: 'majority' | 'two-left';
}

/**
 * Instant runoff for several seats, one after another: the winner of a seat is struck from all ballots, and the next seat is counted from
 * the beginning (RCTab: multiSeatSequentialWinnerTakesAll). It is not proportional: a majority can win all seats.
 */
export interface SequentialRunoffRule extends Elimination {
  readonly rule: 'sequential-runoff';
  readonly seats: number;
}

/** Options are eliminated until as many are left as there are seats; all of these win (RCTab: multiSeatBottomsUpUntilNWinners). */
export interface BottomsUpRule extends Elimination {
  readonly rule: 'bottoms-up-runoff';
  readonly seats: number;
}

/** In each round the option with the fewest votes is eliminated, and its ballots go to their next preference. */
export const instantRunoff = (ballots: Rankings, rule: RunoffRule, lots: Lots, exclusions: readonly Exclusion[]): Outcome =>
  eliminate(ballots, rule, lots, { exclusions });

export const bottomsUp = (ballots: Rankings, rule: BottomsUpRule, lots: Lots, exclusions: readonly Exclusion[]): Outcome =>
  eliminate(ballots, { ...rule, until: 'two-left' }, lots, { seats: rule.seats, exclusions });

export function sequentialRunoff(ballots: Rankings, rule: SequentialRunoffRule, lots: Lots, exclusions: readonly Exclusion[]): Outcome {
  const { options } = ballots;
  const index = new Map(options.map((option, i) => [option, i]));
  const winners: string[] = [];
  const account: Step[] = [];
  let order: Outcome['order'] = [options];
  let firstRound = 1;
  for (let seat = 1; seat <= Math.min(rule.seats, options.length); seat++) {
    const gone = exclusions.filter(({ round }) => round < firstRound).map(({ option }) => option); // in the count of a seat before
    const struck = [...new Set([...winners, ...gone])].map((option) => index.get(option)!);
    if (struck.length >= options.length) break;
    const counted = eliminate(ballots, { ...rule, until: 'majority' }, lots, { struck, firstRound, exclusions });
    if (counted.winners.length === 0) {
      if (seat === 1) return counted;
      break;
    }
    account.push({ step: 'seat', seat, struck: [...winners] }, ...counted.account);
    firstRound += counted.account.filter(({ step }) => step === 'round').length;
    winners.push(...counted.winners);
    order = counted.order.slice(1);
  }
  return { winners, order: [...winners.map((winner) => [winner]), ...order], account };
}

/**
 * Counts in rounds of elimination.
 * @param among `struck`: options that do not take part; `seats`: if it is given, so many of the last ones win; `firstRound`: its number
 */
function eliminate(
  ballots: Rankings,
  rule: Elimination & Pick<RunoffRule, 'until'>,
  lots: Lots,
  among: {
    readonly struck?: readonly number[];
    readonly seats?: number;
    readonly firstRound?: number;
    readonly exclusions: readonly Exclusion[];
  },
): Outcome {
  const { options } = ballots;
  const { struck = [], seats = null, firstRound = 1, exclusions } = among;
  const table = precedence(ballots, false);
  const continuing = new Uint8Array(options.length).fill(1);
  for (const option of struck) continuing[option] = 0;
  const piles = new Piles(ballots, rule, continuing, table !== null);
  const name = (tier: readonly number[]) => tier.map((option) => options[option]!);
  /** A ballot counts for an option if all options above it on the ballot are eliminated. */
  const tally = (): Float64Array => {
    const tallies = piles.tallies.slice();
    if (!table) return tallies;
    const eliminated = continuing.reduce((set, still, option) => (still === 1 ? set : set | (1 << option)), 0);
    for (let set = eliminated; ; set = (set - 1) & eliminated) {
      // every subset of the eliminated options; the empty set is the last one
      for (let option = 0; option < options.length; option++)
        if (continuing[option] === 1) tallies[option]! += table[set * options.length + option]!;
      if (set === 0) return tallies;
    }
  };

  const atLeast = seats ?? (rule.until === 'two-left' ? 2 : 1); // options that a batch must leave
  const total = numberOfBallots(ballots);
  const account: Step[] = [];
  const earlier: Float64Array[] = [];
  const last: string[][] = []; // the final order, last place first
  let tallies = tally();
  if (tallies.every((votes) => votes === 0)) return nobodyVoted(options, 'blank-ballots');
  /** Passes the votes of these on, and says so. */
  const eliminateNow = (out: readonly (readonly number[])[], left: readonly number[], round: number, because?: Exclusion['because']) => {
    piles.eliminate(out.flat());
    const after = tally();
    const sum = (votes: Float64Array) => votes.reduce((all, one) => all + one, 0);
    const transfers = left
      .filter((option) => continuing[option] === 1 && after[option] !== tallies[option])
      .map((option) => ({ to: options[option]!, votes: after[option]! - tallies[option]! }))
      .sort((a, b) => b.votes - a.votes);
    const exhausted = sum(tallies) - sum(after);
    account.push({
      step: 'eliminated',
      round,
      options: name(out.flat()),
      transfers: [...transfers, ...(exhausted > 0 ? [{ to: null, votes: exhausted }] : [])].map(({ to, votes }) => ({
        to,
        votes: String(votes),
      })),
      ...(because && { because }),
    });
    last.push(...out.map(name));
    earlier.push(tallies);
    tallies = after;
  };
  for (let round = firstRound; ; round++) {
    const left = options.flatMap((_, option) => (continuing[option] === 1 ? [option] : []));
    const tiers = tiersByFigure(left, (a, b) => tallies[a]! - tallies[b]!, lots);
    const active = tallies.reduce((sum, votes) => sum + votes, 0);
    account.push({
      step: 'round',
      round,
      tallies: tiers.flat().map((option) => ({ option: options[option]!, value: String(tallies[option]) })),
      exhausted: String(total - active),
      needed: `${active}/2`,
    });
    const first = tiers[0]![0]!;
    const excluded = excludedIn(exclusions, round, left, options);
    if (excluded) {
      eliminateNow(
        excluded.out.map((option) => [option]),
        left,
        round,
        excluded.because,
      );
      continue;
    }
    if (seats !== null && left.length <= seats) {
      for (const option of tiers.flat())
        account.push({ step: 'elected', round, option: options[option]!, because: 'last-left', figure: String(tallies[option]) });
      return { winners: name(tiers.flat()), order: [...tiers.map(name), ...last.reverse()], account };
    }
    const hasMajority = 2 * tallies[first]! > active;
    if (seats === null && (left.length === 1 || (hasMajority && (rule.until === 'majority' || left.length <= 2)))) {
      account.push({
        step: 'elected',
        round,
        option: options[first]!,
        because: hasMajority ? 'majority' : 'last-left',
        figure: String(tallies[first]),
      });
      return { winners: [options[first]!], order: [...tiers.map(name), ...last.reverse()], account };
    }
    const eliminated = rule.elimination === 'batch' ? lowestTogether(tiers, tallies, left.length - atLeast) : [];
    if (eliminated.length === 0) {
      const tied = tiers.at(-1)!;
      const { chosen, by, equals } = fewest(tied, rule.ties === 'earlier-round' ? earlier : [], lots);
      if (by) account.push({ step: 'tie', options: name(equals), by, chosen: options[chosen]!, struck: true });
      eliminated.push([chosen]);
    }
    eliminateNow(eliminated, left, round);
  }
}

/**
 * The lowest tiers that can be eliminated in one round: as many as possible whose votes together are fewer than those of the next tier.
 * @param limit the most options
 */
function lowestTogether(tiers: readonly number[][], tallies: Float64Array, limit: number): number[][] {
  let [sum, options, most] = [0, 0, 0];
  for (let taken = 1; taken < tiers.length; taken++) {
    const tier = tiers[tiers.length - taken]!;
    sum += tier.length * tallies[tier[0]!]!;
    options += tier.length;
    if (options > limit) break;
    if (sum < tallies[tiers[tiers.length - taken - 1]![0]!]!) most = taken;
  }
  return tiers.slice(tiers.length - most).reverse();
}

/**
 * The tied option to eliminate: the one with fewest votes in the latest earlier round that separates them, else by lot. `equals`: those
 * between which `by` decided; the lot decides only between those that no earlier round separates.
 */
export function fewest(
  tied: readonly number[],
  earlier: readonly ArrayLike<number | bigint>[],
  lots: Lots,
): { chosen: number; by: 'earlier-round' | 'lot' | null; equals: readonly number[] } {
  let left = tied;
  for (const round of [...earlier].reverse()) {
    const least = left.map((option) => round[option]!).reduce((a, b) => (b < a ? b : a));
    left = left.filter((option) => round[option] === least);
    if (left.length === 1) return { chosen: left[0]!, by: tied.length === 1 ? null : 'earlier-round', equals: tied };
  }
  return { chosen: struckByLot(left, lots), by: left.length === 1 ? null : 'lot', equals: left };
}
