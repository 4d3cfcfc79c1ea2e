import type { EventReader } from '../ports/event-log.js';
import type { Build } from '../ports/projection-store.js';

/** A build that was made from another log: one that was restored from a copy, say, and went on from there. */
export interface Foreign {
  readonly name: string;
  readonly version: number;
  readonly position: number;
  /** The event that the build took in at its position; null in files of earlier versions, which did not keep it. */
  readonly folded: string | null;
  /** The event that stands there in this log; null where there is none. */
  readonly stored: string | null;
}

/** Tells of builds whether they were made from another log; null for one that was made from this. */
export function foreignTo(log: EventReader): (build: Build) => Promise<Foreign | null> {
  const ids = new Map<number, Promise<string | null>>();
  const idAt = (position: number): Promise<string | null> => {
    const known = ids.get(position) ?? readId(log, position);
    ids.set(position, known);
    return known;
  };
  return async ({ name, version, position, lastEventId }) => {
    const stored = await idAt(position);
    return stored === lastEventId ? null : { name, version, position, folded: lastEventId, stored };
  };
}

async function readId(log: EventReader, position: number): Promise<string | null> {
  if (position > 0) for await (const [event] of log.readAll(position - 1, { until: position })) return event!.id;
  return null;
}
