import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { start, wuwei } from './program.js';

jest.setTimeout(180_000); // each starts the program several times

const program = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
const list = fileURLToPath(new URL('../../../data/jintang-places.json', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'wuwei-cli-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const modesIn = (folder: string) => Object.fromEntries(readdirSync(folder).map((name) => [name, modeOf(join(folder, name))]));
const serve = (folder: string) => start(['serve', '--data', folder, '--port', '0', '--log-level', 'warn']);
const end = async ({ child, ended }: ReturnType<typeof start>) => {
  child.kill('SIGTERM');
  return ended;
};

describe('given a umask that lets others read', () => {
  const folder = join(root, 'new', 'data');
  beforeAll(async () => {
    expect((await wuwei('import', 'places', list, '--data', folder)).code).toBe(0);
  });

  it('when a server runs, then only its user can use the folder and all that is in it', async () => {
    expect(process.umask().toString(8)).toBe('22');
    const server = serve(folder);
    await server.printed('Ctrl-C');
    const modes = modesIn(folder);
    const { stderr } = await end(server);
    expect(Object.keys(modes)).toEqual(
      expect.arrayContaining([
        ...['issuer.key', 'lock.db', 'owner.json'],
        ...['log', 'read-models', 'streams'].flatMap((name) => ['', '-shm', '-wal'].map((ending) => `${name}.db${ending}`)),
      ]),
    );
    expect(new Set(Object.values(modes))).toEqual(new Set(['600']));
    expect([modeOf(folder), modeOf(join(root, 'new')), stderr]).toEqual(['700', '700', '']);
  });

  it('when a server runs, then the log and the read models can be read beside it, and it goes on', async () => {
    const server = serve(folder);
    const url = /http:\S+:\d+/u.exec(await server.printed('Ctrl-C'))![0];
    const read = await Promise.all([
      wuwei('log', '--data', folder, '--json', '--limit', '1'),
      wuwei('projections', 'check', '--data', folder),
      wuwei('export', 'none', '--data', folder),
    ]);
    const ready = await fetch(`${url}/health/ready`);
    await end(server);
    expect(read.map(({ code }) => code)).toEqual([0, 0, 2]);
    expect(read[2].stderr).toBe('wuwei: there is no ballot none\n');
    expect([ready.status, ((await ready.json()) as { failing: unknown }).failing]).toEqual([200, []]);
  });

  it('when others could read it, then their rights are taken away, and a warning says which', async () => {
    const open = join(root, 'open');
    cpSync(folder, open, { recursive: true });
    chmodSync(open, 0o755);
    for (const name of ['log.db', 'read-models.db', 'streams.db', 'trail.db']) chmodSync(join(open, name), 0o644);
    const server = serve(open);
    await server.printed('Ctrl-C');
    const modes = modesIn(open);
    const { stderr } = await end(server);
    expect([modeOf(open), new Set(Object.values(modes))]).toEqual(['700', new Set(['600'])]);
    const [warned, ...more] = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { corrected: unknown; msg: string });
    expect(more).toEqual([]);
    expect(warned!.corrected).toEqual([
      { path: open, mode: '755' },
      ...['log.db', 'read-models.db', 'streams.db', 'trail.db'].map((name) => ({ path: join(open, name), mode: '644' })),
    ]);
    expect(warned!.msg).toMatch(/other users of this machine could read the data.* 本机其他用户曾可读取数据/u);
  });

  it('when that is not possible, then one line says why and what to do', async () => {
    const shared = join(root, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    const { code, stderr } = await wuwei('serve', '--data', shared, '--port', '0');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^wuwei: \S+ is shared by all users of this machine\. Choose .*--data.*\n$/u),
    ]);
    expect(readdirSync(shared)).toEqual([]);
  });

  const isRoot = process.getuid!() === 0;
  (isRoot ? it : it.skip)(
    '(run as root only) when the folder belongs to another user, then one line names it and what its owner runs',
    () => {
      const others = join(root, 'others');
      mkdirSync(others);
      chmodSync(root, 0o755);
      chmodSync(others, 0o777);
      chownSync(others, 1, 1);
      const { status, stderr } = spawnSync(process.execPath, [program, 'serve', '--data', others, '--port', '0'], {
        uid: 65_534,
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^wuwei: \S+others can be used by other users of this machine \(mode 777\).*chmod -R go= '\S+others'.*\n$/u),
      ]);
    },
  );
});

describe('given a process that may open few files', () => {
  it.each([
    ['serve', 256],
    ['demo', 256],
    ['import', 128],
    ['log', 64],
  ])('when %s starts with %i, then one line says the limit and what to do', (command, limit) => {
    const args = [program, command, ...(command === 'import' ? ['places', list] : []), '--data', join(root, 'few')];
    const { status, stdout, stderr } = spawnSync('sh', ['-c', `ulimit -n ${limit} && exec "$0" "$@"`, process.execPath, ...args], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([status, stdout, stderr]).toEqual([
      2,
      '',
      expect.stringMatching(new RegExp(`^wuwei: this process may open only ${limit} files at once.*ulimit -n 4096.*本进程.*\\n$`, 'u')),
    ]);
  });

  it('when only the log is read, then a low limit is enough', () => {
    const args = [program, 'log', '--data', join(root, 'new', 'data')];
    const { status, stderr } = spawnSync('sh', ['-c', 'ulimit -n 256 && exec "$0" "$@"', process.execPath, ...args], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});
