import type { Grant } from './actor.js';

/** The people and places that rights depend on. The registry context implements it. */
export interface Directory {
  /** The grants that the log gives to a person; none for an unknown person. */
  grantsOf(personId: string): Promise<readonly Grant[]>;
  /** Whether the person was erased: nobody enters anything for them any more. */
  isErased(personId: string): Promise<boolean>;
  /** Null if there is no such place. `mergedInto` is the place that it was merged into; null if it was not merged. */
  placeOf(placeId: string): Promise<{ readonly mergedInto: string | null } | null>;
}
