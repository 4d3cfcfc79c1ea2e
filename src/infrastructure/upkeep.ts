/*
 * What commands do with the stores of an installation that they do not serve: they read, check and rebuild them, rotate the master key and
 * copy them. As stores.ts, this file knows which adapters there are. It is longer than other files, because each command needs all stores.
 */

import { constants, copyFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Db } from 'mongodb';
import type { EventLog, EventReader } from '../application/ports/event-log.js';
import type { PersonalKeyReader } from '../application/ports/personal-keys.js';
import type { Build } from '../application/ports/projection-store.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { Checked, OnReplay } from '../application/projecting/rebuild.js';
import type { Recomputation } from '../application/recompute.js';
import { allProjections } from '../application/contexts.js';
import type { AnyProjection } from '../projections/projection.js';
import { openEventStoreLog } from './event-log/eventstoredb/log.js';
import { lockFolder } from './event-log/sqlite/lock.js';
import { LogFile, logFileIn } from './event-log/sqlite/log-file.js';
import { openSqliteLog } from './event-log/sqlite/log.js';
import { openLogReader } from './event-log/sqlite/reader.js';
import { InvalidKeyFile } from './key-file.js';
import { masterFileOf } from './personal-keys/keys-file.js';
import { mongoKeysIn } from './personal-keys/mongodb.js';
import { rotateMongoMasterKey } from './personal-keys/mongodb-rotation.js';
import { rotateMasterKey as rotate } from './personal-keys/rotation.js';
import { personalKeysIn } from './personal-keys/sqlite.js';
import {
  assertMasterOf,
  readKeysFile,
  readMongoKeys,
  type StoredKeys,
  writeKeysFile,
  writeMongoKeys,
} from './personal-keys/stored-keys.js';
import type { States } from './read-models/maintenance.js';
import { connectMongo } from './read-models/mongodb/connection.js';
import * as mongoRows from './read-models/mongodb/maintenance.js';
import { MongoRowReader } from './read-models/mongodb/reader.js';
import { MongoProjectionStore } from './read-models/mongodb/store.js';
import { readModelsFrom } from './read-models/readers.js';
import * as sqliteRows from './read-models/sqlite/maintenance.js';
import { SqliteProjectionStore } from './read-models/sqlite/store.js';
import type { Engines, StoreSettings } from './store-settings.js';
import type { TrailState } from './trail/maintenance.js';
import * as mongoTrail from './trail/mongodb/maintenance.js';
import * as sqliteTrail from './trail/sqlite/maintenance.js';

export { makeMasterKey } from './personal-keys/sqlite.js';
export { trailName } from './trail/maintenance.js';

/** Where an installation is kept: in a data folder, or in engines. */
export type Place = Pick<StoreSettings, 'folder' | 'engines' | 'masterKeyFile'>;

/** The stores, open for reading while a server may write them. */
export interface StoreReaders {
  readonly log: EventReader;
  readonly readModels: Pick<ReadModels, 'get' | 'list' | 'atLeast'>;
  /** Opens the keys, for those who may see personal data. @throws InvalidKeyFile */
  readonly openKeys: () => Promise<PersonalKeyReader>;
  readonly close: () => Promise<void>;
}

/**
 * Changes nothing in the stores.
 * @throws LogUnavailable if there is no log
 */
export const openReaders = async (place: Place): Promise<StoreReaders> =>
  place.engines ? openEngineReaders(place, place.engines) : openFolderReaders(place);

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

async function openEngineReaders({ folder, masterKeyFile = '' }: Place, { eventstore, mongodb }: Engines): Promise<StoreReaders> {
  const log = openEventStoreLog(eventstore);
  return closingAfterError(
    () => log.close(),
    async () => {
      await log.position(); // fails if it does not answer
      const { db, close: disconnect } = await connectMongo(mongodb);
      const store = new MongoProjectionStore(db);
      const builds = () => store.builds();
      return {
        log,
        readModels: readModelsFrom(() => ({ rows: new MongoRowReader(db, builds), builds })),
        openKeys: () => mongoKeysIn(db, masterFileOf(folder, masterKeyFile)),
        close: async () => {
          await disconnect();
          await log.close();
        },
      };
    },
  );
}

