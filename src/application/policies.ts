import type { Policies } from './policy.js';
import { guardianshipPolicies } from './guardianship.policies.js';

/** The policies of all contexts. */
export const policies: readonly Policies[] = [
  guardianshipPolicies,
];
