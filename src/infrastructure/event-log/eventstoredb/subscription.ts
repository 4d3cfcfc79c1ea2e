import { eventTypeFilter, excludeSystemEvents, type EventStoreDBClient, type RecordedEvent, START } from '@eventstore/db-client';
import type { Page } from '../../../application/ports/event-log.js';
import { beginning, type Position, positionOf } from '../../../projections/position.js';
import { fromEngine } from './envelope.js';

/** The most events of a page, and what is held back from a slow reader: the server then stops sending. */
const pageSize = 500;
/** Events that match nothing, after which the server says how far it has come. */
const searchWindow = 1000;

/** What a subscription brings, in the order of the log. */
type Item =
  | { readonly event?: RecordedEvent }
  /** Nothing before it is missing. `prepare` 0: before the record at `commit`. */
  | { readonly reached: { readonly commit: bigint; readonly prepare: bigint } }
  | { readonly caughtUp: true };

/** A part of the log, and whether everything that was there when the subscription began has been yielded. */
export interface Part extends Page {
  readonly isCaughtUp: boolean;
}

/**
 * One subscription to all events, without those of the engine itself, until it breaks or the reader ends. What the server says between
 * events is put into the same queue, so that the order is kept.
 * @throws CommandError as the client says it
 */
export async function* subscribe(
  client: EventStoreDBClient,
  after: Position,
  types: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<Part, void, undefined> {
  const options = {
    maxSearchWindow: searchWindow,
    checkpointReached: (_: unknown, reached: { commit: bigint; prepare: bigint }) => void subscription.push({ reached } satisfies Item),
  };
  const subscription = client.subscribeToAll(
    {
      fromPosition: after === beginning ? START : { commit: BigInt(after), prepare: BigInt(after) },
      filter:
        types === undefined || types.length === 0 ? excludeSystemEvents(options) : eventTypeFilter({ regex: anyOf(types), ...options }),
    },
    { highWaterMark: pageSize },
  );
  let wake = (): void => undefined;
  let failure: Error | null = null;
  let isOver = false;
  subscription.on('caughtUp', () => void subscription.push({ caughtUp: true } satisfies Item));
  subscription.on('readable', () => wake());
  subscription.on('error', (error: Error) => {
    failure ??= error;
    wake();
  });
  for (const event of ['end', 'close'] as const)
    subscription.on(event, () => {
      isOver = true;
      wake();
    });
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    let upTo = after;
    while (!signal.aborted) {
      const waiting = new Promise<void>((resolve) => (wake = resolve)); // before reading, so that nothing is missed
      const items = available(subscription);
      if (items.length > 0) {
        const part = partOf(items, upTo, types);
        upTo = part.upTo;
        yield part;
      } else if (failure !== null) throw failure as Error;
      else if (isOver) return;
      else await waiting;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await subscription.unsubscribe();
  }
}

const anyOf = (types: readonly string[]): string => `^(${types.map((type) => type.replace(/[^\w]/gu, '\\$&')).join('|')})$`;

function available(subscription: { read(): unknown }): Item[] {
  const items: Item[] = [];
  for (let item = subscription.read(); item !== null; item = subscription.read()) {
    items.push(item as Item);
    if (items.length === pageSize) break;
  }
  return items;
}

function partOf(items: readonly Item[], after: Position, types: readonly string[] | undefined): Part {
  const events = items.flatMap((item) => ('event' in item && item.event ? [fromEngine(item.event)] : []));
  const ends = items.flatMap((item) => {
    if ('event' in item && item.event?.position) return [positionOf(item.event.position.commit)];
    return 'reached' in item && item.reached.prepare === item.reached.commit ? [positionOf(item.reached.commit)] : [];
  });
  return {
    events: types?.length === 0 ? [] : events,
    upTo: ends.reduce((a, b) => (a < b ? b : a), after),
    isCaughtUp: items.some((item) => 'caughtUp' in item),
  };
}
