import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { sha256 } from '../shared/sha256.js';
import { bySums } from '../voting/approval.js';
import { ruleOf, type DeclaredRule, type RuleRefusal } from '../voting/declared-rule.js';
import { drawOrder } from '../voting/draw.js';
import { lotsOf, nobodyVoted, type Outcome } from '../voting/outcome.js';
import { bordaOutcome, bordaSums, pairwiseOf, schulzeOutcome } from '../voting/rankings.js';
import { count, rules, type Rule } from '../voting/rules.js';
import type { BallotOpened, BallotResultPublished, Counted } from './ballot-messages.js';
import { ballotsOf, countedAs, type Form, type Paper } from './papers.js';

/** What is known of the papers of a ballot. */
export interface Counting {
  readonly ballots: number;
  /** What the ballot's own rule adds up, where it is of that kind; null for the others. */
  readonly sums: readonly number[] | null;
  /** Papers that say different things, with how many said each; needed where there are no sums. */
  readonly papers: readonly { readonly paper: Immutable<Paper>; readonly count: number }[];
}

/** What a ballot declared, as far as it decides how it is counted. */
export type Declared = Immutable<Pick<BallotOpened, 'form' | 'options' | 'rule' | 'budget' | 'lastTies'>>;

/** Fen in a yuan: the unit by which equal shares are raised, unless another is declared. */
const yuan = 100;

export type CountingRefusal =
  | RuleRefusal['refused']
  | 'platform.rule-does-not-count-form'
  | 'platform.budget-mismatch'
  | 'platform.seats-missing'
  | 'platform.too-many-seats'
  | 'platform.too-many-to-rank';

/** Beyond so many options nobody ranks them, and comparing each with each is too much. */
const mostRanked = 100;

/** Whether a rule chooses under a budget, and so needs the cost of every option. */
export const needsMoney = (rule: Rule): boolean =>
  rule.rule === 'greedy' || ((rule.rule === 'equal-shares' || rule.rule === 'phragmen') && rule.seats === null);

/**
 * The whole rule by which papers of this form are counted; or why they cannot be counted so.
 * @param priced whether there are a budget and the cost of every option: exactly where the rule chooses under a budget, unless `whatIf`
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
  if (rule.rule === 'single-transferable-vote' && declared.seats === undefined)
    return refuse('platform.seats-missing', { rule: rule.rule });
  if ('seats' in rule && rule.seats !== null && rule.seats > options)
    return refuse('platform.too-many-seats', { seats: rule.seats, options });
  if (needsMoney(rule) ? !priced : priced && !whatIf) return refuse('platform.budget-mismatch', { rule: rule.rule });
  return rule.rule === 'equal-shares' && rule.seats === null && declared.unit === undefined ? { ...rule, unit: yuan } : rule;
}

/** A whole rule as it is declared: `ruleOf` of it is the same rule. */
export function declaredAs(rule: Rule): DeclaredRule {
  const { skippedRanks, ...parameters } = rule as Rule & { readonly skippedRanks?: number | null };
  const said = Object.entries(
    skippedRanks === null
      ? { ...parameters, anySkippedRanks: true }
      : { ...parameters, ...(skippedRanks !== undefined && { skippedRanks }) },
  );
  return Object.fromEntries(said.filter(([, value]) => value !== null)) as unknown as DeclaredRule;
}

/** The rule that was checked when the ballot opened. */
export function wholeRule(declared: Immutable<DeclaredRule>): Rule {
  const rule = ruleOf(declared);
  if ('refused' in rule) throw new Error(`a ballot was opened with a rule that is none: ${JSON.stringify(declared)}`);
  return rule;
}

/* Adding up as votes arrive --------------------------------------------------------------------------------------------------- */

/** What one paper adds to what a rule adds up, by option (Schulze: by pair); null where the rule cannot be counted by sums. */
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

/** The sums of no paper at all; null where the rule is not counted by sums. */
export const noSums = (rule: Rule, options: number): readonly number[] | null =>
  rule.rule === 'schulze'
    ? new Array<number>(options * options).fill(0)
    : rule.rule === 'approval' || rule.rule === 'points' || rule.rule === 'borda'
      ? new Array<number>(options).fill(0)
      : null;

/** The sums with one paper more (`sign` 1) or less (−1). */
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

/** The options in the order in which they win what is still tied. */
const lotsIn = ({ options, lastTies }: Declared, drawSeed: string | null): readonly string[] => {
  const ids = options.map(({ optionId }) => optionId);
  return lastTies === 'draw' && drawSeed !== null ? drawOrder(drawSeed, ids) : ids;
};
const money = ({ options, budget }: Declared, other = budget) =>
  other === undefined ? null : { budget: other, costs: options.map(({ cost = 0 }) => cost) };

/** The outcome of a ballot under its own rule. */
export function outcomeOf(declared: Declared, { ballots, sums, papers }: Counting, drawSeed: string | null): Outcome {
  const rule = wholeRule(declared.rule);
  if (ballots === 0) return nobodyVoted(declared.options.map(({ optionId }) => optionId));
  if (sums === null) return recount(declared, papers, drawSeed, rule);
  const ids = declared.options.map(({ optionId }) => optionId);
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

/** The outcome under any rule that counts papers of this form. Without the seed, ties that would be drawn go by the list. */
export function recount(declared: Declared, papers: Counting['papers'], drawSeed: string | null, rule: Rule, budget?: number): Outcome {
  const ids = declared.options.map(({ optionId }) => optionId);
  return count(ballotsOf(declared.form, ids, papers), rule, lotsIn(declared, drawSeed), needsMoney(rule) ? money(declared, budget) : null);
}

/** What is to be counted of a closed ballot, as plain data: it goes to where there is time for it. */
export interface BallotCount {
  readonly declared: Declared;
  readonly counting: Counting;
  readonly drawSeed: string | null;
  /** Null: the ballot's own rule, which is the official count. Else what if; the ballot's own budget, where no other is named. */
  readonly other: { readonly rule: Rule; readonly budget: number | undefined } | null;
}

/** Whoever counts the same gets the same outcome, wherever and whenever. */
export const countBallot = ({ declared, counting, drawSeed, other }: BallotCount): Outcome =>
  other === null ? outcomeOf(declared, counting, drawSeed) : recount(declared, counting.papers, drawSeed, other.rule, other.budget);

/** The result as it is published, with its hash. */
export function resultOf(
  { rule, budget }: Declared,
  { outcome: { winners, order }, ballots, position }: Counted,
  drawSeed: string | null,
): Immutable<BallotResultPublished> {
  const stated = {
    position,
    rule,
    ...(budget !== undefined && { budget }),
    ...(drawSeed !== null && { drawSeed }),
    ballots,
    winners,
    order: order.map((options) => ({ options })),
  };
  return { ...stated, sha256: sha256(JSON.stringify(stated)) };
}
