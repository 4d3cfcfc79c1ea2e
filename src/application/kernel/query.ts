import type { Bilingual } from '../../domain/shared/bilingual.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { EventReader } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Allow, Viewer } from './actor.js';
import type { Services } from './services.js';

/** One question as it is asked. */
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

/** Every query is defined once. From it follow the REST route, the rights, the OpenAPI operation and the cache. */
export interface QueryDefinition<Q = unknown> {
  readonly query: string;
  readonly path: string;
  readonly allow: Allow;
  readonly summary: Bilingual;
  /** The read models it answers from: what `?atLeast=` waits for, and what its cached answer depends on. */
  readonly from: readonly AnyProjection[];
  /** True where the answer shows events, some of which may be withheld: it then also depends on the read models that tell. */
  readonly showsEvents?: true;
  /** Class of the query string's parameters; paged lists extend `Paged`. */
  readonly parameters?: new () => Q & object;
  /** The place concerned, where `allow` names capacities; by default the `place` of the query, else the county. */
  readonly place?: (ask: Ask<Q>) => Promise<string> | string;
  /** JSON, or a refusal (`<context>.not-found`). */
  readonly answer: (ask: Ask<Q>) => Promise<object>;
  /** Also served as server-sent events, a new one whenever the answer changes. */
  readonly live?: true;
}

export const defineQuery = <Q = Record<never, never>>(definition: QueryDefinition<Q>): QueryDefinition =>
  definition as unknown as QueryDefinition;
