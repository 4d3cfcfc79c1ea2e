import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allProjections } from '../../../../src/application/contexts.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import { queries } from '../../../../src/application/contexts.js';
import type { Viewer } from '../../../../src/application/kernel/actor.js';
import { importPlaces } from '../../../../src/infrastructure/import/places.js';
import { actor, inMemoryApplication } from '../../../support/application.js';

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let cai: Actor;
let wei: Actor;

const village = '510121111219';
const courtyard = `${village}.1`;
const villageCadre = actor('village-cadre', { capacity: 'cadre', placeId: village });
const stranger: Viewer = { id: 'stranger', holds: () => Promise.resolve(false) };
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever is answered is what the test looks at */
type Seen = any;

async function ask(name: string, params: Record<string, string>, query: object = {}, viewer: Viewer | null = null): Promise<Seen> {
  const row = queries.find((candidate) => candidate.query === name);
  if (!row) throw new Error(`no such query: ${name}`);
  await app.readModels.atLeast(await app.log.position(), allProjections, AbortSignal.timeout(5_000));
  const answer = await row.answer({
    params,
    query,
    viewer,
    rows: app.readModels,
    log: app.log,
    services: app.services,
    now: app.clock.now().toISOString(),
  });
  return app.services.opening.value(answer);
}
const ids = (page: { items: { placeId: string }[] }) => page.items.map(({ placeId }) => placeId);

beforeAll(async () => {
  app = await inMemoryApplication();
  for (const file of ['data/jintang-places.json', 'data/jintang-former-places.json']) {
    expect((await importPlaces((command) => app.give(command), file)).refused).toEqual([]);
  }
  for (const [placeId, name] of [
    [courtyard, '蔡家大院'],
    [`${village}.10`, '新大院'],
  ])
    await app.done({ command: 'RegisterPlace', data: { placeId, name, level: 'courtyard' }, sender: villageCadre });
  for (const n of [7, 8])
    await app.done({
      command: 'RegisterHousehold',
      data: { placeId: `${courtyard}.${n}`, name: `${n}号`, area: 90_50 },
      sender: villageCadre,
    });
  await app.done({ command: 'RegisterHousehold', data: { placeId: `${village}.10.1`, name: '1号' }, sender: villageCadre });
  const register = async (name: string, home: number) =>
    actor(
      (
        await app.done({
          command: 'RegisterPerson',
          data: { placeId: `${courtyard}.${home}`, name, contact: '13800000000' },
          sender: villageCadre,
        })
      ).id,
    );
  cai = await register('蔡新周', 7);
  wei = await register('蔡维成', 8);
  await app.done({ command: 'RecordOwners', params: { id: `${courtyard}.7` }, data: { owners: [cai.id, wei.id] }, sender: villageCadre });
});
afterAll(() => app.close());

