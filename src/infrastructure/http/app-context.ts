import type { CommandDefinition, QueryDefinition } from '../../application/kernel/use-case.js';
import type { Aggregates } from '../../application/kernel/aggregates.js';
import type { Authority } from '../../application/kernel/authority.js';
import type { BallotCounts } from '../../application/contexts/platform/ballot-results.js';
import type { EventLog } from '../../application/ports/event-log.js';
import type { Execute } from '../../application/kernel/execute.js';
import type { Stuck } from '../../application/process/runner.js';
import type { Clock } from '../../application/ports/clock.js';
import type { ReadModels } from '../../application/ports/read-models.js';
import type { Issuer } from '../auth/issuer.js';
import type { Build } from '../../application/ports/projection-store.js';

/** What the HTTP layer is given: the application, running. */
export interface AppContext {
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
  readonly commands: readonly CommandDefinition[];
  readonly queries: readonly QueryDefinition[];
  /** The stores that cannot be written at present. */
  readonly failing: () => readonly ('log' | 'read-models')[];
  /** Entries of the agenda that were refused or failed, with the reason; empty when all is well. */
  readonly stuck: () => readonly Stuck[];
}
export const APP_CONTEXT = Symbol('app-context');
