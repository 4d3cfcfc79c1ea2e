import type { Capacity } from '../../domain/shared/capacity.js';
import { programActors } from '../../domain/shared/program-actors.js';

/** A capacity held at a place. */
export interface Grant {
  readonly capacity: Capacity;
  readonly placeId: string;
  /** ISO 8601 instant until which it is valid; without it there is no end. */
  readonly until?: string;
}

/** The person of a token: the id, and the grants that the token's issuer states. */
export interface Actor {
  readonly id: string;
  readonly grants: readonly Grant[];
}

/** The actor of policies. */
export const system: Actor = { id: programActors.policies, grants: [] };

/**
 * Who may do something. `over`: a capacity held at the place concerned or above it (a cadre of the town acts in its villages). `of`: a
 * capacity held at the place concerned or below it (a resident of a compound belongs to the county). `self`: also the person whom the `:id`
 * of the path names. `as`: any person; the decider
 * checks whether they are entitled (the guardian of this plot, an owner on this roll), and they act in this capacity. `signed-in`: any
 * person, to read their own data. `public`: no token needed. `system`: policies only, not served over HTTP.
 */
export type Allow =
  | 'public'
  | 'signed-in'
  | 'system'
  | { readonly over?: readonly Capacity[]; readonly of?: readonly Capacity[]; readonly self?: true }
  | { readonly as: Capacity };

/** The capacities that a rule names. */
export const rolesOf = (allow: Allow): readonly Capacity[] =>
  typeof allow === 'object' && !('as' in allow) ? [...(allow.over ?? []), ...(allow.of ?? [])] : [];

/** The person who reads. */
export interface Viewer {
  readonly id: string;
  /** True if the viewer holds one of the capacities at the place or above it (an auditor of the county sees all its places). */
  holds(capacities: readonly Capacity[], place: string): Promise<boolean>;
}
