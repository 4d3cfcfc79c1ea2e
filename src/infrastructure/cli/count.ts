import { readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Ballots } from '../../domain/voting/ballots.js';
import { ruleNames, ruleOf, type DeclaredRule } from '../../domain/voting/declared-rule.js';
import { drawOrder } from '../../domain/voting/draw.js';
import { moneyTies, type MoneyTies, type Outcome, type Step } from '../../domain/voting/outcome.js';
import { count, rules, type Rule, type RuleName } from '../../domain/voting/rules.js';
import { countWithoutLot } from '../../domain/voting/undecided.js';
import { whyBallot, whyOption, type Reason } from '../../domain/voting/why.js';
import { inWords, moneyIn, reasonInWords, type Language, type Money } from '../../domain/voting/words.js';
import { ballotsOf, votersOf, withoutWithdrawn, type Election, type Reading } from '../formats/election.js';
import { encodingTaken } from '../formats/encoding.js';
import { formatTitles, readElection } from '../formats/formats.js';
import { MalformedFile, type Words } from '../formats/text.js';
import { integer } from '../settings.js';
import { checked, print, UsageError, valuesOf } from './common.js';
import { cellsOption, encodingOption, strictOption } from './reading-options.js';
import { plain } from './table.js';

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

const shortNames: Readonly<Record<string, RuleName>> = { irv: 'instant-runoff', stv: 'single-transferable-vote', mes: 'equal-shares' };
const readRule = (text: string): RuleName => {
  const name = ruleNames.find((one) => one === text) ?? (Object.hasOwn(shortNames, text) ? shortNames[text] : undefined);
  if (name === undefined) throw new Error(`must be one of ${[...ruleNames, ...Object.keys(shortNames)].join(', ')}`);
  return name;
};
const tieNames = `${['earlier-round', ...moneyTies].join(', ')}, and at the end listed or lot:SEED`;
function readTies(text: string): DeclaredTies {
  const [, before, last = ''] = /^((?:[a-z-]+,)*?)(lot:.+|[a-z-]+)$/su.exec(text) ?? [];
  if (before === undefined) throw new Error(`must be a list of ${tieNames}`);
  const lot = last.startsWith('lot:') ? { seed: last.slice('lot:'.length) } : null;
  const listed = last === 'listed' ? last : null;
  const names = [...before.split(',').slice(0, -1), ...(lot || listed ? [] : [last])];
  const money = moneyTies.filter((tie) => names.includes(tie)).sort((a, b) => names.indexOf(a) - names.indexOf(b));
  const earlierRound = names[0] === 'earlier-round';
  if (names.length !== money.length + (earlierRound ? 1 : 0)) throw new Error(`must be a list of ${tieNames}`);
  return { earlierRound, money, last: lot ?? listed };
}
const number = (flag: string, help: string, least = 1, most = 1000) =>
  new Option(`${flag} <n>`, help).argParser(checked(integer(least, most)));
const choice = (flag: string, help: string, ...values: readonly string[]) => new Option(`${flag} <how>`, help).choices(values);

const examples = `
Rules, by what the ballots are:
  rankings       borda, schulze, instant-runoff (irv), with a budget also greedy;
                 for several seats sequential-runoff, bottoms-up-runoff, single-transferable-vote (stv, Scottish), wigm, meek
  approvals      approval, phragmen; with a budget, or --seats, equal-shares (mes); with a budget greedy
  points         points, majority-judgment; greedy; by approval, phragmen and equal-shares whoever gives more than nothing approves
The rankings of a .pb may also be counted as approvals of all that they rank.
A .pb says itself what the least score, the points by place and the rule are; a flag goes before it.

Examples:
  wuwei count Poland_Wieliczka_2023.pb                                   by the rule that the file names
  wuwei count Poland_Wieliczka_2023.pb --rule equal-shares --svg out.svg
  wuwei count wieliczka.pb --rule greedy --export greedy.pb              the same file, its column \`selected\` by this count
  wuwei count wieliczka.pb --rule equal-shares --why 17 --ballot 1       what became of project 17, and what the first ballot did
  wuwei count mayor.csv --rule instant-runoff --elimination batch --lang en
  wuwei count moderators.soi --rule stv --seats 3 --ties 'lot:drawn in public'
  wuwei --json count leader.toc --rule schulze --strength margins

Exit status: 0 counted; 2 not counted; 3 counted, but a tie remains that nothing declared decides (see --ties).

A CSV of rankings has a line for each ballot, or with a column \`count\` for several equal ones:
  count,rank1,rank2,rank3
  12,路灯,长椅,
  3,"Bench, new",路灯|花坛,长椅
`;

type Flags = Omit<DeclaredRule, 'rule' | 'ties'> &
  Omit<CountOptions, 'exported' | 'language'> & {
    readonly rule?: RuleName;
    readonly lang: Language;
    readonly svg?: string;
    readonly export?: string;
  };

