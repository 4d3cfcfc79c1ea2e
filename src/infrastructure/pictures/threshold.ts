import type { EChartsCoreOption } from 'echarts/core';
import type { Immutable } from '../../domain/shared/decider.js';
import type { ThresholdComparison } from '../../domain/voting/threshold.js';
import { colours, head, width } from './chart.js';

const row = 72;

/** Every comparison as a bar of the share that was reached, with a line where the threshold stands. */
export function thresholds(
  comparisons: readonly Immutable<ThresholdComparison>[],
  sentence: (comparison: Immutable<ThresholdComparison>) => string,
): { option: EChartsCoreOption; height: number } {
  const share = ({ partCount, wholeCount }: Immutable<ThresholdComparison>) => (wholeCount === 0 ? 0 : (100 * partCount) / wholeCount);
  const mark = ({ numerator, denominator }: Immutable<ThresholdComparison>) => (100 * numerator) / denominator;
  const [height, top] = [comparisons.length * row, head + 8];
  return {
    height: top + height + 16,
    option: {
      grid: { left: 24, top, width: width - 24 - 96, height },
      xAxis: {
        type: 'value',
        min: 0,
        max: 100,
        axisLabel: { show: false },
        splitLine: { show: false },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: comparisons.map((_, i) => String(i)),
        axisLabel: { show: false },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      series: [
        {
          type: 'bar',
          silent: true,
          barWidth: 18,
          showBackground: true,
          backgroundStyle: { color: '#EDF1F4' },
          data: comparisons.map((comparison) => ({
            value: share(comparison),
            itemStyle: { color: comparison.holds ? colours.chosen : colours.against },
          })),
          label: {
            show: true,
            position: [0, -20],
            fontSize: 13,
            color: colours.text,
            formatter: ({ dataIndex }: { dataIndex: number }) =>
              `${comparisons[dataIndex]!.holds ? '✓' : '✗'} ${sentence(comparisons[dataIndex]!)}`,
          },
        },
        {
          type: 'scatter',
          silent: true,
          symbol: 'rect',
          symbolSize: [3, 30],
          itemStyle: { color: colours.text, opacity: 1 },
          z: 3,
          data: comparisons.map((comparison, i) => [mark(comparison), i]),
          label: {
            show: true,
            position: 'bottom',
            distance: 2,
            fontSize: 12,
            color: colours.text,
            formatter: ({ dataIndex }: { dataIndex: number }) =>
              `${comparisons[dataIndex]!.strict ? '>' : '≥'} ${comparisons[dataIndex]!.numerator}/${comparisons[dataIndex]!.denominator}`,
          },
        },
      ],
    },
  };
}
