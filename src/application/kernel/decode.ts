import { deciders } from '../../domain/deciders.js';
import type { AnyDecider, EventClass } from '../../domain/shared/decider.js';
import { personalFields } from '../../domain/shared/field-marks.js';
import type { AnyRecorded, EventMeta, RecordedEvent } from '../../projections/projection.js';
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

/** Whether this program declares events of this type. Types are never renamed: a type that it does not declare is of a later program. */
export const isEventType = (text: string): boolean => declared.has(text);

/** The names of the personal fields of an event that are about others than the person: all that is told, where a later program wrote it. */
export function personalToOthers({ type, data, meta }: AnyRecorded, personId: string): readonly string[] {
  const told = data as Readonly<Record<string, unknown>>;
  const shape = declared.get(type)?.shape;
  if (shape === undefined) return Object.keys(told);
  return [...personalFields.of(shape)]
    .filter(([field, owner]) => field in told && (owner === undefined ? meta.actor : told[owner]) !== personId)
    .map(([field]) => field);
}

/** The schema version in which events of a class are written. */
export function versionOf({ schemaVersion = 1 }: EventClass): number {
  return schemaVersion;
}

/** A later version of the program wrote the event: this one can show it, but not decide or fold anything on it. */
export class NewerEvent extends Error {
  override readonly name = 'NewerEvent';
  constructor({ type, id, position, stream, schemaVersion }: StoredEvent) {
    super(
      `event ${type} ${id} at position ${position} of stream ${stream}, schema version ${schemaVersion}, was written by a later version of the program: upgrade this one`,
    );
  }
}

/** Whether a later version of the program wrote the event: its type or its schema version is not known here. */
export function isNewer({ type, schemaVersion }: Pick<StoredEvent, 'type' | 'schemaVersion'>): boolean {
  const shape = declared.get(type)?.shape;
  return shape === undefined || schemaVersion > versionOf(shape);
}

/** The category of a stream: what stands before its first `-`, as event stores take it. Empty when the name has none. */
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
 * @throws NewerEvent when a later program wrote it; Error when its bytes are no JSON
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
 * A stored event as the application reads it, its data and meta parsed. The data is not checked against its class here, as it is where
 * something is decided on it: it was checked when it was written, and one spoilt field, which a projection may not even look at, would
 * stop the rows of every place, not one stream. A fold that cannot take it in stops by itself.
 * @throws NewerEvent when a later program wrote it; CorruptEvent when its bytes are no JSON or it stands in a stream of another kind
 */
export function decode(event: StoredEvent): RecordedEvent {
  if (isNewer(event)) throw new NewerEvent(event);
  try {
    const { category, shape } = declarationOf(event.type);
    if (categoryOfStream(event.stream) !== category) throw new Error(`it stands in stream ${event.stream}`);
    return { ...recorded(event, dataOf(event, shape)), aggregateId: event.stream.slice(category.length + 1) } as RecordedEvent;
  } catch (cause) {
    throw new CorruptEvent(event, cause);
  }
}

/**
 * A stored event for readers that take events of every type: as `decode` has it where this program knows it, else with the data as stored.
 * @throws CorruptEvent
 */
export function decodeAny(event: StoredEvent): AnyRecorded {
  if (!isNewer(event)) return decode(event);
  try {
    return recorded(event, parsed(event.data));
  } catch (cause) {
    throw new CorruptEvent(event, cause);
  }
}

function recorded(event: StoredEvent, data: unknown): AnyRecorded {
  const { type, id, stream, revision, position, occurredAt: at, recordedAt, meta } = event;
  return { type, data, id, stream, revision, position, at, recordedAt, meta: parsed(meta) as EventMeta };
}
