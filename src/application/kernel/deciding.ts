import type { Capacity } from '../../domain/shared/capacity.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { EventMeta } from '../../projections/projection.js';
import type { CommandDefinition, DecidedEvent, Request, Target } from './command.js';
import { derivedId, newEventId } from './ids.js';

/* How a request becomes the arguments of a decider. */

/** What the request is about. `newId` is the same for every retry of the same request. */
export function targetOf({ definition, params, data, onBehalfOf, sender }: Request, key: string): Target {
  let newId: string | undefined; // most commands create nothing
  return {
    params,
    data,
    by: onBehalfOf ?? sender.id,
    get newId() {
      return (newId ??= derivedId(sender.id, definition.command, JSON.stringify(params), key));
    },
  };
}

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

/** Calls the decider of the command. @throws Error if the decider has no such command */
export function decide(
  { request, target, id }: { readonly request: Request; readonly target: Target; readonly id: string },
  state: unknown,
  { capacity, facts }: { readonly capacity: Capacity; readonly facts: unknown },
  { at, now }: { at: string; now: string },
): Refusal | readonly DecidedEvent[] {
  const { definition } = request;
  const decider = definition.decider.decide[definition.command];
  if (!decider) throw new Error(`${definition.decider.stream} does not decide ${definition.command}`);
  const context = {
    at,
    now,
    by: target.by,
    capacity,
    enteredBy: enteredBy(request),
    id,
    get newId() {
      return target.newId;
    },
    facts,
    event: (type: string, data: unknown) => ({ type, data }),
  };
  return decider(state as never, target.data as never, context as never);
}
