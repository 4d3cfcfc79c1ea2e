import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import type { RuleName } from '../../domain/voting/rules.js';
import { moneyIn, type Language } from '../../domain/voting/words.js';
import { encodingTaken } from '../formats/encoding.js';
import { formatTitles } from '../formats/formats.js';
import { accountOf, ruleInWords } from './account-text.js';
import { bytesOfFile } from './ballot-file.js';
import { print, UsageError, valuesOf } from './common.js';
import { compared, comparisonInWords, otherOutcome } from './compare.js';
import { comparisonDocument, countDocument, rulesDocument } from './count-documents.js';
import { countFile, type CountOptions, type FileCount } from './count-file.js';
import { countByRules, rulesInWords } from './count-rules.js';
import type { DeclaredOptions } from './declared-options.js';
import {
  cellsOption,
  encodingOption,
  exhaustOnDuplicateOption,
  langOption,
  limitOption,
  strictOption,
  withdrawnOption,
  writeInsOption,
} from './reading-options.js';
import { number, withRuleOptions } from './rule-options.js';
import { elapsedOnTerminal } from './elapsed.js';
import { barOnTerminal } from './progress.js';
import { plain } from './table.js';
import { wrapped } from './wrapped.js';

/* Longer than other files: it is mostly the options of one command and their help. */

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
  wuwei count council.blt --withdrawn 'Ada|Bo@3' --write-ins 'Write-in'      Ada withdrew before the count, Bo in its third round
  wuwei count wieliczka.pb --rule greedy --limit most:1:12|17            projects 12 and 17 exclude each other
  wuwei count council.blt --rules all --withdrawn Ada                    a table of rules and winners, and where they differ
  wuwei count wieliczka.pb --rule greedy --compare wieliczka.pb          this count beside the published result

Exit status: 0 counted; 1 counted, but --compare found another outcome; 2 not counted; 3 counted, but a tie remains that nothing declared
decides (see --ties).

A CSV of rankings has a line for each ballot, or with a column \`count\` for several equal ones:
  count,rank1,rank2,rank3
  12,路灯,长椅,
  3,"Bench, new",路灯|花坛,长椅
`;

type Flags = Omit<DeclaredRule, 'rule' | 'ties'> &
  Omit<CountOptions, 'exported' | 'language' | 'onRead' | 'onCount' | 'limits'> & {
    readonly limit?: DeclaredOptions['limits'];
    readonly rule?: RuleName;
    readonly rules?: 'all' | readonly RuleName[];
    readonly compare?: string;
    readonly lang: Language;
    readonly svg?: string;
    readonly export?: string;
  };

export const countCommand = withRuleOptions(
  new Command('count')
    .summary('count the ballots of a file by a rule, without a server')
    .description(
      `Counts the ballots of a file, and prints every step of the count. Formats: ${formatTitles.en}.\n不用服务器，按规则清点一份文件里的选票，并逐步列出经过。` +
        `格式：${formatTitles.zh}。`,
    )
    .argument('<file>'),
)
  .addOption(
    new Option('--options <names>', 'for a CSV: all options, also those that nobody ranks, separated by |').argParser((text) =>
      text.split('|').map((name) => name.trim()),
    ),
  )
  .addOption(withdrawnOption())
  .addOption(writeInsOption())
  .addOption(limitOption())
  .addOption(encodingOption())
  .addOption(cellsOption())
  .addOption(strictOption())
  .addOption(exhaustOnDuplicateOption())
  .option('--contest <name>', 'for cast vote records: which contest is counted, if there are several')
  .option('--why <option>', 'only the steps that concern an option')
  .addOption(number('--ballot', 'only the effect of one ballot on the result, by its number in the file', 1, Number.MAX_SAFE_INTEGER))
  .addOption(
    new Option('--compare <file>', 'compare with another outcome: the column `selected` of a .pb, or what --json count printed before'),
  )
  .option('--svg <file>', 'write the picture of the account')
  .option('--export <file>', 'for a .pb: write the same file with the column `selected` set to this count')
  .addOption(langOption('language of account, picture and messages'))
  .addHelpText('after', examples)
  .action((file: string, flags: Flags, command: Command) =>
    flags.rules === undefined ? byOneRule(file, flags, command) : bySeveralRules(file, flags.rules, flags, command),
  );

