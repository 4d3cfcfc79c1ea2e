import { reaches } from '../shared/fraction.js';
import type { Immutable } from '../shared/decider.js';
import { Flag, Int, Many, One, OneOf, Optional } from '../shared/fields.js';

/*
 * Decisions by yes and no (domain.md row 15). A rule is a list of conditions, which are data and are copied into the ballot when
 * it opens; every comparison is between integers and is stated with both its sides.
 */

/** The largest count: 9·10¹² times the largest denominator is below 2⁵³, so that both sides of a comparison are exact numbers. */
const largestCount = 9_000_000_000_000;

/** What a voter says. A stand-aside does not consent but lets it pass; a block forbids it where the rule asks for consensus. */
export const choices = ['approve', 'reject', 'abstain', 'stand-aside', 'block'] as const;
export type Choice = (typeof choices)[number];

/** How voters weigh: by head, by exclusive area in 0.01 m², by household represented. */
export const measures = ['heads', 'area', 'households'] as const;
export type Measure = (typeof measures)[number];

/** Which voters a condition counts: all who took part, those who approved, those who do not block. */
export const parts = ['participating', 'approving', 'unblocking'] as const;
const conditionNames = ['quorum', 'majority', 'unanimity', 'assent'] as const;

/** One condition: `part` ≥ (or, if strict, >) numerator/denominator of `of`, both in `measure`. */
export class ThresholdCondition {
  @OneOf(conditionNames) name!: (typeof conditionNames)[number];
  @OneOf(measures) measure!: Measure;
  @OneOf(parts) part!: (typeof parts)[number];
  @OneOf(['expected', 'participating']) of!: 'expected' | 'participating';
  @Int(0, 1000) numerator!: number;
  @Int(1, 1000) denominator!: number;
  @Flag() strict!: boolean;
  /** Conditions that name the same number are alternatives: one of them is enough. */
  @Optional() @Int(1, 20) either?: number;
}

export const thresholdRuleNames = [
  'civil-code-278-ordinary',
  'civil-code-278-special',
  'simple-majority',
  'villagers-assembly',
  'branch-proposal',
  'committees-consultation',
  'party-members-meeting',
  'villagers-resolution',
  'consensus',
] as const;
export type ThresholdRuleName = (typeof thresholdRuleNames)[number];

/** The conditions under which a proposal is adopted; all must hold. */
export class ThresholdRule {
  @OneOf(thresholdRuleNames) rule!: ThresholdRuleName;
  @Many(() => ThresholdCondition, 1, 20) conditions!: ThresholdCondition[];
}

/** A sum of voters in every measure; what the rule does not ask for may stay 0. */
export class VoterCount {
  @Int(0, largestCount) heads!: number;
  @Int(0, largestCount) area!: number;
  @Int(0, largestCount) households!: number;
}

/** All voters who said the same. */
class ChoiceCount extends VoterCount {
  @OneOf(choices) choice!: Choice;
}

/** One condition as it was compared: `left` = part·denominator against `right` = numerator·whole. */
export class ThresholdComparison extends ThresholdCondition {
  /** The voters of `part`, in `measure`. */
  @Int(0, largestCount) partCount!: number;
  /** The voters of `of`, in `measure`. */
  @Int(0, largestCount) wholeCount!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) left!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) right!: number;
  @Flag() holds!: boolean;
}

const thresholdOutcomes = ['adopted', 'rejected', 'no-quorum'] as const;

/** A decision with every count and every comparison that made it: ready to be copied into an event. */
export class ThresholdDecision {
  @OneOf(thresholdRuleNames) rule!: ThresholdRuleName;
  @OneOf(thresholdOutcomes) outcome!: (typeof thresholdOutcomes)[number];
  @One(() => VoterCount) expected!: VoterCount;
  @Many(() => ChoiceCount, 5, 5) counts!: ChoiceCount[];
  @Many(() => ThresholdComparison, 1, 20) comparisons!: ThresholdComparison[];
}

