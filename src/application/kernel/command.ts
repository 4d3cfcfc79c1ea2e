import type { Bilingual } from '../../domain/shared/bilingual.js';
import type { Capacity, Channel } from '../../domain/shared/capacity.js';
import type { AnyDecider, Data, EventOf, Facts, Refusal, StateOf } from '../../domain/shared/decider.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Actor, Allow } from './actor.js';
import type { Services } from './services.js';
import type { Position } from '../../projections/position.js';

/*
 * Every command is defined once, in one entry of `commandsOf`. The REST route, the rights and the OpenAPI operation follow from its
 * definition. Policies, imports and the demo use the same definition.
 */

/** An event as a decider returns it. */
export interface DecidedEvent {
  readonly type: string;
  readonly data: object;
}

/** The target of a command. `newId` is the id of a new stream, if the request creates one. */
export interface Target<D = unknown> {
  readonly params: Readonly<Record<string, string>>;
  readonly data: D;
  readonly by: string;
  readonly newId: string;
}

/** Reads other streams and read models while a command is prepared. Each state is read once, so facts that need it twice agree. */
export interface Load {
  /** The state of an aggregate; its initial state if there is no such stream. @throws SealBroken if a personal text of it cannot be read */
  state<D extends AnyDecider>(decider: D, id: string): Promise<StateOf<D>>;
  /** The same for facts that are no texts, also where a personal text of the state cannot be read. */
  stateWithoutTexts<D extends AnyDecider>(decider: D, id: string): Promise<StateOf<D>>;
  /** The state of an aggregate that must exist. @throws Refused with `code` (404) if it does not */
  existing<D extends AnyDecider>(decider: D, id: string, code: string): Promise<NonNullable<StateOf<D>>>;
  /** The read models, once they have reached `position` (by default that of the event that caused the command). */
  rows(projections: readonly AnyProjection[]): Promise<ReadModels>;
  readonly services: Services;
}

/** So many events of this type per day and person. */
export interface DailyLimit {
  readonly most: number;
  readonly event: string;
}

interface DefinitionBase<D> {
  /** Path below /v1, with `:name` parameters: `contests/:id/votes`. The method is POST. */
  readonly path: string;
  readonly allow: Allow;
  readonly summary: Bilingual;
  readonly example: D;
  /**
   * Id of the stream to write. By default the `:id` of the path, and the stream must exist; without `:id` the command starts the stream
   * `newId`. A definition with its own `stream` must check itself whether things exist.
   */
  readonly stream?: (target: Target<D>) => string;
  /**
   * True if the path has an `:id` and the command may still start a stream: somebody's first vote starts the stream of their votes.
   * Without `:id` a command may always start a stream.
   */
  readonly begins?: true;
  /**
   * True if only the person concerned may learn what the stream holds. Somebody who enters a command for another person gets the same
   * answer whatever the stream holds.
   */
  readonly confidential?: true;
  /**
   * True if the `:id` is a person. Whoever may not act then gets the same answer whether the person is registered or not, and the place,
   * which is the person's home, is not named.
   */
  readonly subjectIsPerson?: true;
  /**
   * True if nothing that is stored may tell what the body says, not even by its hash, which whoever has the key could try out. The body is
   * then left out of the hash of the request: the same idempotency key is the same request, whatever it says.
   */
  readonly secretBody?: true;
  /** True if `stream` depends on the body: the idempotency key must then be known across streams (idempotency.ts). */
  readonly bodyNamesStream?: true;
  /**
   * An act outside the log that belongs to the command. It is done after the decision and before the events are appended; if the process
   * ends in between, it is done again with the command. So doing it twice must be the same as once.
   */
  readonly carryOut?: (target: Target<D>, services: Services) => Promise<void>;
  /** Daily limit per person who acts for no office: how many events of this type the command may lead to. */
  readonly daily?: DailyLimit;
  /** True if the `placeId` of the body is the place that the command registers. Otherwise that place must exist. */
  readonly registersPlace?: true;
}
interface PlaceOf<S, D> {
  /** The place concerned, for rights and recorded with the events. By default `placeId` of the state, else of the data. */
  readonly place?: (known: { state: S; data: D; target: Target<D> }) => string | null;
  /** The same, if the state of another aggregate tells the place. Rights are checked before anything else is loaded. */
  readonly placeFrom?: (target: Target<D>, load: Load) => Promise<string | null>;
  /**
   * A second place at which the actor needs a right: where it may be known that the subject exists. Whoever has none gets the same answer
   * whether it exists or not. Null: the county.
   */
  readonly knownAt?: (known: { state: S; data: D }) => string | null;
}
interface FactsOf<D, F> {
  readonly facts: (target: Target<D>, load: Load) => Promise<F>;
}
/** An event that is recorded in a stream of its own. */
export interface Part extends DecidedEvent {
  readonly decider: AnyDecider;
  readonly id: string;
}
interface PartsOf<E, F> {
  /**
   * What is recorded before the events that were decided, because one append cannot hold everything. Each part begins a stream whose id
   * is derived from its content; where that stream exists, the part is there already. A part counts only if a decided event names it
   * (ADR 16).
   */
  readonly parts?: (decided: readonly E[], facts: F) => Iterable<Part>;
}

