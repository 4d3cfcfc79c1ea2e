import { defineProjection, type Handler, type Projection, type RecordedEvent } from '../../projections/projection.js';
import type { DueCommand, Policies } from './policy.js';

type Entries = Readonly<Record<string, DueCommand | null>>;
type Reaction = (event: RecordedEvent) => Entries;

/**
 * The read model `agenda`: the commands that policies have to give and have not given yet, by key of the entry.
 * @param version another one whenever the policies would put other entries on it
 */
export function agendaProjection(policies: readonly Policies[], version: number): Projection<DueCommand> {
  const reactions = policies.map(({ on }) => on as Readonly<Record<string, Reaction>>);
  const on: Record<string, Handler<DueCommand, RecordedEvent>> = {};
  for (const type of new Set(reactions.flatMap((one) => Object.keys(one)))) {
    const entries: Reaction = (event) => Object.assign({}, ...reactions.map((one) => one[type]?.(event) ?? {})) as Entries;
    on[type] = { keys: (event) => Object.keys(entries(event)), evolve: (_, event, key) => entries(event)[key] ?? null };
  }
  return defineProjection<DueCommand>({ name: 'agenda', version, orderedBy: 'due', on });
}
