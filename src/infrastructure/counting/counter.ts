import type { Counter, CountRefusal } from '../../application/contexts/platform/counter.js';
import type { BallotCount } from '../../domain/platform/counting.js';
import { refuse, type Refusal } from '../../domain/shared/decider.js';
import type { Outcome } from '../../domain/voting/outcome.js';
import { WorkerClient, threadFile } from '../threads.js';

/** Time limit of a what-if count, in seconds: real elections take tenths of a second. */
const longest = 10;
/** Maximum number of what-if counts that wait. */
const mostWaiting = 16;

type Answer = Outcome | Refusal<CountRefusal>;
const busy = refuse('platform.counting-busy');

/** A thread that counts one ballot after another; started by the first count and kept. */
class Line {
  private thread: WorkerClient<string, Answer> | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private length = 0;
  private isClosed = false;

  constructor(private readonly limits: { readonly waiting: number; readonly seconds: number } | null) {}

  /** Rejects with the error of the count, which ends the thread; the next count starts a new one. */
  count(count: BallotCount): Promise<Answer> {
    if (this.limits !== null && this.length > this.limits.waiting) return Promise.resolve(busy);
    this.length++;
    const turn = this.last.then(() => this.take(count)).finally(() => this.length--);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async take(count: BallotCount): Promise<Answer> {
    if (this.isClosed) return busy;
    this.thread ??= new WorkerClient(threadFile(import.meta.url, './count.thread.js'), null);
    const { thread, limits } = this;
    const timer =
      limits &&
      setTimeout(() => void thread.terminate(refuse('platform.count-too-long', { seconds: limits.seconds })), limits.seconds * 1000);
    try {
      return await thread.ask(JSON.stringify(count)); // for many papers three times as fast as a structured clone
    } finally {
      if (timer) clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.thread?.terminate(busy);
  }
}

/**
 * Counts in two threads: official counts in one, without a time limit; what-if counts in the other, which is ended if a count takes too
 * long. `close` stops counts in progress.
 */
export function openCounter(seconds = longest): { readonly counter: Counter; readonly close: () => Promise<unknown> } {
  const [official, questions] = [new Line(null), new Line({ waiting: mostWaiting, seconds })];
  return {
    counter: (count) => (count.other === null ? official : questions).count(count),
    close: () => Promise.all([official.close(), questions.close()]),
  };
}
