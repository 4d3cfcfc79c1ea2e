import type { AllEvents } from '../../domain/deciders.js';
import type { Moment } from '../../domain/shared/decider.js';
import type { Position } from '../../projections/position.js';
import type { Recorded } from '../../projections/projection.js';

/* Derives published results from the log again. Each context declares it for its own results; application/recompute.ts reads the log. */

/** Kind and id of a recounted result. */
export interface Subject {
  /** What kind of thing it is, in the terms of the context: `contest`, `ballot`. */
  readonly of: string;
  readonly id: string;
}

/** A published result that was derived from the log again with the same values. */
export interface Recounted extends Subject {
  /** Number of votes, papers or voters that were counted. */
  readonly counted: number;
  /** `adopted`, or the ids of the winners. */
  readonly outcome: string;
  /** The hash in the event; null if it has none. */
  readonly sha256: string | null;
}

/** Until one of these events is in this stream, votes and figures are not shown to anybody. Null: they are public. */
export type SealedUntil = { readonly stream: string; readonly types: readonly (keyof AllEvents)[] } | null;

/** An event or a row states a value, and the log gives another one. */
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

/** The rows of one projection at one position of the log. */
export interface Rows {
  get<R>(key: string): Promise<R | null>;
  /** The rows whose keys begin with `prefix`, in the order of their keys. */
  list<R>(prefix: string): AsyncIterable<{ readonly key: string; readonly row: R; readonly position: Position }>;
}

type Handlers = { readonly [K in keyof AllEvents]?: (event: Recorded<K, AllEvents[K]>) => Recounted | undefined };

/** Derives the results of a context, event by event. It keeps what it needs to count, never the events. */
export interface Recount {
  /** @throws Differs */
  readonly on: Handlers;
  /** By name of the projection: compares its rows with the events so far, and returns how many rows were compared. @throws Differs */
  readonly rows: Readonly<Record<string, (rows: Rows) => Promise<number>>>;
}

/** An event in the form that deciders use. */
export const momentOf = ({ at, recordedAt, meta }: Pick<Recorded<string, unknown>, 'at' | 'recordedAt' | 'meta'>): Moment => ({
  at,
  now: recordedAt,
  by: meta.actor,
  capacity: meta.capacity,
  enteredBy: meta.enteredBy,
});

/** Compares two values as JSON. @throws Differs at the first field, in the order of the derived value, that is not the same */
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

/** The state of a subject. @throws Differs if an event names a subject that was never opened */
export function heldIn<H>(held: ReadonlyMap<string, H>, subject: Subject): H {
  const found = held.get(subject.id);
  if (found === undefined) throw new Differs(subject, 'opening', 'an event about it', 'no event that opens it');
  return found;
}
