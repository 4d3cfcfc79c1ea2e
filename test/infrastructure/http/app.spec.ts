import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { county, office, type Server, startServer, town, village } from '../../support/server.js';

let server: Server;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = server.token('office', ...office);
  for (const place of [county, town, village]) await server.post('/v1/places', place, token);
});
afterAll(() => server.close());

/** What comes back when these bytes are sent over one connection, until the server ends it. */
function exchanged(sent: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(sent);
  return text(socket);
}
const last = 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

describe('a connection', () => {
  const auditor = () => server.token('auditor', { capacity: 'auditor', placeId: '510121' });

  it.each(['/v1/events?follow=true', '/v1/events', '/v1/renovations/some/ballot', '/v1/contests/some/ranking'])(
    'goes on after HEAD %s',
    async (path) => {
      const head = `HEAD ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${auditor()}\r\naccept: text/event-stream\r\n\r\n`;
      const answers = await exchanged(head + last);
      expect(answers.match(/^HTTP\/1.1 \d+/gmu)).toHaveLength(2);
      expect(answers).toMatch(/\r\n\r\n\{"status":"ok"\}$/u);
    },
  );

  it('HEAD of the log has the header fields of GET', async () => {
    const head = await fetch(`${server.url}/v1/events`, { method: 'HEAD', headers: { authorization: `Bearer ${auditor()}` } });
    expect([head.status, head.headers.get('content-type')]).toStrictEqual([200, 'application/x-ndjson; charset=utf-8']);
  });

  it.each([
    ['two hosts', 'host: x\r\nhost: y\r\n'],
    ['one host twice', 'Host: x\r\nHOST: x\r\n'],
    ['no host', ''],
    ['what is no host', 'host: a b\r\n'],
  ])('that names %s is answered 400 (RFC 9112 3.2)', async (_, headers) => {
    const answer = await exchanged(`GET /health/live HTTP/1.1\r\n${headers}connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /u);
  });
});

describe('a body that is encoded', () => {
  const body = JSON.stringify({ name: '新名' });
  const sent = (encoding: string, bytes: Buffer | string) =>
    server.post(`/v1/places/${village.placeId}/names`, bytes, token, { 'content-encoding': encoding });

  it('is refused with what is taken, whether it is what it says or not (RFC 9110 15.5.16)', async () => {
    const before = await server.wuwei.log.position();
    for (const [encoding, bytes] of [
      ['gzip', gzipSync(body)],
      ['gzip', body],
      ['br', body],
      ['identity, gzip', body],
    ] as const) {
      const answer = await sent(encoding, bytes);
      expect([answer.status, answer.body.code, answer.headers.get('accept-encoding')]).toStrictEqual([
        415,
        'request.unsupported-encoding',
        'identity',
      ]);
    }
    expect(await server.wuwei.log.position()).toBe(before);
  });

  it('is taken when that means nothing', async () => {
    expect(await sent('Identity', body)).toMatchObject({ status: 200 });
  });
});
