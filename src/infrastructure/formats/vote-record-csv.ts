import { contestElection, contestIn, type Contest, type ContestPaper } from './contests.js';
import type { Election, FileFormat, Reading } from './election.js';
import { word } from './option-names.js';
import { readSeparatedRows } from './separated-rows.js';
import { Problems } from './text.js';

/* Cast vote records as the systems of Dominion and of ES&S export them to CSV. */

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws MalformedFile if a quote is not closed */
function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  readSeparatedRows(text, { delimiter: ',', hasLooseQuotes: true, skipsEmptyLines: true }, (cells, { lastLine }) =>
    rows.push({ line: lastLine, cells }),
  );
  return rows;
}

/** A contest and the columns of its marks. */
interface ContestColumns<C> extends Omit<Contest, 'options'> {
  readonly columns: readonly C[];
}

const grouped = <C extends { readonly contest: string }>(columns: readonly C[]): (readonly [name: string, columns: readonly C[]])[] => {
  const found = new Map<string, C[]>();
  for (const column of columns) found.set(column.contest, [...(found.get(column.contest) ?? []), column]);
  return [...found];
};

/* Dominion ------------------------------------------------------------------------------------------------------------------------ */

/*
 * Four rows come before the records: name of the election and version; for each column its contest; its choice; names of the columns and
 * parties. A cell is 1 for a mark, 0 for none, and empty if the contest is not on the ballot. In a contest with ranks each choice has a
 * column for each rank: `Name(2)`. Spreadsheet forms such as ="12" are known.
 */

interface Choice {
  readonly at: number;
  readonly contest: string;
  readonly option: string;
  /** From 1; null in a contest without ranks. */
  readonly rank: number | null;
}

const unwrapped = (cell: string) => word(/^="(.*)"$/su.exec(cell)?.[1] ?? cell);

function dominion(_: string, { text }: { readonly text: string }, { contest: wanted, strict }: Reading): Election {
  const [top, contests, choices, names, ...records] = rowsOf(text);
  const problems = new Problems();
  if (!/^CvrNumber$/iu.test(unwrapped(names?.cells[0] ?? ''))) {
    problems.add(names?.line ?? 1, { zh: '第四行须以 CvrNumber 开头', en: 'the fourth row must start with CvrNumber' }, 1);
    problems.refuse();
  }
  const columns = names!.cells.flatMap((__, at): Choice[] => {
    const contest = unwrapped(contests!.cells[at] ?? '');
    if (contest === '') return [];
    const choice = unwrapped(choices!.cells[at] ?? '');
    const [, option = choice, rank] = isRankedName(contest) ? (/^(.*?)\s*\((\d{1,3})\)$/u.exec(choice) ?? []) : [];
    if (option === '' || (isRankedName(contest) && !(Number(rank) >= 1)))
      problems.add(
        choices!.line,
        { zh: '应是选项名称，有名次的须写作“名称(名次)”', en: 'the name of a choice is expected, with its rank: Name(1)' },
        at + 1,
      );
    return [{ at, contest, option, rank: rank === undefined ? null : Number(rank) }];
  });
  problems.refuse();
  const contest = contestIn(
    grouped(columns).map(([title, own]): ContestColumns<Choice> => {
      const number = (key: string) => Number(new RegExp(`${key}=(\\d+)`, 'iu').exec(title)?.[1] ?? 0) || null;
      const isRanked = isRankedName(title);
      return {
        name: title.replace(/\s*\((?:Vote For|Number of positions)=[^)]*\)$/iu, ''),
        isRanked,
        mostMarks: number('Vote For'),
        seats: isRanked ? number('Number of positions') : number('Vote For'),
        columns: own,
      };
    }),
    wanted,
  );
  const options = [...new Set(contest.columns.map(({ option }) => option))];
  const papers = records.flatMap(({ line, cells }): ContestPaper[] => {
    if (cells.length !== names!.cells.length) {
      problems.add(line, {
        zh: `应有 ${names!.cells.length} 格，却有 ${cells.length} 格`,
        en: `${cells.length} cells instead of ${names!.cells.length}`,
      });
      return [];
    }
    const marked = contest.columns.filter(({ at }) => {
      const cell = unwrapped(cells[at]!);
      if (!['', '0', '1'].includes(cell))
        problems.add(
          line,
          { zh: `应是 0、1 或空白：${JSON.stringify(cell)}`, en: `0, 1 or nothing is expected: ${JSON.stringify(cell)}` },
          at + 1,
        );
      return cell === '1';
    });
    if (contest.columns.every(({ at }) => cells[at] === '')) return []; // the contest is not on this ballot
    if (!contest.isRanked) return [{ line, marks: marked.map(({ option }) => option) }];
    const ranks: string[][] = Array.from({ length: Math.max(0, ...marked.map(({ rank }) => rank!)) }, () => []);
    for (const { option, rank } of marked) if (!ranks[rank! - 1]!.includes(option)) ranks[rank! - 1]!.push(option);
    return [{ line, marks: ranks }];
  });
  problems.refuse();
  return contestElection({ ...contest, options }, papers, { title: unwrapped(top!.cells[0] ?? ''), strict });
}

