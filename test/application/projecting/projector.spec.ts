import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AnyProjection } from '../../../src/projections/projection.js';
import type { Leases } from '../../../src/application/ports/leases.js';
import { type ProjectionStore, RowTooLarge } from '../../../src/application/ports/projection-store.js';
import { startProjector, type Projector, type ProjectorOptions } from '../../../src/application/projecting/projector.js';
import { MemoryLeases } from '../../../src/infrastructure/read-models/memory/leases.js';
import { MemoryProjectionStore } from '../../../src/infrastructure/read-models/memory/store.js';
import { defineProjection } from '../../../src/projections/projection.js';
import { idAt, stored, recorded } from '../../support/projections.js';
import { ScriptedLog } from '../../support/scripted-log.js';
import { until } from '../../support/until.js';
import { beginning, positionOf } from '../../../src/projections/position.js';

const registered = (n: number) =>
  recorded('PlaceRegistered', { placeId: `51012${n}`, name: `${n}`, level: 'county' }, { aggregateId: `51012${n}` });
const renamed = (n: number, name: string) => recorded('PlaceRenamed', { name }, { aggregateId: `51012${n}` });

/** Names by place; a poisonous name throws. */
const names = (name: string, version = 1, poison = 'none') =>
  defineProjection<{ name: string; seen: number }>({
    name,
    version,
    on: {
      PlaceRegistered: {
        keys: ({ aggregateId }) => [aggregateId],
        evolve: (row, { data }) => ({ name: data.name, seen: (row?.seen ?? 0) + 1 }),
      },
      PlaceRenamed: {
        keys: ({ aggregateId }) => [aggregateId],
        evolve: (row, { data }) => {
          if (data.name === poison) throw new Error(`cannot take ${poison}`);
          return { name: `${data.name}${version > 1 ? ` v${version}` : ''}`, seen: (row?.seen ?? 0) + 1 };
        },
      },
    },
  });

