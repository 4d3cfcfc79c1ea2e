import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Build } from '../../../application/projection-store.js';
import type { ReadModels } from '../../../application/read-models.js';
import { threadFile } from '../../threads.js';
import { RowReadModels } from '../reading.js';
import { readModelsFileIn, SqliteProjectionStore } from './store.js';

export interface ProjectorData {
  readonly folder: string;
  /** URL of a module that exports `allProjections`: functions cannot be handed to a thread. */
  readonly table: string;
}
/** What stands in the log now, or null: close and exit. */
export type ToProjector = { readonly committed: number } | null;
export type FromProjector = { readonly builds: readonly Build[] } | { readonly trouble: string };

/** The part of pino's logger that is used. */
export interface ProjectorLogger {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface SqliteReadModelsOptions {
  /** The log of the same folder, open in this process. */
  readonly log: { onCommit(callback: (position: number) => void): () => void };
  readonly logger: ProjectorLogger;
  /** Module that exports `allProjections`, if not the application's own. */
  readonly table?: URL;
}

export interface OpenReadModels {
  readonly readModels: ReadModels;
  /** All tables as the runner last told; two of a projection while a new version is built. */
  readonly builds: () => readonly Build[];
  readonly close: () => Promise<void>;
}

const startAgainAfter = 1_000;

/** Opens `read-models.db` of a data folder, and keeps its projections up to date in a thread of their own. Resolves when each has a table. */
export async function openSqliteReadModels(folder: string, { log, logger, table }: SqliteReadModelsOptions): Promise<OpenReadModels> {
  const rows = new SqliteProjectionStore(readModelsFileIn(folder));
  const readModels = new RowReadModels(rows);
  const entry = threadFile(import.meta.url, './projector.thread.js');
  const workerData: ProjectorData = { folder, table: (table ?? threadFile(import.meta.url, '../../../application/all-projections.js')).href };
  let builds: readonly Build[] = [];
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const take = (message: FromProjector) => {
    if ('trouble' in message) return logger.warn({ trouble: message.trouble }, 'the projections cannot go on and will try again');
    for (const { id, name, version, failure } of message.builds) {
      if (!failure || builds.find((build) => build.id === id)?.failure) continue;
      logger.error({ projection: name, version, failure }, `projection ${name} stands still: it cannot take in event ${failure.type} ${failure.eventId} at position ${failure.position}`);
    }
    builds = message.builds;
    readModels.report(builds);
  };
  const begin = (): Worker => {
    const worker = new Worker(entry, { workerData });
    let cause: unknown = null;
    worker.on('message', take);
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      if (closed) return;
      logger.error({ err: cause }, 'the thread of the projections ended and is started again');
      timer = setTimeout(() => (thread = begin()), startAgainAfter);
    });
    return worker;
  };

  let thread = begin();
  try {
    await once(thread, 'message');
  } catch (error) {
    closed = true;
    rows.close();
    throw error;
  }
  const stopListening = log.onCommit((position) => thread.postMessage({ committed: position } satisfies ToProjector));
  thread.postMessage({ committed: 0 } satisfies ToProjector); // what was appended until now rang no bell
  return {
    readModels,
    builds: () => builds,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      stopListening();
      if (thread.threadId !== -1) {
        const exit = once(thread, 'exit');
        thread.postMessage(null satisfies ToProjector);
        await exit;
      }
      rows.close();
    },
  };
}
