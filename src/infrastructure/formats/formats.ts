import { basename, extname } from 'node:path';
import { bltFormat } from './blt.js';
import { debianFormat } from './debian.js';
import { readText, type TextFile } from './encoding.js';
import type { Election, FileFormat, Reading } from './election.js';
import { dominionJsonFormat } from './dominion-json.js';
import { pabulibFormat } from './pabulib-election.js';
import { preflibFormat } from './preflib.js';
import { dominionFormat, essFormat } from './vote-record-csv.js';
import { cdfFormat } from './vote-record-json.js';
import { ballotCsvFormat } from './ballot-csv.js';
import type { Words } from './text.js';

/** The formats of files of ballots. The first that detects a file is taken. */
const formats: readonly FileFormat[] = [
  pabulibFormat,
  preflibFormat,
  bltFormat,
  debianFormat,
  dominionFormat,
  essFormat,
  dominionJsonFormat,
  cdfFormat,
  ballotCsvFormat,
];

/** What the formats are called, for messages about a file that has none of them. */
export const formatTitles: Words = {
  zh: formats.map(({ title }) => title.zh).join('、'),
  en: formats.map(({ title }) => title.en).join(', '),
};

/** The format of a file by its name or its text; undefined if it is none of the known formats. */
export const formatOf = (path: string, { text }: TextFile): FileFormat | undefined =>
  formats.find(({ detects }) => detects(extname(path).toLowerCase(), text.slice(0, 4096)));

/** An election, and what its file was read as. */
export interface ReadElection extends Election {
  /** Name of the format. */
  readonly format: string;
  readonly encoding: string;
}

/** The bytes of a file, or how they are read: then they need not be kept once they are text. */
export type FileBytes = Uint8Array | (() => Uint8Array);

const textOf = (bytes: FileBytes, encoding: string | undefined): TextFile =>
  readText(typeof bytes === 'function' ? bytes() : bytes, encoding);

/**
 * Reads a file of ballots in any of the formats.
 * @returns null if it is none of them
 * @throws MalformedFile with every invalid line
 */
export function readElection(path: string, bytes: FileBytes, reading: Reading = {}): ReadElection | null {
  const file = textOf(bytes, reading.encoding);
  const format = formatOf(path, file);
  return format ? { ...format.parse(basename(path), file, reading), format: format.name, encoding: file.encoding } : null;
}
