import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { sha256 } from '../shared/sha256.js';
import { bySums } from '../voting/approval.js';
import { ruleOf, type DeclaredRule, type RuleRefusal } from '../voting/declared-rule.js';
import { drawOrder } from '../voting/draw.js';
import { lotsOf, nobodyVoted, type Outcome } from '../voting/outcome.js';
import { bordaOutcome, bordaSums, pairwiseOf, schulzeOutcome } from '../voting/rankings.js';
import { count, rules, type Rule } from '../voting/rules.js';
import type { BallotOpened, BallotOptionWithdrawn, BallotResultPublished, Counted } from './ballot-messages.js';
import { ballotsOf, countedAs, type Form, type Paper } from './papers.js';
import { exclusionsIn, strikes, tellingStruck, withoutStruck } from './striking.js';

/** The papers of a ballot, ready to count. */
export interface Counting {
  readonly ballots: number;
  /** The sums of the ballot's rule, by option (Schulze: by pair). Null if the rule cannot be counted by sums. */
  readonly sums: readonly number[] | null;
  /** The distinct papers, each with its number. Needed if there are no sums. */
  readonly papers: readonly { readonly paper: Immutable<Paper>; readonly count: number }[];
}

/** The declared rules that determine how a ballot is counted. */
export type Declared = Immutable<Pick<BallotOpened, 'form' | 'options' | 'rule' | 'budget' | 'limits' | 'lastTies'>> & {
  /** In the order of the withdrawals. */
  readonly withdrawn?: readonly Immutable<BallotOptionWithdrawn>[];
};

/** Fen in a yuan: the default unit by which equal shares are raised. */
const yuan = 100;

/** Why a rule cannot count a ballot. */
export type CountingRefusal =
  | RuleRefusal['refused']
  | 'platform.rule-does-not-count-form'
  | 'platform.budget-mismatch'
  | 'platform.seats-missing'
  | 'platform.too-many-seats'
  | 'platform.too-many-to-rank';

/** The most options in a ranking ballot, because the work grows with the number of pairs. */
const mostRanked = 100;

/** True if the rule chooses under a budget and needs the cost of every option. */
export const needsMoney = (rule: Rule): boolean =>
  rule.rule === 'greedy' || ((rule.rule === 'equal-shares' || rule.rule === 'phragmen') && rule.seats === null);

/**
 * The complete rule that counts papers of this form, or why they cannot be counted by it.
 * @param priced true if budget and costs are declared. This must match the rule, except in a what-if count
 */
export function countableRule(
  declared: Immutable<DeclaredRule>,
  form: Form,
  options: number,
  priced: boolean,
  whatIf = false,
): Rule | Refusal<CountingRefusal> {
  const rule = ruleOf(declared);
  if ('refused' in rule) return rule;
  if (!rules[rule.rule].forms.includes(countedAs[form])) return refuse('platform.rule-does-not-count-form', { rule: rule.rule, form });
  if (form === 'ranking' && options > mostRanked) return refuse('platform.too-many-to-rank', { limit: mostRanked });
  if (rules[rule.rule].needsSeats && declared.seats === undefined) return refuse('platform.seats-missing', { rule: rule.rule });
  if ('seats' in rule && rule.seats !== null && rule.seats > options)
    return refuse('platform.too-many-seats', { seats: rule.seats, options });
  if (needsMoney(rule) ? !priced : priced && !whatIf) return refuse('platform.budget-mismatch', { rule: rule.rule });
  return rule.rule === 'equal-shares' && rule.seats === null && declared.unit === undefined ? { ...rule, unit: yuan } : rule;
}

/** The declaration of a complete rule: `ruleOf` of the result is the rule again. */
export function declaredAs(rule: Rule): DeclaredRule {
  const { skippedRanks, ...parameters } = rule as Rule & { readonly skippedRanks?: number | null };
  const said = Object.entries(
    skippedRanks === null
      ? { ...parameters, anySkippedRanks: true }
      : { ...parameters, ...(skippedRanks !== undefined && { skippedRanks }) },
  );
  return Object.fromEntries(said.filter(([, value]) => value !== null)) as unknown as DeclaredRule;
}

/** The complete rule of a ballot. It was checked when the ballot opened. */
export function wholeRule(declared: Immutable<DeclaredRule>): Rule {
  const rule = ruleOf(declared);
  if ('refused' in rule) throw new Error(`a ballot was opened with an invalid rule: ${JSON.stringify(declared)}`);
  return rule;
}

/* Sums, updated as votes arrive ----------------------------------------------------------------------------------------------- */

