import { KeysUnavailable, type PersonalKeys } from '../../application/ports/personal-keys.js';

const unavailable = () => new KeysUnavailable('this process has no keys: it neither seals nor opens personal data');
const refuse = () => Promise.reject(unavailable());

/** In place of the keys, in a process that only updates rows: what is sealed stays sealed in them. */
export const closedKeys: PersonalKeys = {
  find: refuse,
  compared: refuse,
  keysOf: refuse,
  destroyed: refuse,
  lacking: refuse,
  noteCompared: refuse,
  giveUp: refuse,
  destroy: refuse,
  hashOf: () => {
    throw unavailable();
  },
  health: () => Promise.resolve('well'), // it needs none
};
