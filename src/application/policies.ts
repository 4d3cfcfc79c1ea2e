import type { Policies } from './policy.js';

/** The policies of all contexts. */
export const policies: readonly Policies[] = [
];
