import { Worker } from 'node:worker_threads';
import { threadFile } from '../threads.js';

/* How long a count takes that holds the event loop, shown by a thread. A count cannot say how much is left: it depends on its rounds. */

/** Places in the memory that both threads share. */
export const slot = { isEnded: 0, isRunning: 1, done: 2, total: 3 } as const;

export interface ElapsedData {
  readonly state: Int32Array;
  readonly label: string;
  /** The word for seconds. */
  readonly seconds: string;
  readonly fd: number;
  /** Milliseconds between two updates. Work that ends before the first shows nothing. */
  readonly every: number;
}

/** Milliseconds for which the end waits until the last line is cleared. */
const longestWait = 1_000;

export class Elapsed {
  private readonly state = new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));

  /** @param fd where it is written, by default standard error */
  constructor(label: string, seconds: string, { fd = 2, every = 1_000 }: Partial<Pick<ElapsedData, 'fd' | 'every'>> = {}) {
    const workerData: ElapsedData = { state: this.state, label, seconds, fd, every };
    new Worker(threadFile(import.meta.url, './elapsed.thread.js'), { workerData }).unref();
  }

  /** How many parts of the work are done. */
  update(done: number, total: number): void {
    Atomics.store(this.state, slot.done, done);
    Atomics.store(this.state, slot.total, total);
  }

  /** Clears the line. Nothing is written after that. */
  end(): void {
    Atomics.store(this.state, slot.isEnded, 1);
    Atomics.notify(this.state, slot.isEnded);
    Atomics.wait(this.state, slot.isRunning, 1, longestWait);
  }
}

/** On a terminal; elsewhere nothing is shown. */
export const elapsedOnTerminal = (label: string, seconds: string): Pick<Elapsed, 'update' | 'end'> =>
  process.stderr.isTTY ? new Elapsed(label, seconds) : { update: () => undefined, end: () => undefined };
