import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Database from 'libsql';
import { wuwei } from '../infrastructure/cli/program.js';
import { county, courtyard, office, type Server, startServer, town, village } from '../support/server.js';
import { until } from '../support/until.js';

let server: Server;
let event: { readonly id: string; readonly position: number };
beforeAll(async () => {
  server = await startServer();
  for (const place of [county, town, village, courtyard]) await server.post('/v1/places', place, server.token('office', ...office));
  const [stored] = await server.wuwei.log.read(`place-${village.placeId}`);
  event = stored!;
});
afterAll(() => server.close());

/** Puts a name in place of another in the event's stored data, as a changed bit does, and removes all rows. */
const replace = (from: string, to: string) => {
  const db = new Database(join(server.folder, 'log.db'));
  db.prepare('UPDATE events SET data = replace(data, ?, ?) WHERE position = ?').run([from, to, event.position]);
  db.close();
  for (const end of ['', '-wal', '-shm']) rmSync(join(server.folder, `read-models.db${end}`), { force: true });
};

it('given a damaged event and no rows, then all before it is folded, and who asks is told where the rows have stopped', async () => {
  replace('谢杨坝村', '谢羊坝村');
  await server.restart();
  const ready = async () => (await server.get('/health/ready')).body;
  await until(async () => (await ready()).projections?.every(({ failure }: { failure: unknown }) => failure !== null));
  const failure = { eventId: event.id, type: 'PlaceRegistered', position: event.position };
  const { status, projections } = await ready();
  expect(status).toBe('failing');
  for (const one of projections) expect(one).toMatchObject({ position: event.position - 1, lagSeconds: null, failure });
  expect((await server.get('/metrics')).text).toMatch(/^wuwei_projection_failed\{projection="place-tree",version="\d+"\} 1$/mu);

  for (const path of [`places/${village.placeId}`, 'contests', `places/${village.placeId}?atLeast=1`]) {
    const { status, body } = await server.get(`/v1/${path}`);
    expect([path, status, body.code]).toEqual([path, 503, 'read-models.behind']);
  }

  const told = await wuwei('projections', '--data', server.folder);
  expect(told.code).toBe(0);
  expect(told.stdout).toMatch(new RegExp(`place-tree has stopped.* ${event.id} at position ${event.position}: `, 'u'));
  expect(told.stdout).toMatch(/^place-tree +\d+ +failed +2 +2$/mu);
}, 60_000);

it('when the log is put back, then the next start goes on', async () => {
  replace('谢羊坝村', '谢杨坝村');
  await server.restart();
  await until(async () => (await server.get('/health/ready')).status === 200);
  expect((await server.get(`/v1/places/${village.placeId}?atLeast=4`)).body.name).toBe('谢杨坝村');
}, 60_000);
