import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { openIssuer } from '../src/infrastructure/auth/issuer.js';
import type { Scene } from './fill.js';
import { type LoadFigures, Measurement } from './measurement.js';

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
  const share = requests ? Math.floor(requests.length / connections) : Infinity;
  const measurement = new Measurement(share);
  let client = 0;
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
    instance.on('response', (one, status, __, milliseconds) => measurement.answered(one, status, milliseconds, performance.now()));
  });
  return measurement.figures(errors + timeouts);
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
