import type { EventReader } from '../ports/event-log.js';
import { type Foreign, foreignTo } from './foreign.js';
import type { Leases } from '../ports/leases.js';
import { leaseOf } from './holdings.js';
import { Dispatch, foldPage, rowCache, Table } from './fold-page.js';
import { eventsAfter } from './lag.js';
import { underLeases } from './under-leases.js';
import type { AnyProjection } from '../../projections/projection.js';
import { compareKeys } from '../ports/key-order.js';
import { beginning, type Position } from '../../projections/position.js';
import { answering, type Build, type Failure, type ProjectionStore, type StoredRow } from '../ports/projection-store.js';

/** Of builds that only this process knows. */
const scratchEpoch = 1;
/** Size of the row cache in characters of JSON, as in the projector. */
const memory = 16_000_000;
const comparedAtOnce = 1_000;

/** Called with the number of events that were replayed so far. How many there are is not known: positions have gaps. */
export type OnReplay = (progress: { readonly done: number }) => void;

export class ProjectionFailed extends Error {
  override readonly name = 'ProjectionFailed';
  constructor(
    readonly projection: string,
    readonly failure: Failure,
  ) {
    super(`projection ${projection} stops at event ${failure.type} ${failure.eventId} at position ${failure.position}: ${failure.message}`);
  }
}

/**
 * Replays the whole log into a new table of the projection, which then goes live in place of the present one.
 * @throws ProjectionFailed if an event cannot be folded; the present table stays live
 * @throws ProjectionInUse if a server keeps it up to date
 */
export async function rebuild(
  log: EventReader,
  store: ProjectionStore,
  leases: Leases,
  projection: AnyProjection,
  onReplay: OnReplay,
): Promise<Build> {
  return underLeases(leases, [leaseOf(projection)], ([lease]) => rebuilt(log, store, lease!.epoch, projection, onReplay));
}

async function rebuilt(
  log: EventReader,
  store: ProjectionStore,
  epoch: number,
  projection: AnyProjection,
  onReplay: OnReplay,
): Promise<Build> {
  const { name, version } = projection;
  const before = (await store.builds()).filter((build) => build.name === name);
  for (const { id } of before.filter(({ live }) => !live)) await store.drop(id);
  const generation = Math.max(0, ...before.filter((build) => build.version === version).map((build) => build.generation + 1));
  const build = await store.create({ name, version, generation }, epoch, before.length === 0, projection.orderedBy);
  const table = new Table(projection, build, epoch, rowCache(memory));
  await replay(log, store, [table], await log.position(), onReplay);
  if (table.build.failure) {
    await store.drop(table.build.id);
    throw new ProjectionFailed(projection.name, table.build.failure);
  }
  await folded(new Dispatch([table]), { events: [], upTo: table.build.position }, store, true);
  for (const { id } of before.filter(({ live }) => live)) await store.drop(id);
  return table.build;
}

/**
 * The first row, in the order of the keys, that differs between the live table and a replay. `live` and `rebuilt` are its JSON; null
 * if there is no such row.
 */
export interface Difference {
  readonly key: string;
  readonly live: string | null;
  readonly rebuilt: string | null;
}
export interface Checked {
  readonly name: string;
  readonly version: number;
  /** Checkpoint of the live rows, up to which the log was replayed. */
  readonly position: Position;
  /** How many events the checkpoint was behind the end of the log when the check began; these are not compared. */
  readonly lag: number;
  /** The event at which the projection failed. If its position is at most `position`, the replay failed and nothing was compared. */
  readonly failure: Failure | null;
  readonly difference: Difference | null;
  /** Set if the live rows were made from another log; they are then not compared. */
  readonly foreign: Foreign | null;
}

/**
 * Replays the log into `scratch` up to the checkpoint of each live build, and compares the rows byte for byte, with the position of
 * each row. Projections whose live rows have another version than the code are left out.
 */
