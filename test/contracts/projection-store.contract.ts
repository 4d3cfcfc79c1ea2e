import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RowReader } from '../../src/infrastructure/read-models/reading.js';
import { beginning, positionOf } from '../../src/projections/position.js';
import { CheckpointMoved, type ProjectionStore, StaleEpoch, type Write } from '../../src/application/ports/projection-store.js';

export interface Opened {
  readonly store: ProjectionStore;
  /** Reads what the store holds. */
  readonly reader: RowReader;
  readonly close: () => Promise<void> | void;
}

/** What every store of rows must do. `open` gives a new, empty one. */
export function projectionStoreContract(name: string, open: () => Promise<Opened> | Opened): void {
  describe(`projection store: ${name}`, () => {
    let opened: Opened;
    let store: ProjectionStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    /** A write that begins after the checkpoint of the build, unless `more` says otherwise. */
    const write = async (build: string, to: number, rows: Write['rows'] = [], more: Partial<Write> = {}): Promise<void> => {
      const after = (await store.builds()).find(({ id }) => id === build)?.position ?? beginning;
      const position = positionOf(to);
      const lastEvent = { id: `e${to}`, position };
      await store.commit({ build, epoch: 1, after, rows, position, lastEvent, failure: null, goesLive: false, ...more });
    };
    const key = (name: string, version = 1, generation = 0) => ({ name, version, generation });
    const create = (name: string, version = 1, live = true) => store.create(key(name, version), 1, live);
    const row = (key: string, row: string | null = '{}', position = 1) => ({ key, row, position: positionOf(position) });
    const rowsOf = async (build: string) => (await store.scan(build, null, 100)).map(({ key, row, position }) => [key, row, position]);
    const keysOf = async (build: string) => (await store.scan(build, null, 100)).map(({ key }) => key);

    it('begins empty, and keeps what it is told of a build', async () => {
      expect(await store.builds()).toEqual([]);
      const live = await create('tree');
      const empty = { position: 0, lastEvent: null, failure: null };
      expect(live).toEqual({ id: expect.any(String), ...key('tree'), live: true, ...empty });
      const next = await create('tree', 2, false);
      expect(await store.builds()).toEqual([live, { id: next.id, ...key('tree', 2), live: false, ...empty }]);
    });

    it('creates a build once, however often and by however many it is asked, and answers with its checkpoint', async () => {
      const [one, other] = await Promise.all([create('tree'), create('tree')]);
      expect(other).toEqual(one);
      await write(one.id, 5, [row('a', '1', 5)]);
      expect(await create('tree', 1, false)).toEqual({ ...one, position: 5, lastEvent: { id: 'e5', position: 5 } });
      expect(await rowsOf(one.id)).toEqual([['a', '1', 5]]);
      const again = await store.create(key('tree', 1, 1), 1, false);
      expect([again.id === one.id, again.position]).toEqual([false, 0]);
      expect(await store.builds()).toHaveLength(2);
    });

    it('writes rows byte for byte, over those before, and removes them', async () => {
      const { id } = await create('tree');
      const text = '{"name":"三合碑 𠮷 \\"x\\" \\\\u0000 \\u0000 é é ‮","n":1e21,"f":0.1,"s":"\\ud800","1":[null,[]]}';
      await write(id, 5, [row('a', text, 4), row('b', '{"x":1}', 5)]);
      await write(id, 9, [row('b', '[2]', 9), row('c', '"three"', 7)]);
      expect(await store.scan(id, null, 10)).toEqual([row('a', text, 4), row('b', '[2]', 9), row('c', '"three"', 7)]);
      await write(id, 12, [row('a', null, 12), row('never', null, 11), row('d', '1', 12)]);
      expect(await store.scan(id, null, 10)).toEqual([row('b', '[2]', 9), row('c', '"three"', 7), row('d', '1', 12)]);
      expect((await store.builds())[0]).toMatchObject({ position: 12, lastEvent: { id: 'e12', position: 12 } });
    });

    it('keeps a checkpoint that is no event, and the last event before it', async () => {
      const { id } = await create('tree');
      const e7 = { id: 'e7', position: positionOf(7) };
      await write(id, 9, [], { lastEvent: e7 });
      await write(id, 12, [], { lastEvent: e7 });
      expect(await store.builds()).toMatchObject([{ position: 12, lastEvent: { id: 'e7', position: 7 } }]);
    });

    it('loads the rows that there are', async () => {
      const { id } = await create('tree');
      const other = await create('other');
      await write(id, 5, [row('1', '1'), row('01', '2'), row('a"b\\', '3'), row('𠮷', '4')]);
      await write(other.id, 5, [row('only', '5')]);
      const found = await store.load(id, ['a"b\\', '1', 'only', '𠮷', 'a']);
      expect(new Map(found.map(({ key, row }) => [key, row]))).toEqual(
        new Map([
          ['1', '1'],
          ['a"b\\', '3'],
          ['𠮷', '4'],
        ]),
      );
      expect(await store.load(id, [])).toEqual([]);
    });

    it('orders keys by code point and scans them in parts', async () => {
      const { id } = await create('tree');
      const ordered = ['', 'A', 'Z', 'a', 'a/1', 'a0', 'é', '三', '\ud7ff', '\ue000', '～', '😀', '𠮷', '\u{10ffff}'];
      await write(
        id,
        1,
        [...ordered].reverse().map((key) => row(key)),
      );
      expect(await keysOf(id)).toEqual(ordered);
      expect((await store.scan(id, 'a', 3)).map(({ key }) => key)).toEqual(['a/1', 'a0', 'é']);
      expect((await store.scan(id, '～', 100)).map(({ key }) => key)).toEqual(['😀', '𠮷', '\u{10ffff}']);
      expect(await store.scan(id, '\u{10ffff}', 100)).toEqual([]);
    });

    it('orders keys, and the field that a build is ordered by, as their UTF-8 bytes: pairs of characters that UTF-16 orders otherwise', async () => {
      const rare = ['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '😀', '𠮷', '\u{10ffff}'];
      const texts = rare.flatMap((first) => ['', ...rare].map((second) => first + second));
      const { id } = await store.create(key('pairs'), 1, true, 'text');
      await write(
        id,
        1,
        texts.map((text) => row(text, JSON.stringify({ text }))),
      );
      const ordered = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect((await store.scan(id, null, 999)).map(({ key }) => key)).toEqual(ordered);
      const all = { upTo: '\u{10ffff}\u{10ffff}', limit: 999 };
      const byText = await opened.reader.listOrdered({ name: 'pairs', version: 1 }, 'text', all);
      expect(byText.map(({ key }) => key)).toEqual(ordered);
    });

    it('commits each build by itself: one that is refused does not hold up those committed at the same time', async () => {
      const [one, two, three] = [await create('one'), await create('two'), await create('three')];
      await store.create(key('two'), 2, true);
      const commits = await Promise.allSettled([
        write(one.id, 7, [row('a', '1', 7)]),
        write(two.id, 7, [row('a', '1', 7)]),
        write('no such build', 7, [row('a', '1', 7)]),
        write(three.id, 7, [row('a', '1', 7)], { after: positionOf(3) }),
        write(three.id, 8, [row('b', '1', 8)], { after: beginning }),
      ]);
      expect(commits.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
      expect([await rowsOf(one.id), await rowsOf(two.id), await rowsOf(three.id)]).toEqual([[['a', '1', 7]], [], [['b', '1', 8]]]);
      expect((await store.builds()).map(({ position }) => position)).toEqual([7, 0, 8]);
    });

    it('refuses a page that was committed before, and one that does not begin at the checkpoint; nothing changes', async () => {
      const { id } = await create('tree');
      const page = [row('a', '1', 4), row('b', '1', 5), row('gone', '1', 3)];
      await write(id, 5, page);
      await write(id, 9, [row('a', '2', 8), row('gone', null, 9)]);
      const before = [await store.builds(), await rowsOf(id)];
      for (const [after, position, rows] of [
        [0, 5, page],
        [5, 9, [row('a', '2', 8), row('gone', null, 9)]],
        [0, 12, [...page, row('late', '1', 2)].map((late) => ({ ...late, position: positionOf(2) }))],
      ] as const)
        await expect(write(id, position, rows, { after: positionOf(after) })).rejects.toThrow(CheckpointMoved);
      expect(await store.builds()).toEqual(before[0]);
      expect((await rowsOf(id)).filter(([key]) => key !== 'late')).toEqual(before[1]);
    });

    it('replaces a row only by one of a later event', async () => {
      const { id } = await create('tree');
      await write(id, 0, [row('a', '"ahead"', 5), row('b', '"ahead"', 5)]); // a store without transactions may stop before the checkpoint
      await write(id, 3, [row('a', '"older"', 3), row('b', null, 3), row('c', '"new"', 3)]);
      expect(await rowsOf(id)).toEqual([
        ['a', '"ahead"', 5],
        ['b', '"ahead"', 5],
        ['c', '"new"', 3],
      ]);
      await write(id, 6, [row('a', '"later"', 6), row('b', null, 6)]);
      expect(await rowsOf(id)).toEqual([
        ['a', '"later"', 6],
        ['c', '"new"', 3],
      ]);
    });

    it('refuses a writer whose build another has taken over; nothing changes', async () => {
      const { id } = await create('tree');
      await write(id, 5, [row('a', '1', 5)]);
      expect(await store.create(key('tree'), 2, false)).toMatchObject({ id, position: 5 });
      await expect(write(id, 9, [row('a', '2', 9), row('b', '2', 9)])).rejects.toThrow(StaleEpoch);
      await expect(write(id, 9, [], { after: beginning })).rejects.toThrow(StaleEpoch); // it needs to know that first
      await expect(store.create(key('tree'), 1, false)).rejects.toThrow(StaleEpoch);
      expect(await rowsOf(id)).toEqual([['a', '1', 5]]);
      await write(id, 7, [row('a', '3', 7)], { epoch: 2 });
      expect(await rowsOf(id)).toEqual([['a', '3', 7]]);
      expect(await store.create(key('tree'), 2, false)).toMatchObject({ id, position: 7 }); // its own build, again
    });

    it('keeps the failure that stopped a build until it is written without', async () => {
      const { id } = await create('tree');
      const failure = { eventId: 'e1', type: 'PlaceRenamed', position: positionOf(4), message: '“x” 坏' };
      await write(id, 3, [], { failure });
      expect(await store.builds()).toMatchObject([{ position: 3, failure }]);
      await write(id, 4);
      expect(await store.builds()).toMatchObject([{ position: 4, failure: null }]);
    });

    it('keeps that a build is live, beside others of its projection', async () => {
      const before = await create('tree');
      const next = await create('tree', 2, false);
      await write(next.id, 3, [row('a')], { goesLive: true });
      await write(next.id, 4);
      expect((await store.builds()).map(({ id, live, position }) => [id, live, position])).toEqual([
        [before.id, true, 0],
        [next.id, true, 4],
      ]);
    });

    it('drops a build, and never confuses it with the next one', async () => {
      const before = await create('tree');
      await write(before.id, 3, [row('a')]);
      await store.drop(before.id);
      expect(await store.builds()).toEqual([]);
      const after = await create('tree');
      expect(after.id).not.toBe(before.id);
      expect(await keysOf(after.id)).toEqual([]);
      await expect(write(before.id, 4, [row('b')])).rejects.toThrow();
      await store.drop(before.id); // already so
    });

    describe('when programs of several versions read', () => {
      const named = (version: number) => ({ name: 'tree', version });
      const valueFor = async (version: number) => (await opened.reader.get(named(version), 'a'))?.row;
      const filled = async (version: number, generation = 0) => {
        const { id } = await store.create(key('tree', version, generation), 1, false);
        await write(id, 3, [row('a', `"${version}.${generation}"`)]);
        return id;
      };

      it('each reads its own version once that is complete, until then the highest one that is', async () => {
        const [one, two] = [await filled(1), await filled(2)];
        await expect(valueFor(1)).rejects.toThrow('there is no projection tree');
        await write(two, 4, [], { goesLive: true });
        expect([await valueFor(1), await valueFor(2), await valueFor(3)]).toEqual(['"2.0"', '"2.0"', '"2.0"']);
        await write(one, 4, [], { goesLive: true }); // an older program, later
        expect([await valueFor(1), await valueFor(2), await valueFor(3)]).toEqual(['"1.0"', '"2.0"', '"2.0"']);
        const again = await filled(2, 1);
        expect(await valueFor(2)).toBe('"2.0"');
        await write(again, 4, [], { goesLive: true });
        expect([await valueFor(1), await valueFor(2), await valueFor(3)]).toEqual(['"1.0"', '"2.1"', '"2.1"']);
        expect(await opened.reader.list(named(3), { prefix: '', limit: 9 })).toEqual([row('a', '"2.1"')]);
      });
    });
  });
}
