import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { pino } from 'pino';
import { wuwei } from '../infrastructure/cli/program.js';
import { actor, official } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { overRest, type Stage } from './stage.js';

const placeId = '510121';
const told: Record<string, unknown>[] = [];
const logger = pino({ level: 'error' }, { write: (line) => void told.push(JSON.parse(line)) });
let server: Server;
let stage: Stage;
let [cai, wei] = ['', ''];
const office = () => server.token(official.id, ...official.grants);
const register = async (name: string) => (await stage.give('RegisterPerson', official, { data: { placeId, name, contact: '1' } })).id;

beforeAll(async () => {
  server = await startServer({ logger });
  stage = overRest(server);
  await stage.give('RegisterPlace', official, { data: { placeId, name: '金堂县', level: 'county' } });
  [cai, wei] = [await register('蔡新周'), await register('魏某')];
  const db = new Database(join(server.folder, 'keys.db'));
  db.prepare('UPDATE keys SET wrapped = ? WHERE owner = ?').run([randomBytes(60), cai]);
  db.close();
  await server.restart();
});
afterAll(() => server.close());

describe('given a damaged key in keys.db', () => {
  it('answers and events leave out the texts of its owner only, and say where; the log names the owner once', async () => {
    const events = async () => {
      const { text } = await server.get('/v1/events?type=PersonRegistered', server.token('auditor', { capacity: 'auditor', placeId }));
      return text.trim().split('\n').map((line) => JSON.parse(line).data); // prettier-ignore
    };
    for (let twice = 0; twice < 2; twice++) {
      const { status, body } = await server.get(`/v1/people/${cai}`, office());
      expect([status, body.name, body.contact, body.unreadable, body.erased]).toEqual([200, null, null, ['/name', '/contact'], undefined]);
      expect((await server.get(`/v1/people/${wei}`, office())).body).toMatchObject({ name: '魏某', contact: '1' });
      expect(await events()).toEqual([
        { personId: cai, placeId, name: null, contact: null, unreadable: ['/name', '/contact'] },
        { personId: wei, placeId, name: '魏某', contact: '1' },
      ]);
    }
    expect(told).toEqual([expect.objectContaining({ code: 'person.unreadable', owner: cai, why: expect.stringContaining(cai) })]);
  });

  it('nothing is decided on what cannot be read, nor sealed with such a key; the person goes on acting', async () => {
    const corrected = await server.post(`/v1/people/${cai}/corrections`, { contact: '2' }, office());
    expect([corrected.status, corrected.body.code]).toEqual([503, 'person.unreadable']);
    expect((await server.post(`/v1/people/${wei}/corrections`, { contact: '2' }, office())).status).toBe(200);
    expect((await server.post('/v1/own-token-revocations', { tokenId: 'some' }, server.token(cai))).status).toBe(201);
  });

  it('the command line shows everything else, and says whose texts are missing', async () => {
    const { code, stdout, stderr } = await wuwei('log', '--data', server.folder, '--ndjson', '--type', 'PersonRegistered');
    expect([code, stdout.trim().split('\n').length, stderr.match(new RegExp(cai, 'gu'))?.length]).toEqual([0, 2, 1]);
    expect(stdout).toContain('魏某');
    const table = await wuwei('log', '--data', server.folder, '--type', 'PersonRegistered');
    expect(table.stdout).toMatch(/name=无法读取 \/ unreadable.*\n.*name=魏某/u);
    const { code: refused, stderr: why } = await wuwei('keys', 'rotate', '--data', server.folder);
    expect([refused, why]).toEqual([2, expect.stringContaining('in use')]);
  });

  it('its owner can be erased', async () => {
    await stage.give('RequestErasure', official, { params: { id: cai }, data: { reason: 'unlawful' } });
    const [{ erasureId }] = (await stage.ask('GetErasures', official, { id: cai })).items;
    await stage.give('ConfirmErasure', actor('another-office', ...official.grants), { params: { id: cai, erasureId } });
    await stage.until(stage.inDays(0));
    const { body } = await server.get(`/v1/people/${cai}`, office());
    expect([body.name, body.erased, body.unreadable]).toEqual([null, ['/name', '/contact'], undefined]);
  });
});
