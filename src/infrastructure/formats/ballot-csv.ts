import { AmountStyle } from './amounts.js';
import { meaningOf } from './csv-headers.js';
import { readCsvTable, type CsvRow } from './csv-table.js';
import { plainElection, type Election, type FileFormat, type FilePaper, type Reading } from './election.js';
import { word } from './option-names.js';
import { RepeatedMarks } from './repeated-marks.js';
import { mostKept, Shared } from './shared.js';
import { MalformedFile, Problems, type Words } from './text.js';

/*
 * Ballots as CSV: a header, then one line per ballot (or, with a column `count`, per group of equal ballots). docs/counting.md describes
 * the headers and cells. Longer than other files: the three forms of a sheet share its columns, its counts and its marks.
 *
 * - Columns `rank1`, `rank2`, …: a cell has an option; nothing (or `undervote`) for a rank left out; or several options separated by `|`
 *   (or `overvote`) for equal ranks. Both words are options if they are declared as options. Other columns are ignored.
 * - A column `approved`: a cell has options separated by `|`.
 * - Otherwise a column for each option, whose cells are marks of approval, or ranks or points where `reading.cells` says so.
 */

const undervote = 'undervote';
/** The file says that several options were marked, but not which. */
const overvote = 'overvote';

export type BallotCsv = Pick<Election, 'options' | 'forms' | 'papers' | 'repeatedMarks' | 'warnings'>;

interface Column {
  /** Its place in a row, from 0. */
  readonly at: number;
  readonly header: string;
}
interface Sheet {
  /** Given up one by one when papers are made of them. */
  readonly rows: CsvRow[];
  readonly width: number;
  /** Place of the column of counts, or −1. */
  readonly counts: number;
  readonly reading: Reading;
  readonly problems: Problems;
  readonly repeated: RepeatedMarks;
}

/** @throws MalformedFile with every invalid line */
export function parseBallotCsv(text: string, reading: Reading = {}): BallotCsv {
  const { header, rows } = readCsvTable(text, reading.onRead);
  const problems = new Problems();
  const columns = header.cells.map((cell, at) => ({ at, header: plain(cell), ...meaningOf(plain(cell)) }));
  const keys = columns.map((column) => (column.is === 'rank' ? `rank ${column.rank}` : `${column.is} ${column.header}`));
  columns.forEach(({ at, header: name, is }) => {
    if (name !== '' && (keys.indexOf(keys[at]!) < at || (is === 'count' && columns.findIndex((one) => one.is === 'count') < at)))
      problems.add(
        header.line,
        { zh: `表头重复：${JSON.stringify(name)}`, en: `the header ${JSON.stringify(name)} repeats another` },
        at + 1,
      );
  });
  const sheet: Sheet = {
    rows,
    width: columns.length,
    counts: columns.findIndex(({ is }) => is === 'count'),
    reading,
    problems,
    repeated: new RepeatedMarks(problems, reading.strict ?? false),
  };
  const ranks = columns.flatMap((column) => (column.is === 'rank' ? [column] : [])).sort((a, b) => a.rank - b.rank);
  const gap = ranks.findIndex(({ rank }, i) => rank > i + 1);
  if (gap >= 0 && new Set(ranks.map(({ rank }) => rank)).size === ranks.length)
    problems.add(header.line, { zh: `表头没有第 ${gap + 1} 选择`, en: `the header has no rank ${gap + 1}` }, ranks[gap]!.at + 1);
  const others = columns.filter(({ is, header: name }) => (is === 'option' || is === 'approved') && name !== '');
  if (ranks.length > 0) return { ...rankings(sheet, ranks), warnings: ignored(others) };
  // beside other options, `approved` is an option too, as in `赞成,反对`
  if (others.length === 1 && others[0]!.is === 'approved') return { ...approvals(sheet, others[0]!), warnings: [] };
  // any line of text could be such a header; only ballots show that it is one
  if (others.length > 0 && rows.length > 0) return { ...marks(sheet, others, header.line), warnings: [] };
  throw new MalformedFile([
    {
      line: header.line,
      zh: '表头须有 rank1、rank2 等列，或 approved 列，或每个选项一列',
      en: 'the header needs columns rank1, rank2, …, or a column approved, or a column for each option',
    },
  ]);
}

