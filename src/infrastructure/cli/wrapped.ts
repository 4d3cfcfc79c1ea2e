import { widthOf } from './table.js';

/** Columns of a line where no terminal says how many it has. */
const usual = 120;
const leastColumns = 40;

/** An item of a list, with what ends it. */
const item = /.+?(?:[，、；]|[,;] |$)/gu;
/** A word, with the spaces behind it. */
const word = /[^ ]* +|[^ ]+$/gu;
/** Items of so many columns stay in one line, so that a figure stands beside its name. */
const keptWhole = 30;

/**
 * A text whose lines are not longer than the terminal is wide. They are broken between words and between items of lists; what goes on is
 * indented. A longer word stays whole.
 * @param indent columns before what goes on
 */
export function wrapped(text: string, indent = 2, columns = process.stdout.columns || usual): string {
  const most = Math.max(columns, leastColumns);
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= most ? line : broken(line, indent, most)))
    .join('\n');
}

function broken(line: string, indent: number, most: number): string {
  const lines: string[] = [];
  let current = '';
  const items = Array.from(line.matchAll(item), ([one]) => one);
  const pieces = items.flatMap((one) => (widthOf(one) <= keptWhole ? [one] : Array.from(one.matchAll(word), ([part]) => part)));
  for (const next of pieces) {
    if (current.trim() !== '' && widthOf(current) + widthOf(next.trimEnd()) > most) {
      lines.push(current.trimEnd());
      current = ' '.repeat(Math.min(indent, most >> 1));
    }
    current += next;
  }
  return [...lines, current.trimEnd()].join('\n');
}
