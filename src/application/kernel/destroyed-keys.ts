import { beginning } from '../../projections/position.js';
import type { EventReader } from '../ports/event-log.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import { categoryOf } from './decode.js';

/**
 * Destroys every key that the log says is destroyed: keys that were put back from an older copy have them again. It also serves owners who
 * have no key in that copy, so that none is made for them.
 * @param types of the events which say that a key is destroyed; the id of their stream is its owner
 * @returns how many keys were there
 */
export async function destroyAgain(log: EventReader, keys: PersonalKeys, types: readonly string[]): Promise<number> {
  let revived = 0;
  for await (const { events } of log.readAll(beginning, { types })) {
    const owners = events.map(({ type, stream }) => stream.slice(categoryOf(type).length + 1));
    revived += (await keys.find(owners)).size;
    for (const owner of owners) await keys.destroy(owner);
  }
  return revived;
}
