import { setTimeout as sleep } from 'node:timers/promises';
import type { EventReader } from '../../application/ports/event-log.js';
import type { TrailStore } from '../../application/ports/trail.js';
import { type Discarded, TrailWriter } from '../../application/trail/writer.js';
import { failureOf } from '../event-log/sqlite/errors.js';
import type { FromTrail } from './thread.js';

/** Milliseconds between two looks at the log. The events of that time are read from the log by whoever asks for them. */
const pause = 500;
const afterTrouble = 1_000;
const reasons: Readonly<Record<Discarded, string>> = {
  'other log': 'it was made from another log',
  'other version': 'it was made by another version of the program',
};

export interface Keeping {
  readonly log: EventReader;
  /** Opens the index; also after trouble. */
  readonly open: () => Promise<TrailStore> | TrailStore;
  readonly send: (message: FromTrail) => void;
  /** Called when the log or the index fails; false if that need not be reported. It is tried again a moment later. */
  readonly onTrouble?: (error: unknown) => boolean;
  /** True if the log is read from a copy that may be behind. */
  readonly mayLag?: boolean;
  /** If it is aborted, the writing ends soon. */
  readonly signal: AbortSignal;
}

/** Keeps the index of the audit trail up to date until the signal is aborted. */
export async function keepTrail({ log, open, send, onTrouble = () => true, mayLag = false, signal }: Keeping): Promise<void> {
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    try {
      const writer = await TrailWriter.open(log, await open(), (why) => send({ madeAnew: reasons[why] }), mayLag);
      await writer.catchUp(signal);
      send('well');
      while (!signal.aborted) {
        await wait(pause);
        await writer.catchUp(signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (onTrouble(error)) send({ trouble: failureOf(error).message });
      await wait(afterTrouble);
    }
  }
}
