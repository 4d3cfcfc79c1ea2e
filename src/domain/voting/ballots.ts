/*
 * The common forms of ballots. Identical ballots are kept once with their number, so that memory and counting grow with distinct
 * ballots. Options are ids; inside they are the positions of the list of options.
 */

/** Best first. Options in one tier are ranked equal (to a runoff, an overvote); an empty tier is a rank left out. */
export type Ranking = readonly (readonly string[])[];

/** Rankings, flat: of ballot `i` the entries from `starts[i]` to `starts[i + 1]`, written as `leftOut` below tells. */
export interface Rankings {
  readonly form: 'ranking';
  readonly options: readonly string[];
  readonly starts: Int32Array;
  readonly entries: Int16Array;
  /** How many voters gave each ballot. */
  readonly counts: Float64Array;
  /** 1 where a ballot has one option in every place and none twice, as nearly all have: they are counted without further checks. */
  readonly plain: Uint8Array;
}

/** An option that begins a tier is its own position, one of the same tier as the entry before is ~position, a rank left out is this. */
export const leftOut = 0x7fff;

export interface Approvals {
  readonly form: 'approval';
  readonly options: readonly string[];
  /** Of each distinct ballot the options approved, ascending. */
  readonly ballots: readonly (readonly number[])[];
  readonly counts: readonly number[];
}

export interface PointBallots {
  readonly form: 'points';
  readonly options: readonly string[];
  /** Of each distinct ballot the points by option; 0 where it gives none. */
  readonly ballots: readonly (readonly number[])[];
  readonly counts: readonly number[];
}

export type Ballots = Rankings | Approvals | PointBallots;

/** Any number of votes that say the same: 1 unless `count` says otherwise. */
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

/** Collects equal ballots; `key` is the ballot as a string of its entries. */
class Distinct<T> {
  private readonly index = new Map<string, number>();
  readonly ballots: T[] = [];
  readonly counts: number[] = [];

  add(key: string, ballot: () => T, count: number): void {
    const at = this.index.get(key);
    if (at !== undefined) this.counts[at]! += atLeastZero(count);
    else {
      this.index.set(key, this.ballots.length);
      this.ballots.push(ballot());
      this.counts.push(atLeastZero(count));
    }
  }
}

/** @throws RangeError on an unknown option; an option named again further down is kept, each rule says what it makes of it */
export function rankings(options: readonly string[], ballots: Iterable<Counted<{ readonly ranking: Ranking }>>): Rankings {
  const at = positions(options);
  const distinct = new Distinct<string>();
  for (const { ranking, count = 1 } of ballots) {
    let key = '';
    for (const tier of ranking) {
      if (tier.length === 0) key += String.fromCharCode(leftOut);
      else if (tier.length === 1) key += String.fromCharCode(at(tier[0]!));
      else if (new Set(tier).size < tier.length) throw new RangeError('an option stands twice in one place');
      else
        key += String.fromCharCode(
          ...tier
            .map(at)
            .sort((a, b) => a - b)
            .map((position, i) => (i === 0 ? position : ~position & 0xffff)),
        );
    }
    distinct.add(key, () => key, count);
  }
  const starts = new Int32Array(distinct.ballots.length + 1);
  distinct.ballots.forEach((key, i) => (starts[i + 1] = starts[i]! + key.length));
  const entries = new Int16Array(starts.at(-1)!);
  distinct.ballots.forEach((key, i) => {
    for (let k = 0; k < key.length; k++) entries[starts[i]! + k] = key.charCodeAt(k); // Int16Array makes 0xfffe the −2 that ~1 is
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

/** @throws RangeError on an unknown option or one approved twice */
export function approvals(options: readonly string[], ballots: Iterable<Counted<{ readonly approved: readonly string[] }>>): Approvals {
  const at = positions(options);
  const distinct = new Distinct<readonly number[]>();
  for (const { approved, count = 1 } of ballots) {
    const set = approved.map(at).sort((a, b) => a - b);
    if (set.some((option, i) => option === set[i - 1])) throw new RangeError('an option is approved twice');
    distinct.add(String.fromCharCode(...set), () => set, count);
  }
  return { form: 'approval', options, ballots: distinct.ballots, counts: distinct.counts };
}

/** @throws RangeError on an unknown option, one given points twice, or points that are not whole */
export function pointBallots(
  options: readonly string[],
  ballots: Iterable<Counted<{ readonly points: Iterable<readonly [option: string, points: number]> }>>,
): PointBallots {
  const at = positions(options);
  const distinct = new Distinct<readonly number[]>();
  for (const { points, count = 1 } of ballots) {
    const given = new Array<number>(options.length).fill(0);
    const seen = new Set<string>();
    for (const [option, value] of points) {
      if (seen.has(option) || !Number.isSafeInteger(value))
        throw new RangeError(`points of ${JSON.stringify(option)} given twice or not whole`);
      seen.add(option);
      given[at(option)] = value;
    }
    distinct.add(given.join(','), () => given, count);
  }
  return { form: 'points', options, ballots: distinct.ballots, counts: distinct.counts };
}

/** How many ballots were given, those that say nothing included. */
export const numberOfBallots = ({ counts }: Ballots): number => {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
};

/** Whoever gives an option more than nothing approves it. */
export const approvalsOf = ({ options, ballots, counts }: PointBallots): Approvals => ({
  form: 'approval',
  options,
  counts,
  ballots: ballots.map((points) => points.flatMap((value, option) => (value > 0 ? [option] : []))),
});

/** Points by place: the first place gets `first`, each further place one less down to nothing; named again, an option gets nothing more. */
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

/** Up to so many options the sets of options fit a small table. */
const fewOptions = 12;

/**
 * Of all plain ballots, how many put exactly the options of a set above an option, at set·n + option (a set has a bit for each of
 * its options). Pairwise preferences and the tallies of every runoff follow from it, whatever the number of ballots, and it can be
 * folded ballot by ballot. Null where there are too many options.
 * @param unrankedLast whether the options a ballot does not rank stand below all it does
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
