import type { Role } from '../../domain/registry/person.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** Contains personal data: only the person, cadres over the place and auditors may read it. */
export interface PersonRow extends Revised {
  readonly personId: string;
  readonly placeId: string;
  readonly householdId?: string;
  readonly name: string;
  readonly contact?: string;
}

const withoutContact = ({ contact: _, ...row }: PersonRow): PersonRow => row;

/** The register of people. The key is the person id. */
export const people = defineProjection<PersonRow>({
  name: 'people',
  version: 3,
  on: revised<PersonRow>({
    PersonRegistered: { keys: ({ aggregateId }) => [aggregateId], evolve: (_, { data }) => data },
    PersonCorrected: { keys: ({ aggregateId }) => [aggregateId], evolve: (row, { data }) => row && { ...withoutContact(row), ...data } },
    HouseholdMoved: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (row, { data: { householdId } }) => row && { ...row, placeId: householdId, householdId },
    },
    RoleGranted: { keys: ({ aggregateId }) => [aggregateId], evolve: (row) => row },
    RoleRevoked: { keys: ({ aggregateId }) => [aggregateId], evolve: (row) => row },
    RegistrationEnded: { keys: ({ aggregateId }) => [aggregateId], evolve: (row) => row },
  }),
});

/** A capacity held by a person. */
export interface RoleRow extends Role {
  readonly personId: string;
  readonly since: string;
}

const rolesKeys = ({ aggregateId, data: { capacity, placeId } }: { aggregateId: string; data: Pick<Role, 'capacity' | 'placeId'> }) => [
  `person/${aggregateId}/${capacity}/${placeId}`,
  `place/${placeId}/${capacity}/${aggregateId}`,
];

/** Roles. The keys are `person/<id>/<capacity>/<place>` and `place/<place>/<capacity>/<id>`. */
export const roles = defineProjection<RoleRow>({
  name: 'roles',
  version: 2,
  on: {
    RoleGranted: { keys: rolesKeys, evolve: (row, { data, at }) => ({ ...data, since: row?.since ?? at }) },
    RoleRevoked: { keys: rolesKeys, evolve: () => null },
    RegistrationEnded: {
      keys: ({ aggregateId, data }) => data.roles.flatMap((role) => rolesKeys({ aggregateId, data: role })),
      evolve: () => null,
    },
  },
});
