import { registryCommands, registryQueries } from './registry.routes.js';
import type { CommandRow, QueryRow } from './use-case.js';
import { guardianshipCommands } from './guardianship.routes.js';
import { guardianshipQueries } from './guardianship.queries.js';

/** Every command that can be given. */
export const commands: readonly CommandRow[] = [
  ...registryCommands,
  ...guardianshipCommands,
];

/** Every question that can be asked. */
export const queries: readonly QueryRow[] = [
  ...registryQueries,
  ...guardianshipQueries,
];
