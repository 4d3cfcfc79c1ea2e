import type { Range } from './read-models.js';

/** Compares by Unicode code point, as SQLite and MongoDB do. JavaScript's `<` compares UTF-16 units, where U+FF5E comes after 😀. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates, which encode the code points above U+FFFF, come last. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** The keys of a range: from `from` (included or not) up to `below` (never included; null: no end). */
export interface Bounds {
  readonly from: string;
  readonly fromIncluded: boolean;
  readonly below: string | null;
}

export function boundsOf({ prefix, after, reverse }: Range): Bounds {
  const below = beyond(prefix);
  if (after === undefined) return { from: prefix, fromIncluded: true, below };
  if (reverse) return { from: prefix, fromIncluded: true, below: below === null || compareKeys(after, below) < 0 ? after : below };
  return compareKeys(after, prefix) < 0 ? { from: prefix, fromIncluded: true, below } : { from: after, fromIncluded: false, below };
}

/** The first text after all texts that begin with `prefix`; null if there is none. */
function beyond(prefix: string): string | null {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0)!;
    if (point < 0x10ffff) return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1);
  }
  return null;
}
