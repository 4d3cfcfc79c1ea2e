import type { Immutable } from '../shared/decider.js';
import { Described, Int, Optional, OptionIds, Text } from '../shared/fields.js';

/*
 * Limits on what a budget rule may choose together: of the options of a category or a district at most so many, or for at most so much
 * money. Options that exclude each other are a limit of one. A rule passes over an option that would exceed a limit, and goes on.
 */

/** The most money that a budget, a cost or a limit may be, in fen. */
export const mostMoney = 10 ** 13;

/** A limit on some options: `most`, `budget`, or both (`isLimit`). */
export class Limit {
  @Described('类别、片区等的名称，计票过程中写明', 'The category or district, for the account of the count')
  @Optional()
  @Text(1, 100)
  name?: string;
  @Described('受限的选项', 'The options that it limits')
  @OptionIds(1, 500)
  options!: string[];
  @Described('这些选项合计最多用多少钱，单位为分', 'The most that they may cost together, in fen')
  @Optional()
  @Int(0, mostMoney)
  budget?: number;
  @Described('这些选项最多选几个；互不相容的选项为 1', 'How many of them may be chosen; 1 if they exclude each other')
  @Optional()
  @Int(1, 500)
  most?: number;
}

/** Whether it limits anything, which the decorators cannot check. */
export const isLimit = ({ budget, most }: Immutable<Limit>): boolean => budget !== undefined || most !== undefined;

/** Why an option cannot be chosen any more. */
export interface RuledOut {
  readonly limit: Immutable<Limit>;
  /** The options of the limit that are chosen. */
  readonly chosen: readonly string[];
  /** What they left of the limit's budget. Null if it is the number of options that is reached. */
  readonly left: number | null;
}

/** What of the limits is used up while options are chosen, by position. */
export class Limits {
  private readonly by: readonly (readonly number[])[];
  private readonly chosen: string[][];
  private readonly spent: number[];

  /** @throws RangeError if a limit names an unknown option */
  constructor(
    private readonly limits: readonly Immutable<Limit>[],
    private readonly options: readonly string[],
    private readonly costs: readonly number[],
  ) {
    const of = options.map((): number[] => []);
    const at = limits.length === 0 ? new Map<string, number>() : new Map(options.map((option, i) => [option, i]));
    limits.forEach((limit, i) =>
      limit.options.forEach((option) => {
        const position = at.get(option);
        if (position === undefined) throw new RangeError(`a limit names ${JSON.stringify(option)}, which is no option`);
        of[position]!.push(i);
      }),
    );
    this.by = of;
    this.chosen = limits.map(() => []);
    this.spent = limits.map(() => 0);
  }

  /** The option is chosen. */
  take(option: number): void {
    for (const i of this.by[option]!) {
      this.chosen[i]!.push(this.options[option]!);
      this.spent[i]! += this.costs[option]!;
    }
  }

  /** The first limit that the option would exceed; null if none. */
  exceededBy(option: number): RuledOut | null {
    for (const i of this.by[option]!) {
      const limit = this.limits[i]!;
      const chosen = [...this.chosen[i]!];
      if (limit.most !== undefined && chosen.length >= limit.most) return { limit, chosen, left: null };
      const left = limit.budget === undefined ? Infinity : limit.budget - this.spent[i]!;
      if (this.costs[option]! > left) return { limit, chosen, left };
    }
    return null;
  }
}