type CommandClass<D extends AnyDecider, K extends keyof D['commands']> = D['commands'][K];
type DefinitionFor<D extends AnyDecider, K extends keyof D['commands']> = DefinitionBase<Data<CommandClass<D, K>>> &
  PlaceOf<StateOf<D>, Data<CommandClass<D, K>>> &
  PartsOf<EventOf<D['events']>, Facts<CommandClass<D, K>>> &
  (CommandClass<D, K> extends { readonly facts: unknown } ? FactsOf<Data<CommandClass<D, K>>, Facts<CommandClass<D, K>>> : unknown);

export interface CommandDefinition
  extends DefinitionBase<unknown>, PlaceOf<unknown, unknown>, PartsOf<DecidedEvent, unknown>, Partial<FactsOf<unknown, unknown>> {
  readonly command: string;
  readonly decider: AnyDecider;
}

/** The definitions of a decider's commands; the compiler demands one for each command. */
export const commandsOf = <D extends AnyDecider>(
  decider: D,
  definitions: { readonly [K in keyof D['commands'] & string]: DefinitionFor<D, K> },
): readonly CommandDefinition[] =>
  Object.entries(definitions).map(([command, definition]) => ({ ...(definition as DefinitionBase<unknown>), command, decider }));

/** Whether a command may start a stream. */
export const canBegin = ({ path, begins }: Pick<CommandDefinition, 'path' | 'begins'>): boolean => begins === true || !path.includes(':id');

/** A command with everything that comes with its request. */
export interface Request {
  readonly definition: CommandDefinition;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** Who sends it. */
  readonly sender: Actor;
  /** Who acts, if the sender only enters it for them (assisted channels). */
  readonly onBehalfOf?: string;
  readonly channel: Channel;
  /** The capacity in which the sender wishes to act; by default the first that is allowed. */
  readonly capacity?: Capacity;
  /** ISO 8601 instant when it happened; by default now. */
  readonly occurredAt?: string;
  /** Idempotency key. Without it, every request is a new one. */
  readonly key?: string;
  /** True if the key is remembered even if the command changes nothing. Clients of the API need that; imports and policies do not. */
  readonly isNoted?: boolean;
  /** Expected revisions of the stream, one of which must match (If-Match); `any`: the stream must exist. */
  readonly ifRevision?: readonly number[] | 'any';
  readonly correlation?: string;
  /** The event that led to the command, if a policy gives it. */
  readonly causation?: { readonly id: string; readonly position: Position };
}

/** The result of a command that was not refused. */
export interface CommandResult {
  readonly id: string;
  readonly stream: string;
  /** Null if the sender entered the command for another person and may not learn what the stream held before. */
  readonly revision: number | null;
  readonly position: Position;
  readonly events: readonly { readonly id: string; readonly type: string }[];
  /** True if this command started the stream. */
  readonly created: boolean;
}

/** Refusals of the kernel itself, not of a decider. */
export type KernelRefusal =
  | 'idempotency.key-reused'
  | 'precondition.failed'
  | 'request.occurred-before-its-subject'
  | 'auth.not-allowed'
  | 'auth.no-such-capacity'
  | 'registry.place-not-found'
  | 'registry.place-merged'
  | 'request.quota-exceeded'
  | 'request.records-too-much'
  | 'person.erased'
  | 'log.contended'
  | 'log.behind'
  | 'read-models.behind';

/** Thrown while facts are loaded; the command is answered with this refusal. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(refusal.refused);
  }
}
