import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { InvalidKeyFile } from '../../src/infrastructure/key-file.js';
import { openMongoKeys } from '../../src/infrastructure/personal-keys/mongodb.js';
import { MongoLeases } from '../../src/infrastructure/read-models/mongodb/leases.js';
import { MongoRowReader } from '../../src/infrastructure/read-models/mongodb/reader.js';
import { openMongoReadModels } from '../../src/infrastructure/read-models/mongodb/read-models.js';
import { MongoProjectionStore } from '../../src/infrastructure/read-models/mongodb/store.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { leasesContract } from '../contracts/leases.contract.js';
import { personalKeysContract } from '../contracts/personal-keys.contract.js';
import { projectionStoreContract } from '../contracts/projection-store.contract.js';
import { readModelsContract } from '../contracts/read-models.contract.js';
import { trailContract } from '../contracts/trail.contract.js';
import { withEngine } from '../support/engines.js';
import { MongoTrail } from '../../src/infrastructure/trail/mongodb/store.js';
import { smallLayout } from '../support/trail.js';
import { newDatabase, newDb } from '../support/mongodb.js';

const fixture = '../infrastructure/read-models/fixtures/table.mjs';
const { allProjections } = (await import(fixture)) as { allProjections: readonly AnyProjection[] };
const silent = { warn: () => undefined, error: () => undefined };

withEngine('WUWEI_TEST_MONGODB', (server) => {
  projectionStoreContract('MongoDB', async () => {
    const { db, close } = await newDb(server);
    const store = await MongoProjectionStore.open(db);
    return { store, reader: new MongoRowReader(db, () => store.builds()), close };
  });

  trailContract(
    'MongoDB',
    async () => {
      const { db, close } = await newDb(server);
      const open = async () => {
        const store = new MongoTrail(db, smallLayout);
        await store.prepare();
        return store;
      };
      return { store: await open(), reader: new MongoTrail(db, smallLayout), again: open, close };
    },
    5,
  );

  leasesContract('MongoDB', async () => {
    const { db, close } = await newDb(server);
    let now = Date.now();
    const open = () => new MongoLeases(db, 15_000, () => now);
    return { leases: open(), restart: open, pass: (ms) => void (now += ms), close };
  });

  readModelsContract('MongoDB', async () => {
    const log = memoryLog();
    const { connection, remove } = newDatabase(server);
    const { readModels, builds, close } = await openMongoReadModels({ connection, log, logger: silent, projections: allProjections });
    const end = async () => {
      await close();
      await remove();
    };
    return { log, readModels, builds, close: end };
  });

  const newMasterKey = (digits = 'ab') => {
    const folder = mkdtempSync(join(tmpdir(), 'wuwei-master-'));
    const masterKeyFile = join(folder, 'master.key');
    writeFileSync(masterKeyFile, digits.repeat(32), { mode: 0o600 });
    return { masterKeyFile, removeFile: () => rmSync(folder, { recursive: true }) };
  };

  personalKeysContract('MongoDB', async () => {
    const { connection, remove } = newDatabase(server);
    const { masterKeyFile, removeFile } = newMasterKey();
    const opened = [await openMongoKeys({ connection, masterKeyFile })];
    const again = async () => {
      opened.push(await openMongoKeys({ connection, masterKeyFile, hasEvents: true }));
      return opened.at(-1)!;
    };
    const close = async () => {
      for (const keys of opened) await keys.close();
      await remove();
      removeFile();
    };
    return { keys: opened[0]!, again, close };
  });

  describe('personal keys in MongoDB', () => {
    it('are not opened without their master key, with another, or where they should be but are not', async () => {
      const { connection, remove } = newDatabase(server);
      const { masterKeyFile, removeFile } = newMasterKey();
      const other = newMasterKey('cd');
      const opening = (more: Partial<Parameters<typeof openMongoKeys>[0]>) => openMongoKeys({ connection, masterKeyFile, ...more });
      await expect(opening({ masterKeyFile: `${masterKeyFile}.none` })).rejects.toThrow(/master key .* is missing.*缺少主密钥/u);
      await expect(opening({ hasEvents: true })).rejects.toThrow(/database holds no keys.*数据库中却没有密钥/u);
      await (await opening({})).close();
      await expect(opening({ masterKeyFile: other.masterKeyFile })).rejects.toThrow(InvalidKeyFile);
      await (await opening({ hasEvents: true })).close();
      await remove();
      removeFile();
      other.removeFile();
    });
  });
});