const ignored = (columns: readonly Column[]): readonly Words[] =>
  columns.length === 0
    ? []
    : [
        {
          zh: `未计入的列：${columns.map(({ header }) => header).join('、')}`,
          en: `columns that are not counted: ${columns.map(({ header }) => header).join(', ')}`,
        },
      ];

/**
 * The text of a cell. Names that look alike but are composed of other code points (NFC, NFD) are one. An apostrophe that keeps a
 * spreadsheet from running a cell is no part of it (`ballot-files.ts`).
 */
const plain = (cell: string): string => word(cell).replace(/^'(?='*[=+\-@＝＋－＠])/u, '');

/** Options by the names that a file uses: the declared ones, or all that it mentions, in the order of their first mention. */
class Options {
  private readonly known: Set<string>;
  private readonly isDeclared: boolean;

  constructor({ options }: Reading) {
    this.known = new Set(options?.map(word));
    this.isDeclared = options !== undefined;
  }

  get list(): readonly string[] {
    return [...this.known];
  }

  /** Whether a word is an option that is declared. */
  declares(word: string): boolean {
    return this.isDeclared && this.known.has(word);
  }

  /** Adds an option; false if others are declared. */
  add(option: string): boolean {
    if (!this.isDeclared) this.known.add(option);
    return this.known.has(option);
  }
}

const noOption = (option: string): Words => ({
  zh: `没有选项 ${JSON.stringify(option)}`,
  en: `there is no option ${JSON.stringify(option)}`,
});

type Said = Omit<FilePaper, 'line' | 'count'>;

const gone: CsvRow = { line: 0, cells: [] };

/** What each row says, with its line and its count; rows with the count 0 only name options. */
function papersOf({ rows, width, counts, problems, repeated }: Sheet, said: (row: CsvRow) => Said): FilePaper[] {
  const known = new Map<readonly string[], Said>();
  const saidOnce = (row: CsvRow): Said => {
    const before = known.get(row.cells); // equal rows share their cells
    if (before) return before;
    const findings = problems.number + repeated.number; // they are reported for each row
    const made = said(row);
    if (problems.number + repeated.number === findings && known.size < mostKept) known.set(row.cells, made);
    return made;
  };
  const written = new Set(counts < 0 ? [] : rows.map(({ cells }) => (cells[counts] ?? '').trim()));
  const style = new AmountStyle([...written]);
  const countOf = new Shared((text: string) => style.readWhole('count', text));
  return rows
    .map((row, i): FilePaper => {
      rows[i] = gone; // a million rows need much memory, and no longer than until their papers are made
      const { line, cells } = row;
      if (cells.length !== width)
        problems.add(line, { zh: `应有 ${width} 格，却有 ${cells.length} 格`, en: `${cells.length} cells instead of ${width}` });
      const count = counts < 0 ? 1 : countOf.of((cells[counts] ?? '').trim());
      if (typeof count !== 'number') problems.add(line, count, counts + 1);
      return { line, count: typeof count === 'number' ? count : 0, ...saidOnce(row) };
    })
    .filter(({ count }) => count > 0);
}

type Read = Omit<BallotCsv, 'warnings'>;

/** `5,000,A` in a file whose cells are separated by commas: 5 papers for 000 before A, or 5,000 papers for A. */
const uncertainSplit = (count: string): Words => ({
  zh: `不确定 ${count} 是一个数还是两格：张数请写成不带分隔符的数字，或加引号`,
  en: `it is not certain whether ${count} is one number or two cells: write the number of papers without separators, or in quotes`,
});

