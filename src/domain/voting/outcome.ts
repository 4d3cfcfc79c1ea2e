import type { RuledOut } from './limits.js';

/* Longer than other files: it names all figures and steps from which every rule tells its account. */

/** A figure: a whole number, a decimal with a fixed number of places, or an exact fraction such as `3/4`. */
interface Figure {
  readonly option: string;
  readonly value: string;
}

/** How many votes moved to which option. `to` is null if the ballots name no further option. */
export interface Transfer {
  readonly to: string | null;
  readonly votes: string;
}

/**
 * What broke a tie. `lot` is the order of the draw, or the order of the list if that was declared. `any`: nothing, because the same options
 * are chosen however it is broken.
 */
export type TieBreak = 'cost' | 'votes' | 'earlier-round' | 'lot' | 'any';

/**
 * An option that is excluded in a round whatever its votes: it withdrew during the count, or it is a write-in that nobody declared. That
 * is all that happens in this round: before anybody is elected in it, the votes pass on to the next preferences.
 */
export interface Exclusion {
  readonly option: string;
  readonly round: number;
  readonly because: 'withdrawn' | 'write-in';
}

/** Why an option was withdrawn by an official act: a code, because what is said freely could tell of a person's health. */
export const withdrawalReasons = ['stands-down', 'ineligible', 'died', 'not-feasible'] as const;
/** One of `withdrawalReasons`. */
export type WithdrawalReason = (typeof withdrawalReasons)[number];

/**
 * What is excluded in the rounds of a count. Undeclared write-ins go in the first round, which does nothing else: who withdraws in it goes
 * in the second.
 */
export const exclusionsOf = (writeIns: readonly string[], during: readonly Pick<Exclusion, 'option' | 'round'>[]): readonly Exclusion[] => [
  ...writeIns.map((option) => ({ option, round: 1, because: 'write-in' as const })),
  ...during.map(({ option, round }) => ({
    option,
    round: writeIns.length > 0 ? Math.max(2, round) : round,
    because: 'withdrawn' as const,
  })),
];

/** The withdrawals that came too late: the option was elected or eliminated before, the count had ended, or nobody else was left. */
export const lateWithdrawals = (exclusions: readonly Exclusion[], { account }: Pick<Outcome, 'account'>): readonly Exclusion[] =>
  exclusions.filter(
    ({ option, round, because }) =>
      because === 'withdrawn' &&
      !account.some(
        (step) => step.step === 'eliminated' && step.round === round && step.because === because && step.options.includes(option),
      ),
  );

/** Who of those still in the count is excluded in a round, by position, all for one reason; null if nobody is. */
export function excludedIn(
  exclusions: readonly Exclusion[],
  round: number,
  left: readonly number[],
  options: readonly string[],
): { readonly out: readonly number[]; readonly because: Exclusion['because'] } | null {
  for (const because of ['write-in', 'withdrawn'] as const) {
    const named = new Set(exclusions.flatMap((one) => (one.round === round && one.because === because ? [one.option] : [])));
    const out = left.filter((option) => named.has(options[option]!));
    if (out.length > 0 && out.length < left.length) return { out, because };
  }
  return null;
}

