import type { CommandRow, QueryRow } from './use-case.js';

/** Every command that can be given. */
export const commands: readonly CommandRow[] = [
];

/** Every question that can be asked. */
export const queries: readonly QueryRow[] = [
];
