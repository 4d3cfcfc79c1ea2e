import type { Limit } from '../../domain/voting/limits.js';
import { type AmountStyle, wholeNumber } from './amounts.js';
import { word } from './option-names.js';
import type { Row } from './pabulib-tables.js';
import type { Words } from './text.js';

/* Limits in the table META of a .pb file: of single ballots, and of what is chosen together (`budget_per_category` and the like). */

interface Project {
  readonly id: string;
  /** In the smallest unit of money in the file. */
  readonly cost: number;
}
interface Ballot {
  readonly options: readonly string[];
  readonly points: readonly number[] | null;
}

/** The value of a key of META; undefined if it is missing or empty. */
export type Meta = (key: string) => string | undefined;

interface Part {
  readonly key: string;
  /** A category, district or the like; null: the amount is that of each. */
  readonly name: string | null;
  /** Null if only a number of projects is limited. */
  readonly amount: string | null;
  /** The projects, if the limit names them itself. */
  readonly own?: Omit<Limit, 'budget'>;
}

/** The amounts in `budget_per_category`, `budget_per_district` and the like. Keys that cannot be understood have none. */
export function partsPer(keys: readonly string[], meta: Meta): readonly Part[] {
  return keys.flatMap((key): readonly Part[] => {
    if (key === 'limits') return ownLimits(meta(key) ?? '');
    const of = columnsFor(key);
    if (of === null) return [];
    const value = meta(key) ?? '';
    if (/^\{.*\}$/su.test(value)) return pairsIn(value.slice(1, -1)).map(([name, amount]) => ({ key, name: word(name), amount }));
    const amounts = value.split(',').map((amount) => amount.trim());
    const names = of.flatMap((column) => meta(column)?.split(',').map(word) ?? []);
    if (!amounts.every((amount) => /^\d+(?:\.\d+)?$/u.test(amount))) return [];
    if (amounts.length === 1) return [{ key, name: null, amount: amounts[0]! }];
    return names.length === amounts.length ? amounts.map((amount, i) => ({ key, name: names[i]!, amount })) : [];
  });
}

/** Name and amount of each entry of `'sport': 50, 'green': "40.5"`; none if one of them cannot be understood, also `'sport': 5,000`. */
function pairsIn(text: string): readonly (readonly [name: string, amount: string])[] {
  const entry = /\s*(?:"([^"]+)"|'((?:[^']|'(?=\w))+)')\s*:\s*(?:"([^"]*)"|'([^']*)'|([^\s,'"]+))\s*(?:,|$)/uy;
  const pairs: [string, string][] = [];
  while (entry.lastIndex < text.length) {
    const [, double, single, ...amounts] = entry.exec(text) ?? [];
    const [name, amount = ''] = [double ?? single, amounts.find((one) => one !== undefined)];
    if (name === undefined || !/^\d[\d.,]*$/u.test(amount)) return [];
    pairs.push([name, amount]);
  }
  return pairs;
}

/** The limits of our own exports (`ballot-export.ts`), as JSON. */
function ownLimits(text: string): readonly Part[] {
  try {
    const limits: unknown = JSON.parse(text);
    if (!Array.isArray(limits) || !limits.every(isOwnLimit)) return [];
    return limits.map(({ budget = null, ...own }) => ({ key: 'limits', name: null, amount: budget, own }));
  } catch {
    return [];
  }
}

interface OwnLimit extends Omit<Limit, 'budget'> {
  readonly budget?: string;
}
const isOwnLimit = (value: unknown): value is OwnLimit => {
  const { name, options, budget = '0', most = 1 } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    (name === undefined || typeof name === 'string') &&
    Array.isArray(options) &&
    options.every((option) => typeof option === 'string') &&
    typeof budget === 'string' &&
    Number.isSafeInteger(most)
  );
};