/** What one paper adds to the sums, by option (Schulze: by pair). Null if the rule cannot be counted by sums. */
function partOf(rule: Rule, form: Form, options: readonly string[], paper: Immutable<Paper>): ArrayLike<number> | null {
  const index = new Map(options.map((option, i) => [option, i]));
  const given = (pairs: Iterable<readonly [option: string, value: number]>) => {
    const values = new Array<number>(options.length).fill(0);
    for (const [option, value] of pairs) values[index.get(option)!] = value;
    return values;
  };
  switch (rule.rule) {
    case 'approval':
      return given((paper.approved ?? paper.points?.map(({ optionId }) => optionId) ?? [paper.choice!]).map((option) => [option, 1]));
    case 'points':
      return given(paper.points!.map(({ optionId, points }) => [optionId, points]));
    case 'borda': {
      const ballot = ballotsOf(form, options, [{ paper }]);
      return ballot.form === 'ranking' ? bordaSums(ballot, rule.unranked) : null;
    }
    case 'schulze':
      return pairwiseOf(
        paper.ranking!.map((tier) => tier.options.map((option) => index.get(option)!)),
        options.length,
        rule.unranked,
      );
    default:
      return null;
  }
}

/** The sums without papers. Null if the rule cannot be counted by sums. */
export function noSums({ rule }: Rule, options: number): readonly number[] | null {
  if (rule === 'schulze') return new Array<number>(options * options).fill(0);
  return rule === 'approval' || rule === 'points' || rule === 'borda' ? new Array<number>(options).fill(0) : null;
}

/** The sums with one more paper (`sign` 1) or one less (−1). */
export function addPaper(
  sums: readonly number[],
  rule: Rule,
  form: Form,
  options: readonly string[],
  paper: Immutable<Paper>,
  sign: 1 | -1,
): readonly number[] {
  const part = partOf(rule, form, options, paper);
  return part === null ? sums : sums.map((sum, i) => sum + sign * part[i]!);
}

/* The outcome ----------------------------------------------------------------------------------------------------------------- */

/** The options in the order in which they win the last ties. */
const lotsIn = ({ options, lastTies }: Declared, drawSeed: string | null): readonly string[] => {
  const ids = options.map(({ optionId }) => optionId);
  return lastTies === 'draw' && drawSeed !== null ? drawOrder(drawSeed, ids) : ids;
};
const money = ({ options, budget, limits = [] }: Declared, other = budget) =>
  other === undefined ? null : { budget: other, costs: options.map(({ cost = 0 }) => cost), limits };

/**
 * The outcome of a ballot under its own rule.
 * @throws RangeError if the sums are too large to be exact
 */
export function outcomeOf(declared: Declared, { ballots, sums, papers }: Counting, drawSeed: string | null): Outcome {
  const rule = wholeRule(declared.rule);
  if (sums === null || strikes(declared)) return recount(declared, papers, drawSeed, rule);
  const ids = declared.options.map(({ optionId }) => optionId);
  if (ballots === 0) return nobodyVoted(ids);
  const lots = lotsOf(ids, lotsIn(declared, drawSeed));
  if (!sums.every(Number.isSafeInteger)) throw new RangeError('too many ballots to count exactly');
  switch (rule.rule) {
    case 'approval':
      return bySums(ids, [...sums], 'votes', rule.seats, lots);
    case 'points':
      return bySums(ids, [...sums], 'points', rule.seats, lots);
    case 'borda':
      return bordaOutcome(ids, sums, rule.seats, lots);
    case 'schulze':
      return schulzeOutcome(ids, sums, rule, lots);
    default:
      throw new Error(`${rule.rule} is not counted by sums`);
  }
}

/** The outcome under any rule for this form of papers. Without a seed, the order of the list replaces the draw. */
export function recount(stated: Declared, cast: Counting['papers'], drawSeed: string | null, asked: Rule, budget?: number): Outcome {
  const { listed, papers, rule } = withoutStruck(stated, cast, asked);
  const ballots = ballotsOf(
    listed.form,
    listed.options.map(({ optionId }) => optionId),
    papers,
  );
  const exclusions = exclusionsIn(stated, rule);
  const priced = needsMoney(rule) ? money(listed, budget) : null;
  return tellingStruck(stated, rule, exclusions, count(ballots, rule, lotsIn(listed, drawSeed), priced, undefined, exclusions));
}

/** A count of a closed ballot as plain data, so that it can be sent to another thread. */
export interface BallotCount {
  readonly declared: Declared;
  readonly counting: Counting;
  readonly drawSeed: string | null;
  /** Null: the official count by the ballot's own rule. Else a what-if count; without `budget`, the declared budget is used. */
  readonly other: { readonly rule: Rule; readonly budget: number | undefined } | null;
}

/** Counts. The result depends on the arguments only. */
export const countBallot = ({ declared, counting, drawSeed, other }: BallotCount): Outcome =>
  other === null ? outcomeOf(declared, counting, drawSeed) : recount(declared, counting.papers, drawSeed, other.rule, other.budget);

/** The result to publish, with its hash. */
export function resultOf(
  { rule, budget }: Declared,
  { outcome: { winners, order }, ballots, closing }: Counted,
  drawSeed: string | null,
): Immutable<BallotResultPublished> {
  const stated = {
    closing,
    rule,
    ...(budget !== undefined && { budget }),
    ...(drawSeed !== null && { drawSeed }),
    ballots,
    winners,
    order: order.map((options) => ({ options })),
  };
  return { ...stated, sha256: sha256(JSON.stringify(stated)) };
}
