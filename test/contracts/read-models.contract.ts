import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventLog } from '../../src/application/ports/event-log.js';
import type { Build } from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import { defineProjection } from '../../src/projections/projection.js';
import { until } from '../support/until.js';
import { stored, recorded } from '../support/projections.js';
import { beginning, positionOf } from '../../src/projections/position.js';

export interface OpenedReadModels {
  readonly log: EventLog;
  readonly readModels: ReadModels;
  readonly builds: () => readonly Build[];
  readonly close: () => Promise<void>;
}

let ids = 0;
/** Appends a place of this name, or renames it. Answers with the position. */
export async function name(log: EventLog, place: string, name: string): Promise<number> {
  const revision = (await log.read(`place-${place}`)).length - 1;
  const event =
    revision < 0
      ? recorded('PlaceRegistered', { placeId: place, name, level: 'county' }, { aggregateId: place })
      : recorded('PlaceRenamed', { name }, { aggregateId: place });
  const { stream: _s, revision: _r, position: _p, ...fresh } = stored([event])[0]!;
  const id = `0190d3c8-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`;
  return (await log.append(`place-${place}`, revision, [{ ...fresh, id }])).position;
}

/** The projections of fixtures/table.mjs, as far as a reader needs them. */
const names = defineProjection<{ readonly name: string; readonly seen: number }>({ name: 'names', version: 1, orderedBy: 'name', on: {} });
const weak = defineProjection({ name: 'weak', version: 1, on: {} });
const trail = defineProjection({ name: 'trail', version: 1, on: {} });
const nobody = defineProjection({ name: 'nobody', version: 1, on: {} });

const soon = () => AbortSignal.timeout(10_000);

