import type { EventLog } from '../application/ports/event-log.js';
import type { Build } from '../application/ports/projection-store.js';
import type { Position } from '../projections/position.js';

/** A store that does not work at present. */
export interface Outage {
  readonly store: 'log' | 'read-models' | 'trail';
  /** ISO 8601 instant at which it was last seen to work. */
  readonly since: string;
}

interface Watched {
  readonly log: Pick<EventLog, 'health' | 'position'>;
  readonly builds: () => readonly Build[];
  readonly areRowsFailing: () => boolean;
  readonly isTrailFailing: () => boolean;
}

/** Milliseconds between two looks at the stores. */
const usualPeriod = 2_000;

/** Watches the stores: which do not work, since when, and of what time the rows are while the log does not. */
export class Outages {
  readonly #lastWell: Record<Outage['store'], Date>;
  /** The rows contain everything that was recorded up to this instant. */
  #complete: Date;
  /** Where the log ended when it was last read, and when that was; null once the rows have reached it. */
  #end: { readonly position: Position; readonly at: Date } | null = null;
  #failing: readonly Outage[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly watched: Watched,
    private readonly now: () => Date = () => new Date(),
    period = usualPeriod,
  ) {
    const start = now();
    this.#lastWell = { log: start, 'read-models': start, trail: start };
    this.#complete = start;
    this.#timer = setInterval(() => void this.compare().catch(() => undefined), period).unref();
  }

  /** The stores that do not work now. */
  async look(): Promise<readonly Outage[]> {
    const { log, areRowsFailing, isTrailFailing } = this.watched;
    const at = this.now();
    const isLogFailing = (await log.health()) === 'failing';
    const states = [
      ['log', isLogFailing],
      ['read-models', areRowsFailing()],
      ['trail', isTrailFailing()],
    ] as const;
    for (const [store, isFailing] of states) if (!isFailing) this.#lastWell[store] = at;
    const failing = states.filter(([, isFailing]) => isFailing).map(([store]) => store);
    return (this.#failing = failing.map((store) => ({ store, since: this.#lastWell[store].toISOString() })));
  }

  /**
   * While the log cannot be read, the rows may lack what was recorded after this instant (ISO 8601); null while it can: then `atLeast`
   * says more.
   */
  asOf(): string | null {
    return this.#failing.some(({ store }) => store === 'log') ? this.#complete.toISOString() : null;
  }

  /** Looks at the stores, and whether the rows have come where the log ended. */
  async compare(): Promise<void> {
    const at = this.now();
    await this.look();
    if (this.asOf() !== null) return;
    const end = this.#end;
    const running = this.watched.builds().filter(({ live, failure }) => live && failure === null);
    if (end !== null && running.some(({ position }) => position < end.position)) return;
    if (end !== null) this.#complete = end.at;
    this.#end = { position: await this.watched.log.position(), at };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
