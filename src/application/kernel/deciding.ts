import type { Capacity } from '../../domain/shared/capacity.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { EventMeta } from '../../projections/projection.js';
import type { CommandDefinition, DecidedEvent, Request, Target } from './command.js';
import { derivedId, newEventId } from './ids.js';

/* How a request becomes the arguments of a decider. */

/** What the request is about. */
class RequestTarget implements Target {
  readonly params: Target['params'];
  readonly data: object;
  readonly by: string;
  #newId: string | undefined;

  constructor(
    private readonly request: Request,
    private readonly key: string,
  ) {
    this.params = request.params;
    this.data = request.data;
    this.by = request.onBehalfOf ?? request.sender.id;
  }

  /** The same for every retry of the same request. Most commands create nothing and need none. */
  get newId(): string {
    const { definition, params, sender } = this.request;
    return (this.#newId ??= derivedId(sender.id, definition.command, JSON.stringify(params), this.key));
  }
}
export const targetOf = (request: Request, key: string): Target => new RequestTarget(request, key);

/** The id of the aggregate that a command is for. */
export const idOf = ({ stream }: CommandDefinition, target: Target): string =>
  stream ? stream(target) : (target.params['id'] ?? target.newId);

/** The meta of the events that a request leads to, as it is stored. */
export const metaOf = (
  request: Request,
  { key, hash }: { readonly key: string; readonly hash: string },
  { by, capacity, concerned }: { readonly by: string; readonly capacity: Capacity; readonly concerned: string | null },
): EventMeta => ({
  actor: by,
  capacity,
  channel: request.channel,
  place: concerned,
  enteredBy: enteredBy(request),
  correlation: request.correlation ?? newEventId(),
  causation: request.causation?.id,
  key,
  request: hash,
});

/** Whether the answer must hide the state of the stream: somebody enters a confidential act for another person. */
export const hidesStream = ({ definition, onBehalfOf }: Request): boolean => definition.confidential === true && onBehalfOf !== undefined;

/** Who entered it, if that is not the person who acts. */
const enteredBy = ({ onBehalfOf, sender }: Request): string | undefined => (onBehalfOf === undefined ? undefined : sender.id);

/** What a decider may use beside state and data (`Context` of decider.ts). */
class DecisionContext {
  readonly by: string;
  readonly enteredBy: string | undefined;

  constructor(
    request: Request,
    private readonly target: Target,
    readonly id: string,
    readonly at: string,
    readonly now: string,
    readonly capacity: Capacity,
    readonly facts: unknown,
  ) {
    this.by = target.by;
    this.enteredBy = enteredBy(request);
  }

  get newId(): string {
    return this.target.newId;
  }

  event(type: string, data: unknown) {
    return { type, data };
  }
}

/** Calls the decider of the command. @throws Error if the decider has no such command */
export function decide(
  { request, target, id }: { readonly request: Request; readonly target: Target; readonly id: string },
  state: unknown,
  { capacity, facts }: { readonly capacity: Capacity; readonly facts: unknown },
  { at, now }: { at: string; now: string },
): Refusal | readonly DecidedEvent[] {
  const { decider, command } = request.definition;
  const decideOn = decider.decide[command];
  if (!decideOn) throw new Error(`${decider.stream} does not decide ${command}`);
  const context = new DecisionContext(request, target, id, at, now, capacity, facts);
  return decideOn(state as never, target.data as never, context as never);
}
