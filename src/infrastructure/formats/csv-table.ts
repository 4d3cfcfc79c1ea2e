import { CsvError, parse } from 'csv-parse/sync';
import { MalformedFile, type Words } from './text.js';

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
  readonly rows: readonly CsvRow[];
}

const separators = [',', ';', '\t'] as const;

/**
 * Reads a table whose first line is its header. The separator is the one that a first line `sep=;` declares, or else the one in the header;
 * if the header has several, the one that gives every row as many cells as the header.
 * @throws MalformedFile if a quote is not closed or the separator is not certain
 */
export function readCsvTable(source: string): CsvTable {
  const text = source.replaceAll(/\r\n?/gu, '\n');
  const declared = /^"?sep=(.)"?\n/u.exec(text);
  const skipped = declared ? 1 : 0;
  const body = (declared ? text.slice(declared[0].length) : text).replace(/\n\n$/u, '\n');
  const tableBy = (separator: string) => fitted(rowsOf(body, separator, skipped));
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

function rowsOf(text: string, separator: string, skipped: number): CsvRow[] {
  const rows: CsvRow[] = [];
  let end = skipped;
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: '\n',
      relax_column_count: true,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        rows.push({ line: end + 1, cells });
        end = lines + skipped;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new MalformedFile([{ line: end + 1, ...quoteError(error) }]);
  }
  return rows;
}

const quoteError = ({ message }: CsvError): Words => ({ zh: `引号不成对：${message}`, en: message });

const isBlank = (cell: string) => cell.trim() === '';

/** Without empty cells at the end that spreadsheets add, and without empty lines at the end of the file. */
function fitted([first, ...rest]: readonly CsvRow[]): CsvTable {
  if (first === undefined) return { header: { line: 1, cells: [] }, rows: [] };
  const width = first.cells.findLastIndex((cell) => !isBlank(cell)) + 1;
  const rows = rest.map(({ line, cells }) => {
    return { line, cells: cells.slice(0, Math.max(width, cells.findLastIndex((cell) => !isBlank(cell)) + 1)) };
  });
  // in a table of one column an empty line is an empty cell
  const last = width === 1 ? rows.length : rows.findLastIndex(({ cells }) => cells.length > 1 || !isBlank(cells[0] ?? '')) + 1;
  return { header: { line: first.line, cells: first.cells.slice(0, width) }, rows: rows.slice(0, last) };
}
