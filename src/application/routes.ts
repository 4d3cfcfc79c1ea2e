import { registryCommands, registryQueries } from './registry.routes.js';
import type { CommandRow, QueryRow } from './use-case.js';

/** Every command that can be given. */
export const commands: readonly CommandRow[] = [
  ...registryCommands,
];

/** Every question that can be asked. */
export const queries: readonly QueryRow[] = [
  ...registryQueries,
];
