// The lint rules are themselves checked: this folder breaks each of them, and every one must be reported. What there is to break is
// read from the rules, so a new one without a breach fails here.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import arrows from '../../.dependency-cruiser.mjs';
import { pure } from '../../eslint.config.mjs';

const here = import.meta.dirname;
const top = join(here, '../..');
const silent = [];

const cruise = join(top, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const options = ['--config', join(top, '.dependency-cruiser.mjs'), '--ts-config', join(top, 'tsconfig.json'), '--output-type', 'json'];
const cruiser = spawnSync(process.execPath, [cruise, 'src', ...options], { cwd: here, encoding: 'utf8', maxBuffer: 1e8 });
if (cruiser.stdout === '') throw new Error(`lint canary: dependency-cruiser said nothing\n${cruiser.stderr}`);
const broken = new Set(JSON.parse(cruiser.stdout).summary.violations.map(({ rule }) => rule.name));
silent.push(...arrows.forbidden.map(({ name }) => name).filter((name) => !broken.has(name)));

// Each entry alone, as several selectors share one message.
for (const [rule, [severity, ...entries]] of Object.entries(pure)) {
  for (const entry of entries) {
    const override = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, rules: { [rule]: [severity, entry] } };
    const eslint = new ESLint({ cwd: here, overrideConfigFile: true, overrideConfig: [override] });
    const messages = (await eslint.lintFiles(['src/domain/contest/impure.ts'])).flatMap((file) => file.messages);
    if (!messages.some(({ ruleId }) => ruleId === rule)) silent.push(`${rule} ${entry.selector ?? entry}`);
  }
}

// And the house itself keeps them where it must.
const house = new ESLint({ cwd: top });
for (const file of ['src/domain/registry/place.ts', 'src/projections/projection.ts']) {
  const { rules } = await house.calculateConfigForFile(join(top, file));
  for (const [rule, [, ...entries]] of Object.entries(pure)) {
    const [severity, ...kept] = rules[rule] ?? [];
    if (severity !== 2 || !isDeepStrictEqual(kept, entries)) silent.push(`${rule}, which ${file} does not have to keep`);
  }
}

if (silent.length > 0) {
  console.error(`lint canary: these let a breach pass:\n  ${silent.join('\n  ')}`);
  process.exit(1);
}
console.log('lint canary: every rule reported its breach');
