/** Order for `sort`: the smaller first; text by UTF-16 code unit. */
export function ascending<T extends number | bigint | string>(a: T, b: T): -1 | 0 | 1 {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
