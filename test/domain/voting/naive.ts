import type { Ranking } from '../../../src/domain/voting/ballots.js';
import type { RuleName } from '../../../src/domain/voting/rules.js';
import { add, compare, over, rational, times, zero, type Rational } from '../../../src/domain/voting/rational.js';

/*
 * The rules once more, written from their definitions voter by voter, slow and without any of the means that make the real ones
 * fast. `lots[option]` is the place drawn.
 */

type Lots = Readonly<Record<string, number>>;
const minus = (a: Rational, b: Rational): Rational => add(a, { n: -b.n, d: b.d });
const least = (a: Rational, b: Rational) => (compare(a, b) <= 0 ? a : b);

/** Place of an option on a ballot; the unranked are all behind. */
const placeOf = (ranking: Ranking, option: string): number => {
  const at = ranking.findIndex((tier) => tier.includes(option));
  return at < 0 ? Infinity : at;
};

/**
 * The winners when seats go one after another to whoever has the most of those left; equals by lot. Nobody wins if nobody has anything.
 * `have` is asked again for every comparison.
 */
function mostFirst(options: readonly string[], have: (option: string) => number, seats: number, lots: Lots): string[] {
  if (options.every((option) => have(option) === 0)) return [];
  const winners: string[] = [];
  while (winners.length < Math.min(seats, options.length)) {
    const left = options.filter((option) => !winners.includes(option));
    const most = Math.max(...left.map(have));
    winners.push(left.filter((option) => have(option) === most).sort((a, b) => lots[a]! - lots[b]!)[0]!);
  }
  return winners;
}

/** Approval voting: how many ballots name the option. */
export const naiveApproval = (options: readonly string[], ballots: readonly (readonly string[])[], seats: number, lots: Lots): string[] =>
  mostFirst(options, (option) => ballots.filter((approved) => approved.includes(option)).length, seats, lots);

/** The most points in all, ballot by ballot. */
export const naivePoints = (
  options: readonly string[],
  ballots: readonly ReadonlyMap<string, number>[],
  seats: number,
  lots: Lots,
): string[] => mostFirst(options, (option) => ballots.reduce((sum, ballot) => sum + (ballot.get(option) ?? 0), 0), seats, lots);

/** Borda as options beaten and half of those tied, doubled; the unranked tie with each other or get nothing, blank ballots give nothing. */
export function naiveBorda(options: readonly string[], ballots: readonly Ranking[], unranked: 'average' | 'zero'): number[] {
  return options.map((option) =>
    ballots.reduce((sum, ranking) => {
      if (ranking.flat().length === 0) return sum;
      if (placeOf(ranking, option) === Infinity && unranked === 'zero') return sum;
      const others = options.filter((other) => other !== option);
      const beaten = others.filter((other) => placeOf(ranking, other) > placeOf(ranking, option)).length;
      const tied = others.filter((other) => placeOf(ranking, other) === placeOf(ranking, option)).length;
      return sum + 2 * beaten + tied;
    }, 0),
  );
}

export const prefer = (ballots: readonly Ranking[], a: string, b: string) =>
  ballots.filter((ranking) => placeOf(ranking, a) < placeOf(ranking, b)).length;

/** The strength of a win: the votes for it (or the margin) and, if the votes are equal, the votes against it. */
export type Strength = readonly [votes: number, against: number];
export const isStronger = ([votes, against]: Strength, [others, opposed]: Strength) =>
  votes > others || (votes === others && against < opposed);

/** Strength of the strongest path, by trying every path. */
export function naivePath(
  options: readonly string[],
  ballots: readonly Ranking[],
  from: string,
  to: string,
  strength: 'winning-votes' | 'margins',
  visited: readonly string[] = [from],
): Strength {
  const link = (a: string, b: string): Strength => {
    const [wins, losses] = [prefer(ballots, a, b), prefer(ballots, b, a)];
    if (wins <= losses) return [0, 0];
    return strength === 'margins' ? [wins - losses, 0] : [wins, losses];
  };
  let best = link(from, to);
  for (const via of options.filter((one) => one !== to && !visited.includes(one))) {
    const [first, rest] = [link(from, via), naivePath(options, ballots, via, to, strength, [...visited, via])];
    const whole = isStronger(first, rest) ? rest : first;
    if (isStronger(whole, best)) best = whole;
  }
  return best;
}

interface Reading {
  readonly overvote: 'skip' | 'exhaust' | 'exhaust-if-multiple';
  readonly skippedRanks: number | null;
}

