import type { Capacity, Channel } from '../domain/shared/capacity.js';
import type { AllEvents } from '../domain/deciders.js';

/** Who, in which capacity, by which channel, where, and because of what. */
export interface EventMeta {
  readonly actor: string;
  readonly capacity: Capacity;
  readonly channel: Channel;
  /** The place concerned; null where an event concerns none. */
  readonly place: string | null;
  /** Who entered it, when that is not the actor: a volunteer at the door, an importer. */
  readonly enteredBy?: string;
  /** The request that began it all. */
  readonly correlation: string;
  /** The event that led to this one, when a policy did. */
  readonly causation?: string;
  /** Idempotency key of the request, and the SHA-256 of what was asked. */
  readonly key: string;
  readonly request: string;
}

/** An event as a projection sees it. */
export interface Recorded<T extends string, D> {
  readonly type: T;
  readonly data: D;
  readonly id: string;
  readonly stream: string;
  /** The stream's name without its category: the id of the aggregate. */
  readonly aggregateId: string;
  readonly revision: number;
  readonly position: number;
  /** When it happened. */
  readonly at: string;
  /** When it was entered. */
  readonly recordedAt: string;
  readonly meta: EventMeta;
}
export type RecordedEvent = { [K in keyof AllEvents]: Recorded<K, AllEvents[K]> }[keyof AllEvents];

/** Any event, also one of a type that a later version of the program declares. */
export type AnyRecorded = Omit<Recorded<string, unknown>, 'aggregateId'>;

export interface Handler<Row, E, Key extends string = string> {
  /** The rows that the event touches; all keys of one event are distinct. */
  readonly keys: (event: E) => readonly Key[];
  /** The row after the event; null removes it. Pure, and never changes the row it is given. */
  readonly evolve: (row: Row | null, event: E, key: string) => Row | null;
}

/** `Key` is the form of its keys, where they are more than an id: whoever reads a row must give one. */
export interface Projection<Row = unknown, Key extends string = string> {
  readonly name: string;
  /** Raised whenever rows would come out different: the new version is built beside the live one. */
  readonly version: number;
  /** True when every key is written once and no fold looks at the row before: rows are then written without being read. */
  readonly writeOnce?: true;
  readonly on: { readonly [K in keyof AllEvents]?: Handler<Row, Recorded<K, AllEvents[K]>, Key> };
  /** A handler for every event whatever its type, instead of `on`'s. */
  readonly onAny?: Handler<Row, AnyRecorded, Key>;
}

/** Told of one thing: the revision of its stream, which If-Match is compared with. */
export interface Revised {
  readonly revision?: number;
}

/** Handlers of all types of event in the stream of the thing itself: each leaves its revision in the row. */
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

/** A read model: rows by key, each a pure fold of the events that touch it. */
export const defineProjection = <Row, Key extends string = string>(projection: Projection<Row, Key>): Projection<Row, Key> => projection;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a projection is contravariant in its row; `any` is the only common supertype
export type AnyProjection = Projection<any, any>;