/** What one voter weighs: an owner is one head with all the area owned; what is left out is 0. */
export type Weight = { readonly [M in Measure]?: number };
/** Sums per choice, folded vote by vote. */
export type Tally = { readonly [C in Choice]: Readonly<Record<Measure, number>> };

const nobody = { heads: 0, area: 0, households: 0 } as const;
export const emptyTally: Tally = { approve: nobody, reject: nobody, abstain: nobody, 'stand-aside': nobody, block: nobody };

const plus = (a: Weight, b: Weight, sign: 1 | -1 = 1): Record<Measure, number> => ({
  heads: (a.heads ?? 0) + sign * (b.heads ?? 0),
  area: (a.area ?? 0) + sign * (b.area ?? 0),
  households: (a.households ?? 0) + sign * (b.households ?? 0),
});

/** The tally with one vote more, or, with `sign` −1, with one vote less (replaced or withdrawn). */
export const addVote = (tally: Tally, choice: Choice, weight: Weight, sign: 1 | -1 = 1): Tally => ({
  ...tally,
  [choice]: plus(tally[choice], weight, sign),
});

/** The comparisons by what must hold: alternatives, of which one is enough, together where the first of them stands; all others alone. */
export function byCondition(comparisons: readonly Immutable<ThresholdComparison>[]): Immutable<ThresholdComparison>[][] {
  return comparisons.flatMap((comparison, i) => {
    if (comparison.either === undefined) return [[comparison]];
    const alternatives = comparisons.filter(({ either }) => either === comparison.either);
    return comparisons.indexOf(alternatives[0]!) === i ? [alternatives] : [];
  });
}

/** Whether one of the alternatives holds, and what is reached by that; or what is missed, a quorum before all else. */
export function verdictOf(alternatives: readonly Immutable<ThresholdComparison>[]): Pick<ThresholdComparison, 'name' | 'holds'> {
  const decisive = alternatives.find(({ holds }) => holds) ?? alternatives.find(({ name }) => name === 'quorum') ?? alternatives[0]!;
  return { name: decisive.name, holds: decisive.holds };
}

/**
 * Decides by comparing every condition of the rule, also those after one that fails, so that the account is whole. A share of
 * nobody is never reached: with nobody expected, or nobody taking part, a condition on them does not hold.
 * @throws RangeError if a count is negative, not whole or too large: a history that says so is corrupt.
 */
export function decideByThreshold(rule: Immutable<ThresholdRule>, expected: Weight, tally: Tally): ThresholdDecision {
  const all = plus(nobody, expected);
  const participating = choices.map((choice) => tally[choice]).reduce<Record<Measure, number>>((sum, one) => plus(sum, one), nobody);
  const unblocking = plus(participating, tally.block, -1);
  const sums = { expected: all, participating, approving: tally.approve, unblocking };
  for (const count of [...Object.values(sums), ...Object.values(tally)].flatMap((sum) => Object.values(sum)))
    if (!Number.isSafeInteger(count) || count < 0 || count > largestCount) throw new RangeError(`not a count: ${count}`);
  const comparisons = rule.conditions.map((condition): ThresholdComparison => {
    const [partCount, wholeCount] = [sums[condition.part][condition.measure], sums[condition.of][condition.measure]];
    const holds = wholeCount > 0 && reaches(partCount, wholeCount, condition, condition.strict);
    return { ...condition, partCount, wholeCount, left: partCount * condition.denominator, right: condition.numerator * wholeCount, holds };
  });
  const failed = byCondition(comparisons)
    .map(verdictOf)
    .filter(({ holds }) => !holds);
  return {
    rule: rule.rule,
    outcome: failed.length === 0 ? 'adopted' : failed.some(({ name }) => name === 'quorum') ? 'no-quorum' : 'rejected',
    expected: all,
    counts: choices.map((choice) => ({ choice, ...tally[choice] })),
    comparisons,
  };
}
