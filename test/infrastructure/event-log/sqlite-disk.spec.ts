import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { all, newEvents } from '../../contracts/event-log.contract.js';
import { runChild } from './child.js';

const root = mkdtempSync(join(tmpdir(), 'wuwei-disk-'));
afterAll(() => {
  chmodSync(root, 0o755);
  rmSync(root, { recursive: true });
});
const newFolder = () => mkdtempSync(join(root, 'log-'));

interface Attempt {
  readonly value?: unknown;
  readonly name?: string;
  readonly message?: string;
}

/**
 * Appends from eight callers until the disk refuses; then reads, makes room by a shell command, and appends again.
 * Says what each caller was told, whether what was acknowledged can be read and nothing else, how a large append ended before and
 * after there was room, and whether the log is whole when it is opened again.
 */
const filler = `
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/filler', Buffer.alloc(1_000_000, 1));
const log = await openSqliteLog(folder, { batch: 200, limit: 600 });
const acknowledged = [];
const refusals = await Promise.all(Array.from({ length: 8 }, async (_, i) => {
  for (let revision = -1; ; revision += 2) {
    const events = [event('"' + 'x'.repeat(900) + '"'), event()];
    const { name, message } = await attempt(() => log.append('s-' + i, revision, events));
    if (name) return { name, message };
    acknowledged.push(...events.map(({ id }) => id));
  }
}));
const read = async (source) => {
  const ids = [];
  for await (const { events: page } of source.readAll(0)) ids.push(...page.map(({ id }) => id));
  return ids;
};
const isWhole = async () => JSON.stringify([...await read(log)].sort()) === JSON.stringify([...acknowledged].sort());
say(refusals);
say({ acknowledged: acknowledged.length, whole: await isWhole(), streams: (await Promise.all(Array.from({ length: 8 }, (_, i) => log.read('s-' + i)))).flat().length });
const large = () => attempt(() => log.append('large', -1, [{ ...event('"' + 'y'.repeat(500_000) + '"'), id: 'large' }]));
say({ ...await large(), health: await log.health() });
execFileSync('sh', ['-c', args[0].replace('PID', process.pid)], { cwd: folder });
const after = await large();
if (after.value) acknowledged.push('large');
say({ ...after, health: await log.health(), whole: await isWhole() });
await log.close();
const again = await openSqliteLog(folder);
say({ whole: JSON.stringify(await read(again)) === JSON.stringify(await read(openLogReader(folder))), events: (await read(again)).length });
await again.close();`;

const can = (...command: string[]) => spawnSync(command[0]!, command.slice(1)).status === 0;
/** A test that needs something of the machine; where that is missing, it is skipped and says why. */
const given = (possible: boolean, reason: string) => (name: string, test: () => Promise<void>) =>
  possible ? it(name, test, 60_000) : it.skip(`${name} (skipped: ${reason})`, test);

/** Rights do not bind root: it has the child run as nobody, who must be able to load the build. */
const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? { uid: 65534 } : {};
const built = new URL('../../../dist/infrastructure/event-log/sqlite/log.js', import.meta.url);
const nobodyLoads =
  spawnSync(process.execPath, ['-e', 'fs.accessSync(process.argv[1])', fileURLToPath(built)], { ...nobody, cwd: '/' }).status === 0;

async function expectGoesOn(folder: string, by: readonly string[], room: string, told: RegExp): Promise<void> {
  const [refusals, before, refused, after, reopened] = (await runChild(filler, [folder, room], { by })) as [
    Attempt[],
    { acknowledged: number; whole: boolean; streams: number },
    Attempt,
    Attempt & { whole: boolean },
    { whole: boolean; events: number },
  ];
  expect(refusals).toHaveLength(8);
  for (const { name, message } of refusals) {
    expect(name).toBe('LogUnavailable');
    expect(message).toMatch(told);
    expect(message).toContain(join(folder, 'log.db'));
  }
  expect(before.acknowledged).toBeGreaterThan(50);
  expect(before).toEqual({ acknowledged: before.acknowledged, whole: true, streams: before.acknowledged });
  expect(refused).toMatchObject({ name: 'LogUnavailable', health: 'failing' });
  expect(after).toMatchObject({ value: { revision: 0, position: before.acknowledged + 1 }, health: 'well', whole: true });
  expect(reopened).toEqual({ whole: true, events: before.acknowledged + 1 });
}

describe('a disk that refuses', () => {
  given(can('prlimit', '--version'), 'there is no prlimit')(
    'by a limit on the size of files: reads go on, and appends again once it is lifted',
    async () => {
      await expectGoesOn(
        newFolder(),
        ['sh', '-c', 'ulimit -S -f 4000 && exec "$0" "$@"'],
        'prlimit --pid PID --fsize=unlimited',
        /disk refused|disk is full/u,
      );
    },
  );

  given(can('unshare', '-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'), 'no file system may be mounted')(
    'because it is full: reads go on, and appends again once there is room',
    async () => {
      await expectGoesOn(
        '/mnt/wuwei',
        ['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=6m tmpfs /mnt && exec "$0" "$@"'],
        'mount -o remount,size=60m /mnt',
        /disk is full: free space/u,
      );
    },
  );
});

describe('a folder that may not be written', () => {
  given(nobodyLoads, 'the user nobody may not read the build')('is refused to a writer with what to do, and can be read', async () => {
    const folder = newFolder();
    const log = await openSqliteLog(folder, { batch: 5, limit: 10 });
    for (let i = 0; i < 20; i++) await log.append(`s-${i % 2}`, (i >> 1) - 1, newEvents(1));
    const ids = (await all(log)).map(({ id }) => id);
    await log.close();
    chmodSync(root, 0o755);
    for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o444);
    chmodSync(folder, 0o555);
    const [writer, elsewhere, read, stream] = (await runChild(
      `
      say(await attempt(() => openSqliteLog(folder)));
      say(await attempt(() => openSqliteLog(folder + '/new')));
      const reader = openLogReader(folder);
      const ids = [];
      for await (const { events: page } of reader.readAll(0)) ids.push(...page.map(({ id }) => id));
      say(ids);
      say((await reader.read('s-1', 3)).map(({ revision }) => revision));`,
      [folder],
      nobody,
    )) as [Attempt, Attempt, string[], number[]];
    expect(writer.name).toBe('LogUnavailable');
    expect(writer.message).toMatch(/It cannot be written: give this user the right/u);
    expect(writer.message).toContain(folder);
    expect(elsewhere.name).toBe('LogUnavailable');
    expect(elsewhere.message).toMatch(/cannot be written/u);
    expect(read).toEqual(ids);
    expect(stream).toEqual([3, 4, 5, 6, 7, 8, 9]);
    chmodSync(folder, 0o755);
  });
});
