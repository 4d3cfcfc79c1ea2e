import type { FileCount } from './count-file.js';
import { gap, table, widthOf } from './table.js';

type Result = Pick<FileCount, 'winners' | 'undecided'>;

/** Terminal columns for the name of an option. */
const nameWidth = 50;

/** A line for each option and a column for each result (`markOf`). */
export const sideBySide = (
  titles: readonly string[],
  options: readonly string[],
  results: readonly Result[],
  name: (option: string) => string,
): string => {
  const rows = options.map((option) => [name(option), ...results.map((result) => markOf(option, result))]);
  const isWide = rows.some(([first = '']) => widthOf(first) > nameWidth - gap);
  return table([['', ...titles], ...rows], isWide ? [nameWidth] : []);
};

/** ✓ chosen, ? undecided, – neither. */
export function markOf(option: string, { winners, undecided }: Result): string {
  if (winners.includes(option)) return '✓';
  return undecided.includes(option) ? '?' : '–';
}
