import type { Immutable } from '../../domain/shared/decider.js';
import type { ThresholdComparison } from '../../domain/voting/threshold.js';
import { colours, type Content, inner, lineHeight, margin, rectangle, type Shape, size, textAt } from './chart.js';
import { textWidth, wrap } from './text.js';

const thick = 24;

/** Each comparison as a bar for the share that was reached, with a line at the threshold. */
export function thresholds(
  comparisons: readonly Immutable<ThresholdComparison>[],
  sentence: (comparison: Immutable<ThresholdComparison>) => string,
  top: number,
): Content {
  const shapes: Shape[] = [];
  let y = top;
  for (const comparison of comparisons) {
    const { partCount, wholeCount, numerator, denominator, strict, holds } = comparison;
    const lines = wrap(`${holds ? '✓' : '✗'} ${sentence(comparison)}`, size.text, inner, 4);
    lines.forEach((text, line) => shapes.push(textAt(text, margin, y + (line + 0.5) * lineHeight)));
    y += lines.length * lineHeight + 4;
    const reached = wholeCount === 0 ? 0 : (inner * partCount) / wholeCount;
    shapes.push(rectangle(margin, y, inner, thick, colours.background));
    if (reached > 0) shapes.push(rectangle(margin, y, reached, thick, holds ? colours.chosen : colours.against));
    const mark = margin + (inner * numerator) / denominator;
    shapes.push(rectangle(mark - 1.5, y - 3, 3, thick + 6, colours.text));
    y += thick + 4;
    const text = `${strict ? '>' : '≥'} ${numerator}/${denominator}`;
    const half = textWidth(text, size.small) / 2;
    const x = Math.min(Math.max(mark, margin + half), margin + inner - half);
    shapes.push(textAt(text, x, y + lineHeight / 2, { fontSize: size.small, align: 'center' }));
    y += lineHeight + 14;
  }
  return { shapes, height: y + margin - 14 };
}
