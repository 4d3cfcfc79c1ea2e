import { type Command, InvalidArgumentError, Option } from 'commander';
import { pino, type Logger } from 'pino';
import { ProjectionInUse } from '../../application/projecting/under-leases.js';
import { LogCorrupt, LogUnavailable, NewerEvent, NoSuchPosition, OutcomeUnknown } from '../../application/ports/event-log.js';
import { KeysUnavailable } from '../../application/ports/personal-keys.js';
import { ReadModelsUnavailable } from '../../application/ports/read-models.js';
import { DataFolderNotPrivate } from '../private-files.js';
import { InvalidSecretFile, secretIn } from '../secret-file.js';
import { DataFolderInUse, storeErrorText } from '../store-errors.js';
import type { Engines } from '../store-settings.js';
import type { Place } from '../upkeep.js';
import { type Role, secretFileOf, type Setting, settings, unknownVariables, type Values, variables } from '../settings.js';

/** The command was used wrongly: printed in one line without a stack; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was executed and failed, fully or partly: printed in one line without a stack; exit code 1. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

/** Parses the text of an option. `read` throws an Error that says what is valid. */
export const checked =
  <T>(read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError(`It ${(error as Error).message}.`);
    }
  };

/**
 * Adds settings to a command: each is a flag and a variable, and is checked when read. A secret has a second flag and variable that name a
 * file; it is checked in `valuesOf`, because commander repeats the text of an invalid option.
 */
export function withSettings(command: Command, ...names: readonly (keyof typeof settings)[]): Command {
  for (const name of names) {
    const setting = settings[name] as Setting<unknown>;
    const option = new Option(setting.flag, setting.help).env(setting.variable).default(setting.default);
    command.addOption(setting.isSecret ? option : option.argParser(checked(setting.read)));
    if (!setting.isSecret) continue;
    const { flag, variable, help } = secretFileOf(setting);
    command.addOption(new Option(flag, help).env(variable));
  }
  return command;
}

/** The values of the settings of a command and its parents. @throws UsageError for an unknown WUWEI_* variable or an invalid secret */
export function valuesOf(command: Command): Values & { readonly json?: boolean } {
  const unknown = unknownVariables(process.env);
  if (unknown.length > 0) throw new UsageError(`unknown setting ${unknown.join(', ')}; the settings are ${variables.join(', ')}`);
  const values = command.optsWithGlobals<Values & { readonly json?: boolean }>();
  const secrets = Object.entries<Setting<unknown>>(settings).filter(([name, { isSecret }]) => isSecret && name in values);
  return { ...values, ...Object.fromEntries(secrets.map(([name, setting]) => [name, secretOf(command, name, setting)])) };
}

/** The settings that say where an installation is kept. */
export const placeSettings = ['data', 'eventstore', 'mongodb'] as const;

/** Where the installation is kept that a command works on. @throws UsageError if only one of the two engines is named */
export const placeOf = (values: Pick<Values, 'data' | 'eventstore' | 'mongodb'> & Partial<Pick<Values, 'masterKeyFile'>>): Place => ({
  folder: values.data,
  engines: enginesIn(values),
  ...(values.masterKeyFile !== undefined && { masterKeyFile: values.masterKeyFile }),
});

/** The value of a secret, which is given as text or as a file. A flag takes precedence over a variable. */
function secretOf(command: Command, name: string, setting: Setting<unknown>): unknown {
  const names = [name, `${name}File`] as const;
  const values = command.optsWithGlobals<Readonly<Record<string, string>>>();
  const isGiven = (source: string) => names.filter((one) => command.getOptionValueSourceWithGlobals(one) === source);
  const [given = name, other] = [isGiven('cli'), isGiven('env')].find((some) => some.length > 0) ?? [];
  const file = secretFileOf(setting);
  const [text, inFile] = [setting, file].map(({ flag, variable }) => `${flag.split(' ')[0]!} (${variable})`);
  if (other !== undefined)
    throw new UsageError(`give ${text} or ${inFile}, not both. ${setting.variable} 与 ${file.variable} 只能填一项。`);
  const isFile = given !== name;
  try {
    return setting.read(isFile ? secretIn(values[given]!) : values[given]!);
  } catch (error) {
    throw new UsageError(`${isFile ? inFile : text}: ${(error as Error).message}`);
  }
}

