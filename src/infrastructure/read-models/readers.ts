import { answering, type Build } from '../../application/ports/projection-store.js';
import type { Keyed, Named, Range, ReadModels } from '../../application/ports/read-models.js';
import type { Projection } from '../../projections/projection.js';
import { type RowReader, RowReadModels } from './reading.js';

/** Rows, and the builds that they belong to. */
export interface StoredBuilds {
  readonly rows: RowReader;
  readonly builds: () => Promise<readonly Build[]>;
}

/**
 * Read models as they are stored, for reading while others write them. Of a projection that is not built, no row is found.
 * @param open null: there are none yet
 */
export function readModelsFrom(open: () => StoredBuilds | null): Pick<ReadModels, 'get' | 'list' | 'atLeast'> {
  let opened: StoredBuilds | null = null;
  const holding = async (projection: Named): Promise<RowReadModels | null> => {
    opened ??= open();
    return opened !== null && answering(await opened.builds(), projection) ? new RowReadModels(opened.rows) : null;
  };
  return {
    get: async <R, K extends string>(projection: Projection<R, K>, key: NoInfer<K>): Promise<R | null> =>
      (await holding(projection))?.get(projection, key) ?? null,
    list: async <R, K extends string>(projection: Projection<R, K>, range: Range): Promise<readonly Keyed<R>[]> =>
      (await holding(projection))?.list(projection, range) ?? [],
    atLeast: async (position, projections, signal) => {
      opened ??= open();
      const rows = opened && new RowReadModels(opened.rows);
      rows?.report((await opened?.builds()) ?? []);
      await rows?.atLeast(position, projections, signal);
    },
  };
}
