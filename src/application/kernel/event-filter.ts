import { setTimeout as sleep } from 'node:timers/promises';
import { Described, Id, Instant, Optional, PlaceId, Text, Texts } from '../../domain/shared/fields.js';
import { isWithin } from '../../domain/shared/place-id.js';
import type { EventMeta } from '../../projections/projection.js';
import { type EventReader, NoSuchPosition, type Page, type StoredEvent } from '../ports/event-log.js';
import { eventTypeOf } from './cloud-event.js';
import { isEventType } from './decode.js';
import { invalidParameter, type InvalidQuery } from './paging.js';
import { beginning, later, type Position } from '../../projections/position.js';

/**
 * The filters of GET /v1/events and `wuwei log`. An event must match all that are given. They look at the envelope only, which is public
 * for withheld events too: a filter on the data would reveal what is withheld.
 */
export class EventFilter {
  @Described(
    '只要这些类型，可重复；VoteCast 或 wuwei.VoteCast 都可以',
    'Only events of these types, as the log names them (`VoteCast`) or as CloudEvents does (`wuwei.VoteCast`); may be repeated',
  )
  @Optional()
  @Texts(1, 100, 1, 100)
  type?: string[];
  @Described('只要一件事的全部经过，如 contest-…', 'Only the history of one thing: `contest-…`, `place-510121111219`')
  @Optional()
  @Text(1, 250)
  stream?: string;
  @Described('只要此人所做或代录的', 'Only what this person did or entered')
  @Optional()
  @Id()
  person?: string;
  @Described('只要发生在这一地点或其所属各处的', 'Only what happened at this place or within it')
  @Optional()
  @PlaceId()
  place?: string;
  @Described('只要此刻起发生的', 'Only what happened at this instant or later')
  @Optional()
  @Instant()
  from?: string;
  @Described('只要此刻之前发生的', 'Only what happened before this instant')
  @Optional()
  @Instant()
  until?: string;
}

/** The filter with event types as stored, or a refusal if there is no such type. */
export function withEventTypes<F extends EventFilter>(filter: F): F | InvalidQuery {
  if (filter.type === undefined) return filter;
  const type = filter.type.map(eventTypeOf);
  return type.every(isEventType) ? { ...filter, type } : invalidParameter('type', 'format.event-type');
}

export interface EventsAsked {
  /** Only events after this position. */
  readonly after: Position;
  /** Maximum number of events. */
  readonly limit?: number;
  /** Continue with events that are appended later, until the signal is aborted. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks for a position that is not here yet, and for how long it is looked for. */
const wait = { between: 100, most: 5_000 };

/**
 * Checks a position from outside before anything is answered. Waits for one that may still come (`NoSuchPosition.mayCome`).
 * @throws NoSuchPosition if the log did not give it out, or has not come so far in time
 */
export async function assertGivenOut(log: EventReader, position: Position): Promise<void> {
  if (position === beginning) return;
  const timeout = AbortSignal.timeout(wait.most);
  for (;;) {
    try {
      for await (const _ of log.readAll(position, { until: position })) return; // nothing is there: only whether it may be asked for
      return;
    } catch (error) {
      if (!(error instanceof NoSuchPosition && error.mayCome) || timeout.aborted) throw error;
    }
    await sleep(wait.between);
  }
}

/** The matching events in the order of the log. @throws NoSuchPosition */
export async function* eventsWanted(log: EventReader, filter: EventFilter, asked: EventsAsked): AsyncGenerator<Page, void, undefined> {
  const pages = filter.stream === undefined ? ofLog(log, filter, asked) : ofStream(log, filter.stream, filter, asked);
  let left = asked.limit ?? Infinity;
  for await (const { events: found, upTo } of pages) {
    if (asked.signal.aborted) return;
    const events = found.filter((event) => isWanted(event, filter)).slice(0, left);
    left -= events.length;
    if (left > 0) yield { events, upTo };
    else return yield { events, upTo: events.at(-1)!.position };
  }
}

function ofLog(log: EventReader, { type }: EventFilter, { after, follow, signal }: EventsAsked) {
  const stored = type ? { types: type } : {};
  return follow ? log.subscribe(after, stored, signal) : log.readAll(after, stored);
}

const pageSize = 1000;

/** Events that are already in a stream are found by its index; later ones are filtered out of the whole log. */
async function* ofStream(log: EventReader, stream: string, filter: EventFilter, asked: EventsAsked): AsyncGenerator<Page, void, undefined> {
  const end = await log.position();
  const events = (await log.read(stream)).filter(({ position }) => position > asked.after);
  for (let i = 0; i < events.length; i += pageSize) {
    const page = events.slice(i, i + pageSize);
    yield { events: page, upTo: page.at(-1)!.position };
  }
  const after = later(later(asked.after, end), events.at(-1)?.position ?? beginning);
  yield { events: [], upTo: after };
  if (asked.follow) yield* ofLog(log, filter, { ...asked, after });
}

function isWanted(event: StoredEvent, { type, stream, person, place, from, until }: EventFilter): boolean {
  if (type !== undefined && !type.includes(event.type)) return false;
  if (stream !== undefined && event.stream !== stream) return false;
  if ((from !== undefined && event.occurredAt < from) || (until !== undefined && event.occurredAt >= until)) return false;
  if (person === undefined && place === undefined) return true;
  const meta = JSON.parse(event.meta) as EventMeta;
  if (person !== undefined && meta.actor !== person && meta.enteredBy !== person) return false;
  return place === undefined || (meta.place !== null && isWithin(meta.place, place));
}
