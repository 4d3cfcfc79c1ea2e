// Writes openapi.json and docs/events.md from the code (`npm run docs`); with --check it fails if they are stale and writes nothing.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { commands, queries } from '../dist/application/contexts.js';
import { openApi } from '../dist/infrastructure/http/openapi.js';
import { eventCatalogue } from '../dist/infrastructure/schema/catalogue.js';

const files = {
  'openapi.json': `${JSON.stringify(openApi(commands, queries), null, 2)}\n`,
  'docs/events.md': eventCatalogue(),
};
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};
const stale = Object.entries(files).filter(([file, text]) => read(file) !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is stale: run \`npm run docs\` and commit it`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync('docs', { recursive: true });
  for (const [file, text] of stale) writeFileSync(file, text);
  console.log(stale.length > 0 ? `written: ${stale.map(([file]) => file).join(', ')}` : 'nothing was stale');
}
