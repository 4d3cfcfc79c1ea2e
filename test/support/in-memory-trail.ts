import type { EventReader } from '../../src/application/ports/event-log.js';
import type { TrailReader } from '../../src/application/ports/trail.js';
import type { Layout } from '../../src/application/trail/segment.js';
import { TrailWriter } from '../../src/application/trail/writer.js';
import { MemoryTrail } from '../../src/infrastructure/trail/memory.js';

/** So small that the logs of most tests have segments of each size. */
const tinyLayout: Layout = { levels: [1, 2, 3], hotFrom: 3, packSize: 2 };
const never = new AbortController().signal;

/** The index of a log, kept in memory. It catches up with the log when it is asked. */
export function inMemoryTrail(log: EventReader): TrailReader {
  const store = new MemoryTrail(tinyLayout);
  const opening = TrailWriter.open(log, store);
  let growing = Promise.resolve();
  const grow = async () => (await opening).catchUp(never);
  return {
    layout: store.layout,
    segments: async () => {
      growing = growing.then(grow);
      await growing;
      return store.segments();
    },
    head: (span) => store.head(span),
    parts: (span, indexes) => store.parts(span, indexes),
    block: (start) => store.block(start),
    blockAt: (position) => store.blockAt(position),
  };
}