describe('places', () => {
  it('shows 清江镇 of the article as the community that it is today', async () => {
    expect(await ask('GetPlace', { id: '510121102' })).toEqual({
      placeId: '510121002002',
      name: '清江社区',
      level: 'community',
      parent: '510121002',
      households: 0,
      askedFor: '510121102',
    });
  });

  it('shows a place with the households below it', async () => {
    expect(await ask('GetPlace', { id: village })).toEqual({
      placeId: village,
      name: '谢杨坝村',
      level: 'village',
      parent: '510121111',
      households: 3,
      revision: 0,
    });
    expect(await ask('GetPlace', { id: '510121111999' })).toEqual({ refused: 'place.not-found', with: { id: '510121111999' } });
  });

  it('lists what lies below a place, page by page, and neither the place nor its neighbours', async () => {
    expect(ids(await ask('ListPlaces', {}, { place: courtyard }))).toEqual([`${courtyard}.7`, `${courtyard}.8`]);
    const first = await ask('ListPlaces', {}, { place: '510121111', limit: 4 });
    const second = await ask('ListPlaces', {}, { place: '510121111', limit: 200, cursor: first.next });
    expect(ids(first)).toHaveLength(4);
    expect(ids(first)[0]).toBe('510121111004');
    expect([...ids(first), ...ids(second)]).toHaveLength(6 + 2 + 3);
    expect(second.next).toBeNull();
  });

  it('lists the places of one level', async () => {
    expect((await ask('ListPlaces', {}, { place: '510121', level: 'town', limit: 50 })).items).toHaveLength(17);
    expect((await ask('ListPlaces', {}, { place: '510121', level: 'village', limit: 200 })).items).toHaveLength(86);
    expect(ids(await ask('ListPlaces', {}, { place: '510121111', level: 'town' }))).toEqual([]);
    expect(ids(await ask('ListPlaces', {}, { place: village, level: 'household' }))).toEqual([
      `${courtyard}.7`,
      `${courtyard}.8`,
      `${village}.10.1`,
    ]);
    expect(ids(await ask('ListPlaces', {}, { place: courtyard, level: 'household' }))).toEqual([`${courtyard}.7`, `${courtyard}.8`]);
  });

  it('lets nobody register, rename or merge outside the place they are over', async () => {
    const data = { placeId: '510121111220.1', name: '别村小区', level: 'compound' };
    expect(await app.give({ command: 'RegisterPlace', data, sender: villageCadre })).toMatchObject({ refused: 'auth.not-allowed' });
    expect(
      await app.give({ command: 'RenamePlace', params: { id: '510121111220' }, data: { name: '某村' }, sender: villageCadre }),
    ).toMatchObject({ refused: 'auth.not-allowed' });
    expect(
      await app.give({ command: 'MergePlace', params: { id: village }, data: { into: '510121111220' }, sender: villageCadre }),
    ).toMatchObject({ refused: 'auth.not-allowed' });
  });

  it('merges a village only when nothing stands below it, and what is named must exist', async () => {
    expect(await app.give({ command: 'MergePlace', params: { id: village }, data: { into: '510121111220' } })).toEqual({
      refused: 'registry.places-below',
      with: { place: courtyard },
    });
    expect(await app.give({ command: 'MergePlace', params: { id: '510121111216' }, data: { into: '510121111999' } })).toEqual({
      refused: 'registry.place-not-found',
      with: { place: '510121111999' },
    });
    await app.done({ command: 'MergePlace', params: { id: '510121111216' }, data: { into: '510121111217' } });
    expect(await ask('GetPlace', { id: '510121111216' })).toMatchObject({ placeId: '510121111217', name: '高梁村' });
    const below = { placeId: '510121111216.1', name: '某院', level: 'courtyard' };
    expect(await app.give({ command: 'RegisterPlace', data: below })).toEqual({
      refused: 'registry.place-merged',
      with: { place: '510121111216', into: '510121111217' },
    });
  });
});

describe('households', () => {
  it('tells area and owners of a compound’s units, and of no other’s', async () => {
    const page = await ask('ListHouseholds', {}, { place: courtyard });
    expect(page.items).toEqual([
      { householdId: `${courtyard}.7`, name: '7号', area: 90_50, owners: [cai.id, wei.id] },
      { householdId: `${courtyard}.8`, name: '8号', area: 90_50, owners: [] },
    ]);
  });

  it('refuses an owner whom nobody registered', async () => {
    const request = { command: 'RecordOwners', params: { id: `${courtyard}.8` }, data: { owners: [wei.id, 'nobody'] } };
    expect(await app.give(request)).toEqual({ refused: 'registry.person-not-found', with: { person: 'nobody' } });
  });

  it('lets the cadres over it correct an area that was entered wrong, and nobody else', async () => {
    const correct = { command: 'CorrectArea', params: { id: `${courtyard}.8` }, data: { area: 91_50 } };
    for (const sender of [cai, wei, actor('volunteer', { capacity: 'volunteer', placeId: village })])
      expect(await app.give({ ...correct, sender })).toMatchObject({ refused: 'auth.not-allowed' });
    await app.done({ ...correct, sender: villageCadre });
    expect((await ask('ListHouseholds', {}, { place: courtyard })).items[1]).toMatchObject({
      householdId: `${courtyard}.8`,
      area: 91_50,
    });
    expect(await ask('GetPlace', { id: `${courtyard}.8` })).toMatchObject({ area: 91_50 });
    expect(await app.give({ ...correct, params: { id: courtyard } })).toEqual({
      refused: 'registry.not-a-household',
      with: { place: courtyard },
    });
  });
});

