import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type Filter, NoSuchPosition, type Page } from '../../application/ports/event-log.js';
import type { Position } from '../../projections/position.js';

/** A log that can be read synchronously, page by page. */
export interface Pages {
  /** Position of the last event; 0 if there is none. */
  end(): Position;
  /**
   * The next part of the log after a position. It ends at `upTo`, which is not beyond the end of the log, or before.
   * @throws LogCorrupt if it would begin with a damaged event; before a later one it ends
   */
  page(after: Position, upTo: Position, types: readonly string[] | undefined): Page;
}

/** All positions up to the end were given out: there are no gaps. @throws NoSuchPosition */
function assertGivenOut(log: Pages, position: Position): void {
  if (position > log.end()) throw new NoSuchPosition(position);
}

/** Up to where to read now. */
const endOf = (log: Pages, until?: Position): Position => {
  const end = log.end();
  return until !== undefined && until < end ? until : end;
};

/** Implements `EventReader.readAll`. Yields to other work between two pages. */
export async function* readPages(log: Pages, after: Position, { types, until }: Filter = {}): AsyncGenerator<Page, void, undefined> {
  assertGivenOut(log, after);
  for (let at = after; ; await yieldToEventLoop()) {
    const end = endOf(log, until);
    if (at >= end) return;
    const page = log.page(at, end, types);
    yield page;
    if (page.upTo >= end) return;
    at = page.upTo;
  }
}

/** Implements `EventReader.subscribe`. `grown` is notified when the log may have grown; `poll`: also check after so many milliseconds. */
export async function* followPages(
  log: Pages,
  grown: Signal,
  after: Position,
  { types, until }: Filter,
  signal: AbortSignal,
  poll?: number,
): AsyncGenerator<Page, void, undefined> {
  if (signal.aborted) return;
  assertGivenOut(log, after);
  for (let at = after; (until === undefined || at < until) && !signal.aborted;) {
    const end = endOf(log, until);
    if (at >= end) {
      await grown.wait(signal, poll); // in the same turn as the check of the end, so that no notification is missed
      continue;
    }
    const page = log.page(at, end, types);
    at = page.upTo;
    yield page;
    await yieldToEventLoop();
  }
}

/** Wakes all waiters when notified. */
export class Signal {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next notification, when the signal is aborted, or after `milliseconds`. */
  wait(signal: AbortSignal, milliseconds?: number): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(wake, milliseconds);
      signal.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }
}