function naiveNext(ranking: Ranking, continuing: ReadonlySet<string>, { overvote, skippedRanks }: Reading): string | null {
  let skipped = 0;
  for (const tier of ranking) {
    skipped = tier.length === 0 ? skipped + 1 : 0;
    if (skippedRanks !== null && skipped > skippedRanks) return null;
    if (tier.length > 1 && overvote === 'exhaust') return null;
    if (tier.length > 1 && overvote === 'exhaust-if-multiple') {
      const left = tier.filter((option) => continuing.has(option));
      if (left.length > 1) return null;
      if (left.length === 1) return left[0]!;
    }
    if (tier.length === 1 && continuing.has(tier[0]!)) return tier[0]!;
  }
  return null;
}

interface Exclusion {
  readonly option: string;
  readonly round: number;
}
/** Those who go in this round whatever their votes, unless it is all who are left. */
const goneIn = (exclusions: readonly Exclusion[], round: number, left: ReadonlySet<string>): string[] => {
  const gone = [...left].filter((option) => exclusions.some((one) => one.option === option && one.round === round));
  return gone.length < left.size ? gone : [];
};

/** Instant runoff, recounted from all ballots in every round; ties by the latest earlier round, then by lot. Returns the winner. */
export function naiveRunoff(
  options: readonly string[],
  ballots: readonly Ranking[],
  reading: Reading,
  lots: Lots,
  exclusions: readonly Exclusion[] = [],
): string {
  const continuing = new Set(options);
  const earlier: Map<string, number>[] = [];
  let live = ballots;
  for (;;) {
    live = live.filter((ranking) => naiveNext(ranking, continuing, reading) !== null); // an exhausted ballot stays exhausted
    const votes = live.map((ranking) => naiveNext(ranking, continuing, reading)!);
    const tally = new Map([...continuing].map((option) => [option, votes.filter((vote) => vote === option).length]));
    const gone = goneIn(exclusions, earlier.length + 1, continuing);
    if (gone.length > 0) {
      gone.forEach((option) => continuing.delete(option));
      earlier.push(tally);
      continue;
    }
    const most = [...continuing].reduce((a, b) => (tally.get(b)! > tally.get(a)! ? b : a));
    if (2 * tally.get(most)! > votes.length || continuing.size === 1) return most;
    let tied = [...continuing].filter((option) => tally.get(option) === Math.min(...tally.values()));
    for (const round of [...earlier].reverse()) {
      const fewest = Math.min(...tied.map((option) => round.get(option)!));
      tied = tied.filter((option) => round.get(option) === fewest);
    }
    continuing.delete(tied.reduce((a, b) => (lots[b]! > lots[a]! ? b : a)));
    earlier.push(tally);
  }
}

/** Instant runoff seat by seat, without the winners of the seats before. */
export function naiveSequential(
  options: readonly string[],
  ballots: readonly Ranking[],
  seats: number,
  reading: Reading,
  lots: Lots,
): string[] {
  const winners: string[] = [];
  while (winners.length < Math.min(seats, options.length)) {
    const left = options.filter((option) => !winners.includes(option));
    if (ballots.every((ranking) => naiveNext(ranking, new Set(left), reading) === null)) return winners;
    winners.push(naiveRunoff(left, ballots, reading, lots));
  }
  return winners;
}

/** The last ones left, recounted from all ballots in every round; ties as above. */
export function naiveBottomsUp(
  options: readonly string[],
  ballots: readonly Ranking[],
  seats: number,
  reading: Reading,
  lots: Lots,
  exclusions: readonly Exclusion[] = [],
): string[] {
  const left = new Set(options);
  const earlier: ((option: string) => number)[] = [];
  let live = ballots;
  for (;;) {
    const continuing = new Set(left);
    const now = live.filter((ranking) => naiveNext(ranking, continuing, reading) !== null);
    live = now;
    const votes = (option: string) => now.filter((ranking) => naiveNext(ranking, continuing, reading) === option).length;
    const gone = goneIn(exclusions, earlier.length + 1, left);
    if (gone.length > 0) {
      gone.forEach((option) => left.delete(option));
      earlier.push(votes);
      continue;
    }
    if (left.size <= seats) return [...left];
    let tied = [...left];
    for (const round of [votes, ...[...earlier].reverse()]) {
      const fewest = Math.min(...tied.map(round));
      tied = tied.filter((option) => round(option) === fewest);
    }
    left.delete(tied.reduce((a, b) => (lots[b]! > lots[a]! ? b : a)));
    earlier.push(votes);
  }
}

