import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { capacities } from '../../src/domain/shared/capacity.js';
import { secretFileOf, type Setting, settings, variables } from '../../src/infrastructure/settings.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(join(top, file), 'utf8');
/** Pages in English; beside each is the same page in Chinese, `.zh-CN.md`. */
const pages = [
  'README.md',
  'docs/roles.md',
  'docs/command-line.md',
  'docs/settings.md',
  'docs/operations.md',
  'docs/personal-data.md',
] as const;
const inChinese = (page: string) => page.replace(/\.md$/u, '.zh-CN.md');
const inBoth = (page: (typeof pages)[number]) => [page, inChinese(page)];
const english = read('README.md');

/**
 * What stands between fences, with the language and the mark before it: `tour` is run as it is, `tour: server` is how the server is
 * started.
 */
interface Block {
  readonly mark: string | null;
  readonly language: string;
  readonly text: string;
}
const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/(?:<!-- (tour.*?) -->\n)?^```(\w+)\n(.*?)^```$/gmsu)].map(([, mark, language = '', text = '']) => ({
    mark: mark ?? null,
    language,
    text,
  }));
const prose = (markdown: string) => markdown.replaceAll(/^```.*?^```$/gmsu, '');

/** The steps of the tour, each with what the reader is shown of its answer. */
const blocks = blocksOf(english);
const steps = blocks.flatMap(({ mark, text }, i) =>
  mark === null ? [] : [{ mark, text, shown: blocks[i + 1]?.language === 'text' ? blocks[i + 1]!.text : '' }],
);
const [server, ...tour] = steps;

/** `…` stands for what was left out. */
const asPattern = (shown: string) =>
  new RegExp(
    `^${shown
      .trim()
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
      .join('[^]*?')}$`,
    'u',
  );

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WUWEI_')));
const isThere = (tool: string) => spawnSync(tool, ['--version']).error === undefined;
const shells = isThere('curl') ? ['bash', 'zsh'].filter(isThere) : [];
const where = shells.length > 0 ? describe : describe.skip;

where.each(shells.length > 0 ? shells : ['bash'])('the tour in %s', (shellName) => {
  let folder = '';
  let data = '';
  let serving: ChildProcess | undefined;
  let url = '';
  let started = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-readme-'));
    data = join(folder, 'tour-data');
    // the program as `npm test` has built it, in a folder of its own and on a free port; the rest is as it stands in the README
    const lines = server!.text
      .trim()
      .replaceAll('npm run -s wuwei --', `exec '${process.execPath}' dist/cli.js`)
      .replaceAll('./tour-data', `'${data}'`)
      .replace('--port 3000', '--port 0')
      .split('\n');
    const [preparing, serve] = [lines.slice(0, -1), lines.at(-1)!];
    for (const line of preparing) {
      const { stdout, stderr, status } = spawnSync(shellName, ['-c', line], { cwd: top, env: environment, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${line} ended with ${status}: ${stderr}`);
      started += stdout;
    }
    const child = spawn(shellName, ['-c', serve], { cwd: top, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    serving = child;
    let complaints = '';
    child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
    url = await new Promise((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        started += text.toString();
        const found = /at (http:\S+) /u.exec(started)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${complaints}`)));
    });
  }, 180_000);

  afterAll(async () => {
    if (serving?.exitCode === null && serving.signalCode === null) {
      const ended = once(serving, 'exit');
      serving.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts the server as it says', () => {
    expect(started.trim()).toMatch(asPattern(server!.shown));
  });

  it('ends well, and prints what is shown, step by step', async () => {
    const between = '\u0001';
    const script = ['set -euo pipefail', ...tour.map(({ text }) => `${text}printf '\\001'`)].join('\n');
    const shell = spawn(shellName, ['-c', script], {
      cwd: top,
      env: { ...environment, URL: url, DATA: data },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 290_000,
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) shell[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
    const [code] = (await once(shell, 'close')) as [number | null];
    expect({ code, stderr: texts.stderr.replaceAll(/^replay: \d+ events\n/gmu, '') }).toEqual({ code: 0, stderr: '' });
    const printed = texts.stdout.replaceAll('\r', '').split(between).slice(0, -1);
    expect(printed).toHaveLength(tour.length);
    tour.forEach(({ shown }, i) => expect(printed[i]!.trim()).toMatch(asPattern(shown)));
  }, 300_000);
});

it('has a tour that starts a server and takes it through many steps', () => {
  expect(tour.length).toBeGreaterThanOrEqual(8);
  expect(server?.mark).toBe('tour: server');
});

(isThere('git') ? it : it.skip)('(needs git) leaves nothing that git would add', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-ignored-'));
  copyFileSync(join(top, '.gitignore'), join(folder, '.gitignore'));
  const git = (...args: string[]) => spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  expect(git('init').status).toBe(0);
  const left = ['tour-data/log.db', 'tour-data-backup/log.db', 'tour-data-live.txt', 'wuwei-data/log.db', 'dist/cli.js'];
  expect(
    git('check-ignore', ...left, 'src/cli.ts')
      .stdout.trim()
      .split('\n'),
  ).toEqual(left);
  rmSync(folder, { recursive: true });
});

