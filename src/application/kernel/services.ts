import type { Opening } from './sealing.js';
import type { TrailReader } from '../ports/trail.js';
import type { Withholding } from './withholding.js';

/**
 * Services for commands and queries besides streams and rows. A context adds its own by declaration merging, beside the class:
 * `declare module '../../kernel/services.js' { interface Services { readonly ballotCounts: BallotCounts } }`.
 */
export interface Services {
  readonly withholding: Withholding;
  /** The index of the audit trail. */
  readonly trail: TrailReader;
  /** For what is written otherwise than as JSON: an answer in JSON is opened when it is sent. */
  readonly opening: Opening;
  /** Destroys the key of a person, and drops what was opened with it and is kept in memory. */
  readonly forget: (owner: string) => Promise<void>;
}
