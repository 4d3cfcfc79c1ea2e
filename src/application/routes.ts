import { registryCommands } from './contexts/registry/commands.js';
import { registryQueries } from './contexts/registry/queries.js';
import { covenantCommands } from './contexts/covenant/commands.js';
import { covenantQueries } from './contexts/covenant/queries.js';
import type { CommandDefinition, QueryDefinition } from './kernel/use-case.js';
import { auditQueries } from './contexts/audit/queries.js';
import { contestCommands } from './contexts/contest/commands.js';
import { contestQueries } from './contexts/contest/queries.js';
import { guardianshipCommands } from './contexts/guardianship/commands.js';
import { guardianshipQueries } from './contexts/guardianship/queries.js';
import { platformQueries } from './contexts/platform/queries.js';
import { platformCommands } from './contexts/platform/commands.js';
import { renovationQueries } from './contexts/renovation/queries.js';
import { renovationCommands } from './contexts/renovation/commands.js';

/** Every command that can be given. */
export const commands: readonly CommandDefinition[] = [
  ...registryCommands,
  ...covenantCommands,
  ...guardianshipCommands,
  ...contestCommands,
  ...renovationCommands,
  ...platformCommands,
];

/** Every question that can be asked. */
export const queries: readonly QueryDefinition[] = [
  ...registryQueries,
  ...covenantQueries,
  ...guardianshipQueries,
  ...contestQueries,
  ...auditQueries,
  ...renovationQueries,
  ...platformQueries,
];