/** Meek's method by the steps of the reference rule, voter by voter. Returns those elected. */
export function naiveMeek(
  options: readonly string[],
  ballots: readonly Ranking[],
  seats: number,
  lots: Lots,
  exclusions: readonly Exclusion[] = [],
): string[] {
  const unit = 10n ** 9n;
  const up = (n: bigint, d: bigint) => (n % d === 0n ? n / d : n / d + 1n);
  const keep = new Map(options.map((option) => [option, unit]));
  const hopeful = new Set(options);
  const elected: string[] = [];
  const all = new Set(options);
  const lists = ballots.map((ranking) => {
    const list: string[] = [];
    for (const tier of ranking) {
      if (tier.length !== 1) break; // an overvote or a rank left out ends the ballot
      if (all.has(tier[0]!)) list.push(tier[0]!);
    }
    return list;
  });
  const tally = () => {
    const votes = new Map(options.map((option) => [option, 0n]));
    for (const list of lists) {
      let weight = unit;
      for (const option of list) {
        const part = up(weight * keep.get(option)!, unit);
        votes.set(option, votes.get(option)! + part);
        weight -= part;
      }
    }
    return votes;
  };
  for (let round = 1; ; round++) {
    if (elected.length >= seats) return elected;
    const gone = goneIn(exclusions, round, hopeful);
    if (gone.length === 0 && elected.length + hopeful.size <= seats) return [...elected, ...hopeful];
    let last: bigint | null = null;
    for (;;) {
      const votes = tally();
      const quota = [...votes.values()].reduce((a, b) => a + b, 0n) / BigInt(seats + 1) + 1n;
      const won = gone.length > 0 ? [] : [...hopeful].filter((option) => votes.get(option)! >= quota);
      const reached = [...hopeful].some((option) => votes.get(option)! >= quota);
      won.forEach((option) => hopeful.delete(option));
      elected.push(...won);
      const surplus = elected.map((option) => votes.get(option)! - quota).reduce((a, b) => a + b, 0n);
      const scale = () => elected.forEach((option) => keep.set(option, up(up(keep.get(option)! * quota, unit) * unit, votes.get(option)!)));
      if (won.length > 0) {
        won.forEach((option) => keep.set(option, up(quota * unit, votes.get(option)!)));
        break;
      }
      if (gone.length > 0 && (reached || surplus < 1000n || (last !== null && surplus >= last))) {
        gone.forEach((option) => hopeful.delete(option));
        gone.forEach((option) => keep.set(option, 0n));
        break;
      }
      if (surplus < 1000n || (last !== null && surplus >= last)) {
        const lowest = [...hopeful].map((option) => votes.get(option)!).reduce((a, b) => (b < a ? b : a));
        const tied = [...hopeful].filter((option) => votes.get(option)! <= lowest + surplus);
        const out = tied.reduce((a, b) => (lots[b]! > lots[a]! ? b : a));
        hopeful.delete(out);
        keep.set(out, 0n);
        if (elected.length + hopeful.size <= seats) return [...elected, ...hopeful]; // the count ends in this round
        break;
      }
      scale();
      last = surplus;
    }
  }
}

/** Majority judgment: the medians of two options are removed one by one until they differ. Positive if `a` is better. */
export function naiveJudgment(a: readonly number[], b: readonly number[]): number {
  const [mine, others] = [[...a].sort((x, y) => x - y), [...b].sort((x, y) => x - y)];
  while (mine.length > 0) {
    const middle = Math.ceil(mine.length / 2) - 1;
    const difference = mine[middle]! - others[middle]!;
    if (difference !== 0) return difference;
    mine.splice(middle, 1);
    others.splice(middle, 1);
  }
  return 0;
}

