import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { until } from '../../support/until.js';
import { drainOnClose } from '../../../src/infrastructure/http/draining.js';

let app: FastifyInstance;
let logged: string[];
afterEach(() => app.close());

async function serve(
  limits: { readonly longestMs: number; readonly quietMs: number; readonly announcedMs?: number },
  atClose = async () => {},
) {
  logged = [];
  app = Fastify({ forceCloseConnections: true, return503OnClosing: false });
  app.addHook('preClose', atClose);
  const stopping = drainOnClose(app, pino({ base: null }, { write: (line: string) => logged.push(line) }), limits);
  const arrived: (() => void)[] = [];
  app.get('/held', () => new Promise((resolve) => arrived.push(() => resolve('done'))));
  app.get('/quick', () => 'done');
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return { url, stopping, arrived };
}
/** Resolves when a request has come so far that it is handled. */
const handled = () => once(app.server, 'request');

/** All that the server sends for one request, or why the connection broke. */
function answerOverNewConnection(url: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /quick HTTP/1.1\r\nhost: x\r\n\r\n');
  return text(socket).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
}

describe('given a server that closes', () => {
  it('when a request is under way, then it is answered first, and its connection ends with it', async () => {
    const { url, stopping, arrived } = await serve({ longestMs: 60_000, quietMs: 0 });
    const coming = handled();
    const answer = fetch(`${url}/held`);
    await coming;
    expect(stopping.aborted).toBe(false);
    const closed = app.close();
    await until(() => !app.server.listening);
    expect(stopping.aborted).toBe(true);
    for (const release of arrived) release();
    const { status, headers } = await answer;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    expect(logged).toEqual([]);
    await expect(fetch(`${url}/quick`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('when a request takes longer than is waited for, then it is cut, and the log says so', async () => {
    const { url } = await serve({ longestMs: 50, quietMs: 0 });
    const coming = handled();
    const answer = fetch(`${url}/held`).catch((error: TypeError) => (error.cause as { code: string }).code);
    await coming;
    await app.close();
    expect(await answer).toBe('UND_ERR_SOCKET');
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ level: 40, requests: 1 }]);
  });

  it('when clients have made connections that it has not accepted yet, then their requests are answered', async () => {
    const answers: Promise<unknown>[] = [];
    const { url } = await serve({ longestMs: 60_000, quietMs: 300 }, async () => {
      answers.push(...Array.from({ length: 32 }, () => answerOverNewConnection(url)));
      await new Promise<void>((resolve) => process.nextTick(resolve)); // they are connected, and no event has told the server
    });
    await app.close();
    expect(await Promise.all(answers)).toEqual(answers.map(() => expect.stringMatching(/^HTTP\/1\.1 200/u)));
  });

  it('when that is to be announced, then it still takes new connections for a while', async () => {
    const { url, stopping } = await serve({ longestMs: 60_000, quietMs: 0, announcedMs: 500 });
    const closed = app.close();
    if (!stopping.aborted) await once(stopping, 'abort');
    const { status, headers } = await fetch(`${url}/quick`);
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    await expect(fetch(`${url}/quick`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('when nobody is connected, then it does not wait', async () => {
    const { url } = await serve({ longestMs: 600_000, quietMs: 600_000 });
    await fetch(`${url}/quick`, { headers: { connection: 'close' } }).then((answer) => answer.text());
    await app.close();
    expect(app.server.listening).toBe(false);
  });
});
