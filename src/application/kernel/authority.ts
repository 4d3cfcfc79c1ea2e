import { assistedChannels, capacities, type Capacity } from '../../domain/shared/capacity.js';
import { isWithin, lineage } from '../../domain/shared/place-id.js';
import { place } from '../../domain/registry/place.js';
import { person } from '../../domain/registry/person.js';
import type { Aggregates } from './aggregates.js';
import type { Actor, Request } from './execute.js';
import type { Clock } from '../ports/clock.js';
import type { Allow, Viewer } from './use-case.js';

/** A capacity held at a place. */
export interface Grant {
  readonly capacity: Capacity;
  readonly placeId: string;
  /** Until when; without end when it is absent. */
  readonly until?: string;
}

/** Who policies act as. */
export const system: Actor = { id: 'system', grants: [] };

/** May enter for others what reached them on paper or at the door. */
const assistants: readonly Capacity[] = ['volunteer', 'moderator', 'cadre', 'department'];
/** In these capacities somebody may be entered for. An office is nobody's to lend: an assistant who could act as a cadre would be one. */
const entered: readonly Capacity[] = ['resident', 'household-head', 'guardian', 'party-member', 'organization-lead'];

/**
 * Tells who may do what where. A person's grants are what the issuer of the token vouches for and what the log says:
 * a role revoked in the log ends at once.
 */
export class Authority {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly clock: Clock,
  ) {}

  /** The capacity in which a command is given, or null when none allows it. */
  async capacityFor(request: Request, concerned: string | null): Promise<Capacity | null> {
    const { definition, sender } = request;
    if (sender === system) return 'system';
    if (definition.allow === 'system') return null;
    const { onBehalfOf, occurredAt, capacity } = request;
    if (onBehalfOf === undefined && occurredAt === undefined) return this.choose(sender, definition.allow, concerned, capacity);
    if (!assistedChannels.includes(request.channel)) return null;
    if (onBehalfOf === undefined) return this.choose(sender, officially(definition.allow), concerned, capacity);
    if ((await this.choose(sender, { over: assistants }, concerned, undefined)) === null) return null;
    return this.choose({ id: onBehalfOf, grants: [] }, definition.allow, concerned, capacity, entered);
  }

  viewer(actor: Actor): Viewer {
    return { id: actor.id, holds: async (capacities, at) => (await this.choose(actor, { over: capacities }, at, undefined)) !== null };
  }

  /** Whether somebody may ask a question about a place. */
  async mayRead(actor: Actor | null, allow: Allow, concerned: string): Promise<boolean> {
    if (allow === 'public') return true;
    if (actor === null) return false;
    return (
      (await this.choose(
        actor,
        typeof allow === 'string' || isAs(allow) ? allow : { ...allow, over: [...(allow.over ?? []), 'auditor'] },
        concerned,
        undefined,
      )) !== null
    );
  }

  private async choose(
    actor: Actor,
    allow: Allow,
    concerned: string | null,
    wished: Capacity | undefined,
    among: readonly Capacity[] = capacities,
  ): Promise<Capacity | null> {
    if (allow === 'system') return null;
    if (isAs(allow)) return wished === undefined || wished === allow.as ? allow.as : null;
    const vouched = pick(actor.grants, allow, concerned, wished, this.now);
    if (vouched) return vouched;
    const { state } = await this.aggregates.load(person, actor.id);
    const granted: readonly Grant[] = state?.roles.filter((role) => among.includes(role.capacity)) ?? [];
    const found = pick(granted, allow, concerned, wished, this.now);
    if (found) return found;
    if (typeof allow === 'string') return wished === undefined || wished === 'resident' ? 'resident' : null;
    const moved = await this.afterMergers([...actor.grants, ...granted]);
    return moved === null ? null : pick(moved, allow, concerned, wished, this.now);
  }

  /** Grants at places that were merged hold at the place they were merged into; null when none was. */
  private async afterMergers(grants: readonly Grant[]): Promise<readonly Grant[] | null> {
    const moved = await Promise.all(grants.map(async (grant) => ({ ...grant, placeId: await this.successor(grant.placeId) })));
    return moved.some((grant, index) => grant.placeId !== grants[index]?.placeId) ? moved : null;
  }

  private async successor(placeId: string): Promise<string> {
    for (const ancestor of lineage(placeId)) {
      const { state } = await this.aggregates.load(place, ancestor);
      if (state?.mergedInto) return this.successor(state.mergedInto + placeId.slice(ancestor.length));
    }
    return placeId;
  }

  private readonly now = (): string => this.clock.now().toISOString();
}

/** What of this is an office. When it happened is for those to say who enter it for others: whoever could say it of their own vote would vote on days that are past. */
const officially = (allow: Allow): Allow => ({
  over: typeof allow === 'string' || isAs(allow) ? [] : (allow.over ?? []).filter((capacity) => assistants.includes(capacity)),
});

const isAs = (allow: Allow): allow is Extract<Allow, { readonly as: Capacity }> => typeof allow === 'object' && 'as' in allow;

function pick(
  grants: readonly Grant[],
  allow: Exclude<Allow, { readonly as: Capacity }>,
  concerned: string | null,
  wished: Capacity | undefined,
  now: () => string,
): Capacity | null {
  const fits = (grant: Grant): boolean => {
    if (wished !== undefined && grant.capacity !== wished) return false;
    if (grant.until !== undefined && grant.until <= now()) return false;
    // who is auditor may still act as the person that they are, but nobody writes as auditor
    if (typeof allow === 'string')
      return (
        grant.capacity !== 'auditor' && (concerned === null || isWithin(concerned, grant.placeId) || isWithin(grant.placeId, concerned))
      );
    if (concerned === null) return false;
    return (
      (allow.over?.includes(grant.capacity) === true && isWithin(concerned, grant.placeId)) ||
      (allow.of?.includes(grant.capacity) === true && isWithin(grant.placeId, concerned))
    );
  };
  // the row names the capacities in the order in which they count: who is party member and resident adopts as party member
  const order = typeof allow === 'string' ? [] : [...(allow.over ?? []), ...(allow.of ?? [])];
  return grants.filter(fits).toSorted((a, b) => order.indexOf(a.capacity) - order.indexOf(b.capacity))[0]?.capacity ?? null;
}
