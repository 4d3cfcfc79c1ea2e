import { AppendTooLarge, appendLimit, noStream, type NewEvent } from '../../application/ports/event-log.js';

/**
 * Refuses events that no log could store and return unchanged: an empty list, an impossible revision, text that UTF-8 cannot encode (a
 * lone surrogate) or that SQLite truncates (U+0000). JSON contains neither, so this is a programming error. It is logged, so it names the
 * field and never quotes its value.
 * @throws RangeError or TypeError
 * @throws AppendTooLarge if they hold more bytes than one append may
 */
export function assertStorable(stream: string, expectedRevision: number, events: readonly NewEvent[]): void {
  if (events.length === 0) throw new RangeError(`nothing to append to ${stream}`);
  if (!Number.isSafeInteger(expectedRevision) || expectedRevision < noStream) throw new RangeError(`${expectedRevision} is not a revision`);
  assertText('stream', stream);
  for (const event of events)
    for (const field of ['id', 'type', 'occurredAt', 'recordedAt', 'data', 'meta'] as const) assertText(field, event[field]);
  const bytes = sizeOf(events);
  if (bytes > appendLimit) throw new AppendTooLarge(stream, bytes);
}

/** Bytes of `data` and `meta` in UTF-8. */
export const sizeOf = (events: readonly NewEvent[]): number =>
  events.reduce((sum, { data, meta }) => sum + Buffer.byteLength(data) + Buffer.byteLength(meta), 0);

function assertText(field: string, text: string): void {
  if (text === '' || !text.isWellFormed() || text.includes('\0'))
    throw new TypeError(`${field} cannot be stored unchanged: it is empty, or holds U+0000 or half a surrogate pair`);
}
