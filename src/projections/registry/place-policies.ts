import type { PolicyVersion } from '../../domain/shared/policy.js';
import { defineProjection } from '../projection.js';

/** All versions of the policies of places. The key is `<place>~<version>`. */
export const placePolicies = defineProjection<PolicyVersion>({
  name: 'place-policies',
  version: 1,
  writeOnce: true,
  on: {
    PlacePolicyAdopted: {
      keys: ({ data: { placeId, version } }) => [`${placeId}~${String(version).padStart(4, '0')}`],
      evolve: (_, { data }) => data,
    },
  },
});
