// Writes openapi.json, docs/events.md, docs/policies.md, the locks docs/{events,streams}.lock.json and the schema docs/count-schema/<version>.json from the code
// (`npm run docs`); with --check it fails if they are stale and writes nothing. It fails if the shape of an event, or what `wuwei --json count`
// prints, has changed without a new schema version, or the name of a stream has.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { commands, queries } from '../dist/application/contexts.js';
import { schemaVersion } from '../dist/infrastructure/cli/count-documents.js';
import { lockCountSchema } from '../dist/infrastructure/cli/count-schema.js';
import { openApi } from '../dist/infrastructure/http/openapi.js';
import { eventCatalogue } from '../dist/infrastructure/schema/catalogue.js';
import { policyCatalogue } from '../dist/infrastructure/schema/policy-catalogue.js';
import { lockEvents, lockStreams } from '../dist/infrastructure/schema/lock.js';

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};
const lockFile = 'docs/events.lock.json';
const streamsFile = 'docs/streams.lock.json';
const countFile = `docs/count-schema/${schemaVersion}.json`;
const counts = lockCountSchema(read(countFile));
const events = lockEvents(JSON.parse(read(lockFile) ?? '{}'));
const streams = lockStreams(JSON.parse(read(streamsFile) ?? '{}'), commands);
const files = {
  'openapi.json': `${JSON.stringify(openApi(commands, queries), null, 2)}\n`,
  'docs/events.md': eventCatalogue(),
  'docs/policies.md': policyCatalogue(),
  [lockFile]: `${JSON.stringify(events.lock, null, 1)}\n`,
  [streamsFile]: `${JSON.stringify(streams.lock, null, 1)}\n`,
  [countFile]: counts.text,
};
const stale = Object.entries(files).filter(([file, text]) => read(file) !== text);
const problems = [
  ...events.problems.map((problem) => `${lockFile}: ${problem}`),
  ...streams.problems.map((problem) => `${streamsFile}: ${problem}`),
  ...counts.problems.map((problem) => `${countFile}: ${problem}`),
];
for (const problem of problems) console.error(problem);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is stale: run \`npm run docs\` and commit it`);
} else {
  mkdirSync('docs/count-schema', { recursive: true });
  for (const [file, text] of stale) writeFileSync(file, text);
  console.log(stale.length > 0 ? `written: ${stale.map(([file]) => file).join(', ')}` : 'nothing was stale');
}
if (problems.length > 0 || (process.argv.includes('--check') && stale.length > 0)) process.exitCode = 1;
