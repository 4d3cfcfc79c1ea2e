import type { Role } from '../../domain/registry/person.js';
import { defineProjection, revised, type Revised } from '../projection.js';

/** Holds personal data: shown to the person, the cadres over the place and auditors only. */
export interface PersonRow extends Revised {
  readonly personId: string;
  readonly placeId: string;
  readonly householdId?: string;
  readonly name: string;
  readonly contact?: string;
}

const withoutContact = ({ contact: _, ...row }: PersonRow): PersonRow => row;

/** The register of people. The key is the person's id. */
export const people = defineProjection<PersonRow>({
  name: 'people',
  version: 2,
  on: revised<PersonRow>({
    PersonRegistered: { keys: ({ subject }) => [subject], fold: (_, { data }) => data },
    PersonCorrected: { keys: ({ subject }) => [subject], fold: (row, { data }) => row && { ...withoutContact(row), ...data } },
    HouseholdMoved: {
      keys: ({ subject }) => [subject],
      fold: (row, { data: { householdId } }) => row && { ...row, placeId: householdId, householdId },
    },
    RoleGranted: { keys: ({ subject }) => [subject], fold: (row) => row },
    RoleRevoked: { keys: ({ subject }) => [subject], fold: (row) => row },
  }),
});

export interface RoleRow extends Role {
  readonly personId: string;
  readonly since: string;
}

const rolesKeys = ({ subject, data: { capacity, placeId } }: { subject: string; data: Pick<Role, 'capacity' | 'placeId'> }) => [
  `person/${subject}/${capacity}/${placeId}`,
  `place/${placeId}/${capacity}/${subject}`,
];

/** Who holds which capacity where. Keys: `person/<id>/<capacity>/<place>` and `place/<place>/<capacity>/<id>`. */
export const roles = defineProjection<RoleRow>({
  name: 'roles',
  version: 1,
  on: {
    RoleGranted: { keys: rolesKeys, fold: (row, { data, at }) => ({ ...data, since: row?.since ?? at }) },
    RoleRevoked: { keys: rolesKeys, fold: () => null },
  },
});
