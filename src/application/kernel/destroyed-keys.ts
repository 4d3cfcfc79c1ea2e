import { beginning } from '../../projections/position.js';
import type { EventReader, Page } from '../ports/event-log.js';
import type { PersonalKeyReader, PersonalKeys } from '../ports/personal-keys.js';
import type { Aggregates } from './aggregates.js';
import type { Destructions } from './context.js';
import { categoryOf } from './decode.js';
import { follow } from './follow.js';

/** The owners whose keys are destroyed by what these events of the log say. */
async function ownersIn(log: EventReader, owners: Readonly<Record<string, (aggregateId: string) => string>>): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { events } of log.readAll(beginning, { types: Object.keys(owners) }))
    for (const { type, stream } of events) found.add(owners[type]!(stream.slice(categoryOf(type).length + 1)));
  return found;
}

const recorded = (destructions: Destructions) => Object.fromEntries(Object.entries(destructions).map(([type, { owner }]) => [type, owner]));

/** Keys without those that the log says are destroyed: a keys.db that was put back from an older copy still has them. */
export function withoutDestroyed(log: EventReader, keys: PersonalKeyReader, destructions: Destructions): PersonalKeyReader {
  let destroyed: Promise<ReadonlySet<string>> | undefined;
  return {
    find: async (owners) => {
      const gone = await (destroyed ??= ownersIn(log, recorded(destructions)));
      return new Map([...(await keys.find(owners))].filter(([owner]) => !gone.has(owner)));
    },
  };
}

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
  let isFirst = true; // what was destroyed before the following began is on no page
  const onPage = ({ events }: Page) => {
    if (isFirst || events.length > 0) aggregates.drop();
    isFirst = false;
  };
  return follow(log, { types: Object.keys(destructions) }, { signal, onPage, onTrouble });
}

/** How the keys differ from what the log says of them. */
export interface KeyDifferences {
  /** How many keys were there that the log says are destroyed: the keys are an older copy. They are destroyed now. */
  readonly revived: number;
  /** Whose keys are destroyed, while the log says nothing of it: the log is an older copy. */
  readonly unrecorded: readonly string[];
}

/**
 * Destroys every key that the log says is destroyed: keys that were put back from an older copy have them again. It also serves owners who
 * have no key in that copy, so that none is made for them.
 */
export async function destroyAgain(log: EventReader, keys: PersonalKeys, destructions: Destructions): Promise<KeyDifferences> {
  const destroyed = await keys.destroyed();
  const gone = await ownersIn(log, recorded(destructions));
  const alive = [...gone].filter((owner) => !destroyed.has(owner));
  const found = await keys.find(alive);
  for (const owner of alive) await keys.destroy(owner);
  let unrecorded = [...destroyed].filter((owner) => !gone.has(owner));
  if (unrecorded.length > 0) {
    // of one that was confirmed the process may have ended before the event was written
    const confirmed = await ownersIn(log, Object.fromEntries(Object.values(destructions).map(({ after, owner }) => [after, owner])));
    unrecorded = unrecorded.filter((owner) => !confirmed.has(owner));
  }
  return { revived: [...found.values()].filter((key) => key !== null).length, unrecorded };
}
