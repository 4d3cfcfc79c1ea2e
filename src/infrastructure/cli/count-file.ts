import type { Ballots } from '../../domain/voting/ballots.js';
import { ruleNames, ruleOf, type DeclaredRule } from '../../domain/voting/declared-rule.js';
import { drawOrder } from '../../domain/voting/draw.js';
import {
  type Drawn,
  type Exclusion,
  exclusionsOf,
  lateWithdrawals,
  type MoneyTies,
  type Outcome,
  type Step,
} from '../../domain/voting/outcome.js';
import { count, rules, type Rule, type RuleName } from '../../domain/voting/rules.js';
import { countWithoutLot } from '../../domain/voting/undecided.js';
import { whyBallot, whyOption, type Reason } from '../../domain/voting/why.js';
import type { Language } from '../../domain/voting/words.js';
import { ballotsOf, votersOf, withoutWithdrawn, type Election, type Reading } from '../formats/election.js';
import type { FileBytes } from '../formats/formats.js';
import type { Words } from '../formats/text.js';
import { electionIn, withFile, unusable } from './ballot-file.js';
import { type DeclaredElection, type DeclaredOptions, optionOf, withDeclared } from './declared-options.js';

/* Longer than other files: the steps of one count share what the file and the options say, and are read in their order. */

export interface CountOptions extends Reading, DeclaredOptions {
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
  /** Called when the file has been read, before the count. */
  readonly onCount?: ((rule: RuleName) => void) | undefined;
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
  /** What was declared to decide between equals, as `--ties` has it. */
  readonly declaredTies?: string;
  readonly undecided: readonly string[];
  readonly why?: readonly Step[];
  readonly ballot?: readonly Reason[];
  /** Currency of the amounts in the account; null if there is no money. */
  readonly currency: Election['currency'];
  /** What the file was read as. */
  readonly file: { readonly format: string; readonly encoding: string };
  /** All options of the file, also those that were withdrawn. */
  readonly options: readonly string[];
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
export const countFile = (
  path: string,
  bytes: FileBytes,
  declared: DeclaredRule | null,
  { ties, why, ballot, exported, withdrawn, writeIns, limits, language = 'en', onCount, ...reading }: CountOptions = {},
): FileCount =>
  withFile(path, language, () => {
    const stated = withDeclared(electionIn(path, bytes, reading), { withdrawn, writeIns, limits });
    const rule = declared ?? ruleNamedIn(stated);
    onCount?.(rule.rule);
    return new ElectionCount(stated).by(rule, { ties, why, ballot, exported });
  });

const ruleNamedIn = (stated: Election): DeclaredRule => {
  const fits = countable(stated).join(', ');
  return (
    stated.rule ??
    unusable({
      zh: `文件没有写明可用的规则；可用 --rule ${fits}`,
      en: `the file names no rule of ours; it may be counted by --rule ${fits}`,
    })
  );
};

/** Counts one election by any number of rules. Its ballots are grouped once for each form in which a rule counts them. */
export class ElectionCount {
  private readonly grouped = new Map<string, { readonly election: Election; readonly ballots: Ballots }>();

  constructor(readonly stated: DeclaredElection) {}

  /** @throws Unusable if the rule cannot count such ballots, or the file cannot be exported */
  by(wanted: DeclaredRule, { ties, why, ballot, exported }: Pick<CountOptions, 'ties' | 'why' | 'ballot' | 'exported'> = {}): FileCount {
    const { stated } = this;
    const { marked, names, about, format, encoding } = stated;
    if (exported && marked === null)
      unusable({ zh: '只有 .pb 有 selected 列可以写出', en: 'only a .pb has a column `selected` to export' });
    const rule = withTies(fitted(stated, wanted), ties);
    const form = formFor(stated, rule.rule);
    const exclusions = exclusionsFor(stated, rule);
    const { election, ballots } = this.ballotsOf(form, rule);
    const priced = !('seats' in rule) || rule.seats === null; // members of a committee cost nothing
    const money = priced ? election.money : null;
    const last = ties === undefined && stated.tieOrder ? 'listed' : (ties?.last ?? null);
    const counted =
      last === null
        ? countWithoutLot(ballots, rule, money, ties?.money, exclusions)
        : count(
            ballots,
            rule,
            last === 'listed' ? listedOrder(stated, ballots) : drawOrder(last.seed, ballots.options),
            money,
            ties?.money,
            exclusions,
          );
    refuseLate(exclusions, counted);
    if (exported) refuseUndecided(counted, names);
    const withdrawn: Step[] = stated.withdrawn.length === 0 ? [] : [{ step: 'withdrawn', options: stated.withdrawn }];
    const { repeatedMarks: papers, repeatedMarksEnd } = stated;
    const repeated: Step[] = papers === 0 ? [] : [{ step: 'repeated-marks', papers, ...(repeatedMarksEnd && { end: true }) }];
    const struck: Step[] = isInRounds(rule) || stated.writeIns.length === 0 ? [] : [{ step: 'write-ins', options: stated.writeIns }];
    const outcome = { ...counted, account: [...repeated, ...withdrawn, ...struck, ...counted.account] };
    const voters = votersOf(election);
    if (ballot !== undefined && ballot > voters)
      unusable({ zh: `没有第 ${ballot} 张选票，共有 ${voters} 张`, en: `there is no ballot ${ballot}; there are ${voters}` });
    return {
      rule,
      ...(ties ? { declaredTies: tiesInWords(ties) } : stated.tieOrder && { declaredTies: '[tie]' }),
      ...outcome,
      undecided: outcome.undecided ?? [],
      file: { format, encoding },
      currency: priced ? election.currency : null,
      options: stated.options,
      names,
      about,
      warnings: [...warningsOf(election, rule, form), ...untried(outcome, rule.rule)],
      ...(exported && marked && { exported: marked(outcome.winners) }),
      ...(why !== undefined && { why: whyOption(outcome, optionOf(stated, why)) }),
      ...(ballot !== undefined && { ballot: whyBallot(ballotsOf(election, form, ballot), rule, outcome) }),
    };
  }

