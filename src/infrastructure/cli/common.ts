import { type Command, InvalidArgumentError, Option } from 'commander';
import { pino, type Logger } from 'pino';
import { NewerEvent } from '../../application/kernel/decode.js';
import { LogCorrupt, LogUnavailable } from '../../application/ports/event-log.js';
import { InvalidKeyFile } from '../key-file.js';
import { failureOf, isCorrupt } from '../event-log/sqlite/errors.js';
import { DataFolderInUse } from '../event-log/sqlite/lock.js';
import { DataFolderNotPrivate } from '../private-files.js';
import { type Setting, settings, unknownVariables, type Values } from '../settings.js';

/** A mistake of whoever typed the command: told in one line, without a stack, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was carried out and ended badly: told likewise, and the exit code is 1. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

/** An option's text as `read` understands it; what `read` throws says what is right. */
export const checked =
  <T>(read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError(`It ${(error as Error).message}.`);
    }
  };

/** Adds settings to a command: each a flag and a variable, checked when read. */
export function withSettings(command: Command, ...names: readonly (keyof typeof settings)[]): Command {
  for (const name of names) {
    const { flag, variable, help, default: preset, read } = settings[name] as Setting<unknown>;
    command.addOption(new Option(flag, help).env(variable).default(preset).argParser(checked(read)));
  }
  return command;
}

/** The settings' values of a command and of those above it. @throws UsageError when a WUWEI_* variable is none of them */
export function valuesOf(command: Command): Values & { readonly json?: boolean } {
  const unknown = unknownVariables(process.env);
  if (unknown.length > 0)
    throw new UsageError(
      `unknown setting ${unknown.join(', ')}; the settings are ${Object.values(settings)
        .map(({ variable }) => variable)
        .join(', ')}`,
    );
  return command.optsWithGlobals();
}

/** Logs go to standard error, so that standard output holds only what was asked for. */
export const loggerOf = ({ logLevel }: Pick<Values, 'logLevel'>): Logger =>
  pino({ level: logLevel, base: null }, pino.destination({ fd: 2, sync: true }));

/** With --json one document and nothing else on standard output; otherwise the text. */
export function print(options: { readonly json?: boolean }, document: unknown, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : `${text()}\n`);
}

const unread = new AbortController();
/** Aborted when nobody reads standard output any more (`| head`), or it can take no more. */
export const outputGone = unread.signal;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  unread.abort();
  if (error.code === 'EPIPE') return; // whoever reads no further has what they wanted
  process.stderr.write(`wuwei: standard output: ${error.message}\n`);
  process.exitCode = 2;
});

/** Resolves when the process is asked to end (Ctrl-C, SIGTERM). */
export const askedToEnd = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });

const told = [NewerEvent, UsageError, InvalidKeyFile, DataFolderInUse, DataFolderNotPrivate, LogUnavailable, LogCorrupt];

/** What to tell of an error, in a line, and the exit code; null for one that only its stack explains. */
export function explained(error: unknown): { readonly message: string; readonly exitCode: 1 | 2 } | null {
  if (!(error instanceof Error)) return null;
  const { message, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof Failed) return { message, exitCode: 1 };
  if (syscall !== undefined || told.some((type) => error instanceof type)) return { message, exitCode: 2 };
  const failure = failureOf(error); // the log and the lock explain their own: what comes as SQLite tells it is of the read models
  if (!failure.code.startsWith('SQLITE_')) return null;
  const remedy = isCorrupt(failure)
    ? ' The file is damaged, and nothing is lost: the next start of the server sets it aside and makes it anew from the log.'
    : '';
  return { message: `read-models.db: ${message} (${failure.code}).${remedy}`, exitCode: 2 };
}
