import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { EventReader } from '../../../application/ports/event-log.js';
import type { TrailReader } from '../../../application/ports/trail.js';
import { beginning } from '../../../projections/position.js';
import { threadFile } from '../../threads.js';
import { SqliteTrailReader } from './reader.js';
import { trailFileIn } from './store.js';

export interface TrailData {
  readonly folder: string;
  /** Why the file cannot be used; null if it can be, as far as is known. */
  readonly damage: string | null;
}
/** Why the file is to be made anew, or null: close and exit. */
export type ToTrail = string | null;
/** `well` when the index has come as far as the log, the first time and after each trouble. */
export type FromTrail = 'well' | { readonly madeAnew: string } | { readonly trouble: string };

/** The part of pino's logger that is used. */
interface TrailLogger {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface OpenTrail {
  readonly trail: TrailReader;
  /** True while the index cannot be written. What is asked for is then found in the log. */
  readonly isFailing: () => boolean;
  readonly close: () => Promise<void>;
}

const startAgainAfter = 1_000;

/** Opens `trail.db` of a data folder, and keeps it up to date in a thread of its own. Only for the holder of the folder's lock. */
export async function openSqliteTrail(folder: string, log: Pick<EventReader, 'at' | 'position'>, logger: TrailLogger): Promise<OpenTrail> {
  const isMissing = !existsSync(trailFileIn(folder)) && (await log.position()) > beginning;
  const workerData: TrailData = { folder, damage: isMissing ? 'it is missing' : null };
  let isFailing = false;
  let isClosed = false;
  let isMending = false;
  let timer: NodeJS.Timeout | undefined;

  const take = (message: FromTrail) => {
    if (message === 'well') {
      isFailing = false;
      isMending = false;
    } else if ('madeAnew' in message) {
      const file = trailFileIn(folder);
      logger.warn(
        { file, reason: message.madeAnew },
        `trail.db is made anew from the log (${message.madeAnew}); until then the audit trail answers more slowly 正在根据日志重建审计轨迹索引，其间查询较慢`,
      );
    } else {
      if (!isFailing) logger.warn({ trouble: message.trouble }, 'the index of the audit trail cannot be written and will be tried again');
      isFailing = true;
    }
  };
  const begin = (): Worker => {
    const worker = new Worker(threadFile(import.meta.url, './trail.thread.js'), { workerData });
    let cause: unknown = null;
    worker.on('message', take);
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      if (isClosed) return;
      isFailing = true;
      logger.error({ err: cause }, 'the thread of the audit trail ended and is started again');
      timer = setTimeout(() => (thread = begin()), startAgainAfter);
    });
    return worker;
  };
  let thread = begin();
  const reader = new SqliteTrailReader(folder, log, (reason) => {
    if (isMending || isClosed) return;
    isMending = true;
    thread.postMessage(reason satisfies ToTrail);
  });
  return {
    trail: reader,
    isFailing: () => isFailing,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      reader.close();
      if (thread.threadId === -1) return;
      const exit = once(thread, 'exit');
      thread.postMessage(null satisfies ToTrail);
      await exit;
    },
  };
}
