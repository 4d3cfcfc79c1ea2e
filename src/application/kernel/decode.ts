import { deciders } from '../../domain/deciders.js';
import type { AnyDecider, EventClass } from '../../domain/shared/decider.js';
import { holdsPersonal } from '../../domain/shared/field-marks.js';
import type { AnyRecorded, EventMeta, RecordedEvent } from '../../projections/projection.js';
import { NewerEvent, type StoredEvent } from '../ports/event-log.js';

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

/** The category of the streams that hold events of a type: `PlaceRegistered` → `place`. */
export const categoryOf = (type: string): string => declarationOf(type).category;

/** Whether this program declares this event type. Types are never renamed, so an unknown type comes from a later version. */
export const isEventType = (text: string): boolean => declared.has(text);

/** The types of events that may hold personal texts. */
export const personalTypes: readonly string[] = [...declared].flatMap(([type, { shape }]) => (holdsPersonal(shape) ? [type] : []));

/** The schema version in which events of a class are written. */
export function versionOf({ schemaVersion = 1 }: EventClass): number {
  return schemaVersion;
}

/** Whether a later version of the program wrote the event: its type or its schema version is unknown here. */
export function isNewer({ type, schemaVersion }: Pick<StoredEvent, 'type' | 'schemaVersion'>): boolean {
  const shape = declared.get(type)?.shape;
  return shape === undefined || schemaVersion > versionOf(shape);
}

/** The category of a stream: the part before its first `-`, as event stores define it. Empty if there is no `-`. */
export const categoryOfStream = (stream: string): string => stream.slice(0, Math.max(0, stream.indexOf('-')));

class CorruptEvent extends Error {
  override readonly name = 'CorruptEvent';
  constructor({ type, id, position }: StoredEvent, cause: unknown) {
    super(`event ${type} ${id} at position ${position} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/**
 * Parses JSON of the log. The error does not quote the text, as that of JSON.parse does: it may be personal.
 * @throws Error if it is not JSON
 */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its bytes are no JSON');
  }
}

/**
 * The data of an event in the current schema version of its class. Older data goes through the class's `upcast`.
 * @throws NewerEvent if a later version of the program wrote it; Error if its bytes are not JSON
 */
export function dataOf(event: StoredEvent, shape: EventClass): unknown {
  const version = versionOf(shape);
  if (event.schemaVersion > version) throw new NewerEvent(event);
  const data = parsed(event.data);
  if (event.schemaVersion === version) return data;
  if (!shape.upcast) throw new Error(`its schema version is ${event.schemaVersion}, and nothing here reads it`);
  return shape.upcast(data, event.schemaVersion);
}

/**
 * A recorded event with data and meta parsed. The data is not validated again: it was validated when it was written, and one damaged
 * field would stop the rows of all places, even if no projection reads it. A projection that cannot fold it stops alone.
 * @throws NewerEvent if a later version of the program wrote it; CorruptEvent if its bytes are not JSON, or its stream has another category
 */
export function decode(event: StoredEvent): RecordedEvent {
  if (isNewer(event)) throw new NewerEvent(event);
  const { type, id, stream, revision, position, occurredAt: at, recordedAt, meta } = event;
  try {
    const { category, shape } = declarationOf(type);
    if (!stream.startsWith(`${category}-`)) throw new Error(`it is in stream ${stream}`);
    const aggregateId = stream.slice(category.length + 1);
    const data = dataOf(event, shape);
    return { type, data, id, stream, aggregateId, revision, position, at, recordedAt, meta: parsed(meta) as EventMeta } as RecordedEvent;
  } catch (cause) {
    throw new CorruptEvent(event, cause);
  }
}

/**
 * A recorded event for readers of all types: as `decode` for a known type, else with its data as stored.
 * @throws CorruptEvent
 */
export function decodeAny(event: StoredEvent): AnyRecorded {
  if (!isNewer(event)) return decode(event);
  const { type, id, stream, revision, position, occurredAt: at, recordedAt, meta } = event;
  try {
    return { type, data: parsed(event.data), id, stream, revision, position, at, recordedAt, meta: parsed(meta) as EventMeta };
  } catch (cause) {
    throw new CorruptEvent(event, cause);
  }
}
