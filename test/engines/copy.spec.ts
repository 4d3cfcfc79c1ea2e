import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from '@jest/globals';
import { allProjections } from '../../src/application/contexts.js';
import { copyLog, digestOf } from '../../src/application/copy-log.js';
import { append } from '../../src/application/kernel/appending.js';
import { type EventLog, OutcomeUnknown } from '../../src/application/ports/event-log.js';
import { recompute } from '../../src/application/recompute.js';
import { sha256 } from '../../src/domain/shared/sha256.js';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { openSqliteLog } from '../../src/infrastructure/event-log/sqlite/log.js';
import { readMongoKeys, writeMongoKeys } from '../../src/infrastructure/personal-keys/mongodb-stored-keys.js';
import { readKeysFile, writeKeysFile } from '../../src/infrastructure/personal-keys/stored-keys.js';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';
import { openMongoReadModels } from '../../src/infrastructure/read-models/mongodb/read-models.js';
import { MongoProjectionStore } from '../../src/infrastructure/read-models/mongodb/store.js';
import { beginning, positionOf } from '../../src/projections/position.js';
import { all } from '../contracts/event-log.contract.js';
import { withEngine } from '../support/engines.js';
import { goldenLogs, rowsOf } from '../support/golden.js';
import { newDatabase } from '../support/mongodb.js';
import { partOf } from '../support/part-of-log.js';
import { proxyTo } from '../support/proxy.js';

const golden = goldenLogs()[0]!;
const silent = { warn: () => undefined, error: () => undefined };
const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** The log of the source: the events of a golden log. */
async function source(): Promise<EventLog> {
  const log = memoryLog();
  for (const event of golden.events) await append(log, event.stream, event.revision - 1, [event]);
  return log;
}
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-copy-'));
  toClose.push(() => Promise.resolve(rmSync(folder, { recursive: true })));
  return folder;
};
const copy = async (from: EventLog, to: EventLog) => copyLog(from, to, await from.position(), () => undefined);
const results = async (log: EventLog) => (await recompute(log, null, () => undefined)).results.map(({ position: _, ...result }) => result);

withEngine('WUWEI_TEST_EVENTSTORE', (eventstore) => {
  const emptyPart = async (connection = eventstore, prefix = `copy${randomUUID()}.`, start?: Parameters<typeof partOf>[2]) => {
    const part = await partOf(openEventStoreLog(connection), prefix, start);
    toClose.push(() => part.close());
    return Object.assign(part, { prefix });
  };

  it('given a log in a folder, when it is copied to EventStoreDB and back, then both have the same events, results and rows', async () => {
    const from = await source();
    const there = await emptyPart();
    expect(await copy(from, there)).toEqual({ found: 0, copied: golden.events.length });
    expect(await digestOf(there)).toEqual(await digestOf(from));
    expect(await results(there)).toEqual(await results(from));
    expect((await results(from)).length).toBeGreaterThan(0);

    const back = await openSqliteLog(newFolder());
    toClose.push(() => back.close());
    expect(await copy(there, back)).toEqual({ found: 0, copied: golden.events.length });
    expect(await all(back)).toEqual(golden.events);

    const renumbered = (await all(there)).map((event, i) => ({ ...event, position: positionOf(i + 1) }));
    for (const projection of allProjections) {
      const id = `${projection.name}@${projection.version}`;
      expect([id, await rowsOf(projection, { ...golden, events: renumbered })]).toEqual([id, await rowsOf(projection, golden)]);
    }
  });

  it('given connections that are cut, when the copy breaks off and is run again, then it ends with the same events in the same order', async () => {
    const from = await source();
    const { hostname, port, search } = new URL(eventstore.replace(/^\w+:/u, 'http:'));
    const proxy = await proxyTo(Number(port), hostname);
    toClose.push(() => proxy.close());
    const there = await emptyPart(`esdb://127.0.0.1:${proxy.port}${search}`);
    let [calls, cuts] = [0, 0];
    for (let isDone = false; !isDone;) {
      const copying = copyLog(from, there, await from.position(), () => {
        if (++calls % 25 !== 0) return;
        cuts++;
        proxy.cut();
      });
      isDone = await copying.then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(OutcomeUnknown);
          return false;
        },
      );
    }
    expect(cuts).toBeGreaterThan(3);
    expect(await digestOf(there)).toEqual(await digestOf(from));
  });

  withEngine('WUWEI_TEST_MONGODB', (mongodb) => {
    it('given the copy, when MongoDB projects it with the keys that were copied, then its rows are those of the source', async () => {
      const [folder, other] = [newFolder(), newFolder()];
      for (const file of ['keys.db', 'master.key']) {
        copyFileSync(fileURLToPath(new URL(`../fixtures/golden/${golden.name}/${file}`, import.meta.url)), join(folder, file));
        chmodSync(join(folder, file), 0o600);
      }
      const there = await emptyPart();
      await copy(await source(), there);
      const { connection, remove } = newDatabase(mongodb);
      toClose.push(remove);
      const keys = readKeysFile(folder);
      await writeMongoKeys(connection, keys);
      await writeMongoKeys(connection, keys); // again: nothing changes
      writeKeysFile(other, await readMongoKeys(connection));
      for (const copied of [await readMongoKeys(connection), readKeysFile(other)])
        expect([...copied.wrapped].map(([owner, bytes]) => [owner, Buffer.from(bytes).toString('hex')]).sort()).toEqual(
          [...keys.wrapped].map(([owner, bytes]) => [owner, Buffer.from(bytes).toString('hex')]).sort(),
        );

      const { readModels, builds, close } = await openMongoReadModels({
        connection,
        log: there,
        logger: silent,
        projections: allProjections,
      });
      toClose.push(close);
      await readModels.atLeast(await there.position(), allProjections, AbortSignal.timeout(50_000));
      const { db, close: disconnect } = await connectMongo(connection);
      toClose.push(disconnect);
      const store = await MongoProjectionStore.open(db);
      const events = await all(there);
      expect(events[0]!.position).toBeGreaterThan(beginning);
      for (const projection of allProjections) {
        const build = builds().find(({ name, version }) => name === projection.name && version === projection.version)!;
        const rows = await store.scan(build.id, null, Infinity);
        const found = { rows: rows.length, sha256: sha256(rows.map(({ key, row, position }) => `${key} ${position} ${row}\n`).join('')) };
        expect([build.id, found]).toEqual([build.id, await rowsOf(projection, { ...golden, events })]);
      }
    });
  });
});
