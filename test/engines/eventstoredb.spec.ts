import { randomUUID } from 'node:crypto';
import type { EventLog } from '../../src/application/ports/event-log.js';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { eventLogContract } from '../contracts/event-log.contract.js';
import { withEngine } from '../support/engines.js';
import { partOf } from '../support/part-of-log.js';

withEngine('WUWEI_TEST_EVENTSTORE', (connection) => {
  const parts = new WeakMap<EventLog, { readonly prefix: string; readonly start: Awaited<ReturnType<typeof partOf>>['start'] }>();
  const open = async (prefix: string, start?: Awaited<ReturnType<typeof partOf>>['start']) => {
    const part = await partOf(openEventStoreLog(connection), prefix, start);
    parts.set(part, { prefix, start: part.start });
    return part;
  };
  eventLogContract({
    name: 'EventStoreDB',
    open: () => open(`test${randomUUID()}.`),
    reopen: async (log) => {
      const { prefix, start } = parts.get(log)!;
      await log.close();
      return open(prefix, start);
    },
  });
});
