import type { Limit } from '../../domain/voting/limits.js';
import type { Exclusion } from '../../domain/voting/outcome.js';
import type { ReadElection } from '../formats/formats.js';
import { isAmbiguous, uncertain } from '../formats/amounts.js';
import { word } from '../formats/option-names.js';
import { unusable } from './ballot-file.js';

/* What the command line says about the options of a file: who withdrew, undeclared write-ins, and what may not be chosen together. */

/** Options by their id or name. */
export interface DeclaredOptions {
  /** `round`: the round of the count in which the option withdrew; null: before the count. */
  readonly withdrawn?: readonly { readonly option: string; readonly round: number | null }[] | undefined;
  readonly writeIns?: readonly string[] | undefined;
  /** `budget` in the currency of the file. */
  readonly limits?: readonly (Pick<Limit, 'options' | 'most'> & { readonly budget?: string })[] | undefined;
}

/** An election with what was declared. */
export interface DeclaredElection extends ReadElection {
  /** Those who withdraw during the count. */
  readonly during: readonly Pick<Exclusion, 'option' | 'round'>[];
  /** True if limits were declared, which the rule must then heed. */
  readonly mustHeedLimits: boolean;
}

const amount = /^\d{1,12}(?:\.\d+)?$/u;

/** @throws Unusable if an option is unknown, or a limit does not fit the file */
export function withDeclared(election: ReadElection, { withdrawn = [], writeIns = [], limits = [] }: DeclaredOptions): DeclaredElection {
  const { money, currency } = election;
  if (limits.length > 0 && (money === null || currency === null))
    unusable({ zh: '--limit 只用于有预算的文件', en: '--limit is for files with a budget' });
  const added = limits.map(({ options, most, budget }): Limit => {
    if (budget !== undefined && isAmbiguous(budget)) unusable(uncertain('--limit', budget));
    const units = budget !== undefined && amount.test(budget) ? Number(budget) * currency!.unit : undefined;
    if (budget !== undefined && !Number.isSafeInteger(units))
      unusable({ zh: `--limit 的金额不合：${budget}`, en: `--limit has no amount of the file's currency: ${budget}` });
    return {
      options: options.map((option) => optionOf(election, option)),
      ...(most !== undefined && { most }),
      ...(units !== undefined && { budget: units }),
    };
  });
  const ids = withdrawn.map(({ option, round }) => ({ option: optionOf(election, option), round }));
  return {
    ...election,
    withdrawn: [...new Set([...election.withdrawn, ...ids.flatMap(({ option, round }) => (round === null ? [option] : []))])],
    writeIns: [...new Set([...election.writeIns, ...writeIns.map((option) => optionOf(election, option))])],
    during: ids.flatMap(({ option, round }) => (round === null ? [] : [{ option, round }])),
    money: money && added.length > 0 ? { ...money, limits: [...(money.limits ?? []), ...added] } : money,
    mustHeedLimits: added.length > 0,
  };
}

/** The id of an option that a person names by its id or its name. */
export function optionOf({ options, names }: Pick<ReadElection, 'options' | 'names'>, text: string): string {
  const wanted = word(text);
  const known =
    options.find((option) => option === wanted) ??
    options.find((option) => names.get(option) === wanted || names.get(option) === `${option} ${wanted}`);
  return (
    known ??
    unusable({
      zh: `没有选项 ${JSON.stringify(text)}；有：${options.map((option) => names.get(option) ?? option).join('、')}`,
      en: `there is no option ${JSON.stringify(text)}; there are ${options.map((option) => names.get(option) ?? option).join(', ')}`,
    })
  );
}
