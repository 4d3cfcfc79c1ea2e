import { boldWidth, colours, type Content, inner, lineHeight, margin, rectangle, type Shape, size, textAt, wrapBold } from './chart.js';
import { textWidth, wrap } from './text.js';

interface Cell {
  /** null draws no bar. */
  readonly value: number | null;
  readonly text: string;
}
export interface Bar {
  readonly label: string;
  readonly chosen: boolean;
  /** One value for each panel. */
  readonly cells: readonly Cell[];
}
interface Panel {
  readonly title: string;
  readonly cells: readonly Cell[];
  /** Where its bars begin, and how much room they have, in pixels. */
  readonly x: number;
  readonly bar: number;
  /** Width of its figures, which are aligned at its right edge. */
  readonly figures: number;
}

const [gap, thick] = [20, 20];
/** Labels that are not wider than this, and leave this much room for bars, are beside them; others are above. */
const [besides, leastBars] = [300, 0.4 * inner];
/** Maximum width of a heading: longer ones are broken into lines instead of making the column wider. */
const headed = 145;

/** The panels that are not empty, from left to right: figures get the width they need, bars the rest. */
function panelsOf(rows: readonly Bar[], titles: readonly string[], left: number): Panel[] {
  const filled = titles
    .map((title, i) => ({ title, cells: rows.map(({ cells }) => cells[i]!) }))
    .filter(({ cells }) => cells.some(({ value, text }) => value !== null || text !== ''));
  const measured = filled.map((panel) => {
    const widest = Math.max(...panel.cells.map(({ text }) => textWidth(text, size.text)));
    const hasBars = panel.cells.some(({ value }) => value !== null);
    const widestWord = Math.max(...wrapBold(panel.title, size.small, headed, 9).map((line) => boldWidth(line, size.small)));
    return { ...panel, hasBars, figures: hasBars ? widest : Math.max(widest, widestWord) };
  });
  const barred = measured.filter(({ hasBars }) => hasBars).length;
  const free = margin + inner - left - gap * (measured.length - 1) - (gap / 2) * barred;
  const wanted = measured.reduce((sum, { figures }) => sum + figures, 0);
  const most = Math.min(wanted, 0.8 * free); // always leaves some room for bars
  const room = barred === 0 ? 0 : (free - most) / barred;
  let x = left;
  return measured.map(({ hasBars, ...panel }) => {
    const placed = { ...panel, x, bar: hasBars ? room : 0, figures: most < wanted ? (panel.figures * most) / wanted : panel.figures };
    x += (hasBars ? room + gap / 2 : 0) + placed.figures + gap;
    return placed;
  });
}

/** The bar of a value on a scale from the smallest to the greatest; bars begin at 0. */
function barOf({ cells, x, bar }: Panel, value: number): { from: number; length: number } {
  const values = cells.map((cell) => cell.value ?? 0);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const unit = most === least ? 0 : bar / (most - least);
  return { from: x + (Math.min(0, value) - least) * unit, length: Math.abs(value) * unit };
}

/** Rows of bars, with panels side by side, each with its own scale. Chosen rows are dark and ticked. Empty panels are left out. */
export function bars(rows: readonly Bar[], titles: readonly string[], top: number): Content {
  const labels = rows.map(({ label, chosen }) => `${chosen ? '✓ ' : ''}${label}`);
  const widest = Math.max(0, ...labels.map((label) => textWidth(label, size.text)));
  const besideLabels = panelsOf(rows, titles, margin + widest + gap);
  const isBeside = widest <= besides && besideLabels.reduce((sum, { bar }) => sum + bar, 0) >= leastBars;
  const panels = isBeside ? besideLabels : panelsOf(rows, titles, margin);
  const shapes: Shape[] = [];
  const widthOf = ({ bar, figures }: Panel) => bar + (bar > 0 ? gap / 2 : 0) + figures;
  const edge = (panel: Panel) => panel.x + widthOf(panel);

  const heads = panels.map((panel) => wrapBold(panel.title, size.small, widthOf(panel), 9)); // not edge - x: a rounding error breaks words
  const headHeight = Math.max(0, ...heads.map((lines) => lines.length)) * lineHeight;
  heads.forEach((lines, i) => {
    const panel = panels[i]!;
    const isLeft = panel.bar > 0;
    const first = top + headHeight - lines.length * lineHeight;
    lines.forEach((text, line) =>
      shapes.push(
        textAt(text, isLeft ? panel.x : edge(panel), first + (line + 0.5) * lineHeight, {
          fontSize: size.small,
          fontWeight: 'bold',
          align: isLeft ? 'left' : 'right',
        }),
      ),
    );
  });

  let y = top + headHeight + (headHeight > 0 ? 8 : 0);
  rows.forEach(({ chosen }, row) => {
    const lines = isBeside ? [labels[row]!] : wrap(labels[row]!, size.text, inner, 3);
    lines.forEach((text, line) => shapes.push(textAt(text, margin, y + (line + 0.5) * lineHeight)));
    if (!isBeside) y += lines.length * lineHeight;
    const middle = y + lineHeight / 2;
    for (const panel of panels) {
      const { value, text } = panel.cells[row]!;
      const { from, length } = barOf(panel, value ?? 0);
      if (panel.bar > 0) shapes.push(rectangle(barOf(panel, 0).from - 1, middle - thick / 2 - 3, 1, thick + 6, colours.line));
      if (length > 0) shapes.push(rectangle(from, middle - thick / 2, length, thick, chosen ? colours.chosen : colours.other));
      for (const line of wrap(text, size.text, panel.figures, 1)) shapes.push(textAt(line, edge(panel), middle, { align: 'right' }));
    }
    y += lineHeight + (isBeside ? 7 : 14);
  });
  return { shapes, height: y + margin - 7 };
}
