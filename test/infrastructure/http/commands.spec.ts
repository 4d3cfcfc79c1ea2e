import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppendTooLarge, LogCorrupt, LogTakenOver, LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/event-log.js';
import { bodyLimit } from '../../../src/infrastructure/http/app.js';
import { county, courtyard, office, type Server, startServer, town, village } from '../../support/server.js';

let server: Server;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = server.token('office', ...office);
  for (const place of [county, town, village]) await server.post('/v1/places', place, token);
});
afterAll(() => server.close());

const position = () => server.wuwei.log.position();
const rename = (name: unknown, headers: Record<string, string> = {}, as = token) =>
  server.post(`/v1/places/${village.placeId}/names`, { name }, as, headers);

describe('a command over REST', () => {
  it('is answered with its id, revision, position and events; what is begun with 201 and where it is', async () => {
    const answer = await server.post('/v1/places', courtyard, token);
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('location')]).toStrictEqual([
      201,
      '"0"',
      `/v1/places/${courtyard.placeId}`,
    ]);
    expect(answer.body).toStrictEqual({
      id: courtyard.placeId,
      revision: 0,
      position: 4,
      events: [{ id: expect.stringMatching(/^[0-9a-f-]{36}$/u), type: 'PlaceRegistered' }],
    });
    const read = await server.get(answer.headers.get('location') + '?atLeast=4');
    expect([read.status, read.body.name]).toStrictEqual([200, courtyard.name]);
  });

  it('keeps any name as it was given', async () => {
    for (const name of ['𠮷𡈽村', 'e\u0301', '\u00e9', 'قرية', '👨‍👩‍👧', 'Łódź']) {
      const { body } = await rename(name);
      expect((await server.get(`/v1/places/${village.placeId}?atLeast=${body.position}`)).body.name).toBe(name);
    }
  });

  it('reads UTF-8, whatever way the media type says so', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
      'application/json; charset=utf8; x=y',
      'application/json; x=y',
      'Application/JSON',
    ]) {
      const { status, body } = await rename(`村 ${type.length}`, { 'content-type': type });
      expect([type, status]).toEqual([type, 200]);
      expect((await server.get(`/v1/places/${village.placeId}?atLeast=${body.position}`)).body.name).toBe(`村 ${type.length}`);
    }
    expect(await server.post(`/v1/places/${village.placeId}/names`, '\ufeff{"name":"村"}', token)).toMatchObject({ status: 200 });
    for (const charset of ['gbk', 'iso-8859-1', '"utf-16"', 'utf-8-x', 'utf-80'])
      expect(await rename('x', { 'content-type': `application/json; charset=${charset}` })).toMatchObject({ status: 415 });
  });

  it('refuses control characters, lone surrogates and blanks', async () => {
    for (const name of ['a\u0000b', 'a\nb', '\u009f', '\ud800', '   ', ''])
      expect(await rename(name)).toMatchObject({ status: 400, body: { code: 'request.invalid', errors: [{ pointer: '/name' }] } });
  });

  it('says in the reader’s language which fields are wrong, and how', async () => {
    const zh = await server.post('/v1/places', { placeId: '51', level: 'galaxy', surplus: 1 }, token, {
      'accept-language': 'zh-CN,en;q=0.5',
    });
    expect([zh.status, zh.headers.get('content-language')]).toStrictEqual([400, 'zh']);
    expect(zh.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])).toStrictEqual([
      ['/name', 'required'],
      ['/surplus', 'additionalProperties'],
      ['/placeId', 'format.place-id'],
      ['/level', 'enum'],
    ]);
    expect(zh.body.title).toMatch(/\p{Script=Han}/u);
    const en = await server.post('/v1/places', { placeId: '51' }, token, { 'accept-language': 'en-GB' });
    expect([en.headers.get('content-language'), en.body.code]).toStrictEqual(['en', zh.body.code]);
    expect(en.body.title).not.toMatch(/\p{Script=Han}/u);
  });

  it.each([
    ['no JSON', '{"name":', {}, 400, 'request.malformed-json'],
    ['no body', '', {}, 400, 'request.malformed-json'],
    ['a prototype', '{"__proto__":{"name":"x"}}', {}, 400, 'request.malformed-json'],
    ['a list', '[]', {}, 400, 'request.invalid'],
    ['null', 'null', {}, 400, 'request.invalid'],
    ['a constructor', '{"constructor":{"prototype":{"name":"x"}}}', {}, 400, 'request.malformed-json'],
    ['bytes that are no UTF-8', Buffer.from('7b226e616d65223a2261fffe62227d', 'hex'), {}, 400, 'request.not-utf-8'],
    ['a character that is cut off', Buffer.from('{"name":"村').subarray(0, -1), {}, 400, 'request.not-utf-8'],
    [
      'GBK',
      Buffer.from('7b226e616d65223a22b4e5227d', 'hex'),
      { 'content-type': 'application/json; charset=gbk' },
      415,
      'request.unsupported-media-type',
    ],
    ['plain text', '{"name":"x"}', { 'content-type': 'text/plain' }, 415, 'request.unsupported-media-type'],
    ['another media type', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'request.unsupported-media-type'],
    ['too much', JSON.stringify({ name: 'x'.repeat(bodyLimit) }), {}, 413, 'request.too-large'],
  ] as const)('answers %s with a problem, and writes nothing', async (_, body, headers, status, code) => {
    const before = await position();
    const answer = await server.post(`/v1/places/${village.placeId}/names`, body, token, headers);
    expect([answer.status, answer.body.code]).toStrictEqual([status, code]);
    expect(answer.body.detail).not.toMatch(/…|\{\w+\}/u);
    expect(await position()).toBe(before);
  });

  it('answers unknown addresses and ids that are none', async () => {
    expect(await server.get('/v1/nothing')).toMatchObject({ status: 404, body: { code: 'request.not-found' } });
    expect(await server.get('/v1/places/%00')).toMatchObject({ status: 400 });
    for (const id of ['%ff', '%', 'x'.repeat(300)])
      expect(await server.get(`/v1/places/${id}`)).toMatchObject({
        status: 404,
        body: { code: 'request.not-found', instance: `/v1/places/${id}` },
      });
    expect(await server.post('/v1/places/A%20B/names', { name: 'x' }, token)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ pointer: '/path/id' }] },
    });
    expect(await server.post('/v1/places/510121998/names', { name: 'x' }, token)).toMatchObject({
      status: 404,
      body: { code: 'place.not-found' },
    });
  });

  it.each([
    ['what is no HTTP', 'HELLO\r\n\r\n', 400, 'request.malformed-http'],
    [
      'headers that are too large',
      `GET /v1/places HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`,
      431,
      'request.headers-too-large',
    ],
    [
      'a chunk that is none',
      'POST /v1/places HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n',
      400,
      'request.malformed-http',
    ],
    ['no host', 'GET /v1/places/510121 HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'request.malformed-http'],
    ['an expectation', 'GET /v1/places HTTP/1.1\r\nhost: x\r\nexpect: thanks\r\n\r\n', 417, 'request.expectation-failed'],
  ] as const)('answers %s with a problem, and ends the connection', async (_, sent, status, code) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(sent);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*content-type: application/problem\\+json`, 'su'));
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  it.each([
    ['GET', '/v1/places/510121111219/names', 'POST'],
    ['DELETE', '/v1/places/510121111219/names?x=1', 'POST'],
    ['PUT', '/v1/places/510121111219', 'GET, HEAD'],
    ['OPTIONS', '/v1/contests', 'GET, HEAD, POST'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('answers %s %s, an address that takes other methods, with those', async (method, path, allow) => {
    const answer = await fetch(server.url + path, { method });
    expect([answer.status, answer.headers.get('allow')]).toStrictEqual([405, allow]);
    expect(await answer.json()).toMatchObject({
      code: 'request.method-not-allowed',
      status: 405,
      detail: expect.stringContaining(`only ${allow}.`),
    });
  });

  it('answers an unknown address as unknown, whatever the method', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await fetch(`${server.url}/v1/places/510121111219/nothing`, { method });
      expect([answer.status, answer.headers.get('allow')]).toStrictEqual([404, null]);
    }
  });
});

describe('the headers of a command', () => {
  it('Idempotency-Key: same key and body, same answer and no second event, also after a restart; another body, 422', async () => {
    const first = await rename('甲', { 'idempotency-key': 'once' });
    const before = await position();
    expect((await rename('甲', { 'idempotency-key': 'once' })).body).toStrictEqual(first.body);
    await server.restart();
    expect((await rename('甲', { 'idempotency-key': 'once' })).body).toStrictEqual(first.body);
    expect(await rename('乙', { 'idempotency-key': 'once' })).toMatchObject({ status: 422, body: { code: 'idempotency.key-reused' } });
    expect(await position()).toBe(before);
  });

  it('Idempotency-Key: a refused request binds no key, before a restart and after it', async () => {
    for (const when of ['before', 'after']) {
      const key = { 'idempotency-key': `refused ${when}` };
      const refused = { placeId: '510121999999', name: '甲' };
      expect(await server.post('/v1/people', refused, token, key)).toMatchObject({ status: 404 });
      if (when === 'after') await server.restart();
      expect(await server.post('/v1/people', { ...refused, placeId: village.placeId }, token, key)).toMatchObject({ status: 201 });
      expect(await server.post('/v1/people', refused, token, key)).toMatchObject({ status: 422 });
    }
  });

  it('Idempotency-Key: visible ASCII; any other is refused, whichever bytes it has in UTF-8', async () => {
    for (const [key, status] of [
      ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', 200],
      ['~!x y', 200],
      ['é', 400],
      ['键', 400],
      ['中', 400],
      ['a\tb', 400],
      ['x'.repeat(201), 400],
    ] as const) {
      const bytes = Buffer.from(key).toString('latin1'); // as clients send it
      const { status: answered, body } = await rename('钥', { 'idempotency-key': bytes });
      expect([key, answered]).toStrictEqual([key, status]);
      if (status === 400) expect(body.errors).toMatchObject([{ pointer: '/headers/idempotency-key', code: 'format.idempotency-key' }]);
    }
  });

  it('Idempotency-Key: given a key without quotation marks, when it comes with them, then it is the same key', async () => {
    const first = await rename('引', { 'idempotency-key': 'quoted' });
    expect((await rename('引', { 'idempotency-key': '"quoted"' })).body).toStrictEqual(first.body);
    expect(await rename('号', { 'idempotency-key': '"quoted"' })).toMatchObject({ status: 422 });
  });

  it('Idempotency-Key: concurrent duplicates happen once', async () => {
    const before = await position();
    const answers = await Promise.all(Array.from({ length: 32 }, () => rename('丙', { 'idempotency-key': 'at once' })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await position()).toBe(before + 1);
  });

  it('If-Match: the revision that was read', async () => {
    const { headers } = await rename('丁');
    expect(await rename('戊', { 'if-match': '"0"' })).toMatchObject({ status: 412, body: { code: 'precondition.failed' } });
    expect(await rename('戊', { 'if-match': 'x' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/headers/if-match' }] } });
    expect(await rename('戊', { 'if-match': headers.get('etag')! })).toMatchObject({ status: 200 });
  });

  it('If-Match: any tag of a list, compared strongly; 400 only for what is no list of tags (RFC 9110 13.1.1)', async () => {
    const { headers } = await rename('丁');
    const etag = headers.get('etag')!;
    for (const tags of [`W/${etag}`, '"x"', '""', `"x", W/${etag}`, '"0", "999"', '"99999999999999999999"', '"é"', etag.replace('"', '"0')])
      expect([tags, await rename('戊', { 'if-match': tags })]).toMatchObject([
        tags,
        { status: 412, body: { code: 'precondition.failed' } },
      ]);
    for (const tags of ['x', '3', '"a b"', '"x" "y"', 'w/"x"', '"x', '*, "x"', ','])
      expect([tags, await rename('戊', { 'if-match': tags })]).toMatchObject([
        tags,
        { status: 400, body: { errors: [{ pointer: '/headers/if-match', code: 'format.etag' }] } },
      ]);
    expect(await rename('戊', { 'if-match': `"x,y", ,W/"7",${etag}` })).toMatchObject({ status: 200 });
  });

  it('If-Match: *: whatever revision it has, but it must be there; a request that fails anyway says why (RFC 9110 13.1.1, 13.2.1)', async () => {
    const any = { 'if-match': '*' };
    expect(await rename('辛', any)).toMatchObject({ status: 200, body: { events: [{ type: 'PlaceRenamed' }] } });
    const before = await position();
    for (const [path, body, status, code] of [
      ['places/510121998/names', { name: 'x' }, 404, 'place.not-found'],
      ['places', { placeId: '510121998', name: '新镇', level: 'town' }, 412, 'precondition.failed'],
    ] as const) {
      const answer = await server.post(`/v1/${path}`, body, token, any);
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.detail).not.toContain('-1');
    }
    expect(await position()).toBe(before);
  });

  it('Wuwei-Occurred-At and Wuwei-On-Behalf-Of: only by a channel of assistance, not ahead of time, and not before there was anything to happen to', async () => {
    const since = '2026-05-01T08:00:00.000Z';
    const earlier = '2026-05-01T12:00:00.000Z';
    server.clock.set('2026-05-02T08:00:00.000Z');
    expect(await rename('己', { 'wuwei-occurred-at': earlier })).toMatchObject({
      status: 422,
      body: { code: 'request.channel-not-allowed' },
    });
    expect(await rename('己', { 'wuwei-channel': 'system' })).toMatchObject({ status: 422, body: { code: 'request.channel-not-allowed' } });
    expect(await rename('己', { 'wuwei-channel': 'paper-form', 'wuwei-occurred-at': '2030-01-01T00:00:00.000Z' })).toMatchObject({
      status: 422,
      body: { code: 'request.occurred-in-future' },
    });
    expect(await rename('己', { 'wuwei-channel': 'pigeon' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/headers/wuwei-channel' }] },
    });
    const before = await rename('己', {
      'wuwei-channel': 'paper-form',
      'wuwei-occurred-at': '1970-01-01T00:00:00.000Z',
      'accept-language': 'en',
    });
    expect(before).toMatchObject({
      status: 422,
      body: { code: 'request.occurred-before-its-subject', detail: expect.stringContaining(since) },
    });
    const { body } = await rename('己', { 'wuwei-channel': 'paper-form', 'wuwei-occurred-at': earlier });
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    const event = JSON.parse((await server.get(`/v1/events?after=${body.position - 1}`, auditor)).text);
    expect(event).toMatchObject({ time: earlier, recordedtime: '2026-05-02T08:00:00.000Z', channel: 'paper-form' });
    server.clock.set(since);
  });
});

describe('the log over REST', () => {
  it('is told as CloudEvents 1.0, one a line, from any position, with the stored bytes', async () => {
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    const all = await server.get('/v1/events', auditor);
    expect([all.status, all.headers.get('content-type')]).toStrictEqual([200, 'application/x-ndjson; charset=utf-8']);
    const lines = all.text.trim().split('\n');
    expect(lines).toHaveLength(await position());
    const [stored] = await server.wuwei.log.read('place-510121');
    expect(lines[0]).toContain(`"data":${stored!.data}`);
    const first = JSON.parse(lines[0]!);
    expect(first).toMatchObject({
      specversion: '1.0',
      id: stored!.id,
      source: '/v1/events',
      type: 'wuwei.PlaceRegistered',
      subject: 'place-510121',
      datacontenttype: 'application/json',
      data: county,
      meta: stored!.meta,
    });
    for (const name of Object.keys(first)) expect(name).toMatch(/^[a-z0-9]{1,20}$/u); // CloudEvents 1.0, 3.1
    expect((await server.get('/v1/events?after=2&limit=1', auditor)).text).toBe(`${lines[2]}\n`);
    const renamed = (await server.get('/v1/events?type=PlaceRenamed', auditor)).text.trim().split('\n');
    expect(renamed.map((line) => JSON.parse(line).type)).toStrictEqual(renamed.map(() => 'wuwei.PlaceRenamed'));
    expect(await server.get('/v1/events?after=-1', auditor)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/after' }] },
    });
  });

  it('knows the types of events: another one is a mistake, not an empty answer', async () => {
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    for (const path of ['events', 'audit']) {
      for (const type of ['Nope', 'votecast', 'toString']) {
        const answer = await server.get(`/v1/${path}?type=${type}`, auditor);
        expect(answer).toMatchObject({
          status: 400,
          body: {
            code: 'request.invalid',
            errors: [{ pointer: '/query/type', code: 'format.event-type', detail: expect.stringContaining('VoteCast') }],
          },
        });
      }
      expect(await server.get(`/v1/${path}?type=VoteCast`, auditor)).toMatchObject({ status: 200 }); // none so far
    }
  });

  it('can be followed', async () => {
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    const ending = new AbortController();
    const after = await position();
    const response = await fetch(`${server.url}/v1/events?after=${after}&follow=true`, {
      headers: { authorization: `Bearer ${auditor}` },
      signal: ending.signal,
    });
    const reader = response.body!.getReader();
    await rename('庚');
    await rename('辛');
    let text = '';
    while (text.split('\n').length < 3) text += new TextDecoder().decode((await reader.read()).value);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).data.name),
    ).toStrictEqual(['庚', '辛']);
    ending.abort();
  });

  it.each([
    [
      'a role that is revoked',
      async () => {
        const {
          body: { id },
        } = await server.post('/v1/people', { placeId: village.placeId, name: '审计员' }, token);
        const role = { capacity: 'auditor', placeId: '510121' };
        expect(await server.post(`/v1/people/${id}/roles`, role, token)).toMatchObject({ status: 200 });
        return {
          auditor: server.token(id),
          end: async () => expect(await server.post(`/v1/people/${id}/role-revocations`, role, token)).toMatchObject({ status: 200 }),
        };
      },
    ],
    [
      'a token that expires',
      async () => {
        const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
        return Promise.resolve({ auditor, end: () => Promise.resolve(server.expire(auditor)) });
      },
    ],
  ] as const)('is told no longer to %s, also on a stream that is open', async (_, begin) => {
    const { auditor, end } = await begin();
    const response = await fetch(`${server.url}/v1/events?after=${await position()}&follow=true&type=PlaceRenamed`, {
      headers: { authorization: `Bearer ${auditor}` },
      signal: AbortSignal.timeout(8_000),
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await rename('在前');
    expect(JSON.parse((await reader.read()).value!).data.name).toBe('在前');
    await end();
    await rename('在后');
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });
});

describe('a query over REST', () => {
  it('is not sent again while it has not changed', async () => {
    const path = `/v1/places/${village.placeId}`;
    await server.get(`${path}?atLeast=${await server.wuwei.log.position()}`); // what earlier tests changed has arrived
    const first = await server.get(path);
    expect(await server.get(path, undefined, { 'if-none-match': first.headers.get('etag')! })).toMatchObject({ status: 304, text: '' });
    for (const known of ['*', `W/${first.headers.get('etag')}`, `"x", ${first.headers.get('etag')}`])
      expect((await server.get(path, undefined, { 'if-none-match': known })).status).toBe(304);
    expect((await server.get(path, undefined, { 'if-none-match': '"x", "y"' })).status).toBe(200);
    const { body } = await rename('壬');
    expect(await server.get(`${path}?atLeast=${body.position}`, undefined, { 'if-none-match': first.headers.get('etag')! })).toMatchObject({
      status: 200,
      body: { name: '壬' },
    });
  });

  it('reads what was written just before', async () => {
    for (let i = 0; i < 20; i++) {
      const { body } = await rename(`名${i}`);
      expect((await server.get(`/v1/places/${village.placeId}?atLeast=${body.position}`)).body.name).toBe(`名${i}`);
    }
    expect(await server.get('/v1/places/510121?atLeast=100000')).toMatchObject({ status: 400, body: { code: 'request.beyond-the-log' } });
    expect(await server.get('/v1/places/510121?atLeast=x')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/atLeast' }] },
    });
  });

  it.each(['households?place=510121', 'covenants/510121/opinions?'])(
    'does not wait, nor say how far the log reaches, for who may not read it: %s',
    async (path) => {
      const resident = server.token('resident', { capacity: 'resident', placeId: village.placeId });
      const answer = await server.get(`/v1/${path}&atLeast=100000`, resident);
      expect([answer.status, answer.body.code]).toEqual([403, 'auth.not-allowed']);
      expect((await server.get(`/v1/${path}&atLeast=100000`, token)).body.code).toBe('request.beyond-the-log');
    },
  );

  it('is answered in pages', async () => {
    const names: string[] = [];
    let next: string | null = '';
    do {
      const page: { body: { items: { placeId: string }[]; next: string | null } } = await server.get(
        `/v1/places?place=510121&limit=2${next ? `&cursor=${next}` : ''}`,
      );
      names.push(...page.body.items.map(({ placeId }) => placeId));
      ({ next } = page.body);
    } while (next !== null);
    expect(names).toStrictEqual([town, village, courtyard].map(({ placeId }) => placeId));
  });

  it('takes no cursor but the list’s own', async () => {
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: '510121' });
    const cursorIn = async (list: string): Promise<string> => (await server.get(`/v1/${list}&limit=1`, auditor)).body.next;
    const lists = [
      'places?place=510121',
      `places?place=${town.placeId}`,
      'places?place=510121&level=village',
      'audit?place=510121111219',
      'audit?stream=place-510121111219',
    ];
    const [places, placesOfTown, , audit, stream] = await Promise.all(lists.map(cursorIn));
    expect([places, placesOfTown, audit, stream]).toStrictEqual(Array(4).fill(expect.stringMatching(/^[\w-]+$/u)));
    const [noText, other] = ['_-8', Buffer.from('510122').toString('base64url')];
    for (const [list, cursors] of [
      [lists[0], [audit, stream, 'x', 'MTIz=', noText, other, 'é']],
      [lists[1], [audit, other]],
      [lists[2], [places]],
      [lists[3], [places, stream, 'x']],
      [lists[4], [places, audit, 'x', noText, Buffer.from('stream/place-510121111219/x').toString('base64url')]],
      ['audit?stream=place-510121111', [stream]],
      ['covenants?place=510121', [other]],
      ['covenants/coverage?place=510121&level=village', [other]],
    ] as const) {
      for (const cursor of cursors)
        expect({ list, cursor, ...(await server.get(`/v1/${list}&cursor=${encodeURIComponent(cursor!)}`, auditor)) }).toMatchObject({
          list,
          cursor,
          status: 400,
          body: {
            code: 'request.invalid',
            errors: [{ pointer: '/query/cursor', code: 'format.cursor', detail: expect.stringMatching(/^must be the value of `next`/u) }],
          },
        });
    }
    expect((await server.get(`/v1/${lists[0]}&cursor=x`, undefined, { 'accept-language': 'zh' })).body.errors[0].detail).toMatch(
      /^必须是\p{Script=Han}/u,
    );
    expect(await server.get(`/v1/${lists[0]}&cursor=${placesOfTown}`)).toMatchObject({ status: 200 });
  });
});

describe('a request that leads to more than one append can hold', () => {
  it.each([
    ['zh-CN', /^这个请求要记录 600000 字节，一次最多 524288 字节。什么也没有记录。/u],
    ['en', /^This request would record 600000 bytes; at most 524288 are possible at once. Nothing was recorded./u],
  ])('is refused in %s, and nothing is recorded', async (language, detail) => {
    const { log } = server.wuwei;
    const append = log.append.bind(log);
    log.append = (stream) => Promise.reject(new AppendTooLarge(stream, 600_000));
    try {
      const before = await log.position();
      const answer = await server.post('/v1/places', { ...courtyard, placeId: `${village.placeId}.77` }, token, {
        'accept-language': language,
      });
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
      expect(answer.body).toMatchObject({ status: 422, code: 'request.records-too-much', detail: expect.stringMatching(detail) });
      expect(await log.position()).toBe(before);
    } finally {
      log.append = append;
    }
  });
});

describe('what fails on our side', () => {
  it.each([
    ['rows that are not there in time', new DOMException('', 'TimeoutError'), 503, 'read-models.behind'],
    ['a log that cannot be reached', new LogUnavailable('log.db: secret'), 503, 'log.unavailable'],
    ['a log that cannot say what it wrote', new OutcomeUnknown('log.db: secret'), 503, 'log.outcome-unknown'],
    ['a log that another process writes now', new LogTakenOver('log.db: secret'), 503, 'log.taken-over'],
    ['a damaged log', new LogCorrupt('log.db: secret'), 503, 'log.damaged'],
    ['anything else', new Error('secret'), 500, 'server.error'],
  ] as const)('is answered with a problem, and told to the operator only: %s', async (_, error, status, code) => {
    const { readModels } = server.wuwei;
    readModels.atLeast = () => Promise.reject(error);
    try {
      const answer = await server.get(`/v1/places/${village.placeId}?atLeast=1`, undefined, { 'accept-language': 'zh' });
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toStrictEqual([
        status,
        code,
        status === 503 ? '1' : null,
      ]);
      expect(answer.text).not.toMatch(/secret|…|\{\w+\}/u);
    } finally {
      Reflect.deleteProperty(readModels, 'atLeast');
    }
  });
});

describe('the system', () => {
  it('tells of itself: live, ready, metrics, its API', async () => {
    expect((await server.get('/health/live')).body).toStrictEqual({ status: 'ok' });
    const ready = await server.get('/health/ready');
    expect([ready.status, ready.body.status, ready.body.position, ready.body.failing]).toStrictEqual([200, 'ready', await position(), []]);
    const metrics = (await server.get('/metrics')).text;
    expect(metrics).toMatch(/^wuwei_log_position \d+$/mu);
    expect(metrics).toMatch(/^wuwei_projection_lag_seconds\{projection="place-tree",version="\d+"\} 0$/mu);
    const api = (await server.get('/openapi.json')).body;
    expect([api.openapi, Object.keys(api.paths).includes('/v1/contests/{id}/votes')]).toStrictEqual(['3.1.0', true]);
    expect((await server.get('/docs')).text).toContain('swagger-ui-bundle.js');
    expect((await server.get('/docs/swagger-ui-bundle.js')).text.length).toBeGreaterThan(100_000);
  });
});
