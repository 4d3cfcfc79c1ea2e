import type { PeriodRefusal } from '../shared/policy.js';
import type { Ballot, OpenBallotRefusal } from './ballot.js';
import type { Group } from './messages.js';

/**
 * The steps of domain.md row 13 up to the end of the public notice. `revision`: the design was rejected or an objection was upheld, and a
 * revised design is required. The steps after `effective` (funding, work, acceptance) are not built yet.
 */
export type RenovationPhase =
  'proposed' | 'consultation' | 'consulted' | 'design' | 'ballot' | 'counting' | 'adopted' | 'revision' | 'notice' | 'effective';

/** The state of a renovation. */
export interface Renovation {
  readonly id: string;
  readonly placeId: string;
  readonly phase: RenovationPhase;
  /** The end of the open consultation or public notice. */
  readonly until: string | null;
  readonly design: {
    readonly version: number;
    readonly document: string;
    readonly signatures: readonly { readonly group: Group; readonly by: string }[];
  } | null;
  /** The latest ballot. */
  readonly ballot: Ballot | null;
  readonly ballots: number;
  /** The objections without a ruling. */
  readonly objections: readonly { readonly id: string; readonly by: string }[];
}

/** Refusal codes of the commands of a renovation. */
export type RenovationRefusal =
  | OpenBallotRefusal
  | PeriodRefusal
  | 'renovation.exists'
  | 'renovation.not-a-compound'
  | 'renovation.not-due'
  | 'renovation.consultation-held'
  | 'renovation.not-in-consultation'
  | 'renovation.consultation-first'
  | 'renovation.design-exists'
  | 'renovation.no-design'
  | 'renovation.design-fixed'
  | 'renovation.design-superseded'
  | 'renovation.revision-first'
  | 'renovation.not-a-signing-group'
  | 'renovation.signs-for-another-group'
  | 'renovation.not-signed'
  | 'renovation.ballot-held'
  | 'renovation.no-ballot'
  | 'renovation.ballot-open'
  | 'renovation.not-adopted'
  | 'renovation.notice-held'
  | 'renovation.not-in-notice'
  | 'renovation.objection-limit'
  | 'renovation.objection-not-found'
  | 'renovation.own-objection'
  | 'renovation.objections-open';
