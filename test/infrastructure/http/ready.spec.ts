import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { LogUnavailable, noStream } from '../../../src/application/ports/event-log.js';
import { KeysUnavailable } from '../../../src/application/ports/personal-keys.js';
import { ReadModelsUnavailable } from '../../../src/application/ports/read-models.js';
import { createHttpApp } from '../../../src/infrastructure/http/app.js';
import { newEvent } from '../../contracts/event-log.contract.js';
import { county, office, type Server, startServer, town } from '../../support/server.js';
import { until } from '../../support/until.js';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

it('readiness and metrics ask the log where it ends once a second, however many look', async () => {
  const { log } = server.wuwei;
  const position = log.position.bind(log);
  let asked = 0;
  log.position = () => (asked++, position());
  server.clock.set('2026-05-01T09:00:00.000Z');
  for (let n = 0; n < 5; n++) for (const path of ['/health/ready', '/metrics']) expect((await server.get(path)).status).toBe(200);
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(5); // others ask now and then
  log.position = position;
});

it('a server whose issuer answers with a promise knows who asks', async () => {
  const { issuer } = server.wuwei;
  const verify = issuer.verify.bind(issuer);
  issuer.verify = async (token) => Promise.resolve(verify(token));
  try {
    const as = server.token('office', ...office);
    expect((await server.post('/v1/places', county, as)).status).toBe(201);
    expect((await server.post('/v1/places', town, `${as}x`)).status).toBe(401);
  } finally {
    issuer.verify = verify;
  }
});

it('what another process erased is dropped from memory as soon as the log tells of it', async () => {
  const { aggregates, log } = server.wuwei;
  const drop = aggregates.drop.bind(aggregates);
  let drops = 0;
  aggregates.drop = () => (drops++, drop());
  await log.append('erasure-somebody', noStream, [newEvent({ type: 'PersonErased', data: '{}' })]);
  await until(() => drops > 0);
  expect(drops).toBe(1);
  aggregates.drop = drop;
});

it('a log that cannot be read is named without asking it; what is public is still answered, and says of what time it is', async () => {
  const { log, failing, asOf } = server.wuwei;
  const position = log.position.bind(log);
  const since = '2026-05-01T08:00:00.000Z';
  Object.assign(server.wuwei, { failing: () => Promise.resolve([{ store: 'log', since }]), asOf: () => since });
  log.position = () => Promise.reject(new LogUnavailable('away'));
  server.clock.set('2026-05-02T09:00:00.000Z');
  try {
    const { status, body } = await server.get('/health/ready');
    expect([status, body.status, body.failing, body.projections[0].lagSeconds]).toEqual([503, 'failing', [{ store: 'log', since }], null]);
    const metrics = await server.get('/metrics');
    const shown = metrics.text.split('\n').filter((line) => line.startsWith('wuwei_store_failing'));
    const figures = ['{store="log"} 1', '{store="keys"} 0', '{store="read-models"} 0', '{store="trail"} 0'];
    expect([metrics.status, shown]).toEqual([200, figures.map((figure) => `wuwei_store_failing${figure}`)]);
    const places = await server.get('/v1/contests');
    expect([places.status, places.headers.get('wuwei-as-of')]).toEqual([200, since]);
  } finally {
    Object.assign(server.wuwei, { failing, asOf });
    log.position = position;
  }
  expect((await server.get('/v1/contests')).headers.get('wuwei-as-of')).toBeNull();
});

it('rows or keys that cannot be read are a problem that passes', async () => {
  const { readModels } = server.wuwei;
  const list = readModels.list.bind(readModels);
  try {
    for (const [error, code] of [
      [new ReadModelsUnavailable('away'), 'read-models.unavailable'],
      [new KeysUnavailable('away'), 'keys.unavailable'],
    ] as const) {
      readModels.list = () => Promise.reject(error);
      const { status, body } = await server.get(`/v1/contests?limit=${code.length}`); // not one that is kept
      expect([status, body.code]).toEqual([503, code]);
    }
  } finally {
    readModels.list = list;
  }
});

it('a process that does not answer requests tells only how it is', async () => {
  const app = await createHttpApp({ ...server.wuwei, answersRequests: false }, pino({ level: 'silent' }));
  await app.init();
  const isThere = async (url: string) => (await app.getHttpAdapter().getInstance().inject({ method: 'GET', url })).statusCode !== 404;
  const paths = ['/health/live', '/health/ready', '/metrics', '/v1/places', '/v1/events', '/openapi.json', '/docs'];
  expect(await Promise.all(paths.map(isThere))).toEqual([true, true, true, false, false, false, false]);
  await app.close();
});

it.each([
  ['/srv/wuwei-data/log.db cannot be read: disk I/O error', 'log.db cannot be read: disk I/O error'],
  ['There is no log in /srv/my data: /srv/my data/log.db is missing.', 'There is no log in my data: log.db is missing.'],
  ["EACCES: permission denied, open '/srv/wuwei-data/log.db'", "EACCES: permission denied, open 'log.db'"],
  ['C:\\Wuwei\\data\\read-models.db is damaged', 'read-models.db is damaged'],
  ['/srv is read-only', 'srv is read-only'],
  ['no more than 3 km/h, and/or nothing', 'no more than 3 km/h, and/or nothing'],
])('readiness tells everybody what is wrong, but not where the files are: %s', async (message, shown) => {
  const failing = { ...server.wuwei.builds()[0]!, failure: { eventId: 'e-1', type: 'VoteCast', position: 1, message } };
  Object.assign(server.wuwei, { builds: () => [failing], stuck: () => [{ entry: 'e', command: 'CloseContest', why: message }] });
  const { status, body } = await server.get('/health/ready');
  expect([status, body.projections[0].failure.message, body.stuck[0].why]).toEqual([503, shown, shown]);
});