/** Logs go to standard error, so that standard output has only the result. */
export const loggerOf = ({ logLevel }: Pick<Values, 'logLevel'>): Logger =>
  pino({ level: logLevel, base: null }, pino.destination({ fd: 2, sync: true }));

/** Prints one JSON document with --json, otherwise the text. */
export function print(options: { readonly json?: boolean }, document: unknown, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(document)}\n` : `${text()}\n`);
}

const unread = new AbortController();
/** Aborted when standard output is closed (`| head`) or cannot be written. */
export const outputGone = unread.signal;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  unread.abort();
  if (error.code === 'EPIPE') return; // the reader has closed the pipe, which is normal
  process.stderr.write(`wuwei: standard output: ${error.message}\n`);
  process.exitCode = 2;
});

/** Resolves at SIGINT (Ctrl-C) or SIGTERM. */
export const askedToEnd = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });

const expected = [
  NewerEvent,
  UsageError,
  InvalidSecretFile,
  DataFolderInUse,
  DataFolderNotPrivate,
  LogUnavailable,
  ReadModelsUnavailable,
  KeysUnavailable,
  OutcomeUnknown,
  NoSuchPosition,
  ProjectionInUse,
  LogCorrupt,
];

type SystemError = NodeJS.ErrnoException & { readonly address?: string; readonly hostname?: string };
/** What an error of the operating system means to the user, by its code. */
const systemTexts: Readonly<Record<string, (error: SystemError) => string>> = {
  ENOENT: ({ path }) => `${path} does not exist`,
  EEXIST: ({ path }) => `${path} is a file, but must be a folder`,
  ENOTDIR: ({ path }) => `${path}: a part of this path is a file, but must be a folder`,
  EISDIR: ({ path }) => `${path} is a folder, but must be a file`,
  EACCES: ({ path, port }: SystemError & { readonly port?: number }) =>
    path === undefined ? `you may not listen on port ${port}: choose another with --port` : `you have no permission for ${path}`,
  EADDRNOTAVAIL: ({ address }) => `this machine has no address ${address}: give one that it has with --host`,
  ENOTFOUND: ({ hostname }) => `no address is known for the name ${hostname}: give an address with --host`,
};

/** The message and exit code for an expected error; null for an unexpected one, whose stack is then printed. */
export function explained(error: unknown): { readonly message: string; readonly exitCode: 1 | 2 } | null {
  if (!(error instanceof Error)) return null;
  const { message, code = '', syscall } = error as SystemError;
  if (error instanceof Failed) return { message, exitCode: 1 };
  if (syscall !== undefined) return { message: systemTexts[code]?.(error) ?? message, exitCode: 2 };
  if (expected.some((type) => error instanceof type)) return { message, exitCode: 2 };
  const text = storeErrorText(error);
  return text === null ? null : { message: text, exitCode: 2 };
}

/**
 * What the process does, of the engines that are named.
 * @throws UsageError if it should do a part only, and there are no engines
 */
export function roleIn({ role }: Pick<Values, 'role'>, engines: Engines | null): Role {
  if (role !== 'all' && engines === null)
    throw new UsageError(
      `--role ${role} needs --eventstore and --mongodb: a data folder belongs to one process, which does all (--role all).`,
    );
  return role;
}

/** The engines that are named; null: everything is in the data folder. @throws UsageError if only one of the two is named */
export function enginesIn({ eventstore, mongodb }: Pick<Values, 'eventstore' | 'mongodb'>): Engines | null {
  if (eventstore === '' && mongodb === '') return null;
  if (eventstore === '' || mongodb === '')
    throw new UsageError('name both --eventstore and --mongodb, or neither: then everything is in the data folder.');
  return { eventstore, mongodb };
}
