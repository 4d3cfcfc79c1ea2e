import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { follow } from '../../src/application/kernel/follow.js';
import type { EventReader } from '../../src/application/ports/event-log.js';
import { boundsOf, compareKeys } from '../../src/application/ports/key-order.js';
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
} from '../../src/application/ports/projection-store.js';
import type { Named, OrderedRange, Range, ReadModels } from '../../src/application/ports/read-models.js';
import { startProjector } from '../../src/application/projecting/projector.js';
import { MemoryLeases } from '../../src/infrastructure/read-models/memory/leases.js';
import { listedInOrder } from '../../src/infrastructure/read-models/memory/store.js';
import { RowReadModels, type RowReader } from '../../src/infrastructure/read-models/reading.js';
import { beginning } from '../../src/projections/position.js';
import type { AnyProjection } from '../../src/projections/projection.js';

interface Kept {
  build: Build;
  epoch: number;
  readonly rows: Map<string, ChangedRow>;
}

/** How the commits fail, in turn; null: not at all. */
const faults = [null, 'before', null, 'between', 'late answer', null, null, 'checkpoint'] as const;

/**
 * A store that does everything that the port allows, as an engine without transactions does: rows are written one by one, before the
 * checkpoint, and are read meanwhile; removed rows leave tombstones; a commit may fail at any point, also after it was written; `create` is
 * repeated.
 */
export class PoorProjectionStore implements ProjectionStore {
  readonly kept = new Map<string, Kept>();
  #lastId = 0;
  #commits = 0;

  constructor(
    /** Whether commits fail. */
    public isFaulty = true,
    /** Called with each change, in the order in which readers may see them. */
    private readonly onChange: (change: () => void) => void = () => undefined,
    private readonly replica = new Map<string, Kept>(),
  ) {}

  async builds(): Promise<readonly Build[]> {
    await turn();
    return [...this.kept.values()].map(({ build }) => build);
  }

  async create(key: BuildKey, epoch: number, live: boolean): Promise<Build> {
    await this.#createOnce(key, epoch, live);
    return this.#createOnce(key, epoch, live); // the answer to the first attempt was lost
  }

  async load(build: string, keys: readonly string[]): Promise<readonly ChangedRow[]> {
    await turn();
    const { rows } = this.#of(build);
    return keys.flatMap((key) => rows.get(key) ?? []);
  }

  async commit(write: Write): Promise<void> {
    const fault = this.isFaulty ? faults[this.#commits++ % faults.length]! : null;
    await turn();
    if (fault === 'before') throw new Error('the connection broke before anything was written');
    const kept = this.#of(write.build);
    this.#assertCurrent(kept, write);
    for (const [i, row] of write.rows.entries()) {
      if (i % 10 === 9) await turn();
      if (fault === 'between' && i * 2 >= write.rows.length) throw new Error('the connection broke between two rows');
      this.#put(kept, row);
    }
    await turn();
    if (fault === 'checkpoint') throw new Error('the connection broke before the checkpoint was written');
    this.#assertCurrent(kept, write); // in one step with the next line, as a guarded update is
    const { epoch, position, lastEvent, failure, goesLive } = write;
    kept.epoch = epoch;
    this.#see(kept, { ...kept.build, position, lastEvent, failure, live: kept.build.live || goesLive });
    if (fault === 'late answer') throw new Error('the connection broke before the answer came');
  }

  async drop(build: string): Promise<void> {
    await turn();
    this.kept.delete(build);
    this.onChange(() => this.replica.delete(build));
  }

  async scan(build: string, after: string | null, limit: number): Promise<readonly StoredRow[]> {
    await turn();
    return rowsIn(this.#of(build), { prefix: '', limit, ...(after !== null && { after }) });
  }

  async #createOnce({ name, version, generation }: BuildKey, epoch: number, live: boolean): Promise<Build> {
    await turn();
    const isSame = ({ build }: Kept) => build.name === name && build.version === version && build.generation === generation;
    const found = [...this.kept.values()].find(isSame);
    if (found) {
      if (epoch < found.epoch) throw new StaleEpoch(found.build.id, epoch, found.epoch);
      found.epoch = epoch;
      return found.build;
    }
    const id = `${name}@${version}+${generation}/${++this.#lastId}`;
    const build: Build = { id, name, version, generation, live, position: beginning, lastEvent: null, failure: null };
    this.kept.set(id, { build, epoch, rows: new Map() });
    this.onChange(() => this.replica.set(id, { build, epoch, rows: new Map() }));
    return build;
  }

  #put(kept: Kept, row: ChangedRow): void {
    if ((kept.rows.get(row.key)?.position ?? -1) >= row.position) return;
    kept.rows.set(row.key, row);
    this.onChange(() => this.replica.get(kept.build.id)?.rows.set(row.key, row));
  }

