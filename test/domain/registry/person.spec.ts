import { describe, it } from '@jest/globals';
import { person } from '../../../src/domain/registry/person.js';
import type { PlaceLevel } from '../../../src/domain/registry/place.js';
import { given } from '../../support/given.js';

const id = 'p-cai';
const village = '510121111219';
const household = `${village}.1.7`;
const nextDoor = `${village}.1.8`;
const registered = {
  type: 'PersonRegistered',
  data: { personId: id, placeId: household, householdId: household, name: '蔡新周', contact: '13800000000' },
} as const;
const granted = (capacity: 'resident' | 'household-head' | 'guardian' | 'department', placeId: string, until?: string) =>
  ({ type: 'RoleGranted', data: { personId: id, capacity, placeId, ...(until !== undefined && { until }) } }) as const;
const revoked = (capacity: 'resident' | 'household-head' | 'guardian', placeId: string) =>
  ({ type: 'RoleRevoked', data: { personId: id, capacity, placeId } }) as const;
const resident = granted('resident', household);
const at = (level: PlaceLevel, mergedInto: string | null = null) => ({ level, mergedInto });

describe('RegisterPerson', () => {
  const data = { placeId: household, name: '蔡新周', contact: '13800000000' };

  it('registers the resident of a household, who is a resident from then on', () => {
    given(person)
      .when('RegisterPerson', data, { id, facts: { place: at('household') } })
      .then([registered, resident]);
  });

  it('registers somebody who belongs to a place but to no household', () => {
    given(person)
      .when('RegisterPerson', { placeId: '510121', name: '王敏' }, { id, facts: { place: at('county') } })
      .then([{ type: 'PersonRegistered', data: { personId: id, placeId: '510121', name: '王敏' } }]);
  });

  it('refuses a person who is registered', () => {
    given(person, registered)
      .when('RegisterPerson', data, { id, facts: { place: at('household') } })
      .thenRefused('registry.person-exists', { person: id });
  });

  it('refuses a place that was merged', () => {
    given(person)
      .when('RegisterPerson', data, { id, facts: { place: at('household', nextDoor) } })
      .thenRefused('registry.place-merged', { place: household, into: nextDoor });
  });
});

describe('CorrectPerson', () => {
  const corrected = { personId: id, name: '蔡新洲', contact: '13800000000' };

  it('states name and contact as they are now', () => {
    given(person, registered)
      .when('CorrectPerson', { name: '蔡新洲' }, { id })
      .then([{ type: 'PersonCorrected', data: corrected }]);
    given(person, registered)
      .when('CorrectPerson', { contact: '13900000000' }, { id })
      .then([{ type: 'PersonCorrected', data: { personId: id, name: '蔡新周', contact: '13900000000' } }]);
  });

  it('says nothing new about what is recorded, also after a correction', () => {
    given(person, registered).when('CorrectPerson', { name: '蔡新周', contact: '13800000000' }, { id }).thenNothing();
    given(person, registered, { type: 'PersonCorrected', data: corrected }).when('CorrectPerson', { name: '蔡新洲' }, { id }).thenNothing();
    given(person, registered).when('CorrectPerson', {}, { id }).thenNothing();
  });

  it('takes the contact out, once', () => {
    const without = { type: 'PersonCorrected', data: { personId: id, name: '蔡新周' } } as const;
    given(person, registered).when('CorrectPerson', { withoutContact: true }, { id }).then([without]);
    given(person, registered).when('CorrectPerson', { withoutContact: false }, { id }).thenNothing();
    given(person, registered)
      .when('CorrectPerson', { name: '蔡新洲', withoutContact: true }, { id })
      .then([{ type: 'PersonCorrected', data: { personId: id, name: '蔡新洲' } }]);
    given(person, registered, without).when('CorrectPerson', { withoutContact: true }, { id }).thenNothing();
    given(person, registered, without)
      .when('CorrectPerson', { contact: '13800000000' }, { id })
      .then([{ type: 'PersonCorrected', data: { personId: id, name: '蔡新周', contact: '13800000000' } }]);
  });

  it('refuses a contact and none at once', () => {
    given(person, registered)
      .when('CorrectPerson', { contact: '13900000000', withoutContact: true }, { id })
      .thenRefused('registry.contact-or-none');
  });

  it('refuses a person who is not registered', () => {
    given(person).when('CorrectPerson', { name: '蔡新洲' }, { id }).thenRefused('registry.person-not-found', { person: id });
  });
});

