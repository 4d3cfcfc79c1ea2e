// Removes from a folder of compiled files what has no source any more: `tsc` leaves it there, and it could still be run.
// node scripts/remove-stale.mjs <compiled> <sources>
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [compiled, sources] = process.argv.slice(2);
for (const file of readdirSync(compiled, { recursive: true })) {
  if (/\.js(\.map)?$/u.test(file) && !existsSync(join(sources, file.replace(/\.js(\.map)?$/u, '.ts')))) rmSync(join(compiled, file));
}
