import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  EventStoreDBClient as Client,
  MaxAppendSizeExceededError,
  NO_STREAM,
  type ReadPosition,
  type ReadRevision,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { type Waits, backoff } from '../../../application/kernel/appending.js';
import {
  type Appended,
  AppendTooLarge,
  type EventLog,
  type Filter,
  type Health,
  LogUnavailable,
  type NewEvent,
  noStream,
  NoSuchPosition,
  OutcomeUnknown,
  type Page,
  type StoredEvent,
  WrongExpectedRevision,
} from '../../../application/ports/event-log.js';
import { beginning, later, type Position, positionOf } from '../../../projections/position.js';
import { assertStorable, sizeOf } from '../storable.js';
import { fromEngine, toEngine } from './envelope.js';
import { inTime, isInvalidPosition, isUnavailable, isUnsent, textOf } from './failures.js';
import { type Part, subscribe } from './subscription.js';

/* Longer than other files: one class, as the port of the log has one, and its calls share the closing of the client. */

/** Appends that are sent before one is answered. More wait here, in order. */
const inFlight = 256;
/** A call is repeated for so many milliseconds while the engine is away: a restart takes 1.3 to 2.8 s. */
const timeoutMs = 4000;
const whenAway: Waits = { first: 50, most: 1000 };
/** Events that are read backwards at once to find the last one that is not the engine's own. */
const stride = 32;
/** Milliseconds for the client to cancel what is still open. */
const disposalTimeoutMs = 500;
/** Milliseconds for the question whether the engine answers. */
const probe = 1500;

/**
 * An event log on EventStoreDB or KurrentDB.
 * @param connection as the engine's documentation writes it: `esdb://host:2113?tls=false`, `esdb+discover://user:password@cluster:2113`
 * @throws TypeError if it is no connection string
 */
export function openEventStoreLog(connection: string): EventLog {
  return new EventStoreLog(Client.connectionString(connection.replace(/^kurrentdb(?=[:+])/u, 'esdb')), mayLag(connection));
}

/**
 * Whether the log may be read from a node that is behind others: from any node of a cluster but its leader. By default the client chooses a
 * node at random.
 */
export function mayLag(connection: string): boolean {
  const [, scheme = '', hosts = '', options = ''] =
    /^([a-z]+(?:\+discover)?):\/\/(?:[^/?@]*@)?([^/?]*)\/?(?:\?(.*))?$/iu.exec(connection) ?? [];
  const isCluster = scheme.toLowerCase().endsWith('+discover') || hosts.includes(',');
  const preference = new Map(new URLSearchParams(options.toLowerCase())).get('nodepreference');
  return isCluster && preference !== 'leader';
}

class EventStoreLog implements EventLog {
  readonly #client: EventStoreDBClient;
  readonly #mayLag: boolean;
  readonly #closing = new AbortController();
  #free = inFlight;
  /** Appends that wait, each until one that was sent is answered. */
  readonly #waiting: (() => void)[] = [];
  /** Calls that were not answered yet. The client must be disposed of only when there are none. */
  readonly #calls = new Set<Promise<unknown>>();
  /** The log reaches at least as far. */
  #known = beginning;
  #closed: Promise<void> | null = null;

