import fc from 'fast-check';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import type { TrailReader, TrailStore } from '../../src/application/ports/trail.js';
import { findEvents, type Wanted } from '../../src/application/trail/search.js';
import { endOf, type Layout } from '../../src/application/trail/segment.js';
import { subjectsOf } from '../../src/application/trail/subjects.js';
import { readSegment, TrailWriter } from '../../src/application/trail/writer.js';
import type { EventReader } from '../../src/application/ports/event-log.js';
import { beginning, type Position, positionOf } from '../../src/projections/position.js';
import { idAt, recorded, stored } from './projections.js';
import { ScriptedLog } from './scripted-log.js';

/** So small that a few dozen events have segments of each size, lists, bitmaps and several packs. */
export const smallLayout: Layout = { levels: [2, 4, 6], hotFrom: 4, packSize: 4 };

const people = ['v1', 'v2', 'v3', 'v4'];
const places = [null, '510121', '510121111', '510121111219', '510121111219.1', '510121112'];
const never = new AbortController().signal;

const instant = (minutes: number) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();

/** Events of a log with gaps between the positions. Some happened long before they were entered. */
export const trailEvents = (most: number): fc.Arbitrary<readonly StoredEvent[]> =>
  fc
    .array(
      fc.record({
        isVote: fc.boolean(),
        actor: fc.constantFrom(...people),
        place: fc.constantFrom(...places),
        correlation: fc.integer({ min: 1, max: 40 }),
        late: fc.constantFrom(0, 0, 0, 0, 0, 500),
        gap: fc.constantFrom(1, 1, 1, 150, 70_000),
      }),
      { maxLength: most, size: 'max' },
    )
    .map((all) => {
      const events = all.map(({ isVote, actor, place, correlation, late }, i) => {
        const circumstances = { actor, place, correlation: `r${correlation}`, at: instant(i - late) };
        return isVote
          ? recorded('VoteCast', { contestId: 'c1', entryId: 'e1' }, { ...circumstances, aggregateId: `c1.${actor}` })
          : recorded('RoleGranted', { personId: people[i % 4]!, capacity: 'resident', placeId: '510121' }, circumstances);
      });
      let position = 0;
      return stored(events).map((event, i) => ({ ...event, id: idAt(i + 1), position: positionOf((position += all[i]!.gap)) }));
    });

export const wantedEvents: fc.Arbitrary<Wanted> = fc
  .record(
    {
      place: fc.constantFrom(...places.filter((place) => place !== null)),
      person: fc.constantFrom(...people, 'nobody'),
      type: fc.constantFrom('VoteCast', 'RoleGranted', 'PledgeMade'),
      correlation: fc.constantFrom('r1', 'r2', 'r3'),
      from: fc.integer({ min: -20, max: 320 }).map(instant),
      until: fc.integer({ min: -20, max: 320 }).map(instant),
    },
    { requiredKeys: [] },
  )
  .map(({ from, until, ...named }) => ({ subjects: Object.entries(named).map(([kind, name]) => `${kind}/${name}`), from, until }));

/** What is asked for, found by looking at every event. */
export const foundByLooking = (events: readonly StoredEvent[], { subjects, from = '', until = '3' }: Wanted): readonly StoredEvent[] =>
  events.filter(
    (event) => event.occurredAt >= from && event.occurredAt < until && subjects.every((subject) => subjectsOf(event).includes(subject)),
  );

/** Reads a log to its end into an index. */
export async function index(store: TrailStore, log: EventReader): Promise<void> {
  const writer = await TrailWriter.open(log, store);
  await writer.catchUp(never);
}

/** All that is in an index. */
export async function contentOf(store: TrailStore): Promise<object> {
  const segments = [];
  const blocks = [];
  const size = 2 ** store.layout.levels[0]!;
  for (const span of await store.segments()) {
    const { parts, ...head } = await readSegment(store, span);
    segments.push({
      ...span,
      ...head,
      hot: [...head.hot],
      zones: [...head.zones],
      parts: parts.map((part) => Buffer.from(part).toString('hex')),
    });
    for (let start = span.start; start < endOf(span); start += size) {
      const { first, distances } = await store.block(start);
      blocks.push([start, first, [...distances]]);
    }
  }
  return { segments, blocks, end: await store.end() };
}

/** All that is found page by page. */
export async function allFound(trail: TrailReader, log: EventReader, wanted: Wanted, limit: number): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let after: Position | null = beginning; after !== null;) {
    const found = await findEvents(trail, log, wanted, after, limit);
    if ('refused' in found) throw new Error(found.refused);
    if (found.events.length > limit) throw new Error('more than was asked for');
    events.push(...found.events);
    after = found.upTo;
  }
  return events;
}

/** A log of some events, in pages of this size. */
export const logOf = (events: readonly StoredEvent[], pageSize = 7) => new ScriptedLog(events, () => pageSize);