function rankings(sheet: Sheet, ranks: readonly Column[]): Read {
  const { problems, repeated } = sheet;
  const options = new Options(sheet.reading);
  const says = (cell: string, what: string) => cell.toLowerCase() === what && !options.declares(cell);
  const isSkipped = (cell: string) => cell === '' || says(cell, undervote);
  const isUnknown = (option: string) => says(option, overvote);
  const tierOf = new Shared((text: string) => {
    const cell = plain(text);
    const given = isSkipped(cell) ? [] : cell.split('|').map((one) => one.trim());
    return { cell, given, tier: [...new Set(given)] };
  });
  const afterCount = ranks.find(({ at }) => sheet.counts >= 0 && at === sheet.counts + 1);
  const maybeThousands: { readonly line: number; readonly count: string }[] = [];
  const papers = papersOf(sheet, ({ line, cells }) => {
    const seen = new Set<string>();
    let repeats = 0;
    if (afterCount && /^[1-9]\d{0,2} \d{3}$/u.test(`${cells[sheet.counts]?.trim()} ${cells[afterCount.at]?.trim()}`))
      maybeThousands.push({ line, count: `${cells[sheet.counts]!.trim()},${cells[afterCount.at]!.trim()}` });
    const ranking = ranks.map(({ at }) => {
      const { cell, given, tier } = tierOf.of(cells[at] ?? '');
      if (given.includes(''))
        problems.add(
          line,
          { zh: `不是一个或几个选项：${JSON.stringify(cell)}`, en: `not one or several options: ${JSON.stringify(cell)}` },
          at + 1,
        );
      const known = tier.filter((option) => option !== '' && !isUnknown(option));
      for (const option of known) if (!options.add(option)) problems.add(line, noOption(option), at + 1);
      if (tier.length < given.length || known.some((option) => seen.has(option))) repeats ||= at + 1;
      for (const option of known) seen.add(option);
      return tier;
    });
    if (repeats > 0) repeated.add(line, repeats);
    while (ranking.at(-1)?.length === 0) ranking.pop(); // empty cells after the last choice are not ranks left out
    return { ranking };
  });
  if (sheet.reading.options === undefined && options.list.some((option) => !/^\d+$/u.test(option)))
    for (const { line, count } of maybeThousands) problems.add(line, uncertainSplit(count), sheet.counts + 1);
  problems.refuse();
  const list = options.list;
  // an overvote of unknown options is stored as equal ranks of all options: no runoff counts it for one of them
  const unknown = list.length > 1 ? list : [];
  const given = papers.map((paper) =>
    paper.ranking!.some((tier) => tier.some(isUnknown))
      ? { ...paper, ranking: paper.ranking!.map((tier) => (tier.some(isUnknown) ? unknown : tier)) }
      : paper,
  );
  return { options: list, forms: ['ranking'], papers: given, repeatedMarks: repeated.among(given) };
}

function approvals(sheet: Sheet, { at }: Column): Read {
  const { problems, repeated } = sheet;
  const options = new Options(sheet.reading);
  const papers = papersOf(sheet, ({ line, cells }) => {
    const cell = plain(cells[at] ?? '');
    const given = cell === '' ? [] : cell.split('|').map((one) => one.trim());
    const approved = [...new Set(given)];
    for (const option of approved) if (option === '' || !options.add(option)) problems.add(line, noOption(option), at + 1);
    if (approved.length < given.length) repeated.add(line, at + 1);
    return { approved };
  });
  problems.refuse();
  return { options: options.list, forms: ['approval'], papers, repeatedMarks: repeated.among(papers) };
}

const yes = ['1', 'x', '✓', '✔', '√', 'v', 'yes', 'y', 'true', '是', '赞成', '同意'];
const no = ['', '0', '-', 'no', 'n', 'false', '否', '反对', '不同意'];

