import { expect, it } from '@jest/globals';
import { watchedEnd } from '../../../src/application/projecting/lag.js';
import { positionOf } from '../../../src/projections/position.js';
import { FakeClock } from '../../support/application.js';

it('given many who watch, then the log is asked where it ends once a second, and reaches at least as far as the checkpoints', async () => {
  const clock = new FakeClock('2026-05-01T08:00:00.000Z');
  let asked = 0;
  let failure: Error | null = null;
  const log = { position: () => (++asked, failure ? Promise.reject(failure) : Promise.resolve(positionOf(10 * asked))) };
  let builds = [{ position: positionOf(3) }];
  const end = watchedEnd(log, clock, () => builds);
  expect(await Promise.all([end(), end(), end()])).toEqual([10, 10, 10]);
  builds = [{ position: positionOf(3) }, { position: positionOf(12) }];
  expect([await end(), asked]).toEqual([12, 1]);
  clock.set('2026-05-01T08:00:01.000Z');
  expect([await end(), asked]).toEqual([20, 2]);
  clock.set('2026-05-01T08:00:02.000Z');
  failure = new Error('gone');
  await expect(end()).rejects.toThrow('gone');
  failure = null; // what failed is not kept
  expect([await end(), asked]).toEqual([40, 4]);
});