/** One step of a count: plain data that says what was compared and what followed. */
export type Step =
  /** There are no ballots, so nothing is chosen. */
  | { readonly step: 'no-ballots' }
  /**
   * These were withdrawn: before the count, and struck from all ballots; or, with `round`, in that round, in which they are excluded.
   * `late`: it had no effect (`lateWithdrawals`).
   */
  | {
      readonly step: 'withdrawn';
      readonly options: readonly string[];
      readonly round?: number;
      readonly reason?: WithdrawalReason;
      readonly late?: true;
    }
  /** Write-ins that nobody declared, struck from all ballots before the count. Rules with rounds strike them in the first round. */
  | { readonly step: 'write-ins'; readonly options: readonly string[] }
  /** No ballot expresses anything that the rule counts, so nothing is chosen. */
  | { readonly step: 'blank-ballots' }
  /** So many papers mark an option more than once. The repeated mark counts once, or with `end` it ends the ranking. */
  | { readonly step: 'repeated-marks'; readonly papers: number; readonly end?: true }
  | { readonly step: 'scores'; readonly of: 'votes' | 'points' | 'borda' | 'median'; readonly figures: readonly Figure[] }
  /**
   * `preferences[a][b]`: how many ballots rank options[a] above options[b]. `strengths`: the strongest paths (Schulze 2011).
   * `against`, with winning votes: the votes against the weakest win of the strongest path. Of equal strengths, fewer is stronger.
   */
  | {
      readonly step: 'pairwise';
      readonly options: readonly string[];
      readonly preferences: readonly (readonly number[])[];
      readonly strengths: readonly (readonly number[])[];
      readonly against?: readonly (readonly number[])[];
      readonly strength: 'winning-votes' | 'margins';
    }
  | {
      readonly step: 'round';
      readonly round: number;
      readonly tallies: readonly Figure[];
      readonly exhausted: string;
      readonly needed: string;
    }
  /** The count for a further seat begins. `struck`: the winners of the seats before. */
  | { readonly step: 'seat'; readonly seat: number; readonly struck: readonly string[] }
  /** Which part of every vote the elected options kept in this round (Meek). */
  | { readonly step: 'kept'; readonly round: number; readonly parts: readonly Figure[] }
  /** Two options have the same median grade. After `removed` medians of each, the medians are `grades`, so the first one ranks higher. */
  | {
      readonly step: 'same-median';
      readonly options: readonly [string, string];
      readonly removed: number;
      readonly grades: readonly [string, string];
    }
  | {
      readonly step: 'eliminated';
      readonly round: number;
      readonly options: readonly string[];
      readonly transfers: readonly Transfer[];
      /** Why these were excluded, if not for their votes. */
      readonly because?: Exclusion['because'];
    }
  /** How the votes of each option, and those that count for nobody, have changed since the round before (Meek). */
  | { readonly step: 'redistributed'; readonly round: number; readonly changes: readonly Figure[]; readonly exhausted: string }
  | {
      readonly step: 'surplus';
      readonly round: number;
      readonly option: string;
      readonly surplus: string;
      readonly transfers: readonly Transfer[];
    }
  | {
      readonly step: 'elected';
      readonly round: number;
      readonly option: string;
      readonly because: 'quota' | 'majority' | 'last-left';
      readonly figure: string;
    }
  /** The strongest paths of `option` to each of `options` are stronger than the paths back, so it ranks above them. */
  | { readonly step: 'beats'; readonly option: string; readonly options: readonly string[] }
  /** With this initial share per voter, `options` are bought for `cost`. `raisedBy`: how much each raise adds to every share. */
  | {
      readonly step: 'share';
      readonly share: string;
      readonly raisedBy?: number;
      readonly options: readonly string[];
      readonly cost: number;
      readonly within: boolean;
    }
  /** A supporter who can pay in full pays `payment`; `poor` supporters pay all the money they have left. */
  | {
      readonly step: 'bought';
      readonly option: string;
      readonly cost: number;
      readonly supporters: number;
      readonly poor: number;
      readonly payment: string;
      readonly left: number;
    }
  /** The supporters together have too little money left. */
  | { readonly step: 'not-bought'; readonly option: string; readonly cost: number; readonly supporters: number; readonly together: string }
  /** At this time the supporters together have earned the cost. `time` is the money that each voter has earned. */
  | {
      readonly step: 'due';
      readonly option: string;
      readonly cost: number;
      readonly supporters: number;
      readonly time: string;
      readonly left: number | null;
    }
  | { readonly step: 'selected'; readonly option: string; readonly cost: number; readonly figure: string; readonly left: number }
  /** `stopped`: the selection had stopped at an option before, so this one was not looked at. */
  | {
      readonly step: 'passed-over';
      readonly option: string;
      readonly because: 'budget' | 'threshold' | 'stopped';
      readonly figure: string;
      readonly left: number;
    }
  | { readonly step: 'stopped'; readonly option: string; readonly cost: number; readonly left: number }
  /** The option would exceed a limit. `left` is what is left of the limit's budget; null if the number of its options is reached. */
  | ({ readonly step: 'ruled-out'; readonly option: string; readonly cost: number } & RuledOut)
  | {
      readonly step: 'tie';
      readonly options: readonly string[];
      readonly by: TieBreak;
      readonly chosen: string;
      /** The chosen option is eliminated, not elected. */ readonly struck?: true;
    }
  /**
   * Nothing that was declared decides between these options, and who is chosen depends on it. The count ends here. `tried`: after so many
   * counts not all ways to break the ties had been tried, so that others may be chosen too.
   */
  | { readonly step: 'undecided'; readonly options: readonly string[]; readonly tried?: number };

/** The result of a count. */
export interface Outcome {
  /** Option ids in the order of selection, or the first `seats` of the final order. */
  readonly winners: readonly string[];
  /** The final order. Options that share a place are in one list. */
  readonly order: readonly (readonly string[])[];
  readonly account: readonly Step[];
  /** Options that are chosen or not, depending on a tie that nothing declared decides. Absent if a lot decides every tie. */
  readonly undecided?: readonly string[];
}

