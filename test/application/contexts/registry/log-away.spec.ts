import { describe, expect, it } from '@jest/globals';
import { directoryForReads, directoryFrom } from '../../../../src/application/contexts/registry/directory.js';
import { Revocations } from '../../../../src/application/contexts/registry/revocations.js';
import { Aggregates } from '../../../../src/application/kernel/aggregates.js';
import { Authority } from '../../../../src/application/kernel/authority.js';
import { Opening } from '../../../../src/application/kernel/sealing.js';
import { type EventLog, LogUnavailable } from '../../../../src/application/ports/event-log.js';
import { memoryLog } from '../../../../src/infrastructure/event-log/memory/log.js';
import { validatorOf } from '../../../../src/infrastructure/schema/validators.js';
import { actor, inMemoryApplication } from '../../../support/application.js';
import { until } from '../../../support/until.js';

const [village, former, other] = ['510121111219', '510121111220', '510121111221'];
const cadres = { over: ['cadre' as const] };

/** A village with a cadre, one at a place that was merged into it, and one whose role was revoked; then the log goes away. */
async function withoutLog() {
  const below = memoryLog();
  const app = await inMemoryApplication(below);
  for (const [placeId, name] of [
    ['510121', '金堂县'],
    ['510121111', '金龙镇'],
    [village, '谢杨坝村'],
    [former, '旧村'],
    [other, '他村'],
  ])
    await app.give({ command: 'RegisterPlace', data: { placeId, name, level: { 6: 'county', 9: 'town' }[placeId!.length] ?? 'village' } });
  const person = async (placeId: string) => {
    const registered = await app.give({ command: 'RegisterPerson', data: { placeId, name: '某人' } });
    if ('refused' in registered) throw new Error(registered.refused);
    await app.give({ command: 'GrantRole', params: { id: registered.id }, data: { capacity: 'cadre', placeId } });
    return registered.id;
  };
  const [cadre, moved, revoked] = [await person(village), await person(former), await person(other)];
  await app.give({ command: 'MergePlace', params: { id: former }, data: { into: village } });
  await app.give({ command: 'RevokeRole', params: { id: revoked }, data: { capacity: 'cadre', placeId: other } });
  const position = await below.position();
  await app.readModels.atLeast(position, app.builds(), AbortSignal.timeout(5_000));
  let isAway = false;
  const log = new Proxy<EventLog>(below, {
    get: (target, name) => {
      if (isAway) throw new LogUnavailable('away');
      return (Reflect.get(target, name) as () => unknown).bind(target);
    },
  });
  const check = (type: new () => object, value: unknown) => validatorOf(type)(value);
  const aggregates = new Aggregates(log, check, new Opening(app.keys, () => undefined));
  const isLogAway = () => isAway;
  const reading = new Authority(directoryForReads(directoryFrom(aggregates), app.readModels, isLogAway), app.clock);
  const revocations = new Revocations(aggregates, isLogAway);
  return { ...app, ids: { cadre, moved, revoked }, log, aggregates, reading, revocations, goAway: () => (isAway = true) };
}

describe('given a log that is away', () => {
  it('when rights to read are checked, then by the roles and places of the rows; rights to act are not', async () => {
    const { ids, reading, aggregates, clock, goAway } = await withoutLog();
    const mayRead = () =>
      Promise.all(
        [
          [ids.cadre, village],
          [ids.moved, village],
          [ids.revoked, other],
          [ids.cadre, other],
          ['nobody', village],
        ].map(([id, place]) => reading.mayRead(actor(id!), cadres, place!)),
      );
    const before = await mayRead();
    goAway();
    expect(before).toEqual([true, true, false, false, false]);
    expect(await mayRead()).toEqual(before);
    expect(await reading.viewer(actor(ids.cadre)).holds(['cadre'], village)).toBe(true);
    const acting = new Authority(directoryFrom(aggregates), clock);
    await expect(acting.mayRead(actor(ids.cadre), cadres, village)).rejects.toThrow(LogUnavailable);
  });

  it('when a token is shown, then at a read it is refused if its revocation was heard of before; at a command the log is asked', async () => {
    const { ids, give, log, revocations, goAway } = await withoutLog();
    const stop = new AbortController();
    const following = revocations.follow(log, { signal: stop.signal, onTrouble: () => undefined });
    const revoked = (isRead: boolean, tokenId = 'token-1') => revocations.isRevoked(ids.cadre, tokenId, { isRead });
    expect(await revoked(true)).toBe(false);
    await give({ command: 'RevokeToken', data: { personId: ids.cadre, tokenId: 'token-1' } });
    await until(() => Reflect.get(revocations, 'known') !== null && JSON.stringify(Reflect.get(revocations, 'known')).includes('token-1'));
    stop.abort();
    await following;
    goAway();
    expect([await revoked(true), await revoked(true, 'token-2')]).toEqual([true, false]);
    await expect(revoked(false)).rejects.toThrow(LogUnavailable);
  });

  it('and a process that never heard of revoked tokens, when a token is shown, then the log is said to be away', async () => {
    const { ids, revocations, goAway } = await withoutLog();
    goAway();
    await expect(revocations.isRevoked(ids.cadre, 'token-1', { isRead: true })).rejects.toThrow(LogUnavailable);
  });
});
