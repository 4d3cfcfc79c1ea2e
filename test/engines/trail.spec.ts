import { expect, it } from '@jest/globals';
import { newEventId } from '../../src/application/kernel/ids.js';
import { noStream } from '../../src/application/ports/event-log.js';
import { findEvents } from '../../src/application/trail/search.js';
import { TrailWriter } from '../../src/application/trail/writer.js';
import { beginning } from '../../src/projections/position.js';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { MemoryTrail } from '../../src/infrastructure/trail/memory.js';
import { MongoTrail } from '../../src/infrastructure/trail/mongodb/store.js';
import { openMongoTrail } from '../../src/infrastructure/trail/mongodb/trail.js';
import { withEngine } from '../support/engines.js';
import { newDatabase } from '../support/mongodb.js';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';
import { recorded, stored } from '../support/projections.js';
import { contentOf } from '../support/trail.js';
import { until } from '../support/until.js';

const warnings: object[] = [];
const logger = { warn: (context: object) => void warnings.push(context), error: (context: object) => void warnings.push(context) };
const block = 1024;

withEngine('WUWEI_TEST_EVENTSTORE', (eventstore) => {
  withEngine('WUWEI_TEST_MONGODB', (server) => {
    it('given two processes on EventStoreDB and MongoDB, when events are recorded, then one writes the index, another takes over, and both find them', async () => {
      const log = openEventStoreLog(eventstore);
      const { connection: mongodb, remove } = newDatabase(server);
      const begin = await log.position();
      const person = newEventId();
      const events = Array.from({ length: 400 }, (_, n) =>
        recorded('VoteCast', { contestId: 'c1', entryId: `e${n}` }, { aggregateId: `c1.${person}`, actor: n % 7 === 0 ? person : 'v' }),
      );
      let revision = noStream;
      const append = async () => {
        const fresh = stored(events).map(({ stream: _s, revision: _r, position: _p, ...event }) => ({ ...event, id: newEventId() }));
        ({ revision } = await log.append(`contestVote-c1.${person}`, revision, fresh));
      };
      const options = { eventstore, mongodb, logger, writes: true, leaseMs: 2_000 };
      const open = [await openMongoTrail(options), await openMongoTrail(options)];
      const { db, close } = await connectMongo(mongodb);
      const store = new MongoTrail(db);
      try {
        for (let i = 0; i < 6; i++) await append();
        await until(async () => ((await store.end())?.count ?? 0) >= 2 * block);
        await open[0]!.close();
        for (let i = 0; i < 3; i++) await append();
        const all = [];
        for await (const page of log.readAll(beginning)) all.push(...page.events);
        await until(async () => (await store.end())!.count === all.length - (all.length % block));
        const found = [];
        for (let after: typeof begin | null = begin; after !== null;) {
          const page = await findEvents(open[1]!.trail, log, { subjects: [`person/${person}`] }, after, 200);
          if ('refused' in page) throw new Error(page.refused);
          found.push(...page.events);
          after = page.upTo;
        }
        expect(found).toEqual(all.filter(({ stream }) => stream.endsWith(person)).filter((_, n) => (n % 400) % 7 === 0));
        const once = new MemoryTrail();
        await (await TrailWriter.open(log, once)).catchUp(new AbortController().signal);
        expect(await contentOf(store)).toEqual(await contentOf(once));
        expect([warnings, open[1]!.isFailing()]).toEqual([[], false]);
      } finally {
        await open[0]!.close();
        await open[1]!.close();
        await close();
        await log.close();
        await remove();
      }
    });
  });
});
