import type { EventLog, Filter, Page, StoredEvent } from '../../src/application/ports/event-log.js';
import { AppendTooLarge, WrongExpectedRevision } from '../../src/application/ports/event-log.js';
import { beginning, later, type Position } from '../../src/projections/position.js';

/**
 * The part of a log that begins now, as if it were a log of its own: a server holds one log, and each test wants an empty one. Streams get
 * a prefix; nobody else may write meanwhile.
 */
export async function partOf(log: EventLog, prefix: string, start?: Position): Promise<EventLog & { readonly start: Position }> {
  const begin = start ?? (await log.position());
  const since = (after: Position) => (after === beginning ? begin : after);
  const shown = (event: StoredEvent): StoredEvent => ({ ...event, stream: event.stream.slice(prefix.length) });
  async function* pages(of: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
    for await (const { events, upTo } of of) yield { events: events.map(shown), upTo };
  }
  return {
    start: begin,
    append: async (stream, expected, events) => {
      try {
        return await log.append(prefix + stream, expected, events);
      } catch (error) {
        if (error instanceof WrongExpectedRevision) throw new WrongExpectedRevision(stream, error.expected, error.actual);
        if (error instanceof AppendTooLarge) throw new AppendTooLarge(stream, error.bytes);
        throw error;
      }
    },
    read: async (stream, from) => (await log.read(prefix + stream, from)).map(shown),
    readAll: (after: Position, filter?: Filter) => pages(log.readAll(since(after), filter)),
    subscribe: (after: Position, filter: Filter, signal: AbortSignal) => pages(log.subscribe(since(after), filter, signal)),
    at: async (position) => {
      const event = await log.at(position);
      return event && position > begin ? shown(event) : null;
    },
    position: async () => {
      const position = await log.position();
      return position === begin ? beginning : later(position, begin);
    },
    health: () => log.health(),
    close: () => log.close(),
  };
}
