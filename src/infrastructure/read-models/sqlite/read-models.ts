import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Foreign } from '../../../application/projecting/foreign.js';
import { follow } from '../../../application/kernel/follow.js';
import type { EventReader } from '../../../application/ports/event-log.js';
import type { Build } from '../../../application/ports/projection-store.js';
import { type Named, ReadModelDamaged } from '../../../application/ports/read-models.js';
import { failureOf, isCorrupt, type Failure } from '../../event-log/sqlite/errors.js';
import { threadFile } from '../../threads.js';
import { type ProjectorLogger, tellForeign, tellStopped } from '../news.js';
import { type OpenReadModels, RowReadModels, type RowReader } from '../reading.js';
import { noteDamage, readyReadModels } from './damage.js';
import { readModelsFileIn, SqliteProjectionStore } from './store.js';

export interface ProjectorData {
  readonly folder: string;
  /** 1 from a message about a commit until the thread reads the log: one message is enough. */
  readonly pending: Int32Array;
  /** URL of a module that exports `allProjections`: functions cannot be sent to a thread. */
  readonly table: string;
}
/** Events were committed to the log, or null: close and exit. */
export type ToProjector = 'committed' | null;
export type FromProjector =
  | {
      readonly builds: readonly Build[];
      /** At the start: builds that were made from another log and are being built again. */
      readonly foreign?: readonly Foreign[];
    }
  | { readonly trouble: Failure };

export interface SqliteReadModelsOptions {
  /** The log of the same folder, open in this process. */
  readonly log: Pick<EventReader, 'position' | 'subscribe'>;
  readonly logger: ProjectorLogger;
  /** Module that exports `allProjections`, if not the application's own. */
  readonly table?: URL;
}

const startAgainAfter = 1_000;

/**
 * Opens `read-models.db` of a data folder, and keeps its projections up to date in their own thread. Resolves when each has a table.
 */
export async function openSqliteReadModels(folder: string, { log, logger, table }: SqliteReadModelsOptions): Promise<OpenReadModels> {
  const prepare = async (): Promise<SqliteProjectionStore> => {
    const setAside = await readyReadModels(folder);
    if (setAside)
      logger.warn(
        setAside,
        `read-models.db is damaged (${setAside.reason}): it is kept as ${setAside.keptAs}, and all read models are rebuilt from ` +
          'the log 读模型文件已损坏：原文件已改名保留，正在根据日志重建',
      );
    return SqliteProjectionStore.existing(folder)!;
  };
  let rows = await prepare();
  const entry = threadFile(import.meta.url, './projector.thread.js');
  const pending = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ProjectorData = {
    folder,
    pending,
    table: (table ?? threadFile(import.meta.url, '../../../application/contexts.js')).href,
  };
  let builds: readonly Build[] = [];
  let failing = false;
  let isFollowing = true;
  let trouble: string | null = null;
  const damages = new Set<string>();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  /** Logs each damage once. Damage of the file, not of a single row, is noted for the next start. */
  const note = (found: ReadModelDamaged | Failure) => {
    if (damages.has(found.message)) return;
    damages.add(found.message);
    if (found instanceof ReadModelDamaged) return logger.error({ projection: found.projection }, found.message);
    noteDamage(folder, found.message);
    logger.error(
      { file: readModelsFileIn(folder), reason: found.message },
      'read-models.db is damaged: requests that need the damaged part fail. Restart the server: it renames the file and rebuilds ' +
        'the read models from the log 读模型文件有损坏，请重新启动服务：届时原文件改名保留，并根据日志重建',
    );
  };
  const explained = async <T>({ name }: Named, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      const failure = failureOf(error);
      if (!isCorrupt(failure)) throw error;
      note(failure);
      throw new ReadModelDamaged(name, failure.message);
    }
  };
  const reader: RowReader = {
    get: (projection, key) => explained(projection, () => rows.get(projection, key)),
    list: (projection, range) => explained(projection, () => rows.list(projection, range)),
    listOrdered: (projection, orderedBy, range) => explained(projection, () => rows.listOrdered(projection, orderedBy, range)),
  };
  const readModels = new RowReadModels(reader, note);

  const take = (message: FromProjector) => {
    failing = 'trouble' in message;
    if ('trouble' in message) {
      const { message: what } = message.trouble;
      if (isCorrupt(message.trouble)) note(message.trouble);
      else if (trouble !== what) logger.warn({ trouble: what }, 'the projections cannot continue and will try again');
      trouble = what;
      return;
    }
    trouble = null;
    tellForeign(logger, message.foreign ?? []);
    tellStopped(logger, builds, message.builds);
    builds = message.builds;
    readModels.report(builds);
  };
  let isReady = false;
  const begin = (): Worker => {
    Atomics.store(pending, 0, 0); // messages to the previous thread are lost
    const worker = new Worker(entry, { workerData });
    let cause: unknown = null;
    worker.on('message', take);
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      if (closed || !isReady) return; // the caller of open gets the error of a thread that cannot start
      failing = true;
      logger.error({ err: cause }, 'the thread of the projections ended and is started again');
      timer = setTimeout(() => (thread = begin()), startAgainAfter);
    });
    return worker;
  };

  let thread = begin();
  const ready = async (): Promise<void> => {
    try {
      await once(thread, 'message');
      isReady = true;
    } catch (error) {
      closed = true;
      rows.close();
      throw error;
    }
  };
  await ready().catch(async (error: unknown) => {
    const failure = failureOf(error);
    if (!isCorrupt(failure)) throw error;
    if (thread.threadId !== -1) await once(thread, 'exit');
    noteDamage(folder, failure.message);
    rows = await prepare();
    closed = false;
    thread = begin();
    await ready();
  });
  const notify = () => {
    if (Atomics.exchange(pending, 0, 1) === 0) thread.postMessage('committed' satisfies ToProjector);
  };
  const closing = new AbortController();
  const listening = follow(
    log,
    { types: [] },
    {
      signal: closing.signal,
      onPage: () => {
        isFollowing = true;
        notify();
      },
      onTrouble: (error) => {
        if (isFollowing)
          logger.error({ err: error }, 'the log cannot be followed: until it can, the projections are not told of new events');
        isFollowing = false;
      },
    },
  );
  return {
    readModels,
    builds: () => builds,
    isFailing: () => failing || !isFollowing || damages.size > 0,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      closing.abort();
      await listening;
      if (thread.threadId !== -1) {
        const exit = once(thread, 'exit');
        thread.postMessage(null satisfies ToProjector);
        await exit;
      }
      rows.close();
    },
  };
}
