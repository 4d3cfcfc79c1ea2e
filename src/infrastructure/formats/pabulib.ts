import type { Limit } from '../../domain/voting/limits.js';
import { AmountStyle, isAmbiguous, uncertain, wholeNumber } from './amounts.js';
import type { Reading } from './election.js';
import { beyondLimits, limitsPer, partsPer } from './pabulib-limits.js';
import { readTables, type Row, type Table } from './pabulib-tables.js';
import { word } from './option-names.js';
import { RepeatedMarks } from './repeated-marks.js';
import { Shared } from './shared.js';
import { Problems, type Words } from './text.js';

/* Longer than other files: the three tables of one format refer to each other. */

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
  /** What its projects of a category, a district or the like may cost together. */
  readonly limits: readonly Limit[];
  /** The keys of META that say so. */
  readonly limitKeys: readonly string[];
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

/** Points, which may be below 0. */
const pointsIn = (text: string): number | Words => {
  const isNegative = text.startsWith('-');
  const points = wholeNumber('points', isNegative ? text.slice(1) : text);
  return typeof points === 'number' && isNegative ? -points : points;
};
/** Whole numbers in META that change who is chosen. What else META says is only compared with the votes. */
const decisive = ['min_project_score_threshold', 'max_length', 'default_score'] as const;

/**
 * Reads the text of a .pb file.
 * @throws MalformedFile with every invalid line: unknown or repeated projects, missing or surplus cells, amounts that are not numbers,
 * points that do not match the projects, unclosed quotes, missing sections or columns
 */
