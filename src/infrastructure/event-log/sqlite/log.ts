import {
  LogUnavailable,
  OutcomeUnknown,
  WrongExpectedRevision,
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
import { explain, explaining, failureOf, type Failure } from './errors.js';
import { lockFolder } from './lock.js';
import type { CommitterData } from './committer.thread.js';
import { LogFile, logFileIn, type Place, type Row } from './log-file.js';
import { acceptLoss, assertNothingWasLost, isEmptyFile } from './lost.js';
import { StreamIndex, type IndexOptions } from './stream-index.js';
import { beginning, type Position, positionOf } from '../../../projections/position.js';

/** Maximum number of appends in one commit. */
const groupSize = 500;
/** Number of appends that are committed at once, without waiting for the end of the turn. */
const enough = 32;
/**
 * How long a failed append makes the log count as not writable, in milliseconds. Afterwards callers must be let through, because only
 * the next append can show that the log works again.
 */
const failingFor = 30_000;
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
    return await OpenLog.begin(folder, file, { ...defaults, ...options }, unlock);
  } catch (error) {
    file?.close();
    unlock();
    throw error;
  }
}

interface Request {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** A stream whose head must be read from the index file. */
interface LookUp {
  readonly stream: string;
  readonly resolve: (head: number) => void;
  readonly reject: (error: unknown) => void;
}

/** The appends of one commit. */
interface Group {
  readonly rows: Row[];
  /** The heads of the streams after the commit. */
  readonly heads: Map<string, number>;
  readonly written: { readonly request: Request; readonly appended: Appended }[];
}

/**
 * Positions and revisions are assigned here; a thread commits the rows. One group is in flight at a time; later appends form the next
 * group. So the revisions of a new group are always checked against durable events.
 */
class OpenLog implements SqliteLog, Pages {
  readonly #log: LogFile;
  readonly #file: string;
  readonly #unlock: () => void;
  readonly #committer: WorkerClient<string, Failure | null>;
  readonly #grown = new Signal();
  readonly #closing = new AbortController();
  #index!: StreamIndex;
  #position = beginning;
  #queue: Request[] = [];
  #lookUps: LookUp[] = [];
  #inFlight = false;
  /** True if a group will be formed at the end of this turn of the event loop. */
  #gathering = false;
  /** True if the outcome of the last group could not be read; it must be read before the next group is sent. */
  #unsure = false;
  /** When the last group could not be written, by performance.now(). */
  #failedAt = -Infinity;
  #idle: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  private constructor(folder: string, log: LogFile, unlock: () => void) {
    this.#log = log;
    this.#file = logFileIn(folder);
    this.#unlock = unlock;
    this.#committer = new WorkerClient(threadFile(import.meta.url, './committer.thread.js'), {
      file: this.#file,
      token: log.token,
    } satisfies CommitterData);
  }

  static async begin(folder: string, file: LogFile, options: IndexOptions, unlock: () => void): Promise<OpenLog> {
    const log = new OpenLog(folder, file, unlock);
    try {
      log.#position = file.end();
      log.#index = await StreamIndex.open(folder, file, options);
      log.#index.onRoom = () => log.#next();
      return log;
    } catch (error) {
      await log.#committer.end();
      throw error;
    }
  }

  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      assertStorable(stream, expected, events);
      this.#assertOpen();
      this.#queue.push({ stream, expected, events, resolve, reject });
      this.#gather();
    });
  }

  async read(stream: string, fromRevision = 0): Promise<readonly StoredEvent[]> {
    await Promise.resolve();
    this.#assertOpen();
    const head = this.#index.known(stream) ?? (await this.#lookUp(stream));
    if (head < fromRevision) return [];
    const positions = this.#index.positions(stream, fromRevision);
    const events = this.#log.at(positions);
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
    return this.#log.at([position])[0] ?? null;
  }

  async position(): Promise<Position> {
    return Promise.resolve(this.end());
  }

  /**
   * Failing for a short time after a group could not be written, because the next one may fail too. Also after a damaged page was read or
   * another process took over, until the log is opened again.
   */
  async health(): Promise<Health> {
    const isFailing = this.#log.isDamaged || performance.now() - this.#failedAt < failingFor || this.#isTakenOver();
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
    return this.#position;
  }

  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page {
    this.#assertOpen();
    return this.#log.page(after, upTo, types);
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    if (this.#inFlight || this.#queue.length > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#committer.end();
    await this.#index.close();
    this.#log.close();
    this.#unlock();
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable(`${this.#file} is closed`);
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

  /**
   * Forms a group at the end of this turn of the event loop. If many appends arrive at once, it does not wait for all: one half is
   * committed while the other half is prepared.
   */
  #gather(): void {
    if (this.#queue.length >= enough) return this.#next();
    if (this.#gathering) return;
    this.#gathering = true;
    setImmediate(() => {
      this.#gathering = false;
      this.#next();
    });
  }

  /** Sends the next group, unless one is in flight. */
  #next(): void {
    while (!this.#inFlight && this.#queue.length > 0 && !this.#index.isFull) {
      const requests = this.#queue.splice(0, groupSize);
      try {
        if (this.#unsure) this.#catchUp();
      } catch (error) {
        for (const { reject } of requests.splice(0)) reject(error);
      }
      const group = this.#form(requests);
      if (group.rows.length > 0) void this.#commit(group);
    }
    if (!this.#inFlight && this.#queue.length === 0) this.#idle?.();
  }

  /** Answers what needs no write. An append that depends on another append of this group goes back to the queue. */
  #form(requests: readonly Request[]): Group {
    const heads = this.#index.heads(requests.map(({ stream }) => stream));
    const group: Group = { rows: [], heads: new Map(), written: [] };
    const later: Request[] = [];
    for (const request of requests) {
      const { stream, expected } = request;
      const head = group.heads.get(stream) ?? heads.get(stream)!;
      if (head === expected) this.#place(group, request);
      else if (typeof head !== 'number') request.reject(head);
      else if (group.heads.has(stream)) later.push(request);
      else this.#repeat(request, head);
    }
    this.#queue.unshift(...later);
    return group;
  }

  #place({ rows, heads, written }: Group, request: Request): void {
    const { stream, expected, events } = request;
    let revision = expected;
    for (const { id, type, schemaVersion, occurredAt, recordedAt, meta, data } of events) {
      rows.push([
        positionOf(this.#position + rows.length + 1),
        id,
        stream,
        ++revision,
        type,
        schemaVersion,
        occurredAt,
        recordedAt,
        meta,
        data,
      ]);
    }
    heads.set(stream, revision);
    written.push({ request, appended: { revision, position: rows.at(-1)![0] } });
  }

  /** Answers as before if the same events are already at their place; refuses if there are other events or none. */
  #repeat({ stream, expected, events, resolve, reject }: Request, head: number): void {
    try {
      const stored = this.#log.at(this.#index.positions(stream, expected + 1, expected + 1 + events.length));
      const last = stored[events.length - 1];
      if (last === undefined || stored.some(({ id }, i) => id !== events[i]!.id)) reject(new WrongExpectedRevision(stream, expected, head));
      else resolve({ revision: last.revision, position: last.position });
    } catch (error) {
      reject(error);
    }
  }

  async #commit({ rows, written }: Group): Promise<void> {
    this.#inFlight = true;
    const failure = await this.#committer.ask(JSON.stringify(rows)).catch(failureOf);
    if (failure === null) this.#note(rows.map(([position, , stream, revision]) => [stream, revision, position]));
    const error = failure === null ? null : this.#outcomeAfter(failure, rows.at(-1)!);
    this.#inFlight = false;
    this.#failedAt = error === null ? -Infinity : performance.now();
    this.#next(); // before the answers, so that the thread works while callers continue
    if (error !== null) {
      for (const { request } of written) request.reject(error);
      return;
    }
    for (const { request, appended } of written) request.resolve(appended);
    this.#grown.notify();
  }

  /**
   * A COMMIT that reports an error, or a thread that ended, may have written the rows all the same; or another process may have written at
   * the same positions. Null if the rows were written. If that cannot be read, the next group waits until it can.
   */
  #outcomeAfter(failure: Failure, [position, id]: Row): Error | null {
    this.#unsure = true;
    try {
      this.#catchUp();
      return this.#log.at([position])[0]?.id === id ? null : explain(failure, this.#file);
    } catch {
      const { message, code } = failure;
      return new OutcomeUnknown(`${this.#file}: ${message} (${code}). It cannot be read either, so it is not known what was recorded.`);
    }
  }

  #isTakenOver(): boolean {
    try {
      return this.#log.isTakenOver;
    } catch {
      return true; // cannot be read, or closed
    }
  }

  /** Reads what was written after the last known position. */
  #catchUp(): void {
    this.#note(this.#log.places(this.#position));
    this.#unsure = false;
  }

  /** Adds durable events to the index. */
  #note(places: Iterable<Place>): void {
    for (const [stream, revision, position] of places) {
      this.#index.add(stream, revision, position);
      this.#position = position;
    }
  }
}