/** A column for each option. */
function marks(sheet: Sheet, columns: readonly Column[], headerLine: number): Read {
  const { problems, reading } = sheet;
  const options = new Options(reading);
  for (const { at, header } of columns) if (!options.add(header)) problems.add(headerLine, noOption(header), at + 1);
  const cellsOf = ({ cells }: CsvRow) =>
    columns.map(({ at, header }) => ({ column: at + 1, option: header, cell: plain(cells[at] ?? '') }));
  const number = (line: number, { cell, column }: ReturnType<typeof cellsOf>[number], least: number): number | null => {
    if (cell === '') return null;
    if (/^\d+$/u.test(cell) && Number(cell) >= least && Number.isSafeInteger(Number(cell))) return Number(cell);
    problems.add(
      line,
      /^\d{16,}$/u.test(cell)
        ? { zh: `数字过大：${cell}`, en: `${cell} is too large` }
        : { zh: `须是从 ${least} 起的整数：${JSON.stringify(cell)}`, en: `must be a whole number from ${least}: ${JSON.stringify(cell)}` },
      column,
    );
    return null;
  };
  const said: { readonly [C in NonNullable<Reading['cells']>]: (row: CsvRow) => Omit<FilePaper, 'line' | 'count'> } = {
    approvals: (row) => ({
      approved: cellsOf(row).flatMap(({ option, cell, column }) => {
        const word = cell.toLowerCase();
        if (!yes.includes(word) && !no.includes(word)) problems.add(row.line, unmarked(cell, reading), column);
        return yes.includes(word) ? [option] : [];
      }),
    }),
    points: (row) => ({
      points: cellsOf(row).flatMap((one) => {
        const points = number(row.line, one, 0);
        return points === null ? [] : [[one.option, points] as const];
      }),
    }),
    ranks: (row) => {
      const ranking: string[][] = [];
      for (const one of cellsOf(row)) {
        const rank = number(row.line, one, 1);
        if (rank !== null && rank > columns.length)
          problems.add(
            row.line,
            { zh: `名次 ${rank} 超过选项数 ${columns.length}`, en: `rank ${rank} of ${columns.length} options` },
            one.column,
          );
        else if (rank !== null) (ranking[rank - 1] ??= []).push(one.option);
      }
      return { ranking: Array.from(ranking, (tier: string[] | undefined) => tier ?? []) };
    },
  };
  const cells = reading.cells ?? 'approvals';
  const papers = papersOf(sheet, said[cells]);
  problems.refuse();
  const form = { approvals: 'approval', points: 'points', ranks: 'ranking' } as const;
  return { options: options.list, forms: [form[cells]], papers, repeatedMarks: 0 };
}

/** Why a cell is no mark of approval. Numbers may be ranks or points, which count the other way round. */
const unmarked = (cell: string, { cells }: Reading): Words =>
  cells === undefined && /^\d+$/u.test(cell)
    ? {
        zh: `${cell} 是名次还是分数并不确定：请用 --cells ranks 或 --cells points 指明`,
        en: `it is not certain whether ${cell} is a rank or points: declare it with --cells ranks or --cells points`,
      }
    : {
        zh: `不是赞成的标记（如 1、x、是）：${JSON.stringify(cell)}`,
        en: `not a mark of approval, such as 1, x or yes: ${JSON.stringify(cell)}`,
      };

const hasRanks = (head: string): boolean => {
  try {
    return readCsvTable(head.split('\n').slice(0, 2).join('\n')).header.cells.some((cell) => meaningOf(plain(cell)).is === 'rank');
  } catch {
    return false;
  }
};

export const ballotCsvFormat: FileFormat = {
  name: 'csv',
  title: { zh: 'CSV（.csv、.tsv）', en: 'CSV (.csv, .tsv)' },
  detects: (extension, head) => ['.csv', '.tsv', '.tab'].includes(extension) || hasRanks(head),
  parse: (fileName, { text }, reading) => ({ ...plainElection, ...parseBallotCsv(text, reading), about: { title: fileName } }),
};
