/** A figure of the account: a whole number, a decimal of a fixed number of places, or an exact fraction as `3/4`. */
interface Figure {
  readonly option: string;
  readonly value: string;
}

/** How many votes (or how much of them) went where; `to` is null where nobody is named any more. */
export interface Transfer {
  readonly to: string | null;
  readonly votes: string;
}

/** What a tie is broken by: a declared figure, an earlier round, or the lot, which is the order of the draw or, where none was declared, of the list. */
export type TieBreak = 'cost' | 'votes' | 'earlier-round' | 'lot';

/** One step of a count, in order: plain data that says what was compared and what followed from it. */
export type Step =
  /** Nobody voted, so that nothing is chosen. */
  | { readonly step: 'no-ballots' }
  | { readonly step: 'scores'; readonly of: 'votes' | 'points' | 'borda'; readonly figures: readonly Figure[] }
  /** `preferences[a][b]` ballots rank options[a] above options[b]; `strengths` are the strongest paths. */
  | {
      readonly step: 'pairwise';
      readonly options: readonly string[];
      readonly preferences: readonly (readonly number[])[];
      readonly strengths: readonly (readonly number[])[];
      readonly strength: 'winning-votes' | 'margins';
    }
  | {
      readonly step: 'round';
      readonly round: number;
      readonly tallies: readonly Figure[];
      readonly exhausted: string;
      readonly needed: string;
    }
  | { readonly step: 'eliminated'; readonly round: number; readonly options: readonly string[]; readonly transfers: readonly Transfer[] }
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
  /** `option` has stronger paths to `options` than they have to it: it stands before them. */
  | { readonly step: 'beats'; readonly option: string; readonly options: readonly string[] }
  /** Every voter has this share to begin with; `options` cost `cost`. `raisedBy`: so much is added to all shares at a time. */
  | {
      readonly step: 'share';
      readonly share: string;
      readonly raisedBy?: number;
      readonly options: readonly string[];
      readonly cost: number;
      readonly within: boolean;
    }
  /** A supporter with money enough pays `payment`; `poor` supporters pay all they have left. */
  | {
      readonly step: 'bought';
      readonly option: string;
      readonly cost: number;
      readonly supporters: number;
      readonly poor: number;
      readonly payment: string;
      readonly left: number;
    }
  /** What its supporters have left together does not pay for it. */
  | { readonly step: 'not-bought'; readonly option: string; readonly cost: number; readonly supporters: number; readonly together: string }
  /** Its supporters together have what it costs at this time, in units of money earned by each voter. */
  | {
      readonly step: 'due';
      readonly option: string;
      readonly cost: number;
      readonly supporters: number;
      readonly time: string;
      readonly left: number | null;
    }
  | { readonly step: 'selected'; readonly option: string; readonly cost: number; readonly figure: string; readonly left: number }
  | {
      readonly step: 'passed-over';
      readonly option: string;
      readonly because: 'budget' | 'threshold';
      readonly figure: string;
      readonly left: number;
    }
  | { readonly step: 'stopped'; readonly option: string; readonly cost: number; readonly left: number }
  | {
      readonly step: 'tie';
      readonly options: readonly string[];
      readonly by: TieBreak;
      readonly chosen: string;
      /** Who is chosen goes, and is not taken. */ readonly struck?: true;
    };

export interface Outcome {
  /** Ids in the order of selection, or the first `seats` of the final order. */
  readonly winners: readonly string[];
  /** The final order, those that share a place together. */
  readonly order: readonly (readonly string[])[];
  readonly account: readonly Step[];
}

/** What comes of no ballots at all, by whatever rule. */
export const nobodyVoted = (options: readonly string[]): Outcome => ({ winners: [], order: [options], account: [{ step: 'no-ballots' }] });

/** The lots drawn beforehand (draw.ts): place of every option, the smallest wins. */
export type Lots = readonly number[];

/**
 * The places of the options in the order drawn.
 * @throws RangeError if the order does not name every option once
 */
export function lotsOf(options: readonly string[], drawn: readonly string[]): Lots {
  const place = new Map(drawn.map((option, i) => [option, i]));
  if (place.size !== options.length || drawn.length !== options.length) throw new RangeError('the draw must name every option once');
  return options.map((option) => {
    const at = place.get(option);
    if (at === undefined) throw new RangeError(`the draw does not name ${JSON.stringify(option)}`);
    return at;
  });
}

/** Those that share a figure together, greatest first; within a place by lot, which is the order in which seats are filled. */
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

/** Which of the tied options is taken: the cheapest, then the one with most votes, then the one drawn first. */
export function breakTie(
  tied: readonly number[],
  costs: ArrayLike<number>,
  votes: ArrayLike<number>,
  lots: Lots,
): { chosen: number; by: TieBreak | null } {
  let left = tied;
  for (const [by, figure] of [
    ['cost', costs],
    ['votes', Array.from(votes, (count) => -count)],
    ['lot', lots],
  ] as const) {
    if (left.length === 1) break;
    const least = Math.min(...left.map((option) => figure[option]!));
    left = left.filter((option) => figure[option] === least);
    if (left.length === 1) return { chosen: left[0]!, by };
  }
  return { chosen: left[0]!, by: null };
}
