import { follow } from '../../../application/kernel/follow.js';
import type { EventReader } from '../../../application/ports/event-log.js';
import type { AnyProjection } from '../../../projections/projection.js';
import type { Build, ProjectionStore } from '../../../application/ports/projection-store.js';
import { startProjector } from '../../../application/projecting/projector.js';
import type { ReadModels } from '../../../application/ports/read-models.js';
import { RowReadModels, type RowReader } from '../reading.js';
import { MemoryLeases } from './leases.js';
import { MemoryProjectionStore } from './store.js';

/** The projections of a log, kept in memory by the same projector, in this thread; for tests. `close` throws the projector's errors. */
export async function inMemoryReadModels(
  log: EventReader,
  projections: readonly AnyProjection[],
  store: ProjectionStore & RowReader = new MemoryProjectionStore(),
) {
  const closing = new AbortController();
  const readModels = new RowReadModels(store);
  let trouble: unknown = null;
  const projector = await startProjector({
    log,
    store,
    leases: new MemoryLeases(),
    projections,
    onCommit: (builds) => readModels.report(builds),
    onTrouble: (error) => {
      trouble ??= error;
      return new Promise((resolve) => closing.signal.addEventListener('abort', () => resolve()));
    },
  });
  readModels.report(projector.builds());
  const onPage = () => projector.wake();
  const listening = follow(log, { types: [] }, { signal: closing.signal, onPage, onTrouble: () => undefined });
  return {
    readModels: readModels as ReadModels,
    store,
    builds: (): readonly Build[] => projector.builds(),
    async close(): Promise<void> {
      closing.abort();
      await Promise.all([listening, projector.close()]);
      if (trouble) throw trouble as Error;
    },
  };
}
