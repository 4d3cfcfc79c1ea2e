import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { append } from '../../src/application/kernel/appending.js';
import { LogUnavailable, noStream, OutcomeUnknown, type StoredEvent } from '../../src/application/ports/event-log.js';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { newEvent, newEvents } from '../contracts/event-log.contract.js';
import { withEngine } from '../support/engines.js';
import { proxyTo } from '../support/proxy.js';
import { until } from '../support/until.js';

const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

withEngine('WUWEI_TEST_EVENTSTORE', (connection) => {
  const { hostname, port, search } = new URL(connection.replace(/^\w+:/u, 'http:'));
  const opened: { readonly close: () => Promise<void> }[] = [];
  const behind = async () => {
    const proxy = await proxyTo(Number(port), hostname);
    const log = openEventStoreLog(`esdb://127.0.0.1:${proxy.port}${search}`);
    opened.push(proxy, log);
    return { proxy, log };
  };
  const unusedId = () => newEvent({ id: randomUUID() });
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });

  describe('EventStoreDB behind a connection that fails', () => {
    it('given connections that are cut at any byte, when 8 writers append, then each event stands once, in the order of its stream', async () => {
      const { proxy, log } = await behind();
      const stream = `cut${randomUUID()}`;
      const cuts = fc.sample(fc.integer({ min: 1, max: 20_000 }), { numRuns: 40, seed: 20_261_130 });
      let isDone = false;
      const cutting = (async () => {
        for (let i = 0; !isDone; i++) {
          proxy.cutAfter(cuts[i % cuts.length]!);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })();
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        const acknowledged: string[] = [];
        for (let revision = noStream; revision < 29;) {
          const event = unusedId();
          for (;;) {
            try {
              const appended = await append(log, `${stream}-${writer}`, revision, [event]);
              expect(appended?.revision).toBe(revision + 1);
              break;
            } catch (error) {
              expect(error instanceof OutcomeUnknown || error instanceof LogUnavailable).toBe(true);
            }
          }
          acknowledged.push(event.id);
          revision++;
        }
        return acknowledged;
      });
      const acknowledged = await Promise.all(writers);
      isDone = true;
      await cutting;
      const direct = openEventStoreLog(connection);
      opened.push(direct);
      for (const [writer, ids] of acknowledged.entries()) expect(idsOf(await direct.read(`${stream}-${writer}`))).toEqual(ids);
    });

    it('given a server that does not answer, when events are appended, then the outcome is unknown, and the same append says later what it was', async () => {
      const { proxy, log } = await behind();
      const stream = `frozen${randomUUID()}-1`;
      const first = [unusedId()];
      await log.append(stream, noStream, first);
      proxy.freeze();
      const second = [unusedId()];
      await expect(log.append(stream, 0, second)).rejects.toBeInstanceOf(OutcomeUnknown);
      expect(await log.health()).toBe('failing');
      proxy.thaw();
      expect(await log.append(stream, 0, second)).toMatchObject({ revision: 1 });
      expect(idsOf(await log.read(stream))).toEqual(idsOf([...first, ...second]));
      await until(async () => (await log.health()) === 'well');
    });

    it('given no server, when it is read or appended to, then that is said and nothing is written; when it is back, then all works', async () => {
      const { proxy, log } = await behind();
      const stream = `away${randomUUID()}-1`;
      await log.append(stream, noStream, newEvents(1, { id: randomUUID() }));
      await proxy.away();
      await expect(log.read(stream)).rejects.toBeInstanceOf(LogUnavailable);
      await expect(log.append(stream, 0, [unusedId()])).rejects.toThrow();
      expect(await log.health()).toBe('failing');
      await proxy.back();
      await until(async () => (await log.health()) === 'well');
      expect(await log.read(stream)).toHaveLength(1);
      expect(await log.append(stream, 0, [unusedId()])).toMatchObject({ revision: 1 });
    });

    it('given a subscription, when its connection is cut again and again, then every event is told once and in order', async () => {
      const { proxy, log } = await behind();
      const direct = openEventStoreLog(connection);
      opened.push(direct);
      const begin = await direct.position();
      const stream = `told${randomUUID()}-1`;
      const stop = new AbortController();
      const told: StoredEvent[] = [];
      const following = (async () => {
        for await (const { events } of log.subscribe(begin, { types: ['Sample'] }, stop.signal)) told.push(...events);
      })();
      for (let revision = noStream; revision < 199; revision++) {
        await direct.append(stream, revision, [{ ...unusedId(), type: 'Sample' }]);
        if (revision % 20 === 0) proxy.cut();
      }
      const all = idsOf(await direct.read(stream));
      await until(() => told.length >= all.length);
      stop.abort();
      await following;
      expect(idsOf(told)).toEqual(all);
    });
  });
});
