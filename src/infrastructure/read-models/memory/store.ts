import { boundsOf, compareKeys } from '../../../application/ports/key-order.js';
import {
  answering,
  type Build,
  type BuildKey,
  type ChangedRow,
  CheckpointMoved,
  type ProjectionStore,
  StaleEpoch,
  type StoredRow,
  type Write,
} from '../../../application/ports/projection-store.js';
import type { Named, OrderedRange, Range } from '../../../application/ports/read-models.js';
import type { RowReader } from '../reading.js';
import { beginning } from '../../../projections/position.js';

interface Kept {
  build: Build;
  epoch: number;
  readonly rows: Map<string, StoredRow>;
  /** The sorted keys; null after a change. */
  keys: string[] | null;
}

/** Keeps rows in memory only; for tests. */
export class MemoryProjectionStore implements ProjectionStore, RowReader {
  readonly #kept = new Map<string, Kept>();
  #lastId = 0;

  builds(): Promise<readonly Build[]> {
    return Promise.resolve(this.#builds());
  }

  async create(key: BuildKey, epoch: number, live: boolean): Promise<Build> {
    await Promise.resolve();
    const { name, version, generation } = key;
    const isSame = ({ build }: Kept) => build.name === name && build.version === version && build.generation === generation;
    const found = [...this.#kept.values()].find(isSame);
    if (found) {
      assertCurrent(found, epoch);
      found.epoch = epoch;
      return found.build;
    }
    const build: Build = { id: `b${++this.#lastId}`, name, version, generation, live, position: beginning, lastEvent: null, failure: null };
    this.#kept.set(build.id, { build, epoch, rows: new Map(), keys: [] });
    return build;
  }

  async load(build: string, keys: readonly string[]): Promise<readonly ChangedRow[]> {
    await Promise.resolve();
    const { rows } = this.#of(build);
    return keys.flatMap((key) => rows.get(key) ?? []);
  }

  async commit({ build, epoch, after, rows, position, lastEvent, failure, goesLive }: Write): Promise<void> {
    await Promise.resolve();
    const kept = this.#of(build);
    assertCurrent(kept, epoch);
    if (kept.build.position !== after) throw new CheckpointMoved(build, after, kept.build.position);
    for (const { key, row, position } of rows) {
      if ((kept.rows.get(key)?.position ?? -1) >= position) continue;
      if (row === null) kept.rows.delete(key);
      else kept.rows.set(key, { key, row, position });
    }
    if (rows.length > 0) kept.keys = null;
    kept.epoch = epoch;
    kept.build = { ...kept.build, position, lastEvent, failure, live: kept.build.live || goesLive };
  }

  drop(build: string): Promise<void> {
    this.#kept.delete(build);
    return Promise.resolve();
  }

  async scan(build: string, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    await Promise.resolve();
    return listed(this.#of(build), { prefix: '', limit, ...(after !== null && { after }) });
  }

  async get(projection: Named, key: string): Promise<StoredRow | null> {
    await Promise.resolve();
    return this.#answering(projection).rows.get(key) ?? null;
  }

  async list(projection: Named, range: Range): Promise<readonly StoredRow[]> {
    await Promise.resolve();
    return listed(this.#answering(projection), range);
  }

  async listOrdered(projection: Named, orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]> {
    await Promise.resolve();
    return listedInOrder([...this.#answering(projection).rows.values()], orderedBy, range);
  }

  #builds(): readonly Build[] {
    return [...this.#kept.values()].map(({ build }) => build);
  }

  #of(id: string): Kept {
    const kept = this.#kept.get(id);
    if (!kept) throw new Error(`there is no build ${id}`);
    return kept;
  }

  #answering(projection: Named): Kept {
    const found = answering(this.#builds(), projection);
    if (!found) throw new Error(`there is no projection ${projection.name}`);
    return this.#of(found.id);
  }
}

function assertCurrent({ build, epoch: current }: Kept, epoch: number): void {
  if (epoch < current) throw new StaleEpoch(build.id, epoch, current);
}

/** The rows in the order of a field, found by looking at all of them. */
export function listedInOrder(rows: readonly StoredRow[], orderedBy: string, { upTo, after, limit }: OrderedRange): StoredRow[] {
  const placed = rows.map((row) => ({ row, value: String((JSON.parse(row.row) as Readonly<Record<string, unknown>>)[orderedBy]) }));
  return placed
    .filter(({ value, row: { key } }) => {
      const order = after ? compareKeys(value, after.value) || compareKeys(key, after.key) : 1;
      return compareKeys(value, upTo) <= 0 && order > 0;
    })
    .sort((a, b) => compareKeys(a.value, b.value) || compareKeys(a.row.key, b.row.key))
    .slice(0, limit)
    .map(({ row }) => row);
}

function listed(kept: Kept, range: Range): StoredRow[] {
  kept.keys ??= [...kept.rows.keys()].sort(compareKeys);
  const { from, fromIncluded, below } = boundsOf(range);
  const isIn = (key: string) =>
    (fromIncluded ? compareKeys(key, from) >= 0 : compareKeys(key, from) > 0) && (below === null || compareKeys(key, below) < 0);
  const keys = kept.keys.filter(isIn);
  return (range.reverse ? keys.reverse() : keys).slice(0, range.limit).map((key) => kept.rows.get(key)!);
}
