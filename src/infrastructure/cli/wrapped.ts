import { widthOf } from './table.js';

/** Columns of a line where no terminal says how many it has. */
const usual = 120;
const leastColumns = 40;

/** A word or an item of a list, with what ends it. */
const piece = /[^ ，、；]*(?:[，、；]| +)|[^ ，、；]+$/gu;

/**
 * A text whose lines are not longer than the terminal is wide. They are broken between words and between items of lists; what goes on is
 * indented. A longer word stays whole.
 * @param indent columns before what goes on
 */
export function wrapped(text: string, indent = 2, columns = process.stdout.columns ?? usual): string {
  const most = Math.max(columns, leastColumns);
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= most ? line : broken(line, indent, most)))
    .join('\n');
}

function broken(line: string, indent: number, most: number): string {
  const lines: string[] = [];
  let current = '';
  for (const [next] of line.matchAll(piece)) {
    if (current.trim() !== '' && widthOf(current) + widthOf(next.trimEnd()) > most) {
      lines.push(current.trimEnd());
      current = ' '.repeat(indent);
    }
    current += next;
  }
  return [...lines, current.trimEnd()].join('\n');
}