/** The outcome under every rule of an election without ballots, or in which no ballot expresses anything that the rule counts. */
export const nobodyVoted = (options: readonly string[], step: 'no-ballots' | 'blank-ballots' = 'no-ballots'): Outcome => ({
  winners: [],
  order: [options],
  account: [{ step }],
});

/** The place of every option in the draw (draw.ts); the smallest wins a tie, and the greatest is eliminated. */
export interface Lots extends ReadonlyArray<number> {
  /** True if the order says who is chosen, be it to be elected or to be eliminated: then the smallest is eliminated too. */
  readonly struckFirst?: true;
}

/** Which of the tied options is eliminated by lot. */
export const struckByLot = (tied: readonly number[], lots: Lots): number =>
  tied.reduce((a, b) => ((lots.struckFirst ? lots[b]! < lots[a]! : lots[b]! > lots[a]!) ? b : a));

/** An order in which ties are broken: a draw or a list, in which the first one wins, or with `struckFirst` is eliminated first too. */
export type Drawn = readonly string[] | { readonly struckFirst: readonly string[] };

/**
 * The places of the options in the drawn order.
 * @throws RangeError unless the order names every option exactly once
 */
export function lotsOf(options: readonly string[], order: Drawn): Lots {
  if ('struckFirst' in order) return Object.assign([...lotsOf(options, order.struckFirst)], { struckFirst: true as const });
  const drawn = order;
  const place = new Map(drawn.map((option, i) => [option, i]));
  if (place.size !== options.length || drawn.length !== options.length) throw new RangeError('the draw must name every option once');
  return options.map((option) => {
    const at = place.get(option);
    if (at === undefined) throw new RangeError(`the draw does not name ${JSON.stringify(option)}`);
    return at;
  });
}

/** Groups options with equal figures, greatest first. Within a group they are sorted by lot, the order in which seats are filled. */
export function tiersByFigure(options: readonly number[], compareFigures: (a: number, b: number) => number, lots: Lots): number[][] {
  const tiers: number[][] = [];
  for (const option of [...options].sort((a, b) => compareFigures(b, a) || lots[a]! - lots[b]!)) {
    const last = tiers.at(-1);
    if (last && compareFigures(last[0]!, option) === 0) last.push(option);
    else tiers.push([option]);
  }
  return tiers;
}

/** The first `seats` of an order, with a step for every tie that the lot decided: who of those still to be seated is next. */
export function fillSeats(order: readonly (readonly string[])[], seats: number): { winners: string[]; ties: Step[] } {
  const winners = order.flat().slice(0, seats);
  const ties: Step[] = [];
  let before = 0;
  for (const tier of order) {
    const decided = Math.min(tier.length - 1, seats - before); // the last one of equals needs no lot
    for (let i = 0; i < decided; i++) ties.push({ step: 'tie', options: tier.slice(i), by: 'lot', chosen: tier[i]! });
    before += tier.length;
  }
  return { winners, ties };
}

/** What decides between equals before the lot, in rules that buy options: the lower cost, or more votes. */
export const moneyTies = ['cost', 'votes'] as const;
export type MoneyTies = readonly (typeof moneyTies)[number][];

/** Compares two options by these tie-breaks. Negative: `a` is taken before `b`. */
export const byMoneyTies =
  (ties: MoneyTies, costs: ArrayLike<number>, votes: ArrayLike<number>) =>
  (a: number, b: number): number => {
    for (const tie of ties) {
      const order = tie === 'cost' ? costs[a]! - costs[b]! : votes[b]! - votes[a]!;
      if (order !== 0) return order;
    }
    return 0;
  };

/**
 * Which of the tied options is taken: by these tie-breaks in order, then the one drawn first. `equals`: those between which `by` decided,
 * which are all that are equal by the tie-breaks before it.
 */
export function breakTie(
  tied: readonly number[],
  costs: ArrayLike<number>,
  votes: ArrayLike<number>,
  lots: Lots,
  ties: MoneyTies,
): { chosen: number; by: TieBreak | null; equals: readonly number[] } {
  let left = tied;
  for (const by of [...ties, 'lot'] as const) {
    if (left.length === 1) break;
    const order = by === 'lot' ? (a: number, b: number) => lots[a]! - lots[b]! : byMoneyTies([by], costs, votes);
    const best = left.reduce((a, b) => (order(b, a) < 0 ? b : a));
    const equals = left;
    left = left.filter((option) => order(option, best) === 0);
    if (left.length === 1) return { chosen: left[0]!, by, equals };
  }
  return { chosen: left[0]!, by: null, equals: left };
}
