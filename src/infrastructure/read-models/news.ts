import type { Foreign } from '../../application/projecting/foreign.js';
import type { Build } from '../../application/ports/projection-store.js';

/** The part of pino's logger that is used. */
export interface ProjectorLogger {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

/** Tells that read models were made from another log. */
export function tellForeign(logger: ProjectorLogger, foreign: readonly Foreign[]): void {
  const [first] = foreign;
  if (first)
    logger.warn(
      { foreign },
      `the read models were made from another log (${first.name} folded event ${first.folded} at position ${first.position}, where ${first.stored === null ? 'this log has none' : `this log has ${first.stored}`}): ${foreign.length} are rebuilt from this log`,
    );
}

/** Tells of the projections that have stopped since. */
export function tellStopped(logger: ProjectorLogger, before: readonly Build[], builds: readonly Build[]): void {
  for (const { id, name, version, failure } of builds) {
    if (!failure || before.find((build) => build.id === id)?.failure) continue;
    logger.error(
      { projection: name, version, failure },
      `projection ${name} has stopped: it cannot fold event ${failure.type} ${failure.eventId} at position ${failure.position}`,
    );
  }
}
