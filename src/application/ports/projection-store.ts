/** The event that a projection could not take in, and why. */
export interface Failure {
  readonly eventId: string;
  readonly type: string;
  readonly position: number;
  readonly message: string;
}

/** One table of rows of a projection. There are two of a projection while a new one is built beside the one that answers. */
export interface Build {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  /** True for the one that answers reads. */
  readonly live: boolean;
  /** Every event up to here is folded. */
  readonly position: number;
  /** Id of the event at `position`: the log that holds another event there, or none, is not the one it was made from. Null at 0. */
  readonly lastEventId: string | null;
  /** Why it stands still; null while it runs. */
  readonly failure: Failure | null;
}

/** A row as it is kept: JSON, with the position of the last event folded into it. */
export interface StoredRow {
  readonly key: string;
  readonly row: string;
  readonly position: number;
}

/** What one page of events makes of a build. */
export interface Write {
  readonly build: number;
  /** The rows that changed, each key once; `row: null` removes one. */
  readonly rows: readonly { readonly key: string; readonly row: string | null; readonly position: number }[];
  readonly position: number;
  readonly lastEventId: string | null;
  readonly failure: Failure | null;
  /** From now on this build answers reads, and the one that did so far does not. */
  readonly goesLive: boolean;
}

/** Where the runner keeps rows and checkpoints. One process writes at a time. Keys are well-formed text without U+0000. */
export interface ProjectionStore {
  builds(): Promise<readonly Build[]>;
  /** A new, empty table at position 0. */
  create(name: string, version: number, live: boolean): Promise<Build>;
  /** The rows under these keys, in any order; keys without a row are left out. */
  load(build: number, keys: readonly string[]): Promise<readonly StoredRow[]>;
  /** Writes all of it or nothing; whoever reads sees all of it or nothing. */
  commit(writes: readonly Write[]): Promise<void>;
  /** Removes a build with its rows. */
  drop(build: number): Promise<void>;
  /** Up to `limit` rows of a build beyond a key, in the order of the keys by code point. */
  scan(build: number, after: string | null, limit: number): Promise<readonly StoredRow[]>;
}
