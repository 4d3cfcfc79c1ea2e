import { isAscii, isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { boundsOf } from '../../../application/ports/key-order.js';
import {
  type Build,
  type BuildKey,
  type ChangedRow,
  CheckpointMoved,
  type Failure,
  type ProjectionStore,
  StaleEpoch,
  type StoredRow,
  type Write,
} from '../../../application/ports/projection-store.js';
import type { Named, OrderedRange, Range } from '../../../application/ports/read-models.js';
import { readOnly } from '../../event-log/sqlite/connection.js';
import { failureOf, isCorrupt } from '../../event-log/sqlite/errors.js';
import { assertIsWriter, prepareIsWriter, takeOver } from '../../event-log/sqlite/writer.js';
import { makePrivateFile } from '../../private-files.js';
import type { RowReader } from '../reading.js';
import { beginning, type Position } from '../../../projections/position.js';

/** The table of builds. `AUTOINCREMENT`: an id, and the table name made from it, is never used again. */
const schema = `CREATE TABLE IF NOT EXISTS projections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  live INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  last_event_id TEXT,
  last_event_position INTEGER,
  failure TEXT,
  updated TEXT NOT NULL,
  UNIQUE (name, version, generation)
) STRICT`;
const making = ['PRAGMA journal_mode = WAL', 'PRAGMA synchronous = NORMAL', 'PRAGMA wal_autocheckpoint = 8000'];
const now = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
// No column is read as text: libsql aborts the process if damaged text is not UTF-8.
const columns =
  'id, CAST(name AS BLOB), version, generation, live, position, CAST(last_event_id AS BLOB), last_event_position, CAST(failure AS BLOB)';
type BuildRow = readonly [
  id: number,
  name: Buffer,
  version: number,
  generation: number,
  live: number,
  position: Position,
  lastEventId: Buffer | null,
  lastEventPosition: Position | null,
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

interface Waiting {
  readonly write: Write;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
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
  readonly #statements = new Map<string, Statements>();
  readonly #lists = new Map<string, ManyRows>();
  /** The token that names this store in the file as its writer; empty for a reader. */
  readonly #token: string;
  #fixed: ReturnType<typeof prepared>;
  /** Commits that wait for the next transaction. */
  #waiting: Waiting[] = [];

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
      if (isOfEarlierVersion(this.#db)) this.#removeAll();
      this.#db.exec(schema);
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
      if (/no such (table: projections|column: generation)/u.test(message)) return null; // not completely created, or of an earlier version: it will be built again
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

  async create({ name, version, generation }: BuildKey, epoch: number, live: boolean, orderedBy?: string): Promise<Build> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        const { changes } = this.#fixed.insert.run([name, version, generation, live ? 1 : 0, epoch]);
        const build = toBuild(this.#fixed.named.get([name, version, generation]) as BuildRow);
        if (changes === 0) this.#take(build.id, epoch);
        else
          this.#db.exec(
            `CREATE TABLE ${tableOf(build)} (key TEXT NOT NULL PRIMARY KEY, row TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
          );
        if (orderedBy !== undefined)
          this.#db.exec(`CREATE INDEX IF NOT EXISTS ${indexOf(build)} ON ${tableOf(build)} (${fieldOf(orderedBy)}, key)`);
        return build;
      }),
    );
  }

  async load(build: string, keys: readonly string[]): Promise<readonly ChangedRow[]> {
    return Promise.resolve(rowsOf(this.#of(build).load, [JSON.stringify(keys)]));
  }

  /** Commits that are called one after another, without waiting, share one transaction: each of them costs as much as all together. */
  commit(write: Write): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (this.#waiting.length === 1) queueMicrotask(() => this.#commitWaiting());
    });
  }

  #commitWaiting(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      const refusals = this.#transaction('IMMEDIATE', () => group.map(({ write }) => this.#write(write)));
      group.forEach(({ resolve, reject }, i) => (refusals[i] ? reject(refusals[i]) : resolve()));
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
    }
  }

  /** Null if it is written, else why not; the other commits of the transaction are not affected. */
  #write({ build, epoch, after, rows, position, lastEvent, failure, goesLive }: Write): Error | null {
    const { changes } = this.#fixed.advance.run([
      position,
      lastEvent && lastEvent.id,
      lastEvent && lastEvent.position,
      failure && JSON.stringify(failure),
      goesLive ? 1 : 0,
      epoch,
      build,
      after,
      epoch,
    ]);
    if (changes === 0) return this.#refusal(build, epoch, after);
    const { put, remove } = this.#of(build);
    const kept = rows.filter(({ row }) => row !== null);
    const removed = rows.filter(({ row }) => row === null);
    // one statement for all rows: they are passed as one JSON text, which SQLite splits
    if (kept.length > 0) put.run([JSON.stringify(kept.map(({ key, row, position }) => [key, row, position]))]);
    if (removed.length > 0) remove.run([JSON.stringify(removed.map(({ key, position }) => [key, position]))]);
    return null;
  }

  #refusal(build: string, epoch: number, after: Position): Error {
    const stored = this.#fixed.guard.get([build]) as readonly [epoch: number, position: Position] | undefined;
    if (!stored) return noBuild(build);
    const [current, position] = stored;
    return epoch < current ? new StaleEpoch(build, epoch, current) : new CheckpointMoved(build, after, position);
  }

  /** @throws StaleEpoch */
  #take(build: string, epoch: number): void {
    if (this.#fixed.take.run([epoch, build, epoch]).changes === 0) throw this.#refusal(build, epoch, beginning);
  }

  async drop(build: string): Promise<void> {
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

  async scan(build: string, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#list(build, { prefix: '', limit, ...(after !== null && { after }) }));
  }

  async get(projection: Named, key: string): Promise<StoredRow | null> {
    return Promise.resolve(
      this.#transaction('DEFERRED', () => {
        const found = this.#of(this.#answering(projection)).get.get([key]) as readonly [row: Buffer, position: Position] | undefined;
        return found ? { key, row: jsonOf(found[0]), position: found[1] } : null;
      }),
    );
  }

  async list(projection: Named, range: Range): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#transaction('DEFERRED', () => this.#list(this.#answering(projection), range)));
  }

  async listOrdered(projection: Named, orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]> {
    return Promise.resolve(
      this.#transaction('DEFERRED', () => {
        const field = fieldOf(orderedBy);
        const { table } = this.#of(this.#answering(projection));
        // the first condition lets the index begin at the place
        const after = range.after ? `AND ${field} >= ? AND (${field}, key) > (?, ?)` : '';
        const sql = `SELECT key, row, position FROM ${table} WHERE ${field} <= ? ${after} ORDER BY ${field}, key LIMIT ?`;
        const parameters = [range.upTo, ...(range.after ? [range.after.value, range.after.value, range.after.key] : []), range.limit];
        return rowsOf(this.#manyOf(sql), parameters);
      }),
    );
  }

  /** From the next read on, `builds` and `scan` see one state of the file. Returns a function that ends it. */
  pin(): () => void {
    this.#db.exec('BEGIN');
    return () => this.#db.exec('COMMIT');
  }

  close(): void {
    this.#db.close();
  }

  #list(build: string, range: Range): StoredRow[] {
    const { from, fromIncluded, below } = boundsOf(range);
    const sql = `SELECT key, row, position FROM ${this.#of(build).table} WHERE key ${fromIncluded ? '>=' : '>'} ? ${below === null ? '' : 'AND key < ?'} ORDER BY key ${range.reverse ? 'DESC' : 'ASC'} LIMIT ?`;
    return rowsOf(this.#manyOf(sql), [from, ...(below === null ? [] : [below]), range.limit]);
  }

  #manyOf(sql: string): ManyRows {
    let statements = this.#lists.get(sql);
    if (!statements) this.#lists.set(sql, (statements = this.#many(sql)));
    return statements;
  }

  /** As `answering` in projection-store.ts says. */
  #answering({ name, version }: Named): string {
    const found = this.#fixed.answering.get([name, version]) as readonly [number] | undefined;
    if (!found) throw new Error(`there is no projection ${name}`);
    return String(found[0]);
  }

  #of(build: string): Statements {
    const known = this.#statements.get(build);
    if (known) return known;
    const row = this.#fixed.build.get([build]) as BuildRow | undefined;
    if (!row) throw noBuild(build);
    const table = tableOf(toBuild(row));
    const statements: Statements = {
      table,
      get: this.#db.prepare(`SELECT CAST(row AS BLOB), position FROM ${table} WHERE key = ?`).raw(),
      load: this.#many(`SELECT t.key, t.row, t.position FROM json_each(?) AS wanted CROSS JOIN ${table} AS t ON t.key = wanted.value`),
      put: this.#db.prepare(
        `INSERT INTO ${table} (key, row, position) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
         ON CONFLICT (key) DO UPDATE SET row = excluded.row, position = excluded.position WHERE excluded.position > position`,
      ),
      remove: this.#db.prepare(
        `DELETE FROM ${table} WHERE key IN (
           SELECT t.key FROM json_each(?) AS gone CROSS JOIN ${table} AS t ON t.key = gone.value ->> 0 WHERE t.position < gone.value ->> 1
         )`,
      ),
    };
    this.#statements.set(build, statements);
    return statements;
  }

  #many(select: string): ManyRows {
    return { all: this.#db.prepare(packed(select)).raw(), each: this.#db.prepare(unpacked(select)).raw() };
  }

  /** Builds of an earlier version of the program, which do not say which log they were made from: they are made again. */
  #removeAll(): void {
    const tables = this.#db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%@%#%'").raw().all() as [string][];
    for (const [table] of tables) this.#db.exec(`DROP TABLE "${table.replaceAll('"', '""')}"`);
    this.#db.exec('DROP TABLE projections');
  }

  /** Reads run in one transaction: the build that answers could be replaced and dropped between two of them. */
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
  named: db.prepare(`SELECT ${columns} FROM projections WHERE name = ? AND version = ? AND generation = ?`).raw(),
  answering: db
    .prepare('SELECT id FROM projections WHERE name = ? AND live = 1 ORDER BY version = ? DESC, version DESC, generation DESC LIMIT 1')
    .raw(),
  guard: db.prepare('SELECT epoch, position FROM projections WHERE id = ?').raw(),
  insert: db.prepare(
    `INSERT INTO projections (name, version, generation, live, epoch, updated) VALUES (?, ?, ?, ?, ?, ${now}) ON CONFLICT DO NOTHING`,
  ),
  take: db.prepare('UPDATE projections SET epoch = ? WHERE id = ? AND epoch <= ?'),
  advance: db.prepare(
    `UPDATE projections SET position = ?, last_event_id = ?, last_event_position = ?, failure = ?, live = max(live, ?), epoch = ?,
       updated = ${now} WHERE id = ? AND position = ? AND epoch <= ?`,
  ),
  isWriter: writes ? prepareIsWriter(db) : null,
});

const isOfEarlierVersion = (db: Database.Database) => {
  const columns = (db.prepare("SELECT name FROM pragma_table_info('projections')").raw().all() as [string][]).flat();
  return columns.length > 0 && !columns.includes('generation');
};
const noBuild = (id: string) => new Error(`there is no build ${id}`);
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
/** A field of a row. A damaged row, which is not JSON, has none. */
const fieldOf = (name: string): string => `CASE WHEN json_valid(row) THEN row ->> '$."${name}"' END`;
const indexOf = ({ name, version, id }: Build) => `"${`ordered ${name}@${version}#${id}`.replaceAll('"', '""')}"`;
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
const toBuild = ([id, name, version, generation, live, position, lastId, lastPosition, failure]: BuildRow): Build => ({
  id: String(id),
  name: textOf(name),
  version,
  generation,
  live: live === 1,
  position,
  lastEvent: lastId && lastPosition ? { id: textOf(lastId), position: lastPosition } : null,
  failure: failure && (JSON.parse(textOf(failure)) as Failure),
});
