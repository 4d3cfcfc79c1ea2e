import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check } from '../../src/application/projecting/rebuild.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';
import { openMongoReadModels } from '../../src/infrastructure/read-models/mongodb/read-models.js';
import { MongoProjectionStore } from '../../src/infrastructure/read-models/mongodb/store.js';
import { MemoryProjectionStore } from '../../src/infrastructure/read-models/memory/store.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { name } from '../contracts/read-models.contract.js';
import { withEngine } from '../support/engines.js';
import { newDatabase } from '../support/mongodb.js';
import { proxyTo } from '../support/proxy.js';
import { until } from '../support/until.js';

const fixture = '../infrastructure/read-models/fixtures/table.mjs';
const { allProjections } = (await import(fixture)) as { allProjections: readonly AnyProjection[] };
const silent = { warn: () => undefined, error: () => undefined };
const events = 400;

/** What is done to the connections, one after another. */
const faults = fc.oneof(
  fc.record({ fault: fc.constant('cut' as const), amount: fc.constant(0) }),
  fc.record({ fault: fc.constant('half' as const), amount: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ fault: fc.constant('delay' as const), amount: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ fault: fc.constant('double' as const), amount: fc.constant(0) }),
);

withEngine('WUWEI_TEST_MONGODB', (server) => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  describe('MongoDB behind connections that are cut, halved, delayed and doubled', () => {
    it.each([20_261_130, 7, 91])(
      'given seed %i, when two processes project, then the rows are those of the log',
      async (seed) => {
        const { connection, remove } = newDatabase(server);
        ends.push(remove);
        const { hostname, port, pathname } = new URL(connection.replace(/^mongodb:/u, 'http:'));
        const proxy = await proxyTo(Number(port), hostname);
        ends.push(() => proxy.close());
        const log = memoryLog();
        const options = {
          connection: `mongodb://127.0.0.1:${proxy.port}${pathname}`,
          log,
          logger: silent,
          projections: allProjections,
          leaseMs: 1_500,
        };
        const processes = [await openMongoReadModels(options), await openMongoReadModels(options)];
        ends.push(() => Promise.all(processes.map(({ close }) => close())));
        let isDone = false;
        const failing = (async () => {
          const planned = fc.sample(faults, { numRuns: 60, seed });
          for (let n = 0; !isDone; n++) {
            const { fault, amount } = planned[n % planned.length]!;
            proxy.delay(fault === 'delay' ? amount : 0);
            proxy.double(fault === 'double');
            if (fault === 'half') proxy.cutAfter(amount);
            else proxy.cut();
            await new Promise((resolve) => setTimeout(resolve, 60));
          }
        })();
        for (let n = 0; n < events; n++) {
          await name(log, `51012${n % 17}`, `n${n}`);
          if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        }
        isDone = true;
        await failing;
        proxy.delay(0);
        proxy.double(false);
        const { db, close } = await connectMongo(connection);
        ends.push(close);
        const store = await MongoProjectionStore.open(db);
        const end = await log.position();
        await until(async () => {
          const builds = await store.builds();
          return builds.length === allProjections.length && builds.every(({ position, failure }) => position >= end || failure !== null);
        });
        const checked = await check(log, store, new MemoryProjectionStore(), allProjections, () => undefined);
        expect(checked.map(({ name: projection, difference, position }) => [projection, difference, position])).toEqual(
          allProjections.map((projection) => [projection.name, null, end]),
        );
      },
      120_000,
    );
  });
});