describe('people and roles', () => {
  const person = () => ({ id: cai.id });

  it('shows a person to themself and to readers over the place, to nobody else', async () => {
    const seen = {
      personId: cai.id,
      placeId: `${courtyard}.7`,
      householdId: `${courtyard}.7`,
      name: '蔡新周',
      contact: '13800000000',
      revision: 1,
    };
    expect(await ask('GetPerson', person(), {}, { ...stranger, id: cai.id })).toEqual(seen);
    expect(await ask('GetPerson', person(), {}, app.authority.viewer(villageCadre))).toEqual(seen);
    expect(
      await ask('GetPerson', person(), {}, app.authority.viewer(actor('auditor', { capacity: 'auditor', placeId: '510121' }))),
    ).toEqual(seen);
    for (const viewer of [
      stranger,
      app.authority.viewer(wei),
      app.authority.viewer(actor('other', { capacity: 'cadre', placeId: '510121111220' })),
    ]) {
      expect(await ask('GetPerson', person(), {}, viewer)).toEqual({ refused: 'registry.not-yours-to-read' });
      expect(await ask('GetPersonRoles', person(), {}, viewer)).toEqual({ refused: 'registry.not-yours-to-read' });
    }
  });

  it('does not tell strangers whether somebody is registered', async () => {
    expect(await ask('GetPerson', { id: 'nobody' }, {}, stranger)).toEqual({ refused: 'registry.not-yours-to-read' });
    expect(
      await ask('GetPerson', { id: 'nobody' }, {}, app.authority.viewer(actor('office', { capacity: 'department', placeId: '510121' }))),
    ).toMatchObject({ refused: 'person.not-found' });
  });

  it.each([
    ['CorrectPerson', { contact: '13900000000' }],
    ['MoveHousehold', { householdId: `${courtyard}.8` }],
    ['GrantRole', { capacity: 'moderator', placeId: courtyard }],
    ['RevokeRole', { capacity: 'moderator', placeId: courtyard }],
  ])('given who may not act, when %s is given, then the answer tells neither who is registered nor where', async (command, data) => {
    const answers = [];
    for (const id of [wei.id, 'nobody'])
      for (const sender of [actor('stranger'), actor('other', { capacity: 'cadre', placeId: '510121111220' })])
        for (const capacity of [undefined, 'department'] as const)
          answers.push(await app.give({ command, params: { id }, data, sender, ...(capacity && { capacity }) }));
    const [allowed, capable] = ['auth.not-allowed', 'auth.no-such-capacity'].map((code) => ({
      refused: code,
      with: 'placeId' in data ? { place: data.placeId } : { roles: 'cadre, department' },
    }));
    expect(answers).toEqual(answers.map((_, i) => (i % 2 === 0 ? allowed : capable)));
    expect(
      await app.give({ command, params: { id: 'nobody' }, data, sender: actor('office', { capacity: 'department', placeId: '510121' }) }),
    ).toMatchObject({ refused: 'person.not-found' });
  });

  it.each(['GrantRole', 'RevokeRole'])(
    'given an official of another village, when %s is given for their own, then the answer does not tell who is registered elsewhere',
    async (command) => {
      const sender = actor('other', { capacity: 'cadre', placeId: '510121111220' });
      const data = { capacity: 'moderator', placeId: '510121111220' };
      for (const id of [wei.id, 'nobody'])
        expect(await app.give({ command, params: { id }, data, sender })).toEqual({
          refused: 'auth.not-allowed',
          with: { roles: 'department, cadre' },
        });
    },
  );

  it('given a role at a village, when its official changes or revokes it, then that is done, wherever the person is registered', async () => {
    const [village, office] = ['510121111220', actor('office', { capacity: 'department', placeId: '510121' })];
    const sender = actor('other', { capacity: 'cadre', placeId: village });
    const role = { capacity: 'volunteer', placeId: village };
    await app.done({ command: 'GrantRole', params: { id: wei.id }, data: role, sender: office });
    const until = '2030-01-01T00:00:00.000Z';
    await app.done({ command: 'GrantRole', params: { id: wei.id }, data: { ...role, until }, sender });
    await app.done({ command: 'RevokeRole', params: { id: wei.id }, data: role, sender });
    expect(await app.give({ command: 'RevokeRole', params: { id: wei.id }, data: role, sender })).toMatchObject({
      refused: 'auth.not-allowed',
    });
  });

  it('makes whoever is registered in a household its resident, and lets a role act until it is revoked', async () => {
    const grant = { params: { id: cai.id }, data: { capacity: 'cadre', placeId: courtyard } };
    const register = () => app.give({ command: 'RegisterHousehold', data: { placeId: `${courtyard}.9`, name: '9号' }, sender: cai });
    expect(await register()).toMatchObject({ refused: 'auth.not-allowed' });
    await app.done({ command: 'GrantRole', ...grant, sender: villageCadre });
    expect(
      (await ask('GetPersonRoles', person(), {}, app.authority.viewer(villageCadre))).items.map(({ capacity, placeId }: Seen) => [
        capacity,
        placeId,
      ]),
    ).toEqual([
      ['cadre', courtyard],
      ['resident', `${courtyard}.7`],
    ]);
    expect((await ask('ListRoles', {}, { place: courtyard })).items).toMatchObject([{ personId: cai.id, capacity: 'cadre' }]);
    expect((await ask('ListRoles', {}, { place: courtyard, capacity: 'moderator' })).items).toEqual([]);
    expect(await register()).toMatchObject({ created: true });
    await app.done({ command: 'RevokeRole', ...grant, sender: villageCadre });
    expect(await app.give({ command: 'RegisterHousehold', data: { placeId: `${courtyard}.11`, name: '11号' }, sender: cai })).toMatchObject(
      { refused: 'auth.not-allowed' },
    );
  });

  it('lets nobody grant a role at a place they are not over, nor at one that is not there or was merged', async () => {
    const grant = (placeId: string, sender: Actor) =>
      app.give({ command: 'GrantRole', params: { id: wei.id }, data: { capacity: 'moderator', placeId }, sender });
    expect(await grant('510121111220', villageCadre)).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await grant(courtyard, wei)).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await grant('510121111999', actor('office', { capacity: 'department', placeId: '510121' }))).toEqual({
      refused: 'registry.place-not-found',
      with: { place: '510121111999' },
    });
    expect(await grant('510121102', actor('office', { capacity: 'department', placeId: '510121' }))).toMatchObject({
      refused: 'registry.place-merged',
    });
  });

  it('lets nobody fetch a person from a place they are not over', async () => {
    const neighbour = actor('neighbour', { capacity: 'cadre', placeId: '510121111220' });
    for (const [command, data] of [
      ['RegisterPlace', { placeId: '510121111220.1', name: '邻村大院', level: 'courtyard' }],
      ['RegisterHousehold', { placeId: '510121111220.1.1', name: '1号' }],
    ] as const) {
      await app.done({ command, data, sender: neighbour });
    }
    const fetch = { command: 'MoveHousehold', params: { id: cai.id }, data: { householdId: '510121111220.1.1' } };
    expect(await app.give({ ...fetch, sender: neighbour })).toEqual({ refused: 'auth.not-allowed', with: { roles: 'cadre, department' } });
    expect(await app.give({ ...fetch, sender: villageCadre })).toMatchObject({ refused: 'auth.not-allowed' });
  });

  it('moves a person: what the old household gave ends, the new one is theirs', async () => {
    await app.done({ command: 'MoveHousehold', params: { id: wei.id }, data: { householdId: `${village}.10.1` }, sender: villageCadre });
    expect(
      (await ask('GetPersonRoles', { id: wei.id }, {}, { ...stranger, id: wei.id })).items.map(({ placeId }: Seen) => placeId),
    ).toEqual([`${village}.10.1`]);
    await app.done({ command: 'CorrectPerson', params: { id: wei.id }, data: { contact: '13900000000' }, sender: villageCadre });
    expect(await ask('GetPerson', { id: wei.id }, {}, { ...stranger, id: wei.id })).toMatchObject({
      householdId: `${village}.10.1`,
      contact: '13900000000',
      name: '蔡维成',
    });
    await app.done({ command: 'CorrectPerson', params: { id: wei.id }, data: { withoutContact: true }, sender: villageCadre });
    expect(await ask('GetPerson', { id: wei.id }, {}, { ...stranger, id: wei.id })).not.toHaveProperty('contact');
  });
});

