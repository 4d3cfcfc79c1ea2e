import { noStream, type NewEvent } from '../../application/event-log.js';

/**
 * Refuses what no log could store and give back unchanged: nothing at all, a revision that cannot be, text that UTF-8 cannot carry
 * (a lone surrogate) or that SQLite cuts off (U+0000). JSON contains neither, so this is a mistake of the program.
 * @throws RangeError or TypeError
 */
export function assertStorable(stream: string, expectedRevision: number, events: readonly NewEvent[]): void {
  if (events.length === 0) throw new RangeError(`nothing to append to ${stream}`);
  if (!Number.isSafeInteger(expectedRevision) || expectedRevision < noStream) throw new RangeError(`${expectedRevision} is no revision`);
  assertText(stream);
  for (const { id, type, occurredAt, recordedAt, data, meta } of events) [id, type, occurredAt, recordedAt, data, meta].forEach(assertText);
}

function assertText(text: string): void {
  if (text === '' || !text.isWellFormed() || text.includes('\0')) throw new TypeError(`text that cannot be stored unchanged: ${JSON.stringify(text.slice(0, 60))}`);
}
