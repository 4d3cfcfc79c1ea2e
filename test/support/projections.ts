import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { AllEvents } from '../../src/domain/deciders.js';
import { categoryOf } from '../../src/application/kernel/decode.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { compareKeys } from '../../src/application/ports/key-order.js';
import type { ProjectionStore } from '../../src/application/ports/projection-store.js';
import { startProjector } from '../../src/application/projecting/projector.js';
import { check, rebuild } from '../../src/application/projecting/rebuild.js';
import { MemoryLeases } from '../../src/infrastructure/read-models/memory/leases.js';
import { MemoryProjectionStore } from '../../src/infrastructure/read-models/memory/store.js';
import type { EventMeta, Handler, Projection, Recorded, RecordedEvent } from '../../src/projections/projection.js';
import { beginning, positionOf } from '../../src/projections/position.js';
import { PoorProjectionStore } from './poor-rows.js';
import { ScriptedLog } from './scripted-log.js';

/** What may be said of an event besides its data; the rest is filled in. */
export interface Circumstances extends Partial<EventMeta> {
  /** The id of the aggregate. */
  readonly aggregateId?: string;
  readonly at?: string;
  /** `at`, when left out. */
  readonly recordedAt?: string;
}

/** An event for a projection's spec. Id, revision and position follow from its place in the list in which it is given. */
export function recorded<K extends keyof AllEvents>(
  type: K,
  data: AllEvents[K],
  circumstances: Circumstances = {},
): Recorded<K, AllEvents[K]> {
  const { aggregateId = 'x1', at = '2026-11-23T08:00:00.000Z', recordedAt = at, ...meta } = circumstances;
  return {
    type,
    data,
    id: '',
    stream: `${categoryOf(type)}-${aggregateId}`,
    aggregateId,
    revision: 0,
    position: beginning,
    at,
    recordedAt,
    meta: { actor: 'p1', capacity: 'resident', channel: 'web', place: null, correlation: 'c1', key: 'k1', request: '', ...meta },
  };
}

/** The events as they would stand in an empty log: ids, revisions and positions (from 1) filled in. */
export function inOrder(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const revisions = new Map<string, number>();
  return events.map((event, index) => {
    const revision = (revisions.get(event.stream) ?? -1) + 1;
    revisions.set(event.stream, revision);
    return { ...event, revision, position: positionOf(index + 1), id: idAt(index + 1) };
  });
}

/** The id of the event at a position of `inOrder`. */
export const idAt = (position: number): string => `01900000-0000-7000-8000-${position.toString(16).padStart(12, '0')}`;

/** The events as the log stores them. */
export const stored = (events: readonly RecordedEvent[]): readonly StoredEvent[] =>
  inOrder(events).map(({ data, meta, at, aggregateId: _, ...event }) => ({
    ...event,
    schemaVersion: 1,
    occurredAt: at,
    data: JSON.stringify(data),
    meta: JSON.stringify(meta),
  }));

const handlerOf = <Row>(projection: Projection<Row>, event: RecordedEvent) =>
  projection.on[event.type] as Handler<Row, RecordedEvent> | undefined;

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};

/** The rows that the events make, by key, folded one by one; rows and events are frozen, so a fold that changes what it is given throws. */
export function project<Row>(projection: Projection<Row>, events: readonly RecordedEvent[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const event of inOrder(events)) {
    const handler = handlerOf(projection, frozen(event));
    const keys = handler?.keys(event) ?? [];
    if (new Set(keys).size < keys.length) throw new Error(`${projection.name} names a key twice for ${event.type}: ${keys.join(', ')}`);
    for (const key of keys) {
      if (projection.writeOnce && rows.has(key)) throw new Error(`${projection.name} is writeOnce, but writes ${key} again`);
      const row = handler!.evolve(rows.get(key) ?? null, event, key);
      if (row === null) rows.delete(key);
      else rows.set(key, frozen(row));
    }
  }
  return rows;
}

/**
 * The rows come out byte for byte the same, whether the events are folded one by one, or by the runner in pages cut anywhere, with
 * restarts in
 * between, with rows kept in memory or read back each time, told again to rows that are ahead of the checkpoint, or rebuilt.
 */
export async function expectRebuiltEqualsIncremental<Row>(projection: Projection<Row>, events: readonly RecordedEvent[]): Promise<void> {
  const expected = project(projection, events);
  const text = [...expected].sort(([a], [b]) => compareKeys(a, b)).map(([key, row]) => [key, JSON.stringify(row)]);
  const removes = removesRows(projection, events);
  const all = stored(events);
  const random = randomFrom(events.length);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  for (let round = 0; round < 10; round++) {
    const poor = round < 8 ? null : new PoorProjectionStore();
    const store = poor ?? new MemoryProjectionStore();
    const log = new ScriptedLog([], () => 1 + upTo(4));
    const rowsNow = async () => {
      const live = (await store.builds()).find((build) => build.live)!;
      return (await store.scan(live.id, null, Infinity)).map(({ key, row }) => [key, row]);
    };
    for (const end of [upTo(all.length), all.length]) {
      log.events = all.slice(0, Math.max(end, log.events.length));
      await run(projection, log, store, round % 2 === 0 ? 1 : 10_000_000);
    }
    expect(await rowsNow()).toEqual(text);
    if (poor) poor.isFaulty = false;
    if (poor || !removes) {
      const [build] = await store.builds();
      const position = positionOf(upTo(all.length));
      const lastEvent = position === 0 ? null : { id: all[position - 1]!.id, position };
      await store.commit({
        build: build!.id,
        epoch: 1,
        after: build!.position,
        rows: [],
        position,
        lastEvent,
        failure: null,
        goesLive: false,
      });
      if (poor) poor.isFaulty = true;
      await run(projection, log, store, 1);
      expect(await rowsNow()).toEqual(text);
    }
    if (poor) poor.isFaulty = false;
    await rebuild(log, store, new MemoryLeases(), projection, () => undefined);
    expect(await rowsNow()).toEqual(text);
    expect(
      (await check(log, store, new MemoryProjectionStore(), [projection], () => undefined)).map(({ difference }) => difference),
    ).toEqual([null]);
  }
}

/** Runs the projection to the end of the log. */
async function run<Row>(projection: Projection<Row>, log: ScriptedLog, store: ProjectionStore, memory: number): Promise<void> {
  let trouble: unknown = null;
  const projector = await startProjector({
    log,
    store,
    leases: new MemoryLeases(),
    projections: [projection],
    memory,
    onCommit: () => undefined,
    onTrouble: (error) => ((trouble = error), yieldToEventLoop()),
  });
  const head = await log.position();
  for (
    const end = Date.now() + 5_000;
    projector.builds()[0]!.position < head &&
    Date.now() < end &&
    (!trouble || store instanceof PoorProjectionStore) &&
    !projector.builds()[0]!.failure;
  )
    await yieldToEventLoop();
  await projector.close();
  if (!(store instanceof PoorProjectionStore)) expect(trouble).toBeNull();
  expect(projector.builds()).toMatchObject([{ position: head, failure: null }]);
}

/** A row that was removed carries no position, so only a checkpoint, not the row, can tell that an event was folded before. */
function removesRows<Row>(projection: Projection<Row>, events: readonly RecordedEvent[]): boolean {
  const seen = new Set<string>();
  for (let end = 1; end <= events.length; end++) {
    const rows = project(projection, events.slice(0, end));
    if ([...seen].some((key) => !rows.has(key))) return true;
    for (const key of rows.keys()) seen.add(key);
  }
  return false;
}

/** The same numbers from 0 to 1 in every run. */
function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
