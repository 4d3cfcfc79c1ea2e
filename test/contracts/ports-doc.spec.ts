import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const folder = new URL('./', import.meta.url);
const contracts = readdirSync(folder).filter((name) => name.endsWith('.contract.ts'));
const tests = contracts.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');

it('given the promises in docs/ports.md, when their contract tests are looked for, then each is there', () => {
  const doc = readFileSync(new URL('../../docs/ports.md', folder), 'utf8');
  const rows = [...doc.matchAll(/^\| (?!promise)(.+) \| (.+) \|$/gmu)].map(([, , test]) => test!);
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((test) => !tests.includes(`('${test}'`))).toEqual([]);
});