const isRankedName = (contest: string) => /Number of ranks=\d/iu.test(contest);

export const dominionFormat: FileFormat = {
  name: 'dominion-csv',
  title: { zh: 'Dominion 导出的投票记录（.csv）', en: 'cast vote records exported by Dominion (.csv)' },
  // the name of the election and a version, then a row that begins with empty cells
  detects: (_, head) => /^(?:"(?:[^"]|"")*"|[^,\r\n"]*),"?\d+(?:\.\d+){2,3}"?(?:,|"")*[ \t]*\r?\n(?:(?:"")?,){5}/u.test(head),
  parse: dominion,
};

/* ES&S ---------------------------------------------------------------------------------------------------------------------------- */

/*
 * A row per ballot. The first columns are `Cast Vote Record`, `Precinct` and `Ballot Style`; then a column for each choice of each contest:
 * `Mayor 1st Choice`. A cell has a name, `undervote`, or `overvote`. All cells of a contest that is not on the ballot are empty.
 */

interface Cell {
  readonly at: number;
  readonly contest: string;
  /** From 1; null in a contest without ranks. */
  readonly rank: number | null;
}

const aboutTheBallot =
  /^(?:Cast Vote Record|Tabulator CVR|Precinct|Ballot Style|Ballot Status|Ballot Exempt|Batch|Audit Number|Machine|Poll Place|Remade|Original Ballot.*)$/iu;

const isOvervote = (mark: string) => /^overvote$/iu.test(mark);

function ess(fileName: string, { text }: { readonly text: string }, { contest: wanted, strict }: Reading): Election {
  const [header, ...records] = rowsOf(text);
  const problems = new Problems();
  const columns = (header?.cells ?? []).flatMap((cell, at): Cell[] => {
    const title = word(cell);
    if (title === '' || aboutTheBallot.test(title)) return [];
    const [, before, rank, after] = /^(.*?)\s*\b(\d{1,3})(?:st|nd|rd|th)\s+choice\b\s*(.*)$/iu.exec(title) ?? [];
    return [rank === undefined ? { at, contest: title, rank: null } : { at, contest: `${before} ${after}`.trim(), rank: Number(rank) }];
  });
  const contest = contestIn(
    grouped(columns).map(([name, own]): ContestColumns<Cell> => {
      const isRanked = own.every(({ rank }) => rank !== null);
      return {
        name,
        isRanked,
        mostMarks: isRanked ? null : own.length,
        seats: isRanked ? null : own.length,
        columns: own.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0)),
      };
    }),
    wanted,
  );
  const options = new Set<string>();
  const read = records.flatMap(({ line, cells }) => {
    if (cells.length !== header!.cells.length) {
      problems.add(line, {
        zh: `应有 ${header!.cells.length} 格，却有 ${cells.length} 格`,
        en: `${cells.length} cells instead of ${header!.cells.length}`,
      });
      return [];
    }
    const said = contest.columns.map(({ at }) => word(cells[at]!));
    if (said.every((cell) => cell === '')) return []; // the contest is not on this ballot
    const marks = said.map((cell) => (/^(?:undervote)?$/iu.test(cell) ? [] : [cell]));
    for (const option of marks.flat()) if (!isOvervote(option)) options.add(option);
    return [{ line, marks }];
  });
  problems.refuse();
  const all = [...options];
  // an overvote of unknown options is stored as equal ranks of all options: no runoff counts it for one of them
  const unknown = all.length > 1 ? all : [];
  const overvotes = contest.isRanked ? [] : read.filter(({ marks }) => marks.flat().some(isOvervote));
  const papers = read.map((one): ContestPaper => {
    const marks = one.marks.map((rank) => (rank.some(isOvervote) ? unknown : rank));
    if (contest.isRanked) return { line: one.line, marks, known: one.marks.filter((rank) => !rank.some(isOvervote)) };
    return { line: one.line, marks: one.marks.flat().some(isOvervote) ? [] : marks.flat() };
  });
  return contestElection({ ...contest, options: all }, papers, {
    title: fileName,
    strict,
    warnings:
      overvotes.length === 0
        ? []
        : [{ zh: `${overvotes.length} 张选票多选，按空白票计`, en: `${overvotes.length} overvoted ballots count as blank` }],
  });
}

export const essFormat: FileFormat = {
  name: 'ess-csv',
  title: { zh: 'ES&S 导出的投票记录（.csv）', en: 'cast vote records exported by ES&S (.csv)' },
  detects: (_, head) => /^"?Cast Vote Record"?,/iu.test(head),
  parse: ess,
};
