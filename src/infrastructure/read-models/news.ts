import type { Foreign } from '../../application/projecting/foreign.js';
import type { Build } from '../../application/ports/projection-store.js';

/** The part of pino's logger that is used. */
export interface ProjectorLogger {
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
}

/** Tells that read models were made from another log. */
export function tellForeign(logger: ProjectorLogger, foreign: readonly Foreign[]): void {
  const kept = foreign.filter(({ isKept }) => isKept);
  if (kept.length > 0)
    logger.warn(
      { foreign: kept },
      `${kept.length} read models are ahead of the node that the log is read from: they wait until it has come so far 读模型领先于所读的日志节点，等其追上`,
    );
  const dropped = foreign.filter(({ isKept }) => !isKept);
  const [first] = dropped;
  if (first)
    logger.warn(
      { foreign: dropped },
      `the read models were made from another log (${first.name} folded event ${first.folded} at position ${first.position}, where ` +
        `${first.stored === null ? 'this log has none' : `this log has ${first.stored}`}): ${dropped.length} are rebuilt from this ` +
        'log',
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
