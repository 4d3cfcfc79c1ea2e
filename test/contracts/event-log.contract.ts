import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AppendTooLarge,
  appendLimit,
  noStream,
  NoSuchPosition,
  OutcomeUnknown,
  WrongExpectedRevision,
  type EventLog,
  type Filter,
  type NewEvent,
  type Page,
  type StoredEvent,
} from '../../src/application/ports/event-log.js';
import { beginning, type Position, positionOf } from '../../src/projections/position.js';
import { until } from '../support/until.js';

export interface EventLogSubject {
  readonly name: string;
  /** A new log without events. */
  readonly open: () => Promise<EventLog>;
  /** Closes the log and opens what it stored again; absent where nothing outlives the process. */
  readonly reopen?: (log: EventLog) => Promise<EventLog>;
}

let ids = 0;
/** An event unlike every other; `over` replaces what the test is about. */
export function newEvent(over: Partial<NewEvent> = {}): NewEvent {
  const id = `0190d3c8-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  return {
    id,
    type: 'Happened',
    schemaVersion: 1,
    occurredAt: '2026-11-22T08:00:00.000Z',
    recordedAt: '2026-11-23T08:00:00.000Z',
    data: `{"n":${ids}}`,
    meta: '{"actor":"a"}',
    ...over,
  };
}
export const newEvents = (count: number, over: Partial<NewEvent> = {}): NewEvent[] => Array.from({ length: count }, () => newEvent(over));

export async function all(log: Pick<EventLog, 'readAll'>, after = 0, filter?: Filter): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const { events: page } of log.readAll(positionOf(after), filter)) events.push(...page);
  return events;
}

/** The ends of the pages; fails if one holds an event. */
async function* endsOf(pages: AsyncIterable<Page>): AsyncGenerator<Position> {
  for await (const { events, upTo } of pages) {
    expect(events).toEqual([]);
    yield upTo;
  }
}

const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);
const wrong = (stream: string, expected: number, actual: number) => new WrongExpectedRevision(stream, expected, actual);

/** The events that stand in each stream, by what the log as a whole holds. Fails when revisions or positions are out of order. */
function streamsIn(events: readonly StoredEvent[]): Map<string, string[]> {
  const streams = new Map<string, string[]>();
  let last = 0;
  for (const { stream, revision, position, id } of events) {
    const stand = streams.get(stream) ?? [];
    expect(position).toBeGreaterThan(last);
    expect(revision).toBe(stand.length);
    streams.set(stream, [...stand, id]);
    last = position;
  }
  return streams;
}

const answered = new WeakMap<EventLog, EventLog>();
/** The same log, of which each append is made again until its outcome is known: that writes it once. */
function answering(log: EventLog): EventLog {
  const append: EventLog['append'] = async (...args) => {
    for (;;) {
      try {
        return await log.append(...args);
      } catch (error) {
        if (!(error instanceof OutcomeUnknown)) throw error;
      }
    }
  };
  const known =
    answered.get(log) ??
    new Proxy(log, {
      get: (of, name) => {
        if (name === 'append') return append;
        const value: unknown = Reflect.get(of, name, of);
        return typeof value === 'function' ? (value.bind(of) as unknown) : value;
      },
    });
  answered.set(log, known);
  return known;
}

/** What every event log promises (application/event-log.ts). Each adapter enrols. */
export function eventLogContract({ name, open, reopen }: EventLogSubject): void {
  describe(`${name}: event log`, () => {
    const opened: EventLog[] = [];
    const fresh = async () => {
      const log = await open();
      opened.push(log);
      return answering(log);
    };
    const again = async (log: EventLog) => {
      const next = await reopen!(opened.find((one) => answering(one) === log)!);
      opened.push(next);
      return answering(next);
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((log) => log.close()));
    });

    describe('expected revision', () => {
      it('begins a stream where none is expected, and appends behind the revision named', async () => {
        const log = await fresh();
        const first = await log.append('s-1', noStream, newEvents(1));
        const second = await log.append('s-1', 0, newEvents(2));
        expect([first.revision, second.revision]).toEqual([0, 2]);
        expect(second.position).toBeGreaterThan(first.position);
        await until(async () => (await log.position()) === second.position);
        expect(await log.health()).toBe('well');
      });

      it.each([[0], [7]])('refuses revision %i of a stream that does not exist', async (expected) => {
        const log = await fresh();
        await expect(log.append('s-1', expected, newEvents(1))).rejects.toEqual(wrong('s-1', expected, noStream));
        expect(await all(log)).toEqual([]);
        expect(await log.position()).toBe(0);
      });

      it.each([[noStream], [0], [2], [9]])('refuses revision %i of a stream that stands at 1', async (expected) => {
        const log = await fresh();
        const events = newEvents(2);
        await log.append('s-1', noStream, events);
        await expect(log.append('s-1', expected, newEvents(1))).rejects.toMatchObject({
          name: 'WrongExpectedRevision',
          stream: 's-1',
          expected,
          actual: 1,
        });
        expect(idsOf(await all(log))).toEqual(idsOf(events));
      });

      it('takes streams whose names begin alike for different streams', async () => {
        const log = await fresh();
        for (const stream of ['a', 'a-', 'a-1', 'a-10', 'A-1', '\u00e4-1', 'a\u0308-1']) await log.append(stream, noStream, newEvents(1));
        expect((await log.read('a-1')).map(({ stream }) => stream)).toEqual(['a-1']);
        expect(await log.read('a-')).toHaveLength(1);
        expect((await all(log)).map(({ stream }) => stream)).toEqual(['a', 'a-', 'a-1', 'a-10', 'A-1', '\u00e4-1', 'a\u0308-1']);
      });

      it('lets exactly one of 200 concurrent appends through at each revision', async () => {
        const log = await fresh();
        for (let expected = noStream; expected < 4; expected++) {
          const attempts = newEvents(200);
          const results = await Promise.allSettled(attempts.map((event) => log.append('s-1', expected, [event])));
          const won = results.flatMap((result, i) => (result.status === 'fulfilled' ? [attempts[i]!.id] : []));
          expect(won).toHaveLength(1);
          for (const result of results)
            if (result.status === 'rejected') expect(result.reason).toEqual(wrong('s-1', expected, expected + 1));
          expect((await log.read('s-1', expected + 1)).map(({ id }) => id)).toEqual(won);
        }
        expect(await all(log)).toHaveLength(5);
      });
    });

    describe('size of an append', () => {
      /** As many events as named, of three bytes a character, with data and meta of `bytes` in all. */
      const ofSize = (count: number, bytes: number) => {
        const events = newEvents(count, { data: `"${'长'.repeat(1_000)}"` });
        const missing = bytes - events.reduce((sum, { data, meta }) => sum + Buffer.byteLength(data) + Buffer.byteLength(meta), 0);
        const last = events.at(-1)!;
        return [...events.slice(0, -1), { ...last, meta: `${last.meta}${' '.repeat(missing)}` }];
      };

      it.each([[1], [90]])('takes %i events of 512 KiB, and refuses one byte more before anything is written', async (count) => {
        const log = await fresh();
        await log.append('s-1', noStream, newEvents(1));
        const tooLarge = log.append('s-1', 0, ofSize(count, appendLimit + 1));
        await expect(tooLarge).rejects.toEqual(new AppendTooLarge('s-1', 524_289));
        await expect(tooLarge).rejects.toMatchObject({ name: 'AppendTooLarge', bytes: 524_289 });
        expect(await all(log)).toHaveLength(1);
        const events = ofSize(count, appendLimit);
        expect(await log.append('s-1', 0, events)).toMatchObject({ revision: count });
        expect((await log.read('s-1', 1)).map(({ data, meta }) => data + meta)).toEqual(events.map(({ data, meta }) => data + meta));
      });
    });

    describe('all or nothing', () => {
      it('writes the events of one append side by side, though others append meanwhile', async () => {
        const log = await fresh();
        const batches = Array.from({ length: 40 }, (_, i) => ({ stream: `s-${i}`, events: newEvents(1 + (i % 5)) }));
        await Promise.all(batches.map(({ stream, events }) => log.append(stream, noStream, events)));
        const whole = idsOf(await all(log)).join();
        for (const { events } of batches) expect(whole).toContain(idsOf(events).join());
      });

      it('writes nothing of an append that is refused', async () => {
        const log = await fresh();
        await log.append('s-1', noStream, newEvents(1));
        await expect(log.append('s-1', noStream, newEvents(3))).rejects.toEqual(wrong('s-1', noStream, 0));
        expect(await all(log)).toHaveLength(1);
      });

      it('refuses an append of nothing, and text that would not come back unchanged', async () => {
        const log = await fresh();
        await expect(log.append('s-1', noStream, [])).rejects.toThrow(RangeError);
        await expect(log.append('s-1', -2, newEvents(1))).rejects.toThrow(RangeError);
        await expect(log.append('s-1', noStream, newEvents(1, { data: '"\ud800"' }))).rejects.toThrow(TypeError);
        await expect(log.append('s-1', noStream, newEvents(1, { meta: '"\0"' }))).rejects.toThrow(TypeError);
        expect(await all(log)).toEqual([]);
      });
    });

    describe('idempotent by event id', () => {
      const appended = async () => {
        const log = await fresh();
        await log.append('other', noStream, newEvents(2));
        const [one, two, three] = [newEvents(1), newEvents(3), newEvents(1)];
        const answers = [await log.append('s-1', noStream, one), await log.append('s-1', 0, two), await log.append('s-1', 3, three)];
        return { log, one, two, three, answers };
      };

      it('answers the same events at the same place as before and writes nothing', async () => {
        const { log, one, two, three, answers } = await appended();
        const before = await all(log);
        expect([await log.append('s-1', noStream, one), await log.append('s-1', 0, two), await log.append('s-1', 3, three)]).toEqual(
          answers,
        );
        expect(await all(log)).toEqual(before);
      });

      it('refuses what only begins like what stands there, stands elsewhere, or is in another order', async () => {
        const { log, one, two, three } = await appended();
        const before = await all(log);
        const [a, b, c] = two as [NewEvent, NewEvent, NewEvent];
        for (const [expected, events] of [
          [0, [a, b, newEvent()]],
          [0, [b, a, c]],
          [1, [a]],
          [noStream, [a]],
          [2, [c, newEvent()]],
          [3, [...three, newEvent()]],
          [noStream, [...one, newEvent()]],
        ] as const) {
          await expect(log.append('s-1', expected, events)).rejects.toEqual(wrong('s-1', expected, 4));
        }
        await expect(log.append('s-2', 0, two)).rejects.toEqual(wrong('s-2', 0, noStream));
        expect(await all(log)).toEqual(before);
      });

      it('takes a part of what stands there, and a run across two appends, as said before', async () => {
        const { log, one, two, answers } = await appended();
        expect(await log.append('s-1', noStream, [...one, ...two])).toEqual(answers[1]);
        expect(await log.append('s-1', 0, two.slice(0, 1))).toMatchObject({ revision: 1 });
        expect(await all(log)).toHaveLength(7);
      });

      it('writes concurrent duplicates once and answers all alike', async () => {
        const log = await fresh();
        const events = newEvents(2);
        const answers = await Promise.all(Array.from({ length: 50 }, () => log.append('s-1', noStream, events)));
        expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
        expect(idsOf(await all(log))).toEqual(idsOf(events));
      });

      if (reopen)
        it('answers as before after the log was closed and opened again', async () => {
          const { log, one, two, three, answers } = await appended();
          const before = await all(log);
          const next = await again(log);
          expect(await all(next)).toEqual(before);
          expect(await next.position()).toBe(answers[2]!.position);
          expect([await next.append('s-1', noStream, one), await next.append('s-1', 0, two), await next.append('s-1', 3, three)]).toEqual(
            answers,
          );
          await expect(next.append('s-1', 3, newEvents(1))).rejects.toEqual(wrong('s-1', 3, 4));
          expect(await next.append('s-1', 4, newEvents(1))).toMatchObject({ revision: 5 });
          expect((await next.read('s-1')).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5]);
        });
    });

    describe('reading', () => {
      it('gives back every field as it was handed in', async () => {
        const log = await fresh();
        const events = [
          newEvent({
            type: 'Named',
            schemaVersion: 7,
            occurredAt: '2020-02-29T00:00:00.000Z',
            data: '{ "b" :1,"a":1.0,"a":2e3 }',
            meta: '{"k":"\\u0000\\ud800"}',
          }),
          newEvent({ data: '"𠮷野家 \u{10ffff} é e\u0301 Å \u202eעברית\u202c ﷽ 👩‍👩‍👧 \ufeff\ufffe \u2028\u0085\u0001\t\n"' }),
          newEvent({ data: `"${'长'.repeat(20_000)}"` }),
        ];
        await log.append('s-金堂', noStream, events);
        const stored = await log.read('s-金堂');
        expect(stored).toEqual(
          events.map((event, revision) => ({ ...event, stream: 's-金堂', revision, position: stored[revision]!.position })),
        );
        expect(await all(log)).toEqual(stored);
      });

      it('gives back any storable text unchanged', async () => {
        const log = await fresh();
        const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((value) => !value.includes('\0'));
        await fc.assert(
          fc.asyncProperty(fc.uuid(), text, text, async (stream, data, meta) => {
            await log.append(stream, noStream, [newEvent({ data, meta })]);
            expect(await log.read(stream)).toMatchObject([{ data, meta }]);
          }),
          { numRuns: 60 },
        );
      });

      it('begins at the revision asked for, and finds nothing where nothing is', async () => {
        const log = await fresh();
        const events = newEvents(5);
        await log.append('s-1', noStream, events);
        expect(idsOf(await log.read('s-1', 3))).toEqual(idsOf(events.slice(3)));
        expect(await log.read('s-1', 5)).toEqual([]);
        expect(await log.read('none')).toEqual([]);
      });

      it('finds what was looked for before it was there, however many come after it', async () => {
        const log = await fresh();
        expect(await log.read('late')).toEqual([]);
        const late = newEvent();
        await log.append('late', noStream, [late]);
        for (let i = 0; i < 20; i++) {
          expect(idsOf(await log.read('late'))).toEqual([late.id]);
          expect(await log.read('late', 1)).toEqual([]);
          await log.append(`other-${i}`, noStream, [newEvent()]);
        }
        await expect(log.append('late', noStream, [newEvent()])).rejects.toEqual(wrong('late', noStream, 0));
        const later = newEvent();
        await log.append('late', 0, [later]);
        expect(idsOf(await log.read('late'))).toEqual([late.id, later.id]);
      });

      if (reopen)
        it('of some types also gives the events of before the log was opened, and those of other types in between', async () => {
          const log = await fresh();
          const types = ['A', 'B', 'A', 'C', 'A'];
          for (const [i, type] of types.entries()) await log.append(`s-${i}`, noStream, [newEvent({ type })]);
          const next = await again(log);
          await next.append('s-5', noStream, [newEvent({ type: 'B' })]);
          await next.append('s-6', noStream, [newEvent({ type: 'D' })]);
          const everything = await all(next);
          for (const [i, { position }] of [{ position: 0 }, ...everything].entries())
            for (const wanted of [['A'], ['B'], ['C', 'D'], ['None']])
              expect(await all(next, position, { types: wanted })).toEqual(everything.slice(i).filter(({ type }) => wanted.includes(type)));
        });

      it('reads all after a position, of some types, until a position', async () => {
        const log = await fresh();
        const kinds = ['A', 'B', 'C'];
        for (let i = 0; i < 30; i++) await log.append(`s-${i}`, noStream, newEvents(100, { type: kinds[i % 3]! }));
        const everything = await all(log);
        expect(everything).toHaveLength(3000);
        const middle = everything[1234]!.position;
        expect(await all(log, middle)).toEqual(everything.slice(1235));
        expect(await all(log, 0, { until: middle })).toEqual(everything.slice(0, 1235));
        expect(await all(log, 0, { types: ['B'] })).toEqual(everything.filter(({ type }) => type === 'B'));
        expect(await all(log, middle, { types: ['C', 'A', 'None'], until: everything[2500]!.position })).toEqual(
          everything.slice(1235, 2501).filter(({ type }) => type !== 'B'),
        );
        expect(await all(log, 0, { types: [] })).toEqual([]);
        expect(await all(log, everything[2999]!.position)).toEqual([]);
        expect(await all(log, middle, { until: everything[1000]!.position })).toEqual([]);
      });

      it('says with each page how far it has come, also where nothing is, and goes on from there', async () => {
        const log = await fresh();
        for (let i = 0; i < 30; i++) await log.append(`s-${i}`, noStream, newEvents(100, { type: i === 7 ? 'Rare' : 'A' }));
        const everything = await all(log);
        const end = everything.at(-1)!.position;
        for (const types of [['None'], ['Rare'], [], undefined]) {
          const wanted = everything.filter(({ type }) => types?.includes(type) ?? true);
          const filter = types ? { types } : {};
          const found: StoredEvent[] = [];
          let reached = beginning;
          let pages = 0;
          for await (const { events, upTo } of log.readAll(beginning, filter)) {
            for (const { position } of events) expect(position > reached && position <= upTo).toBe(true);
            expect(upTo).toBeGreaterThan(reached);
            found.push(...events);
            reached = upTo;
            // what was handed out so far, and what is read after it, is everything
            if (pages++ % 250 === 0) expect([...found, ...(await all(log, upTo, filter))]).toEqual(wanted);
          }
          expect(found).toEqual(wanted);
          expect(reached).toBeGreaterThanOrEqual(end);
        }
      });

      it('refuses to go on after a position that it did not give out', async () => {
        const log = await fresh();
        await log.append('s-1', noStream, newEvents(3));
        const unknown = positionOf(Number.MAX_SAFE_INTEGER);
        await expect(all(log, unknown)).rejects.toBeInstanceOf(NoSuchPosition);
        await expect(all(log, unknown, { until: unknown })).rejects.toBeInstanceOf(NoSuchPosition);
        const following = log.subscribe(unknown, {}, AbortSignal.timeout(60_000))[Symbol.asyncIterator]();
        await expect(following.next()).rejects.toMatchObject({ name: 'NoSuchPosition', position: unknown });
      });

      it('gives the event at a position, and none where none is', async () => {
        const log = await fresh();
        expect(await log.at(beginning)).toBeNull();
        await log.append('s-1', noStream, newEvents(3));
        await log.append('s-2', noStream, newEvents(1));
        const everything = await all(log);
        for (const event of everything) expect(await log.at(event.position)).toEqual(event);
        expect(await log.at(positionOf(everything[3]!.position + 1))).toBeNull();
        expect(await log.at(positionOf(Number.MAX_SAFE_INTEGER))).toBeNull();
      });

      it('reads its own write at once', async () => {
        const log = await fresh();
        let before = beginning;
        for (let i = 0; i < 50; i++) {
          const { position } = await log.append('s-1', i - 1, newEvents(1));
          expect(await log.read('s-1', i)).toMatchObject([{ revision: i, position }]);
          expect(await all(log, before)).toHaveLength(1);
          before = position;
        }
      });
    });

    describe('subscribing', () => {
      const collect = async (log: EventLog, after: number, filter: Filter, enough: (events: StoredEvent[]) => boolean) => {
        const stop = new AbortController();
        const events: StoredEvent[] = [];
        for await (const { events: page } of log.subscribe(positionOf(after), filter, stop.signal)) {
          events.push(...page);
          if (enough(events)) stop.abort();
        }
        return events;
      };

      it('tells what stands there and what is appended meanwhile, each once and in order, to readers that come at any time', async () => {
        const log = await fresh();
        const total = 600;
        const enough = (events: StoredEvent[]) => events.length >= total;
        const early = collect(log, 0, {}, enough);
        const late: Promise<StoredEvent[]>[] = [];
        const scans: Promise<StoredEvent[]>[] = [];
        const writers = Array.from({ length: 20 }, async (_, writer) => {
          for (let i = 0; i < 30; i++) {
            await log.append(`s-${writer}`, i - 1, newEvents(1));
            if (writer === 0 && i % 6 === 0) {
              late.push(collect(log, 0, {}, enough));
              scans.push(all(log));
            }
          }
        });
        await Promise.all(writers);
        const everything = await all(log);
        expect(streamsIn(everything).size).toBe(20);
        expect(everything).toHaveLength(total);
        expect(await early).toEqual(everything);
        for (const told of await Promise.all(late)) expect(told).toEqual(everything);
        for (const scan of await Promise.all(scans)) expect(scan).toEqual(everything.slice(0, scan.length));
      });

      it('keeps to types and ends at a position', async () => {
        const log = await fresh();
        await log.append('s-1', noStream, newEvents(3, { type: 'A' }));
        const told = collect(log, 0, { types: ['B'] }, (events) => events.length === 4);
        for (let i = 0; i < 4; i++) {
          await log.append(`a-${i}`, noStream, newEvents(2, { type: 'A' }));
          await log.append(`b-${i}`, noStream, newEvents(1, { type: 'B' }));
        }
        expect((await told).map(({ stream }) => stream)).toEqual(['b-0', 'b-1', 'b-2', 'b-3']);
        const everything = await all(log);
        expect(await collect(log, 0, { until: everything[4]!.position }, () => false)).toEqual(everything.slice(0, 5));
      });

      it('tells at once that the log has grown, also a reader that asks for no events', async () => {
        const log = await fresh();
        const first = await log.append('s-1', noStream, newEvents(1));
        const stop = new AbortController();
        const ends = endsOf(log.subscribe(first.position, { types: [] }, stop.signal));
        for (let i = 0; i < 3; i++) {
          const { position } = await log.append('s-1', i, newEvents(1));
          for (let upTo = beginning; upTo < position;) upTo = ((await ends.next()) as IteratorYieldResult<Position>).value;
        }
        stop.abort();
        expect((await ends.next()).done).toBe(true);
      });

      it('ends when the signal is aborted, waiting or not, and when the log is closed', async () => {
        const log = await fresh();
        await log.append('s-1', noStream, newEvents(1));
        const stop = new AbortController();
        let end = beginning;
        for await (const { upTo } of log.readAll(beginning)) end = upTo;
        const waiting = (async () => {
          for await (const upTo of endsOf(log.subscribe(end, {}, stop.signal))) throw new Error(`told up to ${upTo}`);
          return 'ended';
        })();
        setTimeout(() => stop.abort(), 20);
        expect(await waiting).toBe('ended');
        for await (const upTo of endsOf(log.subscribe(beginning, {}, AbortSignal.abort()))) throw new Error(`told up to ${upTo}`);
        const untilClosed = collect(log, 0, {}, (events) => {
          if (events.length > 0) void log.close();
          return false;
        });
        expect(await untilClosed).toHaveLength(1);
      });
    });

    it('refuses to append and to read after it was closed, and what was under way is answered', async () => {
      const log = await fresh();
      const pending = Promise.all(Array.from({ length: 6 }, (_, i) => log.append(`s-${i}`, noStream, newEvents(1))));
      await Promise.resolve();
      await Promise.all([log.close(), log.close()]);
      expect(new Set((await pending).map(({ position }) => position)).size).toBe(6);
      await expect(log.append('s-1', 0, newEvents(1))).rejects.toMatchObject({ name: 'LogUnavailable' });
      await expect(log.read('s-1')).rejects.toMatchObject({ name: 'LogUnavailable' });
      await expect(log.at(positionOf(1))).rejects.toMatchObject({ name: 'LogUnavailable' });
      expect(await log.health()).toBe('failing');
      await expect(all(log)).rejects.toMatchObject({ name: 'LogUnavailable' });
    });

    describe('compared with a model', () => {
      const streams = ['p', 'q', 'r'] as const;
      const step = fc.record({
        stream: fc.constantFrom(...streams),
        off: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) }),
        count: fc.integer({ min: 1, max: 3 }),
        repeat: fc.boolean(),
      });

      it('gives the same answers one after another', async () => {
        const log = await fresh();
        let run = 0;
        let begin = beginning;
        await fc.assert(
          fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
            const prefix = run++;
            const name = (stream: string) => `${stream}-${prefix}`;
            const model = new Map<string, NewEvent[]>(streams.map((stream) => [name(stream), []]));
            const said: { stream: string; expected: number; events: NewEvent[] }[] = [];
            for (const { stream, off, count, repeat } of steps) {
              const stand = model.get(name(stream))!;
              const earlier = repeat ? said[said.length - count] : undefined;
              const attempt = earlier ?? {
                stream: name(stream),
                expected: Math.max(noStream, stand.length - 1 + off),
                events: newEvents(count),
              };
              const target = model.get(attempt.stream)!;
              const there = target.slice(attempt.expected + 1, attempt.expected + 1 + attempt.events.length);
              const answer = log.append(attempt.stream, attempt.expected, attempt.events);
              if (target.length - 1 === attempt.expected) {
                expect((await answer).revision).toBe(attempt.expected + attempt.events.length);
                target.push(...attempt.events);
                said.push(attempt);
              } else if (idsOf(there).join() === idsOf(attempt.events).join()) {
                expect((await answer).revision).toBe(attempt.expected + attempt.events.length);
              } else {
                await expect(answer).rejects.toEqual(wrong(attempt.stream, attempt.expected, target.length - 1));
              }
            }
            for (const [stream, events] of model) expect(idsOf(await log.read(stream))).toEqual(idsOf(events));
            const written = await all(log, begin);
            begin = written.at(-1)?.position ?? begin;
            expect(streamsIn(written).size).toBe([...model.values()].filter(({ length }) => length > 0).length);
          }),
          { numRuns: 40 },
        );
      });

      it('holds what it acknowledged and nothing else when appends are interleaved', async () => {
        const log = await fresh();
        let run = 0;
        let begin = beginning;
        await fc.assert(
          fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { maxLength: 6 }), async (rounds) => {
            const prefix = run++;
            const heads = new Map<string, number>();
            const acknowledged: { stream: string; expected: number; ids: string[] }[] = [];
            for (const round of rounds) {
              await Promise.all(
                round.map(async ({ stream: letter, off, count, repeat }) => {
                  const stream = `${letter}-${prefix}`;
                  const expected = Math.max(noStream, (heads.get(stream) ?? noStream) + off);
                  const events = newEvents(count);
                  const appends = Array.from({ length: repeat ? 2 : 1 }, () => log.append(stream, expected, events));
                  const answers = (await Promise.allSettled(appends)).flatMap((answer) => {
                    if (answer.status === 'fulfilled') return [answer.value];
                    expect(answer.reason).toBeInstanceOf(WrongExpectedRevision);
                    expect((answer.reason as WrongExpectedRevision).actual).not.toBe(expected);
                    return [];
                  });
                  for (const answer of answers) expect(answer).toEqual({ revision: expected + count, position: answers[0]!.position });
                  if (answers.length === 0) return;
                  acknowledged.push({ stream, expected, ids: idsOf(events) });
                  heads.set(stream, Math.max(heads.get(stream) ?? noStream, expected + count));
                }),
              );
            }
            const written = await all(log, begin);
            begin = written.at(-1)?.position ?? begin;
            const stored = streamsIn(written);
            for (const { stream, expected, ids } of acknowledged)
              expect(stored.get(stream)!.slice(expected + 1, expected + 1 + ids.length)).toEqual(ids);
            expect([...stored.values()].flat()).toHaveLength(acknowledged.flatMap((append) => append.ids).length);
          }),
          { numRuns: 40 },
        );
      });
    });
  });
}
