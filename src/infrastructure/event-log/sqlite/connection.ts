import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { LogCorrupt, LogUnavailable } from '../../../application/ports/event-log.js';
import { explaining } from './errors.js';

/** URI with which SQLite opens a file read-only and never creates it. */
export const readOnly = (file: string, options = ''): string => `${pathToFileURL(file).href}?mode=ro${options}`;

/** A connection with its prepared statements. Throws the errors of the port. */
export class Connection<Statements> {
  readonly #file: string;
  readonly #db: Database.Database;
  readonly #prepare: (db: Database.Database) => Statements;
  #statements: Statements;
  #closed = false;
  #isDamaged = false;

  /**
   * @param file name of the file in error messages
   * @param connect opens the connection
   * @throws LogUnavailable or LogCorrupt if the statements cannot be prepared
   */
  constructor(file: string, connect: () => Database.Database, prepare: (db: Database.Database) => Statements) {
    this.#file = file;
    this.#prepare = prepare;
    this.#db = explaining(file, connect);
    try {
      this.#statements = explaining(file, () => prepare(this.#db));
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  ask<T>(question: (statements: Statements) => T): T {
    if (this.#closed) throw new LogUnavailable(`${this.#file} is closed`); // libsql's statements still run after close()
    try {
      return explaining(this.#file, () => question(this.#statements));
    } catch (error) {
      this.#isDamaged ||= error instanceof LogCorrupt;
      // libsql does not reset a statement that failed: it would fail for ever
      this.#statements = explaining(this.#file, () => this.#prepare(this.#db));
      throw error;
    }
  }

  /** Whether a query read a damaged page. Other queries still work, but the page stays damaged. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  close(): void {
    this.#closed = true;
    this.#db.close();
  }
}

/**
 * Closes a connection that wrote, after moving the write-ahead log into the file. SQLite would do that when the last connection closes,
 * but libsql keeps a connection open until its statements are garbage collected.
 */
export function end(db: Database.Database): void {
  try {
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get();
  } catch {
    // the data stays in the write-ahead log, where it is just as durable
  }
  db.close();
}
