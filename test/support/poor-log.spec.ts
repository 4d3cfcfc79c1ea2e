import { expect, it } from '@jest/globals';
import { noStream, NoSuchPosition, OutcomeUnknown } from '../../src/application/ports/event-log.js';
import { beginning, positionOf } from '../../src/projections/position.js';
import { all, eventLogContract, newEvents } from '../contracts/event-log.contract.js';
import { late, PoorLog } from './poor-log.js';

eventLogContract({ name: 'poor', open: () => Promise.resolve(late(new PoorLog())) });

it('leaves gaps between positions, gives out some where no event is, and may not say whether it wrote', async () => {
  const log = new PoorLog();
  const outcomes = [];
  for (let i = 0; i < 14; i++)
    outcomes.push(await log.append(`s-${i}`, noStream, newEvents(1)).catch((error: unknown) => error instanceof OutcomeUnknown));
  expect([outcomes.filter((outcome) => outcome === true).length, (await all(log)).length]).toEqual([2, 13]);
  const ends = [];
  for await (const { upTo } of log.readAll(beginning)) ends.push(upTo);
  const between = (await Promise.all(ends.map(async (end) => ((await log.at(end)) === null ? [end] : [])))).flat();
  expect(between.length).toBeGreaterThan(0);
  for (const end of between) {
    expect((await all(log, end)).every(({ position }) => position > end)).toBe(true);
    await expect(all(log, positionOf(end + 1))).rejects.toBeInstanceOf(NoSuchPosition);
  }
});
