import { LRUCache } from 'lru-cache';
import type { Capacity } from '../../domain/shared/capacity.js';
import { type Refusal, refuse } from '../../domain/shared/decider.js';
import { dayInChina, plusDays } from '../../domain/shared/time.js';
import {
  type AnyProjection,
  defineProjection,
  type Handler,
  type Projection,
  type RecordedEvent,
  versionFrom,
} from '../../projections/projection.js';
import type { ReadModels } from '../ports/read-models.js';
import type { CommandDefinition, DailyLimit } from './command.js';

/** Capacities without a daily limit: they act for an office, or are the system. */
const unlimited: readonly Capacity[] = ['department', 'cadre', 'system'];

/** How many events of each limited type were recorded for a person on a day. */
export type ActCounts = Readonly<Record<string, number>>;
const countKey = (person: string, day: string) => `${person} ${day}`;

/** The counts of each person and day, for event types with a daily limit. The day is that of `recordedAt` in China. */
export function dailyActsOf(commands: readonly CommandDefinition[]): Projection<ActCounts> {
  const handler: Handler<ActCounts, RecordedEvent> = {
    keys: ({ recordedAt, meta: { actor, capacity } }) => (unlimited.includes(capacity) ? [] : [countKey(actor, dayInChina(recordedAt))]),
    evolve: (row, { type }) => ({ ...row, [type]: (row?.[type] ?? 0) + 1 }),
  };
  const types = [...new Set(commands.flatMap(({ daily }) => (daily ? [daily.event] : [])))];
  return defineProjection<ActCounts>({
    name: 'daily-acts',
    version: versionFrom([...types, ...unlimited]),
    on: Object.fromEntries(types.map((type) => [type, handler])),
  });
}

/** Releases the count of a command that certainly was not recorded. */
type GiveBack = () => void;

/**
 * Checks daily limits per person. The counts of a day are read once, from a read model as recent as the log, and then kept in this
 * process. Commands in progress count too, so that many commands at once cannot exceed the limit; so does a command of which it is not
 * known whether it was recorded, and sent again it counts again. A process does not see what others record after it has read: with n
 * processes on one log a person reaches at most n times the limit.
 */
export class Quotas {
  private readonly counts = new LRUCache<string, Promise<Map<string, number>>>({ max: 20_000 });

  constructor(private readonly dailyActs: Projection<ActCounts>) {}

  async take(
    { most, event }: DailyLimit,
    { actor, capacity }: { readonly actor: string; readonly capacity: Capacity },
    now: string,
    load: (projections: readonly AnyProjection[]) => Promise<ReadModels>,
  ): Promise<Refusal | GiveBack> {
    if (unlimited.includes(capacity)) return () => undefined;
    const day = dayInChina(now);
    const counts = await this.countsOf(countKey(actor, day), load);
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
    read.catch(() => this.counts.delete(key)); // the next command reads again
    return read;
  }
}