/** The columns that may say which category, district or the like a project belongs to; null if the key is no such limit. */
function columnsFor(key: string): readonly string[] | null {
  const what = /^budget_per_(\w+)$/u.exec(key)?.[1];
  return what === undefined ? null : [what, what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`];
}

/**
 * The limits by these parts.
 * @param budgets the amount of each part, in the smallest unit of money in the file; null if it has none
 * @param cell what a column of PROJECTS has for a project; undefined if there is no such column
 */
export function limitsPer(
  parts: readonly Part[],
  budgets: readonly (number | null)[],
  projects: readonly Pick<Project, 'id'>[],
  cell: (project: number, column: string) => string | undefined,
): { readonly limits: readonly Limit[]; readonly honoured: readonly string[]; readonly warnings: readonly Words[] } {
  const honoured = new Set<string>();
  const warnings: Words[] = [];
  const limits = parts.flatMap(({ key, name, own }, i): readonly Limit[] => {
    const budget = budgets[i] ?? null;
    if (own) {
      honoured.add(key);
      return [{ ...own, ...(budget !== null && { budget }) }];
    }
    const column = columnsFor(key)!.find((one) => projects.length > 0 && cell(0, one) !== undefined);
    if (column === undefined) return [];
    honoured.add(key);
    const of = projects.map((_project, at) => cell(at, column)!.split(',').map(word));
    const names = name === null ? [...new Set(of.flat())].filter((one) => one !== '') : [name];
    return names.flatMap((one): Limit[] => {
      const options = projects.flatMap(({ id }, at) => (of[at]!.includes(one) ? [id] : []));
      if (options.length > 0) return [{ name: one, options, budget: budget! }];
      const quoted = JSON.stringify(one);
      warnings.push({ zh: `${key} 的 ${quoted} 没有项目，未起作用`, en: `${key}: no project is in ${quoted}, so this limit does nothing` });
      return [];
    });
  });
  return { limits, honoured: [...honoured], warnings };
}

/**
 * Warnings about ballots beyond the limits in META. The data was published like this, so they are counted. Empty ballots are within all
 * limits.
 */
export function beyondLimits(
  ballots: readonly Ballot[],
  rows: readonly Row[],
  projects: readonly Project[],
  { unit, style }: { readonly unit: number; readonly style: AmountStyle },
  meta: Meta,
): Words[] {
  const costs = new Map(projects.map(({ id, cost }) => [id, cost / unit]));
  const measures: readonly (readonly [limit: string, of: (ballot: Ballot) => readonly number[]])[] = [
    ['length', ({ options }) => [options.length]],
    ['points', ({ points }) => points ?? []],
    ['sum_points', ({ points }) => (points ? [points.reduce((sum, one) => sum + one, 0)] : [])],
    ['sum_cost', ({ options }) => [options.reduce((sum, option) => sum + (costs.get(option) ?? 0), 0)]],
  ];
  return measures.flatMap(([limit, of]) =>
    (['min', 'max'] as const).flatMap((end) => {
      const stated = meta(`${end}_${limit}`);
      if (stated === undefined) return [];
      const bound = limit === 'sum_cost' ? amountOf(`${end}_${limit}`, stated, style) : wholeNumber(`${end}_${limit}`, stated);
      if (typeof bound !== 'number') return [{ zh: `${bound.zh}，未检查`, en: `${bound.en}; it is not checked` }];
      const beyond = ballots.flatMap((ballot, i) =>
        ballot.options.length > 0 && of(ballot).some((value) => (end === 'min' ? value < bound : value > bound)) ? [rows[i]!.line] : [],
      );
      return beyond.length === 0
        ? []
        : [
            {
              zh: `第 ${beyond[0]} 行${beyond.length > 1 ? `等 ${beyond.length} 行` : ''}：超出 ${end}_${limit} ${stated}，仍计入`,
              en:
                `line ${beyond[0]}${beyond.length > 1 ? ` and ${beyond.length - 1} more` : ''}: ${end}_${limit} is ${stated}, but it ` +
                'is counted',
            },
          ];
    }),
  );
}

function amountOf(what: string, text: string, style: AmountStyle): number | Words {
  const read = style.read(what, text);
  return 'whole' in read ? Number(`${read.whole}.${read.decimals}`) : read;
}
