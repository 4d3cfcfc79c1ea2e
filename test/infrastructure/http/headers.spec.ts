import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, county, office, type Server, startServer, town, village } from '../../support/server.js';

let server: Server;
let token: string;
beforeAll(async () => {
  server = await startServer({ settings: { trustedProxies: '127.0.0.1' } });
  token = server.token('office', ...office);
  for (const one of [county, town, village]) await server.post('/v1/places', one, token);
  await server.get(`${place}?atLeast=3`);
});
afterAll(() => server.close());

const place = `/v1/places/${village.placeId}`;
const auditor = () => server.token('auditor', { capacity: 'auditor', placeId: county.placeId });
const paths = ['/health/live', '/metrics', '/openapi.json', place, '/v1/events', '/docs', '/docs/start.js', '/nowhere', '/%'];

/** An answer that goes on for ever: its headers. */
async function headersOf(path: string, headers: Record<string, string>): Promise<Headers> {
  const leaving = new AbortController();
  const answer = await fetch(server.url + path, { headers, signal: leaving.signal });
  leaving.abort();
  return answer.headers;
}
const demand = (headers: Headers) => {
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  const policy = headers.get('content-security-policy')!.split('; ');
  expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]));
  expect(policy.filter((one) => one.startsWith('script-src') && one !== "script-src 'self'")).toEqual([]);
};

describe('every answer', () => {
  it.each(paths)('says that it is nothing to sniff, to frame or to run: %s', async (path) => {
    for (const as of [undefined, auditor()]) demand((await server.get(path, as)).headers);
  });

  it('does so too when it goes on for ever, when it is a command’s, and when it is refused', async () => {
    demand(await headersOf('/v1/events?follow=true', { authorization: `Bearer ${auditor()}` }));
    demand((await server.post('/v1/places', village, token)).headers);
    demand((await server.post('/v1/places', village)).headers);
    demand((await server.post('/v1/places', '{', token)).headers);
  });

  it('says that TLS is to be kept to when it came through TLS, and only then', async () => {
    const secured = { 'x-forwarded-proto': 'https' };
    expect((await server.get(place, undefined, secured)).headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect((await server.get(place)).headers.get('strict-transport-security')).toBeNull();
    const direct = await startServer();
    expect((await direct.get('/health/live', undefined, secured)).headers.get('strict-transport-security')).toBeNull();
    await direct.close();
  });
});

describe('what may be kept', () => {
  const kept = ({ status, headers }: Answer) => [status, headers.get('cache-control')];

  it('is a public figure, and it is asked for again by its ETag', async () => {
    const answer = await server.get(place);
    expect(kept(answer)).toEqual([200, 'no-cache']);
    const again = await server.get(place, undefined, { 'if-none-match': answer.headers.get('etag')! });
    expect(kept(again)).toEqual([304, 'no-cache']);
  });

  it('is nothing that was asked for with a token, nor a problem', async () => {
    const { id, position } = (await server.post('/v1/people', { placeId: village.placeId, name: '蔡新周' }, token)).body;
    expect(kept(await server.get(`/v1/people/${id}?atLeast=${position}`, token))).toEqual([200, 'no-store']);
    expect(kept(await server.get(place, token))).toEqual([200, 'no-store']);
    expect(kept(await server.get(`/v1/people/${id}`, server.token('another')))).toEqual([403, 'no-store']);
    expect(kept(await server.get(`/v1/people/${id}`))).toEqual([401, 'no-store']);
    expect(kept(await server.get(`/v1/people/${id}`, 'a.b.c'))).toEqual([401, 'no-store']);
    expect(kept(await server.get('/v1/places/510121999'))).toEqual([404, 'no-store']);
    expect(kept(await server.post('/v1/places', village, token))).toEqual([200, 'no-store']);
    expect(kept(await server.post('/v1/places', '{', token))).toEqual([400, 'no-store']);
    expect((await headersOf('/v1/events', { authorization: `Bearer ${auditor()}` })).get('cache-control')).toBe('no-store');
  });
});

describe('the page at /docs', () => {
  it('has no script of its own and loads from here only', async () => {
    const { text, headers } = await server.get('/docs');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(text).not.toMatch(/<script(?![^>]* src="\/)|<style|\son\w+=|\sstyle=|https?:/u);
    for (const [, path] of text.matchAll(/(?:src|href)="([^"]+)"/gu)) expect((await server.get(path!)).status).toBe(200);
  });

  it('forgets a token with the page, and removes what an earlier version kept', async () => {
    const { text } = await server.get('/docs/start.js');
    const removed: string[] = [];
    let options: Record<string, unknown> = {};
    runInNewContext(text, {
      SwaggerUIBundle: (given: typeof options) => (options = given),
      localStorage: { removeItem: (name: string) => removed.push(name) },
    });
    expect(options).toMatchObject({ persistAuthorization: false, validatorUrl: 'none' });
    expect(removed).toEqual(['authorized']);
  });
});
