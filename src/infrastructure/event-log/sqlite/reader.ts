import { statSync } from 'node:fs';
import { LogCorrupt, type EventReader, type Filter, type Page, type StoredEvent } from '../../../application/ports/event-log.js';
import { Signal, followPages, readPages } from '../paging.js';
import { IndexFile, indexFileIn, type Indexed } from './index-file.js';
import { LogFile } from './log-file.js';
import { beginning, type Position } from '../../../projections/position.js';

/** Interval in milliseconds at which a reader checks whether the log has grown. */
const poll = 200;

/** Reads a log that another thread or process writes. Takes no lock, and sees durable events only. */
export interface LogReader extends EventReader {
  /** Lets subscriptions check at once, for callers that know earlier that the log has grown. */
  wake(): void;
  close(): void;
}

/**
 * Opens the log of a data folder for reading.
 * @throws LogUnavailable if there is none or it cannot be read, LogCorrupt if it is damaged
 */
export const openLogReader = (folder: string): LogReader => new SqliteReader(folder, LogFile.existing(folder));

class SqliteReader implements LogReader {
  readonly #folder: string;
  readonly #log: LogFile;
  readonly #grown = new Signal();
  readonly #closing = new AbortController();
  #index: IndexFile | null = null;
  /** Inode of the index file. */
  #indexMade: number | undefined;

  constructor(folder: string, log: LogFile) {
    this.#folder = folder;
    this.#log = log;
  }

  async read(stream: string, fromRevision = 0): Promise<readonly StoredEvent[]> {
    await Promise.resolve();
    const { upTo, positions } = this.#indexed(stream, fromRevision);
    return this.#log.at([...positions, ...this.#log.scan(upTo, stream, fromRevision)]);
  }

  readAll(after: Position, filter?: Filter): AsyncIterable<Page> {
    return readPages(this.#log, after, filter);
  }

  subscribe(after: Position, filter: Filter, signal: AbortSignal): AsyncIterable<Page> {
    return followPages(this.#log, this.#grown, after, filter, AbortSignal.any([signal, this.#closing.signal]), poll);
  }

  async at(position: Position): Promise<StoredEvent | null> {
    return Promise.resolve(this.#log.at([position])[0] ?? null);
  }

  async position(): Promise<Position> {
    return Promise.resolve(this.#log.end());
  }

  wake(): void {
    this.#grown.notify();
  }

  close(): void {
    this.#closing.abort();
    this.#index?.close();
    this.#log.close();
  }

  /** Uses the index; if it is missing or damaged, scans the whole log. Opens it again when its owner has built a new one. */
  #indexed(stream: string, fromRevision: number): Indexed {
    try {
      const made = statSync(indexFileIn(this.#folder), { throwIfNoEntry: false })?.ino;
      if (made !== this.#indexMade || this.#index === null) {
        this.#index?.close();
        this.#index = made === undefined ? null : IndexFile.of(this.#folder, this.#log);
        this.#indexMade = made;
      }
      if (this.#index) return this.#index.positions(stream, fromRevision, Number.MAX_SAFE_INTEGER);
    } catch (error) {
      if (!(error instanceof LogCorrupt)) throw error;
    }
    return { upTo: beginning, positions: [] };
  }
}
