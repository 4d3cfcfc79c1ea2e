import { assistedChannels, capacities, type Capacity } from '../../domain/shared/capacity.js';
import { isWithin, lineage } from '../../domain/shared/place-id.js';
import type { Clock } from '../ports/clock.js';
import { type Actor, type Allow, type Grant, system, type Viewer } from './actor.js';
import type { Request } from './command.js';
import type { Directory } from './directory.js';

/** Capacities that may enter for others what came on paper or at the door. */
const assistants: readonly Capacity[] = ['volunteer', 'moderator', 'cadre', 'department'];
/** Capacities in which others may be entered for. Official roles cannot be delegated. */
const entered: readonly Capacity[] = ['resident', 'household-head', 'guardian', 'party-member', 'organization-lead'];

/**
 * Checks who may do what, and where. A person's grants are those stated by the token's issuer and those in the log. A role that is
 * revoked in the log ends at once.
 */
export class Authority {
  constructor(
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  /** The capacity in which a command is given, or null if none is allowed to. */
  async capacityFor(request: Request, concerned: string | null): Promise<Capacity | null> {
    const { definition, sender } = request;
    if (sender === system) return 'system';
    if (definition.allow === 'system') return null;
    const { onBehalfOf, occurredAt, capacity } = request;
    const allow = isOneself(request) ? 'signed-in' : definition.allow;
    if (onBehalfOf === undefined && occurredAt === undefined) return await this.choose(sender, allow, concerned, capacity);
    if (!assistedChannels.includes(request.channel)) return null;
    if (onBehalfOf === undefined) return this.choose(sender, officially(definition.allow), concerned, capacity);
    const [assistant, isErased, chosen] = await Promise.all([
      this.choose(sender, { over: assistants }, concerned, undefined),
      this.directory.isErased(onBehalfOf),
      this.choose({ id: onBehalfOf, grants: [] }, allow, concerned, capacity, entered),
    ]);
    return assistant === null || isErased ? null : chosen;
  }

  viewer(actor: Actor): Viewer {
    return { id: actor.id, holds: async (capacities, at) => (await this.choose(actor, { over: capacities }, at, undefined)) !== null };
  }

  /** Whether somebody may run a query about a place. */
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
    const granted = (await this.directory.grantsOf(actor.id)).filter(({ capacity }) => among.includes(capacity));
    const found = pick(granted, allow, concerned, wished, this.now);
    if (found) return found;
    if (typeof allow === 'string') return wished === undefined || wished === 'resident' ? 'resident' : null;
    const moved = await this.afterMergers([...actor.grants, ...granted]);
    return moved === null ? null : pick(moved, allow, concerned, wished, this.now);
  }

  /** Moves grants at merged places to the place that they were merged into; null if no grant is at a merged place. */
  private async afterMergers(grants: readonly Grant[]): Promise<readonly Grant[] | null> {
    const moved = await Promise.all(grants.map(async (grant) => ({ ...grant, placeId: await this.successor(grant.placeId) })));
    return moved.some((grant, index) => grant.placeId !== grants[index]?.placeId) ? moved : null;
  }

  private async successor(placeId: string): Promise<string> {
    for (const ancestor of lineage(placeId)) {
      const into = (await this.directory.placeOf(ancestor))?.mergedInto;
      if (into) return this.successor(into + placeId.slice(ancestor.length));
    }
    return placeId;
  }

  private readonly now = (): string => this.clock.now().toISOString();
}

/**
 * The official capacities of a rule. Only those who enter for others may say when it happened: otherwise voters could date their own
 * vote back.
 */
const officially = (allow: Allow): Allow => ({
  over: typeof allow === 'string' || isAs(allow) ? [] : (allow.over ?? []).filter((capacity) => assistants.includes(capacity)),
});

/** Whether the person who acts is the one that the path names, where the rule lets that person act. */
const isOneself = ({ definition: { allow }, params, sender, onBehalfOf }: Request): boolean =>
  typeof allow === 'object' && 'self' in allow && params['id'] === (onBehalfOf ?? sender.id);

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
    // an auditor may act as a resident, but no command is given in the capacity of an auditor
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
  // the definition lists the capacities by precedence: a party member who is also a resident adopts as a party member
  const order = typeof allow === 'string' ? [] : [...(allow.over ?? []), ...(allow.of ?? [])];
  return grants.filter(fits).toSorted((a, b) => order.indexOf(a.capacity) - order.indexOf(b.capacity))[0]?.capacity ?? null;
}
