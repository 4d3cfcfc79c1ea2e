import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Db } from 'mongodb';
import { compareKeys } from '../../src/application/ports/key-order.js';
import { CheckpointMoved, RowTooLarge, type Write } from '../../src/application/ports/projection-store.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';
import { MongoLeases } from '../../src/infrastructure/read-models/mongodb/leases.js';
import { openMongoReadModels } from '../../src/infrastructure/read-models/mongodb/read-models.js';
import { Rows } from '../../src/infrastructure/read-models/mongodb/rows.js';
import { MongoProjectionStore } from '../../src/infrastructure/read-models/mongodb/store.js';
import { positionOf } from '../../src/projections/position.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { name } from '../contracts/read-models.contract.js';
import { engine, withEngine } from '../support/engines.js';
import { abilitiesOf, newDatabase, newDb } from '../support/mongodb.js';
import { until } from '../support/until.js';

const fixture = '../infrastructure/read-models/fixtures/table.mjs';
const { allProjections } = (await import(fixture)) as { allProjections: readonly [AnyProjection, ...AnyProjection[]] };
const [names] = allProjections;
const silent = { warn: () => undefined, error: () => undefined };
const { connection: given } = engine('WUWEI_TEST_MONGODB');
const abilities = given ? await abilitiesOf(given) : null;
const explained = abilities?.explains ? it : it.skip;
const onReplicaSet = abilities?.isReplicaSet ? it : it.skip;
const hour = 3_600_000;

