import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Counted } from '../../../domain/platform/ballot-messages.js';
import { type BallotCount, type Counting, noSums, wholeRule } from '../../../domain/platform/counting.js';
import type { Refusal } from '../../../domain/shared/decider.js';
import type { BallotRow } from '../../../projections/platform/ballots.js';
import { ballotTally, countingOf, papersIn, type PaperRow, tallyIn } from '../../../projections/platform/ballot-tally.js';
import type { Counter, CountRefusal } from './counter.js';
import type { ReadModels } from '../../ports/read-models.js';

declare module '../../kernel/services.js' {
  interface Services {
    readonly ballotCounts: BallotCounts;
  }
}

const page = 1_000;

async function papersOf(rows: Pick<ReadModels, 'list'>, ballotId: string): Promise<PaperRow[]> {
  const found: PaperRow[] = [];
  for (let after: string | undefined; ;) {
    const next = await rows.list(ballotTally, { prefix: `${ballotId}/`, limit: page, ...(after !== undefined && { after }) });
    found.push(...next.flatMap(({ row }) => papersIn(row)));
    if (next.length < page) return found;
    after = next.at(-1)!.key;
    await yieldToEventLoop(); // a large ballot must not delay other requests
  }
}

/**
 * The input for the count of a closed ballot, and its closing; null while the read model has not reached the closing.
 * @param every read the papers even if the sums are enough for the rule
 */
export async function countingIn(
  rows: Pick<ReadModels, 'get' | 'list'>,
  ballotId: string,
  every: boolean,
): Promise<{ counting: Counting; closing: Counted['closing'] } | null> {
  for (;;) {
    const tally = tallyIn(await rows.get(ballotTally, ballotId));
    if (tally === null || tally.closing === null) return null;
    const papers = every || tally.sums === null ? await papersOf(rows, ballotId) : [];
    const after = tallyIn(await rows.get(ballotTally, ballotId));
    // a late paper was folded between the two reads, so the rows are of two states: read again
    if (after?.late.length === tally.late.length) return { counting: countingOf(tally, papers), closing: tally.closing };
  }
}

type CountedOrNot = Counted | Refusal<CountRefusal>;

/**
 * Caches counts. Simultaneous requests for the same count share one. The votes of a closed ballot never change, so results are kept (the
 * most recent 100).
 */
class Counts {
  private readonly underWay = new Map<string, Promise<CountedOrNot>>();
  private readonly kept = new LRUCache<string, Counted>({ max: 100 });

  async once(key: string, count: () => Promise<CountedOrNot>): Promise<CountedOrNot> {
    const known = this.kept.get(key) ?? this.underWay.get(key);
    if (known) return known;
    const begun = count();
    this.underWay.set(key, begun);
    try {
      const counted = await begun;
      if (!('refused' in counted)) this.kept.set(key, counted);
      return counted;
    } finally {
      this.underWay.delete(key);
    }
  }
}

/** The results of ballots. */
export class BallotCounts {
  private readonly official = new Counts();
  private readonly whatIfs = new Counts(); // its own cache: what-if counts do not evict official ones

  constructor(
    private readonly rows: Pick<ReadModels, 'get' | 'list'>,
    private readonly counter: Counter,
  ) {}

  /**
   * The count of a closed ballot, by its own rule or another one.
   * @throws RangeError if there are too many papers to count exactly
   */
  of(
    { ballotId, declared, drawSeed }: Pick<BallotRow, 'ballotId' | 'declared' | 'drawSeed'>,
    other: BallotCount['other'] = null,
  ): Promise<CountedOrNot> {
    return (other === null ? this.official : this.whatIfs).once(JSON.stringify([ballotId, drawSeed, other]), async () => {
      const found = await countingIn(
        this.rows,
        ballotId,
        other !== null || noSums(wholeRule(declared.rule), declared.options.length) === null,
      );
      if (found === null) throw new Error(`the tally of ballot ${ballotId} has not reached its closing`);
      const outcome = await this.counter({ declared, counting: found.counting, drawSeed, other });
      return 'refused' in outcome ? outcome : { outcome, ballots: found.counting.ballots, closing: found.closing };
    });
  }
}
