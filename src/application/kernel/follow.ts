import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '../../projections/position.js';
import type { EventReader, Filter, Page } from '../ports/event-log.js';
import { backoff, type Waits } from './appending.js';

const whenBroken: Waits = { first: 100, most: 10_000 };

interface Following {
  readonly signal: AbortSignal;
  /** The first page is empty and ends where the log ended when the following began. Events that were appended before are on no page. */
  readonly onPage: (page: Page) => void;
  /** Called each time the log cannot be followed. It is tried again, after the last page, with longer and longer waits. */
  readonly onTrouble: (error: unknown) => void;
  readonly waits?: Waits;
}

/** Follows the log from its present end on, until the signal is aborted. A subscription that breaks is resumed: no event is missed. */
export async function follow(
  log: Pick<EventReader, 'position' | 'subscribe'>,
  filter: Filter,
  { signal, onPage, onTrouble, waits = whenBroken }: Following,
): Promise<void> {
  let after: Position | null = null;
  for (let failures = 0; !signal.aborted;) {
    try {
      if (after === null) {
        after = await log.position();
        onPage({ events: [], upTo: after });
      }
      for await (const page of log.subscribe(after, filter, signal)) {
        after = page.upTo;
        failures = 0;
        onPage(page);
      }
      if (!signal.aborted) throw new Error('the subscription to the log ended');
    } catch (error) {
      if (signal.aborted) return;
      onTrouble(error);
      await sleep(backoff(++failures, waits), undefined, { signal }).catch(() => undefined);
    }
  }
}
