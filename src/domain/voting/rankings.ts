import { leftOut, precedence, type Rankings } from './ballots.js';
import { fillSeats, nobodyVoted, tiersByFigure, type Lots, type Outcome, type Step } from './outcome.js';

/** How a ballot treats options that it does not rank: all of them last, or no opinion about them. */
export type Unranked = 'last' | 'no-opinion';

/* Borda ----------------------------------------------------------------------------------------------------------------------- */

/** The Borda count: the options with the most points win. Ties: lot. */
export interface BordaRule {
  readonly rule: 'borda';
  readonly seats: number;
  /** `average`: unranked options share the points of the remaining places. `zero`: they get none. A blank ballot gives no points. */
  readonly unranked: 'average' | 'zero';
}

/**
 * Twice the Borda points of every option. The first of n places gives n − 1 points. Options in one tier get the mean of their places, so
 * halves occur; doubled, they stay whole.
 * @throws RangeError if the sums are too large to be exact
 */
export function bordaSums({ options, starts, entries, counts, plain }: Rankings, unranked: BordaRule['unranked']): Float64Array {
  const n = options.length;
  const sums = new Float64Array(n);
  const seen = new Int32Array(n).fill(-1);
  const tier: number[] = [];
  let toAll = 0; // added to every option at the end for plain ballots with unranked options; ranked ones get it subtracted above
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    let above = 0;
    if (starts[i] === starts[i + 1]) continue;
    if (plain[i] === 1) {
      const [from, end] = [starts[i]!, starts[i + 1]!];
      const rest = unranked === 'average' && end - from < n ? n - (end - from) - 1 : 0;
      toAll += count * rest;
      let points = count * (2 * (n - 1) - rest);
      for (let k = from; k < end; k++) {
        sums[entries[k]!]! += points;
        points -= 2 * count;
      }
      continue;
    }
    for (let k = starts[i]!; k < starts[i + 1]!;) {
      let entry = entries[k++]!;
      if (entry === leftOut) continue;
      tier.length = 0;
      for (;;) {
        const option = entry < 0 ? ~entry : entry;
        if (seen[option] !== i) {
          seen[option] = i;
          tier.push(option); // an option that is named again keeps its first place
        }
        if (k === starts[i + 1] || entries[k]! >= 0) break;
        entry = entries[k++]!;
      }
      const points = count * (2 * (n - 1 - above) - (tier.length - 1));
      for (const option of tier) sums[option]! += points;
      above += tier.length;
    }
    if (above > 0 && above < n && unranked === 'average')
      for (let option = 0; option < n; option++) if (seen[option] !== i) sums[option]! += count * (n - above - 1);
  }
  for (let option = 0; option < n; option++) sums[option]! += toAll;
  if (!sums.every(Number.isSafeInteger)) throw new RangeError('too many ballots to count exactly');
  return sums;
}

export function borda(ballots: Rankings, { seats, unranked }: BordaRule, lots: Lots): Outcome {
  return bordaOutcome(ballots.options, bordaSums(ballots, unranked), seats, lots);
}

/** The outcome from doubled sums that a projection keeps up to date. */
export function bordaOutcome(options: readonly string[], doubled: ArrayLike<number>, seats: number, lots: Lots): Outcome {
  if (options.length > 1 && options.every((_, option) => doubled[option] === 0)) return nobodyVoted(options, 'blank-ballots');
  const order = tiersByFigure(
    options.map((_, i) => i),
    (a, b) => doubled[a]! - doubled[b]!,
    lots,
  ).map((tier) => tier.map((option) => options[option]!));
  const figures = options.map((option, i) => ({ option, value: doubled[i]! % 2 === 0 ? String(doubled[i]! / 2) : `${doubled[i]!}/2` }));
  const { winners, ties } = fillSeats(order, seats);
  return { winners, order, account: [{ step: 'scores', of: 'borda', figures }, ...ties] };
}

/* Schulze --------------------------------------------------------------------------------------------------------------------- */

/**
 * The Schulze method. `strength`: how the strength of a pairwise win is measured. Of two wins with equal winning votes, the one with fewer
 * votes against it is stronger (Schulze 2011, section 2.1; Debian's constitution, A.5). Ties: lot.
 */
export interface SchulzeRule {
  readonly rule: 'schulze';
  readonly seats: number;
  readonly strength: 'winning-votes' | 'margins';
  readonly unranked: Unranked;
}

