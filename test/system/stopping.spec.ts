import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openIssuer } from '../../src/infrastructure/auth/issuer.js';
import { openLogReader } from '../../src/infrastructure/event-log/sqlite/reader.js';
import { start } from '../infrastructure/cli/program.js';
import { official } from '../support/application.js';
import { until } from '../support/until.js';
import { village } from './life.js';
import { beginning } from '../../src/projections/position.js';

const clients = 32;
const folder = mkdtempSync(join(tmpdir(), 'wuwei-stopping-'));
let stop = () => {};
afterAll(() => {
  stop();
  rmSync(folder, { recursive: true });
});

async function serve() {
  const { child, ended, printed } = start(['serve', '--data', folder, '--port', '0', '--json', '--log-level', 'warn']);
  stop = () => child.kill('SIGKILL');
  const { url } = JSON.parse(await printed('\n')) as { readonly url: string };
  const issuer = openIssuer(folder);
  return {
    url,
    child,
    ended,
    office: issuer.issue(official, 3600),
    auditor: issuer.issue({ id: 'auditor-1', grants: [{ capacity: 'auditor', placeId: '510121' }] }, 3600),
  };
}

async function peopleInLog(): Promise<number> {
  const log = openLogReader(folder);
  let count = 0;
  for await (const { events: page } of log.readAll(beginning, { types: ['PersonRegistered'] })) count += page.length;
  log.close();
  return count;
}

/** What came of a request that was sent over a connection: its status, or why there was none. */
const answerOf = (sent: ClientRequest): Promise<number | string> =>
  new Promise((resolve) => {
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.on('response', (message: IncomingMessage) => {
      message.resume();
      message.on('end', () => resolve(message.statusCode!)).on('error', (error: NodeJS.ErrnoException) => resolve(error.code!));
    });
  });

describe('given a server that is asked to stop', () => {
  it(`when ${clients} clients are writing, then every request that reached it is answered`, async () => {
    const { url, child, ended, office } = await serve();
    const post = (path: string, body: object, agent?: Agent) => {
      const sent = request(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${office}`, 'content-type': 'application/json' },
        agent,
      });
      sent.end(JSON.stringify(body));
      return answerOf(sent);
    };
    for (const [placeId, level] of [
      ['510121', 'county'],
      ['510121111', 'town'],
      [village, 'village'],
    ])
      expect(await post('/v1/places', { placeId, name: level, level })).toBe(201);

    const agent = new Agent({ keepAlive: true });
    const answers: (number | string)[] = [];
    /** One request after the other over a connection that stays, until no new one is taken. */
    const writeOn = async () => {
      for (let last: number | string = 201; last === 201;) {
        last = await post('/v1/people', { placeId: village, name: '人' }, agent);
        answers.push(last);
      }
    };
    const writing = Array.from({ length: clients }, writeOn);
    await until(() => answers.length >= 300);
    child.kill('SIGTERM');
    await Promise.all(writing);
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/^\{[^\n]*a master key was made[^\n]*\n$/u) });
    agent.destroy();

    const recorded = answers.filter((answer) => answer === 201).length;
    expect(answers.filter((answer) => answer !== 201)).toStrictEqual(Array.from({ length: clients }, () => 'ECONNREFUSED'));
    expect(await peopleInLog()).toBe(recorded);
  }, 60_000);

  it('when somebody follows the log, then that ends whole; what is on its way still arrives and is answered', async () => {
    const { url, child, ended, office, auditor } = await serve();
    const followed = await fetch(`${url}/v1/events?follow=true&after=0`, { headers: { authorization: `Bearer ${auditor}` } });
    const [first, second] = [open(url), open(url)];
    second.ask('/health/ready');
    await until(() => second.heard().includes('"status":"ready"'));
    const body = JSON.stringify({ placeId: village, name: '人' });
    first.send(
      `POST /v1/people HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${office}\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`,
    );
    await until(() => first.heard().includes('100 Continue')); // the server has begun with it, and waits for the body
    child.kill('SIGTERM');

    const lines = (await text(followed.body!)).trimEnd().split('\n');
    expect(lines.length).toBe((await peopleInLog()) + 3);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ specversion: '1.0' });
    second.ask('/health/ready');
    await second.ended;
    expect(second.heard()).toMatch(/HTTP\/1\.1 503 [^{]*connection: close\r\n[^{]*\{"status":"draining",[^\n]*$/iu);
    first.send(body);
    await first.ended;
    expect(first.heard()).toMatch(/HTTP\/1\.1 201 [^{]*connection: close\r\n[^{]*\{"id":[^\n]*$/iu);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  }, 60_000);
});

/** A connection, what came over it so far, and its end. */
function open(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
  const send = (bytes: string) => socket.write(bytes);
  return {
    send,
    ask: (path: string) => send(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`),
    heard: () => heard,
    ended: once(socket, 'end'),
  };
}
