/*
 * Settings are flags of the command line or WUWEI_* variables. A flag takes precedence over a variable, a variable over the default. An
 * unknown or invalid setting prevents the start, because a setting that is silently ignored is worse than none.
 */

import { isIP } from 'node:net';
import { longestTokenDays } from '../domain/registry/token-days.js';

/** One setting: its names, its meaning, and how its text is read. `read` throws an Error that says what is valid. */
export interface Setting<T> {
  readonly flag: string;
  readonly variable: `WUWEI_${string}`;
  readonly help: string;
  readonly default: T;
  readonly read: (text: string) => T;
  /** It may hold a password: it can also be given as a file (`secretFileOf`), and no message repeats it. */
  readonly isSecret?: true;
}
const setting = <T>(definition: Setting<T>): Setting<T> => definition;

/** Reads a whole number. */
export const integer = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < least || value > most) throw new Error(`must be a whole number from ${least} to ${most}`);
  return value;
};

/** The flag and the variable that name the file of a secret setting, such as `--mongodb-file` and `WUWEI_MONGODB_FILE`. */
export const secretFileOf = ({ flag, variable }: Pick<Setting<unknown>, 'flag' | 'variable'>) =>
  ({
    flag: `${flag.split(' ')[0]!}-file <file>`,
    variable: `${variable}_FILE`,
    help: `file that holds ${flag.split(' ')[0]!}, mode 0600; for one with a password`,
  }) as const;

const levels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const;

/** What a process does: answers requests, keeps rows up to date, gives the commands that fall due, or everything. */
const roles = ['api', 'projector', 'agenda', 'all'] as const;
export type Role = (typeof roles)[number];

/** Whether a process of this role does this part of the work. */
export const does = (role: Role, part: Role): boolean => role === part || role === 'all';

const metricsReaders = ['loopback', 'auditors', 'everybody'] as const;

