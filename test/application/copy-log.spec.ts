import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { copyLog, digestOf, OtherEvents } from '../../src/application/copy-log.js';
import { appendLimit, type EventLog, type NewEvent, noStream } from '../../src/application/ports/event-log.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { positionOf } from '../../src/projections/position.js';
import { all, newEvent } from '../contracts/event-log.contract.js';
import { PoorLog } from '../support/poor-log.js';

/** A log in which streams take turns as the numbers say. */
async function logOf(streams: readonly number[], over: (i: number) => Partial<NewEvent> = () => ({})): Promise<EventLog> {
  const log = memoryLog();
  const heads = new Map<number, number>();
  for (const [i, stream] of streams.entries()) {
    const head = heads.get(stream) ?? noStream;
    await log.append(`s-${stream}`, head, [newEvent(over(i))]);
    heads.set(stream, head + 1);
  }
  return log;
}
const withoutPosition = async (log: EventLog) => (await all(log)).map(({ position: _, ...event }) => event);
const copy = async (from: EventLog, to: EventLog) => copyLog(from, to, await from.position(), () => undefined);
const streams = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 });

describe('copyLog', () => {
  it('given any log, and a target in which a copy was broken off anywhere, then it has the same events in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.nat(30), async (order, brokenAt) => {
        const from = await logOf(order);
        const to = memoryLog();
        const until = positionOf(Math.min(brokenAt, order.length));
        if (until > 0) await copyLog(from, to, until, () => undefined);
        expect(await copy(from, to)).toEqual({ found: until, copied: order.length - until });
        expect(await withoutPosition(to)).toEqual(await withoutPosition(from));
        expect(await digestOf(to)).toEqual(await digestOf(from));
      }),
    );
  });

  it('given logs that do all that the port allows, then it has the same events in the same order', async () => {
    const from = await logOf([0, 1, 1, 0, 2, 1, 1, 1, 0]);
    const [there, back] = [new PoorLog(), memoryLog()];
    await copy(from, there);
    await copy(there, back);
    expect(await withoutPosition(back)).toEqual(await withoutPosition(from));
  });

  it('given events of one stream that are more than one append takes, then it copies them in several', async () => {
    const from = await logOf([0, 0, 0], () => ({ data: JSON.stringify('x'.repeat(appendLimit / 2)) }));
    const to = memoryLog();
    expect(await copy(from, to)).toEqual({ found: 0, copied: 3 });
    expect(await digestOf(to)).toEqual(await digestOf(from));
  });

  it.each(['id', 'type', 'schemaVersion', 'occurredAt', 'recordedAt', 'data', 'meta'] as const)(
    'given a target whose events differ in %s only, then it is refused, and nothing is written',
    async (field) => {
      const events = [newEvent(), newEvent(), newEvent()];
      const [from, to] = [memoryLog(), memoryLog()];
      for (const [i, event] of events.entries()) await from.append('s', i - 1, [event]);
      const value = field === 'schemaVersion' ? 2 : `${events[1]![field]} `;
      await to.append('s', noStream, [events[0]!]);
      await to.append('s', 0, [{ ...events[1]!, [field]: value }]);
      await expect(copy(from, to)).rejects.toThrow(OtherEvents);
      await expect(copy(from, to)).rejects.toThrow('from event 2 on');
      expect(await all(to)).toHaveLength(2);
      const [one, other] = [await digestOf(from, positionOf(2)), await digestOf(to)];
      expect([one.events, one.sha256 === other.sha256]).toEqual([2, false]);
    },
  );

  it('given a target with more events, or the same ones in another order, then it is refused', async () => {
    const events = [newEvent(), newEvent()];
    const [from, longer, turned] = [memoryLog(), memoryLog(), memoryLog()];
    for (const log of [from, longer]) {
      await log.append('a', noStream, [events[0]!]);
      await log.append('b', noStream, [events[1]!]);
    }
    await longer.append('c', noStream, [newEvent()]);
    await turned.append('b', noStream, [events[1]!]);
    await turned.append('a', noStream, [events[0]!]);
    await expect(copy(from, longer)).rejects.toThrow('from event 3 on');
    await expect(copy(from, turned)).rejects.toThrow('from event 1 on');
  });

  it('tells how far it has come, up to the end', async () => {
    const from = await logOf([0, 1, 0]);
    const told: number[] = [];
    await copyLog(from, memoryLog(), await from.position(), (done) => told.push(done));
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(3);
  });
});
