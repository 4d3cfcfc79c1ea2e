import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { openSqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { eventLogContract } from '../../contracts/event-log.contract.js';

const root = mkdtempSync(join(tmpdir(), 'wuwei-log-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Small batches, so that the contract is met from memory, from the index and from both at once. */
for (const [name, options] of [
  ['sqlite', {}],
  ['sqlite, index written often', { batch: 3, limit: 10 }],
] as const) {
  const folders = new WeakMap<object, string>();
  const openAt = async (folder: string) => {
    const log = await openSqliteLog(folder, options);
    folders.set(log, folder);
    return log;
  };
  eventLogContract({
    name,
    open: () => openAt(mkdtempSync(join(root, 'log-'))),
    reopen: async (log) => {
      await log.close();
      return openAt(folders.get(log)!);
    },
  });
}
