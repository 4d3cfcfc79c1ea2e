import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { approvals, rankings, type Approvals, type Rankings } from '../src/domain/voting/ballots.js';
import { equalShares } from '../src/domain/voting/equal-shares.js';
import { bordaSums, pairwise } from '../src/domain/voting/rankings.js';
import { moneyTies } from '../src/domain/voting/outcome.js';
import { rules } from '../src/domain/voting/rules.js';
import { instantRunoff } from '../src/domain/voting/runoff.js';
import { parsePabulib } from '../src/infrastructure/formats/pabulib.js';
import { type Spread, spread } from './figures.js';

/** Times as long as what each is compared with in the same round. */
export interface VotingFigures {
  /** Exact equal shares with Add1, to the same algorithm on doubles. */
  readonly equalSharesToFloats: Spread;
  readonly equalSharesMilliseconds: Spread;
  /** To one pass that only reads the ballots. */
  readonly bordaToReading: Spread;
  readonly schulzeToReading: Spread;
  readonly runoffToReading: Spread;
  readonly readingMilliseconds: Spread;
  readonly distinctBallots: number;
}

export interface VotingOptions {
  /** A Pabulib file with approval votes. */
  readonly pabulib: URL;
  readonly ballots: number;
  readonly rounds: number;
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The algorithm of equal-shares.ts on doubles, for this comparison only: it may elect others where figures are close. */
function equalSharesInFloats({ ballots, counts }: Approvals, budget: number, costs: readonly number[]): number[] {
  const supporters = costs.map((_, option) => ballots.flatMap((approved, i) => (approved.includes(option) ? [i] : [])));
  const votes = supporters.map((list) => list.reduce((sum, i) => sum + counts[i]!, 0));
  const supported = costs.flatMap((_, option) => (votes[option]! > 0 ? [option] : []));
  const buy = (share: number): { bought: number[]; cost: number } => {
    const money = new Float64Array(counts.length).fill(share);
    const bought: number[] = [];
    let cost = 0;
    let open = supported.map((option) => ({ option, payment: 0, part: costs[option] === 0 ? 0 : 1 / votes[option]! }));
    for (;;) {
      open.sort((a, b) => a.part - b.part);
      let best: (typeof open)[number] | null = null;
      const unaffordable = new Set<(typeof open)[number]>();
      for (const offer of open) {
        if (best && offer.part > best.part) break;
        let [rich, of, pays] = [supporters[offer.option]!, votes[offer.option]!, costs[offer.option]!];
        for (;;) {
          const [ofAll, paysAll] = [of, pays];
          const still: number[] = [];
          for (const i of rich) {
            if (money[i]! * ofAll >= paysAll) still.push(i);
            else {
              of -= counts[i]!;
              pays -= counts[i]! * money[i]!;
            }
          }
          const done = still.length === rich.length;
          rich = still;
          if (done || rich.length === 0) break;
        }
        if (rich.length === 0) unaffordable.add(offer);
        else {
          offer.payment = pays / of;
          offer.part = offer.payment / Math.max(costs[offer.option]!, 1);
          if (
            !best ||
            offer.part < best.part ||
            (offer.part === best.part && (costs[offer.option]! - costs[best.option]! || votes[best.option]! - votes[offer.option]!) < 0)
          )
            best = offer;
        }
      }
      if (!best || cost > budget) return { bought, cost };
      const chosen = best;
      open = open.filter((offer) => offer !== chosen && !unaffordable.has(offer));
      for (const i of supporters[chosen.option]!) money[i] = Math.max(0, money[i]! - chosen.payment);
      bought.push(chosen.option);
      cost += costs[chosen.option]!;
    }
  };
  let share = Math.floor(budget / counts.reduce((sum, count) => sum + count, 0));
  let kept = buy(share);
  while (kept.bought.length < supported.length) {
    const raised = buy(++share);
    if (raised.cost > budget) break;
    kept = raised;
  }
  return kept.bought;
}

function randomRankings(ballots: number): Rankings {
  const options = Array.from({ length: 10 }, (_, i) => `o${i}`);
  let seed = 20_201_123;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n); // the high bits: the low ones of such a sequence repeat soon
  };
  return rankings(
    options,
    (function* () {
      for (let i = 0; i < ballots; i++) {
        const order = [...options];
        for (let k = order.length - 1; k > 0; k--) {
          const other = random(k + 1);
          [order[k], order[other]] = [order[other]!, order[k]!];
        }
        yield { ranking: order.map((option) => [option]) };
      }
    })(),
  );
}

/** One pass that touches every entry of every ballot and does nothing with it. */
function read({ starts, entries, counts }: Rankings): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) sum += entries[k]! * count;
  }
  return sum;
}

/** Rounds of what is compared are taken in turns. */
export function benchVoting({ pabulib, ballots, rounds }: VotingOptions): VotingFigures {
  const file = parsePabulib(readFileSync(pabulib, 'utf8'));
  const approved = approvals(
    file.projects.map(({ id }) => id),
    file.ballots.map(({ options }) => ({ approved: options })),
  );
  const costs = file.projects.map(({ cost }) => cost);
  const lots = approved.options.map((_, i) => i);
  const shares: number[][] = [];
  for (let round = 0; round <= rounds; round++) {
    const floats = timed(() => equalSharesInFloats(approved, file.budget, costs));
    const exact = timed(() => equalShares(approved, rules['equal-shares'].usual, lots, { budget: file.budget, costs }, moneyTies));
    if (round > 0) shares.push([exact / floats, exact]); // the first round warms up
  }
  const profile = randomRankings(ballots);
  const runoffLots = profile.options.map((_, i) => i);
  const passes: number[][] = [];
  for (let round = 0; round <= rounds; round++) {
    const reading = timed(() => read(profile));
    const borda = timed(() => bordaSums(profile, 'average'));
    const schulze = timed(() => pairwise(profile, 'last'));
    const runoff = timed(() => instantRunoff(profile, rules['instant-runoff'].usual, runoffLots, []));
    if (round > 0) passes.push([borda / reading, schulze / reading, runoff / reading, reading]);
  }
  const of = (figures: readonly number[][], i: number) => spread(figures.map((row) => row[i]!));
  return {
    equalSharesToFloats: of(shares, 0),
    equalSharesMilliseconds: of(shares, 1),
    bordaToReading: of(passes, 0),
    schulzeToReading: of(passes, 1),
    runoffToReading: of(passes, 2),
    readingMilliseconds: of(passes, 3),
    distinctBallots: profile.counts.length,
  };
}
