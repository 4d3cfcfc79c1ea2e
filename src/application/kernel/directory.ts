import type { Grant } from './actor.js';

/** What rights need to know of people and places. The registry context answers. */
export interface Directory {
  /** The grants that the log gives a person; none for somebody unknown. */
  grantsOf(personId: string): Promise<readonly Grant[]>;
  /** Null when there is no such place. `mergedInto` is the place it was merged into, null when it stands. */
  placeOf(placeId: string): Promise<{ readonly mergedInto: string | null } | null>;
}
