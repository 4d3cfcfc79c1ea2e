import { isAscii, isUtf8 } from 'node:buffer';
import type Database from 'libsql';
import type { StoredRow } from '../../../application/ports/projection-store.js';
import type { Position } from '../../../projections/position.js';

// No column is read as text: libsql aborts the process if damaged text is not UTF-8.

type RowRow = readonly [key: Buffer, row: Buffer, position: Position];
/** Keys, rows and positions of many rows, joined by U+0000, and their number: one value is read three times as fast as many. */
type Packed = readonly [rows: Buffer | null, count: number];
const packed = (select: string) =>
  `SELECT CAST(group_concat(key || char(0) || row || char(0) || position, char(0)) AS BLOB), count(*) FROM (${select})`;
const unpacked = (select: string) => `SELECT CAST(key AS BLOB), CAST(row AS BLOB), position FROM (${select})`;

/** A query for many rows. `each` reads them one by one, in case they cannot be split. */
export interface ManyRows {
  readonly all: Database.Statement;
  readonly each: Database.Statement;
}

/** @param select gives `key`, `row` and `position` */
export const manyRows = (db: Database.Database, select: string): ManyRows => ({
  all: db.prepare(packed(select)).raw(),
  each: db.prepare(unpacked(select)).raw(),
});

export function rowsOf({ all, each }: ManyRows, parameters: readonly unknown[]): StoredRow[] {
  const [bytes, count] = all.get(parameters) as Packed;
  if (bytes === null) return [];
  const parts = isUtf8(bytes) ? textOf(bytes).split('\0') : [];
  if (parts.length !== 3 * count) return (each.all(parameters) as RowRow[]).map(toRow); // one row is damaged
  return Array.from({ length: count }, (_, i) => ({
    key: parts[3 * i]!,
    row: parts[3 * i + 1]!,
    position: Number(parts[3 * i + 2]) as Position,
  }));
}
const toRow = ([key, row, position]: RowRow): StoredRow => ({ key: textOf(key), row: jsonOf(row), position });

/** Latin-1 text is faster to create. */
export const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
/** The text of a row. Bytes that are not UTF-8 give an empty text, which is not JSON either. */
export const jsonOf = (row: Buffer): string => (isAscii(row) || isUtf8(row) ? textOf(row) : '');
