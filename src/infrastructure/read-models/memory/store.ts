import { boundsOf, compareKeys } from '../../../application/ports/key-order.js';
import type { Build, ProjectionStore, StoredRow, Write } from '../../../application/ports/projection-store.js';
import type { Range } from '../../../application/ports/read-models.js';
import type { RowReader } from '../reading.js';
import { beginning } from '../../../projections/position.js';

interface Kept {
  build: Build;
  readonly rows: Map<string, StoredRow>;
  /** The sorted keys; null after a change. */
  keys: string[] | null;
}

/** Keeps rows in memory only; for tests. */
export class MemoryProjectionStore implements ProjectionStore, RowReader {
  readonly #kept = new Map<number, Kept>();
  #lastId = 0;

  builds(): Promise<readonly Build[]> {
    return Promise.resolve([...this.#kept.values()].map(({ build }) => build));
  }

  create(name: string, version: number, live: boolean): Promise<Build> {
    const build: Build = { id: ++this.#lastId, name, version, live, position: beginning, lastEventId: null, failure: null };
    this.#kept.set(build.id, { build, rows: new Map(), keys: [] });
    return Promise.resolve(build);
  }

  load(build: number, keys: readonly string[]): Promise<readonly StoredRow[]> {
    const { rows } = this.#of(build);
    return Promise.resolve(keys.flatMap((key) => rows.get(key) ?? []));
  }

  async commit(writes: readonly Write[]): Promise<void> {
    const touched = writes.map((write) => ({ ...write, kept: this.#of(write.build) }));
    await Promise.resolve();
    for (const { kept, rows, position, lastEventId, failure, goesLive } of touched) {
      for (const { key, row, position } of rows) {
        if (row === null) kept.rows.delete(key);
        else kept.rows.set(key, { key, row, position });
      }
      if (rows.length > 0) kept.keys = null;
      if (goesLive)
        for (const other of this.#kept.values()) if (other.build.name === kept.build.name) other.build = { ...other.build, live: false };
      kept.build = { ...kept.build, position, lastEventId, failure, live: kept.build.live || goesLive };
    }
  }

  drop(build: number): Promise<void> {
    this.#kept.delete(build);
    return Promise.resolve();
  }

  scan(build: number, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    return Promise.resolve(this.#list(this.#of(build), { prefix: '', limit, ...(after !== null && { after }) }));
  }

  get(projection: string, key: string): StoredRow | null {
    return this.#live(projection).rows.get(key) ?? null;
  }

  list(projection: string, range: Range): readonly StoredRow[] {
    return this.#list(this.#live(projection), range);
  }

  #list(kept: Kept, range: Range): StoredRow[] {
    kept.keys ??= [...kept.rows.keys()].sort(compareKeys);
    const { from, fromIncluded, below } = boundsOf(range);
    const isIn = (key: string) =>
      (fromIncluded ? compareKeys(key, from) >= 0 : compareKeys(key, from) > 0) && (below === null || compareKeys(key, below) < 0);
    const keys = kept.keys.filter(isIn);
    return (range.reverse ? keys.reverse() : keys).slice(0, range.limit).map((key) => kept.rows.get(key)!);
  }

  #of(id: number): Kept {
    const kept = this.#kept.get(id);
    if (!kept) throw new Error(`there is no build ${id}`);
    return kept;
  }

  #live(projection: string): Kept {
    for (const kept of this.#kept.values()) if (kept.build.name === projection && kept.build.live) return kept;
    throw new Error(`there is no projection ${projection}`);
  }
}