export const countCommand = new Command('count')
  .summary('count the ballots of a file by a rule, without a server')
  .description(
    `Counts the ballots of a file, and prints every step of the count. Formats: ${formatTitles.en}.\n不用服务器，按规则清点一份文件里的选票，并逐步列出经过。格式：${formatTitles.zh}。`,
  )
  .argument('<file>')
  .addOption(new Option('--rule <name>', `${ruleNames.join(', ')}; by default the rule that a .pb names`).argParser(checked(readRule)))
  .addOption(number('--seats', 'number of options to choose; equal-shares then elects a committee whose members cost 1 each'))
  .addOption(
    choice(
      '--unranked',
      'how options that a ballot does not rank are treated; borda: average, zero; schulze: last, no-opinion',
      'average',
      'zero',
      'last',
      'no-opinion',
    ),
  )
  .addOption(choice('--strength', 'schulze: measure of a win', 'winning-votes', 'margins'))
  .addOption(choice('--overvote', 'runoffs: what to do with several options in one rank', 'skip', 'exhaust', 'exhaust-if-multiple'))
  .addOption(number('--skipped-ranks', 'runoffs: number of consecutive ranks that may be left out', 0))
  .addOption(new Option('--any-skipped-ranks', 'runoffs: any number of ranks may be left out').conflicts('skippedRanks'))
  .addOption(choice('--elimination', 'runoffs: eliminate one option at a time, or all that cannot win', 'single', 'batch'))
  .addOption(choice('--until', 'instant-runoff: when to stop', 'majority', 'two-left'))
  .addOption(
    new Option(
      '--ties <list>',
      `what decides between equals: ${tieNames}; by default earlier-round in runoffs, cost,votes in rules that buy options, and nothing more`,
    ).argParser(checked(readTies)),
  )
  .addOption(number('--decimals', 'wigm: decimals of a vote', 0, 9))
  .addOption(choice('--over-budget', 'greedy: what to do with an option that exceeds the rest of the budget', 'skip', 'stop'))
  .addOption(number('--min-score', 'greedy: minimum score', 1, Number.MAX_SAFE_INTEGER))
  .addOption(number('--places', 'greedy: points for the first place of a ranking'))
  .addOption(choice('--completion', 'equal-shares: how to use the money that is left', 'none', 'add1', 'more-seats', 'phragmen', 'votes'))
  .addOption(number('--unit', 'equal-shares: one unit of money', 1, Number.MAX_SAFE_INTEGER))
  .addOption(
    new Option('--options <names>', 'for a CSV: all options, also those that nobody ranks, separated by |').argParser((text) =>
      text.split('|').map((name) => name.trim()),
    ),
  )
  .addOption(encodingOption())
  .addOption(cellsOption())
  .addOption(strictOption())
  .option('--contest <name>', 'for cast vote records: which contest is counted, if there are several')
  .option('--why <option>', 'only the steps that concern an option')
  .addOption(number('--ballot', 'only the effect of one ballot on the result, by its number in the file', 1, Number.MAX_SAFE_INTEGER))
  .option('--svg <file>', 'write the picture of the account')
  .option('--export <file>', 'for a .pb: write the same file with the column `selected` set to this count')
  .addOption(new Option('--lang <language>', 'language of account and picture').choices(['zh', 'en']).default('zh'))
  .addHelpText('after', examples)
  .action(
    async (
      file: string,
      { ties, why, ballot, options, encoding, contest, cells, strict, svg, export: exportTo, lang, rule, ...parameters }: Flags,
      command: Command,
    ) => {
      const common = valuesOf(command);
      if (rule === undefined && Object.keys(parameters).length > 0)
        throw new UsageError('parameters belong to a rule: name it with --rule');
      const counted = countFile(file, readFileSync(file), rule === undefined ? null : { ...parameters, rule }, {
        contest,
        ties,
        why,
        ballot,
        options,
        encoding,
        cells,
        strict,
        exported: exportTo !== undefined,
        language: lang,
      });
      const { names, about, warnings, currency, exported, ...document } = counted;
      if (document.file.encoding !== 'utf-8') process.stderr.write(`${file}: ${encodingTaken(document.file.encoding)[lang]}\n`);
      for (const warning of warnings) process.stderr.write(`${file}: ${plain(warning[lang])}\n`);
      const name = (option: string) => plain(names.get(option) ?? option);
      const say = currency ? { money: moneyIn(currency.unit, plain(currency.name)) } : {};
      if (svg !== undefined) {
        const { pictureOfOutcome } = await import('../pictures/picture.js'); // loaded on demand: the library is large
        writeFileSync(svg, await pictureOfOutcome(counted, { language: lang, name, about, ...say }));
      }
      if (exportTo !== undefined && exported) writeFileSync(exportTo, exported);
      print(common, document, () => accountOf(counted, lang, name, say.money));
      if (counted.undecided.length > 0) process.exitCode = 3;
    },
  );

function accountOf(
  { rule, account, winners, undecided, why, ballot }: FileCount,
  language: Language,
  name: (option: string) => string,
  money: Money | undefined,
): string {
  if (why || ballot)
    return [
      ...(why ?? []).map((step) => inWords(step, language, name, money)),
      ...(ballot ?? []).map((reason) => reasonInWords(reason, language, name, money)),
    ].join('\n');
  const { rule: own, ...parameters } = rule;
  const said = Object.entries(parameters)
    .map(([parameter, value]) => `${parameter} ${value ?? '–'}`)
    .join(', ');
  const words = account.map((step) => inWords(step, language, name, money));
  return [
    `${language === 'zh' ? '规则' : 'Rule'}: ${own}${said && ` (${said})`}`,
    '',
    ...words,
    '',
    ...winners.map((option, i) => `${i + 1}. ${name(option)}`),
    ...(undecided.length === 0
      ? []
      : [`${language === 'zh' ? '未定：' : 'Undecided: '}${undecided.map(name).join(language === 'zh' ? '、' : ', ')}`]),
  ].join('\n');
}
