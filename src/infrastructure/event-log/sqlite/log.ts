import {
  LogUnavailable,
  type Appended,
  type EventLog,
  type Filter,
  type Health,
  type NewEvent,
  type Page,
  type StoredEvent,
} from '../../../application/ports/event-log.js';
import { makePrivateFolder } from '../../private-files.js';
import { WorkerClient, threadFile } from '../../threads.js';
import { Signal, followPages, readPages, type Pages } from '../paging.js';
import { assertStorable } from '../storable.js';
import { Appends, type Committer, type LogParts } from './appends.js';
import { explaining } from './errors.js';
import { lockFolder } from './lock.js';
import type { CommitterData } from './committer.thread.js';
import { LogFile, logFileIn } from './log-file.js';
import { acceptLoss, assertNothingWasLost, isEmptyFile } from './lost.js';
import { StreamIndex, type IndexOptions } from './stream-index.js';
import type { Position } from '../../../projections/position.js';

const defaults: IndexOptions = { batch: 20_000, limit: 50_000 };

export interface LogOptions extends IndexOptions {
  /** Open the log even if events at its end were lost. */
  readonly acceptLoss: boolean;
}

export interface SqliteLog extends EventLog {
  /** Number of events that the stream index has only in memory. */
  readonly unindexed: number;
}

/**
 * Opens the log of a data folder as its only writer, and creates both if missing.
 * @throws DataFolderInUse if another process has it open
 * @throws LogUnavailable or LogCorrupt if it cannot be opened, or events were lost
 */
export async function openSqliteLog(folder: string, options: Partial<LogOptions> = {}): Promise<SqliteLog> {
  explaining(folder, () => makePrivateFolder(folder));
  const unlock = lockFolder(folder);
  let file: LogFile | undefined;
  try {
    if (options.acceptLoss) acceptLoss(folder);
    // before the file is created: a copied log.db must not be combined with an old write-ahead log
    else if (isEmptyFile(logFileIn(folder))) assertNothingWasLost(folder, 0);
    file = LogFile.create(folder);
    if (!options.acceptLoss) assertNothingWasLost(folder, file.end());
    return await OpenLog.open(folder, file, { ...defaults, ...options }, unlock);
  } catch (error) {
    file?.close();
    unlock();
    throw error;
  }
}

/** A stream whose head must be read from the index file. */
interface LookUp {
  readonly stream: string;
  readonly resolve: (head: number) => void;
  readonly reject: (error: unknown) => void;
}

/** An open log: what is read from it, and one queue of appends. */
class OpenLog implements SqliteLog, Pages {
  readonly #file: LogFile;
  readonly #index: StreamIndex;
  readonly #appends: Appends;
  readonly #unlock: () => void;
  readonly #grown = new Signal();
  readonly #closing = new AbortController();
  #lookUps: LookUp[] = [];
  #closed: Promise<void> | null = null;

  private constructor(parts: LogParts, end: Position, unlock: () => void) {
    this.#file = parts.file;
    this.#index = parts.index;
    this.#appends = new Appends(parts, end, () => this.#grown.notify());
    this.#unlock = unlock;
  }

  static async open(folder: string, file: LogFile, options: IndexOptions, unlock: () => void): Promise<OpenLog> {
    const committer: Committer = new WorkerClient(threadFile(import.meta.url, './committer.thread.js'), {
      file: file.path,
      token: file.token,
    } satisfies CommitterData);
    try {
      const end = file.end();
      const index = await StreamIndex.open(folder, file, options);
      return new OpenLog({ file, index, committer }, end, unlock);
    } catch (error) {
      await committer.end();
      throw error;
    }
  }

  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    assertStorable(stream, expected, events);
    this.#assertOpen();
    return await this.#appends.append(stream, expected, events);
  }

  async read(stream: string, fromRevision = 0): Promise<readonly StoredEvent[]> {
    this.#assertOpen();
    const head = this.#index.known(stream) ?? (await this.#lookUp(stream));
    return head < fromRevision ? [] : this.#stored(stream, fromRevision);
  }

  #stored(stream: string, fromRevision: number): readonly StoredEvent[] {
    const positions = this.#index.positions(stream, fromRevision);
    const events = this.#file.at(positions);
    if (events.length < positions.length || events.some((event, i) => event.stream !== stream || event.revision !== fromRevision + i))
      throw this.#index.remake();
    return events;
  }

  readAll(after: Position, filter?: Filter): AsyncIterable<Page> {
    return readPages(this, after, filter);
  }

  subscribe(after: Position, filter: Filter, signal: AbortSignal): AsyncIterable<Page> {
    return followPages(this, this.#grown, after, filter, AbortSignal.any([signal, this.#closing.signal]));
  }

  async at(position: Position): Promise<StoredEvent | null> {
    await Promise.resolve();
    this.#assertOpen();
    return this.#file.at([position])[0] ?? null;
  }

  async position(): Promise<Position> {
    return Promise.resolve(this.end());
  }

  /**
   * Failing for a short time after a group could not be written, because the next one may fail too. Also after a damaged page was read or
   * another process took over, until the log is opened again.
   */
  async health(): Promise<Health> {
    const isFailing = this.#file.isDamaged || this.#appends.isFailing || this.#isTakenOver();
    return Promise.resolve(isFailing ? 'failing' : 'well');
  }

  get unindexed(): number {
    return this.#index.backlog;
  }

  /** Waits for pending appends, then releases the folder. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  end(): Position {
    this.#assertOpen();
    return this.#appends.end;
  }

  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page {
    this.#assertOpen();
    if (types !== undefined && !this.#appends.mayHold(types, after)) return { events: [], upTo };
    return this.#file.page(after, upTo, types);
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#appends.close();
    await this.#index.close();
    this.#file.close();
    this.#unlock();
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable(`${this.#file.path} is closed`);
  }

  /** Reads the head of a stream at the end of this turn of the event loop, in one query with all others requested in this turn. */
  #lookUp(stream: string): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#lookUps.push({ stream, resolve, reject }) > 1) return;
      setImmediate(() => {
        const lookUps = this.#lookUps.splice(0);
        const heads = this.#index.heads(lookUps.map((lookUp) => lookUp.stream));
        for (const lookUp of lookUps) {
          const head = heads.get(lookUp.stream)!;
          if (typeof head === 'number') lookUp.resolve(head);
          else lookUp.reject(head);
        }
      });
    });
  }

  #isTakenOver(): boolean {
    try {
      return this.#file.isTakenOver;
    } catch {
      return true; // cannot be read, or closed
    }
  }
}
