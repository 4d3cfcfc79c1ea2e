import type Database from 'libsql';
import { boundsOf } from '../../../application/ports/key-order.js';
import type { Build, ChangedRow, StoredRow } from '../../../application/ports/projection-store.js';
import type { OrderedRange, Range } from '../../../application/ports/read-models.js';
import type { Position } from '../../../projections/position.js';
import { jsonOf, type ManyRows, manyRows, rowsOf } from './many-rows.js';

interface Statements {
  readonly table: string;
  readonly get: Database.Statement;
  readonly load: ManyRows;
  readonly put: Database.Statement;
  readonly remove: Database.Statement;
}

/** The rows of builds, one table for each, ordered by code point (BINARY compares UTF-8). Statements are prepared once and kept. */
export class Rows {
  readonly #db: Database.Database;
  readonly #find: (build: string) => Build;
  readonly #statements = new Map<string, Statements>();
  readonly #lists = new Map<string, ManyRows>();

  /** @param find gives the build with an id, or throws */
  constructor(db: Database.Database, find: (build: string) => Build) {
    this.#db = db;
    this.#find = find;
  }

  createTable(build: Build): void {
    this.#db.exec(
      `CREATE TABLE ${tableOf(build)} (key TEXT NOT NULL PRIMARY KEY, row TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    );
  }

  /** Creates the index for `listOrdered`, if missing. */
  createOrder(build: Build, orderedBy: string): void {
    this.#db.exec(`CREATE INDEX IF NOT EXISTS ${indexOf(build)} ON ${tableOf(build)} (${fieldOf(orderedBy)}, key)`);
  }

  dropTable(build: Build): void {
    this.#statements.delete(build.id);
    this.#db.exec(`DROP TABLE ${tableOf(build)}`);
  }

  get(build: string, key: string): StoredRow | null {
    const found = this.#of(build).get.get([key]) as readonly [row: Buffer, position: Position] | undefined;
    return found ? { key, row: jsonOf(found[0]), position: found[1] } : null;
  }

  load(build: string, keys: readonly string[]): StoredRow[] {
    return rowsOf(this.#of(build).load, [JSON.stringify(keys)]);
  }

  list(build: string, range: Range): StoredRow[] {
    const { from, fromIncluded, below } = boundsOf(range);
    const sql =
      `SELECT key, row, position FROM ${this.#of(build).table} WHERE key ${fromIncluded ? '>=' : '>'} ? ` +
      `${below === null ? '' : 'AND key < ?'} ORDER BY key ${range.reverse ? 'DESC' : 'ASC'} LIMIT ?`;
    return rowsOf(this.#manyOf(sql), [from, ...(below === null ? [] : [below]), range.limit]);
  }

  listOrdered(build: string, orderedBy: string, range: OrderedRange): StoredRow[] {
    const field = fieldOf(orderedBy);
    const { table } = this.#of(build);
    // the first condition lets the index begin at the place
    const after = range.after ? `AND ${field} >= ? AND (${field}, key) > (?, ?)` : '';
    const sql = `SELECT key, row, position FROM ${table} WHERE ${field} <= ? ${after} ORDER BY ${field}, key LIMIT ?`;
    const parameters = [range.upTo, ...(range.after ? [range.after.value, range.after.value, range.after.key] : []), range.limit];
    return rowsOf(this.#manyOf(sql), parameters);
  }

  /** Only replaces and removes rows of a lower position. */
  write(build: string, rows: readonly ChangedRow[]): void {
    const { put, remove } = this.#of(build);
    const kept = rows.filter(({ row }) => row !== null);
    const removed = rows.filter(({ row }) => row === null);
    // one statement for all rows: they are passed as one JSON text, which SQLite splits
    if (kept.length > 0) put.run([JSON.stringify(kept.map(({ key, row, position }) => [key, row, position]))]);
    if (removed.length > 0) remove.run([JSON.stringify(removed.map(({ key, position }) => [key, position]))]);
  }

  /** Statements are prepared anew when they are next needed. */
  prepareAnew(): void {
    this.#statements.clear();
    this.#lists.clear();
  }

  #manyOf(sql: string): ManyRows {
    let statements = this.#lists.get(sql);
    if (!statements) this.#lists.set(sql, (statements = manyRows(this.#db, sql)));
    return statements;
  }

  #of(build: string): Statements {
    let statements = this.#statements.get(build);
    if (!statements) this.#statements.set(build, (statements = prepared(this.#db, this.#find(build))));
    return statements;
  }
}

function prepared(db: Database.Database, build: Build): Statements {
  const table = tableOf(build);
  return {
    table,
    get: db.prepare(`SELECT CAST(row AS BLOB), position FROM ${table} WHERE key = ?`).raw(),
    load: manyRows(db, `SELECT t.key, t.row, t.position FROM json_each(?) AS wanted CROSS JOIN ${table} AS t ON t.key = wanted.value`),
    put: db.prepare(
      `INSERT INTO ${table} (key, row, position) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
       ON CONFLICT (key) DO UPDATE SET row = excluded.row, position = excluded.position WHERE excluded.position > position`,
    ),
    remove: db.prepare(
      `DELETE FROM ${table} WHERE key IN (
         SELECT t.key FROM json_each(?) AS gone CROSS JOIN ${table} AS t ON t.key = gone.value ->> 0 WHERE t.position < gone.value ->> 1
       )`,
    ),
  };
}
/** A field of a row. A damaged row, which is not JSON, has none. */
const fieldOf = (name: string): string => `CASE WHEN json_valid(row) THEN row ->> '$."${name}"' END`;
const indexOf = ({ name, version, id }: Build) => `"${`ordered ${name}@${version}#${id}`.replaceAll('"', '""')}"`;
const tableOf = ({ name, version, id }: Build) => `"${`${name}@${version}#${id}`.replaceAll('"', '""')}"`;
