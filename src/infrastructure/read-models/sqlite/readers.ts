import type { Projection } from '../../../projections/projection.js';
import { answering } from '../../../application/ports/projection-store.js';
import type { Keyed, Named, Range, ReadModels } from '../../../application/ports/read-models.js';
import { RowReadModels } from '../reading.js';
import { SqliteProjectionStore } from './store.js';

/** Opens the read models of a folder for reading; it never creates or changes them. If there are none, no row is found. */
export function readModelsIn(folder: string): Pick<ReadModels, 'get' | 'list' | 'atLeast'> & { close(): void } {
  let store: SqliteProjectionStore | null = null;
  const holding = async (projection: Named): Promise<RowReadModels | null> => {
    store ??= SqliteProjectionStore.existing(folder);
    return store !== null && answering(await store.builds(), projection) ? new RowReadModels(store) : null;
  };
  return {
    get: async <R, K extends string>(projection: Projection<R, K>, key: NoInfer<K>): Promise<R | null> =>
      (await holding(projection))?.get(projection, key) ?? null,
    list: async <R, K extends string>(projection: Projection<R, K>, range: Range): Promise<readonly Keyed<R>[]> =>
      (await holding(projection))?.list(projection, range) ?? [],
    atLeast: async (position, projections, signal) => {
      store ??= SqliteProjectionStore.existing(folder);
      const rows = store && new RowReadModels(store);
      rows?.report((await store?.builds()) ?? []);
      await rows?.atLeast(position, projections, signal);
    },
    close: () => store?.close(),
  };
}
