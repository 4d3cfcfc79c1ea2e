import type { Immutable } from '../shared/decider.js';
import { type Exclusion, exclusionsOf, lateWithdrawals, type Outcome, type Step } from '../voting/outcome.js';
import { rules, type Rule } from '../voting/rules.js';
import type { BallotOpened, BallotOptionWithdrawn } from './ballot-messages.js';
import { type Paper, paperWithout } from './papers.js';

/*
 * Options that a ballot strikes: those that were withdrawn, and write-ins that nobody declared. They are struck from all papers before the
 * count. Rules with rounds strike write-ins in the first round, and who withdraws during the count in the declared one.
 */

/** What a ballot says about its options. */
type Listed = Immutable<Pick<BallotOpened, 'options' | 'limits'>> & {
  /** In the order of the withdrawals. */
  readonly withdrawn?: readonly Immutable<BallotOptionWithdrawn>[];
};
type Papers = readonly { readonly paper: Immutable<Paper>; readonly count: number }[];

const inRounds = ({ rule }: Rule): boolean => rules[rule].inRounds === true;

/** Whether anything is struck. Then sums of all papers do not decide. */
export const strikes = ({ options, withdrawn = [] }: Listed): boolean => withdrawn.length > 0 || options.some(({ writeIn }) => writeIn);

const writeInsOf = ({ options, withdrawn = [] }: Listed): readonly string[] => {
  const gone = new Set(withdrawn.map(({ optionId }) => optionId));
  return options.flatMap(({ optionId, writeIn }) => (writeIn && !gone.has(optionId) ? [optionId] : []));
};

/** Those who withdraw in a round of the count. Other rules strike them before it. */
const duringOf = ({ withdrawn = [] }: Listed, rule: Rule) =>
  inRounds(rule) ? withdrawn.flatMap(({ optionId, round }) => (round === undefined ? [] : [{ option: optionId, round }])) : [];

/** The options that are struck before the count by this rule. */
export function struckBefore(listed: Listed, rule: Rule): ReadonlySet<string> {
  const later = new Set(duringOf(listed, rule).map(({ option }) => option));
  const before = (listed.withdrawn ?? []).flatMap(({ optionId }) => (later.has(optionId) ? [] : [optionId]));
  return new Set([...before, ...(inRounds(rule) ? [] : writeInsOf(listed))]);
}

/** The ballot without the options that are struck before the count. The points that greedy gives for places stay as they were given. */
export function withoutStruck<L extends Listed>(listed: L, papers: Papers, rule: Rule): { listed: L; papers: Papers; rule: Rule } {
  const gone = struckBefore(listed, rule);
  if (gone.size === 0) return { listed, papers, rule };
  const isGreedy = rule.rule === 'greedy';
  const { options, limits } = listed;
  return {
    listed: {
      ...listed,
      options: options.filter(({ optionId }) => !gone.has(optionId)),
      ...(limits && { limits: limits.map((limit) => ({ ...limit, options: limit.options.filter((option) => !gone.has(option)) })) }),
    },
    papers: papers.map(({ paper, count }) => ({ paper: paperWithout(paper, gone, isGreedy), count })),
    rule: isGreedy ? { ...rule, places: rule.places ?? options.length } : rule,
  };
}

/** What is excluded in the rounds of a rule. */
export const exclusionsIn = (listed: Listed, rule: Rule): readonly Exclusion[] =>
  inRounds(rule) ? exclusionsOf(writeInsOf(listed), duringOf(listed, rule)) : [];

/** The outcome with what the account says about the options that were struck. */
export function tellingStruck(listed: Listed, rule: Rule, exclusions: readonly Exclusion[], outcome: Outcome): Outcome {
  const late = lateWithdrawals(exclusions, outcome);
  const withdrawn = (listed.withdrawn ?? []).map(({ optionId, reason }): Step => {
    const round = exclusions.find(({ option }) => option === optionId)?.round;
    return {
      step: 'withdrawn',
      options: [optionId],
      ...(round !== undefined && { round }),
      ...(reason && { reason }),
      ...(late.some(({ option }) => option === optionId) && { late: true }),
    };
  });
  const writeIns = inRounds(rule) ? [] : writeInsOf(listed);
  const struck: Step[] = writeIns.length === 0 ? [] : [{ step: 'write-ins', options: writeIns }];
  return { ...outcome, account: [...withdrawn, ...struck, ...outcome.account] };
}
