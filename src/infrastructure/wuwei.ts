import { type Application, createApplication } from '../application/application.js';
import type { Logger } from 'pino';
import { PolicyRunner } from '../application/process/runner.js';
import type { EventLog, EventReader } from '../application/ports/event-log.js';
import type { Check } from '../application/ports/check.js';
import type { Clock } from '../application/ports/clock.js';
import { commands, queries, dueCommands } from '../application/contexts.js';
import { openIssuer } from './auth/issuer.js';
import { openBuses } from './bus/buses.js';
import { openCounter } from './counting/counter.js';
import { openSqliteLog } from './event-log/sqlite/log.js';
import type { AppContext } from './http/app-context.js';
import { openPersonalKeys } from './personal-keys/sqlite.js';
import { closeToOthers, makePrivateFolder } from './private-files.js';
import { openSqliteReadModels } from './read-models/sqlite/read-models.js';
import { validatorOf } from './schema/validators.js';

/** Interval at which the agenda is read, in milliseconds. */
const agendaPeriod = 250;

export const check: Check = (type, value) => validatorOf(type)(value);

/** A running application on a data folder. */
export interface Wuwei extends AppContext {
  readonly agenda: PolicyRunner;
  /** Waits for work in progress, except counts, which start again at the next start. Then closes the log and the read models. */
  close(): Promise<void>;
}

export interface WuweiOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Continue with a log whose last events are missing. */
  readonly acceptLoss?: boolean;
  /** The file of the master key; without it `master.key` in the folder. */
  readonly masterKeyFile?: string;
  /** A token is refused so many days after it was issued. */
  readonly tokenDays?: number;
}

/**
 * Opens a data folder and everything that runs on it.
 * @throws DataFolderInUse if another process has it open
 * @throws DataFolderNotPrivate if other users can read it
 * @throws LogUnavailable if events were lost and that is not accepted
 */
export async function openWuwei({
  folder,
  clock,
  logger,
  acceptLoss = false,
  masterKeyFile = '',
  tokenDays,
}: WuweiOptions): Promise<Wuwei> {
  makePrivateFolder(folder);
  const corrected = closeToOthers(folder);
  if (corrected.length > 0)
    logger.warn(
      { corrected },
      'other users of this machine could read the data: their access was removed 本机其他用户曾可读取数据，现已收回权限',
    );
  const issuer = openIssuer(folder, tokenDays);
  const log: EventLog = await openSqliteLog(folder, { acceptLoss });
  // after the log, which holds the lock of the folder
  const keys = await orClose(() => openPersonalKeys(folder, masterKeyFile, logger), log);
  const opening = openBuses((request) => application.execute.run(request), logger); // meanwhile the read models are opened
  const {
    readModels,
    builds,
    isFailing: readModelsFail,
    close: closeReadModels,
  } = await openSqliteReadModels(folder, { log, logger }).catch(async (error: unknown) => {
    await (await opening).close();
    keys.close();
    await log.close();
    throw error;
  });
  const { counter, close: closeCounter } = openCounter();
  const application: Application = createApplication({ log, readModels, keys, clock, check, counter });
  const { close: closeBuses, ...buses } = await opening;
  const agenda = new PolicyRunner(
    buses.give,
    readModels,
    dueCommands,
    clock,
    commands,
    (stuck) => logger.warn(stuck, 'a due command failed and will be tried again'),
    await lastRecordedAt(log),
  );
  agenda.start(agendaPeriod);
  return {
    ...application,
    ...buses,
    log,
    builds,
    issuer,
    commands,
    queries,
    agenda,
    failing: async () => [
      ...((await log.health()) === 'failing' ? (['log'] as const) : []),
      ...(readModelsFail() ? (['read-models'] as const) : []),
    ],
    stuck: () => agenda.stuck(),
    close: async () => {
      const stopped = agenda.stop();
      await closeCounter(); // counts may take minutes; their commands stay on the agenda
      await stopped;
      await closeBuses();
      await closeReadModels();
      keys.close();
      await log.close();
    },
  };
}

async function orClose<T>(open: () => T, log: EventLog): Promise<T> {
  try {
    return open();
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function lastRecordedAt(log: EventReader): Promise<string | null> {
  return (await log.at(await log.position()))?.recordedAt ?? null;
}
