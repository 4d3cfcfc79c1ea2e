import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { official } from '../support/application.js';
import { county, type Server, startServer } from '../support/server.js';

let server: Server;
let told: string[];
let cai: string;
const file = () => join(server.folder, 'keys.db');
const office = () => server.token(official.id, ...official.grants);
const register = (name: string) => server.post('/v1/people', { placeId: county.placeId, name }, office());
const failing = async () => (await server.get('/health/ready')).body.failing.map(({ store }: { store: string }) => store);
const figure = async () => /^wuwei_store_failing\{store="keys"\} (.*)$/mu.exec((await server.get('/metrics')).text)?.[1];

beforeEach(async () => {
  told = [];
  server = await startServer({ logger: pino({ level: 'error' }, { write: (line) => void told.push(line) }) });
  await server.post('/v1/places', county, office());
  cai = (await register('蔡新周')).body.id;
});
afterEach(() => server.close());

describe('given keys.db is moved away while the server runs', () => {
  it('then what needs a new key is refused and says so, readiness and metrics name the keys, and it goes on when the file is back', async () => {
    expect([await failing(), await figure()]).toEqual([[], '0']);
    const elsewhere = join(server.folder, 'elsewhere');
    mkdirSync(elsewhere);
    renameSync(file(), join(elsewhere, 'keys.db'));
    const ready = await server.get('/health/ready');
    expect([ready.status, ready.body.failing]).toEqual([503, [{ store: 'keys', since: expect.stringMatching(/^20\d\d-.*Z$/u) }]]);
    const { status, body, headers } = await register('魏某');
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'keys.unavailable', '1']);
    expect(await figure()).toBe('1');
    expect(told.join()).toMatch(/keys\.db was moved.*Put it back/u);
    expect((await server.post('/v1/places', { ...county, placeId: '510121111', level: 'town' }, office())).status).toBe(201); // needs no key
    expect((await server.get(`/v1/people/${cai}`, office())).body.name).toBe('蔡新周');

    renameSync(join(elsewhere, 'keys.db'), file());
    expect((await register('魏某')).status).toBe(201);
    expect([await failing(), await figure()]).toEqual([[], '0']);
  });
});

describe('given keys.db is overwritten while the server runs', () => {
  it('then readiness names the keys, also before anybody needs one, and nothing is sealed with what is there', async () => {
    const { size } = statSync(file());
    const opened = openSync(file(), 'r+');
    writeSync(opened, Buffer.alloc(size, 7), 0, size, 0);
    closeSync(opened);
    expect(await failing()).toEqual(['keys']);
    const { status, body } = await register('魏某');
    expect([status, body.code, told.at(-1)]).toEqual([503, 'keys.unavailable', expect.stringMatching(/keys\.db.* is damaged/u)]);
    expect(await failing()).toEqual(['keys']);
  });
});
