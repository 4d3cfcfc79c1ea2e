import { allProjections } from '../../src/application/contexts.js';
import type { EventLog } from '../../src/application/ports/event-log.js';
import type { PersonalKeys } from '../../src/application/ports/personal-keys.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { memoryPersonalKeys } from '../../src/infrastructure/personal-keys/memory.js';
import { MemoryLeases } from '../../src/infrastructure/read-models/memory/leases.js';
import { inMemoryReadModels } from '../../src/infrastructure/read-models/memory/read-models.js';
import type { StoreSettings } from '../../src/infrastructure/store-settings.js';
import type { Stores } from '../../src/infrastructure/stores.js';
import { inMemoryTrail } from './in-memory-trail.js';
import { late, PoorLog } from './poor-log.js';
import { poorReadModels } from './poor-rows.js';

/** What is poor: it does all that its port allows. */
export type Poor = 'log' | 'rows';

/** What is not lost with the process, by folder. */
const durable = new Map<string, { readonly log: EventLog; readonly keys: PersonalKeys }>();

export async function openPoorStores(poor: Poor, folder: string): Promise<Stores> {
  const { log, keys } = durable.get(folder) ?? { log: poor === 'log' ? new PoorLog() : memoryLog(), keys: memoryPersonalKeys() };
  durable.set(folder, { log, keys });
  const known = poor === 'log' ? late(log) : log;
  const rows = await (poor === 'rows' ? poorReadModels : inMemoryReadModels)(known, allProjections);
  return {
    ...{ log: known, keys, readModels: rows.readModels, builds: rows.builds },
    trail: inMemoryTrail(known),
    leases: new MemoryLeases(),
    failing: () => Promise.resolve([]),
    asOf: () => null,
    close: () => rows.close(),
  };
}

/** In place of src/infrastructure/stores.ts where jest.poor.config.mjs is used. */
export const openStores = ({ folder }: StoreSettings): Promise<Stores> => openPoorStores('log', folder);
