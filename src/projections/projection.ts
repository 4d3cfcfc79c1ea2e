import type { Capacity, Channel } from '../domain/shared/capacity.js';
import type { AllEvents } from '../domain/deciders.js';
import { sha256 } from '../domain/shared/sha256.js';
import type { Position } from './position.js';
import type { EventRef } from '../domain/shared/event-ref.js';

/** Who caused an event, in which capacity, by which channel, where, and by which request. */
export interface EventMeta {
  readonly actor: string;
  readonly capacity: Capacity;
  readonly channel: Channel;
  /** The place concerned, or null. */
  readonly place: string | null;
  /** The person who entered it, if not the actor: a volunteer or an importer. */
  readonly enteredBy?: string;
  /** The id of the first request in the chain of causes. */
  readonly correlation: string;
  /** The id of the event that made a policy give the command. */
  readonly causation?: string;
  /** The idempotency key of the request, and the keyed hash of its content (ADR 6). */
  readonly key: string;
  readonly request: string;
}

/** A recorded event, as projections read it. */
export interface Recorded<T extends string, D> {
  readonly type: T;
  readonly data: D;
  readonly id: string;
  readonly stream: string;
  /** The id of the aggregate: the stream's name without its category. */
  readonly aggregateId: string;
  readonly revision: number;
  readonly position: Position;
  /** The UTC instant at which it happened. */
  readonly at: string;
  /** The UTC instant at which it was recorded. */
  readonly recordedAt: string;
  readonly meta: EventMeta;
}
/** How other events name a recorded event. */
export const refTo = ({ id, revision }: Pick<Recorded<string, unknown>, 'id' | 'revision'>): EventRef => ({ eventId: id, revision });

/** A recorded event of any known type. */
export type RecordedEvent = { [K in keyof AllEvents]: Recorded<K, AllEvents[K]> }[keyof AllEvents];

/** A recorded event of any type, including types that only a later version of the program knows. */
export type AnyRecorded = Omit<Recorded<string, unknown>, 'aggregateId'>;

/** How one type of event changes rows. Both functions are pure (ADR 7). */
export interface Handler<Row, E, Key extends string = string> {
  /** The keys of the rows that the event changes, all distinct. */
  readonly keys: (event: E) => readonly Key[];
  /** Returns the row after the event, or null to delete it. It must not change the given row. */
  readonly evolve: (row: Row | null, event: E, key: string) => Row | null;
}

/** A read model. `Key` is the form of its keys, if they are more than an id, so that the compiler checks the keys of readers. */
export interface Projection<Row = unknown, Key extends string = string> {
  readonly name: string;
  /** Raise it whenever rows would come out different. The new version is built while the old one still answers. */
  readonly version: number;
  /** True if every key is written once and `evolve` ignores the earlier row. Then rows are written without being read first. */
  readonly writeOnce?: true;
  /** A field of the row that holds a text. The rows can then also be listed in its order. */
  readonly orderedBy?: string;
  readonly on: { readonly [K in keyof AllEvents]?: Handler<Row, Recorded<K, AllEvents[K]>, Key> };
}

/** A row about one aggregate, with the revision of its stream, which If-Match is compared with. */
export interface Revised {
  readonly revision?: number;
}

/** A version that follows from what the rows depend on, for example the types of event that are taken. Their order does not matter. */
export const versionFrom = (parts: readonly string[]): number => parseInt(sha256(parts.toSorted().join()).slice(0, 6), 16) + 1;

/** Wraps the handlers for the events of an aggregate's own stream, so that each stores the revision in the row. */
export const revised = <Row extends Revised, Key extends string = string>(on: Projection<Row, Key>['on']): Projection<Row, Key>['on'] =>
  Object.fromEntries(
    Object.entries(on as Readonly<Record<string, Handler<Row, RecordedEvent, Key>>>).map(
      ([type, { keys, evolve }]): [string, Handler<Row, RecordedEvent, Key>] => [
        type,
        {
          keys,
          evolve: (row, event, key) => {
            const after = evolve(row, event, key);
            return after && { ...after, revision: event.revision };
          },
        },
      ],
    ),
  );

/** Declares a read model: rows by key, each a pure fold of the events that touch it. */
export const defineProjection = <Row, Key extends string = string>(projection: Projection<Row, Key>): Projection<Row, Key> => projection;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a projection is contravariant in its row: only `any` fits all
export type AnyProjection = Projection<any, any>;
