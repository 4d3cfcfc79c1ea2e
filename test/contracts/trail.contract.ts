import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LogUnavailable } from '../../src/application/ports/event-log.js';
import { SegmentReplaced, type TrailReader, type TrailStore } from '../../src/application/ports/trail.js';
import { TrailWriter } from '../../src/application/trail/writer.js';
import { beginning, positionOf } from '../../src/projections/position.js';
import { MemoryTrail } from '../../src/infrastructure/trail/memory.js';
import { allFound, contentOf, foundByLooking, index, logOf, smallLayout, trailEvents, wantedEvents } from '../support/trail.js';

export interface OpenedTrail {
  readonly store: TrailStore;
  /** As another process or thread reads it. */
  readonly reader: TrailReader;
  /** Opens the store again, as after a restart. */
  readonly again: () => Promise<TrailStore> | TrailStore;
  readonly close: () => Promise<void> | void;
}

const never = new AbortController().signal;
/** The events of one fixed log. */
const [events] = fc.sample(
  trailEvents(300).filter(({ length }) => length > 200),
  { numRuns: 1, seed: 7 },
);

/** What every index of the audit trail must do. `open` gives an empty one of the small layout; `runs`: how often a property is tried. */
export function trailContract(subject: string, open: () => Promise<OpenedTrail> | OpenedTrail, runs = 60): void {
  describe(`trail: ${subject}`, () => {
    let opened: OpenedTrail;
    beforeEach(async () => (opened = await open()));
    afterEach(() => opened.close());

    it('is empty at first', async () => {
      const { store, reader } = opened;
      expect([await store.end(), await reader.segments(), await reader.blockAt(positionOf(5))]).toEqual([null, [], null]);
    });

    it('given any log, when it is asked for any subjects and any period, then it finds what looking at every event finds', async () => {
      let found = 0;
      await fc.assert(
        fc.asyncProperty(
          trailEvents(300),
          fc.array(wantedEvents, { minLength: 3, maxLength: 6 }),
          fc.integer({ min: 1, max: 60 }),
          async (all, asked, limit) => {
            const { store, reader } = opened;
            await store.clear();
            const log = logOf(all.slice(0, Math.ceil(all.length * 0.9)));
            await index(store, log);
            log.events = all; // the last ones are not in the index
            for (const wanted of asked) {
              const by = foundByLooking(all, wanted);
              found += by.length;
              expect(await allFound(reader, log, wanted, limit)).toEqual(by);
            }
          },
        ),
        { numRuns: runs },
      );
      expect(found).toBeGreaterThan(0);
    });

    it('given any log, when it is read in parts and by one process after another, then the index is the same, byte for byte', async () => {
      await fc.assert(
        fc.asyncProperty(
          trailEvents(200),
          fc.array(fc.record({ grows: fc.integer({ min: 0, max: 50 }), restarts: fc.boolean() }), { maxLength: 10 }),
          fc.integer({ min: 1, max: 40 }),
          async (all, steps, pageSize) => {
            let store = await opened.again();
            await store.clear();
            const log = logOf(all.slice(0, 0), pageSize);
            let writer = await TrailWriter.open(log, store);
            for (const { grows, restarts } of [...steps, { grows: all.length, restarts: false }]) {
              log.events = all.slice(0, log.events.length + grows);
              await writer.catchUp(never);
              if (!restarts) continue;
              store = await opened.again();
              writer = await TrailWriter.open(log, store);
            }
            const once = new MemoryTrail(smallLayout);
            await index(once, logOf(all, 1000));
            expect(await contentOf(store)).toEqual(await contentOf(once));
          },
        ),
        { numRuns: runs },
      );
    });

    it('given a change that was written, when it is written again, then nothing changes', async () => {
      const { store } = opened;
      const changes: Parameters<TrailStore['write']>[0][] = [];
      const log = logOf(events!.slice(0, 0));
      const write = store.write.bind(store);
      store.write = async (change) => {
        changes.push(change);
        await write(change);
      };
      const writer = await TrailWriter.open(log, store);
      for (let end = 0; end <= 70; end += 5) {
        log.events = events!.slice(0, end);
        await writer.catchUp(never);
      }
      const before = await contentOf(store);
      await write(changes.at(-1)!);
      expect(await contentOf(store)).toEqual(before);
      expect(changes.length).toBeGreaterThan(10);
    });

    it('given a segment whose place a larger one took, when it is read, then that is said', async () => {
      const { store, reader } = opened;
      await index(store, logOf(events!.slice(0, 4)));
      const [small] = await reader.segments();
      expect(small).toMatchObject({ start: 0, bits: 2 });
      await index(store, logOf(events!.slice(0, 16)));
      await expect(reader.parts(small!, [0])).rejects.toThrow(SegmentReplaced);
      expect(await reader.segments()).toMatchObject([{ start: 0, bits: 4 }]);
    });

    it('given an index of another log, when it is opened, then it is made anew, and that is told', async () => {
      const { store } = opened;
      await index(store, logOf(events!.slice(0, 100)));
      const other = events!.slice(0, 50);
      const told: string[] = [];
      const writer = await TrailWriter.open(logOf(other), store, (why) => told.push(why));
      expect([told, await store.segments(), await store.end(), await store.blockAt(positionOf(2 ** 50))]).toEqual([
        ['other log'],
        [],
        null,
        null,
      ]);
      await writer.catchUp(never);
      const once = new MemoryTrail(smallLayout);
      await index(once, logOf(other));
      expect(await contentOf(store)).toEqual(await contentOf(once));
    });

    it('given an index that is ahead of a log that may lag, when it is opened, then it stays as it is, and is gone on with later', async () => {
      const { store } = opened;
      await index(store, logOf(events!.slice(0, 100)));
      const before = await contentOf(store);
      const log = logOf(events!.slice(0, 50));
      const told: string[] = [];
      const open = () => TrailWriter.open(log, store, (why) => told.push(why), true);
      await expect(open()).rejects.toThrow(LogUnavailable);
      expect([told, await contentOf(store)]).toEqual([[], before]);
      log.events = events!;
      await (await open()).catchUp(never);
      const once = new MemoryTrail(smallLayout);
      await index(once, logOf(events!));
      expect([told, await contentOf(store)]).toEqual([[], await contentOf(once)]);
    });

    it('given a reader that is at work, when the index grows meanwhile, then it finds each event once', async () => {
      const { store, reader } = opened;
      const log = logOf(events!.slice(0, 20));
      const writer = await TrailWriter.open(log, store);
      await writer.catchUp(never);
      const at = log.at.bind(log);
      let growing = Promise.resolve();
      const grow = async () => {
        log.events = events!.slice(0, log.events.length + 5);
        await writer.catchUp(never);
      };
      log.at = async (position) => {
        growing = growing.then(grow);
        await growing;
        return at(position);
      };
      const wanted = { subjects: ['type/VoteCast'] };
      const found = await allFound(reader, log, wanted, 3);
      expect(found).toEqual(foundByLooking(log.events, wanted));
      expect(log.events.length).toBe(events!.length);
    });

    it('finds the block of a position', async () => {
      const { store, reader } = opened;
      await index(store, logOf(events!.slice(0, 16)));
      for (const i of [4, 5, 7])
        expect(await reader.blockAt(events![i]!.position)).toMatchObject({ start: 4, first: events![4]!.position });
      expect(await reader.blockAt(beginning)).toBeNull();
    });
  });
}
