// Removes compiled files without a source from a folder: `tsc` leaves them there, and they could still be run.
// node scripts/remove-stale.mjs <compiled> <sources>
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [compiled, sources] = process.argv.slice(2);
for (const file of readdirSync(compiled, { recursive: true })) {
  if (/\.js(\.map)?$/u.test(file) && !existsSync(join(sources, file.replace(/\.js(\.map)?$/u, '.ts')))) rmSync(join(compiled, file));
}
