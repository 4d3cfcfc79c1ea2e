import { memoryPersonalKeys } from '../../../src/infrastructure/personal-keys/memory.js';
import { personalKeysContract } from '../../contracts/personal-keys.contract.js';

personalKeysContract('in memory', () => {
  const keys = memoryPersonalKeys();
  return { keys, again: () => Promise.resolve(keys), close: () => undefined };
});
