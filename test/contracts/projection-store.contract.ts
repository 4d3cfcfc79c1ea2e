import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProjectionStore, Write } from '../../src/application/ports/projection-store.js';
import { positionOf } from '../../src/projections/position.js';

export interface Opened {
  readonly store: ProjectionStore;
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

    const write = (build: number, position: number, rows: Write['rows'] = [], more: Partial<Write> = {}): Write => ({
      build,
      rows,
      position: positionOf(position),
      lastEventId: `e${position}`,
      failure: null,
      goesLive: false,
      ...more,
    });
    const row = (key: string, row: string | null = '{}', position = 1) => ({ key, row, position: positionOf(position) });
    const keysOf = async (build: number) => (await store.scan(build, null, 100)).map(({ key }) => key);

    it('begins empty, and keeps what it is told of a build', async () => {
      expect(await store.builds()).toEqual([]);
      const live = await store.create('tree', 1, true);
      expect(live).toEqual({ id: live.id, name: 'tree', version: 1, live: true, position: 0, lastEventId: null, failure: null });
      const next = await store.create('tree', 2, false);
      expect(await store.builds()).toEqual([
        live,
        { id: next.id, name: 'tree', version: 2, live: false, position: 0, lastEventId: null, failure: null },
      ]);
    });

    it('writes rows byte for byte, over those before, and removes them', async () => {
      const { id } = await store.create('tree', 1, true);
      const text = '{"name":"三合碑 𠮷 \\"x\\" \\\\u0000 \\u0000 é é ‮","n":1e21,"f":0.1,"s":"\\ud800","1":[null,[]]}';
      await store.commit([write(id, 5, [row('a', text, 4), row('b', '{"x":1}', 5)])]);
      await store.commit([write(id, 9, [row('b', '[2]', 9), row('c', '"three"', 7)])]);
      expect(await store.scan(id, null, 10)).toEqual([row('a', text, 4), row('b', '[2]', 9), row('c', '"three"', 7)]);
      await store.commit([write(id, 12, [row('a', null, 12), row('never', null, 11), row('d', '1', 12)])]);
      expect(await store.scan(id, null, 10)).toEqual([row('b', '[2]', 9), row('c', '"three"', 7), row('d', '1', 12)]);
      expect((await store.builds())[0]).toMatchObject({ position: 12, lastEventId: 'e12' });
    });

    it('loads the rows that there are', async () => {
      const { id } = await store.create('tree', 1, true);
      const other = await store.create('other', 1, true);
      await store.commit([
        write(id, 5, [row('1', '1'), row('01', '2'), row('a"b\\', '3'), row('𠮷', '4')]),
        write(other.id, 5, [row('only', '5')]),
      ]);
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
      const { id } = await store.create('tree', 1, true);
      const ordered = ['', 'A', 'Z', 'a', 'a/1', 'a0', 'é', '三', '\ud7ff', '\ue000', '～', '😀', '𠮷', '\u{10ffff}'];
      await store.commit([
        write(
          id,
          1,
          [...ordered].reverse().map((key) => row(key)),
        ),
      ]);
      expect(await keysOf(id)).toEqual(ordered);
      expect((await store.scan(id, 'a', 3)).map(({ key }) => key)).toEqual(['a/1', 'a0', 'é']);
      expect((await store.scan(id, '～', 100)).map(({ key }) => key)).toEqual(['😀', '𠮷', '\u{10ffff}']);
      expect(await store.scan(id, '\u{10ffff}', 100)).toEqual([]);
    });

    it('commits all builds of a page or none', async () => {
      const one = await store.create('one', 1, true);
      await expect(store.commit([write(one.id, 7, [row('a')]), write(one.id + 1000, 7, [row('a')])])).rejects.toThrow();
      expect(await keysOf(one.id)).toEqual([]);
      expect(await store.builds()).toEqual([one]);
    });

    it('keeps the failure that stopped a build until it is written without', async () => {
      const { id } = await store.create('tree', 1, true);
      const failure = { eventId: 'e1', type: 'PlaceRenamed', position: positionOf(4), message: '“x” 坏' };
      await store.commit([write(id, 3, [], { failure })]);
      expect(await store.builds()).toMatchObject([{ position: 3, failure }]);
      await store.commit([write(id, 4)]);
      expect(await store.builds()).toMatchObject([{ position: 4, failure: null }]);
    });

    it('lets a build take the place of the live one', async () => {
      const before = await store.create('tree', 1, true);
      const other = await store.create('other', 1, true);
      const next = await store.create('tree', 2, false);
      await store.commit([write(next.id, 3, [row('a')], { goesLive: true })]);
      expect((await store.builds()).map(({ id, live }) => [id, live])).toEqual([
        [before.id, false],
        [other.id, true],
        [next.id, true],
      ]);
      await store.commit([write(next.id, 4)]);
      expect((await store.builds()).find(({ id }) => id === next.id)).toMatchObject({ live: true, position: 4 });
    });

    it('drops a build, and never confuses it with the next one', async () => {
      const before = await store.create('tree', 1, true);
      await store.commit([write(before.id, 3, [row('a')])]);
      await store.drop(before.id);
      expect(await store.builds()).toEqual([]);
      const after = await store.create('tree', 1, true);
      expect(after.id).not.toBe(before.id);
      expect(await keysOf(after.id)).toEqual([]);
      await expect(store.commit([write(before.id, 4, [row('b')])])).rejects.toThrow();
      await store.drop(before.id); // already so
    });
  });
}
