import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const copied = [
  'src',
  'test',
  'scripts',
  'docs',
  'data',
  'openapi.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'jest.config.mjs',
  'eslint.config.mjs',
  '.prettierrc.json',
  '.dependency-cruiser.mjs',
  'bench',
  'jest.engines.config.mjs',
  'jest.poor.config.mjs',
  'knip.jsonc',
  'stryker.config.mjs',
];

/** The pieces of code in README, "Adding to it": each begins with a comment that says where it goes. */
const section = /^## Adding to it$(.*?)^## /msu.exec(readFileSync(join(checkout, 'README.md'), 'utf8'))![1]!;
const pieces = [...section.matchAll(/^```ts\n(.*?)^```$/gmsu)].flatMap(([, block]) =>
  [
    ...block!.matchAll(
      /^\/\/ ((?:src|test)\/\S+?\.ts)(?:, (after|before|in place of) `([^`\n]+)`)?\n(.*?)(?=^\/\/ (?:src|test)\/|$(?![\s\S]))/gmsu,
    ),
  ].map(([, file, where, anchor, code]) => ({ file: file!, where, anchor, code: code! })),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wuwei-adding-'));
  for (const name of copied) cpSync(join(checkout, name), join(folder, name), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function add({ file, where, anchor, code }: (typeof pieces)[number]): void {
  const path = join(folder, file);
  if (where === undefined) {
    expect(existsSync(path)).toBe(false);
    return writeFileSync(path, code);
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes(anchor!));
  expect([file, anchor, at >= 0]).toEqual([file, anchor, true]);
  lines.splice(where === 'after' ? at + 1 : at, where === 'in place of' ? 1 : 0, code.trimEnd());
  writeFileSync(path, lines.join('\n'));
}

/** What a program prints, and whether it succeeded. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): { readonly ok: boolean; readonly output: string } {
  try {
    const options = { cwd: folder, env: { ...process.env, ...env }, encoding: 'utf8', stdio: 'pipe' } as const;
    return { ok: true, output: execFileSync(process.execPath, args, options) };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { ok: false, output: stdout + stderr };
  }
}
const build = () =>
  run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'build.tsbuildinfo']);
const jest = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-i', ...args], env);
/** Only the files that were added or changed: the others are the same as in the checkout. */
const eslint = (files: readonly string[]) => run(['node_modules/eslint/bin/eslint.js', ...new Set(files)]);
const prettier = (files: readonly string[]) =>
  run(['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', ...new Set(files)]);
const knip = () => run(['node_modules/knip/bin/knip.js', '--no-progress']);
/** Links are not followed, as `node_modules` is one here. */
const dependencyCruiser = () =>
  run([
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    'src',
    '--config',
    '.dependency-cruiser.mjs',
    '--preserve-symlinks',
    '--output-type',
    'err',
  ]);
/** The golden logs in the scratch copy, in the order in which they were recorded. */
const goldenLogs = () => {
  const golden = join(folder, 'test/fixtures/golden');
  return readdirSync(golden)
    .toSorted()
    .map((number) => readFileSync(join(golden, number, 'log.ndjson'), 'utf8'));
};

it('given the additions of README, when they are made, then types, lint, docs, old events and the life of every event agree, and no step can be left out', () => {
  expect(pieces).toHaveLength(16);
  pieces.forEach(add);
  const files = pieces.map(({ file }) => file);
  expect(prettier(files)).toEqual({ ok: true, output: '' });
  expect(build()).toEqual({ ok: true, output: '' });
  expect(eslint(files)).toEqual({ ok: true, output: '' });
  expect(dependencyCruiser()).toEqual({ ok: true, output: expect.stringContaining('no dependency violations found') });
  expect(knip()).toEqual({ ok: true, output: '' });
  const passes = [true, expect.stringMatching(/^[1-9]\d* passed, 0 failed/mu)];
  // of the projections only the new one: the others are the same as in the checkout
  const tested = jest(['test/projections/all.spec.ts', '-t', 'the life of every context|the row of one aggregate|votes-by-day']);
  expect([tested.ok, tested.output]).toEqual(passes);

  // what `npm run docs` does
  const before = jest(['test/system/golden.spec.ts']);
  expect(before.output).toMatch(/PlaceDescribed@1: let it happen in test\/system\/life.ts, then run `npm run docs`/u);
  expect(before.output).toMatch(/votes-by-day has no recorded rows in this version: run `npm run docs`/u);
  const earlier = goldenLogs();
  const recorded = jest(['test/system/golden.spec.ts', 'test/system/recorded.spec.ts'], { RECORD: '1' });
  expect([recorded.ok, recorded.output]).toEqual(passes);
  const again = jest(['test/system/golden.spec.ts']);
  expect([again.ok, again.output]).toEqual(passes);
  expect(build()).toEqual({ ok: true, output: '' });
  expect(goldenLogs()).toEqual([...earlier, expect.stringMatching(/"type":"PlaceDescribed"/u)]);
  expect(run(['scripts/generate-docs.mjs']).output).toBe(
    'written: openapi.json, docs/events.md, docs/events.lock.json, docs/streams.lock.json\n',
  );
  for (const file of ['docs/events.md', 'docs/events.lock.json'])
    expect(readFileSync(join(folder, file), 'utf8')).toContain('PlaceDescribed');
  const { paths } = JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8')) as {
    paths: Record<string, { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>;
  };
  const answered = paths['/v1/contests/{id}/votes/by-day']!.get.responses['200']!.content['application/json']!.schema;
  expect(answered).toMatchObject({ properties: { items: { items: { required: expect.arrayContaining(['day', 'votes']) } } } });

  const lock = join(folder, 'docs/events.lock.json');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace('"maxLength": 500', '"maxLength": 400'));
  expect(run(['scripts/generate-docs.mjs', '--check'])).toEqual({
    ok: false,
    output: expect.stringMatching(/the shape of \w+ has changed, but not its schema version/u),
  });

  const projection = pieces.find(({ file, where }) => file.startsWith('src/projections/') && where === undefined)!.file;
  const added = readFileSync(join(folder, projection), 'utf8');
  writeFileSync(join(folder, projection), `${added}export const today = Date.now();\n`);
  expect(eslint([projection])).toEqual({ ok: false, output: expect.stringContaining('The core reads no clock') });
  writeFileSync(join(folder, projection), added);

  const evolved = pieces.find(({ anchor }) => anchor === 'evolve: {')!;
  const path = join(folder, evolved.file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(evolved.code.trimEnd(), ''));
  expect(build()).toEqual({ ok: false, output: expect.stringContaining("Property 'PlaceDescribed' is missing") });
}, 900_000);
