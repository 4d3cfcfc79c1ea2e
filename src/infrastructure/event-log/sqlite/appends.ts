import { OutcomeUnknown, WrongExpectedRevision, type Appended, type NewEvent } from '../../../application/ports/event-log.js';
import { beginning, type Position, positionOf } from '../../../projections/position.js';
import type { WorkerClient } from '../../threads.js';
import { explain, failureOf, type Failure } from './errors.js';
import type { LogFile, Row } from './log-file.js';
import type { StreamIndex } from './stream-index.js';

/** Maximum number of appends in one commit. */
const groupSize = 500;
/** Number of appends that are committed at once, without waiting for the end of the turn. */
const enough = 32;
/**
 * How long a failed append makes the log count as not writable, in milliseconds. Afterwards callers must be let through, because only
 * the next append can show that the log works again.
 */
const failingFor = 30_000;

/** The thread that commits: it is sent rows as JSON, and answers null when they are durable, else why they may not be. */
export type Committer = WorkerClient<string, Failure | null>;

interface Request {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** The appends of one commit. */
interface Group {
  readonly rows: Row[];
  /** The heads of the streams after the commit. */
  readonly heads: Map<string, number>;
  readonly written: { readonly request: Request; readonly appended: Appended }[];
}

/** The files and the thread of an open log. */
export interface LogParts {
  readonly file: LogFile;
  readonly index: StreamIndex;
  readonly committer: Committer;
}

/**
 * Appends events to the log in groups. Positions and revisions are assigned here; a thread commits the rows. One group is in flight at a
 * time; later appends form the next group. So the revisions of a new group are always checked against durable events.
 */
export class Appends {
  readonly #file: LogFile;
  readonly #index: StreamIndex;
  readonly #committer: Committer;
  readonly #onCommit: () => void;
  #end: Position;
  /** The position of the last event when the log was opened. */
  readonly #openedAt: Position;
  /** By type of event: the position of the last one since. */
  readonly #lastOfType = new Map<string, Position>();
  #queue: Request[] = [];
  #inFlight = false;
  /** True if a group will be formed at the end of this turn of the event loop. */
  #gathering = false;
  /** True if the outcome of the last group could not be read; it must be read before the next group is sent. */
  #unsure = false;
  /** When the last group could not be written, by performance.now(). */
  #failedAt = -Infinity;
  #idle: (() => void) | null = null;

  /**
   * @param end the position of the last event
   * @param onCommit called after each commit, when its appends were answered
   */
  constructor({ file, index, committer }: LogParts, end: Position, onCommit: () => void) {
    this.#file = file;
    this.#index = index;
    this.#committer = committer;
    this.#end = end;
    this.#openedAt = end;
    this.#onCommit = onCommit;
    index.onRoom = () => this.#next();
  }

  /** The position of the last durable event. */
  get end(): Position {
    return this.#end;
  }

  /** False if no event after a position is of these types: known without reading, unless the position is before the log was opened. */
  mayHold(types: readonly string[], after: Position): boolean {
    return after < this.#openedAt || types.some((type) => (this.#lastOfType.get(type) ?? beginning) > after);
  }

  /** For a short time after a group could not be written, because the next one may fail too. */
  get isFailing(): boolean {
    return performance.now() - this.#failedAt < failingFor;
  }

  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ stream, expected, events, resolve, reject });
      this.#gather();
    });
  }

  /** Waits for pending appends, then ends the thread. Nothing may be appended any more. */
  async close(): Promise<void> {
    if (this.#inFlight || this.#queue.length > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#committer.end();
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
      rows.push([positionOf(this.#end + rows.length + 1), id, stream, ++revision, type, schemaVersion, occurredAt, recordedAt, meta, data]);
    }
    heads.set(stream, revision);
    written.push({ request, appended: { revision, position: rows.at(-1)![0] } });
  }

  /** Answers as before if the same events are already at their place; refuses if there are other events or none. */
  #repeat({ stream, expected, events, resolve, reject }: Request, head: number): void {
    try {
      const stored = this.#file.at(this.#index.positions(stream, expected + 1, expected + 1 + events.length));
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
    if (failure === null) for (const row of rows) this.#note(row[2], row[3], row[0], row[4]);
    const error = failure === null ? null : this.#outcomeAfter(failure, rows.at(-1)!);
    this.#inFlight = false;
    this.#failedAt = error === null ? -Infinity : performance.now();
    this.#next(); // before the answers, so that the thread works while callers continue
    if (error !== null) {
      for (const { request } of written) request.reject(error);
      return;
    }
    for (const { request, appended } of written) request.resolve(appended);
    this.#onCommit();
  }

  /**
   * A COMMIT that reports an error, or a thread that ended, may have written the rows all the same; or another process may have written at
   * the same positions. Null if the rows were written. If that cannot be read, the next group waits until it can.
   */
  #outcomeAfter(failure: Failure, [position, id]: Row): Error | null {
    const { path } = this.#file;
    this.#unsure = true;
    try {
      this.#catchUp();
      return this.#file.at([position])[0]?.id === id ? null : explain(failure, path);
    } catch {
      const { message, code } = failure;
      return new OutcomeUnknown(`${path}: ${message} (${code}). It cannot be read either, so it is not known what was recorded.`);
    }
  }

  /** Reads what was written after the last known position. */
  #catchUp(): void {
    for (const place of this.#file.places(this.#end)) this.#note(...place);
    this.#unsure = false;
  }

  /** Adds a durable event to the index. */
  #note(stream: string, revision: number, position: Position, type: string): void {
    this.#index.add(stream, revision, position);
    this.#lastOfType.set(type, position);
    this.#end = position;
  }
}
