import { CsvError, parse } from 'csv-parse/sync';
import { MalformedFile } from './text.js';

/**
 * Reads rows of separated values that may differ in length and hold quotes within cells, and calls `onRow` for each.
 * @param onRow `lines`: the line where the row ends, from 1; `bytes`: how many bytes of the text have been read
 * @throws MalformedFile, with the line where the quote opens, if a quote is not closed
 */
export function readLooseRows(
  text: string,
  delimiter: string,
  onRow: (cells: string[], at: { readonly lines: number; readonly bytes: number }) => void,
): void {
  let line = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (cells: string[], at: { lines: number; bytes: number }) => {
        line = at.lines;
        onRow(cells, at);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new MalformedFile([{ line: line + 1, zh: '引号不成对', en: error.message }]);
    throw error;
  }
}
