import { later, type Position } from '../../projections/position.js';
import type { Clock } from '../ports/clock.js';
import { type EventReader, LogCorrupt, type StoredEvent } from '../ports/event-log.js';

/**
 * The number of events after checkpoints, up to a position. They are counted in one scan: positions have gaps. Nothing is read if all
 * checkpoints are there. A damaged event is one of them.
 */
export async function eventsAfter(
  log: EventReader,
  checkpoints: readonly Position[],
  until: Position,
): Promise<(checkpoint: Position) => number> {
  const counts = new Map([...new Set(checkpoints)].filter((checkpoint) => checkpoint < until).map((checkpoint) => [checkpoint, 0]));
  const first = Math.min(...counts.keys()) as Position;
  if (counts.size > 0)
    for await (const events of withDamaged(log, first, until))
      for (const [checkpoint, count] of counts)
        counts.set(checkpoint, count + events.filter(({ position }) => position > checkpoint).length);
  return (checkpoint) => counts.get(checkpoint) ?? 0;
}

/** The events after a position, also the damaged ones. */
async function* withDamaged(
  log: EventReader,
  after: Position,
  until: Position,
): AsyncGenerator<readonly Pick<StoredEvent, 'position'>[], void, undefined> {
  for (let at = after; ;) {
    try {
      for await (const { events } of log.readAll(at, { until })) yield events;
      return;
    } catch (error) {
      if (!(error instanceof LogCorrupt) || error.event === null) throw error;
      yield [error.event];
      at = error.event.position;
    }
  }
}

/** How long the end of the log that was asked for is reported to those who watch, in milliseconds. */
const keptFor = 1_000;

/**
 * Tells those who watch how far the log reaches. The log may be on another machine, and is asked at most once a second, however many watch;
 * it reaches at least as far as the checkpoints.
 */
export function watchedEnd(
  log: Pick<EventReader, 'position'>,
  clock: Pick<Clock, 'monotonic'>,
  builds: () => readonly { readonly position: Position }[],
): () => Promise<Position> {
  let asked: { readonly at: number; readonly end: Promise<Position> } | null = null;
  const kept = (): Promise<Position> => {
    const now = clock.monotonic();
    if (asked && now - asked.at < keptFor) return asked.end;
    const end = log.position();
    asked = { at: now, end };
    end.catch(() => (asked = null));
    return end;
  };
  return async () => builds().reduce((end, { position }) => later(end, position), await kept());
}

/**
 * How many seconds ago the first event after each checkpoint was recorded: so long its rows have been out of date. 0 if there is none;
 * null if it is damaged.
 * The log is read only for checkpoints that are before its end.
 */
export async function secondsBehind(
  log: EventReader,
  checkpoints: readonly Position[],
  end: Position,
  now: Date,
): Promise<(checkpoint: Position) => number | null> {
  const seconds = new Map<Position, number | null>();
  for (const checkpoint of new Set(checkpoints)) {
    if (checkpoint >= end) continue;
    const next = await firstAfter(log, checkpoint);
    if (next === 'damaged') seconds.set(checkpoint, null);
    else if (next) seconds.set(checkpoint, Math.max(0, Math.floor((now.getTime() - Date.parse(next.recordedAt)) / 1000)));
  }
  return (checkpoint) => {
    const known = seconds.get(checkpoint);
    return known === undefined ? 0 : known;
  };
}

async function firstAfter(log: EventReader, checkpoint: Position): Promise<StoredEvent | 'damaged' | null> {
  try {
    for await (const { events } of log.readAll(checkpoint)) if (events[0]) return events[0];
    return null;
  } catch (error) {
    if (error instanceof LogCorrupt) return 'damaged';
    throw error;
  }
}
