import type { EventLog } from '../application/ports/event-log.js';
import type { PersonalKeys } from '../application/ports/personal-keys.js';
import type { Build } from '../application/ports/projection-store.js';
import type { Position } from '../projections/position.js';

/** The stores that are watched: the log, the keys of personal data, the rows, and the index of the audit trail. */
export const storeNames = ['log', 'keys', 'read-models', 'trail'] as const;

/** A store that does not work at present. */
export interface Outage {
  readonly store: (typeof storeNames)[number];
  /** ISO 8601 instant at which it was last seen to work. */
  readonly since: string;
}

interface Watched {
  readonly log: Pick<EventLog, 'health' | 'position'>;
  readonly keys: Pick<PersonalKeys, 'health'>;
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
    this.#lastWell = { log: start, keys: start, 'read-models': start, trail: start };
    this.#complete = start;
    this.#timer = setInterval(() => void this.compare().catch(() => undefined), period).unref();
  }

  /** The stores that do not work now. */
  async look(): Promise<readonly Outage[]> {
    const { log, keys, areRowsFailing, isTrailFailing } = this.watched;
    const at = this.now();
    const [ofLog, ofKeys] = await Promise.all([log.health(), keys.health()]);
    const isFailing: Readonly<Record<Outage['store'], boolean>> = {
      log: ofLog === 'failing',
      keys: ofKeys === 'failing',
      'read-models': areRowsFailing(),
      trail: isTrailFailing(),
    };
    for (const store of storeNames) if (!isFailing[store]) this.#lastWell[store] = at;
    const failing = storeNames.filter((store) => isFailing[store]);
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
