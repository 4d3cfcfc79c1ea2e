import { CsvError, parse } from 'csv-parse/sync';
import type { Reading } from './election.js';
import { linesBetween, MalformedFile } from './text.js';

/*
 * Rows of separated values that may differ in length. Lines without a quote are split here, because csv-parse makes many objects for every
 * row, and an error for every row that is not as long as the first one. Lines with quotes are left to csv-parse.
 */

export interface Separation {
  readonly delimiter: string;
  /** Whether quotes may stand within cells. */
  readonly hasLooseQuotes: boolean;
  readonly skipsEmptyLines: boolean;
}

/** Where a row stands. Lines are counted from 1. */
interface RowPlace {
  readonly firstLine: number;
  readonly lastLine: number;
  /** How many characters of the text have been read, with the line end of this row. */
  readonly end: number;
}
export type OnRow = (cells: string[], place: RowPlace) => void;

/**
 * Reads the rows of a text, whose lines end with LF or CR LF.
 * @param onRead called now and then with the part of the text that has been read
 * @throws MalformedFile, with the line where the row begins, if a quote is not closed or stands where none may
 */
export function readSeparatedRows(text: string, separation: Separation, onRow: OnRow, onRead?: Reading['onRead']): void {
  const { delimiter, skipsEmptyLines } = separation;
  let line = 0;
  let quote = text.indexOf('"');
  for (let at = 0; at < text.length;) {
    if (onRead && line % linesBetween === linesBetween - 1) onRead(at / text.length);
    const end = endOfLine(text, at);
    if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
    if (quote >= 0 && quote < end) {
      const { lines, length } = readQuoted(text, at, separation, line, onRow);
      line += lines;
      at += length;
      continue;
    }
    line++;
    const content = text.slice(at, contentEnd(text, end));
    at = end;
    if (content !== '' || !skipsEmptyLines) onRow(content.split(delimiter), { firstLine: line, lastLine: line, end });
  }
}

/** Where the content of a line ends, before its line end. */
function contentEnd(text: string, end: number): number {
  if (text.charCodeAt(end - 1) !== lineFeed) return end;
  return text.charCodeAt(end - 2) === carriageReturn ? end - 2 : end - 1;
}

/** The place behind the end of a line. */
const endOfLine = (text: string, at: number): number => text.indexOf('\n', at) + 1 || text.length;

/**
 * Reads the rows of consecutive lines with quotes; more lines if a quoted cell goes on.
 * @param before how many lines were read before
 */
function readQuoted(
  text: string,
  from: number,
  separation: Separation,
  before: number,
  onRow: OnRow,
): { readonly lines: number; readonly length: number } {
  let [to, lines] = [from, 0];
  const take = () => {
    to = endOfLine(text, to);
    lines++;
  };
  while (to < text.length && text.slice(to, endOfLine(text, to)).includes('"')) take();
  for (;;) {
    const read = parsed(text.slice(from, to), separation);
    if (read.error === null) {
      for (const { cells, firstLine, lastLine, end } of read.rows)
        onRow(cells, { firstLine: before + firstLine, lastLine: before + lastLine, end: from + end });
      return { lines, length: to - from };
    }
    if (read.error.code !== 'CSV_QUOTE_NOT_CLOSED' || to >= text.length)
      throw new MalformedFile([
        { line: before + (read.rows.at(-1)?.lastLine ?? 0) + 1, zh: `引号不成对：${read.error.message}`, en: read.error.message },
      ]);
    for (let more = lines; more > 0 && to < text.length; more--) take(); // twice as many, so that a long cell is not read too often
  }
}

interface ReadRow extends RowPlace {
  readonly cells: string[];
}

function parsed(text: string, { delimiter, hasLooseQuotes, skipsEmptyLines }: Separation) {
  const rows: ReadRow[] = [];
  const buffer = Buffer.from(text);
  let [lastLine, read, end] = [0, 0, 0];
  try {
    parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: hasLooseQuotes,
      skip_empty_lines: skipsEmptyLines,
      on_record: (cells: string[], { bytes }: { bytes: number }) => {
        const firstLine = lastLine + 1;
        lastLine += linesIn(buffer.subarray(read, bytes)); // csv-parse counts CR LF within quotes twice
        end += buffer.toString('utf8', read, bytes).length;
        read = bytes;
        rows.push({ cells, firstLine, lastLine, end });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows, error };
  }
  return { rows, error: null };
}

/** How many lines these bytes are; the last one need not be ended. */
function linesIn(bytes: Uint8Array): number {
  let lines = bytes.at(-1) === lineFeed ? 0 : 1;
  for (const byte of bytes) if (byte === lineFeed) lines++;
  return lines;
}
const lineFeed = 10;
const carriageReturn = 13;
