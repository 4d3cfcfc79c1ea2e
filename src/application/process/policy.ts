import type { Recorded, RecordedEvent } from '../../projections/projection.js';
import type { AllEvents } from '../../domain/deciders.js';
import type { Position } from '../../projections/position.js';

/** A command that the system gives by itself, and the instant at which it is due. A past instant means: at once. */
export interface DueCommand {
  /** ISO 8601 instant. */
  readonly due: string;
  readonly command: string;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** Id of the event that led to it. */
  readonly causation: string;
  /** Id of the request that started the chain of events. */
  readonly correlation: string;
  /** Position of that event in the log: facts for the command are at least as recent. */
  readonly since: Position;
}

/** The parts of an event that an agenda entry is made from. */
export type Cause = Pick<RecordedEvent, 'id' | 'aggregateId' | 'position' | 'meta'>;

/**
 * The command that follows from an event.
 * @param due ISO 8601 instant
 * @param target id in the command's path; by default the aggregate of the event
 */
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
 * The policies of a context. Each event type maps to entries by key: a command is put on the agenda, null removes the entry. Pure.
 * The idempotency key of the command is made from the key and the due time of its entry, so a crash, a restart or a late start still
 * executes it only once. The event that the command leads to must remove the entry.
 */
export interface Policies {
  readonly on: Reactions;
}