withEngine('WUWEI_TEST_MONGODB', (server) => {
  describe('rows in MongoDB', () => {
    let db: Db;
    let close: () => Promise<void>;
    let store: MongoProjectionStore;
    beforeEach(async () => {
      ({ db, close } = await newDb(server));
      store = await MongoProjectionStore.open(db);
    });
    afterEach(() => close());

    const row = (key: string, row: string | null, position: number) => ({ key, row, position: positionOf(position) });
    const create = (name = 'tree', orderedBy?: string) => store.create({ name, version: 1, generation: 0 }, 1, true, orderedBy);
    const write = (build: string, after: number, to: number, rows: Write['rows']) =>
      store.commit({
        ...{ build, epoch: 1, rows, failure: null, goesLive: false },
        ...{ after: positionOf(after), position: positionOf(to), lastEvent: { id: `e${to}`, position: positionOf(to) } },
      });

    it('given a row above 16 MB among others, when its page is written, then it is refused by name and nothing of the page is written', async () => {
      const { id } = await create();
      const tooLarge = JSON.stringify('三'.repeat(5_600_000));
      await expect(write(id, 0, 9, [row('a', '1', 8), row('large', tooLarge, 9)])).rejects.toThrow(RowTooLarge);
      await expect(write(id, 0, 9, [row('large', tooLarge, 9)])).rejects.toThrow(/row large has .* 16777216/u);
      expect([await store.scan(id, null, 9), (await store.builds())[0]!.position]).toEqual([[], 0]);
      const largest = JSON.stringify('x'.repeat(16 * 1024 * 1024 - 1024));
      await write(id, 0, 9, [row('a', '1', 8), row('large', largest, 9)]);
      const stored = await store.load(id, ['large']);
      expect([stored.length, stored[0]!.row === largest]).toEqual([1, true]);
    });

    it('given a row that was removed, when an earlier page is written again, then it does not come back', async () => {
      const { id } = await create();
      await write(id, 0, 5, [row('a', '1', 4), row('b', '1', 5)]);
      await write(id, 5, 9, [row('a', null, 8)]);
      await new Rows(db, id).put([row('a', '1', 4), row('b', '2', 4)], null); // by a writer that lost its lease before
      expect(await store.scan(id, null, 9)).toEqual([row('b', '1', 5)]);
      expect(await store.load(id, ['a'])).toEqual([row('a', null, 8)]);
    });

    it('keeps tombstones for a day, and longer while the checkpoint is before them', async () => {
      const { id } = await create();
      await write(id, 0, 5, [row('a', null, 5)]);
      await store.purge(id, positionOf(5), Date.now() + 23 * hour);
      await store.purge(id, positionOf(4), Date.now() + 25 * hour);
      expect(await store.load(id, ['a'])).toEqual([row('a', null, 5)]);
      await store.purge(id, positionOf(5), Date.now() + 25 * hour);
      expect(await store.load(id, ['a'])).toEqual([]);
    });

    it('keeps the rows of a dropped build for a minute, for reads that began before', async () => {
      const { id } = await create();
      await write(id, 0, 5, [row('a', '1', 5)]);
      await store.drop(id);
      await store.sweep(Date.now() + 30_000);
      expect(await store.scan(id, null, 9)).toEqual([row('a', '1', 5)]);
      await expect(write(id, 5, 9, [row('a', '2', 9)])).rejects.toThrow(`there is no build ${id}`);
      await store.sweep(Date.now() + 61_000);
      expect(await store.scan(id, null, 9)).toEqual([]);
      expect((await db.listCollections().toArray()).map(({ name }) => name)).not.toContain(id);
    });

    it('given many that write the same page at the same time, then one moves the checkpoint, and each row stands once', async () => {
      const { id } = await create();
      for (let page = 0; page < 5; page++) {
        const [after, to] = [page * 10, page * 10 + 10];
        const rows = Array.from({ length: 10 }, (_, i) => row(`${(page * 7 + i) % 20}`, `"${to}.${i}"`, after + i + 1));
        const commits = await Promise.allSettled(Array.from({ length: 6 }, () => write(id, after, to, rows)));
        const refused = commits.filter((commit) => commit.status === 'rejected').map(({ reason }) => reason as unknown);
        expect(refused).toEqual(Array.from({ length: 5 }, () => expect.any(CheckpointMoved)));
        expect(
          await store.load(
            id,
            rows.map(({ key }) => key),
          ),
        ).toHaveLength(10);
        for (const found of await store.load(
          id,
          rows.map(({ key }) => key),
        ))
          expect(rows).toContainEqual(found);
      }
    });

    explained('needs `explain`, which not every server has: no list scans a collection or sorts', async () => {
      const { id } = await create('tree', 'name');
      const rows = new Rows(db, id);
      const cursors = [
        rows.listing({ prefix: '', limit: 5 }),
        rows.listing({ prefix: 'a/', after: 'a/3', limit: 5, reverse: true }),
        rows.listingOrdered({ upTo: 'b', limit: 5 }),
        rows.listingOrdered({ upTo: 'b', after: { value: 'a', key: 'k' }, limit: 5 }),
      ];
      for (const cursor of cursors) {
        const plan = JSON.stringify((await cursor.explain('queryPlanner'))['queryPlanner']['winningPlan']);
        expect([plan.includes('IXSCAN'), plan.includes('COLLSCAN'), plan.includes('"SORT"')]).toEqual([true, false, false]);
      }
    });

    onReplicaSet(
      'needs a replica set: what was acknowledged outlives changes of the primary',
      async () => {
        const { id } = await create();
        const pages = 40;
        for (let page = 1; page <= pages; page++) {
          if (page % 15 === 0)
            await db
              .admin()
              .command({ replSetStepDown: 5, secondaryCatchUpPeriodSecs: 2, force: true })
              .catch(() => undefined);
          const isWritten = async () => (await store.builds())[0]!.position >= page;
          await until(async () => {
            await write(id, page - 1, page, [row(`k${page % 7}`, String(page), page)]).catch(() => undefined);
            return isWritten().catch(() => false);
          });
        }
        const last = Array.from({ length: 7 }, (_, i) => pages - i).map((page) => row(`k${page % 7}`, String(page), page));
        expect(await store.scan(id, null, 99)).toEqual(last.sort((a, b) => compareKeys(a.key, b.key)));
      },
      120_000,
    );
  });

  describe('many processes on one MongoDB', () => {
    const soon = () => AbortSignal.timeout(20_000);

    it('given one that only reads, when another projects, then it waits for and reads what that one wrote', async () => {
      const { connection, remove } = newDatabase(server);
      const log = memoryLog();
      const options = { connection, log, logger: silent, projections: allProjections };
      const projector = await openMongoReadModels(options);
      const reader = await openMongoReadModels({ ...options, projects: false });
      for (const text of ['a', 'b', 'c']) {
        await reader.readModels.atLeast(positionOf(await name(log, '510121', text)), allProjections, soon());
        expect(await reader.readModels.get(names, '510121')).toMatchObject({ name: text });
      }
      await reader.close();
      await projector.close();
      await remove();
    });

    it('given a process that was killed, when its leases have run out, then another goes on where it stood', async () => {
      const { connection, remove } = newDatabase(server);
      const { db, close } = await connectMongo(connection);
      const log = memoryLog();
      const killed = new MongoLeases(db, 1_500);
      for (const { name, version } of allProjections) expect(await killed.acquire(`${name}@${version}`)).toMatchObject({ epoch: 1 });
      const next = await openMongoReadModels({ connection, log, logger: silent, projections: allProjections, leaseMs: 1_500 });
      expect(next.builds()).toEqual([]);
      const position = positionOf(await name(log, '510121', 'a'));
      await until(() => next.builds().length === allProjections.length);
      await next.readModels.atLeast(position, allProjections, soon());
      expect(await next.readModels.get(names, '510121')).toEqual({ name: 'a', seen: 1 });
      expect(await killed.renew({ name: 'names@1', epoch: 1 })).toBe(false);
      await next.close();
      await close();
      await remove();
    });
  });
});
