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

/* Longer than other files: the statements on the one table of events stand together, and share its pages and checksums. */

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

/** All columns of an event as one text. It is read as bytes: libsql aborts the process when a text is not UTF-8, as after a flipped bit. */
const text = columns.replaceAll(', ', ' || char(0) || ');
type RowBytes = readonly [checksum: number | null, bytes: Buffer | null];
/** A page as one value, which is read faster than many: the texts joined by U+0000, with their lengths in bytes and their checksums. */
type PageBytes = readonly [bytes: Buffer | null, lengths: string, checksums: string];

export const logFileIn = (folder: string): string => join(folder, 'log.db');
/** Position of an event, with its stream, revision and type. */
export type Place = readonly [stream: string, revision: number, position: Position, type: string];

const hasChecksum = (db: Database.Database): boolean =>
  db.prepare("SELECT 1 FROM pragma_table_info('events') WHERE name = 'checksum'").get() !== undefined;

const prepared = (db: Database.Database, isOwn: boolean) => {
  const checksum = hasChecksum(db) ? 'checksum' : 'NULL';
  const page = (where: string) =>
    `SELECT CAST(group_concat(event, char(0)) AS BLOB), json_group_array(octet_length(event)), json_group_array(CAST(checksum AS INTEGER))
     FROM (SELECT position, ${checksum} AS checksum, ${text} AS event FROM events WHERE ${where} ORDER BY position LIMIT ${pageSize})`;
  return {
    end: db.prepare('SELECT max(position) FROM events').raw(),
    page: db.prepare(page('position > ? AND position <= ?')).raw(),
    pageOf: db.prepare(page('position > ? AND position <= ? AND type IN (SELECT value FROM json_each(?))')).raw(),
    at: db.prepare(`SELECT ${checksum}, CAST(${text} AS BLOB) FROM events WHERE position = ?`).raw(),
    ofStream: db.prepare('SELECT position FROM events WHERE position > ? AND stream = ? AND revision >= ? ORDER BY position').raw(),
    isWriter: isOwn ? prepareIsWriter(db) : null,
  };
};

/** The events in `log.db`. The checksum of each event is checked whenever it is read. */
export class LogFile implements Pages {
  readonly path: string;
  readonly #connection: Connection<ReturnType<typeof prepared>>;
  /** The token that names this process in the file as its writer; empty for a reader. */
  readonly token: string;

  private constructor(path: string, connect: () => Database.Database, token = '') {
    this.path = path;
    this.token = token;
    this.#connection = new Connection(path, connect, (db) => prepared(db, token !== ''));
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
    if (!existsSync(file)) throw new LogUnavailable(`There is no log in ${folder}: ${file} is missing. 此目录中没有日志。`);
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

  /** @throws LogCorrupt if the first event of the page is damaged; a page ends before one that is damaged */
  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page {
    if (types?.length === 0) return { events: [], upTo };
    return this.#connection.ask(({ page, pageOf }) => {
      const last = types === undefined ? upTo : positionOf(Math.min(upTo, after + window));
      const found = (types === undefined ? page.get([after, last]) : pageOf.get([after, last, JSON.stringify(types)])) as PageBytes;
      const rows = rowsOf(found);
      const events = this.#readable(rows);
      const isWhole = events.length === rows.length && rows.length < pageSize;
      return { events, upTo: isWhole ? last : events.at(-1)!.position };
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
    const end = positionOf(Number.MAX_SAFE_INTEGER);
    for (let at = after; at < end;) {
      const { events, upTo } = this.page(at, end, undefined);
      for (const { stream, revision, position, type } of events) yield [stream, revision, position, type];
      at = upTo;
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

  /** The events of a page up to one that is damaged. @throws LogCorrupt if that is the first */
  #readable(rows: readonly RowBytes[]): StoredEvent[] {
    const events: StoredEvent[] = [];
    for (const row of rows) {
      try {
        events.push(this.#event(row));
      } catch (error) {
        if (events.length === 0 || !(error instanceof LogCorrupt)) throw error;
        break;
      }
    }
    return events;
  }

  /** @throws LogCorrupt if the checksum does not match */
  #event([checksum, bytes]: RowBytes): StoredEvent {
    const [stored, id, stream, revision, type, schemaVersion, occurredAt, recordedAt, meta, data] = textsOf(bytes ?? Buffer.of());
    if (bytes === null || !(checksum === null ? isUtf8(bytes) : crc32(bytes) === checksum)) {
      throw new LogCorrupt(
        `${this.path}: the event ${id} at position ${stored} does not match its checksum. The file is damaged or was changed: keep ` +
          'it as it is, check the disk, and restore it from a copy. 此事件与其校验和不符，文件已损坏或被改动：请保持原样，检查磁盘，并以副本恢复。',
        Number(stored) > 0 ? { id, type, position: positionOf(Number(stored)) } : null,
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

/** The events of a page. An event without bytes cannot be read. */
function rowsOf([bytes, lengths, checksums]: PageBytes): RowBytes[] {
  const sums = JSON.parse(checksums) as (number | null)[];
  let from = 0;
  return (JSON.parse(lengths) as (number | null)[]).map((length, i) => {
    if (length === null || bytes === null) return [sums[i]!, null];
    const event = bytes.subarray(from, from + length);
    from += length + 1;
    return [sums[i]!, event];
  });
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

/**
 * Splits the bytes of an event at U+0000. Each text is a copy: a part of a longer text would keep all of it in memory. Latin-1 text is
 * faster to create and takes half the memory.
 */
function textsOf(bytes: Buffer): StoredText {
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
  const texts: string[] = [];
  for (let from = 0; from <= bytes.length;) {
    const found = bytes.indexOf(0, from);
    const end = found < 0 ? bytes.length : found;
    texts.push(bytes.toString(encoding, from, end));
    from = end + 1;
  }
  return texts as unknown as StoredText;
}
