import { leftOut, type Rankings } from './ballots.js';

/** How to find the next preference of a ballot. */
export interface Reading {
  /**
   * At several options in one place: continue with the next place, end the ballot, or end it only if several of them continue and count it
   * for the one that does (RCTab: alwaysSkipToNextRank, exhaustImmediately, exhaustIfMultipleContinuing).
   */
  readonly overvote: 'skip' | 'exhaust' | 'exhaust-if-multiple';
  /** How many ranks in a row may be skipped before the ballot ends (RCTab: maxSkippedRanksAllowed). Null: any number. */
  readonly skippedRanks: number | null;
}

/** Position after the last preference of a ballot: it counts for nobody. */
export const nowhere = -1;

/** The option that an entry names. */
export const optionOf = (entry: number): number => (entry < 0 ? ~entry : entry);

/** The index of the entry, at or after `from`, with the first continuing option of ballot `i`, or `nowhere`. */
export function nextPreference(
  { starts, entries, plain }: Rankings,
  i: number,
  from: number,
  continuing: Uint8Array,
  { overvote, skippedRanks }: Reading,
): number {
  const end = starts[i + 1]!;
  if (plain[i] === 1) {
    for (let k = from; k < end; k++) if (continuing[entries[k]!] === 1) return k;
    return nowhere;
  }
  let skipped = 0;
  for (let k = from; k < end; k++) {
    const entry = entries[k]!;
    if (entry < 0) continue; // the rest of a place in which another option continued until now
    if (entry === leftOut) {
      if (skippedRanks !== null && ++skipped > skippedRanks) return nowhere;
      continue;
    }
    skipped = 0;
    if (k + 1 < end && entries[k + 1]! < 0) {
      if (overvote === 'exhaust') return nowhere;
      let [only, several] = [continuing[entry] === 1 ? k : nowhere, false];
      while (k + 1 < end && entries[k + 1]! < 0) {
        k++;
        if (continuing[optionOf(entries[k]!)] !== 1) continue;
        several = only !== nowhere;
        if (several) break;
        only = k;
      }
      if (overvote === 'exhaust-if-multiple' && several) return nowhere;
      if (overvote === 'exhaust-if-multiple' && only !== nowhere) return only;
      while (k + 1 < end && entries[k + 1]! < 0) k++;
    } else if (continuing[entry] === 1) return k;
  }
  return nowhere;
}
