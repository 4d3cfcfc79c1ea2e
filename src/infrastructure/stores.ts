/*
 * The stores of an installation. Only this file and store-errors.ts know which adapters there are: the embedded ones, which keep
 * everything in a data folder, and those of the engines, EventStoreDB or KurrentDB with MongoDB.
 */

import { constants, copyFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { EventLog, EventReader } from '../application/ports/event-log.js';
import type { PersonalKeyReader, PersonalKeys } from '../application/ports/personal-keys.js';
import type { Build } from '../application/ports/projection-store.js';
import type { Leases } from '../application/ports/leases.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { TrailReader } from '../application/ports/trail.js';
import { allProjections } from '../application/contexts.js';
import { mayLag, openEventStoreLog } from './event-log/eventstoredb/log.js';
import { lockFolder } from './event-log/sqlite/lock.js';
import { LogFile, logFileIn } from './event-log/sqlite/log-file.js';
import { openSqliteLog } from './event-log/sqlite/log.js';
import { openLogReader } from './event-log/sqlite/reader.js';
import { InvalidKeyFile } from './key-file.js';
import { type Outage, Outages } from './outages.js';
import { openMongoKeys } from './personal-keys/mongodb.js';
import { masterFileOf } from './personal-keys/keys-file.js';
import { rotateMasterKey as rotate } from './personal-keys/rotation.js';
import {
  assertMasterOf,
  readKeysFile,
  readMongoKeys,
  type StoredKeys,
  writeKeysFile,
  writeMongoKeys,
} from './personal-keys/stored-keys.js';
import { openPersonalKeys, personalKeysIn } from './personal-keys/sqlite.js';
import { MemoryLeases } from './read-models/memory/leases.js';
import { openMongoReadModels } from './read-models/mongodb/read-models.js';
import { openSqliteReadModels } from './read-models/sqlite/read-models.js';
import { readModelsIn } from './read-models/sqlite/readers.js';
import { settings } from './settings.js';
import { openMongoTrail } from './trail/mongodb/trail.js';
import { openSqliteTrail } from './trail/sqlite/trail.js';
import { beginning } from '../projections/position.js';

export { makeMasterKey } from './personal-keys/sqlite.js';
export { checkTrail, rebuildTrail, trailName, trailState } from './trail/sqlite/maintenance.js';
export { checkProjections, projectionStates, rebuildProjections, recomputeFolder } from './read-models/sqlite/maintenance.js';

/** Connection strings, as the documentation of each engine writes them. */
export interface Engines {
  readonly eventstore: string;
  readonly mongodb: string;
}

export interface StoreSettings {
  readonly folder: string;
  /** Where log, read models and keys are kept instead of in the folder. */
  readonly engines?: Engines | null;
  /** On the engines: false if other processes keep the rows up to date. */
  readonly projects?: boolean;
  /** On the engines: seconds after which the work of a process that was killed is done by another. */
  readonly takeover?: number;
  /** The file of the master key; empty: `master.key` in the folder. */
  readonly masterKeyFile?: string;
  /** Continue with a log whose last events are missing. */
  readonly acceptLoss?: boolean;
  /** Continue without the keys of personal data, if they are lost. */
  readonly acceptLostKeys?: boolean;
  readonly logger: Logger;
}

/** The stores, open for writing. */
export interface Stores {
  readonly log: EventLog;
  readonly keys: PersonalKeys;
  readonly readModels: ReadModels;
  readonly trail: TrailReader;
  readonly leases: Leases;
  /** All builds as last reported by the projector. */
  readonly builds: () => readonly Build[];
  /** The stores that do not work at present. */
  readonly failing: () => Promise<readonly Outage[]>;
  /** While the log cannot be read: the instant (ISO 8601) after which what was recorded may be missing in the rows; else null. */
  readonly asOf: () => string | null;
  readonly close: () => Promise<void>;
}

/** The stores as they are opened, one after another. */
type Opened = { readonly close: () => void | Promise<void> }[];

/**
 * @throws DataFolderInUse if another process has the folder open
 * @throws LogUnavailable if events were lost and that is not accepted, or the engine of the log does not answer
 * @throws InvalidKeyFile
 */
export async function openStores(asked: StoreSettings): Promise<Stores> {
  const opened: Opened = [];
  const close = async () => {
    for (const store of opened.reverse()) await store.close();
  };
  try {
    const { log, keys, readModels, index, leases, builds, isFailing } = asked.engines
      ? await openEngines(asked, asked.engines, opened)
      : await openEmbedded(asked, opened);
    const outages = new Outages({ log, builds, areRowsFailing: isFailing, isTrailFailing: index.isFailing });
    opened.push(outages);
    const { trail } = index;
    return { log, keys, readModels, trail, leases, builds, failing: () => outages.look(), asOf: () => outages.asOf(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openEmbedded(
  { folder, masterKeyFile = '', acceptLoss = false, acceptLostKeys = false, logger }: StoreSettings,
  opened: Opened,
) {
  const log = await openSqliteLog(folder, { acceptLoss });
  opened.push(log);
  const lastEvent = (await log.at(await log.position()))?.id ?? null;
  // after the log, which holds the lock of the folder
  const keys = openPersonalKeys(folder, masterKeyFile, logger, lastEvent, acceptLostKeys);
  opened.push(keys);
  const rows = await openSqliteReadModels(folder, { log, logger });
  opened.push(rows);
  const index = await openSqliteTrail(folder, log, logger);
  opened.push(index);
  return { ...rows, index, log, keys, leases: new MemoryLeases() }; // only the holder of the folder's lock asks for leases
}

/** Of the time for a takeover, a lease lasts so much; it is then found free at the next look, a fifth later. */
const leaseShare = 0.6;

async function openEngines(
  { folder, masterKeyFile = '', projects = true, takeover = settings.takeover.default, logger }: StoreSettings,
  { eventstore, mongodb }: Engines,
  opened: Opened,
) {
  const log = openEventStoreLog(eventstore);
  opened.push(log);
  const hasEvents = (await log.position()) > beginning;
  const keys = await openMongoKeys({ connection: mongodb, masterKeyFile: masterFileOf(folder, masterKeyFile), hasEvents });
  opened.push(keys);
  const leaseMs = takeover * 1000 * leaseShare;
  const rows = await openMongoReadModels({
    ...{ log, logger, projects, leaseMs },
    connection: mongodb,
    projections: allProjections,
    mayLag: mayLag(eventstore),
  });
  opened.push(rows);
  const index = await openMongoTrail({ eventstore, mongodb, logger, writes: projects, leaseMs });
  opened.push(index);
  return { ...rows, index, log, keys };
}

/** The stores, open for reading while a server may write them. */
export interface StoreReaders {
  readonly log: EventReader;
  readonly readModels: Pick<ReadModels, 'get' | 'list' | 'atLeast'>;
  /** Opens the keys, for those who may see personal data. @throws InvalidKeyFile */
  readonly openKeys: () => PersonalKeyReader;
  readonly close: () => void;
}

/**
 * Changes nothing in the folder.
 * @throws LogUnavailable if there is no log
 */
export function openReaders({ folder, masterKeyFile = '' }: Pick<StoreSettings, 'folder' | 'masterKeyFile'>): StoreReaders {
  const log = openLogReader(folder);
  const readModels = readModelsIn(folder);
  const opened: { readonly close: () => void }[] = [log, readModels];
  return {
    log,
    readModels,
    openKeys: () => {
      const keys = personalKeysIn(folder, masterKeyFile);
      opened.push(keys);
      return keys;
    },
    close: () => opened.reverse().forEach((store) => store.close()),
  };
}

/**
 * Wraps all keys of personal data by a new master key. No server may be running on the folder.
 * @throws DataFolderInUse if one is running
 */
export function rotateMasterKey({ folder, masterKeyFile = '' }: Pick<StoreSettings, 'folder' | 'masterKeyFile'>) {
  if (!existsSync(folder)) throw new InvalidKeyFile(`There is no data folder ${folder}: give it with --data.`);
  const unlock = lockFolder(folder);
  try {
    // lock.db may have been removed while a server runs: from now on that one records nothing more
    if (existsSync(logFileIn(folder))) LogFile.create(folder).close();
    return { rotated: rotate(folder, masterKeyFile), masterKeyFile: masterFileOf(folder, masterKeyFile) };
  } finally {
    unlock();
  }
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
