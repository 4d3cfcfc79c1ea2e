import type { Db } from 'mongodb';
import type { EventReader } from '../../../application/ports/event-log.js';
import type { Build } from '../../../application/ports/projection-store.js';
import { leaseOf } from '../../../application/projecting/holdings.js';
import { type Checked, type OnReplay, rebuild } from '../../../application/projecting/rebuild.js';
import { ProjectionInUse, underLeases } from '../../../application/projecting/under-leases.js';
import { recompute, type Recomputation } from '../../../application/recompute.js';
import type { AnyProjection } from '../../../projections/projection.js';
import { checkRows, type States, statesOf } from '../maintenance.js';
import { MongoLeases } from './leases.js';
import { MongoProjectionStore } from './store.js';

/*
 * MongoDB shows rows as they are now, not as they were at a checkpoint. Who compares rows therefore holds their leases, so that nobody
 * writes them meanwhile.
 */

export const projectionStates = (log: EventReader, db: Db, projections: readonly AnyProjection[]): Promise<States> =>
  statesOf(log, new MongoProjectionStore(db), projections);

/**
 * Builds projections again from the whole log, one after another. Who reads the rows sees the present ones until then.
 * @throws ProjectionInUse if a server keeps one up to date
 * @throws ProjectionFailed if an event cannot be folded; the present rows then stay
 */
export async function rebuildProjections(
  log: EventReader,
  db: Db,
  projections: readonly AnyProjection[],
  onReplay: (name: string, ...progress: Parameters<OnReplay>) => void,
): Promise<readonly Build[]> {
  const store = await MongoProjectionStore.open(db);
  const leases = new MongoLeases(db);
  const builds: Build[] = [];
  for (const projection of projections)
    builds.push(await rebuild(log, store, leases, projection, (progress) => onReplay(projection.name, progress)));
  return builds;
}

/** Compares the rows with a replay. @throws ProjectionInUse if a server keeps one of them up to date */
export const checkProjections = (
  log: EventReader,
  db: Db,
  projections: readonly AnyProjection[],
  onReplay: OnReplay,
): Promise<readonly Checked[]> =>
  underLeases(new MongoLeases(db), projections.map(leaseOf), () => checkRows(log, new MongoProjectionStore(db), projections, onReplay));

/** Derives every published result from the log, and compares the rows too, unless a server keeps them up to date. */
export const recomputeAll = (log: EventReader, db: Db, projections: readonly AnyProjection[], onReplay: OnReplay): Promise<Recomputation> =>
  underLeases(new MongoLeases(db), projections.map(leaseOf), () => recompute(log, new MongoProjectionStore(db), onReplay)).catch(
    (error: unknown) => {
      if (!(error instanceof ProjectionInUse)) throw error;
      return recompute(log, null, onReplay);
    },
  );
