import { beginning, type Position } from '../../projections/position.js';
import type { EventReader, Page } from '../ports/event-log.js';
import type { Compared, PersonalKeyReader, PersonalKeys } from '../ports/personal-keys.js';
import type { Aggregates } from './aggregates.js';
import type { Destructions } from './context.js';
import { categoryOf, personalTypes } from './decode.js';
import { follow } from './follow.js';
import { ownersSealedIn } from './sealing.js';

/* Keys and log belong together: here it is found out whether they do, and what the log says of destroyed keys is done. */

type OwnerOf = (aggregateId: string) => string;
const recorded = (destructions: Destructions): Readonly<Record<string, OwnerOf>> =>
  Object.fromEntries(Object.entries(destructions).map(([type, { owner }]) => [type, owner]));
const ownerIn = (owners: Readonly<Record<string, OwnerOf>>, { type, stream }: { readonly type: string; readonly stream: string }) =>
  owners[type]?.(stream.slice(categoryOf(type).length + 1));

/** The owners whose keys are destroyed by what these events of the log say. */
async function ownersIn(log: EventReader, owners: Readonly<Record<string, OwnerOf>>, after: Position): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { events } of log.readAll(after, { types: Object.keys(owners) }))
    for (const event of events) found.add(ownerIn(owners, event)!);
  return found;
}

/**
 * Where to begin to compare: what the log says up to there is done in the keys, also in an older copy of them. The beginning, if they were
 * compared with another log, or with a longer one.
 */
async function beginAfter(log: EventReader, compared: Compared | null): Promise<Position> {
  if (compared === null) return beginning;
  return (await log.at(compared.position))?.id === compared.eventId ? compared.position : beginning;
}

/** Keys without those that the log says are destroyed: a keys.db that was put back from an older copy still has them. */
export function withoutDestroyed(log: EventReader, keys: PersonalKeyReader, destructions: Destructions): Pick<PersonalKeyReader, 'find'> {
  let destroyed: Promise<ReadonlySet<string>> | undefined;
  const read = async () => ownersIn(log, recorded(destructions), await beginAfter(log, await keys.compared()));
  return {
    find: async (owners) => {
      const gone = await (destroyed ??= read());
      return new Map([...(await keys.find(owners))].filter(([owner]) => !gone.has(owner)));
    },
  };
}

/** Remembers that keys and log agree up to the end of the log: a key is durable before an event needs it, and gone before that is told. */
async function noteCompared(log: EventReader, keys: PersonalKeys): Promise<void> {
  const position = await log.position();
  const event = await log.at(position);
  if (event && (await keys.compared())?.eventId !== event.id) await keys.noteCompared({ position, eventId: event.id });
}

/** Milliseconds after which it is remembered again how far keys and log agree. A start compares what came later. */
const noteEvery = 60_000;

/**
 * While the program runs: drops the states that may hold what was sealed with a destroyed key, also one that another process destroyed, as
 * soon as the log tells of it; and remembers how far keys and log agree. Resolves when the signal is aborted.
 * @param notes false if they were found not to agree: then the next start must find it again
 */
export async function followDestroyed(
  log: EventReader,
  keys: PersonalKeys,
  aggregates: Pick<Aggregates, 'drop'>,
  destructions: Destructions,
  {
    signal,
    onTrouble,
    notes = true,
  }: { readonly signal: AbortSignal; readonly onTrouble: (error: unknown) => void; readonly notes?: boolean },
): Promise<void> {
  let noting = Promise.resolve();
  const note = () => {
    if (notes) noting = noting.then(() => noteCompared(log, keys)).catch(() => undefined); // the next start compares more
  };
  let isFirst = true; // what was destroyed before the following began is on no page
  const onPage = ({ events }: Page) => {
    if (isFirst || events.length > 0) {
      aggregates.drop();
      note();
    }
    isFirst = false;
  };
  const timer = setInterval(note, noteEvery);
  await follow(log, { types: Object.keys(destructions) }, { signal, onPage, onTrouble });
  clearInterval(timer);
  note();
  await noting;
}

/** How the keys differ from what the log says of them. */
export interface KeyDifferences {
  /** How many keys were there that the log says are destroyed: the keys are an older copy. They are destroyed now. */
  readonly revived: number;
  /** Whose keys are destroyed, while the log says nothing of it: the log is an older copy. */
  readonly unrecorded: readonly string[];
  /** Who has personal texts in the log and no key: the keys are an older copy. */
  readonly lacking: readonly string[];
}

/**
 * Compares the keys with the log, from where they were last found to agree. Every key that the log says is destroyed is destroyed again:
 * keys that were put back from an older copy have them. It also serves owners who have no key in that copy, so that none is made for them.
 */
export async function compareKeys(log: EventReader, keys: PersonalKeys, destructions: Destructions): Promise<KeyDifferences> {
  const after = await beginAfter(log, await keys.compared());
  const owners = recorded(destructions);
  const { lostUpTo = '' } = keys;
  const [gone, seen, lacking] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const { events } of log.readAll(after, { types: [...new Set([...personalTypes, ...Object.keys(owners)])] })) {
    const asked = new Set<string>();
    for (const event of events) {
      const owner = ownerIn(owners, event);
      if (owner !== undefined) gone.add(owner);
      if (event.id <= lostUpTo) continue; // these were given up
      for (const sealed of ownersSealedIn(event.data)) if (!seen.has(sealed)) asked.add(sealed);
    }
    for (const owner of asked) seen.add(owner);
    if (asked.size > 0) for (const owner of await keys.lacking(asked)) lacking.add(owner);
  }
  const alive = await keys.find(gone);
  const unrecorded = after === beginning ? await unrecordedIn(log, keys, destructions, gone) : [];
  for (const owner of alive.keys()) await keys.destroy(owner);
  return {
    revived: [...alive.values()].filter((key) => key !== null).length,
    unrecorded,
    lacking: [...lacking].filter((owner) => !gone.has(owner)),
  };
}

/** @param gone those whose destruction the log records */
async function unrecordedIn(log: EventReader, keys: PersonalKeys, destructions: Destructions, gone: ReadonlySet<string>) {
  const unrecorded = [...(await keys.destroyed())].filter((owner) => !gone.has(owner));
  if (unrecorded.length === 0) return unrecorded;
  // of one that was confirmed the process may have ended before the event was written
  const after = Object.fromEntries(Object.values(destructions).map((destruction) => [destruction.after, destruction.owner]));
  const confirmed = await ownersIn(log, after, beginning);
  return unrecorded.filter((owner) => !confirmed.has(owner));
}
