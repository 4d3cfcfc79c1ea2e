import { sums } from './approval.js';
import { approvalsOf, pointsByPlace, type Ballots } from './ballots.js';
import type { Outcome, Step } from './outcome.js';
import { bordaSums, pairwise, type Unranked } from './rankings.js';
import { asText, compare, type Rational } from './rational.js';
import type { Rule } from './rules.js';
import { nextPreference, nowhere, optionOf, type Reading } from './next-preference.js';
import { unitsIn, votesIn } from './stv.js';

/** How one ballot contributed to the result. */
export type Reason =
  /** In rounds `from` to `to` the ballot counted for `option` (null: for nobody) with this value of a vote. */
  | { readonly reason: 'held'; readonly from: number; readonly to: number; readonly option: string | null; readonly value: string }
  /** The ballot ranked `option` at this place, above so many other options. */
  | { readonly reason: 'ranked'; readonly option: string; readonly place: number; readonly above: number; readonly won: boolean }
  | { readonly reason: 'paid'; readonly option: string; readonly amount: string; readonly left: string }
  /** The option was added from the money that equal shares left, by votes or by Phragmén's rule. `supporters` includes this ballot. */
  | { readonly reason: 'added'; readonly option: string; readonly by: 'votes' | 'phragmen'; readonly supporters: number }
  | { readonly reason: 'gave'; readonly option: string; readonly value: string; readonly won: boolean };

/** The steps of an account that concern one option. */
export const whyOption = ({ account }: Outcome, option: string): Step[] =>
  account.filter((step) => {
    if (step.step === 'no-ballots' || step.step === 'blank-ballots' || step.step === 'seat') return true;
    if (step.step === 'kept') return step.parts.some((part) => part.option === option);
    if (step.step === 'repeated-marks') return false;
    if ('option' in step) return step.option === option;
    if (step.step === 'round') return step.tallies.some((tally) => tally.option === option);
    if (step.step === 'redistributed') return step.changes.some((change) => change.option === option);
    if (step.step === 'scores') return step.figures.some((figure) => figure.option === option);
    return step.options.includes(option) || (step.step === 'eliminated' && step.transfers.some(({ to }) => to === option));
  });

/**
 * How a ballot contributed to the result, derived from the account of the count.
 * @param ballot this ballot alone, built in the same way as the counted ballots
 */
export function whyBallot(ballot: Ballots, rule: Rule, outcome: Outcome): Reason[] {
  const { options } = ballot;
  if (ballot.form === 'ranking') {
    if (rule.rule === 'meek') return keptBy(ballot, rule, outcome);
    if (isInRounds(rule)) return held(ballot, rule, outcome);
    if (rule.rule === 'greedy') return gave(options, sums(pointsByPlace(ballot, rule.places ?? options.length)).map(String), outcome);
    if (rule.rule === 'schulze') return ranked(ballot, rule.unranked, outcome);
    return gave(
      options,
      [...bordaSums(ballot, rule.rule === 'borda' ? rule.unranked : 'average')].map((twice) => asText({ n: BigInt(twice), d: 2n })),
      outcome,
    );
  }
  const approved = ballot.form === 'points' ? approvalsOf(ballot) : ballot;
  if (rule.rule === 'equal-shares') return paid(new Set(approved.ballots[0]!.map((option) => options[option]!)), outcome);
  return gave(
    options,
    sums(rule.rule === 'points' || rule.rule === 'majority-judgment' || rule.rule === 'greedy' ? ballot : approved).map(String),
    outcome,
  );
}

const gave = (options: readonly string[], values: readonly string[], { winners }: Outcome): Reason[] =>
  options.flatMap((option, i) => (values[i] === '0' ? [] : [{ reason: 'gave', option, value: values[i]!, won: winners.includes(option) }]));

/** What the ballot adds to the pairwise matrix: how many others it ranks each option above. */
function ranked(ballot: Extract<Ballots, { form: 'ranking' }>, unranked: Unranked, { winners }: Outcome): Reason[] {
  const { options } = ballot;
  const matrix = pairwise(ballot, unranked);
  const of = (among: readonly number[], value: (option: number) => number) => among.reduce((sum, other) => sum + value(other), 0);
  const all = options.map((_, i) => i);
  return all
    .map((option) => ({
      option,
      above: of(all, (other) => matrix[option * options.length + other]!),
      below: of(all, (other) => matrix[other * options.length + option]!),
    }))
    .filter(({ above }) => above > 0)
    .sort((a, b) => a.below - b.below || a.option - b.option)
    .map(({ option, above, below }) => ({
      reason: 'ranked',
      option: options[option]!,
      place: below + 1,
      above,
      won: winners.includes(options[option]!),
    }));
}

type InRounds = Extract<Rule, { rule: 'instant-runoff' | 'sequential-runoff' | 'bottoms-up-runoff' | 'single-transferable-vote' | 'wigm' }>;
const inRounds: readonly string[] = ['instant-runoff', 'sequential-runoff', 'bottoms-up-runoff', 'single-transferable-vote', 'wigm'];
const isInRounds = (rule: Rule): rule is InRounds => inRounds.includes(rule.rule);

