/* As upkeep.ts, on EventStoreDB or KurrentDB with MongoDB. Its drivers are loaded with this file. */

import type { Db } from 'mongodb';
import { allProjections } from '../application/contexts.js';
import type { EventLog, EventReader } from '../application/ports/event-log.js';
import type { OnReplay } from '../application/projecting/rebuild.js';
import type { AnyProjection } from '../projections/projection.js';
import { openEventStoreLog } from './event-log/eventstoredb/log.js';
import { masterFileOf } from './personal-keys/keys-file.js';
import { mongoKeysIn } from './personal-keys/mongodb.js';
import { rotateMongoMasterKey } from './personal-keys/mongodb-rotation.js';
import { readMongoKeys, writeMongoKeys } from './personal-keys/mongodb-stored-keys.js';
import type { StoredKeys } from './personal-keys/stored-keys.js';
import { connectMongo } from './read-models/mongodb/connection.js';
import * as rows from './read-models/mongodb/maintenance.js';
import { MongoRowReader } from './read-models/mongodb/reader.js';
import { MongoProjectionStore } from './read-models/mongodb/store.js';
import { readModelsFrom } from './read-models/readers.js';
import type { Engines } from './store-settings.js';
import * as trail from './trail/mongodb/maintenance.js';
import { closingAfterError, type CopySource, type Place, type StoreReaders } from './upkeep-common.js';

export async function openReaders({ folder, masterKeyFile = '' }: Place, { eventstore, mongodb }: Engines): Promise<StoreReaders> {
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

async function withStores<T>({ eventstore, mongodb }: Engines, work: (log: EventReader, db: Db) => Promise<T>): Promise<T> {
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

export const projectionStates = (engines: Engines, projections: readonly AnyProjection[]) =>
  withStores(engines, (log, db) => rows.projectionStates(log, db, projections));
export const rebuildProjections = (
  engines: Engines,
  projections: readonly AnyProjection[],
  onReplay: Parameters<typeof rows.rebuildProjections>[3],
) => withStores(engines, (log, db) => rows.rebuildProjections(log, db, projections, onReplay));
export const checkProjections = (engines: Engines, projections: readonly AnyProjection[], onReplay: OnReplay) =>
  withStores(engines, (log, db) => rows.checkProjections(log, db, projections, onReplay));
export const recomputeAll = (engines: Engines, onReplay: OnReplay) =>
  withStores(engines, (log, db) => rows.recomputeAll(log, db, allProjections, onReplay));
export const trailState = (engines: Engines) => withStores(engines, trail.trailState);
export const rebuildTrail = (engines: Engines, onReplay: OnReplay) =>
  withStores(engines, (log, db) => trail.rebuildTrail(log, db, onReplay));
export const checkTrail = (engines: Engines, onReplay: OnReplay) => withStores(engines, (log, db) => trail.checkTrail(log, db, onReplay));
export const rotateMasterKey = ({ mongodb }: Engines, masterFile: string) => rotateMongoMasterKey(mongodb, masterFile);

export async function openCopySource({ eventstore, mongodb }: Engines): Promise<CopySource> {
  const log = openEventStoreLog(eventstore);
  const close = () => log.close();
  return { log, keys: await closingAfterError(close, () => readMongoKeys(mongodb)), close };
}

export async function openCopyTarget({ eventstore, mongodb }: Engines, keys: StoredKeys): Promise<EventLog> {
  await writeMongoKeys(mongodb, keys);
  return openEventStoreLog(eventstore);
}
