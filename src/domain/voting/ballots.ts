/*
 * The forms of ballots. Identical ballots are stored once, with their number. So memory and counting time depend on the number of
 * distinct ballots. Options are given as ids; internally they are positions in the list of options.
 */

/** Best first. Options in one tier have equal rank (an overvote in a runoff). An empty tier is a skipped rank. */
export type Ranking = readonly (readonly string[])[];

/** Rankings in flat arrays. The entries of ballot `i` are `entries[starts[i]]` to before `entries[starts[i + 1]]`. */
export interface Rankings {
  readonly form: 'ranking';
  readonly options: readonly string[];
  readonly starts: Int32Array;
  readonly entries: Int16Array;
  /** How many voters cast each distinct ballot. */
  readonly counts: Float64Array;
  /** 1 if the ballot has exactly one option in every place and none twice. Nearly all ballots do, and they are counted without checks. */
  readonly plain: Uint8Array;
}

/** Encoding of an entry: the first option of a tier is its position p, further options of the tier are ~p, a skipped rank is this value. */
export const leftOut = 0x7fff;

/** Approval ballots. */
export interface Approvals {
  readonly form: 'approval';
  readonly options: readonly string[];
  /** For each distinct ballot, the positions of the approved options, ascending. */
  readonly ballots: readonly (readonly number[])[];
  readonly counts: readonly number[];
}

/** Ballots that give points. */
export interface PointBallots {
  readonly form: 'points';
  readonly options: readonly string[];
  /** For each distinct ballot, the points of every option; 0 if it gives none. */
  readonly ballots: readonly (readonly number[])[];
  readonly counts: readonly number[];
}

/** Ballots of any form. */
export type Ballots = Rankings | Approvals | PointBallots;

/** `count` identical ballots; 1 if it is left out. */
export type Counted<T> = T & { readonly count?: number };

function positions(options: readonly string[]): (option: string) => number {
  const index = new Map(options.map((option, i) => [option, i]));
  if (index.size < options.length) throw new RangeError('an option is listed twice');
  if (options.length >= leftOut) throw new RangeError('too many options');
  return (option) => {
    const position = index.get(option);
    if (position === undefined) throw new RangeError(`there is no option ${JSON.stringify(option)}`);
    return position;
  };
}