/** Single transferable vote, paper by paper, with values in units of 1/`one`; ties as above. Returns those elected, in order. */
export function naiveStv(
  options: readonly string[],
  ballots: readonly Ranking[],
  seats: number,
  lots: Lots,
  one = 100_000,
  quotaOf = (valid: number) => (Math.floor(valid / (seats + 1)) + 1) * one,
  exclusions: readonly Exclusion[] = [],
): string[] {
  const reading: Reading = { overvote: 'exhaust', skippedRanks: 0 };
  const continuing = new Set(options);
  const papers = ballots
    .map((ranking) => ({ ranking, holder: naiveNext(ranking, continuing, reading), value: one }))
    .filter(({ holder }) => holder !== null);
  const quota = quotaOf(papers.length);
  const held = (option: string) => papers.filter(({ holder }) => holder === option).reduce((sum, { value }) => sum + value, 0);
  const kept = new Map<string, number>(); // what an elected one keeps after the surplus is gone
  const votesOf = (option: string) => kept.get(option) ?? held(option);
  const elected: string[] = [];
  const surplus: string[] = [];
  const stages: Map<string, number>[] = [];
  const choose = (among: string[], sign: 1 | -1) => {
    let tied = among.filter((option) => among.every((other) => sign * votesOf(option) >= sign * votesOf(other)));
    for (const stage of [...stages].reverse())
      tied = tied.filter((option) => tied.every((other) => sign * stage.get(option)! >= sign * stage.get(other)!));
    return tied.reduce((a, b) => (sign * lots[b]! < sign * lots[a]! ? b : a));
  };
  for (;;) {
    const gone = goneIn(exclusions, stages.length + 1, continuing);
    if (gone.length > 0) {
      stages.push(new Map(options.map((option) => [option, votesOf(option)])));
      gone.forEach((option) => continuing.delete(option));
      for (const paper of papers) if (gone.includes(paper.holder ?? '')) paper.holder = naiveNext(paper.ranking, continuing, reading);
      continue;
    }
    const over = [...continuing].filter((option) => held(option) >= quota).sort((a, b) => held(b) - held(a) || lots[a]! - lots[b]!);
    for (const option of over)
      if (elected.length < seats) {
        elected.push(option);
        continuing.delete(option);
        if (held(option) > quota) surplus.push(option);
      }
    if (elected.length === seats) return elected;
    if (continuing.size + elected.length <= seats)
      return [...elected, ...[...continuing].sort((a, b) => held(b) - held(a) || lots[a]! - lots[b]!)];
    const stage = new Map(options.map((option) => [option, votesOf(option)]));
    if (surplus.length > 0) {
      const from = choose(surplus, 1);
      surplus.splice(surplus.indexOf(from), 1);
      const total = held(from);
      for (const paper of papers)
        if (paper.holder === from) {
          paper.value = Math.floor(((total - quota) * paper.value) / total);
          paper.holder = naiveNext(paper.ranking, continuing, reading);
        }
      kept.set(from, quota);
    } else {
      const out = choose([...continuing], -1);
      continuing.delete(out);
      if (continuing.size + elected.length === seats) continue; // no further transfer is made
      for (const paper of papers) if (paper.holder === out) paper.holder = naiveNext(paper.ranking, continuing, reading);
    }
    stages.push(stage);
  }
}

interface Money {
  readonly budget: number;
  readonly costs: Readonly<Record<string, number>>;
  readonly limits?: readonly { readonly options: readonly string[]; readonly budget?: number; readonly most?: number }[];
}
/** Whether the options together are within all limits. */
export const withinLimits = (bought: readonly string[], { costs, limits = [] }: Money): boolean =>
  limits.every(({ options, budget = Infinity, most = Infinity }) => {
    const among = bought.filter((option) => options.includes(option));
    return among.length <= most && among.reduce((sum, option) => sum + costs[option]!, 0) <= budget;
  });

/** Greedy: the best option that may still be chosen, again and again. */
export function naiveGreedy(
  options: readonly string[],
  scores: Readonly<Record<string, number>>,
  money: Money,
  { overBudget, minScore }: { readonly overBudget: 'skip' | 'stop'; readonly minScore: number },
  lots: Lots,
): string[] {
  const bought: string[] = [];
  const left = new Set(options.filter((option) => scores[option]! >= minScore));
  const spent = () => bought.reduce((sum, option) => sum + money.costs[option]!, 0);
  while (left.size > 0) {
    const [best] = [...left].sort((a, b) => scores[b]! - scores[a]! || money.costs[a]! - money.costs[b]! || lots[a]! - lots[b]!);
    left.delete(best!);
    if (!withinLimits([...bought, best!], money)) continue;
    if (spent() + money.costs[best!]! <= money.budget) bought.push(best!);
    else if (overBudget === 'stop') break;
  }
  return bought;
}
const cheaper = (tied: readonly string[], ballots: readonly (readonly string[])[], { costs }: Money, lots: Lots) => {
  const votes = (option: string) => ballots.filter((approved) => approved.includes(option)).length;
  return [...tied].sort((a, b) => costs[a]! - costs[b]! || votes(b) - votes(a) || lots[a]! - lots[b]!)[0]!;
};

