import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { openIssuer } from '../src/infrastructure/auth/issuer.js';
import type { Scene } from './fill.js';

/*
 * autocannon in a process of its own: a message is a job, the answer what came of it. Ends when its parent does.
 */

export interface Job {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly connections: number;
  readonly seconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Each request a vote of a voter of its own, by a token of its own; this many are prepared, in equal shares for the connections. */
  readonly votes?: { readonly scene: Scene; readonly prepared: number };
}
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
  /** Milliseconds after which a connection had used up its prepared votes; the other figures but `answers` are of the time before. */
  readonly ranOutAfter: number | null;
}

interface Prepared {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Requests made before the measurement, so that the generator does no more for them than for a constant one. */
function prepare({ scene: { folder, placeId, entryIds }, prepared }: NonNullable<Job['votes']>): Prepared[] {
  const issuer = openIssuer(folder);
  return Array.from({ length: prepared }, (_, n) => ({
    headers: {
      authorization: `Bearer ${issuer.issue({ id: randomUUID(), grants: [{ capacity: 'resident', placeId }] }, 3600)}`,
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ entryId: entryIds[n % entryIds.length] }),
  }));
}

async function run({ url, method, connections, seconds, headers = {}, body, votes }: Job): Promise<LoadFigures> {
  const requests = votes ? prepare(votes) : null;
  const share = requests ? Math.floor(requests.length / connections) : 0;
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let [client, answers] = [0, 0];
  let first = Infinity;
  let last = 0;
  let ranOut = false;
  const { errors, timeouts } = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        method,
        connections,
        duration: seconds,
        timeout: 20,
        headers: method === 'POST' ? { 'content-type': 'application/json', ...headers } : headers,
        ...(body !== undefined && { body }),
        ...(requests && {
          maxConnectionRequests: share, // it would begin again with the first
          setupClient: (one: autocannon.Client) => {
            const own = requests.slice(client * share, ++client * share);
            one.setRequests(
              own.map((request) => ({ ...request, method, headers: { 'content-type': 'application/json', ...request.headers } })),
            );
          },
        }),
      },
      (error: Error | null, result) => (error ? reject(error) : resolve(result)),
    );
    const answered = new Map<autocannon.Client, number>();
    instance.on('response', (one, status, __, milliseconds) => {
      answers++;
      statuses[status] = (statuses[status] ?? 0) + 1;
      const count = (answered.get(one) ?? 0) + 1;
      answered.set(one, count);
      if (count === 1 || ranOut) return; // its first was sent while the requests of the others were being made
      times.push(milliseconds);
      last = performance.now();
      first = Math.min(first, last);
      ranOut = requests !== null && count >= share;
    });
  });
  times.sort((a, b) => a - b);
  return {
    rate: ((times.length - 1) * 1000) / (last - first),
    answers,
    statuses,
    errors: errors + timeouts,
    ranOutAfter: ranOut ? last - first : null,
    p50: times[Math.floor(times.length * 0.5)] ?? NaN,
    p99: times[Math.floor(times.length * 0.99)] ?? NaN,
  };
}

process.on('message', (job: Job) => {
  run(job).then(
    (figures) => process.send!({ figures }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.send!({ ready: true });
