import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryProjectionStore } from '../../../src/infrastructure/read-models/memory/store.js';
import { SqliteProjectionStore } from '../../../src/infrastructure/read-models/sqlite/store.js';
import { projectionStoreContract } from '../../contracts/projection-store.contract.js';

projectionStoreContract('memory', () => {
  const store = new MemoryProjectionStore();
  return { store, reader: store, close: () => undefined };
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
