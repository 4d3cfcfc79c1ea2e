import type { MeritRulesVersion } from '../../domain/guardianship/merit-rules.js';
import { defineProjection } from '../projection.js';

/** All versions of the merit rules. The key is `<place>~<version>`. */
export const meritRulesVersions = defineProjection<MeritRulesVersion>({
  name: 'merit-rules',
  version: 1,
  writeOnce: true,
  on: {
    MeritRulesAdopted: {
      keys: ({ data: { placeId, version } }) => [`${placeId}~${String(version).padStart(4, '0')}`],
      evolve: (_, { data }) => data,
    },
  },
});
