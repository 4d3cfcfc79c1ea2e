import { leftOut, numberOfBallots, type Rankings } from './ballots.js';
import { tiersByFigure, type Lots, type Outcome, type Step, type Transfer } from './outcome.js';

/** How a ballot is read from one preference to the next. */
export interface Reading {
  /** Several options in one place: the ballot goes on to its next place, or ends there. */
  readonly overvote: 'skip' | 'exhaust';
  /** So many ranks in a row may be left out; one more, and the ballot ends there. Null: any number. */
  readonly skippedRanks: number | null;
}

export interface RunoffRule extends Reading {
  readonly rule: 'instant-runoff';
  /** `batch`: in one round all go whose votes together do not reach the next one's; it never changes who wins. */
  readonly elimination: 'single' | 'batch';
  /** Ends when one has more than half of the votes that still count, or goes on until two are left. */
  readonly until: 'majority' | 'two-left';
  /** Who of the last ones goes: who had fewer in the latest earlier round in which they differed, else by lot; or by lot at once. */
  readonly ties: 'earlier-round' | 'lot';
}

/** Where a ballot stands: at the entry of the option it counts for, or at its end. */
export const nowhere = -1;

/** The entry at which ballot `i` names the first of `continuing` from entry `from` on, or `nowhere`. */
export function nextPreference({ starts, entries }: Rankings, i: number, from: number, continuing: Uint8Array, { overvote, skippedRanks }: Reading): number {
  const end = starts[i + 1]!;
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

/** Each round the option with the fewest votes is struck and its ballots go to their next preference. */
export function instantRunoff(ballots: Rankings, rule: RunoffRule, lots: Lots): Outcome {
  const { options, entries, counts } = ballots;
  const n = options.length;
  const continuing = new Uint8Array(n).fill(1);
  const tallies = new Float64Array(n);
  // the pile of every option: a chain of ballots, so that only those of struck options are looked at again
  const [top, next, place] = [new Int32Array(n).fill(nowhere), new Int32Array(counts.length), new Int32Array(counts.length)];
  let exhausted = 0;
  const put = (i: number, from: number): number => {
    const at = nextPreference(ballots, i, from, continuing, rule);
    if (at === nowhere) {
      exhausted += counts[i]!;
      return nowhere;
    }
    const option = entries[at]!;
    place[i] = at;
    next[i] = top[option]!;
    top[option] = i;
    tallies[option]! += counts[i]!;
    return option;
  };
  for (let i = 0; i < counts.length; i++) put(i, ballots.starts[i]!);

  const account: Step[] = [];
  const earlier: Float64Array[] = [];
  const last: string[][] = []; // the final order from its end
  const total = numberOfBallots(ballots);
  for (let round = 1; ; round++) {
    const left = options.flatMap((_, option) => (continuing[option] === 1 ? [option] : []));
    const tiers = tiersByFigure(left, (a, b) => tallies[a]! - tallies[b]!, lots);
    const active = total - exhausted;
    account.push({ step: 'round', round, tallies: tiers.flat().map((option) => ({ option: options[option]!, value: String(tallies[option]) })), exhausted: String(exhausted), needed: `${active}/2` });
    const [first] = tiers[0] ?? [];
    if (first === undefined) return { winners: [], order: [], account };
    const hasMajority = 2 * tallies[first]! > active;
    if (left.length === 1 || (hasMajority && (rule.until === 'majority' || left.length <= 2))) {
      account.push({ step: 'elected', round, option: options[first]!, because: hasMajority ? 'majority' : 'last-left', figure: String(tallies[first]) });
      return { winners: [options[first]!], order: [...tiers.map((tier) => tier.map((option) => options[option]!)), ...last.reverse()], account };
    }
    const struck = rule.elimination === 'batch' ? hopeless(tiers, tallies) : [];
    if (struck.length === 0) {
      const tied = tiers.at(-1)!;
      const { chosen, by } = fewest(tied, rule.ties === 'earlier-round' ? earlier : [], lots);
      if (by) account.push({ step: 'tie', options: tied.map((option) => options[option]!), by, chosen: options[chosen]! });
      struck.push([chosen]);
    }
    earlier.push(tallies.slice());
    const transfers = new Map<number, number>();
    const struckOptions = struck.flat();
    for (const option of struckOptions) continuing[option] = 0;
    for (const option of struckOptions) {
      tallies[option] = 0;
      for (let i = top[option]!, after; i !== nowhere; i = after) {
        after = next[i]!; // put() moves the ballot to another chain
        const to = put(i, place[i]! + 1);
        transfers.set(to, (transfers.get(to) ?? 0) + counts[i]!);
      }
    }
    last.push(...struck.map((tier) => tier.map((option) => options[option]!)));
    account.push({ step: 'eliminated', round, options: struckOptions.map((option) => options[option]!), transfers: transfersInWords(transfers, options) });
  }
}

const transfersInWords = (transfers: ReadonlyMap<number, number>, options: readonly string[]): Transfer[] =>
  [...transfers].sort(([a, x], [b, y]) => Number(a === nowhere) - Number(b === nowhere) || y - x || a - b).map(([to, votes]) => ({ to: options[to] ?? null, votes: String(votes) }));

/** The tiers, last first, that can all go in one round: the largest number of them whose votes together are fewer than the next one's. */
function hopeless(tiers: readonly number[][], tallies: Float64Array): number[][] {
  let [sum, most] = [0, 0];
  for (let taken = 1; taken < tiers.length; taken++) {
    const tier = tiers[tiers.length - taken]!;
    sum += tier.length * tallies[tier[0]!]!;
    if (sum < tallies[tiers[tiers.length - taken - 1]![0]!]!) most = taken;
  }
  return tiers.slice(tiers.length - most).reverse();
}

/** Who of those tied goes: the one with fewest votes in the latest earlier round that tells them apart, else the one drawn last. */
export function fewest(tied: readonly number[], earlier: readonly ArrayLike<number | bigint>[], lots: Lots): { chosen: number; by: 'earlier-round' | 'lot' | null } {
  let left = tied;
  for (const round of [...earlier].reverse()) {
    const least = left.map((option) => round[option]!).reduce((a, b) => (b < a ? b : a));
    left = left.filter((option) => round[option] === least);
    if (left.length === 1) return { chosen: left[0]!, by: tied.length === 1 ? null : 'earlier-round' };
  }
  return { chosen: left.reduce((a, b) => (lots[b]! > lots[a]! ? b : a)), by: left.length === 1 ? null : 'lot' };
}
