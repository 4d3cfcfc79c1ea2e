import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventReader } from '../../application/ports/event-log.js';
import type { Build, ProjectionStore } from '../../application/ports/projection-store.js';
import { eventsAfter } from '../../application/projecting/lag.js';
import { check, type Checked, type OnReplay } from '../../application/projecting/rebuild.js';
import { beginning, type Position } from '../../projections/position.js';
import type { AnyProjection } from '../../projections/projection.js';
import { readModelsFileIn, SqliteProjectionStore, writerCacheMegabytes } from './sqlite/store.js';

/* What commands do with rows, wherever they are. */

export interface States {
  readonly builds: readonly Build[];
  /** Position of the last event of the log. */
  readonly head: Position;
  /** The number of events after a checkpoint of a build, or after the beginning. */
  readonly lagOf: (checkpoint: Position) => number;
}

/** How far projections have come. @param store null if there are no rows */
export async function statesOf(
  log: EventReader,
  store: Pick<ProjectionStore, 'builds'> | null,
  projections: readonly AnyProjection[],
): Promise<States> {
  const builds = (await store?.builds()) ?? [];
  const head = await log.position();
  const isNotBuilt = projections.some(({ name }) => !builds.some((build) => build.name === name));
  const checkpoints = [...builds.map(({ position }) => position), ...(isNotBuilt ? [beginning] : [])];
  return { builds, head, lagOf: await eventsAfter(log, checkpoints, head) };
}

/** Builds projections in a temporary folder and compares them with the live rows, byte for byte. */
export async function checkRows(
  log: EventReader,
  store: Pick<ProjectionStore, 'builds' | 'scan'>,
  projections: readonly AnyProjection[],
  onReplay: OnReplay,
): Promise<readonly Checked[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-check-'));
  const scratch = new SqliteProjectionStore(readModelsFileIn(folder), writerCacheMegabytes);
  try {
    return await check(log, store, scratch, projections, onReplay);
  } finally {
    scratch.close();
    rmSync(folder, { recursive: true });
  }
}
