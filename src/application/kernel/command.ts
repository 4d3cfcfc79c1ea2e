import type { Bilingual } from '../../domain/shared/bilingual.js';
import type { Capacity, Channel } from '../../domain/shared/capacity.js';
import type { AnyDecider, Data, Facts, Refusal, StateOf } from '../../domain/shared/decider.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Actor, Allow } from './actor.js';
import type { Services } from './services.js';

/*
 * Every command is defined once, by one entry of `commandsOf`. From it follow the REST route, the rights, the OpenAPI operation, and how
 * policies, imports and the demo give it.
 */

/** What a command is aimed at. `newId` is the id that the request would give to something it creates. */
export interface Target<D = unknown> {
  readonly params: Readonly<Record<string, string>>;
  readonly data: D;
  readonly by: string;
  readonly newId: string;
}

/** The way to facts of other streams and of read models, while a command is prepared. */
export interface Load {
  /** The state of an aggregate; its initial state when there is none. */
  state<D extends AnyDecider>(decider: D, id: string): Promise<StateOf<D>>;
  /** The state of an aggregate that must exist. @throws Refused with `code` (404) when it does not */
  existing<D extends AnyDecider>(decider: D, id: string, code: string): Promise<NonNullable<StateOf<D>>>;
  /** Read models that have come at least to `position` (the event that caused the command, by default). */
  rows(projections: readonly AnyProjection[]): Promise<ReadModels>;
  readonly services: Services;
}

interface DefinitionBase<D> {
  /** Below /v1, with `:name` parameters: `contests/:id/votes`. The command answers to POST. */
  readonly path: string;
  readonly allow: Allow;
  readonly summary: Bilingual;
  readonly example: D;
  /**
   * The id of the stream written. By default the `:id` of the path, which must then exist; a path without `:id` begins the
   * stream `newId`. A definition that names the stream itself answers for existence too.
   */
  readonly stream?: (target: Target<D>) => string;
  /**
   * True where the path has an `:id` and yet a stream may begin with this command, as somebody's votes with the first. Without `:id`
   * one always may.
   */
  readonly begins?: true;
  /**
   * True where only the one who acts may know what stands in the stream: whoever enters it for them is answered the same whatever
   * stands.
   */
  readonly confidential?: true;
  /** True where `stream` depends on the body, so that an idempotency key must be known beyond the stream (idempotency.ts). */
  readonly bodyNamesStream?: true;
  /** How often a person who acts for no office may give it on one day, counted by the events of this type that it leads to. */
  readonly daily?: { readonly most: number; readonly event: string };
  /** True where the `placeId` of the body is the place that the command registers. Otherwise that place must exist. */
  readonly registersPlace?: true;
}
interface PlaceOf<S, D, F> {
  /** The place concerned: for rights, and recorded with the events. By default the state's `placeId`, else the data's. */
  readonly place?: (known: { state: S; data: D; target: Target<D> }) => string | null;
  /** The same where only the facts tell it. Rights are then checked after the facts are loaded, so these must be cheap. */
  readonly placeFromFacts?: (facts: F) => string | null;
}
interface FactsOf<D, F> {
  readonly facts: (target: Target<D>, load: Load) => Promise<F>;
}

type CommandClass<D extends AnyDecider, K extends keyof D['commands']> = D['commands'][K];
type DefinitionFor<D extends AnyDecider, K extends keyof D['commands']> = DefinitionBase<Data<CommandClass<D, K>>> &
  PlaceOf<StateOf<D>, Data<CommandClass<D, K>>, Facts<CommandClass<D, K>>> &
  (CommandClass<D, K> extends { readonly facts: unknown } ? FactsOf<Data<CommandClass<D, K>>, Facts<CommandClass<D, K>>> : unknown);

export interface CommandDefinition extends DefinitionBase<unknown>, PlaceOf<unknown, unknown, unknown>, Partial<FactsOf<unknown, unknown>> {
  readonly command: string;
  readonly decider: AnyDecider;
}

/** The definitions of a decider's commands; the compiler demands one for each. */
export const commandsOf = <D extends AnyDecider>(
  decider: D,
  definitions: { readonly [K in keyof D['commands'] & string]: DefinitionFor<D, K> },
): readonly CommandDefinition[] =>
  Object.entries(definitions).map(([command, definition]) => ({ ...(definition as DefinitionBase<unknown>), command, decider }));

/** Whether a stream may begin with a command. */
export const canBegin = ({ path, begins }: Pick<CommandDefinition, 'path' | 'begins'>): boolean => begins === true || !path.includes(':id');

/** A command as it is given. */
export interface Request {
  readonly definition: CommandDefinition;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** The one who sends it. */
  readonly sender: Actor;
  /** The one who acts, when the sender only enters it (assisted channels). */
  readonly onBehalfOf?: string;
  readonly channel: Channel;
  /** The capacity in which the sender wishes to act; without it, the first that is allowed. */
  readonly capacity?: Capacity;
  /** When it happened; now, when it is left out. */
  readonly occurredAt?: string;
  /** Idempotency key. Without it, every request is another. */
  readonly key?: string;
  /** True where the key is remembered even if nothing changes. Clients of the API want that; an import and a policy do not. */
  readonly isNoted?: boolean;
  /** Revisions one of which the stream must have (If-Match); `any`: it must be there. */
  readonly ifRevision?: readonly number[] | 'any';
  readonly correlation?: string;
  /** The event that led to it, and its position, when a policy gives the command. */
  readonly causation?: { readonly id: string; readonly position: number };
}

/** What a command that was not refused led to. */
export interface CommandResult {
  readonly id: string;
  readonly stream: string;
  /** Null where the one who entered it for another may not learn what stood before. */
  readonly revision: number | null;
  readonly position: number;
  readonly events: readonly { readonly id: string; readonly type: string }[];
  /** True when the stream began with this command. */
  readonly created: boolean;
}

/** The refusals of the kernel itself, which no decider knows. */
export type KernelRefusal =
  | 'idempotency.key-reused'
  | 'precondition.failed'
  | 'request.occurred-before-its-subject'
  | 'auth.not-allowed'
  | 'auth.no-such-capacity'
  | 'registry.place-not-found'
  | 'registry.place-merged'
  | 'request.quota-exceeded'
  | 'log.contended'
  | 'read-models.behind';

/** Thrown while facts are loaded; answered as the refusal it carries. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(refusal.refused);
  }
}
