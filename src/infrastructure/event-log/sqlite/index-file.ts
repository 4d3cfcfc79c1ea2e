import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Connection, readOnly } from './connection.js';
import type { LogFile } from './log-file.js';

export const indexFileIn = (folder: string): string => join(folder, 'streams.db');

/** `checkpoint` says up to which position the log is indexed, and by the id of that event, of which log. */
export const indexSchema = `
CREATE TABLE IF NOT EXISTS streams (stream TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (stream, revision)) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, id TEXT NOT NULL) STRICT`;

export interface Indexed {
  /** The position up to which the index speaks. */
  readonly upTo: number;
  readonly positions: readonly number[];
}

const prepared = (db: Database.Database) => ({
  // no text that is stored is read: libsql aborts the process when it is damaged and no UTF-8 any more
  checkpoint: db.prepare('SELECT position, CAST(id AS BLOB) FROM checkpoint').raw(),
  heads: db.prepare('SELECT wanted.key, (SELECT max(revision) FROM streams WHERE stream = wanted.value) FROM json_each(?) AS wanted').raw(),
  positions: db
    .prepare(
      `SELECT c.position, s.position FROM checkpoint c LEFT JOIN streams s ON s.stream = ? AND s.revision >= ? AND s.revision < ?
    ORDER BY s.revision`,
    )
    .raw(),
});

/** Where the events of each stream stand, as `streams.db` knows it: up to its checkpoint. */
export class IndexFile {
  readonly #connection: Connection<ReturnType<typeof prepared>>;

  private constructor(file: string) {
    this.#connection = new Connection(file, () => new Database(readOnly(file), { timeout: 5000 }), prepared);
  }

  /**
   * Opens the index of a log; null when there is none, it is damaged, or it belongs to another log (one that was restored, say).
   * @throws LogCorrupt or LogUnavailable when it is the log that cannot be read
   */
  static of(folder: string, log: LogFile): IndexFile | null {
    const file = indexFileIn(folder);
    if (!existsSync(file)) return null;
    const opened = whole(() => new IndexFile(file));
    const checkpoint = opened && whole(() => opened.#connection.ask((statements) => statements.checkpoint.all() as [number, Buffer][]));
    if (checkpoint?.every(([position, id]) => log.at([position])[0]?.id === id.toString())) return opened;
    opened?.close();
    return null;
  }

  /** Up to where the log is indexed. */
  checkpoint(): number {
    return this.positions('', 0, 0).upTo;
  }

  /** The last indexed revision of each of these streams, without those that have none. One statement for all takes a third of the time. */
  heads(streams: readonly string[]): [stream: string, revision: number][] {
    const heads = this.#connection.ask(({ heads }) => heads.all([JSON.stringify(streams)]) as [number, number | null][]);
    return heads.flatMap(([index, head]) => (head === null ? [] : [[streams[index]!, head]]));
  }

  /** Positions of a stream's indexed events from one revision (included) to another (not included). */
  positions(stream: string, from: number, before: number): Indexed {
    const rows = this.#connection.ask(({ positions }) => positions.all([stream, from, before]) as [number, number | null][]);
    return { upTo: rows[0]?.[0] ?? 0, positions: rows.flatMap(([, position]) => position ?? []) };
  }

  close(): void {
    this.#connection.close();
  }
}

/** What is read, or null when it cannot be. */
function whole<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
