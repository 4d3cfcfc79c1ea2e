import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Foreign } from '../../../application/projecting/foreign.js';
import type { AnyProjection } from '../../../projections/projection.js';
import { startProjector } from '../../../application/projecting/projector.js';
import { openLogReader } from '../../event-log/sqlite/reader.js';
import { failureOf } from '../../event-log/sqlite/errors.js';
import type { FromProjector, ProjectorData, ToProjector } from './read-models.js';
import { readModelsFileIn, SqliteProjectionStore, writerCacheMegabytes } from './store.js';

/*
 * Runs the projections beside the thread that answers requests, with connections of its own. A message says that something was
 * committed to the log, or null: write the page in hand, close and exit.
 */
const port = parentPort!;
const { folder, told, table } = workerData as ProjectorData;
const tell = (message: FromProjector) => port.postMessage(message);
const closing = new AbortController();

/** While others commit, rest as long as was worked, waiting included: half a processor is left to them. */
const restPerWork = 1;
const afterTrouble = 1_000;
let committed = false;
let worked = performance.eventLoopUtilization();

async function yieldToEventLoop(): Promise<void> {
  const { active, idle } = performance.eventLoopUtilization(worked);
  const due = active * restPerWork - idle;
  if (committed && due >= 1) await sleep(due);
  committed = false;
  worked = performance.eventLoopUtilization();
}

const { allProjections } = (await import(table)) as { allProjections: readonly AnyProjection[] };
const log = openLogReader(folder);
const store = new SqliteProjectionStore(readModelsFileIn(folder), writerCacheMegabytes);
let foreign: readonly Foreign[] = [];
const projector = await startProjector({
  log,
  store,
  projections: allProjections,
  onCommit: (builds) => tell({ builds }),
  onTrouble: async (error) => {
    tell({ trouble: failureOf(error) });
    await sleep(afterTrouble, undefined, { signal: closing.signal }).catch(() => undefined);
  },
  onForeign: (builds) => (foreign = builds),
  yieldToEventLoop,
});
tell({ builds: projector.builds(), foreign });

port.on('message', (message: ToProjector) => {
  if (message === null) return void close();
  Atomics.store(told, 0, 0); // before it looks: what is committed from now on is told again
  committed = true;
  projector.wake();
});

async function close(): Promise<void> {
  closing.abort();
  await projector.close();
  store.close();
  log.close();
  port.close(); // the thread ends by itself: terminate() within a call of libsql aborts the process
}