async function byOneRule(
  file: string,
  {
    rules: _,
    ties,
    why,
    ballot,
    options,
    withdrawn,
    writeIns,
    limit: limits,
    encoding,
    contest,
    cells,
    strict,
    exhaustOnDuplicateCandidate,
    compare,
    svg,
    export: exportTo,
    lang,
    rule,
    ...parameters
  }: Flags,
  command: Command,
): Promise<void> {
  const common = valuesOf(command);
  if (rule === undefined && Object.keys(parameters).length > 0)
    throw new UsageError(lang === 'zh' ? '参数属于规则：请用 --rule 写明规则' : 'parameters belong to a rule: name it with --rule');
  if (compare !== undefined && (why !== undefined || ballot !== undefined))
    throw new UsageError(
      lang === 'zh'
        ? '--why、--ballot 说明一次计票，不能与 --compare 同用：请分两次运行'
        : '--why and --ballot explain one count and do not go with --compare: run the command twice',
    );
  const other = compare === undefined ? null : otherOutcome(compare, bytesOfFile(compare, lang), lang);
  const reading = { contest, options, encoding, cells, strict, exhaustOnDuplicateCandidate };
  const counted = shown(progressOfCount(file, lang), ({ bytes, onRead, onCount }) =>
    countFile(file, bytes, rule === undefined ? null : { ...parameters, rule }, {
      ...reading,
      withdrawn,
      writeIns,
      limits,
      ties,
      why,
      ballot,
      exported: exportTo !== undefined,
      language: lang,
      onRead,
      onCount,
    }),
  );
  const comparison = other && compared(counted, other, compare!, lang);
  const { about, currency, exported, undecided } = counted;
  warn(file, counted, lang);
  const name = namesIn(counted);
  const say = currency ? { money: moneyIn(currency.unit, plain(currency.name)) } : {};
  if (svg !== undefined) {
    const { pictureOfOutcome } = await import('../pictures/picture.js'); // loaded on demand: the library is large
    writeFileSync(svg, await pictureOfOutcome(counted, { language: lang, name, about, ...say }));
  }
  if (exportTo !== undefined && exported) writeFileSync(exportTo, exported);
  if (other && comparison) {
    print(common, comparisonDocument(counted, compare!, other, comparison), () =>
      wrapped([ruleInWords(counted, lang), '', comparisonInWords(counted, other, comparison, lang, name)].join('\n')),
    );
    if (!comparison.same) process.exitCode = 1;
  } else print(common, countDocument(counted), () => wrapped(accountOf(counted, lang, name, say.money)));
  if (undecided.length > 0) process.exitCode = 3;
}

function bySeveralRules(
  file: string,
  wanted: 'all' | readonly RuleName[],
  {
    rules: _,
    rule,
    why,
    ballot,
    svg,
    export: exportTo,
    ties,
    seats,
    options,
    withdrawn,
    writeIns,
    limit: limits,
    encoding,
    contest,
    cells,
    strict,
    exhaustOnDuplicateCandidate,
    compare,
    lang,
    ...parameters
  }: Flags,
  command: Command,
): void {
  const common = valuesOf(command);
  const ofOneRule = Object.entries({ rule, why, ballot, svg, export: exportTo }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`],
  );
  if (ofOneRule.length > 0)
    throw new UsageError(
      lang === 'zh'
        ? `${ofOneRule.join('、')} 只用于一种规则：请去掉 --rules，用 --rule 写明一种规则`
        : `not together with --rules: ${ofOneRule.join(', ')}; to count by one rule, leave out --rules and name the rule with --rule`,
    );
  if (Object.keys(parameters).length > 0)
    throw new UsageError(
      lang === 'zh'
        ? '与 --rules 同用的参数只有 --seats 和 --ties；要用别的参数，请用 --rule 一次计一种规则'
        : 'of the parameters of rules, --rules takes only --seats and --ties; to give others, count by one rule at a time with --rule',
    );
  const other = compare === undefined ? undefined : { path: compare, outcome: otherOutcome(compare, bytesOfFile(compare, lang), lang) };
  const counted = shown(progressOfCount(file, lang), ({ bytes, onRead, onRule }) =>
    countByRules(file, bytes, wanted, {
      contest,
      options,
      encoding,
      cells,
      strict,
      exhaustOnDuplicateCandidate,
      withdrawn,
      writeIns,
      limits,
      other,
      seats,
      ties,
      language: lang,
      onRead,
      onRule,
    }),
  );
  warn(file, counted, lang);
  print(common, rulesDocument(counted, compare), () => wrapped(rulesInWords(counted, lang, namesIn(counted))));
  if (counted.counts.some(({ same }) => same === false)) process.exitCode = 1;
  if (counted.counts.some(({ undecided }) => undecided.length > 0)) process.exitCode = 3;
}

/** Shows how far the reading of a file is, and then how long the count takes, with the number of rules that are counted. */
function progressOfCount(path: string, language: Language) {
  const zh = language === 'zh';
  let length = 0;
  const reading = barOnTerminal(zh ? '读取字节' : 'bytes read');
  let counting: ReturnType<typeof elapsedOnTerminal> | null = null;
  const count = (label: string) => {
    reading.end();
    counting ??= elapsedOnTerminal(label, zh ? '秒' : 's');
    return counting;
  };
  return {
    /** Reads the file: its bytes are not kept here, because the text of a large file needs as much memory again. */
    bytes: () => {
      const bytes = bytesOfFile(path, language);
      length = bytes.length;
      return bytes;
    },
    onRead: (part: number) => reading.update({ done: Math.round(part * length), total: length }),
    onCount: (rule: RuleName) => void count(zh ? `按 ${rule} 计票` : `counting by ${rule}`),
    onRule: (done: number, total: number) => count(zh ? '计票规则' : 'rules counted').update(done, total),
    end: () => {
      reading.end();
      counting?.end();
    },
  };
}

/** Does something that shows its progress. */
function shown<T, P extends { readonly end: () => void }>(progress: P, work: (progress: P) => T): T {
  try {
    return work(progress);
  } finally {
    progress.end();
  }
}

/** Says on standard error what is odd about a file. */
function warn(path: string, { file, warnings }: Pick<FileCount, 'file' | 'warnings'>, language: Language): void {
  if (file.encoding !== 'utf-8') process.stderr.write(`${path}: ${encodingTaken(file.encoding)[language]}\n`);
  for (const warning of warnings) process.stderr.write(`${path}: ${plain(warning[language])}\n`);
}

const namesIn =
  ({ names }: Pick<FileCount, 'names'>) =>
  (option: string): string =>
    plain(names.get(option) ?? option);
