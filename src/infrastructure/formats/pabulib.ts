import { AmountStyle } from './amounts.js';
import type { Reading } from './election.js';
import { readLooseRows } from './loose-rows.js';
import { RepeatedMarks } from './repeated-marks.js';
import { Problems, type Words } from './text.js';

/*
 * Pabulib's .pb format (https://pabulib.org/format): three tables META, PROJECTS and VOTES of semicolon-separated values in one file.
 */

/** `choose-1` is an approval of one project. */
const pabulibVoteTypes = ['approval', 'ordinal', 'cumulative', 'scoring', 'choose-1'] as const;

interface PabulibProject {
  readonly id: string;
  /** In the smallest unit of money in the file: `unit` of them make one of its currency. */
  readonly cost: number;
  readonly name: string;
  /** True for 1, false for any other value, null if the file does not say. 2 and 3 mean that other money than the budget pays for it. */
  readonly selected: boolean | null;
  readonly cells: readonly string[];
}

export interface PabulibBallot {
  readonly voter: string;
  /** Projects approved, ranked (best first) or given points, in the order of the file; none on an empty ballot. */
  readonly options: readonly string[];
  /** Points for each of `options`, in cumulative and scoring votes. */
  readonly points: readonly number[] | null;
  readonly line: number;
}

export interface PabulibFile {
  /** Rows `key, value` in the order of the file; spreadsheets may have added empty columns. */
  readonly meta: readonly (readonly string[])[];
  readonly voteType: (typeof pabulibVoteTypes)[number];
  readonly budget: number;
  /** Points of projects that a scoring ballot does not name. */
  readonly defaultScore: number;
  /** 1, or the power of ten that makes all amounts of the file whole numbers. */
  readonly unit: number;
  readonly projectColumns: readonly string[];
  readonly projects: readonly PabulibProject[];
  readonly ballots: readonly PabulibBallot[];
  /** How many ballots name a project more than once; `options` has it once. */
  readonly repeatedMarks: number;
  /** Oddities that do not prevent counting: wrong totals in META, a voter listed twice, ballots beyond the limits in META. */
  readonly warnings: readonly Words[];
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
  /** Where the row begins and ends, without its line end: byte offsets in the text as UTF-8. */
  readonly from: number;
  readonly to: number;
}
interface Table {
  readonly line: number;
  /** The row with the names of the columns; undefined if the table ends before it. */
  readonly head: Row | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const tables = ['META', 'PROJECTS', 'VOTES'] as const;
const whole = /^-?\d{1,15}(?:\.0+)?$/u;
const amount = /^\d+(?:[.,](\d+))?$/u;

/**
 * Reads the text of a .pb file.
 * @throws MalformedFile with every invalid line: unknown or repeated projects, missing or surplus cells, amounts that are not numbers,
 * points that do not match the projects, unclosed quotes, missing sections or columns
 */
export function parsePabulib(text: string, { strict = false }: Reading = {}): PabulibFile {
  const problems = new Problems();
  const repeated = new RepeatedMarks(problems, strict);
  const { META, PROJECTS, VOTES } = readTables(text, problems);
  const cell = ({ columns }: Table, { cells }: Row, column: string) => cells[columns.indexOf(column)]?.trim();

  const meta = new Map(META.rows.map(({ line, cells: [key = '', value = ''] }) => [key.trim(), { line, value: value.trim() }]));
  const voteType = pabulibVoteTypes.find((type) => type === meta.get('vote_type')?.value.toLowerCase());
  if (voteType === undefined)
    problems.add(meta.get('vote_type')?.line ?? META.line, {
      zh: `vote_type 须是 ${pabulibVoteTypes.join('、')} 之一`,
      en: `vote_type must be one of ${pabulibVoteTypes.join(', ')}`,
    });

  const amounts = [{ line: meta.get('budget')?.line ?? META.line, what: 'budget', value: meta.get('budget')?.value ?? '' }].concat(
    PROJECTS.rows.map((row) => ({ line: row.line, what: 'cost', value: cell(PROJECTS, row, 'cost') ?? '' })),
  );
  const style = new AmountStyle(amounts.map(({ value }) => value));
  const parts = amounts.map(({ line, what, value }) => {
    const read = style.read(what, value);
    if ('whole' in read) return read;
    problems.add(line, read);
    return { whole: '0', decimals: '' };
  });
  const decimals = Math.max(0, ...parts.map((part) => part.decimals.replace(/0+$/u, '').length));
  const [budget = 0, ...costs] = parts.map(({ whole, decimals: part }, i) => {
    const { line, what, value } = amounts[i]!;
    const units = Number(whole + part.slice(0, decimals).padEnd(decimals, '0'));
    if (units > Number.MAX_SAFE_INTEGER) problems.add(line, { zh: `${what} 过大：${value}`, en: `${what} is too large: ${value}` });
    return units;
  });

  const ids = new Set<string>();
  const projects = PROJECTS.rows.map((row, i): PabulibProject => {
    const id = (cell(PROJECTS, row, 'project_id') ?? '').normalize('NFC');
    if (id === '' || id.includes(','))
      problems.add(row.line, {
        zh: `project_id 不得为空，也不得含逗号：${JSON.stringify(id)}`,
        en: `project_id must be neither empty nor contain a comma: ${JSON.stringify(id)}`,
      });
    if (ids.has(id)) problems.add(row.line, { zh: `项目 ${id} 列了两次`, en: `project ${id} is listed twice` });
    ids.add(id);
    const selected = cell(PROJECTS, row, 'selected') ?? '';
    return {
      id,
      cost: costs[i]!,
      name: cell(PROJECTS, row, 'name') ?? id,
      selected: selected === '' ? null : selected === '1',
      cells: row.cells,
    };
  });

  const preset = meta.get('default_score')?.value ?? '';
  const defaultScore = voteType === 'scoring' && whole.test(preset) ? Number(preset) : 0;

  const warnings: Words[] = [];
  const voters = new Set<string>();
  const withPoints = voteType === 'cumulative' || voteType === 'scoring';
  if (withPoints && !VOTES.columns.includes('points'))
    problems.add(VOTES.line + 1, { zh: `${voteType} 选票须有 points 列`, en: `${voteType} votes need the column points` });
  const ballots = VOTES.rows.map((row): PabulibBallot => {
    const voter = cell(VOTES, row, 'voter_id') ?? '';
    if (voters.has(voter))
      warnings.push({
        zh: `第 ${row.line} 行：投票人 ${voter} 列了两次`,
        en: `line ${row.line}: voter ${voter} is listed twice`,
      });
    voters.add(voter);
    const named = list(cell(VOTES, row, 'vote'));
    const given = withPoints ? list(cell(VOTES, row, 'points')) : null;
    const kept = named.flatMap((id, i) => (named.indexOf(id) === i ? [i] : []));
    const options = kept.map((i) => named[i]!);
    if (kept.length < named.length) repeated.add(row.line);
    if (given && named.some((id, i) => given[i] !== given[named.indexOf(id)]))
      problems.add(row.line, { zh: '同一项目有两个不同的分数', en: 'a project is given two different numbers of points' });
    for (const id of options)
      if (!ids.has(id)) problems.add(row.line, { zh: `没有项目 ${JSON.stringify(id)}`, en: `there is no project ${JSON.stringify(id)}` });
    if (voteType === 'choose-1' && options.length > 1)
      problems.add(row.line, {
        zh: `只能选一个项目的选票写了 ${options.length} 个项目`,
        en: `${options.length} projects in a vote for one project`,
      });
    if (given && (given.length !== named.length || !given.every((one) => whole.test(one))))
      problems.add(row.line, {
        zh: '分数须是整数，每个项目一个',
        en: 'points must be whole numbers, one for each project',
      });
    return { voter, options, points: given && kept.map((i) => Number(given[i])), line: row.line };
  });

  for (const [key, rows] of [
    ['num_projects', projects],
    ['num_votes', ballots],
  ] as const) {
    const stated = meta.get(key);
    if (stated && Number(stated.value) !== rows.length)
      warnings.push({
        zh: `第 ${stated.line} 行：${key} 写 ${stated.value}，文件实有 ${rows.length}`,
        en: `line ${stated.line}: ${key} is ${stated.value}, the file has ${rows.length}`,
      });
  }
  warnings.push(...beyondLimits(ballots, VOTES.rows, projects, 10 ** decimals, (key) => meta.get(key)?.value));
  problems.refuse();
  return {
    meta: META.rows.map(({ cells }) => cells),
    voteType: voteType!,
    budget,
    defaultScore,
    unit: 10 ** decimals,
    projectColumns: PROJECTS.columns,
    projects,
    ballots,
    repeatedMarks: repeated.among(ballots.map(({ line }) => ({ line, count: 1 }))),
    warnings,
  };
}

/**
 * Warnings about ballots beyond the limits in META. The data was published like this, so they are counted. Empty ballots are within all
 * limits.
 */
function beyondLimits(
  ballots: readonly PabulibBallot[],
  rows: readonly Row[],
  projects: readonly PabulibProject[],
  unit: number,
  meta: (key: string) => string | undefined,
): Words[] {
  const costs = new Map(projects.map(({ id, cost }) => [id, cost / unit]));
  const measures: readonly (readonly [limit: string, of: (ballot: PabulibBallot) => readonly number[]])[] = [
    ['length', ({ options }) => [options.length]],
    ['points', ({ points }) => points ?? []],
    ['sum_points', ({ points }) => (points ? [points.reduce((sum, one) => sum + one, 0)] : [])],
    ['sum_cost', ({ options }) => [options.reduce((sum, option) => sum + (costs.get(option) ?? 0), 0)]],
  ];
  return measures.flatMap(([limit, of]) =>
    (['min', 'max'] as const).flatMap((end) => {
      const stated = meta(`${end}_${limit}`);
      if (stated === undefined || !amount.test(stated)) return [];
      const bound = Number(stated.replace(',', '.'));
      const beyond = ballots.flatMap((ballot, i) =>
        ballot.options.length > 0 && of(ballot).some((value) => (end === 'min' ? value < bound : value > bound)) ? [rows[i]!.line] : [],
      );
      return beyond.length === 0
        ? []
        : [
            {
              zh: `第 ${beyond[0]} 行${beyond.length > 1 ? `等 ${beyond.length} 行` : ''}：超出 ${end}_${limit} ${stated}，仍计入`,
              en: `line ${beyond[0]}${beyond.length > 1 ? ` and ${beyond.length - 1} more` : ''}: ${end}_${limit} is ${stated}, but it is counted`,
            },
          ];
    }),
  );
}

/** The items of a list in one cell; an empty cell is an empty list. Ids that only differ in how letters are composed (NFC, NFD) are one. */
const list = (text = '') =>
  text === ''
    ? []
    : text
        .normalize('NFC')
        .split(',')
        .map((one) => one.trim());

function readTables(text: string, problems: Problems): Readonly<Record<(typeof tables)[number], Table>> {
  const found = new Map<string, { line: number; head: Row | undefined; columns: readonly string[]; rows: Row[] }>();
  let table: { line: number; head: Row | undefined; columns: readonly string[]; rows: Row[] } | undefined;
  for (const row of readRows(text)) {
    const { line, cells } = row;
    const title = cells.slice(1).every((other) => other.trim() === '')
      ? tables.find((name) => name === cells[0]?.trim().toUpperCase())
      : undefined;
    if (title && !found.has(title)) found.set(title, (table = { line, head: undefined, columns: [], rows: [] }));
    else if (!table) problems.add(line, { zh: '文件须以 META 开头', en: 'the file must start with META' });
    else if (table.head === undefined) [table.head, table.columns] = [row, cells.map((one) => one.trim())];
    else if (cells.length === table.columns.length) table.rows.push(row);
    else
      problems.add(line, {
        zh: `应有 ${table.columns.length} 格，却有 ${cells.length} 格`,
        en: `${cells.length} cells instead of ${table.columns.length}`,
      });
  }
  const last = text.trimEnd().split('\n').length;
  for (const name of tables) if (!found.has(name)) problems.add(last, { zh: `缺少 ${name} 一节`, en: `the section ${name} is missing` });
  if (found.size < tables.length) problems.refuse();
  const required = { META: ['key', 'value'], PROJECTS: ['project_id', 'cost'], VOTES: ['voter_id', 'vote'] };
  const get = (name: (typeof tables)[number]): Table => {
    const section = found.get(name)!;
    for (const column of required[name])
      if (!section.columns.includes(column))
        problems.add(section.line + 1, { zh: `${name} 须有 ${column} 列`, en: `${name} needs the column ${column}` });
    return section;
  };
  return { META: get('META'), PROJECTS: get('PROJECTS'), VOTES: get('VOTES') };
}

function readRows(text: string): Row[] {
  const rows: Row[] = [];
  const buffer = Buffer.from(text);
  const isLineEnd = (at: number) => buffer[at] === 10 || buffer[at] === 13;
  let next = 0;
  readLooseRows(text, ';', (cells, { lines, bytes }) => {
    let [from, to] = [next, bytes];
    next = bytes;
    while (from < to && isLineEnd(from)) from++; // empty lines before the row
    while (to > from && isLineEnd(to - 1)) to--;
    rows.push({ line: lines, cells, from, to });
  });
  return rows;
}

/**
 * The text of a .pb file with the column `selected` set (added as the last if missing): 1 for these projects and 0 for the others. 2 and 3
 * stay, because other money than the budget pays for those projects. Everything else stays too, character for character.
 * @throws MalformedFile
 */
export function markPabulib(text: string, selected: ReadonlySet<string>): string {
  const { PROJECTS } = readTables(text, new Problems());
  const [ids, place] = ['project_id', 'selected'].map((column) => PROJECTS.columns.indexOf(column)) as [number, number];
  const buffer = Buffer.from(text);
  const pieces: (Uint8Array | string)[] = [];
  let copied = 0;
  const set = (row: Row, value: string) => {
    const line = buffer.toString('utf8', row.from, row.to);
    const at = place < 0 ? undefined : cellsIn(line)[place]!;
    const [before, after] = at ? [line.slice(0, at.from), line.slice(at.to)] : [`${line};`, ''];
    pieces.push(buffer.subarray(copied, row.from), before, value, after);
    copied = row.to;
  };
  if (place < 0) set(PROJECTS.head!, 'selected');
  for (const row of PROJECTS.rows) {
    const value = selected.has(row.cells[ids]!.trim().normalize('NFC')) ? '1' : '0';
    if (place < 0 || ![value, '2', '3'].includes(row.cells[place]!.trim())) set(row, value);
  }
  pieces.push(buffer.subarray(copied));
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))).toString();
}

/** Where the cells of a line begin and end, as the reader separates them: a quote counts only at the start of a cell. */
const cellsIn = (line: string): { readonly from: number; readonly to: number }[] =>
  Array.from(line.matchAll(/(?<=^|;)(?:"(?:[^"]|"")*"[^;]*|[^;]*)/gu), ({ 0: cell, index }) => ({ from: index, to: index + cell.length }));
