import { answering, type Build, type StoredRow } from '../../application/ports/projection-store.js';
import type { Projection } from '../../projections/projection.js';
import {
  ReadModelDamaged,
  ReadModelsUnavailable,
  type Keyed,
  type Named,
  type OrderedRange,
  type Range,
  type ReadModels,
} from '../../application/ports/read-models.js';
import type { Position } from '../../projections/position.js';

/** Reads the rows of the build that answers for a projection. */
export interface RowReader {
  get(projection: Named, key: string): Promise<StoredRow | null>;
  list(projection: Named, range: Range): Promise<readonly StoredRow[]>;
  listOrdered(projection: Named, orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]>;
}

export interface OpenReadModels {
  readonly readModels: ReadModels;
  /** All builds as last reported by the projector; two of a projection while a new version is built. */
  readonly builds: () => readonly Build[];
  /** True while the log cannot be read or rows cannot be written; also after damage was found in a file, until the next start. */
  readonly isFailing: () => boolean;
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

/** Answers reads from a store of rows. The projector calls `report` after each commit. */
export class RowReadModels implements ReadModels {
  readonly #waiting = new Set<Waiting>();
  readonly #callbacks = new Set<(position: Position) => void>();

  private builds: readonly Build[] = [];

  /**
   * @param onDamaged called with rows that cannot be read
   * @param onAwaited called when somebody waits for a position
   */
  constructor(
    private readonly rows: RowReader,
    private readonly onDamaged: (damaged: ReadModelDamaged) => void = () => undefined,
    private readonly onAwaited: () => void = () => undefined,
  ) {}

  /** Whether somebody waits for a position. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  async get<R, K extends string>(projection: Projection<R, K>, key: NoInfer<K>): Promise<R | null> {
    const found = await this.rows.get(projection, key);
    return found && this.#parsed<R>(projection.name, found);
  }

  async list<R, K extends string>(projection: Projection<R, K>, range: Range): Promise<readonly Keyed<R>[]> {
    return this.#keyed(projection.name, await this.rows.list(projection, range));
  }

  async listOrdered<R, K extends string>(projection: Projection<R, K>, range: OrderedRange): Promise<readonly Keyed<R>[]> {
    const { name, orderedBy } = projection;
    if (orderedBy === undefined) throw new TypeError(`projection ${name} is not ordered by a field`);
    return this.#keyed(name, await this.rows.listOrdered(projection, orderedBy, range));
  }

  async position(projection: Named): Promise<Position> {
    return Promise.resolve(this.#positionOf(projection));
  }

  atLeast(position: Position, projections: readonly Named[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const isMet = () => projections.every((projection) => this.#positionOf(projection) >= position);
      if (isMet()) return resolve();
      const stop = () => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        isMet,
        resolve: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', stop, { once: true });
      this.onAwaited();
    });
  }

  onProgress(callback: (position: Position) => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  /** Called after each commit of the projector, with all builds and their checkpoints. */
  report(builds: readonly Build[]): void {
    this.builds = builds;
    for (const waiting of this.#waiting) {
      if (!waiting.isMet()) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
    for (const callback of this.#callbacks) callback(this.#reached());
  }

  #keyed<R>(projection: string, rows: readonly StoredRow[]): readonly Keyed<R>[] {
    return rows.map((row) => ({ key: row.key, row: this.#parsed<R>(projection, row), position: row.position }));
  }

  #parsed<R>(projection: string, { key, row }: StoredRow): R {
    try {
      return JSON.parse(row) as R;
    } catch {
      const damaged = new ReadModelDamaged(
        projection,
        `its row ${key} is damaged: run \`wuwei projections rebuild ${projection}\` while no server runs 此行数据已损坏，请在服务停止时运行该命令重建`,
      );
      this.onDamaged(damaged);
      throw damaged;
    }
  }

  #positionOf(projection: Named): Position {
    const found = answering(this.builds, projection);
    if (found) return found.position;
    throw new ReadModelsUnavailable(`there is no projection ${projection.name} yet`);
  }

  /** The checkpoint to wait for. Projections that have failed and versions that are about to be replaced are not waited for. */
  #reached(): Position {
    const replaced = new Set(this.builds.filter(({ live }) => !live).map(({ name }) => name));
    return Math.min(
      ...this.builds.filter(({ live, failure, name }) => live && !failure && !replaced.has(name)).map(({ position }) => position),
    ) as Position;
  }
}
