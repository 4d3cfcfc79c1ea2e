import { expect } from '@jest/globals';
import { recompute } from '../../src/application/recompute.js';
import type { inMemoryApplication } from './application.js';

type Application = Pick<Awaited<ReturnType<typeof inMemoryApplication>>, 'log' | 'store' | 'readModels' | 'builds'>;

/** Every result, judgement of a vote and row that the test left behind follows from its log. */
export async function expectToFollowFromLog({ log, store, readModels, builds }: Application): Promise<void> {
  const running = builds().filter(({ failure }) => !failure);
  await readModels.atLeast(await log.position(), running, AbortSignal.timeout(20_000));
  expect((await recompute(log, store, () => undefined)).difference).toBeNull();
}
