import { deciders } from '../domain/deciders.js';
import type { AnyDecider } from '../domain/shared/decider.js';
import type { EventMeta, ToldEvent } from '../projections/projection.js';
import type { StoredEvent } from './event-log.js';

const categories = new Map<string, string>();
for (const { stream, events } of Object.values(deciders) as readonly AnyDecider[]) {
  for (const type of Object.keys(events)) {
    if (categories.has(type)) throw new Error(`event type ${type} is declared twice`);
    categories.set(type, stream);
  }
}

/** The category of the streams in which events of a type stand: `PlaceRegistered` → `place`. */
export function categoryOf(type: string): string {
  const category = categories.get(type);
  if (category === undefined) throw new Error(`no decider declares event type ${type}`);
  return category;
}

export class CorruptEvent extends Error {
  override readonly name = 'CorruptEvent';
  constructor({ type, id, position }: StoredEvent, cause: unknown) {
    super(`event ${type} ${id} at position ${position} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
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
 * A stored event as the application reads it, its data and meta parsed.
 * @throws CorruptEvent when its bytes are no JSON, or its type or stream is unknown; the message names the event
 */
export function decode(event: StoredEvent): ToldEvent {
  const { type, id, stream, revision, position, occurredAt, recordedAt } = event;
  try {
    const category = categoryOf(type);
    if (stream.length <= category.length + 1 || !stream.startsWith(category)) throw new Error(`it stands in stream ${stream}`);
    const subject = stream.slice(category.length + 1);
    const data = parsed(event.data) as never;
    return { type, data, id, stream, subject, revision, position, at: occurredAt, recordedAt, meta: parsed(event.meta) as EventMeta } as ToldEvent;
  } catch (cause) {
    throw new CorruptEvent(event, cause);
  }
}
