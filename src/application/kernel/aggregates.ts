import { LRUCache } from 'lru-cache';
import type { AnyDecider, EventClass, Moment, StateOf } from '../../domain/shared/decider.js';
import { isMissingPersonal } from '../../domain/shared/field-marks.js';
import type { EventMeta } from '../../projections/projection.js';
import { dataOf, isEventType, parsed } from './decode.js';
import { type EventReader, NewerEvent, noStream, type StoredEvent } from '../ports/event-log.js';
import type { Check } from '../ports/check.js';
import type { Opening, SealBroken } from './sealing.js';
import { beginning, type Position } from '../../projections/position.js';

/** An aggregate: its state and what is known of its stream. */
export interface Loaded<S = unknown> {
  readonly state: S;
  /** Revision of its last event; `noStream` if it has none. */
  readonly revision: number;
  /** Log position of its last event; 0 if it has none. */
  readonly position: Position;
  /** When its first event occurred. Nothing can have happened to it before. Empty if it has no events. */
  readonly since: string;
  /** Why a personal text of it cannot be read. Nothing is decided on such a state; what is no text is right in it. */
  readonly unreadable?: SealBroken;
  /** The requests that were answered, by `idempotencyKey`. */
  readonly answered: ReadonlyMap<string, Answered>;
}
/** As it is kept. Its map is shared with later states of the same aggregate, and only grows. */
interface Kept extends Loaded {
  readonly answered: Map<string, Answered>;
}
interface Answered {
  readonly request: string;
  readonly revision: number;
  readonly position: Position;
  readonly events: readonly { readonly id: string; readonly type: string }[];
}

/** A read of a stream that is under way, and the one that begins when it has ended, if somebody waits for that. */
interface Reading {
  readonly running: Promise<Loaded>;
  next: Promise<Loaded> | null;
}

/** The name under which a request is remembered: two senders may use the same key. */
export const idempotencyKey = (sender: string, key: string): string => `${sender} ${key}`;

const mostKept = 20_000;

/**
 * Loads aggregates from their streams. States are cached (at most `mostKept`). Each load reads the events after the cached state, so a
 * cached state is never stale. Loads of one stream that wait for the same read share the next one, which begins after all of them asked.
 * States hold personal data in clear, so they are dropped when a person is erased.
 */
export class Aggregates {
  private kept = new LRUCache<string, Kept>({ max: mostKept });
  private readonly reading = new Map<string, Reading>();

  constructor(
    private readonly log: EventReader,
    private readonly check: Check,
    private readonly opening: Opening,
  ) {}

  /** Drops all cached states. */
  drop(): void {
    this.kept = new LRUCache({ max: mostKept });
  }

  async load<D extends AnyDecider>(decider: D, id: string): Promise<Loaded<StateOf<D>>> {
    const stream = `${decider.stream}-${id}`;
    const before = this.reading.get(stream);
    if (!before) return (await this.read(decider, stream)) as Loaded<StateOf<D>>;
    const next = () => this.read(decider, stream);
    return (await (before.next ??= before.running.then(next, next))) as Loaded<StateOf<D>>;
  }

  private read(decider: AnyDecider, stream: string): Promise<Loaded> {
    const reading: Reading = { running: this.current(decider, stream), next: null };
    this.reading.set(stream, reading);
    const ended = () => {
      if (this.reading.get(stream) === reading) this.reading.delete(stream);
    };
    reading.running.then(ended, ended);
    return reading.running;
  }

  private async current(decider: AnyDecider, stream: string): Promise<Loaded> {
    const { kept } = this; // a state that is loaded while states are dropped goes with them
    const known = kept.get(stream);
    const newer = await this.log.read(stream, (known?.revision ?? noStream) + 1);
    if (newer.length === 0) return known ?? { ...nothing, state: decider.initial };
    const loaded = await this.evolved(decider, known, newer);
    if (loaded.revision > (kept.peek(stream)?.revision ?? noStream)) kept.set(stream, loaded);
    return loaded;
  }

  private async evolved(decider: AnyDecider, known: Kept | undefined, newer: readonly StoredEvent[]): Promise<Kept> {
    const { events, unreadable = known?.unreadable } = await this.opening.decidedOn(newer);
    const evolved = evolve(decider, known, events, this.check);
    return unreadable ? { ...evolved, unreadable } : evolved;
  }
}

/** What is loaded of a stream without events, but for its state. */
const nothing = { revision: noStream, position: beginning, since: '', answered: new Map<string, Answered>() } satisfies Omit<
  Loaded,
  'state'
>;

function evolve(decider: AnyDecider, before: Kept | undefined, events: readonly StoredEvent[], check: Check): Kept {
  let state: unknown = before ? before.state : decider.initial;
  // shared with the earlier state and changed in place: entries are only ever added
  const answered = before?.answered ?? new Map<string, Answered>();
  for (const event of events) {
    const type = decider.events[event.type];
    const fold = decider.evolve[event.type];
    if (!type && !isEventType(event.type)) throw new NewerEvent(event);
    if (!type || !fold) throw new CorruptHistory(event, `${decider.stream} knows no such event`);
    const { data, meta } = readable(event, type);
    // a personal text whose key was destroyed is absent, also where it is required
    const errors = check(type, data).filter((error) => !isMissingPersonal(type, error));
    if (errors.length > 0) throw new CorruptHistory(event, errors.map((error) => `${error.pointer} ${error.code}`).join(', '));
    const moment: Moment = {
      at: event.occurredAt,
      now: event.recordedAt,
      by: meta.actor,
      capacity: meta.capacity,
      enteredBy: meta.enteredBy,
    };
    state = fold(state as never, data, moment);
    const key = idempotencyKey(meta.enteredBy ?? meta.actor, meta.key);
    const earlier = answered.get(key);
    if (earlier && earlier.revision >= event.revision) continue; // a concurrent load of the same events has set it
    answered.set(key, {
      request: meta.request,
      revision: event.revision,
      position: event.position,
      events: [...(earlier?.events ?? []), { id: event.id, type: event.type }],
    });
  }
  const last = events.at(-1);
  return {
    state,
    revision: last?.revision ?? before?.revision ?? noStream,
    position: last?.position ?? before?.position ?? beginning,
    since: before?.since ?? events[0]?.occurredAt ?? '',
    answered,
  };
}

/** @throws NewerEvent if a later version of the program wrote it; CorruptHistory if its bytes are not JSON */
function readable(event: StoredEvent, shape: EventClass): { readonly data: never; readonly meta: EventMeta } {
  try {
    return { data: dataOf(event, shape) as never, meta: parsed(event.meta) as EventMeta };
  } catch (error) {
    throw error instanceof NewerEvent ? error : new CorruptHistory(event, (error as Error).message);
  }
}

/** The decider cannot read an event of its own stream. No command on that stream is decided. */
class CorruptHistory extends Error {
  override readonly name = 'CorruptHistory';
  constructor(event: StoredEvent, why: string) {
    super(`event ${event.type} ${event.id} at position ${event.position} of stream ${event.stream} cannot be read: ${why}`);
  }
}
