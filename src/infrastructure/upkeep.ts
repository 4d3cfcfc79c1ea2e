/*
 * What commands do with the stores of an installation that they do not serve: they read, check and rebuild them, rotate the master key and
 * copy them. As stores.ts, this file knows the embedded adapters, and engine-upkeep.ts those of the engines.
 */

import { constants, copyFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EventLog } from '../application/ports/event-log.js';
import type { Build } from '../application/ports/projection-store.js';
import type { Checked, OnReplay } from '../application/projecting/rebuild.js';
import type { Recomputation } from '../application/recompute.js';
import type { AnyProjection } from '../projections/projection.js';
import { lockFolder } from './event-log/sqlite/lock.js';
import { LogFile, logFileIn } from './event-log/sqlite/log-file.js';
import { openSqliteLog } from './event-log/sqlite/log.js';
import { openLogReader } from './event-log/sqlite/reader.js';
import { InvalidKeyFile } from './key-file.js';
import { masterFileOf } from './personal-keys/keys-file.js';
import { rotateMasterKey as rotate } from './personal-keys/rotation.js';
import { personalKeysIn } from './personal-keys/sqlite.js';
import { assertMasterOf, readKeysFile, type StoredKeys, writeKeysFile } from './personal-keys/stored-keys.js';
import type { States } from './read-models/maintenance.js';
import { readModelsFrom } from './read-models/readers.js';
import * as sqliteRows from './read-models/sqlite/maintenance.js';
import { SqliteProjectionStore } from './read-models/sqlite/store.js';
import type { Engines } from './store-settings.js';
import type { TrailState } from './trail/maintenance.js';
import * as sqliteTrail from './trail/sqlite/maintenance.js';
import { closingAfterError, type CopySource, type Place, type StoreReaders } from './upkeep-common.js';

export { makeMasterKey } from './personal-keys/sqlite.js';
export { trailName } from './trail/maintenance.js';
export type { Place, StoreReaders } from './upkeep-common.js';

/** What is done on the engines. The drivers are loaded where they are needed: that takes a fifth of a second. */
const onEngines = () => import('./engine-upkeep.js');

/**
 * Changes nothing in the stores.
 * @throws LogUnavailable if there is no log
 */
export const openReaders = async (place: Place): Promise<StoreReaders> =>
  place.engines ? (await onEngines()).openReaders(place, place.engines) : openFolderReaders(place);

function openFolderReaders({ folder, masterKeyFile = '' }: Place): StoreReaders {
  const log = openLogReader(folder);
  const opened: { readonly close: () => void }[] = [log];
  const keep = <T extends { readonly close: () => void }>(one: T): T => {
    opened.push(one);
    return one;
  };
  const rowsIn = () => {
    const store = SqliteProjectionStore.existing(folder);
    return store && { rows: keep(store), builds: () => store.builds() };
  };
  return {
    log,
    readModels: readModelsFrom(rowsIn),
    openKeys: async () => Promise.resolve(keep(personalKeysIn(folder, masterKeyFile))),
    close: async () => {
      opened.reverse().forEach((one) => one.close());
      return Promise.resolve();
    },
  };
}

/** How far projections have come. A server may be running. */
export const projectionStates = async ({ folder, engines }: Place, projections: readonly AnyProjection[]): Promise<States> =>
  engines ? (await onEngines()).projectionStates(engines, projections) : sqliteRows.projectionStates(folder, projections);

/** Builds projections again from the whole log. @throws DataFolderInUse or ProjectionInUse if a server keeps them up to date */
export const rebuildProjections = async (
  { folder, engines }: Place,
  projections: readonly AnyProjection[],
  onReplay: Parameters<typeof sqliteRows.rebuildProjections>[2],
): Promise<readonly Build[]> =>
  engines
    ? (await onEngines()).rebuildProjections(engines, projections, onReplay)
    : sqliteRows.rebuildProjections(folder, projections, onReplay);

/** Compares rows with a replay of the log. @throws ProjectionInUse if a server keeps them up to date, on the engines */
export const checkProjections = async (
  { folder, engines }: Place,
  projections: readonly AnyProjection[],
  onReplay: OnReplay,
): Promise<readonly Checked[]> =>
  engines
    ? (await onEngines()).checkProjections(engines, projections, onReplay)
    : sqliteRows.checkProjections(folder, projections, onReplay);

