import type { Immutable } from '../shared/decider.js';
import { Id, Int, OneOf, SomeOf, Text } from '../shared/fields.js';
import { roundHalfUp } from '../shared/fraction.js';
import { add, asText, compare, over, rational, reduced, times, zero, type Rational } from './rational.js';
import { ascending } from '../shared/ascending.js';

/*
 * Scoring of contests (domain.md row 21). The public votes and the jury scores are each normalised to at most 1, weighted by their shares
 * in percent, and added. The score is an exact number from 0 to 100. The declared tie-breaks, in order, separate equal scores.
 */

/** What a figure is divided by: the highest figure, or the sum of all figures. With `rank`, an entry gets (n − rank + 1)/n of n entries. */
export const normalisations = ['maximum', 'sum', 'rank'] as const;
export type Normalisation = (typeof normalisations)[number];

/** A higher jury mean, more votes, an earlier entry, or the draw. */
export const scoringTieBreaks = ['jury', 'public', 'earlier-entry', 'draw'] as const;
export type ScoringTieBreak = (typeof scoringTieBreaks)[number];

/** The scoring formula of a contest, declared when it opens. The two shares, in percent, add up to 100 (`isFormula`). */
export class ScoringFormula {
  @Int(0, 100) publicShare!: number;
  @Int(0, 100) juryShare!: number;
  @OneOf(normalisations) normalisation!: Normalisation;
  /** Applied in order. Entries that remain equal share their rank. */
  @SomeOf(scoringTieBreaks, 0, 4) tieBreaks!: ScoringTieBreak[];
}

/** True if the two shares add up to 100, which the decorators cannot check. */
export const isFormula = ({ publicShare, juryShare }: Immutable<Pick<ScoringFormula, 'publicShare' | 'juryShare'>>): boolean =>
  publicShare + juryShare === 100;

/** The figures of one entry. The jury counts with the mean of its scores, so an absent juror harms nobody. */
export interface EntryFigures {
  readonly entryId: string;
  /** The UTC instant of entry. */
  readonly enteredAt: string;
  /** Votes of the public. */
  readonly votes: number;
  /** The sum of the jury scores. */
  readonly juryPoints: number;
  /** The number of jury scores. */
  readonly juryScores: number;
}

/** What ranks an entry below the previous one. `shared`: nothing, they share the rank. `first`: there is no previous entry. */
export const separations = ['first', 'score', 'shared', ...scoringTieBreaks] as const;

/** One line of a ranking. Parts and score are exact fractions in lowest terms, such as `157/3` or `100`. */
export class ScoredEntry {
  @Id() entryId!: string;
  /** Starts at 1. After a shared rank, ranks are skipped: 1, 2, 2, 4. */
  @Int(1, 100_000) rank!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) votes!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) juryPoints!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) juryScores!: number;
  /** The normalised figure of the public, before it is weighted. */
  @Text(1, 2000) publicPart!: string;
  @Text(1, 2000) juryPart!: string;
  /** publicShare·publicPart + juryShare·juryPart. */
  @Text(1, 2000) score!: string;
  /** The score times 100, rounded half up, for display only. Results of earlier versions have it rounded down. */
  @Int(0, 10_000) scoreHundredths!: number;
  @OneOf(separations) separatedBy!: (typeof separations)[number];
}

const positive = (value: Rational) => value.n > 0n;

function normalise(values: readonly Rational[], normalisation: Normalisation): readonly Rational[] {
  if (normalisation === 'rank') {
    const descending = [...values].sort((a, b) => compare(b, a));
    return values.map((value) => rational(values.length - firstPlace(descending, value), values.length));
  }
  const whole =
    normalisation === 'sum'
      ? values.reduce((a, b) => reduced(add(a, b)), zero)
      : values.reduce((a, b) => (compare(a, b) >= 0 ? a : b), zero);
  return values.map((value) => (positive(whole) ? over(value, whole) : zero)); // if nobody has points, all parts are 0
}

/** How many values are greater than `value`, by binary search. */
function firstPlace(descending: readonly Rational[], value: Rational): number {
  let [low, high] = [0, descending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(descending[middle]!, value) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Ranks entries by the formula.
 * @param drawn all entry ids in drawn order, once the seed is revealed. Without it, entries that only the draw separates share a rank
 * @throws RangeError if the shares do not add up to 100
 */
export function rankEntries(
  formula: Immutable<ScoringFormula>,
  entries: readonly EntryFigures[],
  drawn: readonly string[] | null = null,
): ScoredEntry[] {
  if (!isFormula(formula)) throw new RangeError('the shares of public and jury do not add up to 100');
  const means = entries.map(({ juryPoints, juryScores }) => (juryScores === 0 ? zero : rational(juryPoints, juryScores)));
  const publicParts = normalise(
    entries.map(({ votes }) => rational(votes)),
    formula.normalisation,
  );
  const juryParts = normalise(means, formula.normalisation);
  const lots = new Map(drawn?.map((id, place) => [id, place]));
  const rows = entries.map((entry, i) => {
    const [publicPart, juryPart] = [publicParts[i]!, juryParts[i]!];
    const score = add(times(rational(formula.publicShare), publicPart), times(rational(formula.juryShare), juryPart));
    return { entry, mean: means[i]!, publicPart, juryPart, score, lot: lots.get(entry.entryId) ?? 0 };
  });
  type Row = (typeof rows)[number];
  /** Negative: `a` ranks above `b`. */
  const separate: Record<ScoringTieBreak, (a: Row, b: Row) => number> = {
    jury: (a, b) => compare(b.mean, a.mean),
    public: (a, b) => b.entry.votes - a.entry.votes,
    'earlier-entry': (a, b) => ascending(a.entry.enteredAt, b.entry.enteredAt),
    draw: (a, b) => a.lot - b.lot,
  };
  const inOrder = (a: Row, b: Row): { by: ScoredEntry['separatedBy']; order: number } => {
    const byScore = compare(b.score, a.score);
    if (byScore !== 0) return { by: 'score', order: byScore };
    for (const by of formula.tieBreaks) {
      const order = separate[by](a, b);
      if (order !== 0) return { by, order };
    }
    return { by: 'shared', order: 0 };
  };
  // Entries with the same rank are sorted by id, so that the list does not depend on the order of arrival.
  rows.sort((a, b) => inOrder(a, b).order || (a.entry.entryId < b.entry.entryId ? -1 : 1));
  let rank = 0;
  return rows.map(({ entry, publicPart, juryPart, score }, i): ScoredEntry => {
    const separatedBy = i === 0 ? 'first' : inOrder(rows[i - 1]!, rows[i]!).by;
    if (separatedBy !== 'shared') rank = i + 1;
    const { entryId, votes, juryPoints, juryScores } = entry;
    return {
      entryId,
      rank,
      votes,
      juryPoints,
      juryScores,
      publicPart: asText(publicPart),
      juryPart: asText(juryPart),
      score: asText(score),
      scoreHundredths: Number(roundHalfUp(score.n * 100n, score.d)),
      separatedBy,
    };
  });
}
