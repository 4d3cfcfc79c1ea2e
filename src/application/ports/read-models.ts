import type { Projection } from '../../projections/projection.js';

export interface Range {
  /** Only keys that begin with this. */
  readonly prefix: string;
  /** Only keys beyond this one, in the direction of reading. */
  readonly after?: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** One row with its key, and the position of the last event folded into it. */
export interface Keyed<R> {
  readonly key: string;
  readonly row: R;
  readonly position: number;
}

/** A projection, or a build of one. */
export interface Named {
  readonly name: string;
}

/** Rows of a projection cannot be read: the file is damaged. Other projections go on. */
export class ReadModelDamaged extends Error {
  override readonly name = 'ReadModelDamaged';
  constructor(
    readonly projection: string,
    readonly reason: string,
  ) {
    super(`projection ${projection}: ${reason}`);
  }
}

/** The rows that projections keep, each an ordered table of key and row. Reads answer from the live version of a projection. */
export interface ReadModels {
  get<R, K extends string>(projection: Projection<R, K>, key: NoInfer<K>): Promise<R | null>;
  /** Rows in the order of their keys, by Unicode code point. */
  list<R, K extends string>(projection: Projection<R, K>, range: Range): Promise<readonly Keyed<R>[]>;
  /** The position of the log up to which a projection has come. */
  position(projection: Named): Promise<number>;
  /** Resolves when the projections stand at this position or beyond; rejects with the signal's reason when it is aborted. */
  atLeast(position: number, projections: readonly Named[], signal: AbortSignal): Promise<void>;
  /** Calls back after each commit with the position that all running projections have reached. Returns the way to stop it. */
  onProgress(callback: (position: number) => void): () => void;
}