/** Equal shares with this share of money: every voter's purse is a fraction of its own. */
export function naiveShares(
  options: readonly string[],
  ballots: readonly (readonly string[])[],
  money: Money,
  share: Rational,
  lots: Lots,
): string[] {
  const purses = ballots.map(() => share);
  const bought: string[] = [];
  for (;;) {
    let best: { part: Rational; tied: string[] } | null = null;
    for (const option of options.filter((one) => !bought.includes(one) && withinLimits([...bought, one], money))) {
      const fans = ballots.flatMap((approved, voter) => (approved.includes(option) ? [voter] : []));
      const cost = rational(money.costs[option]!);
      if (fans.length === 0 || compare(fans.map((voter) => purses[voter]!).reduce(add, zero), cost) < 0) continue;
      // payment at which min(purse, payment) sums to the cost: try every number of poor, poorest first
      const byPurse = fans.map((voter) => purses[voter]!).sort(compare);
      let paid = zero;
      for (let poor = 0; poor < byPurse.length; poor++) {
        const payment = over(minus(cost, paid), rational(byPurse.length - poor));
        if (compare(payment, byPurse[poor]!) <= 0) {
          const part = cost.n === 0n ? zero : over(payment, cost);
          const order = best ? compare(part, best.part) : -1;
          if (order < 0) best = { part, tied: [option] };
          else if (order === 0) best!.tied.push(option);
          break;
        }
        paid = add(paid, byPurse[poor]!);
      }
    }
    if (!best) return bought;
    const chosen = cheaper(best.tied, ballots, money, lots);
    const payment = times(best.part, rational(money.costs[chosen]!));
    ballots.forEach((approved, voter) => {
      if (approved.includes(chosen)) purses[voter] = minus(purses[voter]!, least(purses[voter]!, payment));
    });
    bought.push(chosen);
  }
}

export function naiveAdd1(options: readonly string[], ballots: readonly (readonly string[])[], money: Money, lots: Lots): string[] {
  const cost = (bought: readonly string[]) => bought.reduce((sum, option) => sum + money.costs[option]!, 0);
  let share = BigInt(Math.floor(money.budget / ballots.length));
  let kept = naiveShares(options, ballots, money, rational(share), lots);
  const supported = options.filter((option) => ballots.some((approved) => approved.includes(option)));
  while (supported.some((option) => !kept.includes(option) && withinLimits([...kept, option], money))) {
    share += 1n;
    const next = naiveShares(options, ballots, money, rational(share), lots);
    if (cost(next) > money.budget) break;
    kept = next;
  }
  return kept;
}

/** Phragmén as loads: each option bought is a load on its supporters, evened out; the smallest greatest load comes next. */
export function naivePhragmen(
  options: readonly string[],
  ballots: readonly (readonly string[])[],
  money: Money,
  seats: number,
  lots: Lots,
): string[] {
  const loads = ballots.map(() => zero);
  const bought: string[] = [];
  let left = money.budget;
  while (bought.length < seats) {
    const next = options
      .filter(
        (option) =>
          !bought.includes(option) &&
          withinLimits([...bought, option], money) &&
          money.costs[option]! <= money.budget &&
          ballots.some((approved) => approved.includes(option)),
      )
      .map((option) => {
        const fans = ballots.flatMap((approved, voter) => (approved.includes(option) ? [voter] : []));
        return {
          option,
          fans,
          load: over(fans.map((voter) => loads[voter]!).reduce(add, rational(money.costs[option]!)), rational(fans.length)),
        };
      });
    if (next.length === 0) return bought;
    const lightest = next.map(({ load }) => load).reduce(least);
    const chosen = cheaper(
      next.filter(({ load }) => compare(load, lightest) === 0).map(({ option }) => option),
      ballots,
      money,
      lots,
    );
    if (money.costs[chosen]! > left) return bought;
    left -= money.costs[chosen]!;
    for (const voter of next.find(({ option }) => option === chosen)!.fans) loads[voter] = lightest;
    bought.push(chosen);
  }
  return bought;
}

/** The second implementation of every rule, or of what decides in it. The compiler asks for one of each new rule. */
export const naiveOf = {
  approval: naiveApproval,
  points: naivePoints,
  'majority-judgment': naiveJudgment,
  borda: naiveBorda,
  schulze: naivePath,
  'instant-runoff': naiveRunoff,
  'sequential-runoff': naiveSequential,
  'bottoms-up-runoff': naiveBottomsUp,
  'single-transferable-vote': naiveStv,
  wigm: naiveStv,
  meek: naiveMeek,
  phragmen: naivePhragmen,
  greedy: naiveGreedy,
  'equal-shares': naiveShares,
} as const satisfies Readonly<Record<RuleName, (...args: never[]) => unknown>>;
