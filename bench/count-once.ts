import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { RuleName } from '../src/domain/voting/rules.js';
import { countFile } from '../src/infrastructure/cli/count-file.js';

/* Counts a file of ballots once, in a process of its own, so that its memory can be measured. Without a rule it only reads the file. */

const [path = '', rule, seats] = process.argv.slice(2);

/** Reads the lines and their cells and does nothing with them. */
function readOnly(): number {
  const text = readFileSync(path, 'utf8');
  const separator = path.endsWith('.pb') ? ';' : ',';
  let cells = 0;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    cells += text.slice(at, end).split(separator).length;
    at = end + 1;
  }
  return cells;
}

const start = performance.now();
if (rule === undefined) readOnly();
else countFile(path, () => readFileSync(path), { rule: rule as RuleName, ...(seats !== undefined && { seats: Number(seats) }) });
const milliseconds = performance.now() - start;
process.send!({ milliseconds, residentMegabytes: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
