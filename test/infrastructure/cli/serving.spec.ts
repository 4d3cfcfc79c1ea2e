import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { createHttpApp } from '../../../src/infrastructure/http/app.js';
import { startServer } from '../../support/server.js';
import { start, wuwei } from './program.js';

jest.setTimeout(180_000); // each starts the program several times

const folder = mkdtempSync(join(tmpdir(), 'wuwei-serving-'));
const running = start(['serve', '--data', join(folder, 'first'), '--port', '0', '--json']);
let port = '';

beforeAll(async () => {
  port = new URL((JSON.parse(await running.printed('\n')) as { url: string }).url).port;
});
afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.ended;
  rmSync(folder, { recursive: true });
});

/** The warning of the first start in a folder. */
const masterKeyMade = /^\{[^\n]*a master key was made[^\n]*\n/u;

describe('given a port that is taken', () => {
  it.each([['serve', '--data', join(folder, 'second')], ['demo']])(
    'when %s starts, then one line says who holds it and what to do',
    async (...args) => {
      const { code, stdout, stderr } = await wuwei(...args, '--port', port, '--log-level', 'warn');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.replace(masterKeyMade, '')).toBe(
        `wuwei: port ${port} of 127.0.0.1 is used by another Wuwei, which answers at http://127.0.0.1:${port}. Stop it, or choose another port with --port (0: any free port).\n`,
      );
      expect([args[0], masterKeyMade.test(stderr)]).toEqual([args[0], args[0] === 'serve']); // the demo's folder is removed: nothing is to be kept
    },
  );

  it('when another program holds it, then that is said instead', async () => {
    const other = createServer((_, response) => response.end('hello'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const taken = (other.address() as AddressInfo).port;
    const { code, stderr } = await wuwei('serve', '--data', join(folder, 'second'), '--port', String(taken), '--log-level', 'warn');
    other.close();
    expect([code, stderr]).toEqual([
      2,
      `wuwei: port ${taken} of 127.0.0.1 is used by another program. Stop it, or choose another port with --port (0: any free port).\n`,
    ]);
  });

  it('when a Wuwei that answers no requests holds it, as a projector, then it is named all the same', async () => {
    const server = await startServer();
    const projector = await createHttpApp({ ...server.wuwei, answersRequests: false }, pino({ level: 'silent' }));
    await projector.listen(0, '127.0.0.1');
    const url = await projector.getUrl();
    const { code, stderr } = await wuwei('serve', '--data', join(folder, 'second'), '--port', new URL(url).port, '--log-level', 'warn');
    await projector.close();
    await server.close();
    expect([code, stderr]).toEqual([2, expect.stringContaining(`is used by another Wuwei, which answers at ${url}.`)]);
  });

  it('when the folder is taken as well, then the process that has it is named', async () => {
    const { code, stderr } = await wuwei('serve', '--data', join(folder, 'first'), '--port', port);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(new RegExp(`^wuwei: .* is in use by process ${running.child.pid} since .*\\n$`, 'u')),
    ]);
    expect(existsSync(join(folder, 'first', 'owner.json'))).toBe(true);
  });
});
