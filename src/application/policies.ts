import type { Policies } from './policy.js';
import { contestPolicies } from './contest.policies.js';
import { covenantPolicies } from './covenant.policies.js';
import { guardianshipPolicies } from './guardianship.policies.js';
import { platformPolicies } from './platform.policies.js';
import { renovationPolicies } from './renovation.policies.js';

/** The policies of all contexts. */
export const policies: readonly Policies[] = [
  covenantPolicies,
  guardianshipPolicies,
  contestPolicies,
  renovationPolicies,
  platformPolicies,
];
