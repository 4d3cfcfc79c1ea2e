import type { Buses } from '../bus/buses.js';
import type { Application } from '../../application/application.js';
import type { CommandDefinition } from '../../application/kernel/command.js';
import type { QueryDefinition } from '../../application/kernel/query.js';
import type { Stuck } from '../../application/process/runner.js';
import type { Issuer } from '../auth/issuer.js';
import type { Build } from '../../application/ports/projection-store.js';
import type { Outage } from '../outages.js';
import type { Position } from '../../projections/position.js';

/** What the HTTP layer needs of the running application. */
export interface AppContext extends Application, Buses {
  /** All builds as last reported by the projector. */
  readonly builds: () => readonly Build[];
  /** Where the log ended when the stores were opened. */
  readonly endAtStart: Position;
  readonly issuer: Issuer;
  readonly commands: readonly CommandDefinition[];
  readonly queries: readonly QueryDefinition[];
  /** False: commands and queries are answered by other processes, and this one tells only how it is. */
  readonly answersRequests: boolean;
  /** The stores that do not work at present. */
  readonly failing: () => Promise<readonly Outage[]>;
  /** While the log cannot be read: the instant (ISO 8601) after which what was recorded may be missing in the rows; else null. */
  readonly asOf: () => string | null;
  /** Due commands that were refused or failed, with the reason; empty if all is well. */
  readonly stuck: () => readonly Stuck[];
}
export const APP_CONTEXT = Symbol('app-context');
export const HTTP_SETTINGS = Symbol('http-settings');
/** Token of an AbortSignal that is aborted when the server begins to close. */
export const STOPPING = Symbol('stopping');
