import type { Reading } from './election.js';
import { readSeparatedRows, type OnRow } from './separated-rows.js';
import { word } from './option-names.js';
import { Problems } from './text.js';

/* The three tables META, PROJECTS and VOTES of semicolon-separated values in a .pb file, and the column `selected` set in them. */

export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
  /** Where the row begins and ends in the text, without its line end. */
  readonly from: number;
  readonly to: number;
}
export interface Table {
  readonly line: number;
  /** The row with the names of the columns; undefined if the table ends before it. */
  readonly head: Row | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const tables = ['META', 'PROJECTS', 'VOTES'] as const;
/** @throws MalformedFile if a table or a column is missing */
export function readTables(text: string, problems: Problems, onRead?: Reading['onRead']): Readonly<Record<(typeof tables)[number], Table>> {
  const found = new Map<string, { line: number; head: Row | undefined; columns: readonly string[]; rows: Row[] }>();
  let table: { line: number; head: Row | undefined; columns: readonly string[]; rows: Row[] } | undefined;
  for (const row of readRows(text, onRead)) {
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

function readRows(text: string, onRead: Reading['onRead']): Row[] {
  const rows: Row[] = [];
  const isLineEnd = (at: number) => text.charCodeAt(at) === 10 || text.charCodeAt(at) === 13;
  let next = 0;
  const onRow: OnRow = (cells, { lastLine, end }) => {
    let [from, to] = [next, end];
    next = end;
    while (from < to && isLineEnd(from)) from++; // empty lines before the row
    while (to > from && isLineEnd(to - 1)) to--;
    rows.push({ line: lastLine, cells, from, to });
  };
  readSeparatedRows(text, { delimiter: ';', hasLooseQuotes: true, skipsEmptyLines: true }, onRow, onRead);
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
  const pieces: string[] = [];
  let copied = 0;
  const set = (row: Row, value: string) => {
    const line = text.slice(row.from, row.to);
    const at = place < 0 ? undefined : cellsIn(line)[place]!;
    const [before, after] = at ? [line.slice(0, at.from), line.slice(at.to)] : [`${line};`, ''];
    pieces.push(text.slice(copied, row.from), before, value, after);
    copied = row.to;
  };
  if (place < 0) set(PROJECTS.head!, 'selected');
  for (const row of PROJECTS.rows) {
    const value = selected.has(word(row.cells[ids]!)) ? '1' : '0';
    if (place < 0 || ![value, '2', '3'].includes(row.cells[place]!.trim())) set(row, value);
  }
  pieces.push(text.slice(copied));
  return pieces.join('');
}

/** Where the cells of a line begin and end, as the reader separates them: a quote counts only at the start of a cell. */
const cellsIn = (line: string): { readonly from: number; readonly to: number }[] =>
  Array.from(line.matchAll(/(?<=^|;)(?:"(?:[^"]|"")*"[^;]*|[^;]*)/gu), ({ 0: cell, index }) => ({ from: index, to: index + cell.length }));
