import { beginning } from '../../projections/position.js';
import type { EventReader, Page } from '../ports/event-log.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import type { Aggregates } from './aggregates.js';
import type { Destructions } from './context.js';
import { categoryOf } from './decode.js';
import { follow } from './follow.js';

/**
 * Drops the states that may hold what was sealed with a destroyed key, also one that another process destroyed, as soon as the log tells of
 * it. Resolves when the signal is aborted.
 */
export function dropDestroyed(
  log: EventReader,
  aggregates: Pick<Aggregates, 'drop'>,
  destructions: Destructions,
  { signal, onTrouble }: { readonly signal: AbortSignal; readonly onTrouble: (error: unknown) => void },
): Promise<void> {
  let isFirst = true; // what was destroyed before is not told
  const onPage = ({ events }: Page) => {
    if (isFirst || events.length > 0) aggregates.drop();
    isFirst = false;
  };
  return follow(log, { types: Object.keys(destructions) }, { signal, onPage, onTrouble });
}

/**
 * Destroys every key that the log says is destroyed: keys that were put back from an older copy have them again. It also serves owners who
 * have no key in that copy, so that none is made for them.
 * @returns how many keys were there
 */
export async function destroyAgain(log: EventReader, keys: PersonalKeys, destructions: Destructions): Promise<number> {
  let revived = 0;
  for await (const { events } of log.readAll(beginning, { types: Object.keys(destructions) })) {
    const owners = events.map(({ type, stream }) => destructions[type]!(stream.slice(categoryOf(type).length + 1)));
    revived += (await keys.find(owners)).size;
    for (const owner of owners) await keys.destroy(owner);
  }
  return revived;
}
