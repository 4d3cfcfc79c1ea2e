import type { Capacity } from '../../domain/shared/capacity.js';
import type { AnyDecider, Data, Facts, Refusal, StateOf } from '../../domain/shared/decider.js';
import type { BallotCounts } from '../contexts/platform/ballot-results.js';
import type { EventReader } from '../ports/event-log.js';
import { cursorOf, keyAfter } from './paging.js';
import type { Keyed, ReadModels } from '../ports/read-models.js';

/*
 * What can be asked of Wuwei: every command and every query is one row. The rows are served over REST, authorised, documented in
 * OpenAPI, driven by the policies and the demo; nothing about a command or query is said anywhere else.
 */

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

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** What a request is aimed at. `newId` is the id that the request would give to something it creates. */
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
  rows(projections: readonly string[]): Promise<ReadModels>;
  /** What ballots came to, as their read models stand. */
  readonly counts: BallotCounts;
}

interface RowBase<D> {
  /** Below /v1, with `:name` parameters: `contests/:id/votes`. The command answers to POST. */
  readonly path: string;
  readonly allow: Allow;
  readonly summary: Bilingual;
  readonly example: D;
  /**
   * The id of the stream written. By default the `:id` of the path, which must then exist; a path without `:id` begins the
   * stream `newId`. A row that says it itself answers for existence too.
   */
  readonly stream?: (target: Target<D>) => string;
  /** Set where the path has an `:id` and yet a stream may begin with this command, as somebody's votes with the first. Without `:id` one always may. */
  readonly begins?: true;
  /** The body has a say in `stream`, so that an idempotency key must be known beyond the stream (requests.ts). */
  readonly bodyNamesStream?: true;
}
interface PlaceOf<S, D, F> {
  /** The place concerned: for rights, and recorded with the events. By default the state's `placeId`, else the data's. */
  readonly place?: (known: { state: S; data: D; facts: F; target: Target<D> }) => string | null;
}
interface FactsOf<D, F> {
  readonly facts: (target: Target<D>, load: Load) => Promise<F>;
}

type CommandClass<D extends AnyDecider, K extends keyof D['commands']> = D['commands'][K];
type RowFor<D extends AnyDecider, K extends keyof D['commands']> = RowBase<Data<CommandClass<D, K>>> &
  PlaceOf<StateOf<D>, Data<CommandClass<D, K>>, Facts<CommandClass<D, K>>> &
  (CommandClass<D, K> extends { readonly facts: unknown } ? FactsOf<Data<CommandClass<D, K>>, Facts<CommandClass<D, K>>> : unknown);

export interface CommandDefinition extends RowBase<unknown>, PlaceOf<unknown, unknown, unknown>, Partial<FactsOf<unknown, unknown>> {
  readonly command: string;
  readonly decider: AnyDecider;
}

/** The rows of a decider's commands; the compiler demands one for each. */
export const commandsOf = <D extends AnyDecider>(
  decider: D,
  rows: { readonly [K in keyof D['commands'] & string]: RowFor<D, K> },
): readonly CommandDefinition[] => Object.entries(rows).map(([command, row]) => ({ ...(row as RowBase<unknown>), command, decider }));

/** Whether a stream may begin with a command. */
export const canBegin = ({ path, begins }: Pick<CommandDefinition, 'path' | 'begins'>): boolean => begins === true || !path.includes(':id');

/** Somebody who reads: null is the public. */
export interface Viewer {
  readonly id: string;
  /** True when the viewer holds one of the capacities over the place (an auditor of the county over all its places). */
  holds(capacities: readonly Capacity[], place: string): Promise<boolean>;
}

export interface Ask<Q> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly viewer: Viewer | null;
  readonly rows: ReadModels;
  readonly log: EventReader;
  readonly counts: BallotCounts;
  readonly now: string;
}

export interface QueryDefinition<Q = unknown> {
  readonly query: string;
  readonly path: string;
  readonly allow: Allow;
  readonly summary: Bilingual;
  /** The read models it answers from: what `?atLeast=` waits for, and what its cached answer depends on. */
  readonly from: readonly string[];
  /** Class of the query string's parameters; paged lists extend `Paged`. */
  readonly parameters?: new () => Q & object;
  /** The place concerned, where `allow` names capacities; by default the `place` of the query, else the county. */
  readonly place?: (ask: Ask<Q>) => Promise<string> | string;
  /** JSON, or a refusal (`<context>.not-found`). */
  readonly answer: (ask: Ask<Q>) => Promise<object>;
  /** Also served as server-sent events, a new one whenever the answer changes. */
  readonly live?: true;
  readonly example: object;
}

export const defineQuery = <Q = Record<never, never>>(row: QueryDefinition<Q>): QueryDefinition => row as unknown as QueryDefinition;

/** A page of a list: `next` is the cursor of the page after it, null on the last. */
export interface Page<R> {
  readonly items: readonly R[];
  readonly next: string | null;
}

/** Reads one page of rows by prefix; `show` makes of a row what the client sees. The first page begins behind the key `after`, where one is named. */
export async function pageOf<R, S>(
  rows: ReadModels,
  projection: string,
  prefix: string,
  paging: { cursor?: string; limit?: number; after?: string },
  show: (keyed: Keyed<R>) => S,
): Promise<Page<S> | Refusal> {
  const { cursor, limit = 50 } = paging;
  const after = cursor === undefined ? paging.after : keyAfter(cursor, prefix);
  if (typeof after === 'object') return after;
  const found = await rows.list<R>(projection, { prefix, limit: limit + 1, ...(after !== undefined && { after }) });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(show), next: found.length > limit && last ? cursorOf(last.key) : null };
}

/** Thrown while facts are loaded; answered as the refusal it carries. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(refusal.refused);
  }
}