  constructor(client: EventStoreDBClient, mayLag: boolean) {
    this.#client = client;
    this.#mayLag = mayLag;
  }

  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    assertStorable(stream, expectedRevision, events);
    this.#assertOpen();
    return this.#running(this.#inTurn(() => this.#append(stream, expectedRevision, events)));
  }

  async #inTurn<T>(send: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await send();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  /** An append is repeated with the same events: at a named revision the engine writes them once. */
  async #append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const expectedRevision = expected === noStream ? NO_STREAM : BigInt(expected);
    const engineEvents = events.map(toEngine);
    const end = performance.now() + timeoutMs;
    let maySent = false;
    for (let tries = 1; ; tries++) {
      try {
        const appending = this.#client.appendToStream(stream, engineEvents, { expectedRevision });
        const { nextExpectedRevision, position } = await inTime(appending);
        const appended = { revision: Number(nextExpectedRevision), position: positionOf(position!.commit) };
        this.#known = later(this.#known, appended.position);
        return appended;
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) throw new WrongExpectedRevision(stream, expected, revisionIn(error));
        if (error instanceof MaxAppendSizeExceededError) throw new AppendTooLarge(stream, sizeOf(events));
        if (!isUnavailable(error)) throw error;
        maySent ||= !isUnsent(error);
        if (performance.now() > end) throw maySent ? new OutcomeUnknown(textOf(error)) : new LogUnavailable(textOf(error));
        await sleep(backoff(tries, whenAway));
      }
    }
  }

  read(stream: string, fromRevision = 0): Promise<readonly StoredEvent[]> {
    return this.#reading(async () => {
      const events: StoredEvent[] = [];
      try {
        for await (const { event } of this.#client.readStream(stream, { fromRevision: BigInt(fromRevision) satisfies ReadRevision }))
          if (event) events.push(fromEngine(event));
      } catch (error) {
        if (!(error instanceof StreamNotFoundError)) throw error;
      }
      return events;
    });
  }

  at(position: Position): Promise<StoredEvent | null> {
    return this.#reading(async () => {
      if (position === beginning) return null;
      const fromPosition = { commit: BigInt(position), prepare: BigInt(position) };
      try {
        for await (const { event } of this.#client.readAll({ fromPosition, maxCount: 1 }))
          return event && !isSystem(event.type) && positionOf(event.position.commit) === position ? fromEngine(event) : null;
      } catch (error) {
        if (!isInvalidPosition(error)) throw error;
      }
      return null;
    });
  }

  position(): Promise<Position> {
    return this.#reading(async () => (this.#known = later(this.#known, await this.#lastPosition())));
  }

  /** Reads backwards past the engine's own events, of which there are few at the end. */
  async #lastPosition(): Promise<Position> {
    let fromPosition: ReadPosition = END;
    for (;;) {
      let count = 0;
      const events: AsyncIterable<AllStreamResolvedEvent> = this.#client.readAll({ direction: BACKWARDS, fromPosition, maxCount: stride });
      for await (const { event } of events) {
        count++;
        const { position, type } = event!;
        if (!isSystem(type) || positionOf(position.commit) <= this.#known) return positionOf(position.commit);
        fromPosition = position!;
      }
      if (count < stride) return beginning;
    }
  }

  async *readAll(after: Position, { types, until }: Filter = {}): AsyncGenerator<Page, void, undefined> {
    const last = await this.position();
    if (after > last) throw new NoSuchPosition(after, this.#mayLag);
    const end = until !== undefined && until < last ? until : last;
    if (after < end) yield* this.#parts(after, { types, until: end }, this.#closing.signal, last);
    this.#assertOpen();
  }

  async *subscribe(after: Position, filter: Filter, signal: AbortSignal): AsyncGenerator<Page, void, undefined> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    if (stop.aborted) return;
    if (after > (await this.position())) throw new NoSuchPosition(after, this.#mayLag);
    if (filter.until === undefined || after < filter.until) yield* this.#parts(after, filter, stop, beginning);
  }

  /**
   * Subscribes. When the subscription ends, waits, each time longer, and subscribes again from the last position it has yielded.
   * @param endBefore where the log ended before it subscribed: a subscription that has caught up has yielded all up to there
   */
  async *#parts(
    after: Position,
    { types, until }: Filter,
    signal: AbortSignal,
    endBefore: Position,
  ): AsyncGenerator<Page, void, undefined> {
    let at = after;
    for (let failures = 0; !signal.aborted;) {
      try {
        for await (const part of subscribe(this.#client, at, types, signal)) {
          failures = 0;
          const page = cut(part, until, endBefore);
          if (page.upTo === at) continue;
          at = page.upTo;
          yield page;
          if (until !== undefined && at >= until) return;
        }
      } catch (error) {
        if (isInvalidPosition(error)) throw new NoSuchPosition(at);
        if (!isUnavailable(error)) throw error;
      }
      if (!signal.aborted) await sleep(backoff(++failures, whenAway), undefined, { signal }).catch(() => undefined);
    }
  }

  async health(): Promise<Health> {
    if (this.#closing.signal.aborted) return 'failing';
    const asking = this.#lastPosition();
    return inTime(asking, probe).then(
      () => 'well',
      () => 'failing',
    );
  }

  /** Waits for what is under way. The client is disposed of last: that would reject every append that is not answered yet. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#closing.abort();
      await Promise.allSettled(this.#calls);
      // it waits for ever for a read that ended with an error (client 6.2.1)
      const disposed = this.#client.dispose();
      await inTime(disposed, disposalTimeoutMs).catch(() => undefined);
    })();
    return this.#closed;
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    await Promise.resolve();
    this.#assertOpen();
    const end = performance.now() + timeoutMs;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#running(inTime(read()));
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        if (performance.now() > end || this.#closing.signal.aborted) throw new LogUnavailable(textOf(error));
        await sleep(backoff(tries, whenAway));
      }
    }
  }

  async #running<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable('the connection to EventStoreDB is closed');
  }
}

const isSystem = (type: string): boolean => type.startsWith('$');

const revisionIn = ({ actualVersion }: WrongExpectedVersionError): number =>
  typeof actualVersion === 'bigint' ? Number(actualVersion) : noStream;

/** A part without what lies beyond `until`. Once it has caught up, it reaches at least as far as the log did before. */
function cut({ events, upTo, isCaughtUp }: Part, until: Position | undefined, endBefore: Position): Page {
  const reached = isCaughtUp ? later(upTo, endBefore) : upTo;
  if (until === undefined || reached <= until) return { events, upTo: reached };
  return { events: events.filter(({ position }) => position <= until), upTo: until };
}
