import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** URL of the built file of a thread: beside the calling module (`import.meta.url`), or, if that is a source file, in `dist`. */
export function threadFile(from: string, entry: string): URL {
  const file = new URL(entry, from).href;
  const sources = file.lastIndexOf('/src/');
  // Jest runs the sources, but a thread cannot load TypeScript: `npm test` builds first.
  return new URL(from.endsWith('.ts') && sources >= 0 ? `${file.slice(0, sources)}/dist/${file.slice(sources + '/src/'.length)}` : file);
}

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A client of a thread that answers one question at a time. The message `null` asks the thread to exit by itself: terminate() during a
 * call of libsql aborts the whole process. A thread that ended by itself is started again for the next question.
 */
export class WorkerClient<Question, Answer> {
  readonly #start: () => Worker;
  #worker: Worker | null = null;
  #waiting: Waiting<Answer> | null = null;

  constructor(entry: URL, workerData: unknown) {
    this.#start = () => new Worker(entry, { workerData });
    this.#worker = this.#begin();
  }

  /** Rejects if the thread ends without an answer; what it has done until then is unknown. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker ??= this.#begin();
      this.#worker.postMessage(question);
    });
  }

  /** Resolves once the thread has exited. */
  async end(): Promise<void> {
    if (this.#worker === null) return;
    const exit = once(this.#worker, 'exit');
    this.#worker.postMessage(null);
    await exit;
  }

  /**
   * Ends the thread at once; a pending `ask` is answered with `instead` after it has exited. Only for threads that never call libsql.
   */
  async terminate(instead: Answer): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = null;
    await this.#worker?.terminate();
    waiting?.resolve(instead);
  }

  #begin(): Worker {
    const worker = this.#start();
    let cause: unknown = new Error('the thread ended');
    worker.on('message', (answer: Answer) => this.#settle(({ resolve }) => resolve(answer)));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      this.#worker = null;
      this.#settle(({ reject }) => reject(cause));
    });
    return worker;
  }

  #settle(settle: (waiting: Waiting<Answer>) => void): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) settle(waiting);
  }
}
