import { approval, greedy, points, type ApprovalRule, type Budget, type GreedyRule, type PointsRule } from './approval.js';
import {
  approvalsOf,
  areBlank,
  numberOfBallots,
  pointsByPlace,
  type Approvals,
  type Ballots,
  type PointBallots,
  type Rankings,
} from './ballots.js';
import { equalShares, type EqualSharesRule } from './equal-shares.js';
import { majorityJudgment, type MajorityJudgmentRule } from './majority-judgment.js';
import { meek, type MeekRule } from './meek.js';
import { type Drawn, type Exclusion, lotsOf, moneyTies, nobodyVoted, type Lots, type MoneyTies, type Outcome } from './outcome.js';
import { phragmen, type PhragmenRule } from './phragmen.js';
import { borda, schulze, type BordaRule, type SchulzeRule } from './rankings.js';
import { bottomsUp, instantRunoff, sequentialRunoff, type BottomsUpRule, type RunoffRule, type SequentialRunoffRule } from './runoff.js';
import { singleTransferableVote, wigm, type StvRule, type WigmRule } from './stv.js';

/** A counting rule as data: its name and its parameters. A ballot stores a copy when it opens. */
export type Rule =
  | ApprovalRule
  | PointsRule
  | MajorityJudgmentRule
  | BordaRule
  | SchulzeRule
  | RunoffRule
  | SequentialRunoffRule
  | BottomsUpRule
  | StvRule
  | WigmRule
  | MeekRule
  | PhragmenRule
  | GreedyRule
  | EqualSharesRule;
/** The name of a counting rule. */
export type RuleName = Rule['rule'];

interface RuleEntry<R extends Rule> {
  /** The forms of ballots that the rule counts. Points can also be counted as approvals: more than 0 is an approval. */
  readonly forms: readonly Ballots['form'][];
  /** The default parameters. */
  readonly usual: R;
  /** True if the number of seats must be declared. */
  readonly needsSeats?: true;
  /** True if the winners are the first of the final order, in which equals share a place. */
  readonly byOrder?: true;
  /** True if it counts in rounds, from which an option can be excluded. */
  readonly inRounds?: true;
  readonly count: (
    ballots: Ballots,
    rule: R,
    lots: Lots,
    money: Budget | null,
    ties: MoneyTies,
    exclusions: readonly Exclusion[],
  ) => Outcome;
}

const ranked = (ballots: Ballots): Rankings => (ballots.form === 'ranking' ? ballots : wrongForm(ballots));
function approved(ballots: Ballots): Approvals {
  if (ballots.form === 'approval') return ballots;
  return ballots.form === 'points' ? approvalsOf(ballots) : wrongForm(ballots);
}
const scored = (ballots: Ballots, places: number | null): Approvals | PointBallots =>
  ballots.form === 'ranking' ? pointsByPlace(ballots, places ?? ballots.options.length) : ballots;
const priced = (money: Budget | null): Budget => money ?? fail('this rule needs a budget and the cost of every option');

function wrongForm({ form }: Ballots): never {
  return fail(`this rule does not count ballots of the form ${form}`);
}
function fail(message: string): never {
  throw new RangeError(message);
}

