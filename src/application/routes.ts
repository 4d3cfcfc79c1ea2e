import { registryCommands, registryQueries } from './registry.routes.js';
import { covenantCommands, covenantQueries } from './covenant.routes.js';
import type { CommandRow, QueryRow } from './use-case.js';
import { auditQueries } from './audit.routes.js';
import { contestCommands, contestQueries } from './contest.routes.js';
import { guardianshipCommands } from './guardianship.routes.js';
import { guardianshipQueries } from './guardianship.queries.js';
import { platformQueries } from './platform.queries.js';
import { platformCommands } from './platform.routes.js';
import { renovationQueries } from './renovation.queries.js';
import { renovationCommands } from './renovation.routes.js';

/** Every command that can be given. */
export const commands: readonly CommandRow[] = [
  ...registryCommands,
  ...covenantCommands,
  ...guardianshipCommands,
  ...contestCommands,
  ...renovationCommands,
  ...platformCommands,
];

/** Every question that can be asked. */
export const queries: readonly QueryRow[] = [
  ...registryQueries,
  ...covenantQueries,
  ...guardianshipQueries,
  ...contestQueries,
  ...auditQueries,
  ...renovationQueries,
  ...platformQueries,
];
