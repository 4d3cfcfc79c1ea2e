import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { allProjections, dueCommands, queries } from '../../src/application/contexts.js';
import { decode } from '../../src/application/kernel/decode.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { deciders } from '../../src/domain/deciders.js';
import { beginning } from '../../src/projections/position.js';
import type { StoreSettings } from '../../src/infrastructure/store-settings.js';
import { openPoorStores, type Poor } from '../support/poor-stores.js';
import { until } from '../support/until.js';
import { auditor, courtyard, liveAll } from './life.js';

/*
 * The whole program on stores that do all that the ports allow: the life of every context over REST, a restart, and every query. Only
 * `npm run test:poor` runs it.
 */

jest.setTimeout(180_000);

let poor: Poor;

jest.unstable_mockModule('../../src/infrastructure/store-settings.js', () => ({
  openStores: ({ folder }: StoreSettings) => openPoorStores(poor, folder),
}));
const { startServer } = await import('../support/server.js');
const { overRest } = await import('./stage.js');

const everyEvent = [...new Set(Object.values(deciders).flatMap(({ events }) => Object.keys(events)))].sort();
const categories: Readonly<Record<string, string>> = { households: 'place', people: 'person', merit: 'meritAccount' };

describe.each<[Poor]>([['log'], ['rows']])('given a poor %s, when the life of every context is played over REST', (which) => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let history: readonly StoredEvent[];
  const historyNow = async () => {
    const found: StoredEvent[] = [];
    for await (const { events } of server.wuwei.log.readAll(beginning)) found.push(...events);
    return found;
  };
  /** The answers to every query about everything that the log knows. */
  async function everyAnswer() {
    const end = history.at(-1)!.position;
    await server.wuwei.readModels.atLeast(end, allProjections, AbortSignal.timeout(60_000));
    const as = server.token(auditor.id, ...auditor.grants);
    const subjects = new Set(
      history.map(decode).map(({ stream, aggregateId }) => [stream.slice(0, -aggregateId.length - 1), aggregateId].join()),
    );
    const answers = new Map<string, { readonly query: string; readonly status: number; readonly text: string }>();
    for (const { query, path } of queries) {
      const collection = path.split('/')[0]!;
      const category = categories[collection] ?? collection.slice(0, -1);
      const ids = [...subjects].flatMap((subject) => (subject.startsWith(`${category},`) ? [subject.slice(category.length + 1)] : []));
      for (const id of path.includes(':id') ? ids : [''])
        for (const search of ['', `?place=${courtyard}`, `?by=plot&place=${courtyard}`]) {
          const address = `/v1/${path.replace(':id', id).replace(':version', '1')}${search}`;
          const { status, text } = await server.get(address, as);
          answers.set(address, { query, status, text });
        }
    }
    return answers;
  }

  beforeAll(async () => {
    poor = which;
    server = await startServer();
    await liveAll(overRest(server));
    history = await historyNow();
  });
  afterAll(() => server.close());

  it('then everything happens, nothing is left due or stuck, and every projection comes to the end of the log', async () => {
    const happened = new Set(history.map(({ type }) => type));
    expect(everyEvent.filter((type) => !happened.has(type))).toEqual([]);
    expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
    expect(await server.wuwei.readModels.list(dueCommands, { prefix: '', limit: 10 })).toEqual([]);
    await until(async () =>
      (await server.get('/health/ready')).body.projections.every(({ lagSeconds }: { lagSeconds: number }) => lagSeconds === 0),
    );
    const { status, body } = await server.get('/health/ready');
    expect([status, body.stuck]).toEqual([200, []]);
  });

  it('then every query is answered, and after a restart in the same way', async () => {
    const before = await everyAnswer();
    expect([...before].filter(([, { status }]) => ![200, 400, 403, 404, 409, 422].includes(status))).toEqual([]);
    const answered = new Set([...before.values()].flatMap(({ query, status }) => (status === 200 ? [query] : [])));
    expect(answered.size).toBeGreaterThan(queries.length / 2);
    await server.restart();
    expect(await historyNow()).toEqual(history);
    expect(await everyAnswer()).toEqual(before);
  });
});
