import { type Compared, KeyDestroyed, type PersonalKeys } from '../../application/ports/personal-keys.js';
import { keyedHash, newKey } from './keys.js';

/** Keys in memory: for tests. */
export function memoryPersonalKeys(): PersonalKeys {
  /** Null: destroyed. */
  const keys = new Map<string, Uint8Array | null>();
  const installation = newKey();
  let compared: Compared | null = null;
  let lostUpTo: string | undefined;
  return {
    get lostUpTo() {
      return lostUpTo;
    },
    compared: () => Promise.resolve(compared),
    find: (owners) =>
      Promise.resolve(new Map([...owners].flatMap((owner) => (keys.get(owner) === null ? [] : [[owner, keys.get(owner) ?? null]])))),
    keysOf: async (personIds) => {
      const wanted = [...personIds];
      const destroyed = wanted.find((id) => keys.get(id) === null);
      if (destroyed !== undefined) throw new KeyDestroyed(destroyed);
      for (const id of wanted) if (!keys.has(id)) keys.set(id, newKey());
      return Promise.resolve(new Map(wanted.map((id) => [id, keys.get(id)!])));
    },
    destroyed: () => Promise.resolve(new Set([...keys].flatMap(([owner, key]) => (key === null ? [owner] : [])))),
    lacking: (owners) => Promise.resolve([...owners].filter((owner) => !keys.has(owner))),
    noteCompared: (at) => {
      compared = at;
      return Promise.resolve();
    },
    giveUp: (upToEvent) => {
      lostUpTo = lostUpTo === undefined || lostUpTo < upToEvent ? upToEvent : lostUpTo;
      return Promise.resolve();
    },
    destroy: (personId) => {
      keys.set(personId, null);
      return Promise.resolve();
    },
    hashOf: (text) => keyedHash(text, installation),
    health: () => Promise.resolve('well'),
  };
}
