/* Text in pictures: one line each, and short enough. */

/** Whether a character is as wide as it is high. */
export const wide = (character: string): boolean =>
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(
    character,
  );

/** In one line and without what XML cannot hold or what turns the direction of writing. */
export const clean = (text: string): string =>
  text
    .replace(/[^\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+/gu, ' ')
    .replace(/[\s\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]+/gu, ' ')
    .trim();

/** Cut to so many columns, of which a wide character takes two. */
export function shorten(text: string, columns: number): string {
  let [used, cut] = [0, ''];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += wide(segment) ? 2 : 1;
    if (used > columns) return `${cut.trimEnd()}…`;
    if (used < columns) cut += segment; // the last column is the ellipsis's, if there must be one
  }
  return text;
}
