import type { Recorded, RecordedEvent } from '../../projections/projection.js';
import type { AllEvents } from '../../domain/deciders.js';

/** Something to be done by the system itself: a command, and when it falls due (at once, when that is in the past). */
export interface DueCommand {
  /** ISO 8601 instant. */
  readonly due: string;
  readonly command: string;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** The event that led to it. */
  readonly causation: string;
  /** The request that began it all. */
  readonly correlation: string;
  /** Its position: facts for the command are at least that fresh. */
  readonly since: number;
}

/** What an entry of the agenda needs to know of the event that leads to it. */
export type Cause = Pick<RecordedEvent, 'id' | 'aggregateId' | 'position' | 'meta'>;

/** A command that an event leads to: due at this instant, to the thing that the event is of, or to another. */
export const dueCommand = (
  { id, aggregateId, position, meta: { correlation } }: Cause,
  due: string,
  command: string,
  data: object = {},
  target = aggregateId,
): DueCommand => ({
  due,
  command,
  params: { id: target },
  data,
  causation: id,
  correlation,
  since: position,
});

type Reactions = {
  readonly [K in keyof AllEvents]?: (event: Recorded<K, AllEvents[K]>) => Readonly<Record<string, DueCommand | null>>;
};

/**
 * The policies of a context: the entries that an event puts on the agenda or takes off it, by key; null takes off. Pure. An entry is done
 * by exactly one command whose idempotency key is made of the entry's key and due time, so a crash, a restart or a late start does it
 * once. The event that this command leads to must take the entry off.
 */
export interface Policies {
  /** Raised whenever the policies would put other entries on the agenda. */
  readonly version: number;
  readonly on: Reactions;
}
