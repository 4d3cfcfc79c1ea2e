import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actor, inMemoryApplication, official } from '../../../support/application.js';
import type { EventReader } from '../../../../src/application/ports/event-log.js';
import { beginning, type Position } from '../../../../src/projections/position.js';
import { answerOf, ask } from '../../../support/asking.js';

describe('given a volunteer who registered somebody, and whose role has ended', () => {
  let app: Awaited<ReturnType<typeof inMemoryApplication>>;
  let resident: string;
  const registered = async (as: ReturnType<typeof actor>, person: string) =>
    ((await ask(app, 'GetAuditTrail', {}, { as, person })).items as { type: string }[]).find(({ type }) => type === 'PersonRegistered');

  beforeAll(async () => {
    app = await inMemoryApplication();
    for (const [placeId, level] of [
      ['510121', 'county'],
      ['510121111', 'town'],
      ['510121111219', 'village'],
    ] as const)
      await app.done({ command: 'RegisterPlace', data: { placeId, name: placeId, level } });
    ({ id: resident } = await app.done({
      command: 'RegisterPerson',
      data: { placeId: '510121111219', name: '蔡新周', contact: '13800000000' },
      sender: { ...official, id: 'volunteer-1' },
    }));
  });
  afterAll(() => app.close());

  it('their own trail shows that they did it, without the name and the contact', async () => {
    const line = await registered(actor('volunteer-1'), 'volunteer-1');
    expect(line).toMatchObject({ actor: 'volunteer-1', masked: ['/name', '/contact'], data: { placeId: '510121111219', name: null } });
    expect(JSON.stringify(line)).not.toMatch(/蔡新周|13800000000/u);
  });

  it('the person sees their own name, and an auditor all', async () => {
    const data = { name: '蔡新周', contact: '13800000000' };
    for (const [as, person] of [
      [actor(resident), resident],
      [actor('auditor-1', { capacity: 'auditor', placeId: '510121' }), 'volunteer-1'],
    ] as const) {
      const line = await registered(as, person);
      expect(line).toMatchObject({ data });
      expect(line).not.toHaveProperty('masked');
    }
  });
});

describe('given a log that is read from a copy which lags behind the rows', () => {
  const auditor = actor('auditor-1', { capacity: 'auditor', placeId: '510121' });

  it('when the trail names an event that is not there yet, then the answer says so; where the log has come so far, it is an error', async () => {
    const app = await inMemoryApplication();
    await app.done({ command: 'RegisterPlace', data: { placeId: '510121', name: '金堂县', level: 'county' } });
    const { position } = await app.done({
      command: 'RegisterPlace',
      data: { placeId: '510121111', name: '金龙镇', level: 'town' },
    });
    await ask(app, 'GetAuditTrail', {}, { as: auditor, place: '510121111' });
    const copy = { at: (at: Position) => (at < position ? app.log.at(at) : Promise.resolve(null)) };
    const read = (end: Position) => {
      const log: EventReader = Object.assign(Object.create(app.log) as EventReader, { ...copy, position: () => Promise.resolve(end) });
      return answerOf(app, 'GetAuditTrail', {}, { as: auditor, place: '510121111' }, log);
    };
    expect(await read(beginning)).toEqual({ refused: 'log.behind', with: { position } });
    await expect(read(position)).rejects.toThrow('no event there');
    await app.close();
  });
});
