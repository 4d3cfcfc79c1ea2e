import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { LogCorrupt, noStream } from '../../../application/event-log.js';
import { explaining } from './errors.js';
import { readOnly, type LogFile } from './log-file.js';

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

/** Where the events of each stream stand, as `streams.db` knows it: up to its checkpoint. Errors are the port's. */
export class IndexFile {
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #head: Database.Statement;
  readonly #positions: Database.Statement;

  private constructor(file: string, db: Database.Database) {
    this.#file = file;
    this.#db = db;
    this.#head = db.prepare('SELECT revision FROM streams WHERE stream = ? ORDER BY revision DESC LIMIT 1').raw();
    this.#positions = db.prepare(`SELECT c.position, s.position FROM checkpoint c LEFT JOIN streams s ON s.stream = ? AND s.revision >= ? AND s.revision < ?
      WHERE c.one = 1 ORDER BY s.revision`).raw();
  }

  /** Opens the index of a log; null when there is none, it is damaged, or it belongs to another log (one that was restored, say). */
  static of(folder: string, log: LogFile): IndexFile | null {
    const file = indexFileIn(folder);
    if (!existsSync(file)) return null;
    let db: Database.Database | undefined;
    try {
      db = new Database(readOnly(file), { timeout: 5000 });
      const checkpoint = db.prepare('SELECT position, id FROM checkpoint').raw().get() as [number, string] | undefined;
      if (checkpoint && log.at([checkpoint[0]])[0]?.id === checkpoint[1]) return new IndexFile(file, db);
    } catch (error) {
      if (error instanceof LogCorrupt) throw error; // it is the log that is damaged
    }
    db?.close();
    return null;
  }

  /** Up to where the log is indexed. */
  checkpoint(): number {
    return this.positions('', 0, 0).upTo;
  }

  /** The revision of the last indexed event of a stream. */
  head(stream: string): number {
    return explaining(this.#file, () => (this.#head.get([stream]) as [number] | undefined)?.[0] ?? noStream);
  }

  /** Positions of a stream's indexed events from one revision (included) to another (not included). */
  positions(stream: string, from: number, before: number): Indexed {
    const rows = explaining(this.#file, () => this.#positions.all([stream, from, before]) as [number, number | null][]);
    return { upTo: rows[0]?.[0] ?? 0, positions: rows.flatMap(([, position]) => position ?? []) };
  }

  close(): void {
    this.#db.close();
  }
}
