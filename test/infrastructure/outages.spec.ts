import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Health } from '../../src/application/ports/event-log.js';
import type { Build } from '../../src/application/ports/projection-store.js';
import { Outages } from '../../src/infrastructure/outages.js';
import { positionOf } from '../../src/projections/position.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 4, 1, 8, 0, seconds)).toISOString();
let seconds: number;
let health: Health;
let end: number;
let rows: number;
let ofKeys: Health;
let areRowsFailing: boolean;
let isTrailFailing: boolean;
let failure: Build['failure'];
let outages: Outages;
beforeEach(() => {
  [seconds, health, ofKeys, end, rows, areRowsFailing, isTrailFailing, failure] = [0, 'well', 'well', 10, 10, false, false, null];
  const build = () => ({
    name: 'names',
    version: 1,
    generation: 0,
    id: 'a',
    live: true,
    position: positionOf(rows),
    lastEvent: null,
    failure,
  });
  outages = new Outages(
    {
      log: { health: () => Promise.resolve(health), position: () => Promise.resolve(positionOf(end)) },
      keys: { health: () => Promise.resolve(ofKeys) },
      builds: () => [build()],
      areRowsFailing: () => areRowsFailing,
      isTrailFailing: () => isTrailFailing,
    },
    () => new Date(at(seconds)),
    60_000,
  );
});
afterEach(() => outages.close());
const lookAt = async (second: number) => {
  seconds = second;
  await outages.compare();
  return outages.look();
};

describe('given stores that work', () => {
  it('then none is named, and the rows are not said to be old', async () => {
    expect([await lookAt(1), outages.asOf()]).toEqual([[], null]);
  });

  it('when the log stops working, then it is named with the time when it last did', async () => {
    await lookAt(5);
    health = 'failing';
    await lookAt(7);
    expect(await lookAt(9)).toEqual([{ store: 'log', since: at(5) }]);
    health = 'well';
    expect([await lookAt(11), outages.asOf()]).toEqual([[], null]);
  });

  it('when the keys of personal data cannot be read, then they are named', async () => {
    await lookAt(5);
    ofKeys = 'failing';
    expect(await lookAt(7)).toEqual([{ store: 'keys', since: at(5) }]);
  });

  it('when the index of the audit trail cannot be written, then it is named', async () => {
    await lookAt(5);
    isTrailFailing = true;
    expect(await lookAt(7)).toEqual([{ store: 'trail', since: at(5) }]);
  });

  it('when the rows cannot be read, then they are named, and are not said to be old: the log has all', async () => {
    await lookAt(5);
    areRowsFailing = true;
    expect([await lookAt(7), outages.asOf()]).toEqual([[{ store: 'read-models', since: at(5) }], null]);
  });
});

describe('given a log that does not work', () => {
  it('when the rows had all of it, then they are of the time of the last look at it', async () => {
    await lookAt(2);
    await lookAt(4);
    health = 'failing';
    await lookAt(6);
    expect(outages.asOf()).toBe(at(2)); // what came between 2 and 4 may be missing
  });

  it('when the rows were always a little behind, then they are of a time when the log ended where they have come', async () => {
    for (const second of [2, 4, 6, 8]) {
      await lookAt(second);
      rows = end; // they have come where the log ended a moment ago
      end += 10;
    }
    health = 'failing';
    await lookAt(10);
    expect(outages.asOf()).toBe(at(6));
  });

  it('when the rows stood still for long, then they are as old as that', async () => {
    await lookAt(2);
    await lookAt(4);
    end = 20;
    for (const second of [6, 8, 10, 12]) await lookAt(second);
    health = 'failing';
    await lookAt(14);
    expect(outages.asOf()).toBe(at(4));
  });

  it('when a projection had stopped, then the others say of what time the rows are', async () => {
    failure = { eventId: 'e', type: 'T', position: positionOf(3), message: 'no' };
    rows = 2;
    for (const second of [2, 4]) await lookAt(second);
    health = 'failing';
    await lookAt(6);
    expect(outages.asOf()).toBe(at(2));
  });
});
