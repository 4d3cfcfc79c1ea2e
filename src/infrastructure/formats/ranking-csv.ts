import { CsvError, parse } from 'csv-parse/sync';
import type { RankingFile } from '../../application/contexts/platform/ballot-files.js';
import { plainElection, type FileFormat } from './election.js';
import { MalformedFile, Problems } from './text.js';

/*
 * Rankings as CSV: a header, then one line per ballot (or, with a column `count`, per group of equal ballots). The ranks are in the columns
 * `rank1`, `rank2`, …. A cell contains an option; nothing (or `undervote`) for a rank left out; or several options separated by `|` (or
 * `overvote`) for equal ranks. Both words are options if they are declared as options. Other columns are ignored. An empty line is an empty
 * ballot if there is only one column, and malformed otherwise; an empty line at the end of the file is ignored.
 */

const undervote = 'undervote';
/** Marks of which is known only that there were several. */
const overvote = 'overvote';

/**
 * @param declared all options; by default those that the file names, in the order of their first mention
 * @returns also the line number of each ballot
 * @throws MalformedFile with every invalid line
 */
export function parseRankingCsv(
  text: string,
  declared: readonly string[] | null = null,
): RankingFile & { readonly lines: readonly number[] } {
  const problems = new Problems();
  const rows: { line: number; cells: string[] }[] = [];
  const keep = (cells: string[], { lines }: { lines: number }) => {
    rows.push({ line: lines, cells });
    return null;
  };
  try {
    parse(text.replaceAll('\r\n', '\n').replace(/\n\n$/u, '\n'), { relax_column_count: true, on_record: keep });
  } catch (error) {
    if (error instanceof CsvError) throw new MalformedFile([{ line: (rows.at(-1)?.line ?? 0) + 1, zh: '引号不成对', en: error.message }]);
    throw error;
  }
  const [header, ...records] = rows;
  const columns = header?.cells.map((one) => one.trim().toLowerCase()) ?? [];
  const ranks = columns
    .flatMap((column, i) => (/^rank\d+$/u.test(column) ? [{ i, rank: Number(column.slice(4)) }] : []))
    .sort((a, b) => a.rank - b.rank)
    .map(({ i }) => i);
  const counts = columns.indexOf('count');
  if (ranks.length === 0)
    throw new MalformedFile([{ line: 1, zh: '表头须有 rank1、rank2 等列', en: 'the header needs columns rank1, rank2, …' }]);
  const options = new Set(declared ?? []);
  const isSkipped = (cell: string) => cell === '' || (cell === undervote && declared?.includes(undervote) !== true);
  const isUnknown = (option: string) => option === overvote && declared?.includes(overvote) !== true;
  const ballots = records.map(({ line, cells }) => {
    if (cells.length !== columns.length)
      problems.add(line, {
        zh: `应有 ${columns.length} 格，却有 ${cells.length} 格`,
        en: `${cells.length} cells instead of ${columns.length}`,
      });
    const count = counts < 0 ? '1' : (cells[counts] ?? '').trim();
    if (!/^\d{1,15}$/u.test(count))
      problems.add(line, {
        zh: `count 不是数目：${JSON.stringify(count)}`,
        en: `count is not a number: ${JSON.stringify(count)}`,
      });
    const ranking = ranks.map((i) => {
      const cell = (cells[i] ?? '').trim();
      const tier = isSkipped(cell) ? [] : cell.split('|').map((one) => one.trim());
      if (new Set(tier).size < tier.length || tier.includes(''))
        problems.add(line, {
          zh: `不是一个或几个选项：${JSON.stringify(cell)}`,
          en: `not one or several options: ${JSON.stringify(cell)}`,
        });
      return tier;
    });
    while (ranking.at(-1)?.length === 0) ranking.pop(); // empty cells after the last choice are not ranks left out
    for (const option of ranking.flat()) {
      if (declared === null && !isUnknown(option)) options.add(option);
      else if (!options.has(option) && !isUnknown(option))
        problems.add(line, { zh: `没有选项 ${JSON.stringify(option)}`, en: `there is no option ${JSON.stringify(option)}` });
    }
    return { count: Number(count), ranking, line };
  });
  problems.refuse();
  const list = [...options];
  // an overvote of unknown options is stored as equal ranks of all options: no runoff counts it for one of them
  const unknown = list.length > 1 ? list : [];
  const given = ballots.filter(({ count }) => count > 0);
  return {
    options: list,
    lines: given.map(({ line }) => line),
    ballots: given.map(({ count, ranking }) => ({ count, ranking: ranking.map((tier) => (tier.some(isUnknown) ? unknown : tier)) })),
  };
}

export const rankingCsvFormat: FileFormat = {
  name: 'csv',
  title: { zh: '带 rank1、rank2 等列的 CSV', en: 'CSV with columns rank1, rank2, …' },
  detects: (extension, head) => extension === '.csv' || /^\s*[^\n]*\brank1\b/iu.test(head),
  parse: (fileName, { text }, { options: declared }) => {
    const { options, ballots, lines } = parseRankingCsv(text, declared);
    return {
      ...plainElection,
      options,
      forms: ['ranking'],
      papers: ballots.map((ballot, i) => ({ ...ballot, line: lines[i]! })),
      about: { title: fileName },
    };
  },
};
