import type { EventReader } from '../ports/event-log.js';
import type { Build } from '../ports/projection-store.js';

/** A build that was made from another log, for example when a restored copy of `log.db` has grown differently since. */
export interface Foreign {
  readonly name: string;
  readonly version: number;
  readonly position: number;
  /** Id of the event that the build folded at `position`; null in files of earlier versions, which did not store it. */
  readonly folded: string | null;
  /** Id of the event at `position` in this log; null if there is none. */
  readonly stored: string | null;
}

/** Returns a function that answers null for a build that was made from this log. */
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
