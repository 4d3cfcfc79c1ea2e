import type { EChartsCoreOption } from 'echarts/core';
import { colours, fonts, head, width } from './chart.js';
import { shorten } from './text.js';

export interface Bar {
  readonly label: string;
  readonly chosen: boolean;
  /** A value and its exact text for each panel; null draws no bar. */
  readonly cells: readonly { readonly value: number | null; readonly text: string }[];
}

const row = 24;
const [labels, textWidth, gap] = [286, 104, 24];

/** Rows of bars, one panel beside the other, each with its own scale from nothing; what is chosen is dark and ticked. */
export function bars(rows: readonly Bar[], panels: readonly string[]): { option: EChartsCoreOption; height: number } {
  const panelWidth = (width - 24 - labels - gap * (panels.length - 1) - 24) / panels.length;
  const top = head + (panels.length > 1 ? 28 : 8);
  const height = top + Math.max(rows.length, 1) * row + 24;
  const scale = panels.map((_, panel) => {
    const values = rows.map(({ cells }) => cells[panel]?.value ?? 0);
    // beside the longest bar its text must fit
    const room = panelWidth / (panelWidth - textWidth);
    return { max: Math.max(0, ...values) * room || 1, min: Math.min(0, ...values) * room };
  });
  const categories = rows.map(({ label, chosen }) => `${chosen ? '✓ ' : ''}${shorten(label, 38)}`);
  const left = (panel: number) => 24 + labels + panel * (panelWidth + gap);
  return {
    height,
    option: {
      graphic:
        panels.length > 1
          ? panels.map((text, panel) => ({
              type: 'text',
              left: left(panel),
              top: head + 6,
              silent: true,
              style: { text, fontSize: 13, fontWeight: 'bold', fill: colours.text, fontFamily: fonts },
            }))
          : [],
      grid: panels.map((_, panel) => ({ left: left(panel), width: panelWidth, top, height: Math.max(rows.length, 1) * row })),
      xAxis: panels.map((_, panel) => ({
        type: 'value',
        gridIndex: panel,
        ...scale[panel],
        axisLabel: { show: false },
        splitLine: { show: false },
        axisTick: { show: false },
      })),
      yAxis: panels.map((_, panel) => ({
        type: 'category',
        gridIndex: panel,
        data: categories,
        inverse: true,
        axisTick: { show: false },
        axisLine: { onZero: true, lineStyle: { color: colours.line } },
        axisLabel: panel === 0 ? { fontSize: 13, interval: 0, color: colours.text } : { show: false },
      })),
      series: panels.map((_, panel) => ({
        type: 'bar',
        xAxisIndex: panel,
        yAxisIndex: panel,
        silent: true,
        barWidth: 14,
        data: rows.map(({ chosen, cells }) => ({
          value: cells[panel]?.value ?? 0,
          itemStyle: { color: chosen ? colours.chosen : colours.other },
        })),
        label: {
          show: true,
          position: 'right',
          fontSize: 13,
          color: colours.text,
          formatter: ({ dataIndex }: { dataIndex: number }) => rows[dataIndex]!.cells[panel]?.text ?? '',
        },
      })),
    },
  };
}
