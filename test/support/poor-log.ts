import {
  type Appended,
  type EventLog,
  type Filter,
  type Health,
  LogUnavailable,
  type NewEvent,
  NoSuchPosition,
  OutcomeUnknown,
  type Page,
  type StoredEvent,
  WrongExpectedRevision,
} from '../../src/application/ports/event-log.js';
import { followPages, readPages, Signal, type Pages } from '../../src/infrastructure/event-log/paging.js';
import { assertStorable } from '../../src/infrastructure/event-log/storable.js';
import { beginning, type Position, positionOf } from '../../src/projections/position.js';

/** What stands at a position: an event, or null for a record that is not ours. */
interface Entry {
  readonly position: Position;
  readonly event: StoredEvent | null;
}

const pageSize = 3;
/** Every so many appends the outcome is unknown: one time it was written, the next time it was not. */
const unknownEvery = 7;

/**
 * A log that does everything that the port allows and that engines do: positions are byte offsets with gaps, records of others stand
 * between the events, pages are small and may be empty, an append may end without saying whether it was written.
 */
export class PoorLog implements EventLog, Pages {
  readonly #entries: Entry[] = [];
  /** Index in `#entries`, by position. */
  readonly #places = new Map<Position, number>([[beginning, -1]]);
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #grown = new Signal();
  readonly #closing = new AbortController();
  #offset = 4_294_967_291; // positions do not fit in 32 bits
  #last = beginning;
  #appends = 0;

  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    await Promise.resolve();
    assertStorable(stream, expectedRevision, events);
    this.#assertOpen();
    const turn = ++this.#appends % (2 * unknownEvery);
    if (turn === unknownEvery) throw new OutcomeUnknown('no answer in time');
    const appended = this.#append(stream, expectedRevision, events);
    if (turn === 0) throw new OutcomeUnknown('the connection broke');
    return appended;
  }

  #append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Appended {
    const written = this.#streams.get(stream) ?? [];
    const actual = written.length - 1;
    const standing = written.slice(expectedRevision + 1, expectedRevision + 1 + events.length);
    const isRepeated = standing.length === events.length && standing.every(({ id }, i) => id === events[i]!.id);
    if (actual !== expectedRevision && !isRepeated) throw new WrongExpectedRevision(stream, expectedRevision, actual);
    const added = isRepeated ? standing : events.map((event, i) => this.#write({ ...event, stream, revision: expectedRevision + 1 + i }));
    if (!isRepeated) {
      this.#streams.set(stream, [...written, ...added]);
      if (added.length % 2 === 1) this.#note(null, 40); // another application writes too
      this.#grown.notify();
    }
    const { revision, position } = added.at(-1)!;
    return { revision, position };
  }

  #write(event: Omit<StoredEvent, 'position'>): StoredEvent {
    const stored = { ...event, position: positionOf(this.#offset) };
    this.#note(stored, 64 + event.data.length + event.meta.length);
    this.#last = stored.position;
    return stored;
  }

  #note(event: StoredEvent | null, bytes: number): void {
    const position = positionOf(this.#offset);
    this.#places.set(position, this.#entries.push({ position, event }) - 1);
    this.#offset += bytes;
  }

  async read(stream: string, fromRevision = 0): Promise<readonly StoredEvent[]> {
    await Promise.resolve();
    this.#assertOpen();
    return (this.#streams.get(stream) ?? []).slice(fromRevision);
  }

  readAll(after: Position, filter?: Filter): AsyncIterable<Page> {
    return this.#after(after, readPages(this, after, filter));
  }

  subscribe(after: Position, filter: Filter, signal: AbortSignal): AsyncIterable<Page> {
    const pages = followPages(this, this.#grown, after, filter, AbortSignal.any([signal, this.#closing.signal]));
    return this.#after(after, pages);
  }

  async *#after(position: Position, pages: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
    if (!this.#places.has(position)) throw new NoSuchPosition(position);
    yield* pages;
  }

  async at(position: Position): Promise<StoredEvent | null> {
    await Promise.resolve();
    this.#assertOpen();
    return this.#entries[this.#places.get(position) ?? -1]?.event ?? null;
  }

  async position(): Promise<Position> {
    await Promise.resolve();
    this.#assertOpen();
    return this.#last;
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
    return this.#entries.at(-1)?.position ?? beginning;
  }

  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page {
    const place = this.#places.get(after)!;
    const entries = this.#entries.slice(place + 1, place + 1 + pageSize).filter(({ position }) => position <= upTo);
    const events = entries.flatMap(({ event }) => (event && (types?.includes(event.type) ?? true) ? event : []));
    return { events, upTo: entries.at(-1)?.position ?? upTo };
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable('the log is closed');
  }
}

/** The same log, to a caller that learns late how far it reaches: `position()` is what it was at the call before. */
export function late(log: EventLog): EventLog {
  let known = beginning;
  const position = async () => {
    const before = known;
    known = await log.position();
    return before;
  };
  return new Proxy(log, {
    get: (of, name) => {
      if (name === 'position') return position;
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}
