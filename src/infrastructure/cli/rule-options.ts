import { type Command, Option } from 'commander';
import { ruleNames } from '../../domain/voting/declared-rule.js';
import { moneyTies } from '../../domain/voting/outcome.js';
import type { RuleName } from '../../domain/voting/rules.js';
import { integer } from '../settings.js';
import { checked } from './common.js';
import type { DeclaredTies } from './count-file.js';

const shortNames: Readonly<Record<string, RuleName>> = { irv: 'instant-runoff', stv: 'single-transferable-vote', mes: 'equal-shares' };
const readRule = (text: string): RuleName => {
  const name = ruleNames.find((one) => one === text) ?? (Object.hasOwn(shortNames, text) ? shortNames[text] : undefined);
  if (name === undefined) throw new Error(`must be one of ${[...ruleNames, ...Object.keys(shortNames)].join(', ')}`);
  return name;
};
/** `all`, or a list of rules. */
const readRules = (text: string): 'all' | readonly RuleName[] =>
  text === 'all' ? text : [...new Set(text.split(',').map((name) => readRule(name.trim())))];
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
const overvotes = ['skip', 'exhaust', 'exhaust-if-multiple'] as const;
const rctabOvervotes: Readonly<Record<string, (typeof overvotes)[number]>> = {
  alwaysSkipToNextRank: 'skip',
  exhaustImmediately: 'exhaust',
  exhaustIfMultipleContinuing: 'exhaust-if-multiple',
};
function readOvervote(text: string): (typeof overvotes)[number] {
  const known = overvotes.find((one) => one === text) ?? (Object.hasOwn(rctabOvervotes, text) ? rctabOvervotes[text] : undefined);
  if (known === undefined) throw new Error(`must be one of ${[...overvotes, ...Object.keys(rctabOvervotes)].join(', ')}`);
  return known;
}

export const number = (flag: string, help: string, least = 1, most = 1000) =>
  new Option(`${flag} <n>`, help).argParser(checked(integer(least, most)));
const choice = (flag: string, help: string, ...values: readonly string[]) => new Option(`${flag} <how>`, help).choices(values);

/** Adds the rule, its parameters and what breaks ties to a command. */
export const withRuleOptions = (command: Command): Command =>
  command
    .addOption(new Option('--rule <name>', `${ruleNames.join(', ')}; by default the rule that a .pb names`).argParser(checked(readRule)))
    .addOption(
      new Option(
        '--rules <names>',
        'count by several rules and say where they differ: all that fit the file, or a list such as borda,schulze',
      ).argParser(checked(readRules)),
    )
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
    .addOption(
      new Option(
        '--overvote <how>',
        `runoffs: what to do with several options in one rank: ${overvotes.join(', ')}, or as RCTab calls it: ` +
          `${Object.keys(rctabOvervotes).join(', ')}`,
      ).argParser(checked(readOvervote)),
    )
    .addOption(number('--skipped-ranks', 'runoffs: number of consecutive ranks that may be left out (RCTab: maxSkippedRanksAllowed)', 0))
    .addOption(new Option('--any-skipped-ranks', 'runoffs: any number of ranks may be left out').conflicts('skippedRanks'))
    .addOption(choice('--elimination', 'runoffs: eliminate one option at a time, or all that cannot win', 'single', 'batch'))
    .addOption(choice('--until', 'instant-runoff: when to stop', 'majority', 'two-left'))
    .addOption(
      new Option(
        '--ties <list>',
        `what decides between equals: ${tieNames}; by default earlier-round in runoffs, cost,votes in rules that buy options, and ` +
          'nothing more',
      ).argParser(checked(readTies)),
    )
    .addOption(number('--decimals', 'wigm: decimals of a vote', 0, 9))
    .addOption(choice('--over-budget', 'greedy: what to do with an option that exceeds the rest of the budget', 'skip', 'stop'))
    .addOption(number('--min-score', 'greedy: minimum score', 1, Number.MAX_SAFE_INTEGER))
    .addOption(number('--places', 'greedy: points for the first place of a ranking'))
    .addOption(choice('--completion', 'equal-shares: how to use the money that is left', 'none', 'add1', 'more-seats', 'phragmen', 'votes'))
    .addOption(number('--unit', 'equal-shares: one unit of money', 1, Number.MAX_SAFE_INTEGER));