export function parsePabulib(text: string, { strict = false, onRead }: Reading = {}): PabulibFile {
  const problems = new Problems();
  const repeated = new RepeatedMarks(problems, strict);
  const { META, PROJECTS, VOTES } = readTables(text, problems, onRead);
  const cell = ({ columns }: Table, { cells }: Row, column: string) => cells[columns.indexOf(column)]?.trim();
  /** A problem in a cell of a row. */
  const wrong = ({ columns }: Table, { line }: Row, column: string, words: Words) =>
    problems.add(line, words, columns.indexOf(column) + 1 || undefined);

  const meta = new Map(META.rows.map(({ line, cells: [key = '', value = ''] }) => [key.trim(), { line, value: value.trim() }]));
  const voteType = pabulibVoteTypes.find((type) => type === meta.get('vote_type')?.value.toLowerCase());
  if (voteType === undefined)
    problems.add(meta.get('vote_type')?.line ?? META.line, {
      zh: `vote_type 须是 ${pabulibVoteTypes.join('、')} 之一`,
      en: `vote_type must be one of ${pabulibVoteTypes.join(', ')}`,
    });

  const inMeta = (key: string) => meta.get(key)?.value || undefined;
  const per = partsPer([...meta.keys()], inMeta);
  const valueAt = META.columns.indexOf('value') + 1;
  const amounts: { line: number; column: number | undefined; what: string; value: string }[] = [
    { what: 'budget', value: inMeta('budget') ?? '' },
    ...per.flatMap(({ key, amount }) => (amount === null ? [] : [{ what: key, value: amount }])),
  ].map((one) => ({ ...one, line: meta.get(one.what)?.line ?? META.line, column: meta.has(one.what) ? valueAt : undefined }));
  amounts.push(
    ...PROJECTS.rows.map((row) => ({
      line: row.line,
      column: PROJECTS.columns.indexOf('cost') + 1,
      what: 'cost',
      value: cell(PROJECTS, row, 'cost') ?? '',
    })),
  );
  const style = new AmountStyle([
    ...amounts.map(({ value }) => value),
    ...['min_sum_cost', 'max_sum_cost'].flatMap((key) => inMeta(key) ?? []),
  ]);
  const parts = amounts.map(({ line, column, what, value }) => {
    const read = style.read(what, value);
    if ('whole' in read) return read;
    problems.add(line, read, column);
    return { whole: '0', decimals: '' };
  });
  const decimals = Math.max(0, ...parts.map((part) => part.decimals.replace(/0+$/u, '').length));
  const units = parts.map(({ whole, decimals: part }, i) => {
    const { line, column, what, value } = amounts[i]!;
    const sum = Number(whole + part.slice(0, decimals).padEnd(decimals, '0'));
    if (sum > Number.MAX_SAFE_INTEGER) problems.add(line, { zh: `${what} 过大：${value}`, en: `${what} is too large: ${value}` }, column);
    return sum;
  });
  const [budget = 0, ...others] = units;
  amounts.forEach(({ line, column, what, value }, i) => {
    if (what !== 'budget' && units[i]! > budget && style.isThousandsByZeros(value)) problems.add(line, uncertain(what, value), column);
  });
  const budgets = per.map(({ amount }) => (amount === null ? null : others.shift()!));
  const costs = others;

  const ids = new Set<string>();
  const projects = PROJECTS.rows.map((row, i): PabulibProject => {
    const id = word(cell(PROJECTS, row, 'project_id') ?? '');
    if (id === '' || id.includes(','))
      wrong(PROJECTS, row, 'project_id', {
        zh: `project_id 不得为空，也不得含逗号：${JSON.stringify(id)}`,
        en: `project_id must be neither empty nor contain a comma: ${JSON.stringify(id)}`,
      });
    if (ids.has(id)) wrong(PROJECTS, row, 'project_id', { zh: `项目 ${id} 列了两次`, en: `project ${id} is listed twice` });
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

  for (const key of decisive) {
    const said = meta.get(key);
    if (said && isAmbiguous(said.value)) problems.add(said.line, uncertain(key, said.value), valueAt);
  }
  const preset = pointsIn(inMeta('default_score') ?? '');
  const defaultScore = voteType === 'scoring' && typeof preset === 'number' ? preset : 0;

  const warnings: Words[] = [];
  const voters = new Ids();
  const withPoints = voteType === 'cumulative' || voteType === 'scoring';
  if (withPoints && !VOTES.columns.includes('points'))
    problems.add(VOTES.line + 1, { zh: `${voteType} 选票须有 points 列`, en: `${voteType} votes need the column points` });
  /** The projects of a vote by its cell, and the places where each stands first. */
  const voteOf = new Shared((text: string) => {
    const named = list(text);
    const kept = named.flatMap((id, i) => (named.indexOf(id) === i ? [i] : []));
    const options = kept.map((i) => named[i]!);
    return { named, kept, options, unknown: options.filter((id) => !ids.has(id)) };
  });
  const pointsOf = new Shared(pointsIn);
  const [voterAt, voteAt, pointsAt] = ['voter_id', 'vote', 'points'].map((column) => VOTES.columns.indexOf(column)) as [
    number,
    number,
    number,
  ];
  const ballots = VOTES.rows.map((row): PabulibBallot => {
    const voter = row.cells[voterAt]?.trim() ?? '';
    if (!voters.add(voter))
      warnings.push({
        zh: `第 ${row.line} 行：投票人 ${voter} 列了两次`,
        en: `line ${row.line}: voter ${voter} is listed twice`,
      });
    const { named, kept, options, unknown } = voteOf.of(row.cells[voteAt]?.trim() ?? '');
    const given = withPoints ? list(row.cells[pointsAt]?.trim()) : null;
    if (kept.length < named.length) repeated.add(row.line, voteAt + 1);
    if (given && named.some((id, i) => given[i] !== given[named.indexOf(id)]))
      wrong(VOTES, row, 'points', { zh: '同一项目有两个不同的分数', en: 'a project is given two different numbers of points' });
    for (const id of unknown)
      wrong(VOTES, row, 'vote', { zh: `没有项目 ${JSON.stringify(id)}`, en: `there is no project ${JSON.stringify(id)}` });
    if (voteType === 'choose-1' && options.length > 1)
      wrong(VOTES, row, 'vote', {
        zh: `只能选一个项目的选票写了 ${options.length} 个项目`,
        en: `${options.length} projects in a vote for one project`,
      });
    const points = given && given.map((one) => pointsOf.of(one));
    if (points && points.length !== named.length)
      wrong(VOTES, row, 'points', { zh: '须为每个项目写一个分数', en: 'points are expected for each project, one number each' });
    const bad = points?.find((one) => typeof one !== 'number');
    if (bad !== undefined) wrong(VOTES, row, 'points', bad);
    return { voter, options, points: points && kept.map((i) => Number(points[i])), line: row.line };
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
  warnings.push(...beyondLimits(ballots, VOTES.rows, projects, { unit: 10 ** decimals, style }, inMeta));
  const perPart = limitsPer(per, budgets, projects, (project, column) => cell(PROJECTS, PROJECTS.rows[project]!, column));
  const { limits, honoured } = perPart;
  warnings.push(...perPart.warnings);
  problems.refuse();
  return {
    meta: META.rows.map(({ cells }) => cells),
    voteType: voteType!,
    budget,
    limits,
    limitKeys: honoured,
    defaultScore,
    unit: 10 ** decimals,
    projectColumns: PROJECTS.columns,
    projects,
    ballots,
    repeatedMarks: repeated.among(ballots.map(({ line }) => ({ line, count: 1 }))),
    warnings,
  };
}

/** Ids that were seen. Most are numbers, which a set finds in a third of the time that texts need. */
class Ids {
  private readonly numbers = new Set<number>();
  private readonly texts = new Set<string>();

  /** False if the id was seen before. */
  add(id: string): boolean {
    const number = plainNumber(id);
    const [before, after] =
      number === null ? [this.texts.size, this.texts.add(id).size] : [this.numbers.size, this.numbers.add(number).size];
    return before < after;
  }
}

/** The number that a text of up to nine digits is, without a zero in front; null if it is none. */
function plainNumber(text: string): number | null {
  if (text.length === 0 || text.length > 9 || text.startsWith('0')) return null;
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  return number;
}

/** The items of a list in one cell; an empty cell is an empty list. Ids that only differ in how letters are composed (NFC, NFD) are one. */
const list = (text = '') => (text === '' ? [] : text.split(',').map(word));
