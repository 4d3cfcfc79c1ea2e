import { allProjections } from '../application/contexts.js';
import { beginning } from '../projections/position.js';
import { mayLag, openEventStoreLog } from './event-log/eventstoredb/log.js';
import { closedKeys } from './personal-keys/closed.js';
import { masterFileOf } from './personal-keys/keys-file.js';
import { openMongoKeys } from './personal-keys/mongodb.js';
import { openMongoReadModels } from './read-models/mongodb/read-models.js';
import { settings } from './settings.js';
import type { Engines, Opened, StoreSettings } from './store-settings.js';
import { openMongoTrail } from './trail/mongodb/trail.js';

/** Of the time for a takeover, a lease lasts so much; it is then found free at the next look, a fifth later. */
const leaseShare = 0.6;

/** Opens the stores on the engines. */
export async function openEngines(
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
