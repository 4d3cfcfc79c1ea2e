import { defineProjection, type Handler, type Projection, type RecordedEvent } from '../../projections/projection.js';
import { idempotencyKey } from './aggregates.js';
import type { CommandDefinition } from './use-case.js';

/** The SHA-256 of what was asked. */
export interface RequestRow {
  readonly asked: string;
}

/**
 * What was asked by each idempotency key, by sender and key, of commands whose body names the stream that they write: the stream of another
 * body does not know of the key. All others come to the same stream again, which remembers the key itself.
 */
export function requestsOf(commands: readonly CommandDefinition[]): Projection<RequestRow> {
  const handler: Handler<RequestRow, RecordedEvent> = {
    keys: ({ meta: { enteredBy, actor, capacity, key } }) => (capacity === 'system' ? [] : [idempotencyKey(enteredBy ?? actor, key)]),
    evolve: (_, { meta }) => ({ asked: meta.request }),
  };
  const types = new Set(commands.filter(({ bodyNamesStream }) => bodyNamesStream).flatMap(({ decider }) => Object.keys(decider.events)));
  return defineProjection<RequestRow>({ name: 'requests', version: 1, on: Object.fromEntries([...types].map((type) => [type, handler])) });
}
