import type { CommandRow, QueryRow } from '../../application/use-case.js';
import type { Aggregates } from '../../application/aggregates.js';
import type { Authority } from '../../application/authority.js';
import type { BallotCounts } from '../../application/ballot-results.js';
import type { EventLog } from '../../application/event-log.js';
import type { Execute } from '../../application/execute.js';
import type { Stuck } from '../../application/agenda.js';
import type { Clock } from '../../application/ports.js';
import type { ReadModels } from '../../application/read-models.js';
import type { Issuer } from '../auth/issuer.js';
import type { Build } from '../../application/projection-store.js';

/** What the HTTP layer is given: the application, running. */
export interface Shell {
  readonly log: EventLog;
  readonly readModels: ReadModels;
  /** The projections' tables as the runner last told. */
  readonly builds: () => readonly Build[];
  readonly aggregates: Aggregates;
  readonly authority: Authority;
  readonly counts: BallotCounts;
  readonly execute: Execute;
  readonly clock: Clock;
  readonly issuer: Issuer;
  readonly commands: readonly CommandRow[];
  readonly queries: readonly QueryRow[];
  /** The stores that cannot be written at present. */
  readonly failing: () => readonly ('log' | 'read-models')[];
  /** Entries of the agenda that were refused or failed, with the reason; empty when all is well. */
  readonly stuck: () => readonly Stuck[];
}
export const SHELL = Symbol('shell');
