import { reaches } from '../shared/fraction.js';
import type { Immutable } from '../shared/decider.js';
import { Day, Flag, Int, Many, One, OneOf, Optional, Text } from '../shared/fields.js';

/*
 * Decisions by threshold (domain.md row 15). A rule is a list of conditions. They are data, and a ballot stores a copy when it opens.
 * Every comparison is between integers, and both sides are recorded.
 */

/** The largest count. 9·10¹² times the largest denominator is below 2⁵³, so both sides of a comparison are exact. */
const largestCount = 9_000_000_000_000;

/** The choices of a voter. A stand-aside does not approve but lets the proposal pass. Under the consensus rule, one block rejects it. */
export const choices = ['approve', 'reject', 'abstain', 'stand-aside', 'block'] as const;
/** One of `choices`. */
export type Choice = (typeof choices)[number];

/** How voters are counted: by head, by exclusive area in 0.01 m², or by household. */
export const measures = ['heads', 'area', 'households'] as const;
/** One of `measures`. */
export type Measure = (typeof measures)[number];

/** The voters that a condition counts: all who took part, those who approved, or those who did not block. */
export const parts = ['participating', 'approving', 'unblocking'] as const;
const conditionNames = ['quorum', 'majority', 'unanimity', 'assent'] as const;

/** One condition: `part` ≥ (if strict: >) numerator/denominator of `of`. Both are counted in `measure`. */
export class ThresholdCondition {
  @OneOf(conditionNames) name!: (typeof conditionNames)[number];
  @OneOf(measures) measure!: Measure;
  @OneOf(parts) part!: (typeof parts)[number];
  @OneOf(['expected', 'participating']) of!: 'expected' | 'participating';
  @Int(0, 1000) numerator!: number;
  @Int(1, 1000) denominator!: number;
  @Flag() strict!: boolean;
  /** Conditions with the same number here are alternatives: one of them is enough. */
  @Optional() @Int(1, 20) either?: number;
}

/** The names of all threshold rules. */
export const thresholdRuleNames = [
  'civil-code-278-ordinary',
  'civil-code-278-special',
  'simple-majority',
  'villagers-group-meeting',
  'villagers-assembly',
  'villagers-representatives',
  'residents-meeting',
  'residents-representatives',
  'residents-council',
  'branch-proposal',
  'committees-consultation',
  'party-members-meeting',
  'villagers-resolution',
  'consensus',
] as const;
/** One of `thresholdRuleNames`. */
export type ThresholdRuleName = (typeof thresholdRuleNames)[number];

/** The text that a rule is taken from. Days are calendar days in China. */
export class RuleSource {
  @Text(1, 60) title!: string;
  @Optional() @Text(1, 20) article?: string;
  /** The first day on which the text that was read is in force. Absent for general practice, which no text asks for. */
  @Optional() @Day() validFrom?: string;
  /** The last day on which it is in force. Absent if no later text is known. */
  @Optional() @Day() validUntil?: string;
}

/** The conditions for adopting a proposal. All must hold. */
export class ThresholdRule {
  @OneOf(thresholdRuleNames) rule!: ThresholdRuleName;
  /** Absent in events of earlier versions. */
  @Optional() @One(() => RuleSource) source?: RuleSource;
  @Many(() => ThresholdCondition, 1, 20) conditions!: ThresholdCondition[];
}

/** A number of voters in every measure. Measures that the rule does not use may be 0. */
export class VoterCount {
  @Int(0, largestCount) heads!: number;
  @Int(0, largestCount) area!: number;
  @Int(0, largestCount) households!: number;
}

/** All voters with the same choice. */
class ChoiceCount extends VoterCount {
  @OneOf(choices) choice!: Choice;
}

/** One compared condition: `left` is part·denominator, `right` is numerator·whole. */
export class ThresholdComparison extends ThresholdCondition {
  /** The count of `part`, in `measure`. */
  @Int(0, largestCount) partCount!: number;
  /** The count of `of`, in `measure`. */
  @Int(0, largestCount) wholeCount!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) left!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) right!: number;
  @Flag() holds!: boolean;
}

const thresholdOutcomes = ['adopted', 'rejected', 'no-quorum'] as const;

/** A decision with all counts and comparisons, as it is stored in an event. */
export class ThresholdDecision {
  @OneOf(thresholdRuleNames) rule!: ThresholdRuleName;
  /** The text that the rule is taken from. Absent in events of earlier versions. */
  @Optional() @One(() => RuleSource) source?: RuleSource;
  @OneOf(thresholdOutcomes) outcome!: (typeof thresholdOutcomes)[number];
  @One(() => VoterCount) expected!: VoterCount;
  @Many(() => ChoiceCount, 5, 5) counts!: ChoiceCount[];
  @Many(() => ThresholdComparison, 1, 20) comparisons!: ThresholdComparison[];
}

/** The weight of one voter: an owner is one head with the whole area owned. A measure that is left out is 0. */
export type Weight = { readonly [M in Measure]?: number };
/** Sums per choice, updated vote by vote. */
export type Tally = { readonly [C in Choice]: Readonly<Record<Measure, number>> };

const nobody = { heads: 0, area: 0, households: 0 } as const;
/** The tally without votes. */
export const emptyTally: Tally = { approve: nobody, reject: nobody, abstain: nobody, 'stand-aside': nobody, block: nobody };

const plus = (a: Weight, b: Weight, sign: 1 | -1 = 1): Record<Measure, number> => ({
  heads: (a.heads ?? 0) + sign * (b.heads ?? 0),
  area: (a.area ?? 0) + sign * (b.area ?? 0),
  households: (a.households ?? 0) + sign * (b.households ?? 0),
});

/** The tally with one more vote or, with `sign` −1, with one vote less (replaced or withdrawn). */
export const addVote = (tally: Tally, choice: Choice, weight: Weight, sign: 1 | -1 = 1): Tally => ({
  ...tally,
  [choice]: plus(tally[choice], weight, sign),
});

/** Groups comparisons that are alternatives, at the place of the first one. Every other comparison is a group of its own. */
export function byCondition(comparisons: readonly Immutable<ThresholdComparison>[]): Immutable<ThresholdComparison>[][] {
  return comparisons.flatMap((comparison, i) => {
    if (comparison.either === undefined) return [[comparison]];
    const alternatives = comparisons.filter(({ either }) => either === comparison.either);
    return comparisons.indexOf(alternatives[0]!) === i ? [alternatives] : [];
  });
}

/** True if one of the alternatives holds, with its name. If none holds, the name of the missed one, a quorum first. */
export function verdictOf(alternatives: readonly Immutable<ThresholdComparison>[]): Pick<ThresholdComparison, 'name' | 'holds'> {
  const decisive = alternatives.find(({ holds }) => holds) ?? alternatives.find(({ name }) => name === 'quorum') ?? alternatives[0]!;
  return { name: decisive.name, holds: decisive.holds };
}

/**
 * Decides by a threshold rule. All conditions are compared, also after one fails, so that the record is complete. A share of zero voters
 * is never reached: if nobody is expected or nobody takes part, a condition on them does not hold.
 * @throws RangeError if a count is negative, not a whole number or too large, because then the history is corrupt
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
  const failure = failed.some(({ name }) => name === 'quorum') ? 'no-quorum' : 'rejected';
  return {
    rule: rule.rule,
    ...(rule.source && { source: rule.source }),
    outcome: failed.length === 0 ? 'adopted' : failure,
    expected: all,
    counts: choices.map((choice) => ({ choice, ...tally[choice] })),
    comparisons,
  };
}
