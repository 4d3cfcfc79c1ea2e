import type { Capacity } from '../../domain/shared/capacity.js';

/** A capacity held at a place. */
export interface Grant {
  readonly capacity: Capacity;
  readonly placeId: string;
  /** ISO 8601 instant until which it holds; without end when it is absent. */
  readonly until?: string;
}

/** The person of a token: the id, and the grants that the issuer vouches for. */
export interface Actor {
  readonly id: string;
  readonly grants: readonly Grant[];
}

/** The actor of policies. */
export const system: Actor = { id: 'system', grants: [] };

/**
 * Who may. `over`: a capacity held at the place concerned or above it (a cadre of the town acts in its villages). `of`: a capacity
 * held at the place concerned or below it (a resident of a compound belongs to the county). `as`: any person whom the decider finds
 * entitled (the guardian of this plot, an owner on this roll), who acts in this capacity. `signed-in`: any person, to read what is
 * their own. `public`: needs no token. `system`: policies only, not served.
 */
export type Allow =
  | 'public'
  | 'signed-in'
  | 'system'
  | { readonly over?: readonly Capacity[]; readonly of?: readonly Capacity[] }
  | { readonly as: Capacity };

/** The person who reads. */
export interface Viewer {
  readonly id: string;
  /** True when the viewer holds one of the capacities over the place (an auditor of the county over all its places). */
  holds(capacities: readonly Capacity[], place: string): Promise<boolean>;
}
