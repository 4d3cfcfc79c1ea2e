import { LRUCache } from 'lru-cache';
import type { AnyDecider, EventClass, Moment, StateOf } from '../../domain/shared/decider.js';
import { isPersonalField } from '../../domain/shared/field-marks.js';
import type { EventMeta } from '../../projections/projection.js';
import { dataOf, isEventType, NewerEvent, parsed } from './decode.js';
import type { EventReader, StoredEvent } from '../ports/event-log.js';
import { noStream } from '../ports/event-log.js';
import type { Check } from '../ports/check.js';
import type { Opening } from './sealing.js';

/** An aggregate as its stream tells it. */
export interface Loaded<S = unknown> {
  readonly state: S;
  /** `noStream` when there is none yet. */
  readonly revision: number;
  /** Position of its last event; 0 when there is none. */
  readonly position: number;
  /** When its first event occurred: before that there was nothing for anything to happen to. Empty when there is none. */
  readonly since: string;
  /** What was asked with which idempotency key, and the events that followed, by `keyOf`. */
  readonly answered: Map<string, Answered>;
}
interface Answered {
  readonly request: string;
  readonly revision: number;
  readonly position: number;
  readonly events: readonly { readonly id: string; readonly type: string }[];
}

/** Idempotency keys belong to the one who sends them. */
export const idempotencyKey = (sender: string, key: string): string => `${sender} ${key}`;

/**
 * Reads aggregates from their streams. States are kept, bounded, and brought up to date by what was appended since; a state is never
 * trusted without asking the log for what is newer.
 */
export class Aggregates {
  private readonly kept = new LRUCache<string, Loaded>({ max: 20_000 });

  constructor(
    private readonly log: EventReader,
    private readonly check: Check,
    private readonly opening: Opening,
  ) {}

  async load<D extends AnyDecider>(decider: D, id: string): Promise<Loaded<StateOf<D>>> {
    const stream = `${decider.stream}-${id}`;
    const none = {
      state: decider.initial as StateOf<D>,
      revision: noStream,
      position: 0,
      since: '',
      answered: new Map<string, Answered>(),
    };
    const known = this.kept.get(stream);
    const newer = await this.opening.decidedOn(await this.log.read(stream, (known?.revision ?? noStream) + 1));
    const loaded = newer.length === 0 ? known : evolve(decider, known, newer, this.check);
    if (loaded === undefined) return none;
    if (loaded.revision > (this.kept.peek(stream)?.revision ?? noStream)) this.kept.set(stream, loaded);
    return loaded as Loaded<StateOf<D>>;
  }
}

function evolve(decider: AnyDecider, before: Loaded | undefined, events: readonly StoredEvent[], check: Check): Loaded {
  let state: unknown = before ? before.state : decider.initial;
  // added to in place: it grows with the stream, and what was answered stays so
  const answered = before?.answered ?? new Map<string, Answered>();
  for (const event of events) {
    const type = decider.events[event.type];
    const fold = decider.evolve[event.type];
    if (!type && !isEventType(event.type)) throw new NewerEvent(event);
    if (!type || !fold) throw new CorruptHistory(event, `${decider.stream} knows no such event`);
    const { data, meta } = readable(event, type);
    // personal text that cannot be opened any more is absent
    const errors = check(type, data).filter(({ pointer, code }) => code !== 'required' || !isPersonalField(type, pointer));
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
    if (earlier && earlier.revision >= event.revision) continue; // another load of the same events, at the same time, was faster
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
    position: last?.position ?? before?.position ?? 0,
    since: before?.since ?? events[0]?.occurredAt ?? '',
    answered,
  };
}

/** @throws NewerEvent when a later program wrote it; CorruptHistory when its bytes are no JSON */
function readable(event: StoredEvent, shape: EventClass): { readonly data: never; readonly meta: EventMeta } {
  try {
    return { data: dataOf(event, shape) as never, meta: parsed(event.meta) as EventMeta };
  } catch (error) {
    throw error instanceof NewerEvent ? error : new CorruptHistory(event, (error as Error).message);
  }
}

/** The log holds an event that its own decider cannot read: nothing is decided on such a history. */
class CorruptHistory extends Error {
  override readonly name = 'CorruptHistory';
  constructor(event: StoredEvent, why: string) {
    super(`event ${event.type} ${event.id} at position ${event.position} of stream ${event.stream} cannot be read: ${why}`);
  }
}
