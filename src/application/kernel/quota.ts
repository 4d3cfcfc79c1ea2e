import { LRUCache } from 'lru-cache';
import type { Capacity } from '../../domain/shared/capacity.js';
import { type Refusal, refuse } from '../../domain/shared/decider.js';
import { dayInChina, plusDays } from '../../domain/shared/time.js';
import { type AnyProjection, defineProjection, type Handler, type Projection, type RecordedEvent } from '../../projections/projection.js';
import type { ReadModels } from '../ports/read-models.js';
import type { CommandDefinition } from './command.js';

/** In these capacities somebody acts for an office, or is none of the people: no limit holds for them. */
const unlimited: readonly Capacity[] = ['department', 'cadre', 'system'];

/** How often each limited type of event was recorded for a person on a day. */
export type ActCounts = Readonly<Record<string, number>>;
const keyOf = (person: string, day: string) => `${person} ${day}`;

/** What each person did on each day (in China, by when it was entered) of what is limited by the day. */
export function dailyActsOf(commands: readonly CommandDefinition[]): Projection<ActCounts> {
  const handler: Handler<ActCounts, RecordedEvent> = {
    keys: ({ recordedAt, meta: { actor, capacity } }) => (unlimited.includes(capacity) ? [] : [keyOf(actor, dayInChina(recordedAt))]),
    evolve: (row, { type }) => ({ ...row, [type]: (row?.[type] ?? 0) + 1 }),
  };
  const types = new Set(commands.flatMap(({ daily }) => (daily ? [daily.event] : [])));
  return defineProjection<ActCounts>({
    name: 'daily-acts',
    version: 1,
    on: Object.fromEntries([...types].map((type) => [type, handler])),
  });
}

/** Gives back what was taken for a command that was not recorded after all. */
type GiveBack = () => void;

/**
 * How often one person may give a command on one day. The counts of a day are read once, as fresh as the log, and kept in this process,
 * the only one that writes the log; what is under way counts, so that many commands at once do not get past the limit.
 */
export class Quotas {
  private readonly counts = new LRUCache<string, Promise<Map<string, number>>>({ max: 20_000 });

  constructor(private readonly dailyActs: Projection<ActCounts>) {}

  async take(
    { daily }: CommandDefinition,
    { actor, capacity }: { readonly actor: string; readonly capacity: Capacity },
    now: string,
    load: (projections: readonly AnyProjection[]) => Promise<ReadModels>,
  ): Promise<Refusal | GiveBack> {
    if (daily === undefined || unlimited.includes(capacity)) return () => undefined;
    const { most, event } = daily;
    const day = dayInChina(now);
    const counts = await this.countsOf(keyOf(actor, day), load);
    const count = counts.get(event) ?? 0;
    if (count >= most) {
      const tomorrow = dayInChina(plusDays(now, 1));
      const seconds = Math.ceil((Date.parse(`${tomorrow}T00:00:00.000+08:00`) - Date.parse(now)) / 1000);
      return refuse('request.quota-exceeded', { most, day: tomorrow, seconds });
    }
    counts.set(event, count + 1);
    return () => counts.set(event, (counts.get(event) ?? 1) - 1);
  }

  private countsOf(key: string, load: (projections: readonly AnyProjection[]) => Promise<ReadModels>): Promise<Map<string, number>> {
    const known = this.counts.get(key);
    if (known) return known;
    const read = load([this.dailyActs])
      .then((rows) => rows.get(this.dailyActs, key))
      .then((row) => new Map(Object.entries(row ?? {})));
    this.counts.set(key, read);
    read.catch(() => this.counts.delete(key)); // the next one asks again
    return read;
  }
}
