import type { Counter, CountRefusal } from '../../application/contexts/platform/counter.js';
import type { BallotCount } from '../../domain/platform/counting.js';
import { refuse, type Refusal } from '../../domain/shared/decider.js';
import type { Outcome } from '../../domain/voting/outcome.js';
import { WorkerClient, threadFile } from '../threads.js';

/** What the count of a question may take, in seconds: real elections take tenths of one. */
const longest = 10;
/** So many questions wait while one is counted. */
const mostWaiting = 16;

type Answer = Outcome | Refusal<CountRefusal>;
const busy = refuse('platform.counting-busy');

/** A thread that counts one ballot after another, begun by the first and kept. */
class Line {
  private thread: WorkerClient<string, Answer> | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private length = 0;
  private isClosed = false;

  constructor(private readonly limits: { readonly waiting: number; readonly seconds: number } | null) {}

  /** Rejects with what the count throws, which ends the thread; the next count begins another. */
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
      return await thread.ask(JSON.stringify(count)); // of many papers a third of the time that a structured clone takes
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
 * Counts in threads: what is official in one, however long it takes; what else anybody asks in another, which ends with a count that
 * takes too long. `close` breaks off what is being counted.
 */
export function openCounter(seconds = longest): { readonly counter: Counter; readonly close: () => Promise<unknown> } {
  const [official, questions] = [new Line(null), new Line({ waiting: mostWaiting, seconds })];
  return {
    counter: (count) => (count.other === null ? official : questions).count(count),
    close: () => Promise.all([official.close(), questions.close()]),
  };
}