/** What all read models must do. `open` gives an empty log with the table of projections in fixtures/table.mjs. */
export function readModelsContract(subject: string, open: () => Promise<OpenedReadModels>): void {
  describe(`read models: ${subject}`, () => {
    let opened: OpenedReadModels;
    let log: EventLog;
    let readModels: ReadModels;
    beforeEach(async () => {
      opened = await open();
      ({ log, readModels } = opened);
    });
    afterEach(() => opened.close());

    it('answers from an empty log', async () => {
      expect(await readModels.get(names, 'x')).toBeNull();
      expect(await readModels.list(names, { prefix: '', limit: 10 })).toEqual([]);
      expect(await readModels.position(names)).toBe(0);
      await readModels.atLeast(beginning, [names, weak], soon());
    });

    it('lets a client read its own write', async () => {
      for (let n = 0; n < 20; n++) {
        const position = await name(log, '510121', `n${n}`);
        await readModels.atLeast(positionOf(position), [names, trail], soon());
        expect(await readModels.get(names, '510121')).toEqual({ name: `n${n}`, seen: n + 1 });
        expect(await readModels.position(names)).toBeGreaterThanOrEqual(position);
      }
    });

    it('lists by prefix in the order of the keys, forwards and backwards, page by page', async () => {
      let position = 0;
      for (const key of ['b', 'a/2', 'a', 'a0', 'a/1', 'a/～', 'a/😀', 'A']) position = await name(log, key, key);
      await readModels.atLeast(positionOf(position), [names], soon());
      const keys = async (range: Parameters<ReadModels['list']>[1]) => (await readModels.list(names, range)).map(({ key }) => key);
      expect(await keys({ prefix: '', limit: 99 })).toEqual(['A', 'a', 'a/1', 'a/2', 'a/～', 'a/😀', 'a0', 'b']);
      expect(await keys({ prefix: 'a/', limit: 99 })).toEqual(['a/1', 'a/2', 'a/～', 'a/😀']);
      expect(await keys({ prefix: 'a/', limit: 2 })).toEqual(['a/1', 'a/2']);
      expect(await keys({ prefix: 'a/', limit: 2, after: 'a/2' })).toEqual(['a/～', 'a/😀']);
      expect(await keys({ prefix: 'a/', limit: 2, after: 'a/～', reverse: true })).toEqual(['a/2', 'a/1']);
      expect(await keys({ prefix: 'a/', limit: 9, reverse: true })).toEqual(['a/😀', 'a/～', 'a/2', 'a/1']);
      expect(await keys({ prefix: 'a/', limit: 9, after: 'A' })).toEqual(['a/1', 'a/2', 'a/～', 'a/😀']); // a cursor of elsewhere
      expect(await keys({ prefix: 'a/', limit: 9, after: 'z' })).toEqual([]);
      expect(await keys({ prefix: 'a/', limit: 9, after: 'A', reverse: true })).toEqual([]);
      expect(await keys({ prefix: 'a/', limit: 9, after: 'z', reverse: true })).toEqual(['a/😀', 'a/～', 'a/2', 'a/1']);
      expect(await readModels.list(names, { prefix: 'a/2', limit: 1 })).toEqual([
        { key: 'a/2', row: { name: 'a/2', seen: 1 }, position: 2 },
      ]);
    });

    it('lists in the order of a field up to a value, page by page, as rows change and go', async () => {
      let position = 0;
      for (const [key, text] of [
        ['a', 'm'],
        ['b', 'b'],
        ['c', '😀'],
        ['d', 'b'],
        ['e', '～'],
        ['f', 'a'],
        ['a', 'c'],
      ] as const)
        position = await name(log, key, text);
      await readModels.atLeast(positionOf(position), [names], soon());
      const keys = async (range: Parameters<ReadModels['listOrdered']>[1]) =>
        (await readModels.listOrdered(names, range)).map(({ key }) => key);
      expect(await keys({ upTo: '😀', limit: 99 })).toEqual(['f', 'b', 'd', 'a', 'e', 'c']);
      expect(await keys({ upTo: 'b', limit: 99 })).toEqual(['f', 'b', 'd']);
      expect(await keys({ upTo: 'A', limit: 99 })).toEqual([]);
      expect(await keys({ upTo: '😀', limit: 2 })).toEqual(['f', 'b']);
      expect(await keys({ upTo: '😀', limit: 2, after: { value: 'b', key: 'b' } })).toEqual(['d', 'a']);
      expect(await keys({ upTo: 'b', limit: 2, after: { value: 'b', key: 'd' } })).toEqual([]);
      expect(await readModels.listOrdered(names, { upTo: 'a', limit: 1 })).toEqual([
        { key: 'f', row: { name: 'a', seen: 1 }, position: expect.any(Number) },
      ]);
      await expect(readModels.listOrdered(weak, { upTo: 'a', limit: 1 })).rejects.toThrow('weak is not ordered');
    });

    it('waits for a position until it is told to stop', async () => {
      const early = readModels.atLeast(positionOf(1), [names], AbortSignal.timeout(30));
      await expect(early).rejects.toMatchObject({ name: 'TimeoutError' });
      const gone = new Error('the client is gone');
      await expect(readModels.atLeast(positionOf(1), [names], AbortSignal.abort(gone))).rejects.toBe(gone);
      const waiting = readModels.atLeast(positionOf(2), [names, trail], soon());
      await name(log, 'a', 'a');
      await name(log, 'b', 'b');
      await waiting;
      expect(await readModels.get(names, 'b')).toEqual({ name: 'b', seen: 1 });
    });

    it('tells of progress, until nobody wants to hear it', async () => {
      const heard: number[] = [];
      const stop = readModels.onProgress((position) => heard.push(position));
      await readModels.atLeast(positionOf(await name(log, 'a', 'a')), [names], soon());
      await readModels.atLeast(positionOf(await name(log, 'a', 'b')), [names], soon());
      await until(() => heard.at(-1) === 2); // all projections have come so far, a moment after those waited for
      expect(heard).toEqual([...heard].sort((a, b) => a - b));
      stop();
      const count = heard.length;
      await readModels.atLeast(positionOf(await name(log, 'a', 'c')), [names], soon());
      expect(heard).toHaveLength(count);
    });

    it('goes on without a projection that stands still, and names the event', async () => {
      await name(log, 'a', 'a');
      const bad = await name(log, 'a', 'poison');
      const last = await name(log, 'a', 'z');
      const heard: number[] = [];
      readModels.onProgress((position) => heard.push(position));
      await readModels.atLeast(positionOf(last), [names, trail], soon());
      expect(await readModels.get(names, 'a')).toEqual({ name: 'z', seen: 3 });
      await until(() => opened.builds().some(({ name, failure }) => name === 'weak' && failure !== null));
      expect(await readModels.position(weak)).toBe(bad - 1);
      await expect(readModels.atLeast(positionOf(last), [weak], AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(opened.builds().find(({ name }) => name === 'weak')!.failure).toMatchObject({
        type: 'PlaceRenamed',
        position: bad,
        message: 'cannot take poison',
      });
    });

    it('refuses a projection that there is not', async () => {
      await expect(readModels.get(nobody, 'a')).rejects.toThrow('there is no projection nobody');
      await expect(readModels.list(nobody, { prefix: '', limit: 1 })).rejects.toThrow('there is no projection nobody');
      await expect(readModels.position(nobody)).rejects.toThrow('there is no projection nobody');
      await expect(readModels.atLeast(beginning, [nobody], soon())).rejects.toThrow('there is no projection nobody');
    });
  });
}
