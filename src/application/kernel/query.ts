import { refuse, type Refusal } from '../../domain/shared/decider.js';
import type { Bilingual } from '../../domain/shared/bilingual.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { EventReader } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Allow, Viewer } from './actor.js';
import { type KernelRefusal, Refused } from './command.js';
import type { Services } from './services.js';

/** One request of a query. */
export interface Ask<Q> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  /** Null for the public. */
  readonly viewer: Viewer | null;
  readonly rows: ReadModels;
  readonly log: EventReader;
  readonly services: Services;
  /** ISO 8601 instant. */
  readonly now: string;
}

/**
 * Every query is defined once. The REST route, the rights, the OpenAPI operation and the caching follow from its definition. Each is also
 * served as server-sent events: a new answer is sent whenever it changes.
 */
export interface QueryDefinition<Q = unknown> {
  readonly query: string;
  readonly path: string;
  readonly allow: Allow;
  readonly summary: Bilingual;
  /** The read models that it reads: `?atLeast=` waits for them, and the cached answer depends on them. */
  readonly from: readonly AnyProjection[];
  /** True if the answer shows events. It then also depends on the read models that decide which events are withheld. */
  readonly showsEvents?: true;
  /** Class of the parameters in the query string; paged lists extend `Paged`. */
  readonly parameters?: new () => Q & object;
  /** The place concerned, if `allow` names capacities; by default the `place` of the query, else the county. */
  readonly place?: (ask: Pick<Ask<Q>, 'params' | 'query'>) => string;
  /** The place concerned, if rows say it. Rights are then checked when the rows have reached `atLeast`. */
  readonly placeFrom?: (ask: Ask<Q>) => Promise<string>;
  /** JSON, or a refusal (`<context>.not-found`). */
  readonly answer: (ask: Ask<Q>) => Promise<object>;
}

/**
 * Refuses an answer because rows that a row of another projection refers to are not there yet: each projection is built by itself, and may
 * be behind. Asked again soon, they are.
 */
export async function behind(rows: Pick<ReadModels, 'position'>, newer: AnyProjection): Promise<Refused> {
  return new Refused(refuse('read-models.behind', { position: await rows.position(newer) }) satisfies Refusal<KernelRefusal>);
}

export const defineQuery = <Q = Record<never, never>>(definition: QueryDefinition<Q>): QueryDefinition =>
  definition as unknown as QueryDefinition;