/** Derives every published result from the log, and compares them and the rows. */
export const recomputeAll = async ({ folder, engines }: Place, onReplay: OnReplay): Promise<Recomputation> =>
  engines ? (await onEngines()).recomputeAll(engines, onReplay) : sqliteRows.recomputeFolder(folder, onReplay);

/** The same for the index of the audit trail. */
export const trailState = async ({ folder, engines }: Place): Promise<TrailState> =>
  engines ? (await onEngines()).trailState(engines) : sqliteTrail.trailState(folder);
export const rebuildTrail = async ({ folder, engines }: Place, onReplay: OnReplay): Promise<TrailState> =>
  engines ? (await onEngines()).rebuildTrail(engines, onReplay) : sqliteTrail.rebuildTrail(folder, onReplay);
export const checkTrail = async ({ folder, engines }: Place, onReplay: OnReplay): Promise<Checked | null> =>
  engines ? (await onEngines()).checkTrail(engines, onReplay) : sqliteTrail.checkTrail(folder, onReplay);

/**
 * Wraps all keys of personal data by a new master key. No server may be running on a folder. On the engines processes may run: they answer
 * that the keys are unavailable until they are started again with the new master key.
 * @throws DataFolderInUse if one is running
 * @throws InvalidKeyFile
 */
export async function rotateMasterKey({ folder, engines, masterKeyFile = '' }: Place): Promise<Rotated> {
  const masterFile = masterFileOf(folder, masterKeyFile);
  if (engines) return { rotated: await (await onEngines()).rotateMasterKey(engines, masterFile), masterKeyFile: masterFile };
  if (!existsSync(folder))
    throw new InvalidKeyFile(`There is no data folder ${folder}: give it with --data. 没有此数据目录，请用 --data 指定。`);
  const unlock = lockFolder(folder);
  try {
    // lock.db may have been removed while a server runs: from now on that one records nothing more
    if (existsSync(logFileIn(folder))) LogFile.create(folder).close();
    return { rotated: rotate(folder, masterKeyFile), masterKeyFile: masterFile };
  } finally {
    unlock();
  }
}

export interface Rotated {
  /** How many keys were wrapped anew. */
  readonly rotated: number;
  readonly masterKeyFile: string;
}

/** One side of a copy: a data folder, or the engines. */
export type Side = { readonly folder: string } | Engines;

/**
 * Opens an installation to be copied. Nobody else may write a folder meanwhile; nothing in it changes.
 * @throws DataFolderInUse if a server runs on it
 * @throws LogUnavailable if there is no log
 */
export async function openCopySource(side: Side): Promise<CopySource> {
  if (!('folder' in side)) return (await onEngines()).openCopySource(side);
  const log = openLogReader(side.folder);
  let unlock = (): void => undefined;
  const close = () => {
    log.close();
    unlock();
    return Promise.resolve();
  };
  return closingAfterError(close, () => {
    unlock = lockFolder(side.folder);
    return { log, keys: readKeysFile(side.folder), close };
  });
}

/**
 * Opens the target of a copy and writes the keys into it: they must be there before an event needs them.
 * @param masterFile wraps the keys of both sides
 * @throws DataFolderInUse if a server runs on a folder
 * @throws InvalidKeyFile if the target holds other keys, or the file another master key
 */
export async function openCopyTarget(side: Side, keys: StoredKeys, masterFile: string): Promise<EventLog> {
  assertMasterOf(keys, masterFile);
  if (!('folder' in side)) return (await onEngines()).openCopyTarget(side, keys);
  const log = await openSqliteLog(side.folder);
  return closingAfterError(
    () => log.close(),
    () => {
      writeKeysFile(side.folder, keys);
      return log;
    },
  );
}

/** Puts the master key beside the keys of a folder, unless it is named. */
export function copyMasterKey(masterFile: string, folder: string): void {
  const own = join(folder, 'master.key');
  if (resolve(masterFile) !== resolve(own) && !existsSync(own)) copyFileSync(masterFile, own, constants.COPYFILE_EXCL);
}