describe('the projection runner', () => {
  const running: Projector[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((projector) => projector.close()));
  });

  const troubles: unknown[] = [];
  async function start(
    log: ScriptedLog,
    store: ProjectionStore,
    projections: readonly AnyProjection[],
    more: Partial<ProjectorOptions> = {},
  ) {
    const projector = await startProjector({
      log,
      store,
      leases: new MemoryLeases(),
      projections,
      onCommit: () => undefined,
      onTrouble: (error) => {
        troubles.push(error);
        return new Promise((resolve) => setTimeout(resolve, 1));
      },
      ...more,
    });
    running.push(projector);
    return projector;
  }

  const caughtUp = (projector: Projector, log: ScriptedLog) =>
    until(async () => {
      const head = await log.position();
      return projector.builds().every(({ position, failure, live }) => (live && position === head) || failure);
    });
  const rowsOf = async (store: ProjectionStore, name: string) => {
    const live = (await store.builds()).find((build) => build.live && build.name === name)!;
    return Object.fromEntries(
      (await store.scan(live.id, null, 1000)).map(({ key, row, position }) => [key.slice(5), `${row} @${position}`]),
    );
  };

  it('feeds all projections from one scan, and goes on when it is woken', async () => {
    const events = stored([registered(1), registered(2), renamed(1, 'A'), renamed(2, 'B'), renamed(1, 'C')]);
    const log = new ScriptedLog(events.slice(0, 4));
    const store = new MemoryProjectionStore();
    const projector = await start(log, store, [names('one'), names('two'), names('three')]);
    await caughtUp(projector, log);
    expect(log.told).toBe(4);
    log.events = events;
    projector.wake();
    await caughtUp(projector, log);
    expect(log.told).toBe(5);
    for (const name of ['one', 'two', 'three']) {
      expect(await rowsOf(store, name)).toEqual({ 1: '{"name":"C","seen":3} @5', 2: '{"name":"B","seen":2} @4' });
    }
  });

  it('misses nothing that is appended while a page is written or the runner rests', async () => {
    const events = stored([registered(1), renamed(1, 'A'), renamed(1, 'B')]);
    const log = new ScriptedLog(events.slice(0, 1));
    const appendNext = () => {
      if (log.events.length === events.length) return Promise.resolve();
      log.events = events.slice(0, log.events.length + 1);
      projector.wake();
      return new Promise<void>((resolve) => setTimeout(resolve, 5));
    };
    const projector: Projector = await start(log, new MemoryProjectionStore(), [names('tree')], { yieldToEventLoop: appendNext });
    await until(() => projector.builds()[0]!.position === 3);
    expect(log.told).toBe(3);
  });

  it('goes on where it stood, and a new projection catches up in its own lane without holding the others up', async () => {
    const events = stored([registered(1), ...Array.from({ length: 60 }, (_, n) => renamed(1, `n${n}`))]);
    const log = new ScriptedLog(events.slice(0, 40));
    const store = new MemoryProjectionStore();
    const first = await start(log, store, [names('old')]);
    await caughtUp(first, log);
    await first.close();
    log.events = events;
    log.scans.length = 0;
    log.told = 0;
    const positions: [old: number, fresh: number][] = [];
    const second = await start(log, store, [names('old'), names('fresh')], {
      onCommit: (builds) =>
        positions.push([builds.find(({ name }) => name === 'old')!.position, builds.find(({ name }) => name === 'fresh')!.position]),
    });
    await caughtUp(second, log);
    expect(positions.find(([old]) => old === 61)![1]).toBeLessThan(30); // a page in turn: the old one is there long before
    expect(log.scans.slice(0, 2)).toEqual([40, 0]);
    expect(log.told).toBe(21 + 61);
    log.told = 0;
    log.events = [...events, ...stored([...Array.from({ length: 61 }, () => registered(1)), renamed(1, 'last')]).slice(61)];
    second.wake();
    await caughtUp(second, log);
    expect(log.told).toBe(1); // they share a lane now
    expect(await rowsOf(store, 'fresh')).toEqual(await rowsOf(store, 'old'));
  });

  it('joins the lane it reaches at the very event, while events keep coming', async () => {
    const events = stored([registered(1), ...Array.from({ length: 150 }, (_, n) => renamed(1, `n${n}`))]);
    const log = new ScriptedLog(events.slice(0, 41), () => 4);
    const store = new MemoryProjectionStore();
    const first = await start(log, store, [names('old')]);
    await caughtUp(first, log);
    await first.close();
    log.events = events.slice(0, 43);
    log.beforePage = () => void (log.events = events.slice(0, log.events.length + 1));
    const apart: number[] = [];
    const second = await start(log, store, [names('old'), names('fresh')], {
      onCommit: ([old, fresh]) => apart.push(old!.position - fresh!.position),
    });
    await until(() => second.builds().every(({ position }) => position === events.length));
    const joined = apart.findIndex((distance) => distance <= 0);
    expect(joined).toBeLessThan(apart.length - 20);
    expect(new Set(apart.slice(joined))).toEqual(new Set([0]));
  });

  it('does not let a version go live that fails at the last event', async () => {
    const log = new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'bad')]));
    const store = new MemoryProjectionStore();
    const first = await start(log, store, [names('tree')]);
    await caughtUp(first, log);
    await first.close();
    const second = await start(log, store, [names('tree', 2, 'bad')]);
    await until(() => second.builds()[0]!.failure !== null);
    await second.close();
    expect(await store.builds()).toMatchObject([
      { version: 1, live: true, position: 3 },
      { version: 2, live: false, position: 2, failure: { position: 3 } },
    ]);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"bad","seen":3} @3' });
  });

  it('builds a new version beside the live one, which answers until the new one has caught up', async () => {
    const log = new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'B'), renamed(1, 'C'), renamed(1, 'D')]));
    const store = new MemoryProjectionStore();
    const first = await start(log, store, [names('tree')]);
    await caughtUp(first, log);
    await first.close();
    const before = await rowsOf(store, 'tree');
    const seen: unknown[] = [];
    log.beforePage = async () => void seen.push(await rowsOf(store, 'tree'));
    const second = await start(log, store, [names('tree', 2)]);
    expect(second.builds()).toMatchObject([
      { version: 2, live: false, position: 0 },
      { version: 1, live: true, position: 5 },
    ]);
    await caughtUp(second, log);
    expect(new Set(seen.map((rows) => JSON.stringify(rows)))).toEqual(new Set([JSON.stringify(before)]));
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"D v2","seen":5} @5' });
    await until(async () => (await store.builds()).length === 1);
    expect(await store.builds()).toMatchObject([{ version: 2, live: true, position: 5 }]);
    expect(second.builds()).toMatchObject([{ version: 2, live: true, position: 5 }]);
  });

  it('goes on with a half-built version after a restart, and switches also while events keep coming', async () => {
    const all = stored([registered(1), ...Array.from({ length: 200 }, (_, n) => renamed(1, `n${n}`))]);
    const log = new ScriptedLog(all.slice(0, 50));
    const store = new MemoryProjectionStore();
    const first = await start(log, store, [names('tree')]);
    await caughtUp(first, log);
    await first.close();
    const halfWay = await start(log, store, [names('tree', 2)], { onCommit: ([build]) => void (build!.position >= 20 && halfWay.close()) });
    await until(() => halfWay.builds()[0]!.position >= 20);
    await halfWay.close();
    expect(halfWay.builds()[0]!.position).toBeLessThan(50);
    log.scans.length = 0;
    log.beforePage = () => {
      if (log.events.length < all.length) log.events = all.slice(0, log.events.length + 1); // never done
    };
    let switchedAt = 0;
    const second = await start(log, store, [names('tree', 2)], {
      onCommit: ([build]) => void (switchedAt ||= build!.live ? build!.position : 0),
    });
    await caughtUp(second, log);
    expect(log.scans[0]).toBe(halfWay.builds()[0]!.position);
    expect(switchedAt).toBeGreaterThanOrEqual(50);
    expect(switchedAt).toBeLessThan(120);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"n199 v2","seen":201} @201' });
  });

  it('switches versions on an empty log', async () => {
    const log = new ScriptedLog([]);
    const store = new MemoryProjectionStore();
    await (await start(log, store, [names('tree')])).close();
    const second = await start(log, store, [names('tree', 2)]);
    await until(() => second.builds()[0]!.live);
    expect(second.builds()).toMatchObject([{ version: 2, live: true, position: 0 }]);
  });

  it('stops a projection that throws at the event before, names the event, and lets the others go on', async () => {
    const log = new ScriptedLog(stored([registered(1), renamed(1, 'A'), registered(2), renamed(2, 'bad'), renamed(1, 'Z')]), () => 10);
    const store = new MemoryProjectionStore();
    const projector = await start(log, store, [names('weak', 1, 'bad'), names('strong')]);
    await caughtUp(projector, log);
    const failure = { eventId: idAt(4), type: 'PlaceRenamed', position: 4, message: 'cannot take bad' };
    expect(await store.builds()).toMatchObject([
      { name: 'weak', position: 3, failure },
      { name: 'strong', position: 5, failure: null },
    ]);
    expect(projector.builds()).toMatchObject([
      { name: 'weak', position: 3, failure },
      { name: 'strong', position: 5, failure: null },
    ]);
    expect(await rowsOf(store, 'weak')).toEqual({ 1: '{"name":"A","seen":2} @2', 2: '{"name":"2","seen":1} @3' });
    expect(await rowsOf(store, 'strong')).toMatchObject({ 2: '{"name":"bad","seen":2} @4' });

    await projector.close();
    const again = await start(log, store, [names('weak', 1, 'bad'), names('strong')]); // tried again, in vain
    await until(() => again.builds()[0]!.failure !== null);
    expect(await store.builds()).toMatchObject([{ name: 'weak', position: 3, failure }, {}]);
    await again.close();
    const mended = await start(log, store, [names('weak'), names('strong')]);
    await caughtUp(mended, log);
    expect(await rowsOf(store, 'weak')).toEqual(await rowsOf(store, 'strong'));
    expect((await store.builds()).map(({ failure }) => failure)).toEqual([null, null]);
  });

  it('keeps nothing of an event whose second row throws', async () => {
    const log = new ScriptedLog(stored([registered(1), registered(2)]), () => 10);
    const store = new MemoryProjectionStore();
    const pair = defineProjection<number>({
      name: 'pair',
      version: 1,
      on: {
        PlaceRegistered: {
          keys: () => ['first', 'second'],
          evolve: (row, { aggregateId }, key) => {
            if (aggregateId === '510122' && key === 'second') throw new Error('second');
            return (row ?? 0) + 1;
          },
        },
      },
    });
    const projector = await start(log, store, [pair]);
    await caughtUp(projector, log);
    expect((await store.scan(projector.builds()[0]!.id, null, 9)).map(({ key, row }) => [key, row])).toEqual([
      ['first', '1'],
      ['second', '1'],
    ]);
    expect(projector.builds()).toMatchObject([{ position: 1, failure: { position: 2, message: 'second' } }]);
  });

  it('stops only who would read an event that is corrupt, or whose row cannot be written', async () => {
    const events = stored([registered(1), renamed(1, 'A'), registered(2)]);
    const log = new ScriptedLog(
      events.map((event) => (event.position === 2 ? { ...event, data: '{"name":' } : event)),
      () => 10,
    );
    const store = new MemoryProjectionStore();
    const unwritable = defineProjection<unknown>({
      name: 'big',
      version: 1,
      on: {
        PlaceRegistered: { keys: ({ aggregateId }) => [aggregateId], evolve: (_, { aggregateId }) => (aggregateId === '510122' ? 1n : 1) },
      },
    });
    const counts = defineProjection<number>({
      name: 'counts',
      version: 1,
      on: { PlaceRegistered: { keys: () => ['n'], evolve: (n) => (n ?? 0) + 1 } },
    });
    const projector = await start(log, store, [names('tree'), unwritable, counts]);
    await caughtUp(projector, log);
    const [tree, big, count] = projector.builds();
    expect(tree).toMatchObject({ position: 1, failure: { position: 2, eventId: idAt(2) } });
    expect(tree!.failure!.message).toContain(`event PlaceRenamed ${idAt(2)} at position 2 cannot be read`);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"1","seen":1} @1' }); // nothing of what comes after
    expect(big).toMatchObject({ failure: { position: 3, type: 'PlaceRegistered' } });
    expect(count).toMatchObject({ position: 3, failure: null });
  });

  it.each<[shape: string, data: string, message: string]>([
    ['of which a key is missing', '{}', 'a key is not a string but undefined'],
    ['of which a key is another type', '{"name":{}}', 'a key is not a string but object'],
    ['of which a key is no character', String.raw`{"name":"\ud800"}`, 'a key is not well-formed text'],
    ['of which a key is cut short by a store', String.raw`{"name":"A\u0000B"}`, 'a key is not well-formed text'],
    ['that is no object', 'null', "Cannot read properties of null (reading 'list')"],
    ['whose list is none', '{"name":"A","list":"AB"}', 'the keys are not a list'],
    ['whose row comes out as nothing', '{"name":"lost"}', 'evolve returned undefined'],
  ])('stops only who takes in well-formed JSON of a wrong shape: %s', async (_, data, message) => {
    const events = stored([renamed(1, 'A'), renamed(2, 'B'), renamed(1, 'A')]).map((event) =>
      event.position === 2 ? { ...event, data } : event,
    );
    const byName = (name: string, mend: boolean) =>
      defineProjection<number | { seen: number }>({
        name,
        version: 1,
        on: {
          PlaceRenamed: {
            keys: ({ data, position }) => (mend && position === 2 ? ['mended'] : ((data as { list?: string[] }).list ?? [data.name])),
            evolve: (row, { data }) =>
              data?.name === 'lost' && !mend ? (undefined as never) : { seen: ((row as { seen: number } | null)?.seen ?? 0) + 1 },
          },
        },
      });
    for (const atOnce of [1, 10]) {
      troubles.length = 0;
      const log = new ScriptedLog(events, () => atOnce);
      const store = new MemoryProjectionStore();
      const projector = await start(log, store, [byName('weak', false), byName('strong', true)]);
      await caughtUp(projector, log);
      const failure = { eventId: idAt(2), type: 'PlaceRenamed', position: 2, message };
      expect(projector.builds()).toMatchObject([
        { name: 'weak', failure },
        { name: 'strong', position: 3, failure: null },
      ]);
      expect(await store.builds()).toMatchObject(projector.builds());
      expect(troubles).toEqual([]);
      const strong = await store.scan(projector.builds()[1]!.id, null, 9);
      expect(strong.map(({ key, row }) => [key, row])).toEqual([
        ['A', '{"seen":2}'],
        ['mended', '{"seen":1}'],
      ]);
    }
  });

  it('stops only the projection of which a row is damaged, at the event that would change it', async () => {
    troubles.length = 0;
    const events = stored([registered(1), registered(2), renamed(2, 'A'), renamed(1, 'B'), renamed(2, 'C')]);
    const log = new ScriptedLog(events.slice(0, 2), () => 10);
    const store = new MemoryProjectionStore();
    const first = await start(log, store, [names('weak'), names('strong')]);
    await caughtUp(first, log);
    await first.close();
    const weak = (await store.builds()).find(({ name }) => name === 'weak')!;
    const load = store.load.bind(store);
    store.load = async (build, keys) =>
      (await load(build, keys)).map((row) => (build === weak.id && row.key === '510121' ? { ...row, row: '{"name":' } : row));
    log.events = events;
    const second = await start(log, store, [names('weak'), names('strong')]);
    await caughtUp(second, log);
    expect(second.builds()).toMatchObject([
      {
        name: 'weak',
        position: 3,
        failure: { position: 4, message: 'its row 510121 is damaged: run `wuwei projections rebuild weak` while no server runs' },
      },
      { name: 'strong', position: 5, failure: null },
    ]);
    expect(await rowsOf(store, 'weak')).toEqual({ 1: '{"name":"1","seen":1} @1', 2: '{"name":"A","seen":2} @3' });
    expect(troubles).toEqual([]);
  });

  it('folds nothing twice into rows that are ahead of the checkpoint', async () => {
    const log = new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'B')]));
    const store = new MemoryProjectionStore();
    const { id } = await store.create({ name: 'tree', version: 1, generation: 0 }, 1, true);
    // a store without transactions may have written this row, and not yet the checkpoint
    const rows = [{ key: '510121', row: '{"name":"A","seen":2}', position: positionOf(2) }];
    await store.commit({
      build: id,
      epoch: 1,
      after: beginning,
      rows,
      position: beginning,
      lastEvent: null,
      failure: null,
      goesLive: false,
    });
    const projector = await start(log, store, [names('tree')]);
    await caughtUp(projector, log);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"B","seen":3} @3' });
  });

  it('tries a page again after the store has failed, with nothing of it in memory', async () => {
    troubles.length = 0;
    const log = new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'B')]));
    const store = new MemoryProjectionStore();
    const commit = store.commit.bind(store);
    let left = 3;
    store.commit = (write) => (left-- > 0 && left < 2 ? Promise.reject(new Error('disk full')) : commit(write));
    const projector = await start(log, store, [names('tree')]);
    await caughtUp(projector, log);
    expect(troubles).toEqual([new Error('disk full'), new Error('disk full')]);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"B","seen":3} @3' });
  });

  it('writes writeOnce rows without reading any', async () => {
    const log = new ScriptedLog(stored([registered(1), registered(2)]));
    const store = new MemoryProjectionStore();
    let loads = 0;
    store.load = () => Promise.reject(new Error(`load ${++loads}`));
    const trail = defineProjection<string>({
      name: 'trail',
      version: 1,
      writeOnce: true,
      on: { PlaceRegistered: { keys: ({ position }) => [`51012${position}`], evolve: (_, { type }) => type } },
    });
    const projector = await start(log, store, [trail]);
    await caughtUp(projector, log);
    expect(loads).toBe(0);
    expect(await rowsOf(store, 'trail')).toEqual({ 1: '"PlaceRegistered" @1', 2: '"PlaceRegistered" @2' });
  });

  it.each([
    ['as far', [registered(1), renamed(1, 'A'), renamed(1, 'C')], idAt(103)],
    ['further', [registered(1), renamed(1, 'A'), renamed(1, 'C'), renamed(1, 'D')], idAt(103)],
    ['less far', [registered(1), renamed(1, 'C')], null],
  ])('tells of rows of another log, which went %s, and makes them anew', async (_, events, found) => {
    const store = new MemoryProjectionStore();
    const first = await start(new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'B')])), store, [names('tree')]);
    await until(() => first.builds()[0]!.position === 3);
    await first.close();
    const elsewhere = new ScriptedLog(stored(events).map((event) => ({ ...event, id: idAt(100 + event.position) })));
    const told: unknown[] = [];
    const second = await start(elsewhere, store, [names('tree')], { onForeign: (builds) => told.push(...builds) });
    expect(told).toEqual([{ name: 'tree', version: 1, position: 3, folded: idAt(3), stored: found }]);
    expect(second.builds()).toMatchObject([{ live: true, position: 0, lastEvent: null }]);
    await caughtUp(second, elsewhere);
    const last = elsewhere.events.at(-1)!;
    expect(await store.builds()).toMatchObject([{ position: last.position, lastEvent: { id: last.id, position: last.position } }]);
    expect(Object.values(await rowsOf(store, 'tree'))).toEqual([expect.stringMatching(/"[CD]"/u)]);
    await second.close();
    const third = await start(elsewhere, store, [names('tree')], { onForeign: () => told.push('again') });
    expect(third.builds()).toMatchObject([{ position: last.position }]);
    expect(told).toHaveLength(1);
  });

  it('drops rows of another log, which are ahead of this one, before anybody can read them, and builds anew', async () => {
    const store = new MemoryProjectionStore();
    const longer = new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'B')]));
    const first = await start(longer, store, [names('tree')]);
    await caughtUp(first, longer);
    await first.close();
    const restored = new ScriptedLog(stored([registered(1), renamed(1, 'A')]));
    const second = await start(restored, store, [names('tree')]);
    expect(second.builds().map(({ live, position }) => [live, position])).toEqual([[true, 0]]);
    await caughtUp(second, restored);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"A","seen":2} @2' });
  });

  it.each([
    ['goes on with', 'B', '{"name":"C","seen":4} @4', 1],
    ['drops', 'X', '{"name":"C","seen":4} @4', 2],
  ])('keeps and names rows that are ahead of a log that may lag, and then %s them', async (_, third, row, tellings) => {
    const store = new MemoryProjectionStore();
    const whole = new ScriptedLog(stored([registered(1), renamed(1, 'A'), renamed(1, 'B')]));
    const first = await start(whole, store, [names('tree')]);
    await caughtUp(first, whole);
    await first.close();
    const follower = new ScriptedLog(whole.events.slice(0, 2));
    const told: unknown[] = [];
    const second = await start(follower, store, [names('tree')], { mayLag: true, onForeign: (builds) => told.push(...builds) });
    expect(told).toEqual([{ name: 'tree', version: 1, position: 3, folded: idAt(3), stored: null, isKept: true }]);
    second.wake();
    await yieldToEventLoop();
    expect(second.builds()).toMatchObject([{ live: true, position: 3 }]);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"B","seen":3} @3' });
    follower.events = stored([registered(1), renamed(1, 'A'), renamed(1, third), renamed(1, 'C')]).map((event) =>
      third === 'X' && event.position > 2 ? { ...event, id: idAt(100 + event.position) } : event,
    );
    second.wake();
    await caughtUp(second, follower);
    expect(await rowsOf(store, 'tree')).toEqual({ 1: row });
    expect(told).toHaveLength(tellings);
  });

  it('comes out the same with rows read back from the store each time as with all of them in memory', async () => {
    const events = stored(Array.from({ length: 300 }, (_, n) => (n < 9 ? registered(n) : renamed((n * 7) % 9, `n${n}`))));
    const outcomes = [];
    for (const memory of [1, 10_000_000]) {
      const log = new ScriptedLog(events, () => 7);
      const store = new MemoryProjectionStore();
      let loads = 0;
      const load = store.load.bind(store);
      store.load = (...args) => (loads++, load(...args));
      const projector = await start(log, store, [names('tree')], { memory });
      await caughtUp(projector, log);
      outcomes.push({ rows: await rowsOf(store, 'tree'), loads });
    }
    expect(outcomes[0]!.rows).toEqual(outcomes[1]!.rows);
    expect(outcomes[0]!.loads).toBeGreaterThan(40);
    expect(outcomes[1]!.loads).toBeLessThan(3);
  });

  describe('when several processes share a store', () => {
    const renames = (count: number) => stored([registered(1), ...Array.from({ length: count - 1 }, (_, n) => renamed(1, `n${n}`))]);

    it('one of them writes a build; another takes it over when the first one ends, and goes on where it stood', async () => {
      const [store, leases] = [new MemoryProjectionStore(), new MemoryLeases(30)];
      const log = new ScriptedLog(renames(20));
      const first = await start(log, store, [names('tree')], { leases });
      const second = await start(log, store, [names('tree')], { leases });
      await caughtUp(first, log);
      await until(() => second.builds()[0]!.position === 20); // it sees what the other one wrote
      await first.close();
      log.events = renames(40);
      log.scans.length = 0;
      second.wake();
      await caughtUp(second, log);
      expect(log.scans[0]).toBe(20);
      expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"n38","seen":40} @40' });
    });

    it('a writer that was held up changes nothing any more, and leaves the build to the one that took it over', async () => {
      troubles.length = 0;
      const store = new MemoryProjectionStore();
      let now = 0;
      const leases = new MemoryLeases(1_000_000, () => now);
      const log = new ScriptedLog(renames(20));
      let goOn = () => {};
      const commit = store.commit.bind(store);
      let commits = 0;
      store.commit = async (write) => {
        if (++commits === 3) await new Promise<void>((resolve) => (goOn = resolve));
        return commit(write);
      };
      const first = await start(log, store, [names('tree')], { leases });
      await until(() => commits === 3);
      now += 1_000_000; // its lease runs out
      store.commit = commit;
      const second = await start(log, store, [names('tree')], { leases });
      await caughtUp(second, log);
      goOn();
      log.events = renames(30);
      first.wake();
      second.wake();
      await caughtUp(second, log);
      await first.close();
      expect(first.builds()[0]!.position).toBeLessThan(10);
      expect(await rowsOf(store, 'tree')).toEqual({ 1: '{"name":"n28","seen":30} @30' });
      expect(troubles).toEqual([]);
    });

    /** What one process holds of leases that are shared. After `kill` nothing of it reaches them. */
    function processOn(leases: Leases) {
      const mine = new Set<string>();
      let isKilled = false;
      const alive = async <T>(work: () => Promise<T>): Promise<T> => {
        if (isKilled) throw new Error('killed');
        return work();
      };
      const own: Leases = {
        lastsMs: leases.lastsMs,
        acquire: (name) =>
          alive(async () => {
            const lease = await leases.acquire(name);
            if (lease && name.includes('@')) mine.add(name);
            return lease;
          }),
        renew: (lease) => alive(() => leases.renew(lease)),
        held: () => alive(() => leases.held()),
        release: async (lease) => {
          if (isKilled) return;
          mine.delete(lease.name);
          await leases.release(lease);
        },
      };
      return { leases: own, mine, kill: () => void (isKilled = true) };
    }
    const seven = () => ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => names(name));
    const allOf = (log: ScriptedLog, store: ProjectionStore) =>
      until(async () => (await store.builds()).every(({ position }) => position === log.events.length));

    it('processes with the same projections share them evenly, and anew when one comes or goes', async () => {
      const [store, leases] = [new MemoryProjectionStore(), new MemoryLeases(30)];
      const log = new ScriptedLog(renames(20));
      const parts = [processOn(leases), processOn(leases), processOn(leases)];
      const sizes = () => parts.map(({ mine }) => mine.size);
      const begin = (part: number) => start(log, store, seven(), { leases: parts[part]!.leases });
      const first = await begin(0);
      expect(sizes()).toEqual([7, 0, 0]);
      const second = await begin(1);
      await until(() => sizes().join() === '4,3,0');
      const third = await begin(2);
      await until(() => sizes().every((size) => size > 0 && size <= 3));
      expect(new Set(parts.flatMap(({ mine }) => [...mine])).size).toBe(7);
      log.events = renames(40);
      for (const one of [first, second, third]) one.wake();
      await allOf(log, store);
      await second.close();
      await until(() => sizes().join() === '4,0,3' || sizes().join() === '3,0,4');
      log.events = renames(50);
      for (const one of [first, third]) one.wake();
      await allOf(log, store);
      for (const { name } of seven()) expect(await rowsOf(store, name)).toEqual({ 1: '{"name":"n48","seen":50} @50' });
    });

    it('the share of a process that was killed moves to the others when its leases have run out', async () => {
      let now = 0;
      const [store, leases] = [new MemoryProjectionStore(), new MemoryLeases(60, () => now)];
      const log = new ScriptedLog(renames(20));
      const [killed, left] = [processOn(leases), processOn(leases)];
      await start(log, store, seven(), { leases: killed.leases });
      const other = await start(log, store, seven(), { leases: left.leases });
      await until(() => left.mine.size === 3);
      killed.kill();
      log.events = renames(30);
      now += 59;
      await other.close(); // released in time, so that only those of the killed one are still held
      const next = processOn(leases);
      const third = await start(log, store, seven(), { leases: next.leases });
      expect(next.mine.size).toBeLessThan(7);
      now += 2;
      await until(() => next.mine.size === 7);
      third.wake();
      await allOf(log, store);
    });

    it('a program of another version does not count: every build has somebody who writes it', async () => {
      const [store, leases] = [new MemoryProjectionStore(), new MemoryLeases(30)];
      const log = new ScriptedLog(renames(20));
      const [old, fresh] = [processOn(leases), processOn(leases)];
      await start(log, store, [names('a'), names('b'), names('c')], { leases: old.leases });
      await start(log, store, [names('a'), names('b'), names('c', 2)], { leases: fresh.leases });
      await until(() => fresh.mine.size === 1);
      expect([[...old.mine].sort(), [...fresh.mine]]).toEqual([['a@1', 'b@1', 'c@1'], ['c@2']]);
      await allOf(log, store);
    });

    it('a row that the store cannot hold stops its projection at that event, and is not tried again and again', async () => {
      troubles.length = 0;
      const store = new MemoryProjectionStore();
      const log = new ScriptedLog([...stored([registered(1), renamed(1, 'A'), renamed(1, 'long'), registered(2)])], () => 2);
      const commit = store.commit.bind(store);
      let refused = 0;
      store.commit = async (write) => {
        const { name } = (await store.builds()).find(({ id }) => id === write.build)!;
        const tooLarge = write.rows.find(({ row }) => row?.includes('long'));
        if (!tooLarge || name !== 'weak') return commit(write);
        refused++;
        throw new RowTooLarge(tooLarge, 17_000_000, 16_000_000);
      };
      const projector = await start(log, store, [names('weak'), names('strong')]);
      await until(() => projector.builds()[1]!.position === 4);
      for (let n = 0; n < 20; n++) {
        projector.wake();
        await yieldToEventLoop();
      }
      expect((await store.builds())[0]).toMatchObject({
        position: 2,
        failure: { eventId: idAt(3), position: 3, message: expect.stringContaining('has 17000000 bytes, and the store can hold 16000000') },
      });
      expect([refused, await rowsOf(store, 'weak'), await rowsOf(store, 'strong'), troubles]).toEqual([
        1,
        { 1: '{"name":"A","seen":2} @2' },
        { 1: '{"name":"long","seen":3} @3', 2: '{"name":"2","seen":1} @4' },
        [],
      ]);
    });

    it('a page of which it is not known whether it was written is read back, and nothing is folded twice', async () => {
      troubles.length = 0;
      const store = new MemoryProjectionStore();
      const log = new ScriptedLog(renames(9), () => 3);
      const commit = store.commit.bind(store);
      let lost = 0;
      store.commit = async (write) => {
        await commit(write);
        if (write.position >= 6 && lost++ < 2) throw new Error('the answer was lost');
      };
      const projector = await start(log, store, [names('tree'), names('other')]);
      await caughtUp(projector, log);
      expect(troubles).toEqual([new Error('the answer was lost')]);
      for (const name of ['tree', 'other']) expect(await rowsOf(store, name)).toEqual({ 1: '{"name":"n7","seen":9} @9' });
    });

    it('one build that cannot be written does not hold up the others', async () => {
      const store = new MemoryProjectionStore();
      const log = new ScriptedLog(renames(9), () => 3);
      const commit = store.commit.bind(store);
      let isFull = true;
      store.commit = async (write) => {
        const { name } = (await store.builds()).find(({ id }) => id === write.build)!;
        if (isFull && name === 'weak') throw new Error('full');
        return commit(write);
      };
      const projector = await start(log, store, [names('weak'), names('strong')]);
      await until(() => projector.builds()[1]!.position === 9);
      expect(projector.builds()[0]!.position).toBe(0);
      isFull = false;
      await caughtUp(projector, log);
      expect(await rowsOf(store, 'weak')).toEqual(await rowsOf(store, 'strong'));
    });

    it('programs of two versions keep their own builds; the newer one drops the older build when nobody works on it any more', async () => {
      const [store, leases] = [new MemoryProjectionStore(), new MemoryLeases(30)];
      const log = new ScriptedLog(renames(20));
      const read = async (version: number) => (await store.get({ name: 'tree', version }, '510121'))!.row;
      const older = await start(log, store, [names('tree')], { leases });
      await caughtUp(older, log);
      const newer = await start(log, store, [names('tree', 2)], { leases });
      await caughtUp(newer, log);
      log.events = renames(30);
      older.wake();
      newer.wake();
      await Promise.all([caughtUp(older, log), caughtUp(newer, log)]);
      expect([await read(1), await read(2)]).toEqual(['{"name":"n28","seen":30}', '{"name":"n28 v2","seen":30}']);
      const third = await start(log, store, [names('tree')], { leases }); // the older program once more: nothing goes back
      expect([await read(1), await read(2)]).toEqual(['{"name":"n28","seen":30}', '{"name":"n28 v2","seen":30}']);
      await third.close();
      await older.close();
      await until(async () => (await store.builds()).length === 1);
      expect(await store.builds()).toMatchObject([{ version: 2, live: true, position: 30 }]);
    });
  });
});
