import { LRUCache } from 'lru-cache';
import type { Counting } from '../domain/platform/counting.js';
import { noSums, outcomeOf, recount, wholeRule } from '../domain/platform/counting.js';
import type { Outcome } from '../domain/voting/outcome.js';
import type { Rule } from '../domain/voting/rules.js';
import type { BallotRow } from '../projections/platform/ballots.js';
import { countingOf, type PaperRow, type TallyRow } from '../projections/platform/ballot-tally.js';
import type { ReadModels } from './read-models.js';

const page = 1_000;

async function papersOf(rows: Pick<ReadModels, 'list'>, ballotId: string): Promise<PaperRow[]> {
  const found: PaperRow[] = [];
  for (let after: string | undefined; ; ) {
    const next = await rows.list<PaperRow>('ballot-tally', { prefix: `${ballotId}/`, limit: page, ...(after !== undefined && { after }) });
    found.push(...next.map(({ row }) => row));
    if (next.length < page) return found;
    after = next.at(-1)!.key;
  }
}

/**
 * What counts of a ballot that is closed, and the position of its closing; null while the read model has not come to it.
 * @param every also where the sums suffice, the papers themselves
 */
export async function countingIn(rows: Pick<ReadModels, 'get' | 'list'>, ballotId: string, every: boolean): Promise<{ counting: Counting; position: number } | null> {
  for (;;) {
    const tally = await rows.get<TallyRow>('ballot-tally', ballotId);
    if (tally === null || tally.closedAt === null) return null;
    const papers = every || tally.sums === null ? await papersOf(rows, ballotId) : [];
    const after = await rows.get<TallyRow>('ballot-tally', ballotId);
    // a paper that came late was folded between the two reads: the rows do not belong together
    if (after?.late.length === tally.late.length) return { counting: countingOf(tally, papers), position: tally.closedAt };
  }
}

/** Outcomes that were asked for, the latest: what is counted of a closed ballot never changes. */
const counted = new WeakMap<ReadModels, LRUCache<string, Outcome>>();

/**
 * The outcome of a closed ballot: under its own rule, or under another one.
 * @throws RangeError where the papers are too many to be counted exactly
 */
export async function outcomeIn(rows: ReadModels, { ballotId, declared, drawSeed }: BallotRow, other?: { readonly rule: Rule; readonly budget: number | undefined }): Promise<Outcome> {
  const kept = counted.get(rows) ?? new LRUCache<string, Outcome>({ max: 100 });
  counted.set(rows, kept);
  const key = JSON.stringify([ballotId, drawSeed, other ?? null]);
  const known = kept.get(key);
  if (known) return known;
  const found = await countingIn(rows, ballotId, other !== undefined || noSums(wholeRule(declared.rule), declared.options.length) === null);
  if (found === null) throw new Error(`the tally of ballot ${ballotId} has not come to its closing`);
  const outcome = other ? recount(declared, found.counting.papers, drawSeed, other.rule, other.budget) : outcomeOf(declared, found.counting, drawSeed);
  kept.set(key, outcome);
  return outcome;
}
