import { eastAsianWidth } from 'get-east-asian-width';

/* Text in pictures: its width, and its line breaks. The server cannot measure text, so widths are estimates. */

/** Whether a character is as wide as it is high (Unicode Standard Annex 11). */
const wide = (grapheme: string): boolean => eastAsianWidth(grapheme.codePointAt(0)!) === 2;

/** On one line, without characters that XML cannot contain or that change the direction of writing. */
export const clean = (text: string): string =>
  text
    .replace(/[^\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+/gu, ' ')
    .replace(/[\s\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]+/gu, ' ')
    .trim();

const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

/** Widths in em: not less than in Arial or in DejaVu Sans, the last fallback fonts. All other characters count as 1 em. */
const widths = new Map(
  (
    [
      [0.35, " '.,/:;\\|Iijlł·’"],
      [0.45, '!()-[]`frt'],
      [0.55, '"*Jcsz“”–'],
      [0.65, '$?_{}¥0123456789FLTŁabdeghknopquvxyøß'],
      [0.8, '&ABCDEGHKNOPQRSUVXYZØ'],
    ] as const
  ).flatMap(([ems, characters]) => [...characters].map((character) => [character, ems] as const)),
);

function emsOf(grapheme: string): number {
  const [base = ''] = grapheme.normalize('NFD'); // ą has the width of a
  return wide(grapheme) ? 1 : (widths.get(base) ?? 1);
}

/** Upper estimate of the width of a line, in pixels. */
export const textWidth = (text: string, size: number): number => graphemes(text).reduce((sum, one) => sum + emsOf(one), 0) * size;

/** Truncates to a width in pixels, with an ellipsis. */
function cut(text: string, size: number, width: number): string {
  let kept = '';
  for (const one of graphemes(text)) {
    if (textWidth(`${kept}${one}…`, size) > width) break;
    kept += one;
  }
  return `${kept.trimEnd()}…`;
}

/** Parts that a line break must not split: a word, or a wide character with the punctuation that closes after it. */
function unitsOf(text: string): string[] {
  const units: string[] = [];
  for (const one of graphemes(text)) {
    const before = units.at(-1);
    const follows = before !== undefined && before !== ' ' && one !== ' ';
    const isWord = follows && !wide(one) && !graphemes(before).some(wide);
    if (isWord || (follows && /^[，。、；：！？）》」』】”’…]/u.test(one))) units[units.length - 1] += one;
    else units.push(one);
  }
  return units;
}

/** Splits into lines of at most `width` pixels: between words and wide characters, or inside a part that is longer than a line. */
function lined(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const next = () => {
    lines.push(line.trimEnd());
    line = '';
  };
  const fitsOn = (more: string) => textWidth(`${line}${more}`.trimEnd(), size) <= width;
  for (const unit of unitsOf(text)) {
    if (line !== '' && !fitsOn(unit)) next();
    if (line === '' && unit === ' ') continue;
    if (fitsOn(unit)) line += unit;
    else
      for (const one of graphemes(unit)) {
        if (line !== '' && !fitsOn(one)) next();
        line += one;
      }
  }
  if (line !== '') next();
  return lines;
}

/** Whether a text needs at most this number of lines. */
export const fits = (text: string, size: number, width: number, most: number): boolean => lined(text, size, width).length <= most;

/** At most `most` lines of at most `width` pixels; a text that does not fit is truncated with an ellipsis. */
export function wrap(text: string, size: number, width: number, most: number): string[] {
  const lines = lined(text, size, width);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '), size, width)];
}
