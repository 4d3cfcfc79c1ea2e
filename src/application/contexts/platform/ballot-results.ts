import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Counted } from '../../../domain/platform/ballot-messages.js';
import { type BallotCount, type Counting, noSums, wholeRule } from '../../../domain/platform/counting.js';
import { strikes } from '../../../domain/platform/striking.js';
import { refuse, type Refusal } from '../../../domain/shared/decider.js';
import { type BallotRow, ballots } from '../../../projections/platform/ballots.js';
import { later, type Position } from '../../../projections/position.js';
import { ballotTally, countingOf, papersIn, type PaperRowAt, tallyIn } from '../../../projections/platform/ballot-tally.js';
import type { Counter, CountRefusal } from './counter.js';
import { type KernelRefusal, Refused } from '../../kernel/command.js';
import { behind } from '../../kernel/query.js';
import type { ReadModels } from '../../ports/read-models.js';

declare module '../../kernel/services.js' {
  interface Services {
    readonly ballotCounts: BallotCounts;
  }
}

const page = 1_000;
/** How long a count waits for rows that are as new as others that it has read, in milliseconds. */
const timeoutMs = 10_000;

type Rows = Pick<ReadModels, 'get' | 'list' | 'atLeast'>;

async function reach(rows: Rows, position: Position): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await rows.atLeast(position, [ballotTally], timeout);
  } catch (error) {
    if (timeout.aborted) throw new Refused(refuse('read-models.behind', { position }) satisfies Refusal<KernelRefusal>);
    throw error;
  }
}

async function papersOf(rows: Rows, ballotId: string): Promise<PaperRowAt[]> {
  const found: PaperRowAt[] = [];
  for (let after: string | undefined; ;) {
    const next = await rows.list(ballotTally, { prefix: `${ballotId}/`, limit: page, ...(after !== undefined && { after }) });
    found.push(...next.flatMap(({ row, position }) => papersIn(row).map((paper) => ({ row: paper, position }))));
    if (next.length < page) return found;
    after = next.at(-1)!.key;
    await yieldToEventLoop(); // a large ballot must not delay other requests
  }
}

/**
 * The input for the count of a closed ballot, and its closing; null while the read model has not reached the closing. The rows are read
 * one after another, while late papers may come: each row tells up to which position it goes, so it does not matter.
 * @param every read the papers even if the sums are enough for the rule
 * @throws Refused if rows are missing that must be there soon
 */
export async function countingIn(
  rows: Rows,
  ballotId: string,
  every: boolean,
): Promise<{ counting: Counting; closing: Counted['closing'] } | null> {
  const tally = tallyIn(await rows.get(ballotTally, ballotId));
  if (tally === null || tally.closing === null || tally.closingPosition === null) return null;
  if (!every && tally.sums !== null) return { counting: countingOf(tally, []), closing: tally.closing };
  await reach(rows, tally.closingPosition); // a store may show this row before the others of the same page
  const papers = await papersOf(rows, ballotId);
  const newest = papers.reduce((newest, { position }) => later(newest, position), tally.closingPosition);
  await reach(rows, newest);
  const after = tallyIn(await rows.get(ballotTally, ballotId));
  return after && { counting: countingOf(after, papers), closing: tally.closing };
}

type CountedOrNot = Counted | Refusal<CountRefusal>;

/**
 * Caches counts. Simultaneous requests for the same count share one. The votes of a closed ballot never change, so results are kept (the
 * most recent 100). Without it, a count is made again and comes out the same.
 */
class Counts {
  private readonly underWay = new Map<string, Promise<CountedOrNot>>();
  private readonly kept = new LRUCache<string, Counted>({ max: 100 });

  async once(key: string, count: () => Promise<CountedOrNot>): Promise<CountedOrNot> {
    const known = this.kept.get(key) ?? this.underWay.get(key);
    if (known) return known;
    const counting = count();
    this.underWay.set(key, counting);
    try {
      const counted = await counting;
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
    private readonly rows: Rows & Pick<ReadModels, 'position'>,
    private readonly counter: Counter,
  ) {}

  /**
   * The count of a closed ballot, by its own rule or another one.
   * @throws RangeError if there are too many papers to count exactly
   */
  of(
    { ballotId, declared, withdrawn, drawSeed }: Pick<BallotRow, 'ballotId' | 'declared' | 'withdrawn' | 'drawSeed'>,
    other: BallotCount['other'] = null,
  ): Promise<CountedOrNot> {
    return (other === null ? this.official : this.whatIfs).once(JSON.stringify([ballotId, drawSeed, other]), async () => {
      const found = await countingIn(
        this.rows,
        ballotId,
        other !== null || strikes({ ...declared, withdrawn }) || noSums(wholeRule(declared.rule), declared.options.length) === null,
      );
      if (found === null) throw await behind(this.rows, ballots);
      const outcome = await this.counter({ declared: { ...declared, withdrawn }, counting: found.counting, drawSeed, other });
      return 'refused' in outcome ? outcome : { outcome, ballots: found.counting.ballots, closing: found.closing };
    });
  }
}
