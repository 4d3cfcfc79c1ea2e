import type { EChartsCoreOption } from 'echarts/core';
import type { Step, Transfer } from '../../domain/voting/outcome.js';
import { colours, fonts, head, palette, width } from './chart.js';
import { shorten } from './text.js';

type Of<S extends Step['step']> = Extract<Step, { step: S }>;

interface Column {
  readonly round: Of<'round'>;
  /** Those struck together in this round are drawn as one: the account does not tell whose vote went where. */
  readonly struck: ReadonlySet<string>;
  readonly elected: ReadonlySet<string>;
  /** Whose votes pass on after this round, and where they go. */
  readonly passed: readonly { readonly from: string; readonly transfers: readonly Transfer[] }[];
}
interface Words {
  readonly round: (number: number) => string;
  readonly exhausted: string;
  readonly others: (number: number) => string;
  readonly label: (option: string) => string;
}

const struckTogether = '\u0000struck';
const nobody = '\u0000nobody';

function columnsOf(account: readonly Step[]): Column[] {
  return account.flatMap((step): Column[] => {
    if (step.step !== 'round') return [];
    const during = account.filter(
      (other): other is Of<'eliminated' | 'surplus' | 'elected'> =>
        'round' in other && other.step !== 'round' && other.round === step.round,
    );
    const eliminated = during.filter((other) => other.step === 'eliminated');
    const struck = new Set(eliminated.flatMap(({ options }) => options));
    return [
      {
        round: step,
        struck,
        elected: new Set(during.flatMap((other) => (other.step === 'elected' ? [other.option] : []))),
        passed: [
          ...eliminated.map(({ transfers, options }) => ({ from: options.length === 1 ? options[0]! : struckTogether, transfers })),
          ...during.flatMap((other) => (other.step === 'surplus' ? [{ from: other.option, transfers: other.transfers }] : [])),
        ],
      },
    ];
  });
}

/** A count in rounds as a flow: a column a round, a band for the votes that stay or pass on. */
export function flow(
  account: readonly Step[],
  { round: roundName, exhausted, others, label }: Words,
): { option: EChartsCoreOption; height: number } {
  const columns = columnsOf(account);
  const first = columns[0]!.round.tallies.map(({ option }) => option);
  const colourOf = (option: string) =>
    option === nobody || option === struckTogether ? colours.line : palette[first.indexOf(option) % palette.length]!;
  const last = columns.length - 1;
  const drawnAs = ({ struck }: Column, option: string) => (struck.size > 1 && struck.has(option) ? struckTogether : option);
  const id = (column: number, option: string) => `${column}:${option}`;

  const nodes: { name: string; depth: number; value: number; text: string; place: 'left' | 'right'; colour: string }[] = [];
  const links: { source: string; target: string; value: number; lineStyle: { color: string } }[] = [];
  columns.forEach((column, depth) => {
    const { round, struck, elected, passed } = column;
    const tallies = new Map<string, number>();
    for (const { option, value } of round.tallies)
      tallies.set(drawnAs(column, option), (tallies.get(drawnAs(column, option)) ?? 0) + Number(value));
    const texts = new Map(round.tallies.map(({ option, value }) => [option, value]));
    const inOrder = [...first.filter((option) => tallies.has(option)), ...(tallies.has(struckTogether) ? [struckTogether] : [])];
    for (const option of inOrder) {
      const votes = texts.get(option) ?? String(tallies.get(option));
      const name = option === struckTogether ? others(struck.size) : shorten(label(option), 20);
      const early = elected.has(option) && depth !== last;
      const lost = struck.has(option) || option === struckTogether ? '✗ ' : '';
      const mark = elected.has(option) ? '✓ ' : lost;
      nodes.push({
        name: id(depth, option),
        depth,
        value: tallies.get(option)!,
        text: `${mark}${depth === 0 || depth === last || mark !== '' ? `${name} ` : ''}${votes}`,
        place: (depth === 0 && last > 0) || early ? 'left' : 'right',
        colour: colourOf(option),
      });
    }
    if (Number(round.exhausted) > 0)
      nodes.push({
        name: id(depth, nobody),
        depth,
        value: Number(round.exhausted),
        text: `${depth === 0 || depth === last ? `${exhausted} ` : ''}${round.exhausted}`,
        place: depth === 0 && last > 0 ? 'left' : 'right',
        colour: colours.line,
      });
    const next = columns[depth + 1];
    if (!next) return;
    const link = (from: string, to: string, votes: number) => {
      if (votes > 0)
        links.push({
          source: id(depth, from),
          target: id(depth + 1, to === nobody ? nobody : drawnAs(next, to)),
          value: votes,
          lineStyle: { color: colourOf(from) },
        });
    };
    const moved = new Set(passed.map(({ from }) => from));
    const kept = new Set(next.round.tallies.map(({ option }) => option));
    for (const { option, value } of round.tallies)
      if (kept.has(option) && !moved.has(option) && !struck.has(option)) link(option, option, Number(value));
    if (Number(next.round.exhausted) > 0) link(nobody, nobody, Number(round.exhausted));
    for (const { from, transfers } of passed) for (const { to, votes } of transfers) link(from, to ?? nobody, Number(votes));
  });

  const known = new Set(nodes.map(({ name }) => name));
  const most = Math.max(...columns.map((_, depth) => nodes.filter((node) => node.depth === depth).length));
  const [margin, nodeWidth, top] = [210, 10, head + 32];
  const inner = width - 2 * margin;
  const spacing = last === 0 ? inner : (inner - nodeWidth) / last;
  const tall = Math.max(260, most * 34);
  return {
    height: top + tall + 24,
    option: {
      graphic: columns.map(({ round }, depth) => ({
        type: 'text',
        silent: true,
        x: margin + depth * spacing + nodeWidth / 2,
        y: head + 8,
        style: {
          text: spacing < 60 ? String(round.round) : roundName(round.round),
          fontSize: 12,
          fill: colours.faint,
          textAlign: 'center',
          fontFamily: fonts,
        },
      })),
      series: {
        type: 'sankey',
        silent: true,
        left: margin,
        right: margin,
        top,
        bottom: 24,
        nodeWidth,
        nodeGap: 16,
        nodeAlign: 'left',
        layoutIterations: 0,
        draggable: false,
        lineStyle: { opacity: 0.38, curveness: 0.5 },
        emphasis: { disabled: true },
        data: nodes.map(({ name, depth, value, text, place, colour }) => ({
          name,
          depth,
          value,
          itemStyle: { color: colour, borderWidth: 0 },
          label: {
            show: depth === 0 || depth === last || spacing >= 90 || text.startsWith('✓'),
            position: place,
            distance: 6,
            fontSize: depth === 0 || depth === last ? 13 : 12,
            color: colours.text,
            formatter: () => text,
          },
        })),
        links: links.filter(({ source, target }) => known.has(source) && known.has(target)),
      },
    },
  };
}
