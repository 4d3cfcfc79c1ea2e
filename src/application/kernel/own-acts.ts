import type { NotCounted } from '../../domain/voting/acts.js';
import type { Recorded, RecordedEvent } from '../../projections/projection.js';
import type { EventReader } from '../ports/event-log.js';
import { decode } from './decode.js';

/** The events of a voter's stream in the order of the log, without those after the closing. */
export const actsIn = async (log: EventReader, stream: string, closingPosition: number | null): Promise<readonly RecordedEvent[]> =>
  (await log.read(stream)).filter(({ position }) => closingPosition === null || position < closingPosition).map(decode);

/**
 * What others entered for the voter: who, when, on which channel, and whether it counts. `describe` gives the fields that describe the
 * act.
 */
export const enteredActs = <E extends Recorded<string, { readonly notCounted?: NotCounted | undefined }>, T extends object>(
  acts: readonly E[],
  counting: readonly E[],
  describe: (act: E) => T,
) =>
  acts.flatMap((act) => {
    const { at, recordedAt, data, meta } = act;
    if (meta.enteredBy === undefined) return [];
    return [
      {
        ...describe(act),
        happenedAt: at,
        enteredAt: recordedAt,
        enteredBy: meta.enteredBy,
        channel: meta.channel,
        counts: counting.includes(act),
        ...(data.notCounted !== undefined && { notCounted: data.notCounted }),
      },
    ];
  });
