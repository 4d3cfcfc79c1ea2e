import { Command, CommanderError } from 'commander';
import { explained } from './common.js';

/** Modules of the commands, loaded on demand: loading the HTTP server alone takes longer than most commands. */
const modules: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.js')).demo,
  serve: async () => (await import('./serve.js')).serve,
  log: async () => (await import('./log.js')).log,
  projections: async () => (await import('./projections.js')).projections,
  recompute: async () => (await import('./recompute.js')).recompute,
  import: async () => (await import('./import.js')).imports,
  export: async () => (await import('./export.js')).exportCommand,
  count: async () => (await import('./count.js')).countCommand,
  convert: async () => (await import('./convert.js')).convert,
  copy: async () => (await import('./copy.js')).copy,
  keys: async () => (await import('./keys.js')).keys,
  token: async () => (await import('./token.js')).token,
};

const wuwei = (): Command =>
  new Command('wuwei')
    .description('Wuwei 五微: residents govern their neighbourhoods by the Five Micro Work Method, and everybody can check the counts.')
    .option('--json', 'print one JSON document on standard output and nothing else')
    .addHelpText(
      'after',
      '\nTo start: wuwei demo\nSettings are flags or WUWEI_* variables; `wuwei <command> --help` lists those of a command.\n',
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (text, write) =>
        write(
          `wuwei: ${text
            .replace(/^error: /u, '')
            .trim()
            .replaceAll('\n', ' ')} (see --help)\n`,
        ),
    })
    .exitOverride();

const inherit = (command: Command, from: Command): Command => {
  for (const below of command.copyInheritedSettings(from).commands) inherit(below, command);
  return command;
};

/**
 * Runs a command and sets the exit code of the process.
 * @param args what follows the name of the program
 */
export async function run(args: readonly string[]): Promise<void> {
  const program = wuwei();
  const named = args.find((word) => !word.startsWith('-')) ?? '';
  const wanted = Object.hasOwn(modules, named) ? [modules[named]!] : Object.values(modules);
  for (const command of await Promise.all(wanted.map((load) => load()))) program.addCommand(inherit(command, program));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const { message, exitCode } =
      error instanceof CommanderError ? { message: null, exitCode: error.exitCode === 0 ? 0 : 2 } : (explained(error) ?? {});
    if (exitCode === undefined) throw error;
    if (message !== null) process.stderr.write(`wuwei: ${message}\n`);
    process.exitCode = exitCode;
  }
}
