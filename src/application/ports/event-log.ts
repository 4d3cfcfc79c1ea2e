/** The revision of a stream that does not exist yet: what `append` expects when it is to begin one. */
export const noStream = -1;

/** An event as it is handed to the log. `data` and `meta` are JSON as it was serialised: these bytes are stored, exported and replayed. */
export interface NewEvent {
  /** UUIDv7. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** When it happened, ISO 8601 in UTC. */
  readonly occurredAt: string;
  /** When it was entered, ISO 8601 in UTC. */
  readonly recordedAt: string;
  readonly data: string;
  readonly meta: string;
}

export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** Place in its stream, from 0, without gaps. */
  readonly revision: number;
  /** Place in the log: strictly increasing from 1; an engine may leave gaps. */
  readonly position: number;
}

export interface Filter {
  /** Only events of these types. */
  readonly types?: readonly string[];
  /** Up to and including this position. */
  readonly until?: number;
  /** Called with the position up to which all that was wanted has been handed out, also where there was nothing. */
  readonly onProgress?: (position: number) => void;
}

/** Where the last event of an append stands. */
export interface Appended {
  readonly revision: number;
  readonly position: number;
}

export interface EventReader {
  /** The events of a stream in order, from a revision on (included); none when there is no such stream. */
  read(stream: string, fromRevision?: number): Promise<readonly StoredEvent[]>;
  /** All events after a position in the order of the log, page by page, up to the end as it was when the page was read. */
  readAll(after: number, filter?: Filter): AsyncIterable<readonly StoredEvent[]>;
  /** As `readAll`, then what is appended from now on, until the signal is aborted. Nothing is missed or told twice. */
  subscribe(after: number, filter: Filter, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]>;
  /** The position of the last event, 0 when the log is empty. */
  position(): Promise<number>;
}

export interface EventLog extends EventReader {
  /**
   * Writes the events behind revision `expectedRevision` of the stream, all or none, and answers when they are durable.
   * The same events (by id) appended again where they already stand are answered as before, and nothing is written.
   * @throws WrongExpectedRevision when the stream stands elsewhere
   * @throws LogUnavailable when they could not be made durable (disk full, read-only folder, …); sending the same events again is safe
   * @throws LogTakenOver when another process writes this log now
   */
  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended>;
  close(): Promise<void>;
}

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`stream ${stream} is at revision ${actual}, not ${expected}`);
  }
}

export class LogUnavailable extends Error {
  override readonly name: string = 'LogUnavailable';
}

/** Another process writes this log from now on: this one never will again. */
export class LogTakenOver extends LogUnavailable {
  override readonly name = 'LogTakenOver';
}

/** What is stored cannot be read: a damaged file. What does not touch the damage goes on. */
export class LogCorrupt extends Error {
  override readonly name = 'LogCorrupt';
}
