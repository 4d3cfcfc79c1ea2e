import { KeyDestroyed, type PersonalKeys } from '../../application/ports/personal-keys.js';
import { keyedHash, newKey } from './keys.js';

/** Keys in memory: for tests. */
export function memoryPersonalKeys(): PersonalKeys {
  /** Null: destroyed. */
  const keys = new Map<string, Uint8Array | null>();
  const installation = newKey();
  const among = (personIds: Iterable<string>) =>
    new Map(
      [...personIds].flatMap((id) => {
        const key = keys.get(id);
        return key ? [[id, key] as const] : [];
      }),
    );
  return {
    find: (personIds) => Promise.resolve(among(personIds)),
    keysOf: async (personIds) => {
      const wanted = [...personIds];
      const destroyed = wanted.find((id) => keys.get(id) === null);
      if (destroyed !== undefined) throw new KeyDestroyed(destroyed);
      for (const id of wanted) if (!keys.has(id)) keys.set(id, newKey());
      return Promise.resolve(among(wanted));
    },
    destroy: (personId) => {
      keys.set(personId, null);
      return Promise.resolve();
    },
    hashOf: (text) => keyedHash(text, installation),
  };
}
