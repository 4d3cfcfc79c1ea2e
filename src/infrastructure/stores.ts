/*
 * The stores of an installation. Only this file, upkeep.ts and store-errors.ts know which adapters there are: the embedded ones, which
 * keep everything in a data folder, and those of the engines, EventStoreDB or KurrentDB with MongoDB.
 */

import type { Logger } from 'pino';
import type { EventLog } from '../application/ports/event-log.js';
import type { PersonalKeys } from '../application/ports/personal-keys.js';
import type { Build } from '../application/ports/projection-store.js';
import type { Leases } from '../application/ports/leases.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { TrailReader } from '../application/ports/trail.js';
import { allProjections } from '../application/contexts.js';
import { mayLag, openEventStoreLog } from './event-log/eventstoredb/log.js';
import { openSqliteLog } from './event-log/sqlite/log.js';
import { type Outage, Outages } from './outages.js';
import { closedKeys } from './personal-keys/closed.js';
import { openMongoKeys } from './personal-keys/mongodb.js';
import { masterFileOf } from './personal-keys/keys-file.js';
import { openPersonalKeys } from './personal-keys/sqlite.js';
import { MemoryLeases } from './read-models/memory/leases.js';
import { openMongoReadModels } from './read-models/mongodb/read-models.js';
import { openSqliteReadModels } from './read-models/sqlite/read-models.js';
import { settings } from './settings.js';
import { openMongoTrail } from './trail/mongodb/trail.js';
import { openSqliteTrail } from './trail/sqlite/trail.js';
import { beginning } from '../projections/position.js';

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
  /** On the engines: false if this process neither seals nor opens personal data; then it needs no master key. */
  readonly opensKeys?: boolean;
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
  { folder, masterKeyFile = '', projects = true, opensKeys = true, takeover = settings.takeover.default, logger }: StoreSettings,
  { eventstore, mongodb }: Engines,
  opened: Opened,
) {
  const log = openEventStoreLog(eventstore);
  opened.push(log);
  const hasEvents = (await log.position()) > beginning;
  const openKeys = async () => {
    const keys = await openMongoKeys({ connection: mongodb, masterKeyFile: masterFileOf(folder, masterKeyFile), hasEvents });
    opened.push(keys);
    return keys;
  };
  const keys = opensKeys ? await openKeys() : closedKeys;
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
