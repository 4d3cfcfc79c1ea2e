import {
  LogUnavailable,
  WrongExpectedRevision,
  type Appended,
  type EventLog,
  type Filter,
  type Health,
  type NewEvent,
  type Page,
  type StoredEvent,
} from '../../../application/ports/event-log.js';
import { Signal, followPages, readPages, type Pages } from '../paging.js';
import { assertStorable } from '../storable.js';
import { type Position, positionOf } from '../../../projections/position.js';

const pageSize = 1000;

/** A log that keeps its events in memory only; for tests. */
export const memoryLog = (): EventLog => new MemoryLog();

class MemoryLog implements EventLog, Pages {
  readonly #events: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #grown = new Signal();
  readonly #closing = new AbortController();

  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    await Promise.resolve(); // asynchronous, like every other log
    assertStorable(stream, expectedRevision, events);
    this.#assertOpen();
    const written = this.#streams.get(stream) ?? [];
    const actual = written.length - 1;
    if (actual !== expectedRevision) {
      const standing = written.slice(expectedRevision + 1, expectedRevision + 1 + events.length);
      if (standing.length < events.length || standing.some(({ id }, i) => id !== events[i]?.id))
        throw new WrongExpectedRevision(stream, expectedRevision, actual);
      return standOf(standing);
    }
    const added = events.map(({ id, type, schemaVersion, occurredAt, recordedAt, data, meta }, i): StoredEvent => ({
      id,
      type,
      schemaVersion,
      occurredAt,
      recordedAt,
      data,
      meta,
      stream,
      revision: expectedRevision + 1 + i,
      position: positionOf(this.#events.length + 1 + i),
    }));
    this.#events.push(...added);
    this.#streams.set(stream, [...written, ...added]);
    this.#grown.notify();
    return standOf(added);
  }

  async read(stream: string, fromRevision = 0): Promise<readonly StoredEvent[]> {
    await Promise.resolve();
    this.#assertOpen();
    return (this.#streams.get(stream) ?? []).slice(fromRevision);
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
    return this.#events[position - 1] ?? null;
  }

  async position(): Promise<Position> {
    return Promise.resolve(this.end());
  }

  async health(): Promise<Health> {
    return Promise.resolve(this.#closing.signal.aborted ? 'failing' : 'well');
  }

  async close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  end(): Position {
    this.#assertOpen();
    return positionOf(this.#events.length);
  }

  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page {
    const end = positionOf(Math.min(upTo, after + pageSize));
    return { events: this.#events.slice(after, end).filter(({ type }) => types?.includes(type) ?? true), upTo: end };
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable('the log is closed');
  }
}

function standOf(events: readonly StoredEvent[]): Appended {
  const { revision, position } = events[events.length - 1]!;
  return { revision, position };
}
