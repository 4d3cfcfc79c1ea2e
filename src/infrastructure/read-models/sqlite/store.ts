import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { boundsOf } from '../../../application/ports/key-order.js';
import type { Build, Failure, ProjectionStore, StoredRow, Write } from '../../../application/ports/projection-store.js';
import type { Range } from '../../../application/ports/read-models.js';
import { readOnly } from '../../event-log/sqlite/connection.js';
import { failureOf, isCorrupt } from '../../event-log/sqlite/errors.js';
import { makePrivateFile } from '../../private-files.js';
import type { RowReader } from '../reading.js';

/** The one table of builds. `AUTOINCREMENT`: an id, and with it the name of a table, never comes back. */
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
/** For a file made before ids were kept. Its builds do not tell which log they were made from, so the runner makes them anew. */
const addLastEventId = 'ALTER TABLE projections ADD COLUMN last_event_id TEXT';
const now = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
const columns = 'id, name, version, live, position, last_event_id, failure';
type BuildRow = readonly [
  id: number,
  name: string,
  version: number,
  live: number,
  position: number,
  lastEventId: string | null,
  failure: string | null,
];
type RowRow = readonly [key: string, row: string, position: number];

/** For a connection that writes. */
export const writerCacheMegabytes = 32;

export const readModelsFileIn = (folder: string): string => join(folder, 'read-models.db');

interface Statements {
  readonly table: string;
  readonly get: Database.Statement;
  readonly load: Database.Statement;
  readonly put: Database.Statement;
  readonly remove: Database.Statement;
}

/**
 * Rows in a SQLite file, a table for each build, ordered by code point (BINARY compares UTF-8). Synchronous = NORMAL: after a power failure the last
 * commits may be gone, rows and checkpoint together, and are made again from the log.
 */
export class SqliteProjectionStore implements ProjectionStore, RowReader {
  readonly #db: Database.Database;
  readonly #statements = new Map<number, Statements>();
  readonly #lists = new Map<string, Database.Statement>();
  readonly #builds: Database.Statement;
  readonly #build: Database.Statement;
  readonly #live: Database.Statement;
  readonly #advance: Database.Statement;
  readonly #retire: Database.Statement;

  /**
   * Opens the file, and makes it when there is none. Any number may read while one writes. Who writes much takes a large cache, and folds the WAL
   * back rarely: a row under a random key dirties a page of its own, and such rows are written 1.6 times as fast with both.
   * With `isMade` it leaves the file as it is.
   */
  constructor(file: string, cacheMegabytes = 2, isMade = false) {
    if (!isMade) makePrivateFile(file);
    this.#db = new Database(file, { timeout: 5000 });
    this.#db.exec(`PRAGMA cache_size = -${cacheMegabytes * 1000}`);
    if (!isMade) {
      for (const statement of making) this.#db.exec(statement);
      if (!hasLastEventId(this.#db)) this.#db.exec(addLastEventId);
    }
    this.#builds = this.#db.prepare(`SELECT ${columns} FROM projections ORDER BY id`).raw();
    this.#build = this.#db.prepare(`SELECT ${columns} FROM projections WHERE id = ?`).raw();
    this.#live = this.#db.prepare(`SELECT id FROM projections WHERE name = ? AND live = 1`).raw();
    this.#advance = this.#db.prepare(
      `UPDATE projections SET position = ?, last_event_id = ?, failure = ?, live = max(live, ?), updated = ${now} WHERE id = ?`,
    );
    this.#retire = this.#db.prepare('UPDATE projections SET live = 0 WHERE name = (SELECT name FROM projections WHERE id = ?)');
  }

  /**
   * Opens the read models of a folder to read them, whoever writes them, and never makes or changes them; null where there are none yet.
   * In a folder that may not be written, SQLite must be told that nobody does.
   */
  static existing(folder: string, cacheMegabytes?: number): SqliteProjectionStore | null {
    const file = readModelsFileIn(folder);
    if (sizeOf(file) === 0) return null;
    const open = (options?: string) => new SqliteProjectionStore(readOnly(file, options), cacheMegabytes, true);
    try {
      return open();
    } catch (error) {
      const { code, message } = failureOf(error);
      if (/no such (table: projections|column: last_event_id)/u.test(message)) return null; // whoever was making it was ended; or it will be made anew
      if (isCorrupt({ code, message }) || sizeOf(`${file}-wal`) > 0) throw error;
      return open('&immutable=1');
    }
  }

  async builds(): Promise<readonly Build[]> {
    return Promise.resolve((this.#builds.all() as BuildRow[]).map(toBuild));
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
    return Promise.resolve((this.#of(build).load.all([JSON.stringify(keys)]) as RowRow[]).map(toRow));
  }

  async commit(writes: readonly Write[]): Promise<void> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        for (const { build, rows, position, lastEventId, failure, goesLive } of writes) {
          const { put, remove } = this.#of(build);
          const kept = rows.filter(({ row }) => row !== null);
          // one statement for all rows: they go in as one JSON text, which SQLite takes apart
          if (kept.length > 0) put.run([JSON.stringify(kept.map((kept) => [kept.key, kept.row, kept.position]))]);
          if (kept.length < rows.length) remove.run([JSON.stringify(rows.flatMap(({ key, row }) => (row === null ? key : [])))]);
          if (goesLive) this.#retire.run([build]);
          this.#advance.run([position, lastEventId, failure && JSON.stringify(failure), goesLive ? 1 : 0, build]);
        }
      }),
    );
  }

  async drop(build: number): Promise<void> {
    return Promise.resolve(
      this.#transaction('IMMEDIATE', () => {
        const row = this.#build.get([build]) as BuildRow | undefined;
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
      const row = this.#of(this.#liveBuild(projection)).get.get([key]) as RowRow | undefined;
      return row ? toRow(row) : null;
    });
  }

