import { deciders } from '../../domain/deciders.js';
import type { AnyDecider, EventClass } from '../../domain/shared/decider.js';
import type { EventMeta, RecordedEvent } from '../../projections/projection.js';
import type { StoredEvent } from '../ports/event-log.js';

const declared = new Map<string, { readonly category: string; readonly shape: EventClass }>();
for (const { stream, events } of Object.values(deciders) as readonly AnyDecider[]) {
  for (const [type, shape] of Object.entries(events)) {
    if (declared.has(type)) throw new Error(`event type ${type} is declared twice`);
    if (versionOf(shape) > 1 && !shape.upcast) throw new Error(`${type} has schema version ${versionOf(shape)}, but no upcaster`);
    declared.set(type, { category: stream, shape });
  }
}

function declarationOf(type: string) {
  const found = declared.get(type);
  if (found === undefined) throw new Error(`no decider declares event type ${type}`);
  return found;
}

/** The category of the streams in which events of a type stand: `PlaceRegistered` → `place`. */
export const categoryOf = (type: string): string => declarationOf(type).category;

/** Whether events of this type are declared. Types are never renamed, so that the log holds no others. */
export const isEventType = (text: string): boolean => declared.has(text);

/** The schema version in which events of a class are written. */
export function versionOf({ schemaVersion = 1 }: EventClass): number {
  return schemaVersion;
}

class CorruptEvent extends Error {
  override readonly name = 'CorruptEvent';
  constructor({ type, id, position }: StoredEvent, cause: unknown) {
    super(`event ${type} ${id} at position ${position} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * JSON as the log holds it. What JSON.parse says of a text that is none quotes the text, and an event's may be personal.
 * @throws Error that tells nothing of the text
 */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its bytes are no JSON');
  }
}

/**
 * What an event tells, in the shape that its class has today: data of an earlier schema version goes through the class's `upcast`.
 * @throws Error when its bytes are no JSON, or a later program wrote them
 */
export function dataOf(event: Pick<StoredEvent, 'data' | 'schemaVersion'>, shape: EventClass): unknown {
  const data = parsed(event.data);
  const version = versionOf(shape);
  if (event.schemaVersion === version) return data;
  if (event.schemaVersion > version || !shape.upcast)
    throw new Error(`its schema version is ${event.schemaVersion}, and ${version} is the latest known here`);
  return shape.upcast(data, event.schemaVersion);
}

/**
 * A stored event as the application reads it, its data and meta parsed. The data is not checked against its class here, as it is where
 * something is decided on it: it was checked when it was written, and one spoilt field, which a projection may not even look at, would
 * stop the rows of every place, not one stream. A fold that cannot take it in stops by itself.
 * @throws CorruptEvent when its bytes are no JSON, or its type, schema version or stream is unknown; the message names the event
 */
export function decode(event: StoredEvent): RecordedEvent {
  const { type, id, stream, revision, position, occurredAt, recordedAt } = event;
  try {
    const { category, shape } = declarationOf(type);
    if (stream.length <= category.length + 1 || !stream.startsWith(category)) throw new Error(`it stands in stream ${stream}`);
    const aggregateId = stream.slice(category.length + 1);
    const data = dataOf(event, shape) as never;
    return {
      type,
      data,
      id,
      stream,
      aggregateId,
      revision,
      position,
      at: occurredAt,
      recordedAt,
      meta: parsed(event.meta) as EventMeta,
    } as RecordedEvent;
  } catch (cause) {
    throw new CorruptEvent(event, cause);
  }
}
