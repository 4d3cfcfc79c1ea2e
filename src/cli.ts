#!/usr/bin/env node
import { tooFewOpenFiles } from './infrastructure/cli/open-files.js';

// Loading the program opens hundreds of files at once: whether it may is asked before, by a module that needs no other.
const servers = ['serve', 'demo', 'import'];
const args = process.argv.slice(2);
const named = args.find((word) => !word.startsWith('-')) ?? '';
const refused = servers.includes(named) ? tooFewOpenFiles() : null;
if (refused !== null) end(refused);
else await import('./infrastructure/cli/program.js').then(({ run }) => run(args)).catch(explain);

function explain(error: NodeJS.ErrnoException): void {
  const isOpening = error.code === 'EMFILE' || error.code === 'ERR_MODULE_NOT_FOUND'; // what the loader makes of the former
  const reason = isOpening ? tooFewOpenFiles() : null;
  if (reason === null) throw error;
  end(reason);
}

function end(reason: string): void {
  process.stderr.write(`wuwei: ${reason}\n`);
  process.exitCode = 2;
}
