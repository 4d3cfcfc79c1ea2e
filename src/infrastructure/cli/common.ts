import { type Command, InvalidArgumentError, Option } from 'commander';
import { pino, type Logger } from 'pino';
import { type Setting, settings, unknownVariables } from '../settings.js';

/** A mistake of whoever typed the command: told in one line, without a stack, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Values = { readonly [K in keyof typeof settings]: (typeof settings)[K]['default'] };

/** Adds settings to a command: each a flag and a variable, checked when read. */
export function withSettings(command: Command, ...names: readonly (keyof typeof settings)[]): Command {
  for (const name of names) {
    const { flag, variable, help, default: preset, read } = settings[name] as Setting<unknown>;
    const option = new Option(flag, help).env(variable).default(preset);
    option.argParser((text) => {
      try {
        return read(text);
      } catch (error) {
        throw new InvalidArgumentError(`It ${(error as Error).message}.`);
      }
    });
    command.addOption(option);
  }
  return command;
}

/** The settings' values of a command and of those above it. @throws UsageError when a WUWEI_* variable is none of them */
export function valuesOf(command: Command): Values & { readonly json?: boolean } {
  const unknown = unknownVariables(process.env);
  if (unknown.length > 0) throw new UsageError(`unknown setting ${unknown.join(', ')}; the settings are ${Object.values(settings).map(({ variable }) => variable).join(', ')}`);
  return command.optsWithGlobals();
}

/** Logs go to standard error, so that standard output holds only what was asked for. */
export const loggerOf = ({ logLevel }: Pick<Values, 'logLevel'>): Logger => pino({ level: logLevel, base: null }, pino.destination({ fd: 2, sync: true }));

/** With --json one document and nothing else on standard output; otherwise the text. */
export function print(options: { readonly json?: boolean }, document: unknown, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : `${text()}\n`);
}

/** Resolves when the process is asked to end (Ctrl-C, SIGTERM). */
export const askedToEnd = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
