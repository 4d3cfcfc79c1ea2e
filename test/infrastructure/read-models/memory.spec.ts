import type { AnyProjection } from '../../../src/projections/projection.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { inMemoryReadModels } from '../../../src/infrastructure/read-models/memory/read-models.js';
import { poorReadModels } from '../../support/poor-rows.js';
import { readModelsContract } from '../../contracts/read-models.contract.js';

const fixture = './fixtures/table.mjs';
const { allProjections } = (await import(fixture)) as { allProjections: readonly AnyProjection[] };

readModelsContract('memory', async () => {
  const log = memoryLog();
  return { log, ...(await inMemoryReadModels(log, allProjections)) };
});

readModelsContract('poor', async () => {
  const log = memoryLog();
  return { log, ...(await poorReadModels(log, allProjections)) };
});
