import { expect, it } from '@jest/globals';
import { allProjections } from '../../../src/application/contexts.js';
import { inMemoryReadModels } from '../../../src/infrastructure/read-models/memory/read-models.js';
import { plotKey } from '../../../src/projections/guardianship/keys.js';
import { plots } from '../../../src/projections/guardianship/plots.js';
import { renovations } from '../../../src/projections/renovation/renovations.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';

it('given a projection, when a row is read, then its type follows, and a wrong name or key does not compile', async () => {
  const opened = await inMemoryReadModels(memoryLog(), allProjections);
  const { readModels } = opened;
  // @ts-expect-error the name of a projection is no projection
  await expect(readModels.get('plots', plotKey('510121111219~1'))).rejects.toThrow('there is no projection undefined');
  // @ts-expect-error the id of a plot is no key of it
  expect(await readModels.get(plots, '510121111219')).toBeNull();
  // @ts-expect-error renovations lie under `id/` and `place/`
  expect(await readModels.get(renovations, 'r-1')).toBeNull();
  const row = await readModels.get(plots, plotKey('510121111219~1'));
  // @ts-expect-error a plot has no budget
  expect(row?.budget).toBeUndefined();
  expect(row?.guardian?.personId).toBeUndefined();
  await opened.close();
});
