/*
 * The stores of an installation. Only this file, engine-stores.ts, upkeep.ts, engine-upkeep.ts and store-errors.ts know which adapters
 * there are: the embedded ones, which keep everything in a data folder, and those of the engines, EventStoreDB or KurrentDB with MongoDB.
 */

import type { EventLog } from '../application/ports/event-log.js';
import type { PersonalKeys } from '../application/ports/personal-keys.js';
import type { Build } from '../application/ports/projection-store.js';
import type { Leases } from '../application/ports/leases.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { TrailReader } from '../application/ports/trail.js';
import { openSqliteLog } from './event-log/sqlite/log.js';
import { type Outage, Outages } from './outages.js';
import { openPersonalKeys } from './personal-keys/sqlite.js';
import { MemoryLeases } from './read-models/memory/leases.js';
import { openSqliteReadModels } from './read-models/sqlite/read-models.js';
import type { Opened, StoreSettings } from './store-settings.js';

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
    const outages = new Outages({ log, keys, builds, areRowsFailing: isFailing, isTrailFailing: index.isFailing });
    opened.push(outages);
    const { trail } = index;
    return { log, keys, readModels, trail, leases, builds, failing: () => outages.look(), asOf: () => outages.asOf(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The drivers are loaded where they are needed: that takes a fifth of a second, which no start on a folder should wait. */
async function openEngines(...asked: Parameters<typeof import('./engine-stores.js').openEngines>) {
  const engines = await import('./engine-stores.js');
  return engines.openEngines(...asked);
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
  const opening = openSqliteReadModels(folder, { log, logger });
  const trails = import('./trail/sqlite/trail.js'); // loads the domain, while the thread of the projections does the same
  const rows = await opening;
  opened.push(rows);
  const index = await (await trails).openSqliteTrail(folder, log, logger);
  opened.push(index);
  return { ...rows, index, log, keys, leases: new MemoryLeases() }; // only the holder of the folder's lock asks for leases
}
