import type { Reading } from './election.js';
import { readSeparatedRows, type OnRow } from './separated-rows.js';
import { Shared } from './shared.js';
import { MalformedFile } from './text.js';

/* Tables of separated values as spreadsheets save them: separated by commas, semicolons or tabs, with quoted cells. */

export interface CsvRow {
  /** The line where the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}
export interface CsvTable {
  /** Line and cells of the header, without empty cells at its end. */
  readonly header: CsvRow;
  /** With as many cells as the header, or fewer, or more if the surplus is not empty. */
  readonly rows: CsvRow[];
}

const separators = [',', ';', '\t'] as const;

/**
 * Reads a table whose first line is its header. The separator is the one that a first line `sep=;` declares, or else the one in the header;
 * if the header has several, the one that gives every row as many cells as the header.
 * @throws MalformedFile if a quote is not closed or the separator is not certain
 */
export function readCsvTable(source: string, onRead?: Reading['onRead']): CsvTable {
  const text = source.replaceAll(/\r\n?/gu, '\n');
  const declared = /^"?sep=(.)"?\n/u.exec(text);
  const skipped = declared ? 1 : 0;
  const body = (declared ? text.slice(declared[0].length) : text).replace(/\n\n$/u, '\n');
  const tableBy = (separator: string) => tableIn(body, separator, skipped, onRead);
  const unquoted = firstRow(body).replaceAll(/"(?:[^"]|"")*"/gu, '');
  const inHeader = declared ? [declared[1]!] : separators.filter((one) => unquoted.includes(one));
  if (inHeader.length <= 1) return tableBy(inHeader[0] ?? ',');
  const even = inHeader.flatMap((separator) => {
    try {
      const table = tableBy(separator);
      return table.rows.every(({ cells }) => cells.length === table.header.cells.length) ? [table] : [];
    } catch (error) {
      if (error instanceof MalformedFile) return [];
      throw error;
    }
  });
  if (even.length === 1) return even[0]!;
  throw new MalformedFile([
    {
      line: 1,
      zh: '分隔符不确定：请在第一行写明，如 sep=;',
      en: 'it is not certain what separates the cells: declare it in a first line, such as sep=;',
    },
  ]);
}

/** The text to the first line end that is not within quotes. */
const firstRow = (text: string): string => /^(?:"(?:[^"]|"")*"|[^"\n])*/u.exec(text)![0];

const isBlank = (cell: string) => cell.trim() === '';

/** The table by one separator, without empty cells at the end that spreadsheets add, and without empty lines at the end of the file. */
function tableIn(text: string, separator: string, skipped: number, onRead: Reading['onRead']): CsvTable {
  let header: CsvRow | null = null;
  const rows: CsvRow[] = [];
  const cell = new Shared((one: string) => one);
  const row = new Shared((key: string) => key.split('\u0000').map((one) => cell.of(one))); // no text has NUL (encoding.ts)
  const separation = { delimiter: separator, hasLooseQuotes: false, skipsEmptyLines: false };
  const onRow: OnRow = (cells, { firstLine }) => {
    const line = firstLine + skipped;
    const end = cells.findLastIndex((one) => !isBlank(one)) + 1;
    if (header === null) header = { line, cells: cells.slice(0, end) };
    else rows.push({ line, cells: row.of(cells.slice(0, Math.max(header.cells.length, end)).join('\u0000')) });
  };
  readSeparatedRows(text, separation, onRow, onRead);
  return fitted(header ?? { line: 1, cells: [] }, rows);
}

function fitted(header: CsvRow, rows: CsvRow[]): CsvTable {
  // in a table of one column an empty line is an empty cell
  const last =
    header.cells.length === 1 ? rows.length : rows.findLastIndex(({ cells }) => cells.length > 1 || !isBlank(cells[0] ?? '')) + 1;
  rows.length = last;
  return { header, rows };
}
