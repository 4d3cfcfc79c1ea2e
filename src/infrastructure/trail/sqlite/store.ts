import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import Database from 'libsql';
import {
  SegmentReplaced,
  TrailUnreadable,
  type Listed,
  type TrailChange,
  type TrailEnd,
  type TrailStore,
} from '../../../application/ports/trail.js';
import {
  type Block,
  type Layout,
  mostParts,
  type SegmentHead,
  type Span,
  timesOf,
  usualLayout,
} from '../../../application/trail/segment.js';
import type { Position } from '../../../projections/position.js';
import { end as endWriting, readOnly } from '../../event-log/sqlite/connection.js';
import { makePrivateFile } from '../../private-files.js';

export const trailFileIn = (folder: string): string => join(folder, 'trail.db');

/** Removes the file, with those that SQLite keeps beside it. */
export function removeTrail(folder: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(trailFileIn(folder) + ending, { force: true });
}

/** Bytes are stored with their CRC-32. `last` is the only row of its table. */
const schema = `
CREATE TABLE IF NOT EXISTS segments (id INTEGER PRIMARY KEY, start INTEGER NOT NULL, bits INTEGER NOT NULL, first REAL NOT NULL,
  last REAL NOT NULL, buckets INTEGER NOT NULL, hot BLOB NOT NULL, zones BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS parts (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blocks (start INTEGER PRIMARY KEY, first INTEGER NOT NULL UNIQUE, distances BLOB NOT NULL,
  checksum INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS last (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, count INTEGER NOT NULL,
  position INTEGER NOT NULL, event_id TEXT NOT NULL) STRICT`;

/** Keys of segments, and of their parts, in their order. Below 2^53, up to 2^31 events. */
const keyOf = ({ start, bits }: Span): number => start * 32 + bits;
const partKey = (span: Span, index: number): number => keyOf(span) * mostParts + index;

const prepared = (db: Database.Database) => ({
  segments: db.prepare('SELECT start, bits, first, last FROM segments ORDER BY id').raw(),
  head: db.prepare('SELECT buckets, hot, zones, checksum FROM segments WHERE id = ?').raw(),
  part: db.prepare('SELECT bytes, checksum FROM parts WHERE id = ?').raw(),
  block: db.prepare('SELECT start, first, distances, checksum FROM blocks WHERE start = ?').raw(),
  blockAt: db.prepare('SELECT start, first, distances, checksum FROM blocks WHERE first <= ? ORDER BY first DESC LIMIT 1').raw(),
  emptied: db.prepare('PRAGMA user_version').raw(),
  // read as bytes: libsql aborts the process if damaged text is not UTF-8
  end: db.prepare('SELECT version, count, position, CAST(event_id AS BLOB) FROM last').raw(),
});
const writing = (db: Database.Database) => ({
  segment: db.prepare('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  part: db.prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?)'),
  block: db.prepare('INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?)'),
  end: db.prepare('INSERT OR REPLACE INTO last VALUES (1, ?, ?, ?, ?)'),
  removeSegment: db.prepare('DELETE FROM segments WHERE id = ?'),
  removeParts: db.prepare('DELETE FROM parts WHERE id >= ? AND id < ?'),
});

type BlockRow = readonly [start: number, first: Position, distances: Buffer, checksum: number];

/** The index of the audit trail in `trail.db`. */
export class SqliteTrail implements TrailStore {
  readonly #file: string;
  readonly #db: Database.Database;
  readonly #reading: ReturnType<typeof prepared>;
  readonly #writing: ReturnType<typeof writing> | null;

  private constructor(
    file: string,
    db: Database.Database,
    writes: boolean,
    readonly layout: Layout,
  ) {
    this.#file = file;
    this.#db = db;
    this.#reading = prepared(db);
    this.#writing = writes ? writing(db) : null;
  }

  /** Opens the index of a folder for writing, and creates it if missing. Only for the holder of the folder's lock. */
  static create(folder: string, layout = usualLayout): SqliteTrail {
    const file = trailFileIn(folder);
    makePrivateFile(file);
    return opened(new Database(file, { timeout: 5000 }), (db) => {
      db.exec('PRAGMA journal_mode = WAL');
      db.exec('PRAGMA synchronous = NORMAL'); // what a power failure loses is made from the log again
      db.exec(schema);
      return new SqliteTrail(file, db, true, layout);
    });
  }

  /** Opens the index of a folder for reading; null if there is none, or its owner has not made the tables yet. */
  static existing(folder: string, layout = usualLayout): SqliteTrail | null {
    const file = trailFileIn(folder);
    if (!existsSync(file)) return null;
    try {
      return opened(new Database(readOnly(file), { timeout: 5000 }), (db) => new SqliteTrail(file, db, false, layout));
    } catch (error) {
      if ((error as Error).message.includes('no such table')) return null;
      throw error;
    }
  }

