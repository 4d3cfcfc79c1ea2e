import type { Withholding } from './withholding.js';

/**
 * What commands and queries may use beyond streams and rows. A context adds its own by declaration merging, beside the class:
 * `declare module '../../kernel/services.js' { interface Services { readonly ballotCounts: BallotCounts } }`.
 */
export interface Services {
  readonly withholding: Withholding;
}
