import { setTimeout as sleep } from 'node:timers/promises';
import type { EventReader } from '../../application/ports/event-log.js';
import type { TrailStore } from '../../application/ports/trail.js';
import { type Discarded, TrailWriter } from '../../application/trail/writer.js';

/** Milliseconds between two looks at the log. The events of that time are read from the log by whoever asks for them. */
const pause = 500;
const afterTrouble = 1_000;

export interface Keeping {
  readonly log: EventReader;
  /** Opens the index; also after trouble. */
  readonly open: () => Promise<TrailStore> | TrailStore;
  readonly onDiscard: (why: Discarded) => void;
  /** The index is as far as the log. */
  readonly onWell: () => void;
  /** Called when the log or the index fails. It is tried again a moment later. */
  readonly onTrouble: (error: unknown) => void;
  /** If it is aborted, the writing ends soon. */
  readonly signal: AbortSignal;
}

/** Keeps the index of the audit trail up to date until the signal is aborted. */
export async function keepTrail({ log, open, onDiscard, onWell, onTrouble, signal }: Keeping): Promise<void> {
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    try {
      const writer = await TrailWriter.open(log, await open(), onDiscard);
      while (!signal.aborted) {
        await writer.catchUp(signal);
        onWell();
        await wait(pause);
      }
    } catch (error) {
      if (signal.aborted) return;
      onTrouble(error);
      await wait(afterTrouble);
    }
  }
}
