import { type Application, createApplication } from '../application/application.js';
import { PolicyRunner } from '../application/process/runner.js';
import { LogUnavailable } from '../application/ports/event-log.js';
import type { Logger } from 'pino';
import type { Check } from '../application/ports/check.js';
import type { Clock } from '../application/ports/clock.js';
import { commands, destructions, queries, dueCommands } from '../application/contexts.js';
import { compareKeys, followDestroyed } from '../application/kernel/destroyed-keys.js';
import type { Unreadable } from '../application/kernel/sealing.js';
import { openIssuer } from './auth/issuer.js';
import { openBuses } from './bus/buses.js';
import { openCounter } from './counting/counter.js';
import type { AppContext } from './http/app-context.js';
import type { ProblemCode } from './http/problem-texts.js';
import { InvalidKeyFile } from './key-file.js';
import { validatorOf } from './schema/validators.js';
import { does, type Role } from './settings.js';
import type { StoreSettings } from './store-settings.js';
import type { Stores } from './stores.js';

/** Interval at which the agenda is read, in milliseconds. */
const agendaPeriod = 250;

export const check: Check = (type, value) => validatorOf(type)(value);

/** A running application on a data folder. */
export interface Wuwei extends AppContext {
  /** Executes the due commands of the policies, if this process has that role. */
  readonly policyRunner: PolicyRunner;
  /** Waits for work in progress, except counts, which start again at the next start. Then closes the log and the read models. */
  close(): Promise<void>;
}

export interface WuweiOptions extends Omit<StoreSettings, 'projects'> {
  readonly clock: Clock;
  /** Which part of the work this process does; by default all. */
  readonly role?: Role;
  /** A token is refused so many days after it was issued. */
  readonly tokenDays?: number;
  /** The file of the key that signs tokens; empty: `issuer.key` in the folder. */
  readonly issuerKeyFile?: string;
}

/**
 * Puts together what runs on the open stores of a data folder, and starts it.
 * @throws InvalidKeyFile if a key file is missing or is not the one that belongs to the log
 */
export async function assemble(stores: Stores, options: WuweiOptions): Promise<Wuwei> {
  const { folder, logger, clock, role = 'all', tokenDays, issuerKeyFile, acceptLostKeys } = options;
  const issuer = openIssuer(folder, tokenDays, issuerKeyFile);
  const agree = role !== 'projector' && (await withoutErased(stores, acceptLostKeys, logger));
  const { counter, close: closeCounter } = openCounter();
  const application: Application = createApplication({
    ...stores,
    clock,
    check,
    counter,
    isLogAway: () => stores.asOf() !== null,
    reportUnreadable: unreadableTo(logger),
  });
  const closing = new AbortController();
  const onTrouble = (error: unknown) =>
    logger.warn({ err: error }, 'the log cannot be followed: erasures and revoked tokens of other processes are seen late');
  const { signal } = closing;
  const following = followDestroyed(stores.log, stores.keys, application.aggregates, destructions, { signal, onTrouble, notes: agree });
  const hearing = application.revocations.follow(stores.log, { signal, onTrouble: () => undefined }); // onTrouble above says so
  const { close: closeBuses, ...buses } = await openBuses((request) => application.execute.run(request), logger);
  const endAtStart = await stores.log.position();
  const policyRunner = new PolicyRunner({
    give: buses.give,
    readModels: stores.readModels,
    agenda: dueCommands,
    leases: stores.leases,
    clock,
    commands,
    report: (stuck) => logger.warn(stuck, 'a due command failed and will be tried again'),
    lastRecordedAt: (await stores.log.at(endAtStart))?.recordedAt ?? null,
  });
  if (does(role, 'agenda')) policyRunner.start(agendaPeriod);
  return {
    ...application,
    ...buses,
    log: stores.log,
    builds: stores.builds,
    endAtStart,
    failing: stores.failing,
    asOf: stores.asOf,
    answersRequests: does(role, 'api'),
    issuer,
    commands,
    queries,
    policyRunner,
    stuck: () => policyRunner.stuck(),
    close: async () => {
      const stopped = policyRunner.stop();
      await closeCounter(); // counts may take minutes; their commands stay on the agenda
      await stopped;
      await closeBuses();
      closing.abort();
      await Promise.all([following, hearing]);
      await stores.close();
    },
  };
}

/**
 * Destroys the keys that the log says are destroyed.
 * @returns whether keys and log agree
 * @throws InvalidKeyFile if the log needs keys that are not there, and that is not accepted
 */
async function withoutErased(stores: Stores, acceptLostKeys = false, logger: Logger): Promise<boolean> {
  const { revived, unrecorded, lacking } = await compareKeys(stores.log, stores.keys, destructions);
  if (revived > 0)
    logger.warn(
      { keys: revived },
      'an older copy of keys.db was put back: it held keys of erased people or files, and they were destroyed again. Destroy ' +
        'that copy too ' +
        '放回的 keys.db 是较早的副本，其中有已删除者或文件的密钥，现已销毁。请一并销毁该副本',
    );
  if (unrecorded.length > 0)
    logger.warn(
      { owners: unrecorded },
      'keys.db holds destroyed keys of which log.db says nothing: log.db is an older copy. Their texts cannot be read. Put back ' +
        'the newest copies of both ' +
        'keys.db 中有已销毁的密钥，而 log.db 没有记录：log.db 是较早的副本，这些个人信息无法读取。请放回两者最新的副本',
    );
  if (lacking.length > 0) {
    if (!acceptLostKeys) throw keysLacking(lacking);
    await giveUp(stores, lacking, logger);
  }
  return unrecorded.length === 0;
}

/** So many owners are named. */
const mostNamed = 5;

function keysLacking(owners: readonly string[]): InvalidKeyFile {
  const named = owners.slice(0, mostNamed).join(', ') + (owners.length > mostNamed ? ', …' : '');
  return new InvalidKeyFile(
    `The keys are an older copy: the log holds personal texts without their keys, of ${owners.length} in all (${named}). New ` +
      'keys would be made for them, ' +
      'and what these seal could not be read with the newest copy. Put the newest keys.db (on the engines: the collection `keys`) ' +
      'back from the backup. If there is ' +
      'none, run `wuwei serve --accept-lost-keys` once: these texts are then lost for good, and all others stay. ' +
      `密钥是较早的副本：日志中有 ${owners.length} 个所有者的个人信息，却没有其密钥（${named}）。继续运行会为其生成新密钥，与最新的副本不再相容。` +
      '请从备份放回最新的 keys.db（使用引擎时为 keys 集合）。如无备份，请运行一次 wuwei serve --accept-lost-keys：这些个人信息将永远无法读取，其余不受影响。',
  );
}

async function giveUp({ log, keys }: Stores, owners: readonly string[], logger: Logger): Promise<void> {
  const last = await log.at(await log.position());
  if (last === null) throw new LogUnavailable('the last event of the log cannot be read now: start again');
  await keys.giveUp(last.id);
  logger.warn(
    { owners, upToEvent: last.id },
    'the keys of these owners were given up: their personal texts up to this event are lost for good 已放弃这些所有者的密钥：到此事件为止其个人信息永远无法读取',
  );
}

const unreadableTo = (logger: Logger) => (unreadable: Unreadable) =>
  logger.error({ code: 'person.unreadable' satisfies ProblemCode, ...unreadable }, 'personal texts cannot be read 个人信息无法读取');
