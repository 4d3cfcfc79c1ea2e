import { leftOut, numberOfBallots, precedence, type Rankings } from './ballots.js';
import { nobodyVoted, tiersByFigure, type Lots, type Outcome, type Step } from './outcome.js';

/** How to find the next preference of a ballot. */
export interface Reading {
  /** At several options in one place: continue with the next place, or end the ballot. */
  readonly overvote: 'skip' | 'exhaust';
  /** How many ranks in a row may be skipped before the ballot ends. Null: any number. */
  readonly skippedRanks: number | null;
}

/** Instant runoff voting. */
export interface RunoffRule extends Reading {
  readonly rule: 'instant-runoff';
  /**
   * `batch` eliminates in one round all options whose votes together are fewer than those of the next option. They would be eliminated
   * first in any case, so the winner does not change. But a later tie that an earlier round breaks may be broken differently, because there
   * are fewer earlier rounds.
   */
  readonly elimination: 'single' | 'batch';
  /** Stop as soon as one option has more than half of the continuing votes, or only when two options are left. */
  readonly until: 'majority' | 'two-left';
  /** Which tied option is eliminated: the one with fewer votes in the latest earlier round that differs (else by lot), or always by lot. */
  readonly ties: 'earlier-round' | 'lot';
}

/** Position after the last preference of a ballot: it counts for nobody. */
export const nowhere = -1;

/** The index of the entry, at or after `from`, with the first continuing option of ballot `i`, or `nowhere`. */
export function nextPreference(
  { starts, entries, plain }: Rankings,
  i: number,
  from: number,
  continuing: Uint8Array,
  { overvote, skippedRanks }: Reading,
): number {
  const end = starts[i + 1]!;
  if (plain[i] === 1) {
    for (let k = from; k < end; k++) if (continuing[entries[k]!] === 1) return k;
    return nowhere;
  }
  let skipped = 0;
  for (let k = from; k < end; k++) {
    const entry = entries[k]!;
    if (entry === leftOut) {
      if (skippedRanks !== null && ++skipped > skippedRanks) return nowhere;
      continue;
    }
    skipped = 0;
    if (k + 1 < end && entries[k + 1]! < 0) {
      if (overvote === 'exhaust') return nowhere;
      while (k + 1 < end && entries[k + 1]! < 0) k++;
    } else if (continuing[entry] === 1) return k;
  }
  return nowhere;
}

/** In each round the option with the fewest votes is eliminated, and its ballots go to their next preference. */
export function instantRunoff(ballots: Rankings, rule: RunoffRule, lots: Lots): Outcome {
  const { options } = ballots;
  const table = precedence(ballots, false);
  const continuing = new Uint8Array(options.length).fill(1);
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

  const total = numberOfBallots(ballots);
  const account: Step[] = [];
  const earlier: Float64Array[] = [];
  const last: string[][] = []; // the final order, last place first
  let tallies = tally();
  if (tallies.every((votes) => votes === 0)) return nobodyVoted(options, 'blank-ballots');
  for (let round = 1; ; round++) {
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
    const hasMajority = 2 * tallies[first]! > active;
    if (left.length === 1 || (hasMajority && (rule.until === 'majority' || left.length <= 2))) {
      account.push({
        step: 'elected',
        round,
        option: options[first]!,
        because: hasMajority ? 'majority' : 'last-left',
        figure: String(tallies[first]),
      });
      return { winners: [options[first]!], order: [...tiers.map(name), ...last.reverse()], account };
    }
    const eliminated =
      rule.elimination === 'batch' ? lowestTogether(tiers, tallies, rule.until === 'two-left' ? left.length - 2 : left.length) : [];
    if (eliminated.length === 0) {
      const tied = tiers.at(-1)!;
      const { chosen, by } = fewest(tied, rule.ties === 'earlier-round' ? earlier : [], lots);
      if (by) account.push({ step: 'tie', options: name(tied), by, chosen: options[chosen]!, struck: true });
      eliminated.push([chosen]);
    }
    piles.eliminate(eliminated.flat());
    const after = tally();
    const transfers = left
      .filter((option) => continuing[option] === 1 && after[option] !== tallies[option])
      .map((option) => ({ to: options[option]!, votes: after[option]! - tallies[option]! }))
      .sort((a, b) => b.votes - a.votes);
    const exhausted = active - after.reduce((sum, votes) => sum + votes, 0);
    account.push({
      step: 'eliminated',
      round,
      options: name(eliminated.flat()),
      transfers: [...transfers, ...(exhausted > 0 ? [{ to: null, votes: exhausted }] : [])].map(({ to, votes }) => ({
        to,
        votes: String(votes),
      })),
    });
    last.push(...eliminated.map(name));
    earlier.push(tallies);
    tallies = after;
  }
}

/** Ballots grouped by the option they count for, as linked lists. So only ballots of eliminated options are visited again. */
class Piles {
  readonly tallies: Float64Array;
  private readonly top: Int32Array;
  private readonly next: Int32Array;
  private readonly place: Int32Array;

  /** @param plainCounted true if plain ballots are counted by the table and left out here */
  constructor(
    private readonly ballots: Rankings,
    private readonly reading: Reading,
    private readonly continuing: Uint8Array,
    plainCounted: boolean,
  ) {
    const { options, counts, starts, plain } = ballots;
    this.tallies = new Float64Array(options.length);
    this.top = new Int32Array(options.length).fill(nowhere);
    this.next = new Int32Array(counts.length);
    this.place = new Int32Array(counts.length);
    for (let i = 0; i < counts.length; i++) if (!plainCounted || plain[i] === 0) this.put(i, starts[i]!);
  }

  eliminate(eliminated: readonly number[]): void {
    for (const option of eliminated) this.continuing[option] = 0;
    for (const option of eliminated) {
      this.tallies[option] = 0;
      for (let i = this.top[option]!, after; i !== nowhere; i = after) {
        after = this.next[i]!; // put() moves the ballot to another chain
        this.put(i, this.place[i]! + 1);
      }
    }
  }

  private put(i: number, from: number): void {
    const at = nextPreference(this.ballots, i, from, this.continuing, this.reading);
    if (at === nowhere) return;
    const option = this.ballots.entries[at]!;
    this.place[i] = at;
    this.next[i] = this.top[option]!;
    this.top[option] = i;
    this.tallies[option]! += this.ballots.counts[i]!;
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

/** The tied option to eliminate: the one with fewest votes in the latest earlier round that separates them, else the last in the draw. */
export function fewest(
  tied: readonly number[],
  earlier: readonly ArrayLike<number | bigint>[],
  lots: Lots,
): { chosen: number; by: 'earlier-round' | 'lot' | null } {
  let left = tied;
  for (const round of [...earlier].reverse()) {
    const least = left.map((option) => round[option]!).reduce((a, b) => (b < a ? b : a));
    left = left.filter((option) => round[option] === least);
    if (left.length === 1) return { chosen: left[0]!, by: tied.length === 1 ? null : 'earlier-round' };
  }
  return { chosen: left.reduce((a, b) => (lots[b]! > lots[a]! ? b : a)), by: left.length === 1 ? null : 'lot' };
}
