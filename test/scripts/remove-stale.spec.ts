import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-stale-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

describe('given compiled files', () => {
  it('when a source was removed, then what was compiled from it goes, and nothing else', () => {
    for (const path of ['src/domain', 'dist/domain']) mkdirSync(join(folder, path), { recursive: true });
    for (const path of [
      'src/cli.ts',
      'dist/cli.js',
      'dist/cli.js.map',
      'dist/.tsbuildinfo',
      'dist/domain/gone.js',
      'dist/domain/gone.js.map',
    ])
      writeFileSync(join(folder, path), '');
    const { status, stderr } = spawnSync(process.execPath, ['scripts/remove-stale.mjs', join(folder, 'dist'), join(folder, 'src')], {
      encoding: 'utf8',
    });
    const left = ['cli.js', 'cli.js.map', '.tsbuildinfo', 'domain/gone.js', 'domain/gone.js.map'].filter((file) =>
      existsSync(join(folder, 'dist', file)),
    );
    expect([stderr, status, left]).toEqual(['', 0, ['cli.js', 'cli.js.map', '.tsbuildinfo']]);
  });

  it.each([
    ['build', 'dist src'],
    ['bench', 'dist-bench .'],
  ])('npm run %s does so for %s', (script, folders) => expect(scripts[script]).toContain(`node scripts/remove-stale.mjs ${folders}`));
});
