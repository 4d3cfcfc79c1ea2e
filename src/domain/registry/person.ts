import { type Capacity, grantable } from '../shared/capacity.js';
import { defineDecider, refuse } from '../shared/decider.js';
import { Day, Described, Flag, Instant, Many, OneOf, Optional, Personal, PersonId, PlaceId, Text } from '../shared/fields.js';
import type { PlaceLevel } from './place.js';

/** A capacity that can be granted. */
export type GrantableCapacity = Exclude<Capacity, 'system'>;

/** The most roles of one person. A new role replaces the one with the same capacity at the same place. */
const mostRoles = 100;

/** The place that a command names. */
interface Standing {
  readonly level: PlaceLevel;
  readonly mergedInto: string | null;
}

/** Where a person is registered. */
class Registration {
  /** The household in which the person lives, or else the place that keeps the entry. */
  @PlaceId() placeId!: string;
}
/** Where a person moves to. */
class Move {
  @PlaceId() householdId!: string;
}

/** Registers a person. A person registered at a household also becomes a resident there. */
export class RegisterPerson extends Registration {
  @Personal() @Text(1, 60) name!: string;
  @Personal() @Optional() @Text(1, 120) contact?: string;
  @Described(
    '出生日期，用于核对选民年满十八周岁；属个人信息',
    'The day of birth, by which electors of 18 years are found. It is personal data',
  )
  @Personal()
  @Optional()
  @Day()
  bornOn?: string;
  declare static readonly facts: { place: Standing };
}
/** Corrects name or contact. Fields that are left out stay as they are. */
export class CorrectPerson {
  @Personal() @Optional() @Text(1, 60) name?: string;
  @Personal() @Optional() @Text(1, 120) contact?: string;
  @Personal() @Optional() @Day() bornOn?: string;
  /** Removes the recorded contact. */
  @Optional() @Flag() withoutContact?: boolean;
}
/** The person moves to another household and becomes a resident there. Roles that belong to the old household end. */
export class MoveHousehold extends Move {
  declare static readonly facts: { household: Standing };
}
/** A capacity at a place. */
class RoleAtPlace {
  @OneOf(grantable) capacity!: GrantableCapacity;
  @PlaceId() placeId!: string;
}
/** A role as it is asked for and as it is recorded. */
class RoleTerms extends RoleAtPlace {
  /** When the role ends. If left out, it has no end. */
  @Optional() @Instant() until?: string;
}
/** Grants a capacity at a place. Only a department grants `department` and `auditor`. */
export class GrantRole extends RoleTerms {
  declare static readonly facts: { place: Standing };
}
/** Revokes a capacity at a place. */
export class RevokeRole extends RoleAtPlace {}

/** Given by the system when the erasure of the person was confirmed. */
export class EndRegistration {}

/** `householdId` is absent if the person lives in no registered household. */
export class PersonRegistered extends Registration {
  static readonly schemaVersion = 2;
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Personal('personId') @Text(1, 60) name!: string;
  @Personal('personId') @Optional() @Text(1, 120) contact?: string;
  @Personal('personId') @Optional() @Day() bornOn?: string;

  /** Version 1 has no day of birth. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
/** The corrected entry. If `contact` is absent, the person has none. */
export class PersonCorrected {
  static readonly schemaVersion = 2;
  @PersonId() personId!: string;
  @Personal('personId') @Text(1, 60) name!: string;
  @Personal('personId') @Optional() @Text(1, 120) contact?: string;
  @Personal('personId') @Optional() @Day() bornOn?: string;

