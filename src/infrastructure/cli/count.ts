import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { approvals, pointBallots, rankings, type Ballots } from '../../domain/voting/ballots.js';
import type { Budget } from '../../domain/voting/approval.js';
import { ruleNames, ruleOf, type DeclaredRule } from '../../domain/voting/declared-rule.js';
import { drawOrder } from '../../domain/voting/draw.js';
import type { Outcome } from '../../domain/voting/outcome.js';
import { count } from '../../domain/voting/rules.js';
import { inWords, type Language } from '../../domain/voting/words.js';
import { parsePabulib } from '../formats/pabulib.js';
import { parsePreflib } from '../formats/preflib.js';
import { parseRankingCsv } from '../formats/ranking-csv.js';
import { MalformedFile } from '../formats/text.js';
import { print, UsageError, valuesOf } from './common.js';

/** Ballots of a file, with what its options cost and are called if it says so. */
interface Election {
  readonly ballots: Ballots;
  readonly money: Budget | null;
  readonly names: ReadonlyMap<string, string>;
  /** Parameters that the file itself declares. */
  readonly declared: Partial<DeclaredRule>;
  readonly warnings: readonly string[];
}

/** @throws MalformedFile, or UsageError for a file of no known form */
export function readElection(path: string, bytes: Uint8Array): Election {
  const extension = extname(path).toLowerCase();
  if (extension === '.pb') {
    const { projects, ballots, voteType, budget, unit, meta, warnings } = parsePabulib(bytes);
    const options = projects.map(({ id }) => id);
    const length = Number(meta.find(([key]) => key?.trim() === 'max_length')?.[1]);
    return {
      ballots:
        voteType === 'approval' ? approvals(options, ballots.map((ballot) => ({ approved: ballot.options })))
        : voteType === 'ordinal' ? rankings(options, ballots.map((ballot) => ({ ranking: ballot.options.map((option) => [option]) })))
        : pointBallots(options, ballots.map((ballot) => ({ points: ballot.options.map((option, i) => [option, ballot.points![i]!] as const) }))),
      money: { budget, costs: projects.map(({ cost }) => cost) },
      names: new Map(projects.map(({ id, name }) => [id, name === id ? id : `${id} ${name}`])),
      declared: { unit, ...(voteType === 'ordinal' && length >= 1 && { places: length }) },
      warnings,
    };
  }
  const isPreflib = ['.soc', '.soi', '.toc', '.toi'].includes(extension);
  if (!isPreflib && extension !== '.csv') throw new UsageError(`${path}: neither .pb nor .soc, .soi, .toc, .toi nor .csv`);
  const { options, ballots } = isPreflib ? parsePreflib(bytes) : parseRankingCsv(bytes);
  return { ballots: rankings(options, ballots), money: null, names: new Map(), declared: {}, warnings: [] };
}

/**
 * Counts the ballots of a file.
 * @param seed of the draw that breaks last ties; without one the option listed first is taken
 * @throws UsageError if the file is malformed, or the rule does not count such ballots
 */
export function countFile(path: string, bytes: Uint8Array, declared: DeclaredRule, seed: string | undefined): Outcome & Pick<Election, 'names' | 'warnings'> {
  try {
    const { ballots, money, names, declared: own, warnings } = readElection(path, bytes);
    const fitting = declared.rule === 'greedy' ? { places: own.places } : declared.rule === 'equal-shares' ? { unit: own.unit } : {};
    const rule = ruleOf({ ...fitting, ...declared });
    if ('refused' in rule) throw new UsageError(`--${String(rule.with?.['parameter'])} is no parameter of ${declared.rule}, or has a value of another rule`);
    const drawn = seed === undefined ? ballots.options : drawOrder(seed, ballots.options);
    return { ...count(ballots, rule, drawn, money), names, warnings };
  } catch (error) {
    if (error instanceof MalformedFile || error instanceof RangeError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

const whole = (min: number) => (text: string): number => {
  if (!/^\d{1,15}$/u.test(text) || Number(text) < min) throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`);
  return Number(text);
};
const number = (flag: string, help: string, min = 1) => new Option(`${flag} <n>`, help).argParser(whole(min));
const choice = (flag: string, help: string, ...values: readonly string[]) => new Option(`${flag} <how>`, help).choices(values);

export const countCommand = new Command('count')
  .summary('count the ballots of a file by a rule, without a server')
  .description('Counts a Pabulib .pb file, PrefLib orders (.soc, .soi, .toc, .toi) or rankings as CSV, and prints the account step by step.\n不用服务器，按规则清点一份文件里的选票，并逐步列出经过。')
  .argument('<file>')
  .addOption(new Option('--rule <name>', 'the rule').choices(ruleNames).makeOptionMandatory())
  .addOption(number('--seats', 'how many are chosen'))
  .addOption(choice('--unranked', 'what a ballot says of options it leaves out', 'average', 'zero', 'last', 'no-opinion'))
  .addOption(choice('--strength', 'schulze: how a win is weighed', 'winning-votes', 'margins'))
  .addOption(choice('--overvote', 'runoffs: several options in one place', 'skip', 'exhaust'))
  .addOption(number('--skipped-ranks', 'runoffs: ranks that may be left out in a row', 0))
  .addOption(new Option('--any-skipped-ranks', 'runoffs: any number of them').conflicts('skippedRanks'))
  .addOption(choice('--elimination', 'instant runoff: strike one at a time, or all that cannot win', 'single', 'batch'))
  .addOption(choice('--until', 'instant runoff: when it ends', 'majority', 'two-left'))
  .addOption(choice('--ties', 'instant runoff: who of equals is struck', 'earlier-round', 'lot'))
  .addOption(choice('--over-budget', 'greedy: what does not fit', 'skip', 'stop'))
  .addOption(number('--min-score', 'greedy: the least score'))
  .addOption(number('--places', 'greedy: points of the first place of a ranking'))
  .addOption(choice('--completion', 'equal shares: the money left', 'none', 'add1', 'more-seats', 'phragmen', 'votes'))
  .addOption(number('--unit', 'equal shares: one unit of money'))
  .option('--seed <text>', 'the seed of the draw for last ties; without it, the option listed first')
  .addOption(new Option('--language <zh|en>', 'of the account').choices(['zh', 'en']).default('zh'))
  .addHelpText('after', '\nExample:\n  wuwei count Poland_Wieliczka_2023_Green_Budget.pb --rule equal-shares\n')
  .action((file: string, { seed, language, ...declared }: DeclaredRule & { readonly seed?: string; readonly language: Language }, command: Command) => {
    const { winners, order, account, names, warnings } = countFile(file, readFileSync(file), declared, seed);
    for (const warning of warnings) process.stderr.write(`${file}: ${warning}\n`);
    const name = (option: string) => names.get(option) ?? option;
    print(valuesOf(command), { winners, order, account }, () => [...account.map((step) => inWords(step, language, name)), '', ...winners.map((option, i) => `${i + 1}. ${name(option)}`)].join('\n'));
  });
