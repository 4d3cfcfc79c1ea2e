import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { settings as allSettings, type HttpSettings } from '../../../src/infrastructure/settings.js';
import { county, courtyard, office, type Server, startServer, town, village } from '../../support/server.js';

let server: Server;
let logged: readonly Record<string, unknown>[] = [];
let isServing = false;
afterEach(async () => {
  if (isServing) await server.close();
  isServing = false;
});

const serve = async (settings: Partial<HttpSettings>) => {
  const lines: Record<string, unknown>[] = [];
  logged = lines;
  const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  server = await startServer({ settings, logger });
  isServing = true;
};
const refusals = () => logged.filter(({ code }) => code !== undefined);
const times = async <T>(count: number, work: (n: number) => Promise<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for (let n = 0; n < count; n++) all.push(await work(n));
  return all;
};

describe('wrong tokens', () => {
  it('of one address are answered 429 when there were too many in a minute, and a good token from there still counts', async () => {
    await serve({ wrongTokens: 3 });
    const good = server.token('office', ...office);
    const answers = await times(5, () => server.post('/v1/places', county, 'a.b.c', { 'accept-language': 'zh' }));
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      ...Array.from({ length: 3 }, () => [401, 'auth.invalid-token']),
      ...Array.from({ length: 2 }, () => [429, 'request.too-many']),
    ]);
    const { headers, body } = answers.at(-1)!;
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    const seconds = Number(headers.get('retry-after'));
    expect(seconds >= 1 && seconds <= 60).toBe(true);
    expect([body.title, body.detail]).toEqual(['请求太多', expect.stringContaining(`${seconds} 秒`)]);
    expect((await server.post('/v1/places', county, good)).status).toBe(201);
  });

  it('are counted by the address that a trusted proxy tells, and by that alone', async () => {
    await serve({ wrongTokens: 1, trustedProxies: '127.0.0.1' });
    const from = async (address: string) => (await server.get('/v1/people/a', 'a.b.c', { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([401, 429, 401]);
    await server.close();
    await serve({ wrongTokens: 1 });
    expect([await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([401, 429]);
  });
});

describe('commands', () => {
  it('with one token are answered 429 when there were too many in a minute; another token and reads are not', async () => {
    await serve({ writes: 2 });
    const [one, other] = [server.token('office', ...office), server.token('office', ...office)];
    const answers = await times(3, async (n) => server.post('/v1/places', [county, town, village][n], one));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(answers[2]!.headers.get('retry-after')).toMatch(/^\d+$/u);
    expect((await server.get('/v1/people/office', one)).status).not.toBe(429);
    expect((await server.post('/v1/places', village, other)).status).toBe(201);
  });
});

describe('a command that is limited by the day', () => {
  it('is answered 429 when the day is full, with when it is possible again, and counts for nobody else', async () => {
    await serve({});
    server.clock.set('2026-05-01T15:59:00.000Z'); // a minute before midnight in China
    for (const place of [county, town, village, courtyard]) await server.post('/v1/places', place, server.token('office', ...office));
    const [one, other] = ['one', 'other'].map((person) => server.token(person, { capacity: 'resident', placeId: courtyard.placeId }));
    const propose = (token = one) => {
      const proposal = { title: '院坝改造', description: '铺平地面，添长凳。', aspects: ['space-layout'], budget: 80_000_00 };
      return server.post('/v1/renovations', { placeId: courtyard.placeId, ...proposal }, token, { 'accept-language': 'zh' });
    };
    const answers = await times(6, () => propose());
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 429]);
    const { headers, body } = answers.at(-1)!;
    expect([headers.get('content-type'), headers.get('retry-after')]).toEqual(['application/problem+json; charset=utf-8', '60']);
    expect(body).toMatchObject({ code: 'request.quota-exceeded', status: 429, title: '今天的次数已用完' });
    expect(body.detail).toContain('每人每天最多 5 次，今天已满。2026-05-02 零点');
    expect((await propose(other)).status).toBe(201);
    server.clock.set('2026-05-01T16:00:00.000Z');
    expect((await propose()).status).toBe(201);
  });
});

describe('the log of the program', () => {
  it('tells of failed sign-ins and of refusals for want of rights, by ids only', async () => {
    await serve({});
    const token = server.token('somebody');
    const { jti } = JSON.parse(atob(token.split('.')[1]!));
    await server.post('/v1/token-revocations', { tokenId: 'a-token', personId: 'another' }, token);
    await server.post('/v1/places', { ...county, name: '不该记录的名字' }, token);
    await server.get('/v1/people/somebody');
    await server.get('/v1/people/somebody', 'a.b.c');
    await server.get('/v1/places/none', token); // not a refusal for want of rights
    expect(refusals()).toMatchObject([
      {
        level: 40,
        code: 'auth.not-allowed',
        method: 'POST',
        route: '/v1/token-revocations',
        address: '127.0.0.1',
        token: jti,
        person: 'somebody',
      },
      { code: 'auth.not-allowed', method: 'POST', route: '/v1/places', token: jti, person: 'somebody' },
      { code: 'auth.missing', method: 'GET', route: '/v1/people/:id', address: '127.0.0.1' },
      { code: 'auth.invalid-token', method: 'GET', route: '/v1/people/:id', address: '127.0.0.1' },
    ]);
    const text = JSON.stringify(logged);
    for (const secret of [token, token.split('.')[2]!, 'a.b.c', '不该记录的名字']) expect(text).not.toContain(secret);
  });

  it('is not filled by who is refused without end', async () => {
    await serve({ wrongTokens: 5, trustedProxies: '127.0.0.1' });
    const refused = (address: string) => server.get('/v1/people/a', 'a.b.c', { 'x-forwarded-for': address });
    await times(100, () => refused('192.0.2.1'));
    await refused('192.0.2.2');
    expect(refusals().filter(({ address }) => address === '192.0.2.1')).toHaveLength(20);
    expect(refusals().filter(({ address }) => address === '192.0.2.2')).toHaveLength(1);
    for (let n = 0; n < 5; n++) await Promise.all(Array.from({ length: 100 }, (_, i) => refused(`198.51.${n}.${i}`)));
    expect(refusals()).toHaveLength(300);
  });
});

describe('GET /metrics', () => {
  const status = async (as?: string, headers: Record<string, string> = {}) => (await server.get('/metrics', as, headers)).status;
  const auditor = () => server.token('auditor', { capacity: 'auditor', placeId: '510121' });

  it('is for the machine itself and for auditors, where nothing else is said', async () => {
    await serve({});
    expect([await status(), await status(auditor())]).toEqual([200, 200]);
    // a proxy on the same machine passes on what others ask
    const proxied = { 'x-forwarded-for': '192.0.2.1' };
    expect([await status(undefined, proxied), await status(server.token('a'), proxied), await status(auditor(), proxied)]).toEqual([
      401, 403, 200,
    ]);
  });

  it('is for auditors only, or for everybody, as the setting says', async () => {
    await serve({ metrics: 'auditors' });
    expect([await status(), await status(server.token('a')), await status(auditor())]).toEqual([401, 403, 200]);
    await server.close();
    await serve({ metrics: 'everybody' });
    expect(await status(undefined, { 'x-forwarded-for': '192.0.2.1' })).toBe(200);
  });
});

describe('the setting of trusted proxies', () => {
  const { read } = allSettings.trustedProxies;
  it('takes addresses and networks', () => {
    for (const text of ['', '127.0.0.1', '10.0.0.0/8,::1', 'fd00::/8, 192.0.2.1']) expect(read(text)).toBe(text);
  });
  it('refuses what is neither', () => {
    for (const text of ['proxy', '10.0.0.0/33', '::/129', '10.0.0/8', '127.0.0.1,', '1.2.3.4/', '1.2.3.4/0x8'])
      expect(() => read(text)).toThrow('addresses or networks');
  });
});
