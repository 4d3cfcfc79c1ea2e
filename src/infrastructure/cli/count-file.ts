import type { Ballots } from '../../domain/voting/ballots.js';
import { ruleNames, ruleOf, type DeclaredRule } from '../../domain/voting/declared-rule.js';
import { drawOrder } from '../../domain/voting/draw.js';
import type { MoneyTies, Outcome, Step } from '../../domain/voting/outcome.js';
import { count, rules, type Rule, type RuleName } from '../../domain/voting/rules.js';
import { countWithoutLot } from '../../domain/voting/undecided.js';
import { whyBallot, whyOption, type Reason } from '../../domain/voting/why.js';
import type { Language } from '../../domain/voting/words.js';
import { ballotsOf, votersOf, withoutWithdrawn, type Election, type Reading } from '../formats/election.js';
import { formatTitles, readElection } from '../formats/formats.js';
import { MalformedFile, type Words } from '../formats/text.js';
import { UsageError } from './common.js';

export interface CountOptions extends Reading {
  /** What decides between equals, in order. By default what the rule says, and nothing more. */
  readonly ties?: DeclaredTies | undefined;
  /** Option whose steps are wanted, by its id or name. */
  readonly why?: string | undefined;
  /** Ballot whose effect is wanted, by its number from 1. */
  readonly ballot?: number | undefined;
  /** Whether the file is wanted with the winners marked. */
  readonly exported?: boolean | undefined;
  /** Language of the messages; by default English. */
  readonly language?: Language;
}

/** What decides between equals, as declared on the command line. */
export interface DeclaredTies {
  readonly earlierRound: boolean;
  /** What decides before the lot, in rules that buy options. */
  readonly money: MoneyTies;
  /** `listed`: the order of the file. `seed`: the draw from this seed. Null: the tie remains. */
  readonly last: 'listed' | { readonly seed: string } | null;
}

export interface FileCount extends Outcome {
  /** The rule with all its parameters. */
  readonly rule: Rule;
  readonly undecided: readonly string[];
  readonly why?: readonly Step[];
  readonly ballot?: readonly Reason[];
  /** Currency of the amounts in the account; null if there is no money. */
  readonly currency: Election['currency'];
  /** What the file was read as. */
  readonly file: { readonly format: string; readonly encoding: string };
  readonly names: ReadonlyMap<string, string>;
  readonly about: Election['about'];
  readonly warnings: readonly Words[];
  /** The original file with the column `selected` set. */
  readonly exported?: Uint8Array;
}

/**
 * Counts the ballots of a file.
 * @param declared the rule; null for the one that the file names
 * @throws UsageError if the file is malformed, the rule cannot count such ballots, or the file cannot be exported
 */
