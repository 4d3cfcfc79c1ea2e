import type { PointBallots } from './ballots.js';
import { fillSeats, nobodyVoted, type Lots, type Outcome, type Step } from './outcome.js';

/**
 * Majority judgment: points are grades, and the option with the best median grade wins (Balinski, Laraki 2007). Of an even number of
 * grades, the lower of the two in the middle is the median. Of options with the same median, the medians are removed one by one until
 * they differ. A ballot that gives an option no points gives it the grade 0. Ties: lot.
 */
export interface MajorityJudgmentRule {
  readonly rule: 'majority-judgment';
  readonly seats: number;
}

/** Equal grades in a row: their end in the order from the median outwards. */
interface Run {
  readonly grade: number;
  readonly end: number;
}
/** The grades of an option, from the median downwards and from the one above it upwards. */
interface Halves {
  readonly down: readonly Run[];
  readonly up: readonly Run[];
}

export function majorityJudgment(ballots: PointBallots, { seats }: MajorityJudgmentRule, lots: Lots): Outcome {
  const { options, counts } = ballots;
  const voters = counts.reduce((sum, count) => sum + count, 0);
  if (ballots.ballots.every((points) => points.every((grade) => grade === 0))) return nobodyVoted(options, 'blank-ballots');
  const median = Math.ceil(voters / 2); // so many grades are at or below it
  const halves = options.map((_, option) => halvesOf(gradesOf(ballots, option), median));
  const all = options.map((_, option) => option);
  all.sort((a, b) => (firstDifference(halves[b]!, halves[a]!, voters)?.sign ?? 0) || lots[a]! - lots[b]!);
  const tiers: number[][] = [];
  const apart: Step[] = [];
  for (const option of all) {
    const above = tiers.at(-1)?.[0];
    const difference = above === undefined ? null : firstDifference(halves[above]!, halves[option]!, voters);
    if (above !== undefined && difference === null) tiers.at(-1)!.push(option);
    else tiers.push([option]);
    if (above !== undefined && difference !== null && difference.removed > 0)
      apart.push({
        step: 'same-median',
        options: [options[above]!, options[option]!],
        removed: difference.removed,
        grades: [String(difference.grades[0]), String(difference.grades[1])],
      });
  }
  const order = tiers.map((tier) => tier.map((option) => options[option]!));
  const { winners, ties } = fillSeats(order, seats);
  const figures = all.map((option) => ({ option: options[option]!, value: String(halves[option]!.down[0]!.grade) }));
  return { winners, order, account: [{ step: 'scores', of: 'median', figures }, ...apart, ...ties] };
}

/** How many ballots give each grade, lowest grade first. */
function gradesOf({ ballots, counts }: PointBallots, option: number): (readonly [grade: number, count: number])[] {
  const grades = new Map<number, number>();
  ballots.forEach((points, i) => {
    if (counts[i]! > 0) grades.set(points[option]!, (grades.get(points[option]!) ?? 0) + counts[i]!);
  });
  return [...grades].sort(([a], [b]) => a - b);
}

function halvesOf(grades: readonly (readonly [grade: number, count: number])[], median: number): Halves {
  const [down, up]: [Run[], Run[]] = [[], []];
  let below = 0;
  for (const [grade, count] of grades) {
    const to = below + count;
    if (below < median) down.unshift({ grade, end: median - below });
    if (to > median) up.push({ grade, end: to - median });
    below = to;
  }
  return { down, up };
}

/**
 * The first removed median in which two options differ. Medians are removed outwards from the middle, by turns: of an odd number of grades
 * the median, the one below it, the one above, and so on; of an even number first the median, then the one above it.
 */
function firstDifference(
  a: Halves,
  b: Halves,
  voters: number,
): { readonly sign: number; readonly removed: number; readonly grades: readonly [number, number] } | null {
  const isOdd = voters % 2 === 1;
  const [down, up] = [differenceIn(a.down, b.down), differenceIn(a.up, b.up)];
  // place 0 of `down` is the median itself
  const inDown = down && { ...down, removed: down.place === 0 ? 0 : 2 * down.place - (isOdd ? 1 : 0) };
  const inUp = up && { ...up, removed: 2 * up.place + (isOdd ? 2 : 1) };
  const [first] = [inDown, inUp].filter((one) => one !== null).sort((one, other) => one.removed - other.removed);
  if (first === undefined) return null;
  return { sign: first.grades[0] - first.grades[1], ...first };
}

function differenceIn(a: readonly Run[], b: readonly Run[]): { readonly place: number; readonly grades: readonly [number, number] } | null {
  let [i, j, place] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    if (a[i]!.grade !== b[j]!.grade) return { place, grades: [a[i]!.grade, b[j]!.grade] };
    place = Math.min(a[i]!.end, b[j]!.end);
    if (a[i]!.end === place) i++;
    if (b[j]!.end === place) j++;
  }
  return null;
}
