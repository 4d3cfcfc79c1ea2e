import { noStream, type NewEvent } from '../../application/ports/event-log.js';

/**
 * Refuses what no log could store and give back unchanged: nothing at all, a revision that cannot be, text that UTF-8 cannot carry
 * (a lone surrogate) or that SQLite cuts off (U+0000). JSON contains neither, so this is a mistake of the program. It is logged:
 * the field is named, and never quoted.
 * @throws RangeError or TypeError
 */
export function assertStorable(stream: string, expectedRevision: number, events: readonly NewEvent[]): void {
  if (events.length === 0) throw new RangeError(`nothing to append to ${stream}`);
  if (!Number.isSafeInteger(expectedRevision) || expectedRevision < noStream) throw new RangeError(`${expectedRevision} is no revision`);
  assertText('the stream’s name', stream);
  for (const event of events)
    for (const field of ['id', 'type', 'occurredAt', 'recordedAt', 'data', 'meta'] as const)
      assertText(`${field} of an event`, event[field]);
}

function assertText(what: string, text: string): void {
  if (text === '' || !text.isWellFormed() || text.includes('\0'))
    throw new TypeError(`${what} cannot be stored unchanged: it is empty, or holds U+0000 or half a surrogate pair`);
}