const atLeastZero = (count: number): number => {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a number of ballots: ${count}`);
  return count;
};

/** So many objects that were given are remembered. Readers of files give the same object for equal papers. */
const mostRemembered = 100_000;

/** Collects identical ballots. `key` encodes the ballot as a string. */
class Distinct<T> {
  private readonly index = new Map<string, number>();
  private readonly given = new Map<unknown, number>();
  readonly ballots: T[] = [];
  readonly counts: number[] = [];

  /** @param said what the ballot says; the key of the same object is not asked for again */
  add(said: unknown, key: () => string, ballot: (key: string) => T, count: number): void {
    const before = this.given.get(said);
    if (before !== undefined) return this.more(before, count);
    const text = key();
    let at = this.index.get(text);
    if (at === undefined) {
      at = this.ballots.length;
      this.index.set(text, at);
      this.ballots.push(ballot(text));
      this.counts.push(atLeastZero(count));
    } else this.more(at, count);
    if (this.given.size < mostRemembered) this.given.set(said, at);
  }

  private more(at: number, count: number): void {
    this.counts[at] = atLeastZero(this.counts[at]! + atLeastZero(count));
  }
}

/**
 * Builds rankings. An option may be named twice in different tiers; each counting rule decides what to do with it.
 * @throws RangeError if an option is unknown or twice in one tier, or a count is not a whole number from 0
 */
export function rankings(options: readonly string[], ballots: Iterable<Counted<{ readonly ranking: Ranking }>>): Rankings {
  const at = positions(options);
  const distinct = new Distinct<string>();
  const keyOf = (ranking: Ranking): string => {
    let key = '';
    for (const tier of ranking) {
      if (tier.length === 0) key += String.fromCharCode(leftOut);
      else if (tier.length === 1) key += String.fromCharCode(at(tier[0]!));
      else if (new Set(tier).size < tier.length) throw new RangeError('an option is ranked twice in one place');
      else
        key += String.fromCharCode(
          ...tier
            .map(at)
            .sort((a, b) => a - b)
            .map((position, i) => (i === 0 ? position : ~position & 0xffff)),
        );
    }
    return key;
  };
  for (const { ranking, count = 1 } of ballots)
    distinct.add(
      ranking,
      () => keyOf(ranking),
      (key) => key,
      count,
    );
  const starts = new Int32Array(distinct.ballots.length + 1);
  distinct.ballots.forEach((key, i) => (starts[i + 1] = starts[i]! + key.length));
  const entries = new Int16Array(starts.at(-1)!);
  distinct.ballots.forEach((key, i) => {
    for (let k = 0; k < key.length; k++) entries[starts[i]! + k] = key.charCodeAt(k); // stored as Int16, 0xfffe becomes −2, which is ~1
  });
  const plain = new Uint8Array(distinct.ballots.length);
  const seen = new Int32Array(options.length).fill(-1);
  for (let i = 0; i < plain.length; i++) {
    plain[i] = 1;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const entry = entries[k]!;
      if (entry < 0 || entry === leftOut || seen[entry] === i) plain[i] = 0;
      else seen[entry] = i;
    }
  }
  return { form: 'ranking', options, starts, entries, counts: Float64Array.from(distinct.counts), plain };
}

/** @throws RangeError if an option is unknown or approved twice */
export function approvals(options: readonly string[], ballots: Iterable<Counted<{ readonly approved: readonly string[] }>>): Approvals {
  const at = positions(options);
  const distinct = new Distinct<readonly number[]>();
  for (const { approved, count = 1 } of ballots) {
    let set: number[] = [];
    const key = () => {
      set = approved.map(at).sort((a, b) => a - b);
      if (set.some((option, i) => option === set[i - 1])) throw new RangeError('an option is approved twice');
      return String.fromCharCode(...set);
    };
    distinct.add(approved, key, () => set, count);
  }
  return { form: 'approval', options, ballots: distinct.ballots, counts: distinct.counts };
}

/** @throws RangeError if an option is unknown or gets points twice, or points are not whole numbers */
export function pointBallots(
  options: readonly string[],
  ballots: Iterable<Counted<{ readonly points: Iterable<readonly [option: string, points: number]> }>>,
): PointBallots {
  const at = positions(options);
  const distinct = new Distinct<readonly number[]>();
  for (const { points, count = 1 } of ballots) {
    const given = new Array<number>(options.length).fill(0);
    const key = () => {
      const seen = new Set<string>();
      for (const [option, value] of points) {
        if (seen.has(option) || !Number.isSafeInteger(value))
          throw new RangeError(`points of ${JSON.stringify(option)} are given twice or are not a whole number`);
        seen.add(option);
        given[at(option)] = value;
      }
      return given.join(',');
    };
    distinct.add(points, key, () => given, count);
  }
  return { form: 'points', options, ballots: distinct.ballots, counts: distinct.counts };
}

/** The number of ballots, including empty ones. */
export const numberOfBallots = ({ counts }: Ballots): number => {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
};

/** True if no ballot names an option or gives it points. */
export function areBlank(ballots: Ballots): boolean {
  if (ballots.form === 'ranking') return ballots.entries.every((entry) => entry === leftOut);
  return ballots.ballots.every((ballot) => (ballots.form === 'approval' ? ballot.length === 0 : ballot.every((points) => points === 0)));
}

/** Approvals from points: more than 0 points is an approval. */
export const approvalsOf = ({ options, ballots, counts }: PointBallots): Approvals => ({
  form: 'approval',
  options,
  counts,
  ballots: ballots.map((points) => points.flatMap((value, option) => (value > 0 ? [option] : []))),
});

/** Points from rankings: `first` for the first place, one less for each further place, at least 0. A repeated option gets nothing more. */
export function pointsByPlace({ options, starts, entries, counts }: Rankings, first: number): PointBallots {
  const ballots = Array.from(counts, (_, i) => {
    const points = new Array<number>(options.length).fill(0);
    const seen = new Set<number>();
    let place = -1;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const entry = entries[k]!;
      if (entry >= 0) place++;
      const option = entry < 0 ? ~entry : entry;
      if (entry === leftOut || seen.has(option)) continue;
      seen.add(option);
      points[option] = Math.max(first - place, 0);
    }
    return points;
  });
  return { form: 'points', options, ballots, counts: [...counts] };
}

/** Up to this number of options, a table of all sets of options is small enough. */
const fewOptions = 12;

/**
 * For every set of options and every option: how many plain ballots rank exactly this set above the option. The index is set·n + option,
 * where a set has one bit per option. Pairwise preferences and runoff tallies follow from this table, independent of the number of
 * ballots, and single ballots can be added to it. Null if there are too many options.
 * @param unrankedLast true if options that a ballot does not rank count as below all ranked ones
 */
export function precedence({ options, starts, entries, counts, plain }: Rankings, unrankedLast: boolean): Float64Array | null {
  const n = options.length;
  if (n > fewOptions) return null;
  const table = new Float64Array((1 << n) * n);
  for (let i = 0; i < counts.length; i++) {
    if (plain[i] !== 1) continue;
    const count = counts[i]!;
    const end = starts[i + 1]!;
    let set = 0;
    for (let k = starts[i]!; k < end; k++) {
      const option = entries[k]!;
      table[set * n + option]! += count;
      set |= 1 << option;
    }
    if (unrankedLast && end - starts[i]! < n)
      for (let option = 0; option < n; option++) if (((set >> option) & 1) === 0) table[set * n + option]! += count;
  }
  return table;
}
