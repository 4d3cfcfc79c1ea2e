import { isAscii, isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import Database from 'libsql';
import { LogCorrupt, LogUnavailable, type StoredEvent } from '../../../application/ports/event-log.js';
import { makePrivateFile } from '../../private-files.js';
import type { Page, Pages } from '../paging.js';
import { Connection, readOnly } from './connection.js';
import { prepareIsWriter, takeOver } from './writer.js';

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
  data TEXT NOT NULL,
  checksum INTEGER
) STRICT`;
/** For a log that was begun before there were checksums; its events have none. */
const addChecksum = 'ALTER TABLE events ADD COLUMN checksum INTEGER';
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
export const insertRow = `INSERT INTO events (${columns}, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
/** What `insertRow` takes: a row and its checksum, the CRC-32 of its columns as text with U+0000 between them. */
export const withChecksum = (row: Row): readonly (string | number)[] => [...row, crc32(row.join('\0'))];

/** The same text, as bytes: libsql aborts the process when it meets text that is no UTF-8, and a flipped bit may make it that. */
const bytes = `CAST(${columns.replaceAll(', ', ' || char(0) || ')} AS BLOB)`;
type RowBytes = readonly [position: number, checksum: number | null, bytes: Buffer | null];

export const logFileIn = (folder: string): string => join(folder, 'log.db');
/** Where an event stands. */
export type Place = readonly [stream: string, revision: number, position: number];

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

/** The events as they lie in `log.db`. Each is compared with its checksum whenever it is read. */
export class LogFile implements Pages {
  readonly #file: string;
  readonly #connection: Connection<ReturnType<typeof prepared>>;
  /** By which this process is named in the file as its writer; empty for one that only reads. */
  readonly token: string;

  private constructor(file: string, connect: () => Database.Database, token = '') {
    this.#file = file;
    this.token = token;
    this.#connection = new Connection(file, connect, (db) => prepared(db, token !== ''));
  }

  /** Opens the log of a folder to write it, and makes it when there is none. Whoever wrote it before can write it no more. */
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

  /** Whether another process has become its writer since. */
  get isTakenOver(): boolean {
    return this.#connection.ask(({ isWriter }) => isWriter?.get([this.token]) === undefined);
  }

  end(): number {
    return this.#connection.ask(({ end }) => (end.get() as [number | null])[0] ?? 0);
  }

  page(after: number, upTo: number, types: readonly string[] | undefined): Page {
    return this.#connection.ask(({ page, pageOf }) => {
      const last = types === undefined ? upTo : Math.min(upTo, after + window);
      const rows = (types === undefined ? page.all([after, last]) : pageOf.all([after, last, JSON.stringify(types)])) as RowBytes[];
      return { events: rows.map((row) => this.#event(row)), upTo: rows.length < pageSize ? last : rows[pageSize - 1]![0] };
    });
  }

  /** The events at these positions; fewer where there is none. */
  at(positions: readonly number[]): StoredEvent[] {
    return this.#connection.ask(({ at }) =>
      positions.flatMap((position) => {
        const row = at.get([position]) as RowBytes | undefined;
        return row ? [this.#event(row)] : [];
      }),
    );
  }

  /** Where each event after a position stands. */
  *places(after: number): Generator<Place> {
    for (let at = after; ;) {
      const { events } = this.page(at, Number.MAX_SAFE_INTEGER, undefined);
      for (const { stream, revision, position } of events) yield [stream, revision, position];
      if (events.length < pageSize) return;
      at = events[pageSize - 1]!.position;
    }
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

  /** @throws LogCorrupt when it is not as it was written */
  #event([position, checksum, bytes]: RowBytes): StoredEvent {
    const text = bytes === null ? '' : textOf(bytes);
    const [stored, id, stream, revision, type, schemaVersion, occurredAt, recordedAt, meta, data] = text.split('\0') as StoredText;
    if (bytes === null || !(checksum === null ? isUtf8(bytes) : crc32(bytes) === checksum)) {
      throw new LogCorrupt(
        `${this.#file}: the event ${id} at position ${position} is not as it was written: its checksum differs. The file is damaged or was changed: keep it as it is, check the disk, and restore it from a copy.`,
      );
    }
    return {
      id,
      type,
      schemaVersion: Number(schemaVersion),
      stream,
      revision: Number(revision),
      position: Number(stored),
      occurredAt,
      recordedAt,
      meta,
      data,
    };
  }
}

/** A row's columns as text. */
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

/** Text of one byte a character is quicker to make, and takes half the memory. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
