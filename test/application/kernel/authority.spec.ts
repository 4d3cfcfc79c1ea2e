import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { actor, inMemoryApplication } from '../../support/application.js';
import { beginning } from '../../../src/projections/position.js';

/* In whose name and for which time somebody may act. */

let app: Awaited<ReturnType<typeof inMemoryApplication>>;

const county = { placeId: '510121', name: '金堂县', level: 'county' };
const town = { placeId: '510121111', name: '金龙镇', level: 'town' };
const village = { placeId: '510121111219', name: '谢杨坝村', level: 'village' };
const courtyard = { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' };
const household = '510121111219.1.7';
const proposal = {
  command: 'ProposeRenovation',
  data: { placeId: courtyard.placeId, title: '院坝改造', description: '铺平地面。', aspects: ['greening'], budget: 100 },
};
const lastMeta = async () => {
  let last = '{}';
  for await (const { events: page } of app.log.readAll(beginning)) last = page.at(-1)?.meta ?? last;
  return JSON.parse(last) as object;
};

beforeEach(async () => {
  app = await inMemoryApplication();
  for (const data of [county, town, village, courtyard]) await app.done({ command: 'RegisterPlace', data });
});
afterEach(() => app.close());

describe('entering for somebody else', () => {
  const volunteer = actor('v', { capacity: 'volunteer', placeId: village.placeId });
  const registered = async () => {
    await app.done({ command: 'RegisterHousehold', data: { placeId: household, name: '7号' } });
    return (await app.done({ command: 'RegisterPerson', data: { placeId: household, name: '赵六' } })).id;
  };

  it('is for those who may assist, by a channel of assistance, and names both', async () => {
    const id = await registered();
    const propose = { ...proposal, onBehalfOf: id };
    expect(await app.give({ ...propose, sender: volunteer })).toMatchObject({ refused: 'auth.not-allowed' });
    expect(
      await app.give({ ...propose, sender: actor('r', { capacity: 'resident', placeId: village.placeId }), channel: 'paper-form' }),
    ).toMatchObject({ refused: 'auth.not-allowed' });
    await app.done({ ...propose, sender: volunteer, channel: 'paper-form' });
    expect(await lastMeta()).toMatchObject({ actor: id, enteredBy: 'v', capacity: 'resident', channel: 'paper-form' });
  });

  it('lends nobody an office: what a cadre decides is entered by nobody in their name', async () => {
    const id = await registered();
    await app.done({ command: 'GrantRole', params: { id }, data: { capacity: 'cadre', placeId: '510121' } });
    const grant = {
      command: 'GrantRole',
      params: { id },
      data: { capacity: 'moderator', placeId: village.placeId },
      onBehalfOf: id,
      channel: 'paper-form' as const,
      sender: volunteer,
    };
    expect(await app.give(grant)).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await app.give({ ...grant, capacity: 'cadre' })).toMatchObject({ refused: 'auth.no-such-capacity' });
    await app.done({ ...proposal, onBehalfOf: id, sender: volunteer, channel: 'paper-form' });
    expect(await lastMeta()).toMatchObject({ actor: id, capacity: 'resident' });
  });
});

describe('what happened earlier', () => {
  const earlier = { occurredAt: '2026-05-01T12:00:00.000Z', channel: 'paper-form' as const };
  beforeEach(() => app.clock.set('2026-05-02T08:00:00.000Z'));
  const rename = { command: 'RenamePlace', params: { id: village.placeId }, data: { name: '新村' } };

  it('is entered by those who may assist, and by nobody for themself as a neighbour', async () => {
    const sender = actor('r', { capacity: 'resident', placeId: '510121111219.1' }, { capacity: 'volunteer', placeId: village.placeId });
    expect(await app.give({ ...proposal, ...earlier, sender })).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await app.give({ ...proposal, sender })).not.toHaveProperty('refused');
    expect(
      await app.give({ ...rename, ...earlier, sender: actor('c', { capacity: 'cadre', placeId: village.placeId }) }),
    ).not.toHaveProperty('refused');
  });

  it('comes by a channel of assistance', async () => {
    expect(await app.give({ ...rename, ...earlier, channel: 'web' })).toMatchObject({ refused: 'auth.not-allowed' });
  });
});
