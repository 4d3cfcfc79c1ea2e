import { expect, it } from '@jest/globals';
import { destructions } from '../../../src/application/contexts.js';
import { dropDestroyed } from '../../../src/application/kernel/destroyed-keys.js';
import { person } from '../../../src/domain/registry/person.js';
import { actor, inMemoryApplication, official, policyRunner } from '../../support/application.js';
import { ask } from '../../support/asking.js';
import { until } from '../../support/until.js';

it('given two processes on one log, when one erases a person, then the other drops the states that hold their words', async () => {
  const erasing = await inMemoryApplication();
  const village = '510121111219';
  for (const [placeId, level] of [
    ['510121', 'county'],
    ['510121111', 'town'],
    [village, 'village'],
  ] as const)
    await erasing.done({ command: 'RegisterPlace', data: { placeId, name: placeId, level } });
  const { id } = await erasing.done({ command: 'RegisterPerson', data: { placeId: village, name: '蔡新周' } });
  const other = await inMemoryApplication(erasing.log, undefined, erasing.keys);
  const closing = new AbortController();
  const onTrouble = (error: unknown) => {
    throw error as Error;
  };
  const dropping = dropDestroyed(other.log, other.aggregates, destructions, { signal: closing.signal, onTrouble });
  const nameThere = async () => ((await other.aggregates.load(person, id)).state as { name?: string } | null)?.name;
  let drops = 0;
  const drop = other.aggregates.drop.bind(other.aggregates);
  other.aggregates.drop = () => {
    drops++;
    drop();
  };
  await until(() => drops === 1); // it follows the log
  expect(JSON.stringify((await other.aggregates.load(person, id)).state)).toContain('蔡新周');

  await erasing.done({ command: 'RequestErasure', params: { id }, data: { reason: 'unlawful' } });
  const { items } = await ask(erasing, 'GetErasures', { id }, { as: official });
  expect([drops, await nameThere()]).toEqual([1, '蔡新周']); // nothing else drops them
  const second = actor('another-office', ...official.grants);
  await erasing.done({ command: 'ConfirmErasure', params: { id, erasureId: items[0].erasureId }, sender: second });
  await ask(erasing, 'GetErasures', { id }, { as: official });
  await policyRunner(erasing).runDue();
  await until(async () => (await nameThere()) === undefined);
  closing.abort();
  await dropping;
  await other.close();
  await erasing.close();
});
