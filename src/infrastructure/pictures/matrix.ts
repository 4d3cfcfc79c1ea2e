import type { Step } from '../../domain/voting/outcome.js';
import { colours, type Content, every, inner, lineHeight, margin, rectangle, type Shape, size, textAt } from './chart.js';
import { fits, textWidth, wrap } from './text.js';

const fill = { wins: colours.chosen, equal: '#FFFFFF', loses: '#DCE4EA' } as const;
const fillOf = (sign: number) => {
  if (sign === 0) return fill.equal;
  return sign > 0 ? fill.wins : fill.loses;
};
const space = 8;

/**
 * The pairwise comparison in the final order: how many ballots prefer the row to the column, and below it the strongest path. A win has a
 * dark cell.
 */
export function matrix(
  { options, preferences, strengths }: Extract<Step, { step: 'pairwise' }>,
  order: readonly string[],
  label: (option: string) => string,
  top: number,
): Content & { readonly hasFigures: boolean } {
  const inOrder = order.map((option) => options.indexOf(option));
  const n = inOrder.length;
  const names = inOrder.map((option, i) => `${i + 1}. ${label(options[option]!)}`);
  const widest = Math.max(0, ...names.map((name) => textWidth(name, size.text)));
  const left = margin + Math.min(widest, 340) + 12;
  const cell = Math.min(160, (margin + inner - left) / Math.max(n, 1));
  const rows = names.map((name) => wrap(name, size.text, left - 12 - margin, 3));

  const pairs = inOrder.flatMap((a, y) => inOrder.flatMap((b, x) => (a === b ? [] : [{ a, b, x, y }])));
  const figures = ({ a, b }: (typeof pairs)[number]) => [String(preferences[a]![b]), `(${strengths[a]![b]})`];
  const hasFigures = pairs.every((pair) => figures(pair).every((text) => textWidth(text, size.small) <= cell - space));
  const heights = rows.map((lines) => Math.max(lines.length, hasFigures ? 2 : 1) * lineHeight + space);
  const isNamed = cell >= 100 && names.every((name) => fits(name, size.small, cell - space, 3));
  const nth = every(textWidth(String(n), size.small), cell);
  const numbers = names.map((_, i) => (i % nth === 0 ? [String(i + 1)] : []));
  const heads = isNamed ? names.map((name) => wrap(name, size.small, cell - space, 3)) : numbers;
  const headHeight = Math.max(0, ...heads.map((lines) => lines.length)) * lineHeight;
  const tops = heights.map((_, row) => heights.slice(0, row).reduce((sum, height) => sum + height, top + headHeight + 4));
  const bottom = (tops.at(-1) ?? top) + (heights.at(-1) ?? 0);

  const shapes: Shape[] = [];
  const centre = { align: 'center', fontSize: size.small } as const;
  const middle = (row: number) => tops[row]! + heights[row]! / 2;
  const lines = (texts: readonly string[], x: number, y: number, style: Parameters<typeof textAt>[3]) =>
    texts.forEach((text, i) => shapes.push(textAt(text, x, y + (i - (texts.length - 1) / 2) * lineHeight, style)));
  heads.forEach((texts, x) => lines(texts, left + (x + 0.5) * cell, top + headHeight - (texts.length * lineHeight) / 2, centre));
  rows.forEach((texts, y) => lines(texts, left - 12, middle(y), { align: 'right' }));
  for (const pair of pairs) {
    const { a, b, x, y } = pair;
    const sign = Math.sign(preferences[a]![b]! - preferences[b]![a]!);
    shapes.push(rectangle(left + x * cell + 1, tops[y]! + 1, cell - 2, heights[y]! - 2, fillOf(sign)));
    if (hasFigures) lines(figures(pair), left + (x + 0.5) * cell, middle(y), { ...centre, fill: sign > 0 ? '#FFFFFF' : colours.text });
  }
  return { shapes, height: bottom + margin, hasFigures };
}
