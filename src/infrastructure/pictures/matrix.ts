import type { EChartsCoreOption } from 'echarts/core';
import type { Step } from '../../domain/voting/outcome.js';
import { colours, head, width } from './chart.js';
import { shorten } from './text.js';

const fill = { wins: colours.chosen, equal: '#FFFFFF', loses: '#DCE4EA' } as const;

/**
 * Everyone against everyone, in the final order: how many ballots put the row above the column, below it the strongest path. Who wins
 * has a dark cell.
 */
export function matrix(
  { options, preferences, strengths }: Extract<Step, { step: 'pairwise' }>,
  order: readonly string[],
  label: (option: string) => string,
): { option: EChartsCoreOption; height: number } {
  const inOrder = order.map((option) => options.indexOf(option));
  const n = inOrder.length;
  const left = 240;
  const cell = Math.min(120, (width - left - 24) / Math.max(n, 1));
  const high = Math.min(44, Math.max(22, cell * 0.6));
  const [columns, top] = [Math.floor(cell / 7.5), head + 32];
  const pairs = inOrder.flatMap((a, y) =>
    inOrder.flatMap((b, x) => (a === b ? [] : [{ a, b, x, y, sign: Math.sign(preferences[a]![b]! - preferences[b]![a]!) }])),
  );
  const text = ({ a, b }: (typeof pairs)[number]) => {
    if (cell < 30) return '';
    return high < 36 || cell < 46 ? String(preferences[a]![b]) : `${preferences[a]![b]}\n(${strengths[a]![b]})`;
  };
  const axis = { type: 'category', axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false } };
  const names = inOrder.map((option, i) => `${i + 1}. ${shorten(label(options[option]!), 28)}`);
  return {
    height: top + n * high + 24,
    option: {
      grid: { left, top, width: n * cell, height: n * high },
      xAxis: {
        ...axis,
        position: 'top',
        data: inOrder.map((option, i) => (columns >= 6 ? shorten(`${i + 1}. ${label(options[option]!)}`, columns) : String(i + 1))),
        axisLabel: { fontSize: 12, interval: 0, color: colours.text },
      },
      yAxis: { ...axis, inverse: true, data: names, axisLabel: { fontSize: 13, interval: 0, color: colours.text } },
      visualMap: {
        show: false,
        type: 'piecewise',
        dimension: 2,
        pieces: [
          { value: -1, color: fill.loses },
          { value: 0, color: fill.equal },
          { value: 1, color: fill.wins },
        ],
      },
      series: {
        type: 'heatmap',
        silent: true,
        itemStyle: { borderColor: '#FFFFFF', borderWidth: 2 },
        data: pairs.map((pair) => ({
          value: [pair.x, pair.y, pair.sign],
          label: {
            show: true,
            fontSize: cell < 44 ? 11 : 12,
            lineHeight: 15,
            color: pair.sign > 0 ? '#FFFFFF' : colours.text,
            formatter: () => text(pair),
          },
        })),
      },
    },
  };
}
