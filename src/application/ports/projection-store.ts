import type { Position } from '../../projections/position.js';

/** The event that a projection could not fold, and why. */
export interface Failure {
  readonly eventId: string;
  readonly type: string;
  readonly position: Position;
  readonly message: string;
}

/** What tells a build from all others. */
export interface BuildKey {
  readonly name: string;
  readonly version: number;
  /** 0; one more than before if the same version is built again from the whole log, beside the present build. */
  readonly generation: number;
}

/** One table of rows of a projection. While a new version is built, a projection has two. */
export interface Build extends BuildKey {
  /** Opaque. An id is never used again. */
  readonly id: string;
  /** True once it was complete: then it may answer reads, and stays so. See `answering`. */
  readonly live: boolean;
  /** Checkpoint: all events up to this position are folded. It need not be the position of an event. */
  readonly position: Position;
  /** The last event that was folded; null if none was. If the log has another event there, or none, it is not the log of this build. */
  readonly lastEvent: EventAt | null;
  /** Why it has stopped; null while it runs. */
  readonly failure: Failure | null;
}

interface EventAt {
  readonly id: string;
  readonly position: Position;
}

/** A stored row: JSON, with the position of the last event folded into it. */
export interface StoredRow {
  readonly key: string;
  readonly row: string;
  readonly position: Position;
}

/** A row as a page of events leaves it; `row: null` if it removed the row. */
export interface ChangedRow {
  readonly key: string;
  readonly row: string | null;
  readonly position: Position;
}

/** The changes that one page of events makes to a build. */
export interface Write {
  readonly build: string;
  /** Epoch of the lease under which the writer works. */
  readonly epoch: number;
  /** The checkpoint that the page begins after. */
  readonly after: Position;
  /** The changed rows, each key once. */
  readonly rows: readonly ChangedRow[];
  readonly position: Position;
  readonly lastEvent: EventAt | null;
  readonly failure: Failure | null;
  /** The build is complete: from now on it may answer reads. */
  readonly goesLive: boolean;
}

/** Another writer has taken over the build: this one must stop, and forget what it holds in memory. */
export class StaleEpoch extends Error {
  override readonly name = 'StaleEpoch';
  constructor(build: string, epoch: number, current: number) {
    super(`build ${build} is written under epoch ${current}, no longer under ${epoch}`);
  }
}

/** The checkpoint is not where the page begins, for example because the same page was committed before. Read the build again. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
  constructor(build: string, after: Position, current: Position) {
    super(`build ${build} is at position ${current}, not ${after}`);
  }
}

/** The store cannot hold a row of this size: nothing of its page is written. */
export class RowTooLarge extends Error {
  override readonly name = 'RowTooLarge';
  constructor(
    readonly row: { readonly key: string; readonly position: Position },
    bytes: number,
    most: number,
  ) {
    super(`row ${row.key} has ${bytes} bytes, and the store can hold ${most} 此行数据超过存储的上限`);
  }
}

/**
 * Stores rows and checkpoints for the projector (docs/adr/0017). Several processes may use it; the epoch of a lease says who writes a
 * build. Keys are well-formed text without U+0000.
 */
export interface ProjectionStore {
  builds(): Promise<readonly Build[]>;
  /**
   * Creates an empty build at position 0 if there is none with this key, and takes it over: a lower epoch can no longer write it. Answers
   * with its present checkpoint. Calling it again changes nothing.
   * @param live of a new build: it answers reads at once, because nothing else can
   * @param orderedBy the field in whose order the rows can also be listed
   * @throws StaleEpoch if it is written under a higher epoch
   */
  create(key: BuildKey, epoch: number, live: boolean, orderedBy?: string): Promise<Build>;
  /**
   * The rows with these keys, in any order; keys without a row are left out. A store that writes rows before the checkpoint also returns
   * rows that were removed (`row: null`), so that an earlier event is not folded again.
   */
  load(build: string, keys: readonly string[]): Promise<readonly ChangedRow[]>;
  /**
   * Writes the rows, then the checkpoint. If it fails for another reason than the two below, any part of it may be written, in this order.
   * A row, also a removed one, is only replaced by one of a higher position, so a repeated page changes nothing.
   * @throws StaleEpoch if another writer has taken over the build; the checkpoint stays, and no row of it goes back
   * @throws CheckpointMoved if the checkpoint is not at `after`; likewise
   * @throws RowTooLarge before anything is written
   */
  commit(write: Write): Promise<void>;
  /** Removes a build with its rows, if there is one. */
  drop(build: string): Promise<void>;
  /** Up to `limit` rows after a key, in the order of the keys by code point; fewer only at the end. */
  scan(build: string, after: string | null, limit: number): Promise<readonly StoredRow[]>;
}

/**
 * The build that answers reads of a projection: that of the program's own version, once it was complete; until then that of the highest
 * version. So neither an older nor a newer program that runs beside this one can change which rows it reads.
 */
export function answering<B extends Build>(builds: readonly B[], { name, version }: Pick<BuildKey, 'name' | 'version'>): B | undefined {
  let best: B | undefined;
  for (const build of builds) {
    if (!build.live || build.name !== name) continue;
    const order = best && (rank(build, version) - rank(best, version) || build.generation - best.generation);
    if (order === undefined || order > 0) best = build;
  }
  return best;
}

const rank = (build: Build, own: number) => (build.version === own ? Infinity : build.version);
