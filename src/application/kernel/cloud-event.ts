import type { EventMeta } from '../../projections/projection.js';
import type { StoredEvent } from '../ports/event-log.js';
import type { Position } from '../../projections/position.js';

const source = '/v1/events';

/** Media type of a stream of CloudEvents, one per line. */
export const cloudEventsNdjson = 'application/x-ndjson; charset=utf-8';

const prefix = 'wuwei.';
/** The event type as stored, from a name that may have the prefix of CloudEvents: `wuwei.VoteCast` is `VoteCast`. */
export const eventTypeOf = (type: string): string => (type.startsWith(prefix) ? type.slice(prefix.length) : type);

/**
 * A stored event as one line of CloudEvents 1.0 JSON. `data` is the text of the given event, not serialised again.
 * `meta` is the stored bytes of the event's meta as a string; its members are also attributes of their own.
 * If `withheld`, `data` and `meta` are left out (`meta` has a
 * hash of the request, from which the vote could be guessed). Attribute names and types follow the specification, section 3.1: lower
 * case, 32-bit integers.
 */
export function cloudEvent(event: StoredEvent, withheld = false): string {
  const meta = JSON.parse(event.meta) as EventMeta;
  const attributes = JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source,
    type: prefix + event.type,
    subject: event.stream,
    time: event.occurredAt,
    recordedtime: event.recordedAt,
    position: String(event.position),
    revision: event.revision,
    schemaversion: event.schemaVersion,
    actor: meta.actor,
    capacity: meta.capacity,
    channel: meta.channel,
    ...(meta.place === null ? {} : { place: meta.place }),
    ...(meta.enteredBy === undefined ? {} : { enteredby: meta.enteredBy }),
    correlationid: meta.correlation,
    ...(meta.causation === undefined ? {} : { causationid: meta.causation }),
    ...(withheld ? { withheld: true } : { meta: event.meta, datacontenttype: 'application/json' }),
  });
  return withheld ? attributes : `${attributes.slice(0, -1)},"data":${event.data}}`;
}

/** A line that is not an event: `after` says up to which position the log was searched, for the next request of the client. */
export const progressEvent = (position: Position): string =>
  JSON.stringify({ specversion: '1.0', id: `progress-${position}`, source, type: `${prefix}progress`, position: String(position) });
