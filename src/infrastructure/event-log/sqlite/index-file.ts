import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Connection, readOnly } from './connection.js';
import type { LogFile } from './log-file.js';
import { beginning, type Position } from '../../../projections/position.js';

export const indexFileIn = (folder: string): string => join(folder, 'streams.db');

/** `checkpoint` holds the position up to which the log is indexed, and the id of the event there, which identifies the log. */
export const indexSchema = `
CREATE TABLE IF NOT EXISTS streams (stream TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (stream, revision)) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, id TEXT NOT NULL) STRICT`;

export interface Indexed {
  /** The position up to which the index is complete. */
  readonly upTo: Position;
  readonly positions: readonly Position[];
}

const prepared = (db: Database.Database) => ({
  // no stored text is read: libsql aborts the process if damaged text is not UTF-8
  checkpoint: db.prepare('SELECT position, CAST(id AS BLOB) FROM checkpoint').raw(),
  heads: db
    .prepare(
      `SELECT wanted.key, (SELECT max(revision) FROM streams WHERE stream = wanted.value) AS head FROM json_each(?) AS wanted
    WHERE head IS NOT NULL`, // most commands begin a stream, and each row costs more than the search
    )
    .raw(),
  positions: db
    .prepare(
      `SELECT c.position, s.position FROM checkpoint c LEFT JOIN streams s ON s.stream = ? AND s.revision >= ? AND s.revision < ?
    ORDER BY s.revision`,
    )
    .raw(),
});

/** The positions of the events of each stream up to the checkpoint of `streams.db`. */
export class IndexFile {
  readonly #connection: Connection<ReturnType<typeof prepared>>;

  private constructor(file: string) {
    this.#connection = new Connection(file, () => new Database(readOnly(file), { timeout: 5000 }), prepared);
  }

  /**
   * Opens the index of a log; null if there is none, it is damaged, or it belongs to another log (for example a restored one).
   * @throws LogCorrupt or LogUnavailable if the log itself cannot be read
   */
  static of(folder: string, log: LogFile): IndexFile | null {
    const file = indexFileIn(folder);
    if (!existsSync(file)) return null;
    const opened = whole(() => new IndexFile(file));
    const checkpoint = opened && whole(() => opened.#connection.ask((statements) => statements.checkpoint.all() as [Position, Buffer][]));
    if (checkpoint?.every(([position, id]) => log.at([position])[0]?.id === id.toString())) return opened;
    opened?.close();
    return null;
  }

  /** The position up to which the log is indexed. */
  checkpoint(): Position {
    return this.positions('', 0, 0).upTo;
  }

  /** The last indexed revision of each of these streams, without empty ones. One statement for all is three times as fast. */
  heads(streams: readonly string[]): [stream: string, revision: number][] {
    const heads = this.#connection.ask(({ heads }) => heads.all([JSON.stringify(streams)]) as [number, number][]);
    return heads.map(([index, head]) => [streams[index]!, head]);
  }

  /** Positions of a stream's indexed events from one revision (included) to another (not included). */
  positions(stream: string, from: number, before: number): Indexed {
    const rows = this.#connection.ask(({ positions }) => positions.all([stream, from, before]) as [Position, Position | null][]);
    return { upTo: rows[0]?.[0] ?? beginning, positions: rows.flatMap(([, position]) => position ?? []) };
  }

  close(): void {
    this.#connection.close();
  }
}

/** The result of `read`, or null if the file cannot be read. */
function whole<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