  async segments(): Promise<readonly Listed[]> {
    await Promise.resolve();
    const rows = this.#reading.segments.all() as [number, number, number, number][];
    return rows.map(([start, bits, first, last]) => ({ start, bits, first, last }));
  }

  async head(span: Span): Promise<SegmentHead> {
    await Promise.resolve();
    const row = this.#reading.head.get([keyOf(span)]) as [number, Buffer, Buffer, number] | undefined;
    if (!row) throw new SegmentReplaced(span);
    const [buckets, hot, zones, checksum] = row;
    this.#check(zones, checksum, crc32(hot));
    return { ...span, buckets, hot: new Uint32Array(copied(hot)), zones: new Float64Array(copied(zones)) };
  }

  async parts(span: Span, indexes: readonly number[]): Promise<readonly Uint8Array[]> {
    await Promise.resolve();
    return indexes.map((index) => {
      const row = this.#reading.part.get([partKey(span, index)]) as [Buffer, number] | undefined;
      if (!row) throw new SegmentReplaced(span);
      return this.#check(...row);
    });
  }

  async block(start: number): Promise<Block> {
    await Promise.resolve();
    const block = this.#block(this.#reading.block.get([start]) as BlockRow | undefined);
    if (!block) throw new TrailUnreadable(`${this.#file}: a block is missing`);
    return block;
  }

  async blockAt(position: Position): Promise<Block | null> {
    await Promise.resolve();
    return this.#block(this.#reading.blockAt.get([position]) as BlockRow | undefined);
  }

  async end(): Promise<TrailEnd | null> {
    await Promise.resolve();
    const row = this.#reading.end.get() as [number, number, Position, Buffer] | undefined;
    if (!row) return null;
    const [version, count, position, eventId] = row;
    return { version, count, position, eventId: eventId.toString() };
  }

  async write({ segments, replaced, blocks, end }: TrailChange): Promise<void> {
    await Promise.resolve();
    this.#inOneTransaction(({ segment, part, block, end: mark, removeSegment, removeParts }) => {
      for (const span of replaced) {
        removeSegment.run([keyOf(span)]);
        removeParts.run([partKey(span, 0), partKey(span, mostParts)]);
      }
      for (const { start, bits, buckets, hot, zones, parts, ...rest } of segments) {
        const { first, last } = timesOf({ start, bits, buckets, hot, zones, ...rest });
        const [hotBytes, zoneBytes] = [bytesOf(hot), bytesOf(zones)];
        segment.run([keyOf({ start, bits }), start, bits, first, last, buckets, hotBytes, zoneBytes, crc32(zoneBytes, crc32(hotBytes))]);
        for (const [index, bytes] of parts.entries()) part.run([partKey({ start, bits }, index), bytesOf(bytes), crc32(bytes)]);
      }
      for (const { start, first, distances } of blocks) block.run([start, first, bytesOf(distances), crc32(distances)]);
      mark.run([end.version, end.count, end.position, end.eventId]);
    });
  }

  /** How often it was emptied. */
  get emptied(): number {
    return (this.#reading.emptied.get() as [number])[0];
  }

  async clear(): Promise<void> {
    await Promise.resolve();
    const { emptied } = this;
    this.#inOneTransaction(() => {
      for (const table of ['segments', 'parts', 'blocks', 'last']) this.#db.exec(`DELETE FROM ${table}`);
      this.#db.exec(`PRAGMA user_version = ${emptied + 1}`);
    });
  }

  /** Reads go on with what is there now, until the returned function is called. */
  pin(): () => void {
    this.#db.exec('BEGIN');
    this.#reading.end.get();
    return () => this.#db.exec('COMMIT');
  }

  close(): void {
    if (this.#writing) endWriting(this.#db);
    else this.#db.close();
  }

  #inOneTransaction(work: (statements: ReturnType<typeof writing>) => void): void {
    if (!this.#writing) throw new TypeError(`${this.#file} is open for reading`);
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work(this.#writing);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #block(row: BlockRow | undefined): Block | null {
    if (!row) return null;
    const [start, first, distances, checksum] = row;
    return { start, first, distances: this.#check(distances, checksum) };
  }

  /** @throws TrailUnreadable if the bytes are not those that were written */
  #check(bytes: Buffer, checksum: number, before = 0): Buffer {
    if (crc32(bytes, before) === checksum) return bytes;
    throw new TrailUnreadable(`${this.#file}: bytes do not match their checksum`);
  }
}

function opened<T>(db: Database.Database, use: (db: Database.Database) => T): T {
  try {
    return use(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
const copied = (bytes: Buffer): ArrayBuffer => Uint8Array.from(bytes).buffer;
