import type { AnyProjection } from '../../../projections/projection.js';
import type { Build } from '../../../application/ports/projection-store.js';
import { recompute, type Recomputation } from '../../../application/recompute.js';
import { rebuild, type Checked, type OnReplay } from '../../../application/projecting/rebuild.js';
import { lockFolder } from '../../event-log/sqlite/lock.js';
import { openLogReader, type LogReader } from '../../event-log/sqlite/reader.js';
import { checkRows, type States, statesOf } from '../maintenance.js';
import { SqliteLeases } from './leases.js';
import { readModelsFileIn, SqliteProjectionStore, writerCacheMegabytes } from './store.js';

/** How far the projections of a data folder have come. A server may be running. Changes nothing in the folder. */
export const projectionStates = (folder: string, projections: readonly AnyProjection[] = []): Promise<States> =>
  withFiles(
    folder,
    () => SqliteProjectionStore.existing(folder),
    (log, store) => statesOf(log, store, projections),
  );

/**
 * Builds projections again from the whole log, one after another. No server may be running on the folder.
 * @throws DataFolderInUse if one is running
 * @throws ProjectionFailed if an event cannot be folded; the present rows then stay
 */
export async function rebuildProjections(
  folder: string,
  projections: readonly AnyProjection[],
  onReplay: (name: string, ...progress: Parameters<OnReplay>) => void,
): Promise<readonly Build[]> {
  const unlock = lockFolder(folder);
  try {
    return await withFiles(
      folder,
      () => new SqliteProjectionStore(readModelsFileIn(folder), writerCacheMegabytes),
      async (log, store) => {
        const leases = new SqliteLeases(readModelsFileIn(folder));
        try {
          const builds: Build[] = [];
          for (const projection of projections)
            builds.push(await rebuild(log, store, leases, projection, (progress) => onReplay(projection.name, progress)));
          return builds;
        } finally {
          leases.close();
        }
      },
    );
  } finally {
    unlock();
  }
}

/**
 * Builds projections in a temporary folder and compares them with the live rows, byte for byte. A server may be running: the rows are
 * those at the beginning of the check. Changes nothing in the folder.
 */
export const checkProjections = (folder: string, projections: readonly AnyProjection[], onReplay: OnReplay): Promise<readonly Checked[]> =>
  withFiles(
    folder,
    () => SqliteProjectionStore.existing(folder),
    async (log, store) => {
      if (store === null) return [];
      const unpin = store.pin();
      try {
        return await checkRows(log, store, projections, onReplay);
      } finally {
        unpin();
      }
    },
  );

/** Derives every published result and the rows from the log and compares them. Changes nothing in the folder. */
export const recomputeFolder = (folder: string, onReplay: OnReplay): Promise<Recomputation> =>
  withFiles(
    folder,
    () => SqliteProjectionStore.existing(folder),
    async (log, store) => {
      const unpin = store?.pin();
      try {
        return await recompute(log, store, onReplay);
      } finally {
        unpin?.();
      }
    },
  );

/** Opens the read models if there are any. */
async function withFiles<T, Store extends SqliteProjectionStore | null>(
  folder: string,
  open: () => Store,
  work: (log: LogReader, store: Store) => Promise<T>,
): Promise<T> {
  const log = openLogReader(folder);
  try {
    const store = open();
    try {
      return await work(log, store);
    } finally {
      store?.close();
    }
  } finally {
    log.close();
  }
}
