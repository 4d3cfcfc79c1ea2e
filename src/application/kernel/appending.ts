import { setImmediate as yieldToEventLoop, setTimeout as sleep } from 'node:timers/promises';
import {
  type Appended,
  type EventLog,
  type NewEvent,
  OutcomeUnknown,
  type StoredEvent,
  WrongExpectedRevision,
} from '../ports/event-log.js';

/** Attempts to find out whether events were written. All together wait less than a second. */
const attempts = 6;
const whenUnknown = { first: 20, most: 500 };

/** How long to wait before attempts, in milliseconds: before the first repetition, and at most. */
export interface Waits {
  readonly first: number;
  readonly most: number;
}

/**
 * Milliseconds to wait before an attempt is repeated: twice as long each time, up to the maximum. Half of it is random, so that writers
 * that met do not meet again.
 * @param repeated how often it was repeated, from 1
 */
export const backoff = (repeated: number, { first, most }: Waits, random: () => number = Math.random): number =>
  Math.min(first * 2 ** (repeated - 1), most) * (0.5 + random() / 2);

export const pause = (repeated: number, waits: Waits): Promise<void> => sleep(backoff(repeated, waits));

/**
 * Appends events. If the log cannot say whether they were written, reads the stream: events at their place are either these, and so were
 * written, or others, and then these never will be. If there are none yet, the same events are appended again: the log writes them once.
 * @returns null if another writer was faster
 * @throws OutcomeUnknown if it could not be found out
 */
export async function append(
  log: Pick<EventLog, 'append' | 'read'>,
  stream: string,
  expected: number,
  events: readonly NewEvent[],
): Promise<Appended | null> {
  let unknown: OutcomeUnknown | null = null;
  for (let tries = 0; tries < attempts; tries++) {
    if (tries > 0) await pause(tries, whenUnknown);
    try {
      const there = unknown && (await log.read(stream, expected + 1));
      if (there && there.length > 0) return writtenAs(events, there);
      return await log.append(stream, expected, events);
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return null;
      if (error instanceof OutcomeUnknown) unknown = error;
      else if (unknown === null) throw error; // else the first attempt may still have written them
    }
  }
  throw unknown!;
}

/** The most appends of parts of one command that are under way at the same time. */
const mostUnderWay = 4;

/**
 * Prepares one item after another, and starts their appends in this order, several at a time. After each, other work gets the processor.
 * Rejects with the first failure, when none is under way any more.
 */
export async function inPipeline<T>(items: Iterable<T>, prepare: (item: T) => Promise<() => Promise<unknown>>): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  const failures: unknown[] = [];
  try {
    for (const item of items) {
      const start = await prepare(item);
      if (underWay.size >= mostUnderWay) await Promise.race(underWay);
      if (failures.length > 0) break;
      const appending: Promise<unknown> = start()
        .catch((error: unknown) => failures.push(error))
        .finally(() => underWay.delete(appending));
      underWay.add(appending);
      await yieldToEventLoop();
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
}

/** Where the events were written; null if others are in their place. */
function writtenAs(events: readonly NewEvent[], there: readonly StoredEvent[]): Appended | null {
  const last = there[events.length - 1];
  return last?.id === events.at(-1)!.id ? { revision: last.revision, position: last.position } : null;
}
