import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { start, wuwei } from './program.js';

jest.setTimeout(180_000);
const empty = mkdtempSync(join(tmpdir(), 'wuwei-cli-usage-'));
const served = mkdtempSync(join(tmpdir(), 'wuwei-cli-usage-'));
afterAll(() => [empty, served].forEach((folder) => rmSync(folder, { recursive: true })));

describe('--help', () => {
  it('lists the commands', async () => {
    const { code, stdout } = await wuwei('--help');
    expect(code).toBe(0);
    for (const command of ['demo', 'serve', 'log', 'projections', 'import', 'count', 'token'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} .* {2}\\S`, 'mu'));
  });

  it.each([
    ['log', [], ['--follow', '--ndjson', '--type <type>', '--place <code>', 'WUWEI_DATA', '--json']],
    ['projections', [], ['rebuild', 'check', 'WUWEI_DATA', '--json']],
    ['projections', ['rebuild'], ['--all', 'WUWEI_DATA', '--json']],
    ['import', ['ballots'], ['--contest <id>', '--ballot <id>', '--occurred-at <time>', 'WUWEI_DATA', 'WUWEI_LOG_LEVEL', '--json']],
  ])('of %s %s names its settings and shows examples', async (command, below, names) => {
    const { code, stdout, stderr } = await wuwei(command, ...below, '--help');
    expect([code, stderr]).toEqual([0, '']);
    for (const name of names) expect(stdout).toContain(name);
    expect(stdout).toContain(`\nExamples:\n  wuwei ${[command, ...below].join(' ')}`);
  });
});

describe('a mistake is told in one line, with exit code 2 and nothing on standard output', () => {
  it.each([
    ['an unknown command', ['lgo'], {}, /unknown command 'lgo' \(Did you mean log\?\)/u],
    ['an unknown option', ['log', '--bogus'], {}, /unknown option '--bogus'/u],
    ['a value out of range', ['log', '--limit', '0'], {}, /'--limit <number>' argument '0' is invalid. It must be a whole number from 1/u],
    ['an unknown role', ['serve', '--role', 'reader'], {}, /'reader' is invalid. It must be one of api, projector, agenda, all/u],
    [
      'a part of the work on a data folder',
      ['serve', '--role', 'projector', '--data', join(empty, 'none')],
      {},
      /--role projector needs --eventstore and --mongodb: a data folder belongs to one process/u,
    ],
    ['no such event', ['log', '--type', 'VoteCst'], {}, /'VoteCst' is invalid. It must be an event type/u],
    ['an endless document', ['log', '--follow', '--json'], {}, /--ndjson/u],
    ['a folder without a log', ['log', '--data', join(empty, 'none')], {}, /There is no log in/u],
    [
      'a folder that is a file',
      ['serve', '--port', '0', '--data', import.meta.filename],
      {},
      /usage\.spec\.ts is a file, but must be a folder/u,
    ],
    [
      'a folder below a file',
      ['token', '--person', 'a', '--data', join(import.meta.filename, 'x')],
      {},
      /a part of this path is a file, but must be a folder/u,
    ],
    [
      'an address of another machine',
      ['serve', '--port', '0', '--host', '192.0.2.1', '--log-level', 'silent', '--data', served],
      {},
      /^wuwei: this machine has no address 192\.0\.2\.1: give one that it has with --host\n$/u,
    ],
    [
      'a revocation for a folder that does not exist',
      ['token', 'revoke', 'abc', '--person', 'p', '--data', join(empty, 'none')],
      {},
      /there is no data folder .*none: give that of the server with --data/u,
    ],
    ['nothing to rebuild', ['projections', 'rebuild', '--data', empty], {}, /or use --all/u],
    ['a rebuild of what is no data folder', ['projections', 'rebuild', '--all'], { WUWEI_DATA: empty }, /There is no log in/u],
    ['no such projection', ['projections', 'check', 'rankings', '--data', empty], {}, /no projection rankings; there are place-tree, /u],
    [
      'an unknown command of projections',
      ['projections', 'chekc', '--data', empty],
      {},
      /unknown command 'chekc' of projections, which has rebuild and check/u,
    ],
    [
      'an empty folder for the demo',
      ['demo', '--once', '--data', ''],
      {},
      /'--data <folder>' argument '' is invalid. It must name a folder/u,
    ],
    [
      'an empty folder for the demo in a variable',
      ['demo', '--once'],
      { WUWEI_DATA: '' },
      /'' from env 'WUWEI_DATA' is invalid. It must name a folder/u,
    ],
    ['an unknown variable', ['projections', '--data', empty], { WUWEI_X: '1' }, /unknown setting WUWEI_X; the settings are WUWEI_DATA, /u],
    [
      'a bad port',
      ['serve', '--port', '70000'],
      {},
      /'--port <number>' argument '70000' is invalid. It must be a whole number from 0 to 65535/u,
    ],
    ['a bad port in a variable', ['serve', '--data', empty], { WUWEI_PORT: 'x' }, /'x' from env 'WUWEI_PORT' is invalid/u],
  ])('%s', async (_, args, settings: Record<string, string>, message) => {
    const { code, stdout, stderr } = await start(args, settings).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^wuwei: .*\n$/u);
    expect(stderr).toMatch(message);
  });

  it('leaves a folder that is none as it was', () => {
    expect([existsSync(join(empty, 'none')), readdirSync(empty)]).toEqual([false, []]);
  });
});
