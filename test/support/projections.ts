import { expect } from '@jest/globals';
import type { AllEvents } from '../../src/domain/deciders.js';
import { categoryOf } from '../../src/application/decode.js';
import type { StoredEvent } from '../../src/application/event-log.js';
import type { EventMeta, Handler, Projection, Told, ToldEvent } from '../../src/projections/projection.js';

/** What may be said of an event besides its data; the rest is filled in. */
export interface Circumstances extends Partial<EventMeta> {
  /** The id of the aggregate. */
  readonly subject?: string;
  readonly at?: string;
  /** `at`, when left out. */
  readonly recordedAt?: string;
}

/** An event for a projection's spec. Id, revision and position follow from its place in the list in which it is given. */
export function told<K extends keyof AllEvents>(type: K, data: AllEvents[K], circumstances: Circumstances = {}): Told<K, AllEvents[K]> {
  const { subject = 'x1', at = '2026-11-23T08:00:00.000Z', recordedAt = at, ...meta } = circumstances;
  return {
    type,
    data,
    id: '',
    stream: `${categoryOf(type)}-${subject}`,
    subject,
    revision: 0,
    position: 0,
    at,
    recordedAt,
    meta: { actor: 'p1', capacity: 'resident', channel: 'web', place: null, correlation: 'c1', key: 'k1', request: '', ...meta },
  };
}

/** The events as they would stand in an empty log: ids, revisions and positions (from 1) filled in. */
export function inOrder(events: readonly ToldEvent[]): readonly ToldEvent[] {
  const revisions = new Map<string, number>();
  return events.map((event, index) => {
    const revision = (revisions.get(event.stream) ?? -1) + 1;
    revisions.set(event.stream, revision);
    return { ...event, revision, position: index + 1, id: idAt(index + 1) };
  });
}

/** The id of the event at a position of `inOrder`. */
export const idAt = (position: number): string => `01900000-0000-7000-8000-${position.toString(16).padStart(12, '0')}`;

/** The events as the log stores them. */
export const stored = (events: readonly ToldEvent[]): readonly StoredEvent[] =>
  inOrder(events).map(({ data, meta, at, subject: _, ...event }) => ({
    ...event, schemaVersion: 1, occurredAt: at, data: JSON.stringify(data), meta: JSON.stringify(meta),
  }));

const handlerOf = <Row>(projection: Projection<Row>, event: ToldEvent) =>
  (projection.onAny ?? projection.on[event.type]) as Handler<Row, ToldEvent> | undefined;

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};

/** The rows that the events make, by key, folded one by one; rows and events are frozen, so a fold that changes what it is given throws. */
export function project<Row>(projection: Projection<Row>, events: readonly ToldEvent[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const event of inOrder(events)) {
    const handler = handlerOf(projection, frozen(event));
    const keys = handler?.keys(event) ?? [];
    if (new Set(keys).size < keys.length) throw new Error(`${projection.name} names a key twice for ${event.type}: ${keys.join(', ')}`);
    for (const key of keys) {
      if (projection.writeOnce && rows.has(key)) throw new Error(`${projection.name} is writeOnce, but writes ${key} again`);
      const row = handler!.fold(rows.get(key) ?? null, event, key);
      if (row === null) rows.delete(key);
      else rows.set(key, frozen(row));
    }
  }
  return rows;
}

/**
 * The rows come out byte for byte the same, whether the events arrive at once or in pages cut anywhere,
 * with rows written and read back in between.
 */
export async function expectRebuiltEqualsIncremental<Row>(projection: Projection<Row>, events: readonly ToldEvent[]): Promise<void> {
  const expected = text(project(projection, events));
  for (let cut = 0; cut <= events.length; cut++) {
    const rows = new Map([...project(projection, events.slice(0, cut))].map(([key, row]) => [key, JSON.parse(JSON.stringify(row)) as Row]));
    for (const event of inOrder(events).slice(cut)) {
      const handler = handlerOf(projection, event);
      for (const key of handler?.keys(event) ?? []) {
        const row = handler!.fold(rows.get(key) ?? null, event, key);
        if (row === null) rows.delete(key);
        else rows.set(key, row);
      }
    }
    expect(text(rows)).toEqual(expected);
  }
  return Promise.resolve();
}

const text = (rows: ReadonlyMap<string, unknown>) => new Map([...rows].sort().map(([key, row]) => [key, JSON.stringify(row)]));