  list(projection: string, range: Range): readonly StoredRow[] {
    return this.#transaction('DEFERRED', () => this.#list(this.#liveBuild(projection), range));
  }

  /** From the next read on, `builds` and `scan` see one state of the file. Returns the way to end that. */
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
    let statement = this.#lists.get(sql);
    if (!statement) this.#lists.set(sql, (statement = this.#db.prepare(sql).raw()));
    return (statement.all([from, ...(below === null ? [] : [below]), range.limit]) as RowRow[]).map(toRow);
  }

  #liveBuild(projection: string): number {
    const found = this.#live.get([projection]) as readonly [number] | undefined;
    if (!found) throw new Error(`there is no projection ${projection}`);
    return found[0];
  }

  #of(build: number): Statements {
    const known = this.#statements.get(build);
    if (known) return known;
    const row = this.#build.get([build]) as BuildRow | undefined;
    if (!row) throw new Error(`there is no build ${build}`);
    const table = tableOf(toBuild(row));
    const statements: Statements = {
      table,
      get: this.#db.prepare(`SELECT key, row, position FROM ${table} WHERE key = ?`).raw(),
      load: this.#db
        .prepare(`SELECT t.key, t.row, t.position FROM json_each(?) AS wanted CROSS JOIN ${table} AS t ON t.key = wanted.value`)
        .raw(),
      put: this.#db.prepare(
        `INSERT INTO ${table} (key, row, position) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
         ON CONFLICT (key) DO UPDATE SET row = excluded.row, position = excluded.position`,
      ),
      remove: this.#db.prepare(`DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`),
    };
    this.#statements.set(build, statements);
    return statements;
  }

  /** Reads, too, are done in one: the build that is live may be replaced and dropped between two of them. */
  #transaction<T>(kind: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
    this.#db.exec(`BEGIN ${kind}`);
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

const hasLastEventId = (db: Database.Database) =>
  db.prepare("SELECT 1 FROM pragma_table_info('projections') WHERE name = 'last_event_id'").get() !== undefined;
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const tableOf = ({ name, version, id }: Build) => `"${`${name}@${version}#${id}`.replaceAll('"', '""')}"`;
const toRow = ([key, row, position]: RowRow): StoredRow => ({ key, row, position });
const toBuild = ([id, name, version, live, position, lastEventId, failure]: BuildRow): Build => ({
  id,
  name,
  version,
  live: live === 1,
  position,
  lastEventId,
  failure: failure === null ? null : (JSON.parse(failure) as Failure),
});
