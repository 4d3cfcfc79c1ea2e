import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Binary } from 'mongodb';
import { decrypt, encrypt } from '../../src/application/kernel/encryption.js';
import { newEventId } from '../../src/application/kernel/ids.js';
import { KeyDestroyed } from '../../src/application/ports/personal-keys.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { InvalidKeyFile } from '../../src/infrastructure/key-file.js';
import { installation } from '../../src/infrastructure/personal-keys/keys-file.js';
import { openMongoKeys } from '../../src/infrastructure/personal-keys/mongodb.js';
import type { KeyDocument } from '../../src/infrastructure/personal-keys/mongodb-documents.js';
import { rotateMongoMasterKey } from '../../src/infrastructure/personal-keys/mongodb-rotation.js';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';
import { MongoLeases } from '../../src/infrastructure/read-models/mongodb/leases.js';
import { MongoRowReader } from '../../src/infrastructure/read-models/mongodb/reader.js';
import { openMongoReadModels } from '../../src/infrastructure/read-models/mongodb/read-models.js';
import { MongoProjectionStore } from '../../src/infrastructure/read-models/mongodb/store.js';
import { positionOf } from '../../src/projections/position.js';
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
import { until } from '../support/until.js';

const fixture = '../infrastructure/read-models/fixtures/table.mjs';
const { allProjections } = (await import(fixture)) as { allProjections: readonly AnyProjection[] };
const readKey = (file: string) => Buffer.from(readFileSync(file, 'utf8'), 'hex');
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

    describe('when the master key is rotated', () => {
      const everybody = Array.from({ length: 40 }, (_, i) => `person-${i}`);
      const filled = async () => {
        const { connection, remove } = newDatabase(server);
        const { masterKeyFile, removeFile } = newMasterKey();
        const keys = await openMongoKeys({ connection, masterKeyFile });
        const made = await keys.keysOf(everybody);
        await keys.destroy('person-7');
        const compared = { position: positionOf(7), eventId: newEventId() };
        await keys.noteCompared(compared);
        const { db, close } = await connectMongo(connection);
        const end = async () => {
          for (const one of [keys, { close }]) await one.close();
          await remove();
          removeFile();
        };
        const expectSame = async () => {
          const again = await openMongoKeys({ connection, masterKeyFile, hasEvents: true });
          const found = await again.find(everybody);
          expect([...found].filter(([owner, key]) => Buffer.compare(key!, made.get(owner)!) !== 0)).toEqual([]);
          expect([found.size, again.hashOf('蔡新周')]).toEqual([everybody.length - 1, keys.hashOf('蔡新周')]);
          await expect(again.keysOf(['person-7'])).rejects.toThrow(KeyDestroyed);
          expect(await again.compared()).toEqual(compared);
          await again.close();
        };
        return { connection, masterKeyFile, keys, documents: db.collection<KeyDocument>('keys'), expectSame, end };
      };
      const rotatedText = /master key was rotated.*主密钥已更换/u;

      it('then every key is the same, the old master key opens none, and who has it can neither open nor make one', async () => {
        const { connection, masterKeyFile, keys, expectSame, end } = await filled();
        const old = readFileSync(masterKeyFile);
        expect(await rotateMongoMasterKey(connection, masterKeyFile)).toBe(everybody.length); // one destroyed, and that of the installation
        await expectSame();
        await expect(keys.find(['person-1'])).rejects.toThrow(rotatedText);
        await expect(keys.keysOf(['person-new'])).rejects.toThrow(rotatedText);
        writeFileSync(masterKeyFile, old);
        await expect(openMongoKeys({ connection, masterKeyFile })).rejects.toThrow(InvalidKeyFile);
        await end();
      });

      it('and that was broken off, then no process opens the keys until it is run again; keys that were made meanwhile are wrapped too', async () => {
        const { connection, masterKeyFile, keys, documents, expectSame, end } = await filled();
        const other = await filled();
        const { wrapped } = (await documents.findOne({ _id: 'person-3' }))!;
        await documents.updateOne({ _id: 'person-3' }, { $set: { wrapped: new Binary(Buffer.from('damaged')) } });
        await expect(rotateMongoMasterKey(connection, masterKeyFile)).rejects.toThrow(/person-3 .*nothing was rotated/u);
        await documents.updateOne({ _id: 'person-3' }, { $set: { wrapped } });
        await rotateMongoMasterKey(other.connection, other.masterKeyFile); // for the files and the mark of a rotation
        writeFileSync(`${masterKeyFile}.next`, readFileSync(other.masterKeyFile), { mode: 0o600 });
        const own = decrypt((await documents.findOne({ _id: installation }))!.wrapped.value(), readKey(masterKeyFile), installation);
        const mark = new Binary(encrypt(own, readKey(`${masterKeyFile}.next`), installation));
        await documents.updateOne({ _id: installation }, { $set: { next: mark } });
        await expect(openMongoKeys({ connection, masterKeyFile })).rejects.toThrow(/rotate.*again.*再次运行/u);
        await expect(keys.keysOf(['person-new'])).rejects.toThrow(rotatedText);
        expect(await documents.countDocuments({ _id: 'person-new' })).toBe(1);
        expect(await rotateMongoMasterKey(connection, masterKeyFile)).toBe(everybody.length + 1);
        expect(existsSync(`${masterKeyFile}.next`)).toBe(false);
        await expectSame();
        await end();
        await other.end();
      });

      it('while people are registered and erased, then each key that was given out opens with the new master key', async () => {
        const { connection, masterKeyFile, keys, expectSame, end } = await filled();
        const given = new Map<string, Uint8Array>();
        let isDone = false;
        const registering = (async () => {
          for (let n = 0; !isDone; n++) {
            const owner = `person-late-${n}`;
            const made = await keys.keysOf([owner]).catch((error: Error) => error);
            if (made instanceof Error) return expect(made.message).toMatch(rotatedText);
            given.set(owner, made.get(owner)!);
          }
        })();
        await until(() => given.size > 5);
        await rotateMongoMasterKey(connection, masterKeyFile);
        isDone = true;
        await registering;
        const again = await openMongoKeys({ connection, masterKeyFile });
        const found = await again.find(given.keys());
        expect([...given].filter(([owner, key]) => Buffer.compare(found.get(owner) ?? Buffer.alloc(0), key) !== 0)).toEqual([]);
        await again.close();
        await expectSame();
        await end();
      });
    });
  });
});
