import { expect, it } from '@jest/globals';
import { place } from '../../../src/domain/registry/place.js';
import { Aggregates } from '../../../src/application/kernel/aggregates.js';
import { Opening } from '../../../src/application/kernel/sealing.js';
import type { EventLog } from '../../../src/application/ports/event-log.js';
import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { validatorOf } from '../../../src/infrastructure/schema/validators.js';
import { inMemoryApplication } from '../../support/application.js';
import { until } from '../../support/until.js';

/** Aggregates on a log whose reads wait until they are let go; and the application that writes it. */
async function onSlowLog() {
  const below = memoryLog();
  const app = await inMemoryApplication(below);
  const waiting: (() => void)[] = [];
  let reads = 0;
  const log = {
    read: async (...of: Parameters<EventLog['read']>) => {
      reads++;
      const events = await below.read(...of); // what was there when it began
      await new Promise<void>((resolve) => waiting.push(resolve));
      return events;
    },
  } as Pick<EventLog, 'read'> as EventLog;
  const aggregates = new Aggregates(log, (type, value) => validatorOf(type)(value), new Opening(app.keys, () => undefined));
  const letGo = () => waiting.splice(0).forEach((go) => go());
  const name = async (loading: Promise<{ state: unknown }>) => ((await loading).state as { name: string } | null)?.name;
  return { ...app, load: () => name(aggregates.load(place, '510121')), letGo, reads: () => reads };
}

it('given a read under way, when many load the same stream, then they share the next read, which has what was there when they asked', async () => {
  const { give, load, letGo, reads } = await onSlowLog();
  const first = load();
  await until(() => reads() === 1);
  await give({ command: 'RegisterPlace', data: { placeId: '510121', name: '金堂县', level: 'county' } });
  const others = Array.from({ length: 50 }, load);
  letGo();
  expect(await first).toBeUndefined();
  await until(() => reads() === 2);
  letGo();
  expect([new Set(await Promise.all(others)), reads()]).toEqual([new Set(['金堂县']), 2]);
});

it('given loads one after another, then each reads', async () => {
  const { give, load, letGo, reads } = await onSlowLog();
  await give({ command: 'RegisterPlace', data: { placeId: '510121', name: '金堂县', level: 'county' } });
  const [first, second] = [load(), load()];
  await until(() => reads() === 1);
  letGo();
  expect(await first).toBe('金堂县');
  await until(() => reads() === 2);
  letGo();
  expect(await second).toBe('金堂县');
  const third = load();
  await until(() => reads() === 3);
  letGo();
  expect(await third).toBe('金堂县');
});
