import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { beginning, type Position } from '../../src/projections/position.js';
import type { EventReader, Filter, Page, StoredEvent } from '../../src/application/ports/event-log.js';

/** A log whose pages end where the test says, and which tells what was read of it. */
export class ScriptedLog implements EventReader {
  /** The positions after which each scan began. */
  readonly scans: Position[] = [];
  /** How many events were handed out, by all scans. */
  told = 0;
  /** Called before a page is handed out. */
  beforePage: (page: readonly StoredEvent[]) => Promise<void> | void = () => undefined;

  constructor(
    public events: readonly StoredEvent[],
    private readonly pageSize: () => number = () => 2,
  ) {}

  read(): Promise<readonly StoredEvent[]> {
    throw new Error('a projection reads no single stream');
  }

  async *readAll(after: Position, { types, until = Infinity as Position }: Filter = {}): AsyncGenerator<Page> {
    this.scans.push(after);
    for (;;) {
      const rest = this.events.filter(({ position, type }) => position > after && position <= until && (types?.includes(type) ?? true));
      const page = rest.slice(0, this.pageSize());
      if (page.length === 0) return;
      await yieldToEventLoop();
      await this.beforePage(page);
      this.told += page.length;
      after = page.at(-1)!.position;
      yield { events: page, upTo: after };
      if (page.length === rest.length) return; // that was the end when the page was read
    }
  }

  subscribe(): AsyncIterable<Page> {
    throw new Error('the runner is woken instead');
  }

  at(at: Position): Promise<StoredEvent | null> {
    return Promise.resolve(this.events.find(({ position }) => position === at) ?? null);
  }

  position(): Promise<Position> {
    return Promise.resolve(this.events.at(-1)?.position ?? beginning);
  }
}
