import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { mayLag, openEventStoreLog } from '../../event-log/eventstoredb/log.js';
import { connectMongo } from '../../read-models/mongodb/connection.js';
import { MongoLeases } from '../../read-models/mongodb/leases.js';
import { keepTrail } from '../keep.js';
import type { FromTrail, TrailData } from '../thread.js';
import { MongoTrail, trailLease } from './store.js';

/*
 * Keeps the index of the audit trail in MongoDB up to date with EventStoreDB, in a thread with its own connections: making a large segment
 * takes a tenth of a second. One process at a time does so, under a lease. The message null: finish what is being written, close and exit.
 */
const port = parentPort!;
const { eventstore, mongodb, leaseMs } = workerData as Extract<TrailData, { readonly mongodb: string }>;
const send = (message: FromTrail) => port.postMessage(message);
const closing = new AbortController();
const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal: closing.signal }).catch(() => undefined);
const afterTrouble = 1_000;

port.on('message', () => closing.abort());

/** Works until the thread closes, or the lease is lost. */
async function work(leases: MongoLeases, keep: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const lease = await leases.acquire(trailLease);
  if (!lease) return void (await wait(leases.lastsMs / 5));
  const lost = new AbortController();
  const renewing = setInterval(() => {
    leases.renew(lease).then(
      (isHeld) => {
        if (!isHeld) lost.abort();
      },
      () => undefined, // tried again; two writers write the same
    );
  }, leases.lastsMs / 3);
  try {
    await keep(AbortSignal.any([closing.signal, lost.signal]));
  } finally {
    clearInterval(renewing);
    await leases.release(lease);
  }
}

while (!closing.signal.aborted) {
  try {
    const { db, close } = await connectMongo(mongodb);
    const log = openEventStoreLog(eventstore);
    try {
      const leases = new MongoLeases(db, leaseMs);
      const keep = (signal: AbortSignal) =>
        keepTrail({
          log,
          open: async () => {
            const store = new MongoTrail(db);
            await store.prepare();
            return store;
          },
          send,
          mayLag: mayLag(eventstore),
          signal,
        });
      while (!closing.signal.aborted) await work(leases, keep);
    } finally {
      await log.close();
      await close();
    }
  } catch (error) {
    if (!closing.signal.aborted) send({ trouble: (error as Error).message });
    await wait(afterTrouble);
  }
}
port.close();