describe('MoveHousehold', () => {
  it('moves: what came with the old household ends, what was granted elsewhere stays', () => {
    given(
      person,
      registered,
      resident,
      granted('household-head', household),
      granted('household-head', `${village}.2.1`),
      granted('guardian', household),
    )
      .when('MoveHousehold', { householdId: nextDoor }, { id, facts: { household: at('household') } })
      .then([
        { type: 'HouseholdMoved', data: { personId: id, householdId: nextDoor } },
        revoked('resident', household),
        revoked('household-head', household),
        granted('resident', nextDoor),
      ]);
  });

  it('says nothing new about the household that the person lives in', () => {
    given(person, registered, resident)
      .when('MoveHousehold', { householdId: household }, { id, facts: { household: at('household') } })
      .thenNothing();
    given(person, registered, { type: 'HouseholdMoved', data: { personId: id, householdId: nextDoor } })
      .when('MoveHousehold', { householdId: nextDoor }, { id, facts: { household: at('household') } })
      .thenNothing();
  });

  it('refuses what is no household, a household that was merged, and a person who is not registered', () => {
    given(person, registered)
      .when('MoveHousehold', { householdId: village }, { id, facts: { household: at('village') } })
      .thenRefused('registry.not-a-household', { place: village });
    given(person, registered)
      .when('MoveHousehold', { householdId: nextDoor }, { id, facts: { household: at('household', household) } })
      .thenRefused('registry.place-merged', { place: nextDoor, into: household });
    given(person)
      .when('MoveHousehold', { householdId: nextDoor }, { id, facts: { household: at('household') } })
      .thenRefused('registry.person-not-found', { person: id });
  });
});

describe('GrantRole', () => {
  const facts = { place: at('village') };
  const until = '2027-05-01T00:00:00.000Z';

  it('grants a capacity at a place, with or without an end', () => {
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts })
      .then([granted('guardian', village)]);
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village, until }, { id, facts })
      .then([granted('guardian', village, until)]);
  });

  it('says nothing new about a role that is held just so, and states another end', () => {
    const held = given(person, registered, granted('guardian', village), granted('guardian', village, until));
    held.when('GrantRole', { capacity: 'guardian', placeId: village, until }, { id, facts }).thenNothing();
    held.when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts }).then([granted('guardian', village)]);
  });

  it('makes somebody the head of a household only', () => {
    given(person, registered)
      .when('GrantRole', { capacity: 'household-head', placeId: household }, { id, facts: { place: at('household') } })
      .then([granted('household-head', household)]);
    given(person, registered)
      .when('GrantRole', { capacity: 'household-head', placeId: village }, { id, facts })
      .thenRefused('registry.head-of-a-household', { place: village });
  });

  it('lets a department, but no cadre, grant what reads or rules beyond a village', () => {
    for (const capacity of ['department', 'auditor'] as const) {
      given(person, registered)
        .when('GrantRole', { capacity, placeId: village }, { id, capacity: 'cadre', facts })
        .thenRefused('registry.capacity-reserved', { capacity });
      given(person, registered)
        .when('GrantRole', { capacity, placeId: village }, { id, capacity: 'department', facts })
        .then([{ type: 'RoleGranted', data: { personId: id, capacity, placeId: village } }]);
    }
  });

  it('refuses a place that was merged', () => {
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts: { place: at('village', '510121111220') } })
      .thenRefused('registry.place-merged', { place: village, into: '510121111220' });
  });

  it('refuses a role that is over when it begins', () => {
    const begins = '2026-05-01T08:00:00.000Z';
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village, until: begins }, { id, at: begins, facts })
      .thenRefused('registry.role-over-already', { until: begins });
  });

  it('refuses a person who is not registered', () => {
    given(person)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts })
      .thenRefused('registry.person-not-found', { person: id });
  });

  it('refuses the hundred and first role, but not a new end of one of the hundred', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => granted('guardian', `${village}.${n + 1}`));
    given(person, registered, ...hundred)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts })
      .thenRefused('registry.too-many-roles', { most: 100 });
    given(person, registered, ...hundred)
      .when('GrantRole', { capacity: 'guardian', placeId: `${village}.1`, until }, { id, facts })
      .then([granted('guardian', `${village}.1`, until)]);
  });
});

describe('RevokeRole', () => {
  it('revokes a role', () => {
    given(person, registered, granted('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .then([revoked('guardian', village)]);
  });

  it('says nothing new about a role that is not held, there or any more', () => {
    given(person, registered, granted('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: household }, { id })
      .thenNothing();
    given(person, registered, granted('guardian', village), revoked('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .thenNothing();
  });

  it('refuses a cadre who would take from a department', () => {
    given(person, registered, granted('department', village))
      .when('RevokeRole', { capacity: 'department', placeId: village }, { id, capacity: 'cadre' })
      .thenRefused('registry.capacity-reserved', { capacity: 'department' });
  });

  it('refuses a person who is not registered', () => {
    given(person)
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .thenRefused('registry.person-not-found', { person: id });
  });
});
