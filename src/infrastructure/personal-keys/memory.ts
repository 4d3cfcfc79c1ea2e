import type { PersonalKeys } from '../../application/ports/personal-keys.js';
import { keyedHash, newKey } from './keys.js';

/** Keys in memory: for tests. */
export function memoryPersonalKeys(): PersonalKeys {
  const keys = new Map<string, Uint8Array>();
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
    keysOf: (personIds) => {
      const wanted = [...personIds];
      for (const id of wanted) if (!keys.has(id)) keys.set(id, newKey());
      return Promise.resolve(among(wanted));
    },
    hashOf: (text) => keyedHash(text, installation),
  };
}
