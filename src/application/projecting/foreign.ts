import type { EventReader } from '../ports/event-log.js';
import type { Build } from '../ports/projection-store.js';
import type { Position } from '../../projections/position.js';

/** A build that was made from another log, for example when a restored copy of `log.db` has grown differently since. */
export interface Foreign {
  readonly name: string;
  readonly version: number;
  readonly position: Position;
  /** Id of the event that the build folded at `position`. */
  readonly folded: string;
  /** Id of the event at `position` in this log; null if there is none. */
  readonly stored: string | null;
  /** True if it is kept, because the log may only lag behind it. */
  readonly isKept?: true;
}

/** Returns a function that answers null for a build that was made from this log. */
export function foreignTo(log: EventReader): (build: Pick<Build, 'name' | 'version' | 'lastEvent'>) => Promise<Foreign | null> {
  const ids = new Map<Position, Promise<string | null>>();
  const idAt = (position: Position): Promise<string | null> => {
    const known = ids.get(position) ?? log.at(position).then((event) => event?.id ?? null);
    ids.set(position, known);
    return known;
  };
  return async ({ name, version, lastEvent }) => {
    if (lastEvent === null) return null;
    const { id: folded, position } = lastEvent;
    const stored = await idAt(position);
    return stored === folded ? null : { name, version, position, folded, stored };
  };
}