/** All counting rules, by name. */
export const rules: { readonly [N in RuleName]: RuleEntry<Extract<Rule, { rule: N }>> } = {
  approval: {
    forms: ['approval', 'points'],
    usual: { rule: 'approval', seats: 1 },
    byOrder: true,
    count: (ballots, rule, lots) => approval(approved(ballots), rule, lots),
  },
  points: {
    forms: ['points'],
    usual: { rule: 'points', seats: 1 },
    byOrder: true,
    count: (ballots, rule, lots) => (ballots.form === 'points' ? points(ballots, rule, lots) : wrongForm(ballots)),
  },
  borda: {
    forms: ['ranking'],
    usual: { rule: 'borda', seats: 1, unranked: 'average' },
    byOrder: true,
    count: (ballots, rule, lots) => borda(ranked(ballots), rule, lots),
  },
  schulze: {
    forms: ['ranking'],
    usual: { rule: 'schulze', seats: 1, strength: 'winning-votes', unranked: 'last' },
    byOrder: true,
    count: (ballots, rule, lots) => schulze(ranked(ballots), rule, lots),
  },
  'majority-judgment': {
    forms: ['points'],
    usual: { rule: 'majority-judgment', seats: 1 },
    byOrder: true,
    count: (ballots, rule, lots) => (ballots.form === 'points' ? majorityJudgment(ballots, rule, lots) : wrongForm(ballots)),
  },
  'instant-runoff': {
    forms: ['ranking'],
    usual: { rule: 'instant-runoff', overvote: 'skip', skippedRanks: 1, elimination: 'single', until: 'majority', ties: 'earlier-round' },
    inRounds: true,
    count: (ballots, rule, lots, _money, _ties, exclusions) => instantRunoff(ranked(ballots), rule, lots, exclusions),
  },
  'sequential-runoff': {
    forms: ['ranking'],
    usual: { rule: 'sequential-runoff', seats: 3, overvote: 'skip', skippedRanks: 1, elimination: 'single', ties: 'earlier-round' },
    needsSeats: true,
    inRounds: true,
    count: (ballots, rule, lots, _money, _ties, exclusions) => sequentialRunoff(ranked(ballots), rule, lots, exclusions),
  },
  'bottoms-up-runoff': {
    forms: ['ranking'],
    usual: { rule: 'bottoms-up-runoff', seats: 3, overvote: 'skip', skippedRanks: 1, elimination: 'single', ties: 'earlier-round' },
    needsSeats: true,
    inRounds: true,
    count: (ballots, rule, lots, _money, _ties, exclusions) => bottomsUp(ranked(ballots), rule, lots, exclusions),
  },
  'single-transferable-vote': {
    forms: ['ranking'],
    needsSeats: true,
    usual: { rule: 'single-transferable-vote', seats: 3, overvote: 'exhaust', skippedRanks: 0 },
    inRounds: true,
    count: (ballots, rule, lots, _money, _ties, exclusions) => singleTransferableVote(ranked(ballots), rule, lots, exclusions),
  },
  wigm: {
    forms: ['ranking'],
    usual: { rule: 'wigm', seats: 3, overvote: 'exhaust', skippedRanks: 0, decimals: 4 },
    needsSeats: true,
    inRounds: true,
    count: (ballots, rule, lots, _money, _ties, exclusions) => wigm(ranked(ballots), rule, lots, exclusions),
  },
  meek: {
    forms: ['ranking'],
    usual: { rule: 'meek', seats: 3, overvote: 'exhaust', skippedRanks: 0 },
    needsSeats: true,
    inRounds: true,
    count: (ballots, rule, lots, _money, _ties, exclusions) => meek(ranked(ballots), rule, lots, exclusions),
  },
  phragmen: {
    forms: ['approval', 'points'],
    usual: { rule: 'phragmen', seats: null },
    count: (ballots, rule, lots, money, ties) => phragmen(approved(ballots), rule, lots, money, ties),
  },
  greedy: {
    forms: ['approval', 'points', 'ranking'],
    usual: { rule: 'greedy', overBudget: 'skip', minScore: 1, places: null },
    count: (ballots, rule, lots, money, ties) => greedy(scored(ballots, rule.places), rule, lots, priced(money), ties),
  },
  'equal-shares': {
    forms: ['approval', 'points'],
    usual: { rule: 'equal-shares', completion: 'add1', unit: 1, seats: null },
    count: (ballots, rule, lots, money, ties) => equalShares(approved(ballots), rule, lots, money, ties),
  },
};

/** What decides between equals before the lot. */
const moneyTiesOf = (rule: Rule): MoneyTies => ('ties' in rule && rule.ties === 'lot' ? [] : moneyTies);

/**
 * Counts ballots by a rule. Without ballots, or if all are blank, nothing is chosen.
 * @param drawn all options in the order of the draw (draw.ts) or in another declared order, the last tie-break of every rule
 * @param money budget and costs, for rules that choose under a budget
 * @param ties what decides between equals before the draw, in rules that buy options; by default what the rule says
 * @param exclusions what is excluded in a round, for rules with rounds
 * @throws RangeError if the rule does not count this form of ballots, if budget or draw are missing or wrong, or
 *   if figures are too large to be exact
 */
export function count(
  ballots: Ballots,
  rule: Rule,
  drawn: Drawn,
  money: Budget | null = null,
  ties = moneyTiesOf(rule),
  exclusions: readonly Exclusion[] = [],
): Outcome {
  const entry = rules[rule.rule] as RuleEntry<Rule>;
  const voters = numberOfBallots(ballots);
  if (voters === 0) return nobodyVoted(ballots.options);
  if (areBlank(ballots)) return nobodyVoted(ballots.options, 'blank-ballots');
  if (!Number.isSafeInteger(voters)) fail('too many ballots to count exactly');
  if (exclusions.length > 0 && !entry.inRounds) fail('this rule has no rounds');
  return entry.count(ballots, rule, lotsOf(ballots.options, drawn), money, ties, exclusions);
}
