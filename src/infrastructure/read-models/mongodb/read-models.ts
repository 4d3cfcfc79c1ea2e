import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { follow } from '../../../application/kernel/follow.js';
import { type EventReader, LogUnavailable } from '../../../application/ports/event-log.js';
import type { Leases } from '../../../application/ports/leases.js';
import { answering, type Build } from '../../../application/ports/projection-store.js';
import { startProjector } from '../../../application/projecting/projector.js';
import { beginning, later } from '../../../projections/position.js';
import type { AnyProjection } from '../../../projections/projection.js';
import { type ProjectorLogger, tellForeign, tellStopped } from '../news.js';
import { type OpenReadModels, RowReadModels } from '../reading.js';
import { connectMongo } from './connection.js';
import { MongoLeases } from './leases.js';
import { MongoRowReader } from './reader.js';
import { MongoProjectionStore } from './store.js';

export interface MongoReadModelsOptions {
  /** For example `mongodb://host:27017/wuwei`. */
  readonly connection: string;
  readonly log: EventReader;
  readonly logger: ProjectorLogger;
  readonly projections: readonly AnyProjection[];
  /** False: this process only reads what other processes project. */
  readonly projects?: boolean;
  /** True if the log is read from a copy that may be behind, such as a follower. */
  readonly mayLag?: boolean;
  /** Milliseconds after which the work of a process that was killed goes to another. */
  readonly leaseMs?: number;
}

/**
 * Milliseconds between two looks at the checkpoints: while somebody waits for a position, while they are behind the log, and at other
 * times. So many processes that only read cost the server little.
 */
const lookEvery = { awaited: 25, behind: 250, idle: 1_000 };
/** Milliseconds without an answer to a look after which the rows are said to fail: the driver itself waits longer. */
const overdue = 3_000;
const afterTrouble = 1_000;
/** Checkpoints that are older, in milliseconds, are read again before rows are: a build may have been dropped. */
const goodFor = 15_000;

/**
 * Opens the read models in a database of MongoDB and keeps them up to date, in this thread: an answer of MongoDB costs more than to fold
 * a page. Any number of processes may do so: the leases say who writes which build. Each reads the checkpoints of all.
 */
export async function openMongoReadModels({
  connection,
  log,
  logger,
  projections,
  projects = true,
  mayLag = false,
  leaseMs,
}: MongoReadModelsOptions): Promise<OpenReadModels & { readonly leases: Leases }> {
  const { db, close: disconnect } = await connectMongo(connection);
  const closing = new AbortController();
  const { signal } = closing;
  let builds: readonly Build[] = [];
  let lookedAt = -Infinity;
  let end = beginning;
  const troubles = { rows: '', projecting: '', following: '' };
  let wake = () => {};
  const report = (which: keyof typeof troubles, error: unknown) => {
    if (error instanceof LogUnavailable) return; // the log says so itself
    const what = error instanceof Error ? error.message : String(error);
    if (troubles[which] !== what) logger.warn({ trouble: what }, 'the projections cannot continue and will try again');
    troubles[which] = what;
  };
  try {
    const store = await MongoProjectionStore.open(db);
    const leases = new MongoLeases(db, leaseMs);
    /** Rows are visible before the checkpoint that tells of them. */
    const refresh = async () => {
      const found = shown(await store.builds(), projections);
      tellStopped(logger, builds, found);
      builds = found;
      lookedAt = performance.now();
      readModels.report(builds);
    };
    const known = async () => {
      if (performance.now() - lookedAt > goodFor) await refresh();
      return builds;
    };
    const readModels = new RowReadModels(new MongoRowReader(db, known), undefined, () => wake());
    const projector = projects
      ? await startProjector({
          ...{ log, store, leases, projections, mayLag },
          onCommit: () => {
            troubles.projecting = '';
            wake();
          },
          onTrouble: async (error) => {
            report('projecting', error);
            await sleep(afterTrouble, undefined, { signal }).catch(() => undefined);
          },
          onForeign: (foreign) => tellForeign(logger, foreign),
          yieldToEventLoop: () => nextTurn(),
        })
      : null;
    await refresh();
    const isBehind = () => builds.some(({ live, failure, position }) => live && !failure && position < end);
    const period = () => {
      if (readModels.isAwaited) return lookEvery.awaited;
      return isBehind() ? lookEvery.behind : lookEvery.idle;
    };
    const watch = async () => {
      while (!signal.aborted) {
        const rest = lookedAt + period() - performance.now();
        if (rest > 0) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, rest);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          continue; // it may be earlier than was thought
        }
        try {
          await refresh();
          troubles.rows = '';
        } catch (error) {
          report('rows', error);
          await sleep(afterTrouble, undefined, { signal }).catch(() => undefined);
        }
      }
    };
    const watching = watch();
    const onPage = ({ upTo }: { readonly upTo: typeof end }) => {
      troubles.following = '';
      end = later(end, upTo);
      projector?.wake();
      wake();
    };
    const listening = follow(log, { types: [] }, { signal, onPage, onTrouble: (error) => report('following', error) });
    return {
      readModels: readModels,
      leases,
      builds: () => builds,
      isFailing: () =>
        performance.now() - lookedAt > overdue ||
        Object.values(troubles).some((trouble) => trouble !== '') ||
        projections.some((projection) => !answering(builds, projection)),
      close: async () => {
        closing.abort();
        wake();
        await Promise.all([listening, watching, projector?.close()]);
        await disconnect();
      },
    };
  } catch (error) {
    await disconnect();
    throw error;
  }
}

/** Of all builds, those that this program reads, and those of its own versions. */
const shown = (builds: readonly Build[], projections: readonly AnyProjection[]): readonly Build[] =>
  projections.flatMap((projection) => {
    const answers = answering(builds, projection);
    return builds.filter(
      (build) => build === answers || (build.name === projection.name && build.version === projection.version && !build.live),
    );
  });