  #see(kept: Kept, build: Build): void {
    kept.build = build;
    this.onChange(() => {
      const seen = this.replica.get(build.id);
      if (seen) seen.build = build;
    });
  }

  #assertCurrent({ build, epoch }: Kept, write: Write): void {
    if (write.epoch < epoch) throw new StaleEpoch(build.id, write.epoch, epoch);
    if (build.position !== write.after) throw new CheckpointMoved(build.id, write.after, build.position);
  }

  #of(id: string): Kept {
    const kept = this.kept.get(id);
    if (!kept) throw new Error(`there is no build ${id}`);
    return kept;
  }
}

/** Reads what has become visible, each row by itself. */
export class PoorReader implements RowReader {
  constructor(private readonly kept: ReadonlyMap<string, Kept>) {}

  async get(projection: Named, key: string): Promise<StoredRow | null> {
    await turn();
    const found = this.#answering(projection).rows.get(key);
    return found?.row == null ? null : { ...found, row: found.row };
  }

  async list(projection: Named, range: Range): Promise<readonly StoredRow[]> {
    await turn();
    return rowsIn(this.#answering(projection), range);
  }

  async listOrdered(projection: Named, orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]> {
    await turn();
    return listedInOrder(rowsIn(this.#answering(projection), { prefix: '', limit: Infinity }), orderedBy, range);
  }

  #answering(projection: Named): Kept {
    const builds = [...this.kept.values()].map(({ build }) => build);
    const found = answering(builds, projection);
    if (!found) throw new Error(`there is no projection ${projection.name}`);
    return this.kept.get(found.id)!;
  }
}

function rowsIn({ rows }: Kept, range: Range): StoredRow[] {
  const { from, fromIncluded, below } = boundsOf(range);
  const found = [...rows.values()].flatMap(({ key, row, position }) => {
    const order = compareKeys(key, from);
    const isIn = (fromIncluded ? order >= 0 : order > 0) && (below === null || compareKeys(key, below) < 0);
    return isIn && row !== null ? [{ key, row, position }] : [];
  });
  found.sort((a, b) => compareKeys(a.key, b.key));
  return (range.reverse ? found.reverse() : found).slice(0, range.limit);
}

/**
 * Read models on the poor store. Readers see each change some time after it was made, in the same order; and only what they see is told
 * of as a checkpoint. Rows are never kept in memory by the projector.
 */
export async function poorReadModels(log: EventReader, projections: readonly AnyProjection[]) {
  const replica = new Map<string, Kept>();
  const late: (() => void)[] = [];
  const closing = new AbortController();
  const readModels = new RowReadModels(new PoorReader(replica));
  const store = new PoorProjectionStore(true, (change) => void late.push(change), replica);
  const builds = () => [...replica.values()].map(({ build }) => build);
  let applied = 0;
  const reveal = async () => {
    while (!closing.signal.aborted) {
      const count = Math.min(1 + (applied % 7), late.length);
      for (const change of late.splice(0, count)) change();
      applied += count;
      if (count > 0) readModels.report(builds());
      await (count > 0 ? turn() : sleep(1));
    }
  };
  const projector = await startProjector({
    log,
    store,
    leases: new MemoryLeases(),
    projections,
    memory: 1,
    onCommit: () => undefined,
    onTrouble: () => turn(),
  });
  for (const change of late.splice(0)) change();
  readModels.report(builds());
  const revealing = reveal();
  const onPage = () => projector.wake();
  const listening = follow(
    log,
    { types: [] },
    { signal: closing.signal, onPage, onTrouble: () => undefined, waits: { first: 1, most: 1 } },
  );
  return {
    readModels: readModels as ReadModels,
    store,
    builds: (): readonly Build[] => builds(),
    async close(): Promise<void> {
      closing.abort();
      await Promise.all([listening, revealing, projector.close()]);
    },
  };
}
