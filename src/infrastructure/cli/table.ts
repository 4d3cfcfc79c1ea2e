import Table from 'cli-table3';

const bare = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const;
const chars = Object.fromEntries(bare.map((name) => [name, ''])) as Record<(typeof bare)[number], string>;

/** Spaces between two columns. */
export const gap = 2;

/**
 * Lines of columns without borders, aligned also for characters that are two columns wide.
 * @param widths maximum column widths in terminal columns, with the gap; longer cells are truncated. Without a value as wide as needed
 */
export function table(rows: readonly (readonly (string | number)[])[], widths: readonly (number | null)[] = []): string {
  const lines = new Table({
    chars,
    colWidths: [...widths],
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
  });
  lines.push(...rows.map((row) => row.map(plain)));
  return lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Terminal columns of a text, in which Chinese characters are two columns wide. */
export const widthOf = (text: string): number => text.replaceAll(/[^\u0000-\u02ff]/gu, '--').length;

/** Removes line breaks, terminal control characters and marks that change the direction of writing: users may have entered them. */
export const plain = (cell: string | number): string =>
  String(cell).replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ');
