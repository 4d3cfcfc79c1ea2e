export interface LoadFigures {
  /** Answers a second. */
  readonly rate: number;
  readonly answers: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Connections that failed or timed out. */
  readonly errors: number;
  /** Milliseconds after which a connection had used up its prepared requests; rate, p50 and p99 are of the time before. */
  readonly ranOutAfter: number | null;
}

/**
 * Makes figures of the answers of one run. The first answer of a connection is counted but not measured: its request was sent while those
 * of the other connections were still being made.
 */
export class Measurement {
  readonly #prepared: number;
  readonly #answered = new Map<unknown, number>();
  readonly #times: number[] = [];
  readonly #statuses: Record<string, number> = {};
  #answers = 0;
  #first = Infinity;
  #last = 0;
  #ranOut = false;

  /** @param prepared the number of requests that were prepared for each connection; infinite if they need not be prepared */
  constructor(prepared: number) {
    this.#prepared = prepared;
  }

  /**
   * @param milliseconds from the request to its answer
   * @param at when it was answered, by performance.now()
   */
  answered(connection: unknown, status: number, milliseconds: number, at: number): void {
    this.#answers++;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    const count = (this.#answered.get(connection) ?? 0) + 1;
    this.#answered.set(connection, count);
    if (count === 1 || this.#ranOut) return;
    this.#times.push(milliseconds);
    this.#last = at;
    this.#first = Math.min(this.#first, at);
    this.#ranOut = count >= this.#prepared;
  }

  /** @param errors the number of connections that failed or timed out */
  figures(errors: number): LoadFigures {
    const times = this.#times.toSorted((a, b) => a - b);
    const measured = this.#last - this.#first;
    return {
      rate: ((times.length - 1) * 1000) / measured,
      answers: this.#answers,
      statuses: this.#statuses,
      errors,
      ranOutAfter: this.#ranOut ? measured : null,
      p50: times[Math.floor(times.length * 0.5)] ?? NaN,
      p99: times[Math.floor(times.length * 0.99)] ?? NaN,
    };
  }
}
