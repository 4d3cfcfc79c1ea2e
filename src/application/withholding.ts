import type { ContestRow } from '../projections/contest/contests.js';
import { withheldEvents } from '../projections/contest/ranking.js';
import type { StoredEvent } from './event-log.js';
import type { ReadModels } from './read-models.js';

/** The contest whose standing an event's data would tell, null where it tells none. */
function toldContest({ type, data }: Pick<StoredEvent, 'type' | 'data'>): string | null {
  if (!Object.hasOwn(withheldEvents, type)) return null;
  return (JSON.parse(data) as Record<string, string>)[withheldEvents[type as keyof typeof withheldEvents]] ?? null;
}

/**
 * Which events of a page tell, at this moment, how an embargoed contest stands (domain.md row 23): their data is shown to nobody,
 * and neither is the hash of the request, from which one of a few entries would be guessed. A contest of which the read model has
 * not heard yet counts as embargoed.
 */
export async function withholding(rows: ReadModels, page: readonly StoredEvent[]): Promise<(event: StoredEvent) => boolean> {
  const contests = new Set(page.map(toldContest).filter((contest) => contest !== null));
  const embargoed = new Set<string>();
  for (const contest of contests) if ((await rows.get<ContestRow>('contest', contest))?.embargoed !== false) embargoed.add(contest);
  return (event) => {
    const contest = embargoed.size === 0 ? null : toldContest(event);
    return contest !== null && embargoed.has(contest);
  };
}