async function onEngines<T>({ eventstore, mongodb }: Engines, work: (log: EventReader, db: Db) => Promise<T>): Promise<T> {
  const log = openEventStoreLog(eventstore);
  try {
    const { db, close } = await connectMongo(mongodb);
    try {
      return await work(log, db);
    } finally {
      await close();
    }
  } finally {
    await log.close();
  }
}

/** How far projections have come. A server may be running. */
export const projectionStates = ({ folder, engines }: Place, projections: readonly AnyProjection[]): Promise<States> =>
  engines
    ? onEngines(engines, (log, db) => mongoRows.projectionStates(log, db, projections))
    : sqliteRows.projectionStates(folder, projections);

/** Builds projections again from the whole log. @throws DataFolderInUse or ProjectionInUse if a server keeps them up to date */
export const rebuildProjections = (
  { folder, engines }: Place,
  projections: readonly AnyProjection[],
  onReplay: Parameters<typeof sqliteRows.rebuildProjections>[2],
): Promise<readonly Build[]> =>
  engines
    ? onEngines(engines, (log, db) => mongoRows.rebuildProjections(log, db, projections, onReplay))
    : sqliteRows.rebuildProjections(folder, projections, onReplay);

/** Compares rows with a replay of the log. @throws ProjectionInUse if a server keeps them up to date, on the engines */
export const checkProjections = (
  { folder, engines }: Place,
  projections: readonly AnyProjection[],
  onReplay: OnReplay,
): Promise<readonly Checked[]> =>
  engines
    ? onEngines(engines, (log, db) => mongoRows.checkProjections(log, db, projections, onReplay))
    : sqliteRows.checkProjections(folder, projections, onReplay);

/** Derives every published result from the log, and compares them and the rows. */
export const recomputeAll = ({ folder, engines }: Place, onReplay: OnReplay): Promise<Recomputation> =>
  engines
    ? onEngines(engines, (log, db) => mongoRows.recomputeAll(log, db, allProjections, onReplay))
    : sqliteRows.recomputeFolder(folder, onReplay);

/** The same for the index of the audit trail. */
export const trailState = ({ folder, engines }: Place): Promise<TrailState> =>
  engines ? onEngines(engines, mongoTrail.trailState) : sqliteTrail.trailState(folder);
export const rebuildTrail = ({ folder, engines }: Place, onReplay: OnReplay): Promise<TrailState> =>
  engines ? onEngines(engines, (log, db) => mongoTrail.rebuildTrail(log, db, onReplay)) : sqliteTrail.rebuildTrail(folder, onReplay);
export const checkTrail = ({ folder, engines }: Place, onReplay: OnReplay): Promise<Checked | null> =>
  engines ? onEngines(engines, (log, db) => mongoTrail.checkTrail(log, db, onReplay)) : sqliteTrail.checkTrail(folder, onReplay);

/**
 * Wraps all keys of personal data by a new master key. No server may be running on a folder. On the engines processes may run: they answer
 * that the keys are unavailable until they are started again with the new master key.
 * @throws DataFolderInUse if one is running
 * @throws InvalidKeyFile
 */
export async function rotateMasterKey({ folder, engines, masterKeyFile = '' }: Place): Promise<Rotated> {
  const masterFile = masterFileOf(folder, masterKeyFile);
  if (engines) return { rotated: await rotateMongoMasterKey(engines.mongodb, masterFile), masterKeyFile: masterFile };
  if (!existsSync(folder)) throw new InvalidKeyFile(`There is no data folder ${folder}: give it with --data.`);
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
export async function openCopySource(side: Side): Promise<{
  readonly log: EventReader;
  readonly keys: StoredKeys;
  readonly close: () => Promise<void>;
}> {
  if (!('folder' in side)) {
    const log = openEventStoreLog(side.eventstore);
    const close = () => log.close();
    return { log, keys: await closingAfterError(close, () => readMongoKeys(side.mongodb)), close };
  }
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
  if (!('folder' in side)) {
    await writeMongoKeys(side.mongodb, keys);
    return openEventStoreLog(side.eventstore);
  }
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

async function closingAfterError<T>(close: () => Promise<void>, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close();
    throw error;
  }
}
