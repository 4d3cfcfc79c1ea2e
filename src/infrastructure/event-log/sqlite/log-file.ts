import { isAscii, isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import Database from 'libsql';
import { LogCorrupt, LogUnavailable, type Page, type StoredEvent } from '../../../application/ports/event-log.js';
import { makePrivateFile } from '../../private-files.js';
import type { Pages } from '../paging.js';
import { Connection, readOnly } from './connection.js';
import { prepareIsWriter, takeOver } from './writer.js';
import { type Position, positionOf } from '../../../projections/position.js';

/** Rows per page: at 500,000 rows per second a page keeps the thread busy for 2 ms. */
const pageSize = 1000;
/** Positions that are searched for one page filtered by type: takes about as long, if no event matches. */
const window = 5000;

/** Clustered by position and without other indexes: an index with random keys would write a page for every event. */
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
  data TEXT NOT NULL,
  checksum INTEGER
) STRICT`;
/** For a log that was created before checksums existed; its old events have none. */
const addChecksum = 'ALTER TABLE events ADD COLUMN checksum INTEGER';
const columns = 'position, id, stream, revision, type, schema_version, occurred_at, recorded_at, meta, data';
export type Row = readonly [
  position: Position,
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
export const insertRow = `INSERT INTO events (${columns}, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
/** The parameters of `insertRow`: a row and its checksum, the CRC-32 of its columns as text, joined by U+0000. */
export const withChecksum = (row: Row): readonly (string | number)[] => [...row, crc32(row.join('\0'))];

/** The columns as bytes: libsql aborts the process when a text is not UTF-8, and a flipped bit may cause that. */
const bytes = `CAST(${columns.replaceAll(', ', ' || char(0) || ')} AS BLOB)`;
type RowBytes = readonly [position: Position, checksum: number | null, bytes: Buffer | null];

export const logFileIn = (folder: string): string => join(folder, 'log.db');
/** Position of an event, with its stream and revision. */
export type Place = readonly [stream: string, revision: number, position: Position];

const hasChecksum = (db: Database.Database): boolean =>
  db.prepare("SELECT 1 FROM pragma_table_info('events') WHERE name = 'checksum'").get() !== undefined;

const prepared = (db: Database.Database, isOwn: boolean) => {
  const select = `SELECT position, ${hasChecksum(db) ? 'checksum' : 'NULL'}, ${bytes} FROM events`;
  const page = `${select} WHERE position > ? AND position <= ?`;
  return {
    end: db.prepare('SELECT max(position) FROM events').raw(),
    page: db.prepare(`${page} ORDER BY position LIMIT ${pageSize}`).raw(),
    pageOf: db.prepare(`${page} AND type IN (SELECT value FROM json_each(?)) ORDER BY position LIMIT ${pageSize}`).raw(),
    at: db.prepare(`${select} WHERE position = ?`).raw(),
    ofStream: db.prepare('SELECT position FROM events WHERE position > ? AND stream = ? AND revision >= ? ORDER BY position').raw(),
    isWriter: isOwn ? prepareIsWriter(db) : null,
  };
};

/** The events in `log.db`. The checksum of each event is checked whenever it is read. */
export class LogFile implements Pages {
  readonly #file: string;
  readonly #connection: Connection<ReturnType<typeof prepared>>;
  /** The token that names this process in the file as its writer; empty for a reader. */
  readonly token: string;

  private constructor(file: string, connect: () => Database.Database, token = '') {
    this.#file = file;
    this.token = token;
    this.#connection = new Connection(file, connect, (db) => prepared(db, token !== ''));
  }

  /** Opens the log of a folder for writing and creates it if missing. From then on the previous writer can no longer write. */
  static create(folder: string): LogFile {
    const file = logFileIn(folder);
    const token = randomUUID();
    const connect = () => {
      makePrivateFile(file);
      const db = new Database(file, { timeout: 5000 });
      try {
        db.exec('PRAGMA journal_mode = WAL');
        db.exec('PRAGMA synchronous = FULL');
        db.exec(schema);
        if (!hasChecksum(db)) db.exec(addChecksum);
        takeOver(db, token);
        return db;
      } catch (error) {
        db.close();
        throw error;
      }
    };
    return new LogFile(file, connect, token);
  }

  /** Opens the log of a folder for reading. If the folder is not writable, SQLite must be told that nobody writes the file. */
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

  /** Whether a damaged page was read. */
  get isDamaged(): boolean {
    return this.#connection.isDamaged;
  }

  /** Whether another process has become the writer. */
  get isTakenOver(): boolean {
    return this.#connection.ask(({ isWriter }) => isWriter?.get([this.token]) === undefined);
  }

  end(): Position {
    return this.#connection.ask(({ end }) => positionOf((end.get() as [number | null])[0] ?? 0));
  }

  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page {
    if (types?.length === 0) return { events: [], upTo };
    return this.#connection.ask(({ page, pageOf }) => {
      const last = types === undefined ? upTo : positionOf(Math.min(upTo, after + window));
      const rows = (types === undefined ? page.all([after, last]) : pageOf.all([after, last, JSON.stringify(types)])) as RowBytes[];
      return { events: rows.map((row) => this.#event(row)), upTo: rows.length < pageSize ? last : rows[pageSize - 1]![0] };
    });
  }

  /** The events at these positions; positions without an event are left out. */
  at(positions: readonly Position[]): StoredEvent[] {
    return this.#connection.ask(({ at }) =>
      positions.flatMap((position) => {
        const row = at.get([position]) as RowBytes | undefined;
        return row ? [this.#event(row)] : [];
      }),
    );
  }

  /** The place of each event after a position. */
  *places(after: Position): Generator<Place> {
    for (let at = after; ;) {
      const { events } = this.page(at, positionOf(Number.MAX_SAFE_INTEGER), undefined);
      for (const { stream, revision, position } of events) yield [stream, revision, position];
      if (events.length < pageSize) return;
      at = events[pageSize - 1]!.position;
    }
  }

  /** Positions of a stream's events after a position, found by scanning the log. */
  scan(after: Position, stream: string, fromRevision: number): Position[] {
    return this.#connection.ask(({ ofStream }) =>
      (ofStream.all([after, stream, fromRevision]) as [Position][]).map(([position]) => position),
    );
  }

  close(): void {
    this.#connection.close();
  }

  /** @throws LogCorrupt if the checksum does not match */
  #event([position, checksum, bytes]: RowBytes): StoredEvent {
    const text = bytes === null ? '' : textOf(bytes);
    const [stored, id, stream, revision, type, schemaVersion, occurredAt, recordedAt, meta, data] = text.split('\0') as StoredText;
    if (bytes === null || !(checksum === null ? isUtf8(bytes) : crc32(bytes) === checksum)) {
      throw new LogCorrupt(
        `${this.#file}: the event ${id} at position ${position} does not match its checksum. The file is damaged or was changed: keep it as it is, check the disk, and restore it from a copy.`,
      );
    }
    return {
      id,
      type,
      schemaVersion: Number(schemaVersion),
      stream,
      revision: Number(revision),
      position: Number(stored) as Position,
      occurredAt,
      recordedAt,
      meta,
      data,
    };
  }
}

/** The columns of a row as text. */
type StoredText = [
  position: string,
  id: string,
  stream: string,
  revision: string,
  type: string,
  schemaVersion: string,
  occurredAt: string,
  recordedAt: string,
  meta: string,
  data: string,
];

/** Latin-1 text is faster to create and takes half the memory. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
