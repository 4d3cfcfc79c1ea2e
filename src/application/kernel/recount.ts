import type { AllEvents } from '../../domain/deciders.js';
import type { Moment } from '../../domain/shared/decider.js';
import type { Recorded } from '../../projections/projection.js';

/* Deriving what was published from the log again: each context says how for its own results, and application/recompute.ts goes through the log. */

/** What is recounted: whose result it is, and which. */
export interface Subject {
  readonly of: 'contest' | 'ballot' | 'renovation' | 'covenant';
  readonly id: string;
}

/** A published result that the log gives again. */
export interface Recounted extends Subject {
  /** Votes, papers or voters that were counted. */
  readonly counted: number;
  /** `adopted`, or the ids of the winners. */
  readonly outcome: string;
  /** The hash in the event; null where it has none. */
  readonly sha256: string | null;
}

/** Figures of votes are told to nobody before one of these events has happened in this stream. Null: they are public. */
export type SealedUntil = { readonly stream: string; readonly types: readonly (keyof AllEvents)[] } | null;

/** The log gives another value than the one that is stated: by an event, or by a row of a projection. */
export class Differs extends Error {
  override readonly name = 'Differs';
  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly stated: unknown,
    readonly derived: unknown,
    readonly sealed: SealedUntil = null,
  ) {
    super(`${subject.of} ${subject.id}: ${field}`);
  }
}

/** The rows of one projection as they stand at one position of the log. */
export interface Rows {
  get<R>(key: string): Promise<R | null>;
  /** Rows whose keys begin so, in the order of their keys. */
  list<R>(prefix: string): AsyncIterable<{ readonly key: string; readonly row: R }>;
}

type Handlers = { readonly [K in keyof AllEvents]?: (event: Recorded<K, AllEvents[K]>) => Recounted | undefined };

/** The results of a context, derived from its events one after another. It keeps what it needs to count, never the events. */
export interface Recount {
  /** @throws Differs */
  readonly on: Handlers;
  /** Compares the rows of a projection, by its name, with what the events so far come to; answers how many it compared. @throws Differs */
  readonly rows: Readonly<Record<string, (rows: Rows) => Promise<number>>>;
}

/** As deciders take it. */
export const momentOf = ({ at, recordedAt, meta }: Pick<Recorded<string, unknown>, 'at' | 'recordedAt' | 'meta'>): Moment => ({
  at,
  now: recordedAt,
  by: meta.actor,
  capacity: meta.capacity,
  enteredBy: meta.enteredBy,
});

/** @throws Differs at the first field, in the order of the derived value, in which the two are not the same as JSON */
export function mustBe(subject: Subject, stated: unknown, derived: unknown, sealed: SealedUntil = null, field = ''): void {
  const both = [stated, derived];
  if (both.every((value) => typeof value === 'object' && value !== null) && Array.isArray(stated) === Array.isArray(derived)) {
    const [a, b] = both as readonly Readonly<Record<string, unknown>>[];
    const below = (key: string) => (Array.isArray(derived) ? `${field}[${key}]` : `${field}${field && '.'}${key}`);
    for (const key of new Set([...Object.keys(b!), ...Object.keys(a!)])) mustBe(subject, a![key], b![key], sealed, below(key));
    return;
  }
  if (stated !== derived) throw new Differs(subject, field, stated, derived, sealed);
}

/** What a context keeps of a subject; an event about one that was never opened is not what the log gives. @throws Differs */
export function heldIn<H>(held: ReadonlyMap<string, H>, subject: Subject): H {
  const found = held.get(subject.id);
  if (found === undefined) throw new Differs(subject, 'opening', 'an event about it', 'no event that opens it');
  return found;
}