/** How many ballots rank option a above option b, at index a·n + b. */
export function pairwise(ballots: Rankings, unranked: Unranked): Float64Array {
  const { options, starts, entries, counts, plain } = ballots;
  const n = options.length;
  const matrix = new Float64Array(n * n);
  const table = precedence(ballots, unranked === 'last');
  if (table)
    for (let set = 1; set < 1 << n; set++)
      for (let option = 0; option < n; option++) {
        const count = table[set * n + option]!;
        if (count > 0) for (let better = 0; better < n; better++) if ((set >> better) & 1) matrix[better * n + option]! += count;
      }
  const seen = new Int32Array(n).fill(-1);
  const above: number[] = [];
  const below = (option: number, count: number) => {
    for (const better of above) matrix[better * n + option]! += count;
  };
  for (let i = 0; i < counts.length; i++) {
    if (table && plain[i] === 1) continue;
    const count = counts[i]!;
    above.length = 0;
    for (let k = starts[i]!; k < starts[i + 1]!;) {
      const first = k;
      do {
        const entry = entries[k]!;
        const option = entry < 0 ? ~entry : entry;
        if (entry !== leftOut && seen[option] !== i) below(option, count);
      } while (++k < starts[i + 1]! && entries[k]! < 0);
      for (let j = first; j < k; j++) {
        const entry = entries[j]!;
        const option = entry < 0 ? ~entry : entry;
        if (entry === leftOut || seen[option] === i) continue;
        seen[option] = i;
        above.push(option);
      }
    }
    if (unranked === 'last' && above.length < n) for (let option = 0; option < n; option++) if (seen[option] !== i) below(option, count);
  }
  return matrix;
}

/**
 * What one ballot adds to `pairwise`, for projections that add ballots one by one.
 * @param tiers positions of the options, best first, none twice
 */
export function pairwiseOf(tiers: readonly (readonly number[])[], n: number, unranked: Unranked): Float64Array {
  const matrix = new Float64Array(n * n);
  const above: number[] = [];
  const below = (option: number) => {
    for (const better of above) matrix[better * n + option] = 1;
  };
  for (const tier of tiers) {
    tier.forEach(below);
    above.push(...tier);
  }
  if (unranked === 'last') {
    const ranked = new Set(above);
    for (let option = 0; option < n; option++) if (!ranked.has(option)) below(option);
  }
  return matrix;
}

export function schulze(ballots: Rankings, rule: SchulzeRule, lots: Lots): Outcome {
  return schulzeOutcome(ballots.options, pairwise(ballots, rule.unranked), rule, lots);
}

/** How strong a pairwise win is. */
interface Win {
  /** Winning votes, or the margin. */
  readonly votes: number;
  readonly against: number;
}
const noWin: Win = { votes: 0, against: 0 };
const byStrength = (a: Win, b: Win) => a.votes - b.votes || b.against - a.against;

/**
 * The final order from the pairwise matrix. Option a ranks above b if the strongest path from a to b is stronger than the one from b to
 * a (Schulze 2011). The first place goes to all options that no other option ranks above, and so on with the rest.
 */
export function schulzeOutcome(
  options: readonly string[],
  matrix: ArrayLike<number>,
  { seats, strength }: Pick<SchulzeRule, 'seats' | 'strength'>,
  lots: Lots,
): Outcome {
  const n = options.length;
  const all = options.map((_, i) => i);
  if (n > 1 && all.every((a) => all.every((b) => matrix[a * n + b] === 0))) return nobodyVoted(options, 'blank-ballots');
  const index = new Map(options.map((option, i) => [option, i]));
  const won = all.map((a) =>
    all.map((b): Win => {
      const [wins, losses] = [matrix[a * n + b]!, matrix[b * n + a]!];
      if (wins <= losses) return noWin;
      return strength === 'margins' ? { votes: wins - losses, against: 0 } : { votes: wins, against: losses };
    }),
  );
  // A path is as strong as its weakest win. Paths hold the place of that win among all wins, weakest first.
  const wins = [noWin, ...won.flat()].sort(byStrength).filter((win, i, sorted) => i === 0 || byStrength(sorted[i - 1]!, win) !== 0);
  const places = new Map(wins.map(({ votes, against }, place) => [`${votes}:${against}`, place]));
  const path = won.map((row) => row.map(({ votes, against }) => places.get(`${votes}:${against}`)!));
  for (const via of all)
    for (const from of all)
      if (from !== via)
        for (const to of all)
          if (to !== from && to !== via) path[from]![to] = Math.max(path[from]![to]!, Math.min(path[from]![via]!, path[via]![to]!));
  const order: string[][] = [];
  for (let rest = [...all].sort((a, b) => lots[a]! - lots[b]!); rest.length > 0;) {
    const first = rest.filter((a) => rest.every((b) => path[a]![b]! >= path[b]![a]!));
    order.push(first.map((option) => options[option]!));
    rest = rest.filter((option) => !first.includes(option));
  }
  const { winners, ties } = fillSeats(order, seats);
  const pairs: Step = {
    step: 'pairwise',
    options,
    preferences: all.map((a) => all.map((b) => matrix[a * n + b]!)),
    strengths: path.map((row) => row.map((place) => wins[place]!.votes)),
    ...(strength === 'winning-votes' && { against: path.map((row) => row.map((place) => wins[place]!.against)) }),
    strength,
  };
  const beats = order.flat().map((option): Step => ({
    step: 'beats',
    option,
    options: order.flat().filter((other) => path[index.get(option)!]![index.get(other)!]! > path[index.get(other)!]![index.get(option)!]!),
  }));
  return { winners, order, account: [pairs, ...beats, ...ties] };
}