export async function check(
  log: EventReader,
  store: Pick<ProjectionStore, 'builds' | 'scan'>,
  scratch: ProjectionStore,
  projections: readonly AnyProjection[],
  onReplay: OnReplay,
): Promise<readonly Checked[]> {
  const head = await log.position(); // read before the checkpoints: events appended later are no lag
  const builds = await store.builds();
  const cache = rowCache(memory);
  const pairs: { readonly of: Build; readonly table: Table }[] = [];
  const checked: Checked[] = [];
  const foreignOf = foreignTo(log);
  for (const projection of projections) {
    const of = answering(builds, projection);
    if (of?.version !== projection.version) continue;
    const { name, version, position, failure } = of;
    const foreign = await foreignOf(of);
    if (foreign) checked.push({ name, version, position, lag: 0, failure, difference: null, foreign });
    else pairs.push({ of, table: new Table(projection, await scratch.create(of, scratchEpoch, true), scratchEpoch, cache) });
  }
  const positions = [...new Set(pairs.map(({ of }) => of.position))];
  const lagOf = await eventsAfter(log, positions, head);
  let before = 0;
  for (const position of positions) {
    const tables = pairs.filter(({ of }) => of.position === position).map(({ table }) => table);
    before += await replay(log, scratch, tables, position, ({ done }) => onReplay({ done: before + done }));
  }
  for (const { of, table } of pairs) {
    const { name, version, position } = of;
    const replayed = table.build.failure === null;
    const difference = replayed ? await firstDifference(rowsOf(store, of.id), rowsOf(scratch, table.build.id)) : null;
    checked.push({
      name,
      version,
      position,
      lag: lagOf(position),
      failure: table.build.failure ?? of.failure,
      difference,
      foreign: null,
    });
  }
  return checked;
}

/** One scan of the log from the beginning for all tables. A table that fails stops there. @returns the number of events */
async function replay(
  log: EventReader,
  store: ProjectionStore,
  tables: readonly Table[],
  until: Position,
  onReplay: OnReplay,
): Promise<number> {
  let done = 0;
  let dispatch = new Dispatch(tables);
  for await (const page of log.readAll(beginning, { until })) {
    await folded(dispatch, page, store, false);
    if (dispatch.tables.some(({ build }) => build.failure)) dispatch = new Dispatch(dispatch.tables.filter(({ build }) => !build.failure));
    onReplay({ done: (done += page.events.length) });
  }
  return done;
}

/** @throws the error of the first table that could not be written */
async function folded(...page: Parameters<typeof foldPage>): Promise<void> {
  const [unwritten] = await foldPage(...page);
  if (unwritten) throw unwritten.error;
}

async function* rowsOf(store: Pick<ProjectionStore, 'scan'>, build: string): AsyncGenerator<StoredRow, undefined> {
  let after: string | null = null;
  for (;;) {
    const rows: readonly StoredRow[] = await store.scan(build, after, comparedAtOnce);
    yield* rows;
    if (rows.length < comparedAtOnce) return;
    after = rows.at(-1)!.key;
  }
}

/** Both lists are sorted by key, so if two keys differ, the smaller one is missing on the other side. */
async function firstDifference(
  live: AsyncIterator<StoredRow, undefined>,
  rebuilt: AsyncIterator<StoredRow, undefined>,
): Promise<Difference | null> {
  for (;;) {
    const [a, b] = [(await live.next()).value, (await rebuilt.next()).value];
    if (!a && !b) return null;
    if (a && b && a.key === b.key && a.row === b.row && a.position === b.position) continue;
    if (a && b && a.key === b.key) return { key: a.key, live: textOf(a), rebuilt: textOf(b) };
    return !b || (a && compareKeys(a.key, b.key) < 0)
      ? { key: a!.key, live: textOf(a!), rebuilt: null }
      : { key: b.key, live: null, rebuilt: textOf(b) };
  }
}

const textOf = ({ row, position }: StoredRow) => `${row} at ${position}`;
