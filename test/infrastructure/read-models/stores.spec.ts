import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLeases } from '../../../src/infrastructure/read-models/memory/leases.js';
import { MemoryProjectionStore } from '../../../src/infrastructure/read-models/memory/store.js';
import { SqliteLeases } from '../../../src/infrastructure/read-models/sqlite/leases.js';
import { PoorProjectionStore, PoorReader } from '../../support/poor-rows.js';
import { SqliteProjectionStore } from '../../../src/infrastructure/read-models/sqlite/store.js';
import { leasesContract } from '../../contracts/leases.contract.js';
import { projectionStoreContract } from '../../contracts/projection-store.contract.js';

projectionStoreContract('memory', () => {
  const store = new MemoryProjectionStore();
  return { store, reader: store, close: () => undefined };
});

projectionStoreContract('poor', () => {
  const replica = new Map();
  const store = new PoorProjectionStore(false, (change) => change(), replica);
  return { store, reader: new PoorReader(replica), close: () => undefined };
});

projectionStoreContract('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-store-'));
  const store = new SqliteProjectionStore(join(folder, 'read-models.db'));
  return {
    store,
    reader: store,
    close: () => {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

leasesContract('memory, which run out', () => {
  let now = 0;
  const leases = new MemoryLeases(5_000, () => now);
  return { leases, restart: () => leases, pass: (ms) => void (now += ms), close: () => undefined };
});

leasesContract('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-leases-'));
  const file = join(folder, 'read-models.db');
  const opened = [new SqliteLeases(file)];
  return {
    leases: opened[0]!,
    restart: () => {
      opened.pop()!.close();
      opened.push(new SqliteLeases(file));
      return opened[0]!;
    },
    pass: null,
    close: () => {
      opened.forEach((leases) => leases.close());
      rmSync(folder, { recursive: true });
    },
  };
});
