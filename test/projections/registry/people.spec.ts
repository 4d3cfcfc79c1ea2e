import { describe, expect, it } from '@jest/globals';
import { people, roles } from '../../../src/projections/registry/people.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const personId = 'p-cai';
const aggregateId = personId;
const home = '510121111219.1.7';
const nextDoor = '510121111219.1.8';
const registered = recorded(
  'PersonRegistered',
  { personId, placeId: home, householdId: home, name: '蔡新周', contact: '13800000000' },
  { aggregateId },
);
const corrected = recorded('PersonCorrected', { personId, name: '蔡新洲', contact: '13900000000' }, { aggregateId });
const withoutContact = recorded('PersonCorrected', { personId, name: '蔡新周' }, { aggregateId });
const moved = recorded('HouseholdMoved', { personId, householdId: nextDoor }, { aggregateId });
const granted = recorded('RoleGranted', { personId, capacity: 'guardian', placeId: home }, { aggregateId, at: '2026-05-01T00:00:00.000Z' });
const extended = recorded(
  'RoleGranted',
  { personId, capacity: 'guardian', placeId: home, until: '2027-05-01T00:00:00.000Z' },
  { aggregateId, at: '2026-06-01T00:00:00.000Z' },
);
const revoked = recorded('RoleRevoked', { personId, capacity: 'guardian', placeId: home }, { aggregateId });
const elsewhere = recorded(
  'RoleGranted',
  { personId, capacity: 'moderator', placeId: '510121111219' },
  { aggregateId, at: '2026-05-02T00:00:00.000Z' },
);

describe('people', () => {
  it('given a person, when they are registered, corrected and moved, then the row has the present data', () => {
    expect(Object.fromEntries(project(people, [registered, corrected, moved]))).toEqual({
      [personId]: { personId, placeId: nextDoor, householdId: nextDoor, name: '蔡新洲', contact: '13900000000', revision: 2 },
    });
  });

  it('given a contact, when it is removed, then the row has none', () => {
    expect(project(people, [registered, withoutContact]).get(personId)).toStrictEqual({
      personId,
      placeId: home,
      householdId: home,
      name: '蔡新周',
      revision: 1,
    });
  });

  it('given any events, when rebuilt, then the rows are the same', () =>
    expectRebuiltEqualsIncremental(people, [registered, corrected, moved, withoutContact]));
});

describe('roles', () => {
  it('given a role, when it is granted again with an end, then it is listed by person and place, since its first grant, with its present end', () => {
    const row = { personId, capacity: 'guardian', placeId: home, since: '2026-05-01T00:00:00.000Z', until: '2027-05-01T00:00:00.000Z' };
    expect(Object.fromEntries(project(roles, [granted, extended]))).toEqual({
      [`person/${personId}/guardian/${home}`]: row,
      [`place/${home}/guardian/${personId}`]: row,
    });
  });

  it('given a role with an end, when it is granted without one, then it has none', () => {
    expect(project(roles, [extended, granted]).get(`person/${personId}/guardian/${home}`)).not.toHaveProperty('until');
  });

  it('given two roles, when one is revoked, then only the other is left', () => {
    expect([...project(roles, [granted, elsewhere, revoked]).keys()]).toEqual([
      `person/${personId}/moderator/510121111219`,
      `place/510121111219/moderator/${personId}`,
    ]);
  });

  it('given any events, when rebuilt, then the rows are the same', () =>
    expectRebuiltEqualsIncremental(roles, [granted, elsewhere, extended, revoked]));
});
