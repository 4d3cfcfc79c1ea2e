/**
 * The ids under which the program itself acts: for policies, for imports, and for the command line. They are no persons: their tokens
 * cannot be ended, and there is nothing personal of them to erase.
 */
export const programActors = { policies: 'system', imports: 'importer', commandLine: 'operator' } as const;

/** Whether the program itself acts under this id. */
export const isProgramActor = (id: string): boolean => Object.values<string>(programActors).includes(id);
