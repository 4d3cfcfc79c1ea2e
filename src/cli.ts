#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { UsageError } from './infrastructure/cli/common.js';
import { serve } from './infrastructure/cli/serve.js';
import { token } from './infrastructure/cli/token.js';
import { DataFolderInUse } from './infrastructure/event-log/sqlite/lock.js';

const program = new Command('wuwei')
  .description('Wuwei 五微: residents govern their neighbourhoods by the Five Micro Work Method, and everybody can check what is counted.')
  .option('--json', 'print one JSON document on standard output, and nothing else')
  .addHelpText('after', '\nBegin with: wuwei demo\nSettings are flags or WUWEI_* variables; `wuwei <command> --help` lists those of a command.\n')
  .exitOverride()
  .showHelpAfterError('(add --help for what there is)');
for (const command of [serve, token]) {
  command.exitOverride().option('--json', 'print one JSON document on standard output, and nothing else');
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UsageError || error instanceof DataFolderInUse) {
    process.stderr.write(`wuwei: ${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}