/** Which part of the ballot each option keeps in the last round of a count by Meek's method. */
function keptBy(ballot: Extract<Ballots, { form: 'ranking' }>, reading: Reading, { account }: Outcome): Reason[] {
  const { options, entries, starts } = ballot;
  const [one, inVotes] = [1_000_000_000n, votesIn(1_000_000_000n)];
  const kept = account.findLast((step) => step.step === 'kept');
  const round = account.findLast((step) => step.step === 'round')?.round ?? 1;
  const parts = new Map(kept?.parts.map(({ option, value }) => [option, unitsIn(value, one)]));
  const out = new Set(account.flatMap((step) => (step.step === 'eliminated' && step.round < round ? step.options : [])));
  const all = new Uint8Array(options.length).fill(1);
  const reasons: Reason[] = [];
  const hold = (option: string | null, value: bigint) =>
    reasons.push({ reason: 'held', from: round, to: round, option, value: inVotes(value) });
  let weight = one;
  for (let at = nextPreference(ballot, 0, starts[0]!, all, reading); at !== nowhere && weight > 0n;) {
    const option = options[optionOf(entries[at]!)]!;
    if (!out.has(option)) {
      const value = (weight * (parts.get(option) ?? one) + one - 1n) / one;
      if (value > 0n) hold(option, value);
      weight -= value;
    }
    at = nextPreference(ballot, 0, at + 1, all, reading);
  }
  if (weight > 0n) hold(null, weight);
  return reasons;
}

/** Follows a ballot through the rounds. It moves when its option is eliminated or transfers a surplus. */
function held(ballot: Extract<Ballots, { form: 'ranking' }>, rule: InRounds, { account }: Outcome): Reason[] {
  const { options, entries, starts } = ballot;
  const index = new Map(options.map((option, i) => [option, i]));
  const continuing = new Uint8Array(options.length).fill(1);
  const places = rule.rule === 'wigm' ? rule.decimals : 5;
  const one = 10n ** BigInt(places);
  const inVotes = votesIn(one);
  let at = nextPreference(ballot, 0, starts[0]!, continuing, rule);
  let value = one;
  let tallies = new Map<string, string>();
  const reasons: Extract<Reason, { reason: 'held' }>[] = [];
  for (const step of account) {
    const option = at === nowhere ? null : options[optionOf(entries[at]!)]!;
    if (step.step === 'seat') {
      continuing.fill(1);
      for (const one of step.struck) continuing[index.get(one)!] = 0;
      at = nextPreference(ballot, 0, starts[0]!, continuing, rule);
    } else if (step.step === 'round') {
      tallies = new Map(step.tallies.map((tally) => [tally.option, tally.value]));
      const last = reasons.at(-1);
      const share = inVotes(value);
      if (last && last.option === option && last.value === share) reasons[reasons.length - 1] = { ...last, to: step.round };
      else reasons.push({ reason: 'held', from: step.round, to: step.round, option, value: share });
    } else if (step.step === 'elected') continuing[index.get(step.option)!] = 0;
    else if (step.step === 'eliminated') {
      for (const one of step.options) continuing[index.get(one)!] = 0;
      if (option !== null && step.options.includes(option)) at = nextPreference(ballot, 0, at + 1, continuing, rule);
    } else if (step.step === 'surplus' && step.option === option) {
      value = (unitsIn(step.surplus, one) * value) / unitsIn(tallies.get(option)!, one);
      at = nextPreference(ballot, 0, at + 1, continuing, rule);
    }
  }
  return reasons;
}

/** What a voter paid for each bought option (the stated payment, or all the money left), and which options were added afterwards. */
function paid(approved: ReadonlySet<string>, { account }: Outcome): Reason[] {
  const parse = (text: string): Rational => {
    const [n, d = '1'] = text.split('/');
    return { n: BigInt(n!), d: BigInt(d) };
  };
  let left: Rational | null = null;
  const reasons: Reason[] = [];
  for (const step of account) {
    // the first share is the one of the selection; a second one shows what exceeds the budget
    if (step.step === 'share' && left === null) left = parse(step.share);
    if (step.step === 'selected' && approved.has(step.option))
      reasons.push({ reason: 'added', option: step.option, by: 'votes', supporters: Number(step.figure) });
    if (step.step === 'due' && approved.has(step.option))
      reasons.push({ reason: 'added', option: step.option, by: 'phragmen', supporters: step.supporters });
    if (step.step !== 'bought' || !approved.has(step.option) || left === null) continue;
    const payment = parse(step.payment);
    const amount: Rational = compare(payment, left) <= 0 ? payment : left;
    left = { n: left.n * amount.d - amount.n * left.d, d: left.d * amount.d };
    reasons.push({ reason: 'paid', option: step.option, amount: asText(amount), left: asText(left) });
  }
  return reasons;
}
