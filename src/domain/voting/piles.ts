import type { Rankings } from './ballots.js';
import { nextPreference, nowhere, optionOf, type Reading } from './next-preference.js';

/** Ballots grouped by the option they count for, as linked lists. So only ballots of eliminated options are visited again. */
export class Piles {
  readonly tallies: Float64Array;
  private readonly top: Int32Array;
  private readonly next: Int32Array;
  private readonly place: Int32Array;

  /** @param plainCounted true if plain ballots are counted by the table and left out here */
  constructor(
    private readonly ballots: Rankings,
    private readonly reading: Reading,
    private readonly continuing: Uint8Array,
    plainCounted: boolean,
  ) {
    const { options, counts, starts, plain } = ballots;
    this.tallies = new Float64Array(options.length);
    this.top = new Int32Array(options.length).fill(nowhere);
    this.next = new Int32Array(counts.length);
    this.place = new Int32Array(counts.length);
    for (let i = 0; i < counts.length; i++) if (!plainCounted || plain[i] === 0) this.put(i, starts[i]!);
  }

  eliminate(eliminated: readonly number[]): void {
    for (const option of eliminated) this.continuing[option] = 0;
    for (const option of eliminated) {
      this.tallies[option] = 0;
      for (let i = this.top[option]!, after; i !== nowhere; i = after) {
        after = this.next[i]!; // put() moves the ballot to another chain
        this.put(i, this.place[i]! + 1);
      }
    }
  }

  private put(i: number, from: number): void {
    const at = nextPreference(this.ballots, i, from, this.continuing, this.reading);
    if (at === nowhere) return;
    const option = optionOf(this.ballots.entries[at]!);
    this.place[i] = at;
    this.next[i] = this.top[option]!;
    this.top[option] = i;
    this.tallies[option]! += this.ballots.counts[i]!;
  }
}
