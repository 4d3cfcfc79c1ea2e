import type { Ranking } from '../../../domain/voting/ballots.js';

/* Ballots as text, in the formats that infrastructure/formats reads. */

export interface RankingFile {
  readonly options: readonly string[];
  readonly ballots: readonly { readonly count: number; readonly ranking: Ranking }[];
}

/** The three tables of Pabulib, cell by cell. */
export interface PabulibTables {
  /** Rows `key, value`. */
  readonly meta: readonly (readonly string[])[];
  readonly projectColumns: readonly string[];
  readonly projects: readonly { readonly id: string; readonly cells: readonly string[] }[];
  readonly voteColumns: readonly string[];
  readonly ballots: readonly { readonly cells: readonly string[] }[];
}

/**
 * The tables as the text of a .pb file. With `selected`, a last column `selected` is 1 for these projects and 0 for the others.
 */
export function writePabulib(file: PabulibTables, selected?: ReadonlySet<string>): string {
  const mark = (cells: readonly string[], value: string) => (selected ? [...cells, value] : cells);
  const lines = [
    ['META'],
    ['key', 'value'],
    ...file.meta,
    ['PROJECTS'],
    mark(file.projectColumns, 'selected'),
    ...file.projects.map(({ id, cells }) => mark(cells, selected?.has(id) ? '1' : '0')),
    ['VOTES'],
    file.voteColumns,
    ...file.ballots.map(({ cells }) => cells),
  ];
  return lines.map((cells) => cells.map((cell) => quoted(cell, ';')).join(';') + '\n').join('');
}

/**
 * Rankings in the format of PrefLib: most frequent first, with the file type and the numbers of the head computed from the rankings.
 * Empty ranks cannot be written and are dropped.
 * @param head further lines of the head, such as TITLE; lines that are computed are replaced
 */
export function writePreflib({ options, ballots }: RankingFile, head: readonly (readonly [key: string, value: string])[] = []): string {
  const number = new Map(options.map((option, i) => [option, String(i + 1)]));
  const orders = new Map<string, number>();
  let [tied, incomplete] = [false, false];
  for (const { count, ranking } of ballots) {
    const tiers = ranking.filter((tier) => tier.length > 0);
    tied ||= tiers.some((tier) => tier.length > 1);
    incomplete ||= tiers.flat().length < options.length;
    const text = tiers
      .map((tier) => (tier.length > 1 ? `{${tier.map((option) => number.get(option)).join(',')}}` : number.get(tier[0]!)))
      .join(',');
    orders.set(text, (orders.get(text) ?? 0) + count);
  }
  const counted = [
    ['DATA TYPE', `${tied ? 't' : 's'}o${incomplete ? 'i' : 'c'}`],
    ['NUMBER ALTERNATIVES', String(options.length)],
    ['NUMBER VOTERS', String([...orders.values()].reduce((sum, count) => sum + count, 0))],
    ['NUMBER UNIQUE ORDERS', String(orders.size)],
  ] as const;
  const lines = [
    ...head.filter(([key]) => !counted.some(([other]) => other === key)).map(([key, value]) => `# ${key}: ${value}`),
    ...counted.map(([key, value]) => `# ${key}: ${value}`),
    ...options.map((option, i) => `# ALTERNATIVE NAME ${i + 1}: ${option}`),
    ...[...orders].sort(([, a], [, b]) => b - a).map(([text, count]) => `${count}: ${text}`),
  ];
  return lines.join('\n') + '\n';
}

/**
 * Rankings as a .blt of OpenSTV and OpaVote: the most frequent first, `-` for a rank left out, `1=2` for equal ranks. The name of an option
 * may contain quotes, which are doubled; not every program reads those.
 * @param seats number of options to choose
 * @param withdrawn options that were withdrawn before the count
 * @param writeIns write-ins that nobody declared; `[undeclared …]` is an option of Droop
 * @param tieOrder the order in which ties are broken; `[tie …]` is an option of Droop too
 */
export function writeBlt(
  { options, ballots }: RankingFile,
  {
    title,
    seats,
    withdrawn = [],
    writeIns = [],
    tieOrder = [],
  }: {
    readonly title: string;
    readonly seats: number;
    readonly withdrawn?: readonly string[];
    readonly writeIns?: readonly string[];
    readonly tieOrder?: readonly string[];
  },
): string {
  const number = new Map(options.map((option, i) => [option, String(i + 1)]));
  const papers = new Map<string, number>();
  for (const { count, ranking } of ballots) {
    const text = ranking.map((tier) => (tier.length === 0 ? '- ' : `${tier.map((option) => number.get(option)).join('=')} `)).join('');
    papers.set(text, (papers.get(text) ?? 0) + count);
  }
  const words = (text: string) => `"${text.replaceAll('"', '""').replaceAll(/[\r\n]+/gu, ' ')}"`;
  return [
    `${options.length} ${seats}`,
    ...(withdrawn.length === 0 ? [] : [withdrawn.map((option) => `-${number.get(option)}`).join(' ')]),
    ...(writeIns.length === 0 ? [] : [`[undeclared ${writeIns.map((option) => number.get(option)).join(' ')}]`]),
    ...(tieOrder.length === 0 ? [] : [`[tie ${tieOrder.map((option) => number.get(option)).join(' ')}]`]),
    ...[...papers].sort(([, a], [, b]) => b - a).map(([text, count]) => `${count} ${text}0`),
    '0',
    ...[...options, title].map(words),
    '',
  ].join('\n');
}

/**
 * Rankings as CSV with a column `count`, safe to open in a spreadsheet. Names of options may contain commas and quotes, but not `|`.
 * The first rows, with the count 0, list all options in their order: options that nobody ranks take part in the count, and the order may
 * break ties.
 */
export function writeRankingCsv({ options, ballots }: RankingFile): string {
  const length = Math.max(1, ...ballots.map(({ ranking }) => ranking.length));
  const lines = [...options.map((option) => ({ count: 0, ranking: [[option]] })), ...ballots].map(({ count, ranking }) => [
    String(count),
    ...Array.from({ length }, (_, i) => (ranking[i] ?? []).join('|')),
  ]);
  return [['count', ...Array.from({ length }, (_, i) => `rank${i + 1}`)], ...lines]
    .map((cells) => cells.map((cell) => quoted(inert(cell), ',')).join(',') + '\n')
    .join('');
}

/** A cell that a spreadsheet would run as a formula, with an apostrophe before it. The reader (`ballot-csv.ts`) removes one apostrophe. */
const inert = (cell: string) => (/^'*[=+\-@＝＋－＠\t\r]/u.test(cell) ? `'${cell}` : cell);

const quoted = (cell: string, separator: string) =>
  cell.includes(separator) || /["\n\r]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
