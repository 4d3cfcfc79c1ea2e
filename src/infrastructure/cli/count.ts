import { readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import type { RuleName } from '../../domain/voting/rules.js';
import { moneyIn, type Language } from '../../domain/voting/words.js';
import { encodingTaken } from '../formats/encoding.js';
import { formatTitles } from '../formats/formats.js';
import { accountOf } from './account-text.js';
import { print, UsageError, valuesOf } from './common.js';
import { countFile, type CountOptions } from './count-file.js';
import { cellsOption, encodingOption, strictOption } from './reading-options.js';
import { number, withRuleOptions } from './rule-options.js';
import { plain } from './table.js';

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

export const countCommand = withRuleOptions(
  new Command('count')
    .summary('count the ballots of a file by a rule, without a server')
    .description(
      `Counts the ballots of a file, and prints every step of the count. Formats: ${formatTitles.en}.\n不用服务器，按规则清点一份文件里的选票，并逐步列出经过。格式：${formatTitles.zh}。`,
    )
    .argument('<file>'),
)
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
