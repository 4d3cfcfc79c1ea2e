import { MemoryTrail } from '../../../src/infrastructure/trail/memory.js';
import { smallLayout } from '../../support/trail.js';
import { trailContract } from '../../contracts/trail.contract.js';

trailContract('memory', () => {
  const store = new MemoryTrail(smallLayout);
  return { store, reader: store, again: () => store, close: () => undefined };
});
