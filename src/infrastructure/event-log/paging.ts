import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Filter, StoredEvent } from '../../application/ports/event-log.js';

/** A log that can be read synchronously, a page at a time. */
export interface Pages {
  /** The position of the last event, 0 when there is none. */
  end(): number;
  /** Some of the events after one position, up to another (included) that is not beyond the end. */
  page(after: number, upTo: number, types: readonly string[] | undefined): Page;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  /** How far the log was looked through for them: the next page begins after it. */
  readonly upTo: number;
}

/** `EventReader.readAll`. Lets other work run between two pages. */
export async function* readPages(
  log: Pages,
  after: number,
  { types, until = Infinity, onProgress }: Filter = {},
): AsyncGenerator<readonly StoredEvent[]> {
  for (let at = after; ; await yieldToEventLoop()) {
    const end = Math.min(log.end(), until);
    if (at >= end) return;
    const page = log.page(at, end, types);
    if (page.events.length > 0) yield page.events;
    onProgress?.(page.upTo);
    if (page.upTo >= end) return;
    at = page.upTo;
  }
}

/** `EventReader.subscribe`. `grown` is notified when the log may have grown; `poll` looks by itself after so many milliseconds. */
export async function* followPages(
  log: Pages,
  grown: Signal,
  after: number,
  { types, until = Infinity, onProgress }: Filter,
  signal: AbortSignal,
  poll?: number,
): AsyncGenerator<readonly StoredEvent[]> {
  for (let at = after; at < until && !signal.aborted;) {
    const end = Math.min(log.end(), until);
    if (at >= end) {
      await grown.wait(signal, poll); // begun in the same turn as the look at the end: no ring is missed in between
      continue;
    }
    const page = log.page(at, end, types);
    at = page.upTo;
    if (page.events.length > 0) yield page.events;
    onProgress?.(page.upTo);
    await yieldToEventLoop();
  }
}

/** Wakes whoever waits. */
export class Signal {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next ring, when the signal is aborted, or after `milliseconds`. */
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
