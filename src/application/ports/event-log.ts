import type { Position } from '../../projections/position.js';

/** The expected revision for `append` if the stream does not exist yet. */
export const noStream = -1;

/** The most bytes of `data` and `meta` that one append may hold, in UTF-8, all events together. EventStoreDB takes 1 MiB with all else. */
export const appendLimit = 512 * 1024;

/** An event before it is appended. `data` and `meta` are serialised JSON: exactly these bytes are stored, exported and replayed. */
export interface NewEvent {
  /** UUIDv7. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** When it happened, ISO 8601 in UTC. */
  readonly occurredAt: string;
  /** When it was recorded, ISO 8601 in UTC. */
  readonly recordedAt: string;
  readonly data: string;
  readonly meta: string;
}

export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** Number within its stream, from 0, without gaps. */
  readonly revision: number;
  /** Position in the log: strictly increasing; an engine may leave gaps. */
  readonly position: Position;
}

export interface Filter {
  /** Only events of these types. An empty list: no events, only pages that say how far the log reaches, one as soon as it has grown. */
  readonly types?: readonly string[];
  /** Up to and including this position. */
  readonly until?: Position;
}

/** A part of the log, in its order. */
export interface Page {
  /** None if nothing of this part was asked for. */
  readonly events: readonly StoredEvent[];
  /** Where the part ends: reading goes on after it, even if no event is there. */
  readonly upTo: Position;
}

/** Revision and position of the last event of an append. */
export interface Appended {
  readonly revision: number;
  readonly position: Position;
}

export interface EventReader {
  /** The events of a stream in order, from a revision on (included); none if there is no such stream. */
  read(stream: string, fromRevision?: number): Promise<readonly StoredEvent[]>;
  /**
   * All events after a position in the order of the log, page by page. A page is read up to the end of the log at that moment.
   * @param after `beginning`, or a position that this log gave out: of an event or an append, `upTo` of a page, `position()`
   * @throws NoSuchPosition for another one, as far as the log can tell. It says whether the position may be here later
   */
  readAll(after: Position, filter?: Filter): AsyncIterable<Page>;
  /** Like `readAll`, then events that are appended later, until the signal is aborted. No event is missed or returned twice. */
  subscribe(after: Position, filter: Filter, signal: AbortSignal): AsyncIterable<Page>;
  /** The event at a position; null if the log has none there, or has not come so far yet. */
  at(position: Position): Promise<StoredEvent | null>;
  /**
   * Position of the last event; 0 if the log is empty. It may cost a round trip, and may be behind what was just appended or read: compare
   * a position with checkpoints first.
   */
  position(): Promise<Position>;
}

/** `failing`: appends or reads fail at present, or are expected to. */
export type Health = 'well' | 'failing';

export interface EventLog extends EventReader {
  /**
   * Appends the events to the stream after `expectedRevision`, all or none, and resolves when they are durable.
   * If the same events (by id) are already at that place, the answer is the same as before and nothing is written.
   * @throws AppendTooLarge if they hold more than `appendLimit` bytes; nothing is written
   * @throws WrongExpectedRevision if the stream has another revision
   * @throws LogUnavailable if they were not written (disk full, read-only folder, …) and will not be
   * @throws OutcomeUnknown if it cannot be said whether they were written, or still will be; appending the same events again is safe
   * @throws LogTakenOver if another process writes to this log now
   */
  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended>;
  health(): Promise<Health>;
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

/** An append of more than `appendLimit` bytes. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
  constructor(
    stream: string,
    readonly bytes: number,
  ) {
    super(`an append to ${stream} holds ${bytes} bytes, and at most ${appendLimit} are taken`);
  }
}

/** The log did not give out this position: reading cannot go on after it. */
export class NoSuchPosition extends Error {
  override readonly name = 'NoSuchPosition';
  /** @param mayCome true if the log is read from a copy that may be behind, and another process may have been given this position */
  constructor(
    readonly position: Position,
    readonly mayCome = false,
  ) {
    super(
      mayCome
        ? `the copy of the log that is read here has not come to position ${position} yet`
        : `the log has no position ${position}: name one that it gave out`,
    );
  }
}

/**
 * It is not known whether the events of an append were written, or still will be (no answer in time, the connection broke). The events that
 * stand after the expected revision tell, once there are any.
 */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** The log cannot do this now. An append that fails with it wrote nothing. */
export class LogUnavailable extends Error {
  override readonly name: string = 'LogUnavailable';
}

/** Another process now writes to this log: this process never will again. */
export class LogTakenOver extends LogUnavailable {
  override readonly name = 'LogTakenOver';
}

/** A later version of the program wrote the event. This version can show it, but not decide on it or fold it. */
export class NewerEvent extends Error {
  override readonly name = 'NewerEvent';
  constructor({ type, id, position, stream, schemaVersion }: StoredEvent) {
    super(
      `event ${type} ${id} at position ${position} of stream ${stream}, schema version ${schemaVersion}, was written by a later ` +
        'version of the program: upgrade this one',
    );
  }
}

/** An event as it is named where it cannot be read. */
export type DamagedEvent = Pick<StoredEvent, 'id' | 'type' | 'position'>;

/** Stored data cannot be read: a file is damaged, or another program wrote it. Reads of all else still work. */
export class LogCorrupt extends Error {
  override readonly name = 'LogCorrupt';
  /** @param event set if one event is damaged: what is before it and after its position can be read */
  constructor(
    message: string,
    readonly event: DamagedEvent | null = null,
  ) {
    super(message);
  }
}
