// The lint rules are themselves checked: this folder breaks each of them, and every one must be reported.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { pure } from '../../eslint.config.mjs';

const here = import.meta.dirname;
const top = join(here, '../..');
const missing = [];

const cruiser = spawnSync(process.execPath, [join(top, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), 'src', '--config', join(top, '.dependency-cruiser.mjs'), '--ts-config', join(top, 'tsconfig.json'), '--output-type', 'err'], { cwd: here, encoding: 'utf8' });
for (const rule of ['domain-is-pure', 'context-imports-no-other-context', 'projections-are-pure', 'application-knows-no-engine']) {
  if (cruiser.status === 0 || !cruiser.stdout.includes(rule)) missing.push(rule);
}

const eslint = new ESLint({ cwd: here, overrideConfigFile: true, overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, rules: pure }] });
const messages = (await eslint.lintFiles(['src/domain/contest/impure.ts'])).flatMap((file) => file.messages);
for (const [rule, count] of [['no-restricted-syntax', 3], ['no-restricted-globals', 1]]) {
  if (messages.filter(({ ruleId }) => ruleId === rule).length !== count) missing.push(rule);
}

if (missing.length > 0) {
  console.error(`lint canary: these rules let a breach pass: ${missing.join(', ')}\n${cruiser.stdout}${cruiser.stderr}`);
  process.exit(1);
}
console.log('lint canary: every rule reported its breach');
