import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

/*
 * The tests of the application on poor-rows.ts, which does all that the port allows: commits that fail at any point, rows that are seen one
 * by one and late, no row kept in memory.
 */
process.env['WUWEI_TEST_ROWS'] = 'poor';

const folder = new URL('./', import.meta.url);
/** They make rows of their own. */
const others = ['lagging-rows.spec.ts', 'poor-rows.spec.ts'];
const specs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.spec.ts') && !others.includes(name))
  .filter((name) => /support\/(?:application|asking|contest-stage|recompute)\.js/u.test(readFileSync(new URL(name, folder), 'utf8')))
  .sort();

it('given the tests of the application, when those are looked for that need rows, then there are some in every context', () => {
  const contexts = ['audit', 'contest', 'covenant', 'guardianship', 'platform', 'registry', 'renovation'];
  expect(contexts.filter((context) => !specs.some((name) => name.startsWith(`contexts/${context}/`)))).toEqual([]);
  expect(specs).toEqual(expect.arrayContaining(['kernel/execute.spec.ts', 'kernel/destroyed-keys.spec.ts', 'process/runner.spec.ts']));
});

for (const spec of specs) await import(`./${spec.replace(/\.ts$/u, '.js')}`);