export function countFile(
  path: string,
  bytes: Uint8Array,
  declared: DeclaredRule | null,
  { ties, why, ballot, exported, language = 'en', ...reading }: CountOptions = {},
): FileCount {
  try {
    const stated =
      readElection(path, bytes, reading) ??
      fail(language === 'zh' ? `不是以下任何一种格式：${formatTitles.zh}` : `has none of these formats: ${formatTitles.en}`);
    const { marked, names, about } = stated;
    if (exported && marked === null) fail('only a .pb has a column `selected` to export');
    const wanted =
      declared ?? stated.rule ?? fail(`the file names no rule of ours; it may be counted by --rule ${countable(stated).join(', ')}`);
    const rule = withTies(fitted(stated, wanted), ties);
    const election = withoutWithdrawn(stated, rule.rule === 'greedy'); // points by place are as they were given
    if (election.options.length === 0) fail('all options are withdrawn');
    const form = formFor(election, rule.rule);
    const ballots = ballotsOf(election, form);
    const priced = !('seats' in rule) || rule.seats === null; // members of a committee cost nothing
    const money = priced ? election.money : null;
    const last = ties?.last ?? null;
    const counted =
      last === null
        ? countWithoutLot(ballots, rule, money, ties?.money)
        : count(ballots, rule, last === 'listed' ? ballots.options : drawOrder(last.seed, ballots.options), money, ties?.money);
    const withdrawn: Step[] = stated.withdrawn.length === 0 ? [] : [{ step: 'withdrawn', options: stated.withdrawn }];
    const repeated: Step[] = stated.repeatedMarks === 0 ? [] : [{ step: 'repeated-marks', papers: stated.repeatedMarks }];
    const outcome = { ...counted, account: [...repeated, ...withdrawn, ...counted.account] };
    const { format, encoding } = stated;
    const voters = votersOf(election);
    if (ballot !== undefined && ballot > voters) fail(`there is no ballot ${ballot}; there are ${voters}`);
    return {
      rule,
      ...outcome,
      undecided: outcome.undecided ?? [],
      file: { format, encoding },
      currency: priced ? election.currency : null,
      names,
      about,
      warnings: warningsOf(election, rule, form),
      ...(exported && marked && { exported: marked(outcome.winners) }),
      ...(why !== undefined && { why: whyOption(outcome, optionOf(stated, why)) }),
      ...(ballot !== undefined && { ballot: whyBallot(ballotsOf(election, form, ballot), rule, outcome) }),
    };
  } catch (error) {
    if (error instanceof MalformedFile) throw new UsageError(`${path}: ${error.in(language)}`);
    if (error instanceof RangeError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

function fail(message: string): never {
  throw new RangeError(message);
}

const formFor = ({ forms }: Election, name: RuleName): Ballots['form'] =>
  forms.find((form) => rules[name].forms.includes(form)) ?? fail(`${name} does not count ballots of the form ${forms[0]!}`);

const countable = ({ forms, money }: Election): readonly RuleName[] =>
  ruleNames.filter((name) => forms.some((form) => rules[name].forms.includes(form)) && (money !== null || name !== 'greedy'));

/** The complete rule: parameters of the command, else those of the file, else the defaults. */
function fitted(election: Election, wanted: DeclaredRule): Rule {
  const { rule: name } = wanted;
  if (!countable(election).includes(name))
    fail(
      `${name} does not count such a file${name === 'greedy' ? ', which has no budget' : ''}: its ballots are of the form ${election.forms[0]!}, and may be counted by ${countable(election).join(', ')}`,
    );
  const seats = election.seats !== null && 'seats' in rules[name].usual ? { seats: election.seats } : {};
  if (rules[name].needsSeats && (wanted.seats ?? election.seats) === null) fail(`${name} needs --seats`);
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as unknown as DeclaredRule;
  const rule = ruleOf({ ...seats, ...election.declared[name], ...given });
  if ('refused' in rule)
    fail(
      `--${String(rule.with?.['parameter']).replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)} is no parameter of ${name}, or has a value of another rule`,
    );
  return rule;
}

const byRounds: readonly RuleName[] = ['instant-runoff', 'sequential-runoff', 'bottoms-up-runoff', 'single-transferable-vote', 'wigm'];

/** The rule with the declared ties. Some belong to certain rules only. */
function withTies(rule: Rule, ties: DeclaredTies | undefined): Rule {
  if (ties === undefined) return rule;
  if (ties.money.length > 0 && rule.rule !== 'greedy' && rule.rule !== 'phragmen' && rule.rule !== 'equal-shares')
    fail(`--ties ${ties.money.join(',')} is for rules that buy options, not for ${rule.rule}`);
  if (ties.earlierRound && !byRounds.includes(rule.rule)) fail(`--ties earlier-round is for rules with rounds, not for ${rule.rule}`);
  if (!('ties' in rule)) return rule;
  if (rule.rule === 'greedy' || rule.rule === 'phragmen' || rule.rule === 'equal-shares')
    return { ...rule, ties: ties.money.length > 0 ? 'cost' : 'lot' };
  return { ...rule, ties: ties.earlierRound ? 'earlier-round' : 'lot' };
}

function warningsOf({ warnings, forms, seats, limits }: Election, rule: Rule, form: Ballots['form']): readonly Words[] {
  return [
    ...warnings,
    ...(form === forms[0] ? [] : [{ zh: '排序按认可其所列全部选项计', en: 'rankings count as approvals of all that they rank' }]),
    ...limits.flatMap(({ name, heededBy }) =>
      heededBy.includes(rule.rule) ? [] : [{ zh: `未采用文件中的 ${name}`, en: `${name} of the file is not honoured` }],
    ),
    ...(seats === null || seats === 1 || 'seats' in rule
      ? []
      : [{ zh: `文件所写名额为 ${seats}，此规则只选一个`, en: `the file is for ${seats} seats, but this rule chooses one` }]),
  ];
}

function optionOf({ options, names }: Election, text: string): string {
  const known =
    options.find((option) => option === text) ??
    options.find((option) => names.get(option) === text || names.get(option) === `${option} ${text}`);
  return (
    known ??
    fail(`there is no option ${JSON.stringify(text)}; there are ${options.map((option) => names.get(option) ?? option).join(', ')}`)
  );
}
