import { isAscii, isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { boundsOf } from '../../../application/ports/key-order.js';
import type { Build, Failure, ProjectionStore, StoredRow, Write } from '../../../application/ports/projection-store.js';
import type { Range } from '../../../application/ports/read-models.js';
import { readOnly } from '../../event-log/sqlite/connection.js';
import { failureOf, isCorrupt } from '../../event-log/sqlite/errors.js';
import { assertIsWriter, prepareIsWriter, takeOver } from '../../event-log/sqlite/writer.js';
import { makePrivateFile } from '../../private-files.js';
import type { RowReader } from '../reading.js';
import type { Position } from '../../../projections/position.js';

/** The table of builds. `AUTOINCREMENT`: an id, and the table name made from it, is never used again. */
const schema = `CREATE TABLE IF NOT EXISTS projections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  live INTEGER NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  failure TEXT,
  updated TEXT NOT NULL,
  last_event_id TEXT
) STRICT`;
const making = ['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = NORMAL', 'PRAGMA wal_autocheckpoint = 8000', schema];
/** For a file without event ids, of an earlier version. Its builds do not show which log they were made from, so they are built again. */
const addLastEventId = 'ALTER TABLE projections ADD COLUMN last_event_id TEXT';
const now = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
// No column is read as text: libsql aborts the process if damaged text is not UTF-8.
const columns = 'id, CAST(name AS BLOB), version, live, position, CAST(last_event_id AS BLOB), CAST(failure AS BLOB)';
type BuildRow = readonly [
  id: number,
  name: Buffer,
  version: number,
  live: number,
  position: Position,
  lastEventId: Buffer | null,
  failure: Buffer | null,
];
type RowRow = readonly [key: Buffer, row: Buffer, position: Position];
/** Keys, rows and positions of many rows, joined by U+0000, and their number: one value is read three times as fast as many. */
type Packed = readonly [rows: Buffer | null, count: number];
const packed = (select: string) =>
  `SELECT CAST(group_concat(key || char(0) || row || char(0) || position, char(0)) AS BLOB), count(*) FROM (${select})`;
const unpacked = (select: string) => `SELECT CAST(key AS BLOB), CAST(row AS BLOB), position FROM (${select})`;

/** Cache of a connection that writes. */
export const writerCacheMegabytes = 32;

export const readModelsFileIn = (folder: string): string => join(folder, 'read-models.db');

/** A query for many rows. `each` reads them one by one, in case they cannot be split. */
interface ManyRows {
  readonly all: Database.Statement;
  readonly each: Database.Statement;
}

interface Statements {
  readonly table: string;
  readonly get: Database.Statement;
  readonly load: ManyRows;
  readonly put: Database.Statement;
  readonly remove: Database.Statement;
}

/**
 * Rows in a SQLite file, one table for each build, ordered by code point (BINARY compares UTF-8). Synchronous = NORMAL: after a power
 * failure the last commits may be lost, rows and checkpoint together, and are made again from the log.
 */
export class SqliteProjectionStore implements ProjectionStore, RowReader {
  readonly #db: Database.Database;
  readonly #statements = new Map<number, Statements>();
  readonly #lists = new Map<string, ManyRows>();
  /** The token that names this store in the file as its writer; empty for a reader. */
  readonly #token: string;
  #fixed: ReturnType<typeof prepared>;

  /**
   * Opens the file for writing and creates it if missing; the previous writer can then no longer write. Any number may read meanwhile.
   * The writer needs a large cache and rare checkpoints of the WAL: a row with a random key changes a page of its own, and such rows are
   * written 1.6 times as fast with both. With `isMade` the file is opened for reading only and not changed.
   */
  constructor(file: string, cacheMegabytes = 2, isMade = false) {
    if (!isMade) makePrivateFile(file);
    this.#db = new Database(file, { timeout: 5000 });
    this.#db.exec(`PRAGMA cache_size = -${cacheMegabytes * 1000}`);
    if (!isMade) {
      for (const statement of making) this.#db.exec(statement);
      if (!hasLastEventId(this.#db)) this.#db.exec(addLastEventId);
    }
    this.#token = isMade ? '' : randomUUID();
    if (!isMade) takeOver(this.#db, this.#token);
    this.#fixed = prepared(this.#db, !isMade);
  }

  /**
   * Opens the read models of a folder for reading and never creates or changes them; null if there are none yet. If the folder is not
   * writable, SQLite must be told that nobody writes the file.
   */
  static existing(folder: string, cacheMegabytes?: number): SqliteProjectionStore | null {
    const file = readModelsFileIn(folder);
    if (sizeOf(file) === 0) return null;
    const open = (options?: string) => new SqliteProjectionStore(readOnly(file, options), cacheMegabytes, true);
    try {
      return open();
    } catch (error) {
      const { code, message } = failureOf(error);
      if (/no such (table: projections|column: last_event_id)/u.test(message)) return null; // not completely created, or of an earlier version: it will be built again
      if (isCorrupt({ code, message }) || sizeOf(`${file}-wal`) > 0) throw error;
      return open('&immutable=1');
    }
  }

  async builds(): Promise<readonly Build[]> {
    return Promise.resolve((this.#fixed.builds.all() as BuildRow[]).map(toBuild));
  }

  /**
   * Reads a part of every table; with `thoroughly` every page of the file.
   * @throws an error if something cannot be read
   */
  async assertReadable(thoroughly: boolean): Promise<void> {
    for (const { id } of await this.builds()) this.#list(id, { prefix: '', limit: 1 });
    if (!thoroughly) return;
    const [found] = this.#db.prepare('PRAGMA quick_check(1)').raw().get() as [string];
    if (found !== 'ok') throw new Error(found);
  }

  async create(name: string, version: number, live: boolean): Promise<Build> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        const insert = this.#db
          .prepare(`INSERT INTO projections (name, version, live, updated) VALUES (?, ?, ?, ${now}) RETURNING ${columns}`)
          .raw();
        const build = toBuild(insert.get([name, version, live ? 1 : 0]) as BuildRow);
        this.#db.exec(
          `CREATE TABLE ${tableOf(build)} (key TEXT NOT NULL PRIMARY KEY, row TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
        );
        return build;
      }),
    );
  }

  async load(build: number, keys: readonly string[]): Promise<readonly StoredRow[]> {
    return Promise.resolve(rowsOf(this.#of(build).load, [JSON.stringify(keys)]));
  }

  async commit(writes: readonly Write[]): Promise<void> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        for (const { build, rows, position, lastEventId, failure, goesLive } of writes) {
          const { put, remove } = this.#of(build);
          const kept = rows.filter(({ row }) => row !== null);
          // one statement for all rows: they are passed as one JSON text, which SQLite splits
          if (kept.length > 0) put.run([JSON.stringify(kept.map((kept) => [kept.key, kept.row, kept.position]))]);
          if (kept.length < rows.length) remove.run([JSON.stringify(rows.flatMap(({ key, row }) => (row === null ? key : [])))]);
          if (goesLive) this.#fixed.retire.run([build]);
          this.#fixed.advance.run([position, lastEventId, failure && JSON.stringify(failure), goesLive ? 1 : 0, build]);
        }
      }),
    );
  }

  async drop(build: number): Promise<void> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        const row = this.#fixed.build.get([build]) as BuildRow | undefined;
        if (!row) return;
        this.#statements.delete(build);
        this.#db.exec(`DROP TABLE ${tableOf(toBuild(row))}`);
        this.#db.prepare('DELETE FROM projections WHERE id = ?').run([build]);
      }),
    );
  }

  async scan(build: number, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#list(build, { prefix: '', limit, ...(after !== null && { after }) }));
  }

  get(projection: string, key: string): StoredRow | null {
    return this.#transaction('DEFERRED', () => {
      const found = this.#of(this.#liveBuild(projection)).get.get([key]) as readonly [row: Buffer, position: Position] | undefined;
      return found ? { key, row: jsonOf(found[0]), position: found[1] } : null;
    });
  }

  list(projection: string, range: Range): readonly StoredRow[] {
    return this.#transaction('DEFERRED', () => this.#list(this.#liveBuild(projection), range));
  }

  /** From the next read on, `builds` and `scan` see one state of the file. Returns a function that ends it. */
  pin(): () => void {
    this.#db.exec('BEGIN');
    return () => this.#db.exec('COMMIT');
  }

  close(): void {
    this.#db.close();
  }

  #list(build: number, range: Range): StoredRow[] {
    const { from, fromIncluded, below } = boundsOf(range);
    const sql = `SELECT key, row, position FROM ${this.#of(build).table} WHERE key ${fromIncluded ? '>=' : '>'} ? ${below === null ? '' : 'AND key < ?'} ORDER BY key ${range.reverse ? 'DESC' : 'ASC'} LIMIT ?`;
    let statements = this.#lists.get(sql);
    if (!statements) this.#lists.set(sql, (statements = this.#many(sql)));
    return rowsOf(statements, [from, ...(below === null ? [] : [below]), range.limit]);
  }

  #liveBuild(projection: string): number {
    const found = this.#fixed.live.get([projection]) as readonly [number] | undefined;
    if (!found) throw new Error(`there is no projection ${projection}`);
    return found[0];
  }

  #of(build: number): Statements {
    const known = this.#statements.get(build);
    if (known) return known;
    const row = this.#fixed.build.get([build]) as BuildRow | undefined;
    if (!row) throw new Error(`there is no build ${build}`);
    const table = tableOf(toBuild(row));
    const statements: Statements = {
      table,
      get: this.#db.prepare(`SELECT CAST(row AS BLOB), position FROM ${table} WHERE key = ?`).raw(),
      load: this.#many(`SELECT t.key, t.row, t.position FROM json_each(?) AS wanted CROSS JOIN ${table} AS t ON t.key = wanted.value`),
      put: this.#db.prepare(
        `INSERT INTO ${table} (key, row, position) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
         ON CONFLICT (key) DO UPDATE SET row = excluded.row, position = excluded.position`,
      ),
      remove: this.#db.prepare(`DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`),
    };
    this.#statements.set(build, statements);
    return statements;
  }

  #many(select: string): ManyRows {
    return { all: this.#db.prepare(packed(select)).raw(), each: this.#db.prepare(unpacked(select)).raw() };
  }

  /** Reads run in one transaction: the live build could be replaced and dropped between two of them. */
  #transaction<T>(kind: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
    this.#db.exec(`BEGIN ${kind}`);
    try {
      if (kind === 'IMMEDIATE') assertIsWriter(this.#fixed.isWriter!, this.#token);
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      this.#prepareAnew();
      throw error;
    }
  }

  /** libsql does not reset a statement that failed: it would fail for ever. */
  #prepareAnew(): void {
    this.#statements.clear();
    this.#lists.clear();
    try {
      this.#fixed = prepared(this.#db, this.#token !== '');
    } catch {
      // the next query reports it
    }
  }
}

const prepared = (db: Database.Database, writes: boolean) => ({
  builds: db.prepare(`SELECT ${columns} FROM projections ORDER BY id`).raw(),
  build: db.prepare(`SELECT ${columns} FROM projections WHERE id = ?`).raw(),
  live: db.prepare(`SELECT id FROM projections WHERE name = ? AND live = 1`).raw(),
  advance: db.prepare(
    `UPDATE projections SET position = ?, last_event_id = ?, failure = ?, live = max(live, ?), updated = ${now} WHERE id = ?`,
  ),
  retire: db.prepare('UPDATE projections SET live = 0 WHERE name = (SELECT name FROM projections WHERE id = ?)'),
  isWriter: writes ? prepareIsWriter(db) : null,
});

const hasLastEventId = (db: Database.Database) =>
  db.prepare("SELECT 1 FROM pragma_table_info('projections') WHERE name = 'last_event_id'").get() !== undefined;
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const tableOf = ({ name, version, id }: Build) => `"${`${name}@${version}#${id}`.replaceAll('"', '""')}"`;
/** Latin-1 text is faster to create. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
/** The text of a row. Bytes that are not UTF-8 give an empty text, which is not JSON either. */
const jsonOf = (row: Buffer): string => (isAscii(row) || isUtf8(row) ? textOf(row) : '');

function rowsOf({ all, each }: ManyRows, parameters: readonly unknown[]): StoredRow[] {
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
const toBuild = ([id, name, version, live, position, lastEventId, failure]: BuildRow): Build => ({
  id,
  name: textOf(name),
  version,
  live: live === 1,
  position,
  lastEventId: lastEventId && textOf(lastEventId),
  failure: failure && (JSON.parse(textOf(failure)) as Failure),
});