  private ballotsOf(form: Ballots['form'], rule: Rule) {
    const { stated } = this;
    const [placesStay, keepsWriteIns] = [rule.rule === 'greedy', isInRounds(rule)]; // points by place are as they were given
    const key = `${form} ${placesStay} ${keepsWriteIns}`;
    const known = this.grouped.get(key);
    if (known) return known;
    const gone = [...stated.withdrawn, ...(keepsWriteIns ? [] : stated.writeIns)];
    const election = withoutWithdrawn({ ...stated, withdrawn: gone }, placesStay);
    if (stated.options.length > 0 && election.options.every((option) => stated.writeIns.includes(option)))
      unusable({ zh: '所有选项都已退出或划去', en: 'all options are withdrawn or struck' });
    const made = { election, ballots: ballotsOf(election, form) };
    this.grouped.set(key, made);
    return made;
  }
}

/** The order of the file in which ties are broken: the one that it declares for that, else that of its options. */
const listedOrder = ({ tieOrder }: Election, { options }: Ballots): Drawn =>
  tieOrder === null ? options : { struckFirst: tieOrder.filter((option) => options.includes(option)) };

const isInRounds = ({ rule }: Rule): boolean => rules[rule].inRounds === true;

/** What is excluded in the rounds of a rule: undeclared write-ins first, and whoever withdraws during the count. */
function exclusionsFor({ writeIns, withdrawn, during, mustHeedLimits }: DeclaredElection, rule: Rule): readonly Exclusion[] {
  if (mustHeedLimits && (!buying.includes(rule.rule) || isCommittee(rule)))
    unusable({
      zh: `--limit 只用于按预算选定的规则，不用于 ${rule.rule}`,
      en: `--limit is for rules that choose under a budget, not for ${rule.rule}`,
    });
  if (isInRounds(rule))
    return exclusionsOf(
      writeIns.filter((option) => !withdrawn.includes(option)),
      during,
    );
  if (during.length > 0)
    unusable({
      zh: `${rule.rule} 一次计完，没有轮次：计票中途不能退出，只能计票前退出`,
      en: `${rule.rule} counts at once, without rounds: nobody can withdraw during the count, only before`,
    });
  return [];
}

/** Refuses a withdrawal that came too late: the option was elected or eliminated before, or the count had ended. */
function refuseLate(exclusions: readonly Exclusion[], outcome: Outcome): void {
  for (const { option, round } of lateWithdrawals(exclusions, outcome))
    unusable({
      zh: `${option} 不能在第 ${round} 轮退出：此前已当选或淘汰，或计票已经结束，或其余都已退出`,
      en: `${option} cannot withdraw in round ${round}: it was elected or eliminated before, the count had ended, or nobody else was left`,
    });
}

/** That ties were not broken in every way: where several rules or outcomes are shown, no account says it. */
function untried({ account }: Outcome, rule: RuleName): readonly Words[] {
  const last = account.at(-1);
  if (last?.step !== 'undecided' || last.tried === undefined) return [];
  return [
    {
      zh: `${rule}：并列的各种可能没有试完（已试 ${last.tried} 次），所列未定之外的选项也可能入选`,
      en: `${rule}: not all ways to break the ties were tried (${last.tried} counts), so others than those undecided may be chosen too`,
    },
  ];
}

/** The column `selected` has 1 or 0, and no word for what is not decided. */
function refuseUndecided({ undecided = [] }: Outcome, names: Election['names']): void {
  if (undecided.length === 0) return;
  const open = undecided.map((option) => names.get(option) ?? option);
  unusable({
    zh: `不能写出：${open.join('、')} 有并列未定，selected 列不能写成未选；请用 --ties 声明如何决定`,
    en:
      `it is not exported: a tie leaves undecided ${open.join(', ')}, and the column \`selected\` would say that they are not chosen; ` +
      'declare with --ties what decides',
  });
}

const isCommittee = (rule: Rule): boolean => 'seats' in rule && rule.seats !== null; // its members cost nothing

const fits = (forms: Election['forms'], name: RuleName) => forms.find((form) => rules[name].forms.includes(form));

const formFor = ({ forms }: Election, name: RuleName): Ballots['form'] => fits(forms, name)!;

const countable = ({ forms, money }: Election): readonly RuleName[] =>
  ruleNames.filter((name) => fits(forms, name) !== undefined && (money !== null || name !== 'greedy'));

/** Why a rule cannot count an election; null if it can. */
export function whyNot(election: Election, name: RuleName, seats: number | null): Words | null {
  const { forms, money } = election;
  if (fits(forms, name) === undefined)
    return { zh: `不计 ${forms[0]!} 形式的选票`, en: `it does not count ballots of the form ${forms[0]!}` };
  if (name === 'greedy' && money === null) return { zh: '文件没有预算', en: 'the file has no budget' };
  if (seats === null && rules[name].needsSeats) return { zh: '须用 --seats 写明名额', en: 'it needs --seats' };
  if (seats === null && name === 'equal-shares' && money === null)
    return { zh: '文件没有预算，须用 --seats 写明名额', en: 'the file has no budget, so it needs --seats' };
  return null;
}

/** The complete rule: parameters of the command, else those of the file, else the defaults. */
function fitted(election: Election, wanted: DeclaredRule): Rule {
  const { rule: name } = wanted;
  const because = whyNot(election, name, wanted.seats ?? election.seats);
  if (because) {
    const others = countable(election).join(', ');
    unusable({ zh: `${name}：${because.zh}；可用的规则：${others}`, en: `${name}: ${because.en}; the file may be counted by ${others}` });
  }
  const seats = election.seats !== null && 'seats' in rules[name].usual ? { seats: election.seats } : {};
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as unknown as DeclaredRule;
  const rule = ruleOf({ ...seats, ...election.declared[name], ...given });
  if ('refused' in rule) {
    const flag = `--${String(rule.with?.['parameter']).replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
    unusable({
      zh: `${flag} 不是 ${name} 的参数，或取值属于别的规则`,
      en: `${flag} is no parameter of ${name}, or has a value of another rule`,
    });
  }
  return rule;
}

const byRounds: readonly RuleName[] = ['instant-runoff', 'sequential-runoff', 'bottoms-up-runoff', 'single-transferable-vote', 'wigm'];
const buying: readonly RuleName[] = ['greedy', 'phragmen', 'equal-shares'];

const tiesInWords = ({ earlierRound, money, last }: DeclaredTies): string => {
  const final = last === null || last === 'listed' ? last : `lot:${last.seed}`;
  return [...(earlierRound ? ['earlier-round'] : []), ...money, ...(final === null ? [] : [final])].join(',');
};

/** The part of the declared ties that a rule can use. */
export const tiesFor = (name: RuleName, ties: DeclaredTies): DeclaredTies => ({
  ...ties,
  earlierRound: ties.earlierRound && byRounds.includes(name),
  money: buying.includes(name) ? ties.money : [],
});

/** The rule with the declared ties. Some belong to certain rules only. */
function withTies(rule: Rule, ties: DeclaredTies | undefined): Rule {
  if (ties === undefined) return rule;
  const usable = tiesFor(rule.rule, ties);
  if (usable.money.length < ties.money.length)
    unusable({
      zh: `--ties ${ties.money.join(',')} 只用于按预算选定的规则，不用于 ${rule.rule}`,
      en: `--ties ${ties.money.join(',')} is for rules that buy options, not for ${rule.rule}`,
    });
  if (usable.earlierRound !== ties.earlierRound)
    unusable({
      zh: `--ties earlier-round 只用于逐轮计票的规则，不用于 ${rule.rule}`,
      en: `--ties earlier-round is for rules with rounds, not for ${rule.rule}`,
    });
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
      heededBy.includes(rule.rule) && !isCommittee(rule)
        ? []
        : [{ zh: `未采用文件中的 ${name}`, en: `${name} of the file is not honoured` }],
    ),
    ...(seats === null || seats === 1 || 'seats' in rule
      ? []
      : [{ zh: `文件所写名额为 ${seats}，此规则只选一个`, en: `the file is for ${seats} seats, but this rule chooses one` }]),
  ];
}
