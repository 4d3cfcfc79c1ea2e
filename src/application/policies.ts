import type { Policies } from './process/policy.js';
import { contestPolicies } from './contexts/contest/policies.js';
import { covenantPolicies } from './contexts/covenant/policies.js';
import { guardianshipPolicies } from './contexts/guardianship/policies.js';
import { platformPolicies } from './contexts/platform/policies.js';
import { renovationPolicies } from './contexts/renovation/policies.js';

/** The policies of all contexts. */
export const policies: readonly Policies[] = [
  covenantPolicies,
  guardianshipPolicies,
  contestPolicies,
  renovationPolicies,
  platformPolicies,
];
