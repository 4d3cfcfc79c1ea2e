import { Option } from 'commander';
import { isEncoding } from '../formats/encoding.js';
import { checked } from './common.js';

/* Options of commands that read a file of ballots. */

export const encodingOption = (): Option =>
  new Option(
    '--encoding <name>',
    'encoding of the file, such as gb18030, windows-1250 or latin1; by default UTF-8, UTF-16 and GB18030 are recognised',
  ).argParser(
    checked((name) => {
      if (!isEncoding(name)) throw new Error('must be the name of a character encoding, such as utf-8, gb18030 or windows-1250');
      return name;
    }),
  );

export const cellsOption = (): Option =>
  new Option(
    '--cells <what>',
    'for a CSV with a column for each option: what its cells are; by default marks of approval, and numbers above 1 are refused',
  ).choices(['approvals', 'ranks', 'points']);

export const strictOption = (): Option =>
  new Option('--strict', 'refuse the file if a paper marks an option more than once; by default such a mark counts once');

export const exhaustOnDuplicateOption = (): Option =>
  new Option(
    '--exhaust-on-duplicate-candidate',
    'a mark that repeats an option ends a ranking, as RCTab has it; by default it counts once and the ranking goes on',
  );

/** The language of what a command prints about a file. */
export const langOption = (help: string): Option => new Option('--lang <language>', help).choices(['zh', 'en']).default('zh');

const namesIn = (text: string) => text.split('|').map((name) => name.trim());

export const withdrawnOption = (): Option =>
  new Option(
    '--withdrawn <names>',
    'options that withdrew, separated by |: before the count, or, as in Bo@3, in its third round, for rules with rounds',
  ).argParser((text) =>
    namesIn(text).map((name) => {
      const [, option, round] = /^(.+)@([1-9]\d{0,3})$/su.exec(name) ?? [null, name, null];
      return { option, round: round === null ? null : Number(round) };
    }),
  );

export const writeInsOption = (): Option =>
  new Option(
    '--write-ins <names>',
    'write-ins that nobody declared, separated by |: they are struck first, in a round of their own',
  ).argParser(namesIn);

export const limitOption = (): Option =>
  new Option(
    '--limit <limit>',
    'for rules that choose under a budget: most:2:A|B|C (at most two of them) or budget:500:A|B (they cost at most 500 together); ' +
      'may be repeated',
  ).argParser((text, before: readonly object[] = []) => [...before, checked(readLimit)(text)]);

function readLimit(text: string): object {
  const [, kind, figure = '', names = ''] = /^(most|budget):([\d.]+):(.+)$/su.exec(text) ?? [];
  if (kind === 'budget') return { options: namesIn(names), budget: figure };
  if (kind === 'most' && /^[1-9]\d{0,2}$/u.test(figure)) return { options: namesIn(names), most: Number(figure) };
  throw new Error('must be most:2:A|B or budget:500:A|B');
}
