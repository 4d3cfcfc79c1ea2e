import type { EventMeta } from '../../projections/projection.js';
import type { StoredEvent } from '../ports/event-log.js';

const source = '/v1/events';

/** The media type of a stream of CloudEvents, one a line. */
export const cloudEventsNdjson = 'application/x-ndjson; charset=utf-8';

const prefix = 'wuwei.';
/** The name in the log of a type that may be written as in CloudEvents: `wuwei.VoteCast` is `VoteCast`. */
export const eventTypeOf = (type: string): string => (type.startsWith(prefix) ? type.slice(prefix.length) : type);

/**
 * A stored event as one line of CloudEvents 1.0 in JSON. `data` is the stored bytes, not serialised again; `meta` is the stored bytes of
 * the envelope's meta as a string, its members repeated as attributes for readers. `withheld` leaves `data` out, and
 * `meta`, whose hash of the request would tell the choice: a vote of a contest whose ranking is embargoed. Attribute names and value
 * types follow the specification (section 3.1): lower case, integers of 32 bits.
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

/**
 * A line that tells whoever waits for events how far the log has been looked through: `after` for the next request. No event of the
 * log.
 */
export const progressEvent = (position: number): string =>
  JSON.stringify({ specversion: '1.0', id: `progress-${position}`, source, type: `${prefix}progress`, position: String(position) });