describe.each(pages)('%s in both languages', (page) => {
  it('has the same code, diagrams and outputs', () => {
    expect(blocksOf(read(inChinese(page)))).toEqual(blocksOf(read(page)));
  });

  it('has headings, tables, lists and links in the same places', () => {
    const shape = (markdown: string) =>
      prose(markdown)
        .split('\n')
        .flatMap((line) => /^(?:#+ |- |\|(?=[^-]))/u.exec(line)?.[0] ?? []);
    expect(shape(read(inChinese(page)))).toEqual(shape(read(page)));
    const linked = (file: string) =>
      linksOf(read(file))
        .map((link) => link.replace('.zh-CN.', '.'))
        .sort();
    expect(linked(inChinese(page))).toEqual(linked(page));
  });
});

/** The commands that `--help` lists, and below each those that its own `--help` lists. */
async function commandsOf(...above: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', ...above, '--help'], { cwd: top, env: environment });
  const listed = /^Commands:\n((?: .*\n)+)/mu.exec(stdout)?.[1] ?? '';
  return [...listed.matchAll(/^ {2}([a-z]+) /gmu)].flatMap(([, name = '']) => (name === 'help' ? [] : [[...above, name].join(' ')]));
}
const everyCommand = commandsOf().then(async (commands) => [
  ...commands,
  ...(await Promise.all(commands.map((command) => commandsOf(command)))).flat(),
]);

const linksOf = (markdown: string) => [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link = '']) => link);

it.each(pages.flatMap(inBoth))('%s links to what is there', (page) => {
  const relative = linksOf(read(page)).filter((link) => !/^[a-z]+:/u.test(link));
  expect(relative).not.toEqual([]);
  expect(relative.filter((link) => !existsSync(join(top, dirname(page), link.split('#')[0]!)))).toEqual([]);
});

it.each(inBoth('docs/settings.md'))('%s names every setting with its flag and default, and none that is not', (page) => {
  const told = prose(read(page))
    .split('\n')
    .filter((line) => line.startsWith('| `--'))
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .map(([, flag, variable, preset = '']) => [flag, variable, /`([^`]*)`/u.exec(preset)?.[1]]);
  expect(told).toEqual(
    Object.values<Setting<unknown>>(settings)
      .flatMap((setting) => [setting, ...(setting.isSecret ? [{ ...secretFileOf(setting), default: '' }] : [])])
      .map(({ flag, variable, default: preset }) => [`\`${flag.split(' ')[0]}\``, `\`${variable}\``, String(preset)]),
  );
});

it.each(pages.flatMap(inBoth))('%s names no variable that is not', (page) => {
  const named = read(page).match(/WUWEI_[A-Z_]+/gu) ?? [];
  expect(named.filter((name) => name !== 'WUWEI_' && !variables.includes(name))).toEqual([]);
});

it.each(inBoth('docs/command-line.md'))(
  '%s names every command, and none that is not',
  async (page) => {
    const rows = prose(read(page))
      .split('\n')
      .flatMap((line) => /^\| `([a-z][a-z ]*)` \|/u.exec(line)?.[1] ?? []);
    const commands = await everyCommand;
    expect(commands).toEqual(expect.arrayContaining(['serve', 'projections check']));
    expect(commands.filter((command) => !rows.some((row) => row === command || row.startsWith(`${command} `)))).toEqual([]);
    expect(rows.filter((row) => !commands.includes(row))).toEqual([]);
  },
  180_000,
);

it.each(inBoth('docs/roles.md'))('%s names every capacity', (page) => {
  const told = prose(read(page))
    .split('\n')
    .flatMap((line) => (/^\| [a-z-]+(?:, [a-z-]+)* \|/u.test(line) ? line.split('|')[1]!.trim().split(', ') : []));
  expect(told).toEqual(expect.arrayContaining(['resident', 'auditor', 'system']));
  expect(capacities.filter((capacity) => !told.includes(capacity))).toEqual([]);
});
