import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Foreign } from '../../../application/projecting/foreign.js';
import type { AnyProjection } from '../../../projections/projection.js';
import { startProjector } from '../../../application/projecting/projector.js';
import { openLogReader } from '../../event-log/sqlite/reader.js';
import { failureOf } from '../../event-log/sqlite/errors.js';
import type { FromProjector, ProjectorData, ToProjector } from './read-models.js';
import { SqliteLeases } from './leases.js';
import { readModelsFileIn, SqliteProjectionStore, writerCacheMegabytes } from './store.js';

/*
 * Runs the projections in their own thread with their own connections, beside the thread that answers requests. A message says that
 * events were committed to the log, or null: finish the current page, close and exit.
 */
const port = parentPort!;
const { folder, pending, table } = workerData as ProjectorData;
const send = (message: FromProjector) => port.postMessage(message);
const closing = new AbortController();

/** While requests commit events, pause as long as the last page took, so that half a processor is left for them. */
const restPerWork = 1;
const afterTrouble = 1_000;
let committed = false;
let isResting = false;
let worked = performance.eventLoopUtilization();

/** Called before the log is read: the next commit sends a message again. What was committed until then is read. */
const expectMessage = () => Atomics.store(pending, 0, 0);

async function yieldToEventLoop(): Promise<void> {
  const { active, idle } = performance.eventLoopUtilization(worked);
  const due = active * restPerWork - idle;
  if (committed && due >= 1) {
    isResting = true;
    await sleep(due);
    isResting = false;
    expectMessage();
  }
  committed = false;
  worked = performance.eventLoopUtilization();
}

const { allProjections } = (await import(table)) as { allProjections: readonly AnyProjection[] };
const log = openLogReader(folder);
const store = new SqliteProjectionStore(readModelsFileIn(folder), writerCacheMegabytes);
const leases = new SqliteLeases(readModelsFileIn(folder));
let foreign: readonly Foreign[] = [];
const projector = await startProjector({
  log,
  store,
  leases,
  projections: allProjections,
  onCommit: (builds) => send({ builds }),
  onTrouble: async (error) => {
    send({ trouble: failureOf(error) });
    await sleep(afterTrouble, undefined, { signal: closing.signal }).catch(() => undefined);
  },
  onForeign: (builds) => (foreign = builds),
  yieldToEventLoop,
});
send({ builds: projector.builds(), foreign });

port.on('message', (message: ToProjector) => {
  if (message === null) return void close();
  if (!isResting) expectMessage();
  committed = true;
  projector.wake();
});

async function close(): Promise<void> {
  closing.abort();
  await projector.close();
  store.close();
  leases.close();
  log.close();
  port.close(); // the thread then ends by itself; terminate() during a call of libsql aborts the process
}
