import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { wuwei } from '../infrastructure/cli/program.js';
import { official } from '../support/application.js';
import { county, type Server, startServer } from '../support/server.js';

let server: Server;
const office = () => server.token(official.id, ...official.grants);
beforeAll(async () => {
  server = await startServer();
  await server.post('/v1/places', county, office());
});
afterAll(() => server.close());

const register = async (name: string) => server.post('/v1/people', { placeId: county.placeId, name }, office());

it('given lock.db is removed, when another process rotates the master key, then the server writes nothing more, and no key is lost', async () => {
  for (const file of ['lock.db', 'owner.json']) rmSync(join(server.folder, file));
  const rotating = wuwei('keys', 'rotate', '--data', server.folder);
  let hasEnded = false;
  void rotating.then(() => (hasEnded = true));
  const acknowledged = new Map<string, string>();
  let refused: { status: number; body: { code: string } } | undefined;
  for (let n = 0; refused === undefined; n++) {
    const wasEnded = hasEnded;
    const answer = await register(`居民${n}`);
    if (answer.status === 201) acknowledged.set(answer.body.id, `居民${n}`);
    else refused = answer;
    if (wasEnded) break; // this one was sent after the rotation
  }
  expect((await rotating).code).toBe(0);
  expect([refused?.status, refused?.body.code]).toEqual([503, 'log.taken-over']);
  expect((await server.post('/v1/places', { ...county, placeId: '510121111', level: 'town' }, office())).body.code).toBe('log.taken-over');
  expect((await server.get('/health/ready')).status).toBe(503);
  expect((await register('居民')).body.code).toBe('log.taken-over'); // it stays so

  await server.restart();
  expect(acknowledged.size).toBeGreaterThan(0);
  for (const [id, name] of acknowledged) expect((await server.get(`/v1/people/${id}`, office())).body.name).toBe(name);
  expect((await register('后来人')).status).toBe(201);
}, 60_000);