describe('the policy of a place', () => {
  const adopt = (sender: Actor, placeId: string, settings: object[], from = '2026-05-01') =>
    app.give({ command: 'AdoptPlacePolicy', data: { placeId, from, settings }, sender });
  const figure = (seen: Seen, name: string) => seen.settings.find((setting: Seen) => setting.name === name);

  it('is adopted by an official over the place only, and for a registered place', async () => {
    const days = [{ name: 'renovation-notice-days', value: 9 }];
    expect(await adopt(cai, village, days)).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await adopt(villageCadre, '510121111', days)).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await adopt(villageCadre, `${village}.99`, days)).toMatchObject({ refused: 'registry.place-not-found' });
    expect(await adopt(villageCadre, village, days)).toMatchObject({ id: village, created: true });
  });

  it('holds at places within, and everybody is told each figure with its limits, its source, and the place and version that set it', async () => {
    expect(await adopt(villageCadre, courtyard, [{ name: 'renovation-notice-days', value: 8 }])).toEqual({
      refused: 'registry.policy-laxer-than-above',
      with: { name: 'renovation-notice-days', above: 9, given: 8 },
    });
    await adopt(villageCadre, courtyard, [{ name: 'renovation-notice-days', value: 12 }], '2026-05-02');
    const { inForce, tomorrow, versions } = await ask('ShowPolicies', {}, { place: courtyard });
    expect([inForce.day, tomorrow.day]).toEqual(['2026-05-01', '2026-05-02']);
    expect(figure(inForce, 'renovation-notice-days')).toEqual({
      name: 'renovation-notice-days',
      title: { zh: '微改造决定公示期', en: 'Public notice of a decision on a renovation' },
      unit: 'days',
      default: 7,
      least: 3,
      most: 60,
      isFloor: true,
      source: { kind: 'custom', title: '通行做法' },
      value: 9,
      placeId: village,
      version: 1,
      from: '2026-05-01',
    });
    expect(figure(tomorrow, 'renovation-notice-days')).toMatchObject({ value: 12, placeId: courtyard, version: 1, from: '2026-05-02' });
    expect(figure(inForce, 'owners-notice-days')).toMatchObject({
      value: 15,
      placeId: null,
      version: null,
      from: null,
      source: { kind: 'law', title: '物业管理条例', article: '14', on: '2018-03-19' },
    });
    expect(inForce.holidays.map(({ year, source }: Seen) => [year, source])).toEqual([[2026, '国办发明电〔2025〕7号']]);
    expect(versions).toMatchObject([{ placeId: courtyard, version: 1, from: '2026-05-02' }]);
    expect((await ask('ShowPolicies', {}, { place: '510121' })).versions).toEqual([]);
  });
});
