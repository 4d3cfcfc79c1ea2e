import type { Position } from '../../projections/position.js';
import type { Projection } from '../../projections/projection.js';

export interface Range {
  /** Only keys that begin with this. */
  readonly prefix: string;
  /** Only keys after this one, in the direction of reading. */
  readonly after?: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** A row's place in the order of the field that the projection is `orderedBy`, and among equal ones in the order of the keys. */
interface Place {
  readonly value: string;
  readonly key: string;
}

export interface OrderedRange {
  /** Only rows whose field is not above this. */
  readonly upTo: string;
  /** Only rows after this place. */
  readonly after?: Place;
  readonly limit: number;
}

/** One row with its key, and the position of the last event folded into it. */
export interface Keyed<R> {
  readonly key: string;
  readonly row: R;
  readonly position: Position;
}

/** A projection, or a build of one. */
export interface Named {
  readonly name: string;
  /** The version of the program that reads. Its own build answers, once it is complete. */
  readonly version: number;
}

/** The rows of a projection cannot be read because the file is damaged. Other projections still work. */
export class ReadModelDamaged extends Error {
  override readonly name = 'ReadModelDamaged';
  constructor(
    readonly projection: string,
    readonly reason: string,
  ) {
    super(`projection ${projection}: ${reason}`);
  }
}

/** The rows cannot be read now: their store does not answer, or no process has built the projection yet. */
export class ReadModelsUnavailable extends Error {
  override readonly name = 'ReadModelsUnavailable';
}

/**
 * The rows of projections: each projection has a table ordered by key. Reads use the build that answers (`answering` in
 * projection-store.ts). A row is one state of its key. Rows of different keys may be of different moments; after `atLeast(p)` each contains
 * at least the events up to p.
 */
export interface ReadModels {
  get<R, K extends string>(projection: Projection<R, K>, key: NoInfer<K>): Promise<R | null>;
  /** Rows in the order of their keys, by Unicode code point; fewer than `limit` only at the end. */
  list<R, K extends string>(projection: Projection<R, K>, range: Range): Promise<readonly Keyed<R>[]>;
  /** Rows in the order of the field that the projection is `orderedBy`, by Unicode code point. Costs what the rows cost that it returns. */
  listOrdered<R, K extends string>(projection: Projection<R, K>, range: OrderedRange): Promise<readonly Keyed<R>[]>;
  /** Checkpoint of a projection: its position in the log. */
  position(projection: Named): Promise<Position>;
  /** Resolves when the projections have reached this position; rejects with the signal's reason if it is aborted. */
  atLeast(position: Position, projections: readonly Named[], signal: AbortSignal): Promise<void>;
  /** Calls back after each commit with the position that all running projections have reached. Returns a function that stops it. */
  onProgress(callback: (position: Position) => void): () => void;
}
