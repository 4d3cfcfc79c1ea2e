import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the thread that writes the index gets at its start. */
export type TrailData =
  | {
      readonly folder: string;
      /** Why the file cannot be used; null if it can be, as far as is known. */
      readonly damage: string | null;
    }
  | { readonly eventstore: string; readonly mongodb: string; readonly leaseMs: number };
/** Why the index is to be made anew, or null: close and exit. */
export type ToTrail = string | null;
/** `well` when the index has come as far as the log, the first time and after each trouble. */
export type FromTrail = 'well' | { readonly madeAnew: string } | { readonly trouble: string };

/** The part of pino's logger that is used. */
export interface TrailLogger {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

export interface TrailThread {
  /** True while the index cannot be written. What is asked for is then found in the log. */
  readonly isFailing: () => boolean;
  /** Has the index made anew, unless that was asked for already. */
  readonly makeAnew: (reason: string) => void;
  readonly close: () => Promise<void>;
}

/** Milliseconds. The thread loads the whole domain, which would delay the first answers, and nothing waits for the index. */
const startAfter = 500;
const startAgainAfter = 1_000;

/** Starts the thread that writes the index of the audit trail, a moment later, and starts it again when it ends. */
export function startTrailThread(entry: URL, workerData: TrailData, logger: TrailLogger): TrailThread {
  let isFailing = false;
  let isClosed = false;
  let isMending = false;
  let thread: Worker | null = null;
  /** Asked for while there was no thread. */
  let asked: string | null = null;

  const take = (message: FromTrail) => {
    if (message === 'well') {
      isFailing = false;
      isMending = false;
    } else if ('madeAnew' in message) {
      logger.warn(
        { reason: message.madeAnew },
        `the index of the audit trail is made anew from the log (${message.madeAnew}); until then the audit trail answers more ` +
          'slowly 正在根据日志重建审计轨迹索引，其间查询较慢',
      );
    } else {
      if (!isFailing)
        logger.warn(
          { trouble: message.trouble },
          'the index of the audit trail cannot be written and will be tried again 审计轨迹索引暂不能写入，将再次尝试',
        );
      isFailing = true;
    }
  };
  const begin = () => {
    const worker = (thread = new Worker(entry, { workerData }));
    if (asked !== null) worker.postMessage(asked satisfies ToTrail);
    asked = null;
    let cause: unknown = null;
    worker.on('message', take);
    worker.on('error', (error) => (cause = error));
    worker.on('exit', () => {
      thread = null;
      if (isClosed) return;
      isFailing = true;
      logger.error({ err: cause }, 'the thread of the audit trail ended and is started again');
      timer = setTimeout(begin, startAgainAfter);
    });
  };
  let timer = setTimeout(begin, startAfter);
  return {
    isFailing: () => isFailing,
    makeAnew: (reason) => {
      if (isMending || isClosed) return;
      isMending = true;
      if (thread === null) asked = reason;
      else thread.postMessage(reason satisfies ToTrail);
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      if (thread === null) return;
      const exit = once(thread, 'exit');
      thread.postMessage(null satisfies ToTrail);
      await exit;
    },
  };
}
