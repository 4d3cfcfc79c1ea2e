import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { county, office, startServer } from '../../support/server.js';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const withoutDrivers = new URL('./fixtures/no-drivers.mjs', import.meta.url).href;
const run = (...args: readonly string[]) => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', withoutDrivers, cli, ...args], { encoding: 'utf8' });
  return { status, stderr };
};

const folder = mkdtempSync(join(tmpdir(), 'wuwei-drivers-'));
beforeAll(async () => {
  const server = await startServer();
  await server.post('/v1/places', county, server.token('office', ...office));
  await server.restart(); // everything is in the files
  cpSync(server.folder, folder, { recursive: true });
  await server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('given a data folder', () => {
  it.each([['log', '--json'], ['projections', '--json'], ['projections', 'check'], ['recompute'], ['keys', 'rotate']])(
    'when wuwei %s %s reads it, then the drivers of the engines are not loaded: that takes a fifth of a second',
    (...command) => {
      const { status, stderr } = run(...command, '--data', folder);
      expect([status, stderr]).toEqual([0, expect.not.stringContaining('is loaded by')]);
    },
  );

  it('when engines are named, then they are loaded', () => {
    const engines = ['--eventstore', 'esdb://127.0.0.1:9?tls=false', '--mongodb', 'mongodb://127.0.0.1:9'];

    expect(run('log', ...engines).stderr).toContain('is loaded by');
  });
});
