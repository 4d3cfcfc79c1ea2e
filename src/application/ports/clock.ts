import type { BallotCount } from '../../domain/platform/counting.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { Outcome } from '../../domain/voting/outcome.js';

/** The time. Nothing but the shell asks for it. */
export interface Clock {
  now(): Date;
}

/** What is wrong with one field of a command, an event or a query: a JSON pointer, a stable code and the figures of its text. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks a value against the class that declares it. */
export type Check = (type: new () => object, value: unknown) => readonly FieldError[];

export type CountRefusal = 'platform.count-too-long' | 'platform.counting-busy';

/**
 * Counts a ballot beside what answers requests: some counts take minutes, and nobody else waits for them. An official one takes as long
 * as it takes, and no question delays it; what anybody asks may not take too long. A count that is broken off is refused, too.
 */
export type Counter = (count: BallotCount) => Promise<Outcome | Refusal<CountRefusal>>;
