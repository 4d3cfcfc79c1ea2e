import type { Position } from '../../projections/position.js';

/** The event that a projection could not fold, and why. */
export interface Failure {
  readonly eventId: string;
  readonly type: string;
  readonly position: Position;
  readonly message: string;
}

/** One table of rows of a projection. While a new version is built, a projection has two: the live one and the new one. */
export interface Build {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  /** True if it answers reads. */
  readonly live: boolean;
  /** Checkpoint: all events up to this position are folded. */
  readonly position: Position;
  /** Id of the event at `position`; null at 0. If the log has another event there, or none, the build was made from another log. */
  readonly lastEventId: string | null;
  /** Why it has stopped; null while it runs. */
  readonly failure: Failure | null;
}

/** A stored row: JSON, with the position of the last event folded into it. */
export interface StoredRow {
  readonly key: string;
  readonly row: string;
  readonly position: Position;
}

/** The changes that one page of events makes to a build. */
export interface Write {
  readonly build: number;
  /** The changed rows, each key once; `row: null` removes the row. */
  readonly rows: readonly { readonly key: string; readonly row: string | null; readonly position: Position }[];
  readonly position: Position;
  readonly lastEventId: string | null;
  readonly failure: Failure | null;
  /** From now on this build answers reads in place of the live one. */
  readonly goesLive: boolean;
}

/** Stores rows and checkpoints for the projector. One process writes at a time. Keys are well-formed text without U+0000. */
export interface ProjectionStore {
  builds(): Promise<readonly Build[]>;
  /** Creates an empty table at position 0. */
  create(name: string, version: number, live: boolean): Promise<Build>;
  /** The rows with these keys, in any order; keys without a row are left out. */
  load(build: number, keys: readonly string[]): Promise<readonly StoredRow[]>;
  /** Writes everything or nothing; readers see everything or nothing. */
  commit(writes: readonly Write[]): Promise<void>;
  /** Removes a build with its rows. */
  drop(build: number): Promise<void>;
  /** Up to `limit` rows after a key, in the order of the keys by code point. */
  scan(build: number, after: string | null, limit: number): Promise<readonly StoredRow[]>;
}
