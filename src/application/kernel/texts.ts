import type { AnyDecider, Refusal } from '../../domain/shared/decider.js';

/** The text of a refusal: what is wrong and what to do next. `{place}` is replaced by the value `place` of the refusal. */
export interface RefusalText {
  /** HTTP status. 403: not entitled; 404: not found; 409 (default): not in the present state; 422: never valid. */
  readonly status?: 403 | 404 | 409 | 422;
  readonly zh: string;
  readonly en: string;
}
/** The texts of all refusals of a context: `export const texts: RefusalTexts<PlaceRefusal> = { … }` in its `refusals.ts`. */
export type RefusalTexts<R extends string> = Readonly<Record<R, RefusalText>>;

/** The refusals of a decider. */
export type RefusalOf<D extends AnyDecider> = Extract<ReturnType<D['decide'][keyof D['decide']]>, Refusal>['refused'];

type CodesOf<T> = T extends unknown ? keyof T & string : never;

/**
 * The texts of all contexts in one table.
 * @throws Error if two contexts use the same code
 */
export function mergeTexts<const T extends readonly RefusalTexts<string>[]>(...tables: T): RefusalTexts<CodesOf<T[number]>> {
  const entries = tables.flatMap((table) => Object.entries<RefusalText>(table));
  const merged = new Map(entries);
  if (merged.size < entries.length)
    throw new Error(
      `refusals with two texts: ${entries
        .filter((entry) => merged.get(entry[0]) !== entry[1])
        .map(([code]) => code)
        .join(', ')}`,
    );
  return Object.fromEntries(merged) as RefusalTexts<CodesOf<T[number]>>;
}