export const settings = {
  data: setting({
    flag: '--data <folder>',
    variable: 'WUWEI_DATA',
    help: 'folder of the log, the read models and the issuer’s key',
    default: 'wuwei-data',
    read: (text) => {
      if (text === '') throw new Error('must name a folder');
      return text;
    },
  }),
  eventstore: setting({
    flag: '--eventstore <connection>',
    variable: 'WUWEI_EVENTSTORE',
    isSecret: true,
    help:
      'keep the log in EventStoreDB or KurrentDB, for example esdb://127.0.0.1:2113?tls=false; needs --mongodb too. Not named: in ' +
      'the folder',
    default: '',
    read: (text) => {
      if (!/^(?:|(?:esdb|kurrentdb)(?:\+discover)?:\/\/.+)$/u.test(text))
        throw new Error('must be esdb://host:port, esdb+discover://host or kurrentdb://…');
      return text;
    },
  }),
  mongodb: setting({
    flag: '--mongodb <connection>',
    variable: 'WUWEI_MONGODB',
    isSecret: true,
    help:
      'keep read models and keys in MongoDB, for example mongodb://127.0.0.1:27017/wuwei; needs --eventstore too. Not named: in the ' +
      'folder',
    default: '',
    read: (text) => {
      if (!/^(?:|mongodb(?:\+srv)?:\/\/.+)$/u.test(text)) throw new Error('must be mongodb://host:port/database or mongodb+srv://…');
      return text;
    },
  }),
  masterKeyFile: setting({
    flag: '--master-key-file <file>',
    variable: 'WUWEI_MASTER_KEY_FILE',
    help: 'file of the master key, which wraps the keys of personal data; master.key in the data folder where none is named',
    default: '',
    read: (text) => text,
  }),
  issuerKeyFile: setting({
    flag: '--issuer-key-file <file>',
    variable: 'WUWEI_ISSUER_KEY_FILE',
    help: 'file of the key that signs tokens; the same for all processes. issuer.key in the data folder where none is named',
    default: '',
    read: (text) => text,
  }),
  role: setting<Role>({
    flag: '--role <role>',
    variable: 'WUWEI_ROLE',
    help:
      'what this process does: api (answers requests), projector (updates the read models), agenda (does what falls due), all. A ' +
      'data folder has one process, which does all',
    default: 'all',
    read: (text) => {
      const role = roles.find((one) => one === text);
      if (role === undefined) throw new Error(`must be one of ${roles.join(', ')}`);
      return role;
    },
  }),
  takeover: setting({
    flag: '--takeover <seconds>',
    variable: 'WUWEI_TAKEOVER',
    help: 'seconds in which another process takes over from a projector or agenda that was killed; the same for all processes',
    default: 10,
    read: integer(2, 3_600),
  }),
  drain: setting({
    flag: '--drain <seconds>',
    variable: 'WUWEI_DRAIN',
    help: 'seconds at the stop in which /health/ready says that it stops, and requests are still taken, so that a proxy sends no more',
    default: 0,
    read: integer(0, 600),
  }),
  host: setting({
    flag: '--host <address>',
    variable: 'WUWEI_HOST',
    help: 'address to listen on',
    default: '127.0.0.1',
    read: (text) => {
      if (text === '') throw new Error('must be an address');
      return text;
    },
  }),
  port: setting({
    flag: '--port <number>',
    variable: 'WUWEI_PORT',
    help: 'port to listen on; 0: any free port',
    default: 3000,
    read: integer(0, 65535),
  }),
  logLevel: setting({
    flag: '--log-level <level>',
    variable: 'WUWEI_LOG_LEVEL',
    help: `how much to log on standard error: ${levels.join(', ')}`,
    default: 'info',
    read: (text) => {
      if (!(levels as readonly string[]).includes(text)) throw new Error(`must be one of ${levels.join(', ')}`);
      return text;
    },
  }),
  wrongTokens: setting({
    flag: '--wrong-tokens <number>',
    variable: 'WUWEI_WRONG_TOKENS',
    help: 'wrong tokens per minute from one address; further ones are answered 429',
    default: 30,
    read: integer(1, 1_000_000),
  }),
  writes: setting({
    flag: '--writes <number>',
    variable: 'WUWEI_WRITES',
    help: 'commands per minute with one token; further ones are answered 429',
    default: 1_200,
    read: integer(1, 1_000_000),
  }),
  requestTimeout: setting({
    flag: '--request-timeout <seconds>',
    variable: 'WUWEI_REQUEST_TIMEOUT',
    help: 'seconds in which a request must be complete; otherwise it is answered 408',
    default: 30,
    read: integer(1, 3_600),
  }),
  connections: setting({
    flag: '--connections <number>',
    variable: 'WUWEI_CONNECTIONS',
    help: 'maximum number of connections; further ones are closed',
    default: 10_000,
    read: integer(1, 1_000_000),
  }),
  tokenDays: setting({
    flag: '--token-days <number>',
    variable: 'WUWEI_TOKEN_DAYS',
    help: `days after its issue at which every token is refused; at most ${longestTokenDays}`,
    default: 30,
    read: integer(1, longestTokenDays),
  }),
  trustedProxies: setting({
    flag: '--trusted-proxies <addresses>',
    variable: 'WUWEI_TRUSTED_PROXIES',
    help: 'addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted, separated by commas',
    default: '',
    read: (text) => {
      if (text !== '' && !text.split(',').every((one) => isNetwork(one.trim())))
        throw new Error('must be addresses or networks separated by commas, for example 127.0.0.1,10.0.0.0/8');
      return text;
    },
  }),
  metrics: setting<(typeof metricsReaders)[number]>({
    flag: '--metrics <readers>',
    variable: 'WUWEI_METRICS',
    help: 'who may read /metrics besides auditors: loopback (requests from this machine), auditors (nobody else), everybody',
    default: 'loopback',
    read: (text) => {
      const readers = metricsReaders.find((one) => one === text);
      if (readers === undefined) throw new Error(`must be one of ${metricsReaders.join(', ')}`);
      return readers;
    },
  }),
} as const;

/** An IP address, or a network such as `10.0.0.0/8`. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const isSized = bits === undefined || (/^\d{1,3}$/u.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  return family !== 0 && isSized && more.length === 0;
}

export type Values = { readonly [K in keyof typeof settings]: (typeof settings)[K]['default'] };

/** Settings of the HTTP server besides its address. */
export interface HttpSettings extends Pick<
  Values,
  'wrongTokens' | 'writes' | 'requestTimeout' | 'connections' | 'trustedProxies' | 'metrics' | 'drain'
> {
  /** False: every answer is read anew; for tests. */
  readonly keepsAnswers: boolean;
}
export const defaultHttpSettings: HttpSettings = {
  wrongTokens: settings.wrongTokens.default,
  writes: settings.writes.default,
  requestTimeout: settings.requestTimeout.default,
  connections: settings.connections.default,
  trustedProxies: settings.trustedProxies.default,
  metrics: settings.metrics.default,
  drain: settings.drain.default,
  keepsAnswers: true,
};

/** The variables of all settings, and of the files of secrets. */
export const variables: readonly string[] = Object.values<Setting<unknown>>(settings).flatMap((one) =>
  one.isSecret ? [one.variable, secretFileOf(one).variable] : [one.variable],
);

/** The WUWEI_* variables that are not settings. */
export const unknownVariables = (environment: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.keys(environment).filter((name) => name.startsWith('WUWEI_') && !variables.includes(name));
