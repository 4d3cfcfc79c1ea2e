import { sums } from './approval.js';
import type { Approvals } from './ballots.js';

/** Who supports which option. Options and ballots are given by their index. */
export class Supporters {
  /** The options with at least one vote. */
  readonly supported: readonly number[];
  /** The ballots that approve an option, by option. */
  readonly of: readonly Int32Array[];
  /** The number of voters of each ballot. */
  readonly counts: Float64Array;
  /** The number of votes of each option. */
  readonly votes: readonly number[];
  /** What `gather` found last: distinct levels, and the number of supporters on each. */
  readonly levels: number[] = [];
  readonly weights: number[] = [];
  /** The number of supporters per level, used only inside `gather`. */
  private weight = new Float64Array(64);

  constructor(ballots: Approvals) {
    const supporters = ballots.options.map((): number[] => []);
    ballots.ballots.forEach((approved, i) => approved.forEach((option) => ballots.counts[i]! > 0 && supporters[option]!.push(i)));
    this.of = supporters.map((list) => Int32Array.from(list));
    this.counts = Float64Array.from(ballots.counts);
    this.votes = sums(ballots);
    this.supported = ballots.options.flatMap((_, option) => (this.votes[option]! > 0 ? [option] : []));
  }

  /**
   * Collects the levels of an option's supporters in `levels` and `weights`, which callers may change.
   * @param level the level of each ballot, less than `end`
   * @returns the number of distinct levels
   */
  gather(option: number, level: Int32Array, end: number): number {
    if (this.weight.length < end) this.weight = new Float64Array(2 * end);
    const { weight, levels, weights, counts } = this;
    let n = 0;
    for (const i of this.of[option]!) {
      const here = level[i]!;
      if (weight[here] === 0) levels[n++] = here;
      weight[here]! += counts[i]!;
    }
    for (let k = 0; k < n; k++) {
      weights[k] = weight[levels[k]!]!;
      weight[levels[k]!] = 0;
    }
    return n;
  }
}
