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

/** The language of what a command prints about a file. */
export const langOption = (help: string): Option => new Option('--lang <language>', help).choices(['zh', 'en']).default('zh');
