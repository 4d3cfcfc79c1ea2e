import { describe, expect, it } from '@jest/globals';
import { CsvError, parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { readSeparatedRows, type Separation } from '../../../src/infrastructure/formats/separated-rows.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

interface Read {
  readonly rows: readonly { readonly cells: readonly string[]; readonly line: number; readonly end: number }[];
  /** Line of the error. */
  readonly wrong: number | null;
}

function ours(text: string, separation: Separation): Read {
  const rows: { cells: string[]; line: number; end: number }[] = [];
  try {
    readSeparatedRows(text, separation, (cells, { lastLine, end }) => rows.push({ cells, line: lastLine, end }));
  } catch (error) {
    if (!(error instanceof MalformedFile)) throw error;
    return { rows: [], wrong: error.problems[0]!.line };
  }
  return { rows, wrong: null };
}

/** csv-parse alone, for the whole text. */
function theirs(text: string, { delimiter, hasLooseQuotes, skipsEmptyLines }: Separation): Read {
  const rows: { cells: string[]; line: number; end: number }[] = [];
  let line = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: hasLooseQuotes,
      skip_empty_lines: skipsEmptyLines,
      on_record: (cells: string[], at: { lines: number; bytes: number }) => {
        line = at.lines;
        rows.push({ cells, line: at.lines, end: Buffer.from(text).toString('utf8', 0, at.bytes).length });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows: [], wrong: line + 1 };
  }
  return { rows, wrong: null };
}

describe('rows of separated values', () => {
  const words = ['a', 'bc', 'é', ';', ';', '"', '""', '\n', '\n', ' ', '"x"', ';"y;\nz";'];
  const texts = (...more: readonly string[]) =>
    fc.array(fc.constantFrom(...words, ...more), { maxLength: 30 }).map((pieces) => pieces.join(''));

  it.each([true, false])(
    'given any text, when quotes are loose: %s, then rows, lines and places are those of csv-parse',
    (hasLooseQuotes) => {
      const separation = { delimiter: ';', hasLooseQuotes, skipsEmptyLines: false };
      fc.assert(
        fc.property(texts(), (text) => expect(ours(text, separation)).toEqual(theirs(text, separation))),
        { numRuns: 2000 },
      );
    },
  );

  it('given any text with line ends of Windows, when empty lines are skipped, then rows and places are those of csv-parse, and the lines are right', () => {
    const separation = { delimiter: ';', hasLooseQuotes: true, skipsEmptyLines: true };
    fc.assert(
      fc.property(texts('\r\n', '\r\n'), (text) => {
        const [read, expected] = [ours(text, separation), theirs(text, separation)];
        const without = ({ rows }: Read) => rows.map(({ cells, end }) => ({ cells, end }));
        expect([without(read), read.wrong === null]).toEqual([without(expected), expected.wrong === null]);
        for (const { line, end } of read.rows)
          expect(line).toBe(
            text
              .slice(0, end)
              .replace(/\r?\n$/u, '')
              .split('\n').length,
          );
      }),
      { numRuns: 2000 },
    );
  });

  it('given a cell over many lines, when it is read, then the rows before and after are in their lines', () => {
    const text = `a;b\n"c${'\nd'.repeat(50)}";e\nf\n`;
    const lines: number[][] = [];
    readSeparatedRows(text, { delimiter: ';', hasLooseQuotes: false, skipsEmptyLines: false }, (_, { firstLine, lastLine }) =>
      lines.push([firstLine, lastLine]),
    );
    expect(lines).toEqual([
      [1, 1],
      [2, 52],
      [53, 53],
    ]);
  });
});
