import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Server, startServer } from '../../support/server.js';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

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
