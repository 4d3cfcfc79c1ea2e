import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { county, office, type Server, startServer } from '../../support/server.js';

let server: Server;
afterEach(() => server.close());

const open = () => connect(Number(new URL(server.url).port), '127.0.0.1');
/** What comes over a connection until the server ends it. */
async function heardOf(socket: Socket): Promise<string> {
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
  await once(socket, 'close');
  return heard;
}

describe('given a request that does not come to an end', () => {
  const head = (as: string) =>
    `POST /v1/places HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${as}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{"pl`;
  it.each([
    ['its body stops', (as: string) => head(as)],
    ['its headers stop', () => 'POST /v1/places HTTP/1.1\r\nhost: x\r\n'],
    ['nothing is sent', () => ''],
  ])(
    'when %s, then it is answered 408 and its connection ends',
    async (_, sent) => {
      server = await startServer({ settings: { requestTimeout: 0.2 } });
      const socket = open();
      socket.write(sent(server.token('office', ...office)));
      const heard = await heardOf(socket);
      expect(heard).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request\.timeout"/u);
      expect(await server.wuwei.log.position()).toBe(0);
    },
    60_000,
  );

  it('when a byte comes now and then, then it is cut all the same', async () => {
    server = await startServer({ settings: { requestTimeout: 0.2 } });
    const socket = open().on('error', () => undefined);
    socket.write(head(server.token('office', ...office)));
    const drip = setInterval(() => socket.write('x'), 20);
    await heardOf(socket);
    clearInterval(drip);
    expect(socket.destroyed).toBe(true);
  }, 60_000);

  it('when an answer goes on for longer, then that is not cut', async () => {
    server = await startServer({ settings: { requestTimeout: 0.2 } });
    const auditor = server.token('auditor', { capacity: 'auditor', placeId: county.placeId });
    const followed = await fetch(`${server.url}/v1/events?follow=true`, { headers: { authorization: `Bearer ${auditor}` } });
    await heardOf(open()); // by then the time has passed for a connection that was opened later
    await server.post('/v1/places', county, server.token('office', ...office));
    const { value } = await followed.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toContain('wuwei.PlaceRegistered');
  }, 60_000);
});

describe('given as many connections as are taken at once', () => {
  it('when another one comes, then it is closed, and taken again when one of them has gone', async () => {
    server = await startServer({ settings: { connections: 2 } });
    const [one, two] = [open(), open()];
    const answered = (socket: Socket) => {
      socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
      return Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
    };
    expect([await answered(one), await answered(two)]).toEqual([true, true]);
    expect(await answered(open().on('error', () => undefined))).toBe(false);
    one.destroy();
    for (let isAnswered = false; !isAnswered; isAnswered = await answered(open().on('error', () => undefined)));
    expect(await answered(two)).toBe(true);
    two.destroy();
  }, 60_000);
});