  /** Version 1 has no day of birth. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class HouseholdMoved extends Move {
  @PersonId() personId!: string;
}
export class RoleGranted extends RoleTerms {
  @PersonId() personId!: string;
}
export class RoleRevoked extends RoleAtPlace {
  @PersonId() personId!: string;
}

/** A role that ended with the registration. */
export class EndedRole extends RoleAtPlace {}
/** The person was erased. All roles end, and the entry cannot be changed any more. */
export class RegistrationEnded {
  @PersonId() personId!: string;
  @Many(() => EndedRole, 0, mostRoles) roles!: EndedRole[];
}

/** A capacity granted at a place. */
export interface Role {
  readonly capacity: GrantableCapacity;
  readonly placeId: string;
  /** The UTC instant at which it ends. If absent, it has no end. */
  readonly until?: string;
}

interface Home {
  readonly householdId: string;
  readonly since: string;
}
/** A person in the register. */
export interface Person {
  readonly placeId: string;
  readonly householdId: string | null;
  /** The households in which the person has lived, oldest first. */
  readonly homes: readonly Home[];
  readonly name: string;
  readonly contact?: string;
  readonly bornOn?: string;
  /** The granted roles, including those that have ended: check `until` when you ask what a person may do. */
  readonly roles: readonly Role[];
  /** True if the person was erased. Name, contact and day of birth are then absent. */
  readonly ended?: true;
}

/** Refusal codes of the commands of a person. */
export type PersonRefusal =
  | 'person.erased'
  | 'registry.person-exists'
  | 'registry.person-not-found'
  | 'registry.contact-or-none'
  | 'registry.place-merged'
  | 'registry.not-a-household'
  | 'registry.head-of-a-household'
  | 'registry.role-over-already'
  | 'registry.capacity-reserved'
  | 'registry.too-many-roles';

/** Capacities with rights beyond a village. A cadre cannot grant or revoke them. */
const reserved: readonly Capacity[] = ['department', 'auditor'];
/** Capacities that belong to a household and end when the person moves out. */
const ofTheHousehold: readonly Capacity[] = ['resident', 'household-head'];

/** A person: the register entry and the granted roles (domain.md, Actors). */
export const person = defineDecider<Person | null, PersonRefusal>()({
  stream: 'person',
  initial: null,
  commands: { RegisterPerson, CorrectPerson, MoveHousehold, GrantRole, RevokeRole, EndRegistration },
  events: { PersonRegistered, PersonCorrected, HouseholdMoved, RoleGranted, RoleRevoked, RegistrationEnded },
  decide: {
    RegisterPerson: (state, { placeId, name, contact, bornOn }, { id: personId, facts, event }) => {
      if (state !== null) return refuse('registry.person-exists', { person: personId });
      if (facts.place.mergedInto !== null) return refuse('registry.place-merged', { place: placeId, into: facts.place.mergedInto });
      const known = {
        personId,
        placeId,
        name,
        ...(contact !== undefined && { contact }),
        ...(bornOn !== undefined && { bornOn }),
      };
      if (facts.place.level !== 'household') return [event('PersonRegistered', known)];
      return [
        event('PersonRegistered', { ...known, householdId: placeId }),
        event('RoleGranted', { personId, capacity: 'resident', placeId }),
      ];
    },
    CorrectPerson: (state, { withoutContact, ...data }, { id: personId }) => {
      if (state === null) return refuse('registry.person-not-found', { person: personId });
      if (state.ended) return refuse('person.erased');
      if (withoutContact && data.contact !== undefined) return refuse('registry.contact-or-none');
      const before = { name: state.name, contact: withoutContact ? undefined : state.contact, bornOn: state.bornOn };
      const { name, contact, bornOn } = { ...before, ...data };
      if (name === state.name && contact === state.contact && bornOn === state.bornOn) return [];
      const known = { personId, name, ...(contact !== undefined && { contact }), ...(bornOn !== undefined && { bornOn }) };
      return [{ type: 'PersonCorrected', data: known }];
    },
    MoveHousehold: (state, { householdId }, { id: personId, facts, event }) => {
      if (state === null) return refuse('registry.person-not-found', { person: personId });
      if (state.ended) return refuse('person.erased');
      if (facts.household.level !== 'household') return refuse('registry.not-a-household', { place: householdId });
      if (facts.household.mergedInto !== null)
        return refuse('registry.place-merged', { place: householdId, into: facts.household.mergedInto });
      if (state.householdId === householdId) return [];
      const left = state.roles.filter(({ capacity, placeId }) => placeId === state.householdId && ofTheHousehold.includes(capacity));
      return [
        event('HouseholdMoved', { personId, householdId }),
        ...left.map(({ capacity, placeId }) => event('RoleRevoked', { personId, capacity, placeId })),
        event('RoleGranted', { personId, capacity: 'resident', placeId: householdId }),
      ];
    },
    GrantRole: (state, role, { id: personId, at, capacity: granter, facts }) => {
      if (state === null) return refuse('registry.person-not-found', { person: personId });
      if (state.ended) return refuse('person.erased');
      if (granter === 'cadre' && reserved.includes(role.capacity)) return refuse('registry.capacity-reserved', { capacity: role.capacity });
      if (facts.place.mergedInto !== null) return refuse('registry.place-merged', { place: role.placeId, into: facts.place.mergedInto });
      if (role.capacity === 'household-head' && facts.place.level !== 'household')
        return refuse('registry.head-of-a-household', { place: role.placeId });
      if (role.until !== undefined && role.until <= at) return refuse('registry.role-over-already', { until: role.until });
      const held = state.roles.find(sameAs(role));
      if (held && held.until === role.until) return [];
      if (!held && state.roles.length >= mostRoles) return refuse('registry.too-many-roles', { most: mostRoles });
      return [{ type: 'RoleGranted', data: { personId, ...role } }];
    },
    RevokeRole: (state, role, { id: personId, capacity: revoker }) => {
      if (state === null) return refuse('registry.person-not-found', { person: personId });
      if (state.ended) return refuse('person.erased');
      if (revoker === 'cadre' && reserved.includes(role.capacity)) return refuse('registry.capacity-reserved', { capacity: role.capacity });
      return state.roles.some(sameAs(role)) ? [{ type: 'RoleRevoked', data: { personId, ...role } }] : [];
    },
    EndRegistration: (state, _, { id: personId, event }) => {
      if (state === null) return refuse('registry.person-not-found', { person: personId });
      if (state.ended) return [];
      return [event('RegistrationEnded', { personId, roles: state.roles.map(({ capacity, placeId }) => ({ capacity, placeId })) })];
    },
  },
  evolve: {
    PersonRegistered: (_, { placeId, householdId, name, contact, bornOn }, { at }) => ({
      placeId,
      householdId: householdId ?? null,
      homes: householdId === undefined ? [] : [{ householdId, since: at }],
      name,
      ...(contact !== undefined && { contact }),
      ...(bornOn !== undefined && { bornOn }),
      roles: [],
    }),
    PersonCorrected: (state, { name, contact, bornOn }) => state && { ...state, name, contact, ...(bornOn !== undefined && { bornOn }) },
    HouseholdMoved: (state, { householdId }, { at }) =>
      state && { ...state, placeId: householdId, householdId, homes: [...state.homes, { householdId, since: at }] },
    RoleGranted: (state, { capacity, placeId, until }) => {
      const role = { capacity, placeId, ...(until !== undefined && { until }) };
      return state && { ...state, roles: [...state.roles.filter((held) => !sameAs(role)(held)), role] };
    },
    RoleRevoked: (state, role) => state && { ...state, roles: state.roles.filter((held) => !sameAs(role)(held)) },
    RegistrationEnded: (state) => state && { ...state, roles: [], ended: true },
  },
});

const sameAs = (role: Pick<Role, 'capacity' | 'placeId'>) => (held: Role) =>
  held.capacity === role.capacity && held.placeId === role.placeId;
