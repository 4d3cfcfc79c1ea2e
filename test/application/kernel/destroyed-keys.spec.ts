import { describe, expect, it } from '@jest/globals';
import { destructions } from '../../../src/application/contexts.js';
import { compareKeys, followDestroyed } from '../../../src/application/kernel/destroyed-keys.js';
import type { EventReader, Filter } from '../../../src/application/ports/event-log.js';
import type { Position } from '../../../src/projections/position.js';
import { erasure } from '../../../src/domain/registry/erasure.js';
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
  const dropping = followDestroyed(other.log, other.keys, other.aggregates, destructions, { signal: closing.signal, onTrouble });
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

describe('keys and log that are compared', () => {
  const village = '510121111219';
  async function erased(app: Awaited<ReturnType<typeof inMemoryApplication>>, id: string) {
    await app.done({ command: 'RequestErasure', params: { id }, data: { reason: 'unlawful' } });
    const { items } = await ask(app, 'GetErasures', { id }, { as: official });
    const second = actor('another-office', ...official.grants);
    await app.done({ command: 'ConfirmErasure', params: { id, erasureId: items[0].erasureId }, sender: second });
    const runner = policyRunner(app);
    await until(async () => {
      await runner.runDue();
      return (await app.aggregates.load(erasure, id)).state?.stage === 'erased';
    });
  }
  /** The positions after which the log is read, and how many events that gives. */
  function watched(log: EventReader) {
    const read = { after: [] as number[], events: 0 };
    const watching: EventReader = {
      at: (position) => log.at(position),
      position: () => log.position(),
      read: (stream) => log.read(stream),
      subscribe: (...asked) => log.subscribe(...asked),
      readAll: async function* (after: Position, filter?: Filter) {
        read.after.push(after);
        for await (const page of log.readAll(after, filter)) {
          read.events += page.events.length;
          yield page;
        }
      },
    };
    return { log: watching, read };
  }

  it('given that they agreed at some event, when they are compared again, then only what came later is read, of destroyed keys nothing', async () => {
    const app = await inMemoryApplication();
    for (const [placeId, level] of [
      ['510121', 'county'],
      ['510121111', 'town'],
      [village, 'village'],
    ] as const)
      await app.done({ command: 'RegisterPlace', data: { placeId, name: placeId, level } });
    const people: string[] = [];
    for (let n = 0; n < 6; n++)
      people.push((await app.done({ command: 'RegisterPerson', data: { placeId: village, name: `居民${n}` } })).id);
    for (const id of people.slice(0, 4)) await erased(app, id);
    const { log, read } = watched(app.log);
    const compare = () => compareKeys(log, app.keys, destructions);
    expect(await compare()).toEqual({ revived: 0, unrecorded: [], lacking: [] });
    expect([read.after[0], read.events]).toEqual([0, 10]); // six names, four erasures

    const closing = new AbortController();
    const following = followDestroyed(log, app.keys, app.aggregates, destructions, {
      signal: closing.signal,
      onTrouble: (error) => {
        throw error as Error;
      },
    });
    await until(async () => (await app.keys.compared()) !== null);
    const compared = (await app.keys.compared())!;
    await erased(app, people[4]!);
    await until(async () => (await app.keys.compared())!.position > compared.position); // at once, not a minute later
    await app.done({ command: 'RegisterPerson', data: { placeId: village, name: '后来人' } });
    closing.abort();
    await following;
    const end = await app.log.position();
    expect((await app.keys.compared())!.position).toBe(end);
    Object.assign(read, { after: [], events: 0 });
    app.keys.destroyed = () => Promise.reject(new Error('all destroyed keys were read'));
    expect(await compare()).toEqual({ revived: 0, unrecorded: [], lacking: [] });
    expect(read).toEqual({ after: [end], events: 0 });
    await app.close();
  });
});
