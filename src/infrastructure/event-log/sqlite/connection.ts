import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { LogCorrupt, LogUnavailable } from '../../../application/ports/event-log.js';
import { explaining } from './errors.js';

/** The name by which SQLite opens a file only to read it, and never makes it. */
export const readOnly = (file: string, options = ''): string => `${pathToFileURL(file).href}?mode=ro${options}`;

/** A connection with its prepared statements. Errors are the port's. */
export class Connection<Statements> {
  readonly #file: string;
  readonly #db: Database.Database;
  readonly #prepare: (db: Database.Database) => Statements;
  #statements: Statements;
  #closed = false;
  #isDamaged = false;

  /**
   * @param file what errors name
   * @param connect opens it
   * @throws LogUnavailable or LogCorrupt when the statements cannot be prepared
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
    if (this.#closed) throw new LogUnavailable(`${this.#file} is closed`); // statements of libsql work on after it
    try {
      return explaining(this.#file, () => question(this.#statements));
    } catch (error) {
      this.#isDamaged ||= error instanceof LogCorrupt;
      // one that failed is not reset by libsql: it would fail for ever
      this.#statements = explaining(this.#file, () => this.#prepare(this.#db));
      throw error;
    }
  }

  /** Whether a question met a damaged page. The others go on, but the page does not heal. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  close(): void {
    this.#closed = true;
    this.#db.close();
  }
}

/**
 * Closes a connection that wrote, with all it wrote in the file itself. SQLite would do that when the last connection closes, but
 * libsql keeps one open until its statements are collected as garbage.
 */
export function end(db: Database.Database): void {
  try {
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get();
  } catch {
    // it stays in the write-ahead log, and is as durable there
  }
  db.close();
}
