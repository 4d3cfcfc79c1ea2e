import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { LogUnavailable, type StoredEvent } from '../../../application/ports/event-log.js';
import type { Page, Pages } from '../paging.js';
import { Connection, readOnly } from './connection.js';

/** Rows of one page: at 500,000 rows a second it holds the thread for 2 ms. */
const pageSize = 1000;
/** How many positions one page of some types looks through: as long, when none of them is wanted. */
const window = 5000;

/** Clustered by position and with no other index: a random one would dirty a page of its own for every event. */
const schema = `CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  type TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  occurred_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  meta TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT`;
const columns = 'position, id, stream, revision, type, schema_version, occurred_at, recorded_at, meta, data';
export type Row = readonly [
  position: number,
  id: string,
  stream: string,
  revision: number,
  type: string,
  schemaVersion: number,
  occurredAt: string,
  recordedAt: string,
  meta: string,
  data: string,
];
export const insertRow = `INSERT INTO events (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export const logFileIn = (folder: string): string => join(folder, 'log.db');
/** Where an event stands. */
export type Place = readonly [stream: string, revision: number, position: number];

const prepared = (db: Database.Database) => ({
  end: db.prepare('SELECT max(position) FROM events').raw(),
  page: db.prepare(`SELECT ${columns} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ${pageSize}`).raw(),
  pageOf: db
    .prepare(
      `SELECT ${columns} FROM events WHERE position > ? AND position <= ? AND type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ${pageSize}`,
    )
    .raw(),
  at: db.prepare(`SELECT ${columns} FROM events WHERE position = ?`).raw(),
  places: db.prepare('SELECT stream, revision, position FROM events WHERE position > ? ORDER BY position').raw(),
  ofStream: db.prepare('SELECT position FROM events WHERE position > ? AND stream = ? AND revision >= ? ORDER BY position').raw(),
});

/** The events as they lie in `log.db`. */
export class LogFile implements Pages {
  readonly #connection: Connection<ReturnType<typeof prepared>>;

  private constructor(file: string, connect: () => Database.Database) {
    this.#connection = new Connection(file, connect, prepared);
  }

  /** Opens the log of a folder to write it, and makes it when there is none. */
  static create(folder: string): LogFile {
    const file = logFileIn(folder);
    return new LogFile(file, () => {
      const db = new Database(file, { timeout: 5000 });
      try {
        db.exec('PRAGMA journal_mode = WAL');
        db.exec('PRAGMA synchronous = FULL');
        db.exec(schema);
        return db;
      } catch (error) {
        db.close();
        throw error;
      }
    });
  }

  /** Opens the log of a folder to read it, whoever writes it. In a folder that may not be written, SQLite must be told that nobody does. */
  static existing(folder: string): LogFile {
    const file = logFileIn(folder);
    if (!existsSync(file)) throw new LogUnavailable(`There is no log in ${folder}: ${file} is missing.`);
    try {
      return new LogFile(file, () => new Database(readOnly(file), { timeout: 5000 }));
    } catch (error) {
      const ahead = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
      if (!(error instanceof LogUnavailable) || ahead > 0) throw error;
      return new LogFile(file, () => new Database(readOnly(file, '&immutable=1')));
    }
  }

  /** Whether a damaged page was met. */
  get isDamaged(): boolean {
    return this.#connection.isDamaged;
  }

  end(): number {
    return this.#connection.ask(({ end }) => (end.get() as [number | null])[0] ?? 0);
  }

  page(after: number, upTo: number, types: readonly string[] | undefined): Page {
    return this.#connection.ask(({ page, pageOf }) => {
      const last = types === undefined ? upTo : Math.min(upTo, after + window);
      const rows = (types === undefined ? page.all([after, last]) : pageOf.all([after, last, JSON.stringify(types)])) as Row[];
      return { events: rows.map(toEvent), upTo: rows.length < pageSize ? last : rows[pageSize - 1]![0] };
    });
  }

  /** The events at these positions; fewer where there is none. */
  at(positions: readonly number[]): StoredEvent[] {
    return this.#connection.ask(({ at }) =>
      positions.flatMap((position) => {
        const row = at.get([position]) as Row | undefined;
        return row ? [toEvent(row)] : [];
      }),
    );
  }

  /** Where each event after a position stands. */
  places(after: number): Place[] {
    return this.#connection.ask(({ places }) => places.all([after]) as Place[]);
  }

  /** Positions of a stream's events after a position, found by looking at every one. */
  scan(after: number, stream: string, fromRevision: number): number[] {
    return this.#connection.ask(({ ofStream }) =>
      (ofStream.all([after, stream, fromRevision]) as [number][]).map(([position]) => position),
    );
  }

  close(): void {
    this.#connection.close();
  }
}

const toEvent = ([position, id, stream, revision, type, schemaVersion, occurredAt, recordedAt, meta, data]: Row): StoredEvent => ({
  id,
  type,
  schemaVersion,
  stream,
  revision,
  position,
  occurredAt,
  recordedAt,
  meta,
  data,
});
