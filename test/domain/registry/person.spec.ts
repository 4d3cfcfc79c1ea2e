import { describe, expect, it } from '@jest/globals';
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

  it('given nobody, when a person is registered at a household, then they are registered and become a resident there', () => {
    given(person)
      .when('RegisterPerson', data, { id, facts: { place: at('household') } })
      .then([registered, resident]);
  });

  it('given nobody, when a person is registered at a place that is no household, then they are registered without a role', () => {
    given(person)
      .when('RegisterPerson', { placeId: '510121', name: '王敏' }, { id, facts: { place: at('county') } })
      .then([{ type: 'PersonRegistered', data: { personId: id, placeId: '510121', name: '王敏' } }]);
  });

  it('given a registered person, when the same id is registered, then it is refused', () => {
    given(person, registered)
      .when('RegisterPerson', data, { id, facts: { place: at('household') } })
      .thenRefused('registry.person-exists', { person: id });
  });

  it('given a place that was merged, when a person is registered there, then it is refused', () => {
    given(person)
      .when('RegisterPerson', data, { id, facts: { place: at('household', nextDoor) } })
      .thenRefused('registry.place-merged', { place: household, into: nextDoor });
  });
});

describe('CorrectPerson', () => {
  const corrected = { personId: id, name: '蔡新洲', contact: '13800000000' };

  it('given a registered person, when name or contact is corrected, then the event states both as they are now', () => {
    given(person, registered)
      .when('CorrectPerson', { name: '蔡新洲' }, { id })
      .then([{ type: 'PersonCorrected', data: corrected }]);
    given(person, registered)
      .when('CorrectPerson', { contact: '13900000000' }, { id })
      .then([{ type: 'PersonCorrected', data: { personId: id, name: '蔡新周', contact: '13900000000' } }]);
  });

  it('given a registered person, when what is recorded is entered again, then nothing changes', () => {
    given(person, registered).when('CorrectPerson', { name: '蔡新周', contact: '13800000000' }, { id }).thenNothing();
    given(person, registered, { type: 'PersonCorrected', data: corrected }).when('CorrectPerson', { name: '蔡新洲' }, { id }).thenNothing();
    given(person, registered).when('CorrectPerson', {}, { id }).thenNothing();
  });

  it('given a registered person, when the contact is removed, then it is removed once, and can be entered again', () => {
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

  it('given a registered person, when a contact is entered and removed at once, then it is refused', () => {
    given(person, registered)
      .when('CorrectPerson', { contact: '13900000000', withoutContact: true }, { id })
      .thenRefused('registry.contact-or-none');
  });

  it('given nobody, when a person is corrected, then it is refused', () => {
    given(person).when('CorrectPerson', { name: '蔡新洲' }, { id }).thenRefused('registry.person-not-found', { person: id });
  });
});

describe('MoveHousehold', () => {
  it('given roles at the old household and elsewhere, when the person moves, then only the roles of the old household end', () => {
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

  it('given a person in a household, when they move to the same household, then nothing changes', () => {
    given(person, registered, resident)
      .when('MoveHousehold', { householdId: household }, { id, facts: { household: at('household') } })
      .thenNothing();
    given(person, registered, { type: 'HouseholdMoved', data: { personId: id, householdId: nextDoor } })
      .when('MoveHousehold', { householdId: nextDoor }, { id, facts: { household: at('household') } })
      .thenNothing();
  });

  it('given no household, a merged household or no person, when a person moves, then it is refused', () => {
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

  it('given a registered person, when a role is granted with or without an end, then it is granted so', () => {
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts })
      .then([granted('guardian', village)]);
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village, until }, { id, facts })
      .then([granted('guardian', village, until)]);
  });

  it('given a role with an end, when it is granted with the same end, then nothing changes; with another, then it is granted anew', () => {
    const held = given(person, registered, granted('guardian', village), granted('guardian', village, until));
    held.when('GrantRole', { capacity: 'guardian', placeId: village, until }, { id, facts }).thenNothing();
    held.when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts }).then([granted('guardian', village)]);
  });

  it('given a registered person, when they are made head of a place, then it is granted for a household and refused for others', () => {
    given(person, registered)
      .when('GrantRole', { capacity: 'household-head', placeId: household }, { id, facts: { place: at('household') } })
      .then([granted('household-head', household)]);
    given(person, registered)
      .when('GrantRole', { capacity: 'household-head', placeId: village }, { id, facts })
      .thenRefused('registry.head-of-a-household', { place: village });
  });

  it('given a cadre, when they grant department or auditor, then it is refused; given a department, then it is granted', () => {
    for (const capacity of ['department', 'auditor'] as const) {
      given(person, registered)
        .when('GrantRole', { capacity, placeId: village }, { id, capacity: 'cadre', facts })
        .thenRefused('registry.capacity-reserved', { capacity });
      given(person, registered)
        .when('GrantRole', { capacity, placeId: village }, { id, capacity: 'department', facts })
        .then([{ type: 'RoleGranted', data: { personId: id, capacity, placeId: village } }]);
    }
  });

  it('given a place that was merged, when a role is granted there, then it is refused', () => {
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts: { place: at('village', '510121111220') } })
      .thenRefused('registry.place-merged', { place: village, into: '510121111220' });
  });

  it('given an end that is not later than the grant, when the role is granted, then it is refused', () => {
    const begins = '2026-05-01T08:00:00.000Z';
    given(person, registered)
      .when('GrantRole', { capacity: 'guardian', placeId: village, until: begins }, { id, at: begins, facts })
      .thenRefused('registry.role-over-already', { until: begins });
  });

  it('given nobody, when a role is granted, then it is refused', () => {
    given(person)
      .when('GrantRole', { capacity: 'guardian', placeId: village }, { id, facts })
      .thenRefused('registry.person-not-found', { person: id });
  });

  it('given a hundred roles, when another is granted, then it is refused; when one of them gets a new end, then it is granted', () => {
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
  it('given a role, when it is revoked, then it is revoked', () => {
    given(person, registered, granted('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .then([revoked('guardian', village)]);
  });

  it('given a role elsewhere, or one revoked before, when it is revoked, then nothing changes', () => {
    given(person, registered, granted('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: household }, { id })
      .thenNothing();
    given(person, registered, granted('guardian', village), revoked('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .thenNothing();
  });

  it('given two roles, one of them revoked, when the other is revoked, then it is revoked', () => {
    given(person, registered, granted('guardian', village), granted('guardian', household), revoked('guardian', household))
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .then([revoked('guardian', village)]);
  });

  it('given the role of a department, when a cadre revokes it, then it is refused; when a department does, then it is revoked', () => {
    const department = given(person, registered, granted('department', village));
    department
      .when('RevokeRole', { capacity: 'department', placeId: village }, { id, capacity: 'cadre' })
      .thenRefused('registry.capacity-reserved', { capacity: 'department' });
    department
      .when('RevokeRole', { capacity: 'department', placeId: village }, { id, capacity: 'department' })
      .then([{ type: 'RoleRevoked', data: { personId: id, capacity: 'department', placeId: village } }]);
  });

  it('given the role of a guardian, when a cadre revokes it, then it is revoked', () => {
    given(person, registered, granted('guardian', village))
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id, capacity: 'cadre' })
      .then([revoked('guardian', village)]);
  });

  it('given nobody, when a role is revoked, then it is refused', () => {
    given(person)
      .when('RevokeRole', { capacity: 'guardian', placeId: village }, { id })
      .thenRefused('registry.person-not-found', { person: id });
  });
});

describe('the homes of a person', () => {
  const moment = (instant: string) => ({ at: instant, now: instant, by: 'clerk', capacity: 'department' as const });
  const [came, left] = ['2020-01-01T00:00:00.000Z', '2026-05-01T08:00:00.000Z'];
  const moved = { personId: id, householdId: nextDoor };

  it('given a person at a household, when they move, then both homes are kept, each since when', () => {
    const state = person.evolve.PersonRegistered(null, registered.data, moment(came));
    expect(person.evolve.HouseholdMoved(state, moved, moment(left))).toEqual({
      placeId: nextDoor,
      householdId: nextDoor,
      homes: [
        { householdId: household, since: came },
        { householdId: nextDoor, since: left },
      ],
      name: '蔡新周',
      contact: '13800000000',
      roles: [],
    });
  });

  it('given a person without a household, when they move into one, then it is their first home', () => {
    const state = person.evolve.PersonRegistered(null, { personId: id, placeId: village, name: '王敏' }, moment(came));
    expect(state).toEqual({ placeId: village, householdId: null, homes: [], name: '王敏', roles: [] });
    expect(person.evolve.HouseholdMoved(state, moved, moment(left))?.homes).toEqual([{ householdId: nextDoor, since: left }]);
  });
});

describe('EndRegistration', () => {
  const ended = {
    type: 'RegistrationEnded',
    data: {
      personId: id,
      roles: [
        { capacity: 'resident', placeId: household },
        { capacity: 'guardian', placeId: village },
      ],
    },
  } as const;
  const past = [registered, resident, granted('guardian', village, '2027-01-01T00:00:00.000Z')] as const;

  it('given a person who was erased, when the system ends the registration, then all roles end, once', () => {
    given(person, ...past)
      .when('EndRegistration', {}, { id, capacity: 'system' })
      .then([ended]);
    given(person, ...past, ended)
      .when('EndRegistration', {}, { id, capacity: 'system' })
      .thenNothing();
    given(person).when('EndRegistration', {}, { id, capacity: 'system' }).thenRefused('registry.person-not-found', { person: id });
  });

  it('given an ended registration, when it is corrected, moved, or given a role, then it is refused', () => {
    const then = given(person, ...past, ended);
    then.when('CorrectPerson', { name: '蔡新洲' }, { id }).thenRefused('person.erased');
    then.when('MoveHousehold', { householdId: nextDoor }, { id, facts: { household: at('household') } }).thenRefused('person.erased');
    then
      .when('GrantRole', { capacity: 'resident', placeId: household }, { id, capacity: 'department', facts: { place: at('household') } })
      .thenRefused('person.erased');
    then.when('RevokeRole', { capacity: 'resident', placeId: household }, { id, capacity: 'department' }).thenRefused('person.erased');
  });
});
