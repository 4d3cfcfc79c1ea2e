import type { Step, Transfer } from '../../domain/voting/outcome.js';
import { colours, type Content, every, fonts, lineHeight, margin, palette, size, textAt, width } from './chart.js';
import { fits, textWidth, wrap } from './text.js';

type Of<S extends Step['step']> = Extract<Step, { step: S }>;

interface Column {
  readonly round: Of<'round'>;
  /** Options eliminated together in a round are drawn as one: the account does not say whose votes went where. */
  readonly struck: ReadonlySet<string>;
  readonly elected: ReadonlySet<string>;
  /** Whose votes are transferred after this round, and to whom. */
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

/** Maximum width of names beside the first and the last column; longer ones are broken into lines. */
const named = 270;
const [nodeWidth, distance] = [10, 8];

/** A count in two or more rounds as a flow: a column for each round, a band for votes that stay or are transferred. */
export function flow(account: readonly Step[], { round: roundName, exhausted, others, label }: Words, top: number): Content {
  const columns = columnsOf(account);
  const first = columns[0]!.round.tallies.map(({ option }) => option);
  const colourOf = (option: string) =>
    option === nobody || option === struckTogether ? colours.line : palette[first.indexOf(option) % palette.length]!;
  const last = columns.length - 1;
  const drawnAs = ({ struck }: Column, option: string) => (struck.size > 1 && struck.has(option) ? struckTogether : option);
  const id = (column: number, option: string) => `${column}:${option}`;
  const markOf = ({ elected, struck }: Column, option: string) => {
    if (elected.has(option)) return '✓ ';
    return struck.has(option) || option === struckTogether ? '✗ ' : '';
  };

  const nodes: { name: string; depth: number; value: number; mark: string; title: string; votes: string; colour: string }[] = [];
  const links: { source: string; target: string; value: number; lineStyle: { color: string } }[] = [];
  columns.forEach((column, depth) => {
    const { round, struck, passed } = column;
    const tallies = new Map<string, number>();
    for (const { option, value } of round.tallies)
      tallies.set(drawnAs(column, option), (tallies.get(drawnAs(column, option)) ?? 0) + Number(value));
    const texts = new Map(round.tallies.map(({ option, value }) => [option, value]));
    const inOrder = [...first.filter((option) => tallies.has(option)), ...(tallies.has(struckTogether) ? [struckTogether] : [])];
    for (const option of inOrder) {
      nodes.push({
        name: id(depth, option),
        depth,
        value: tallies.get(option)!,
        mark: markOf(column, option),
        title: option === struckTogether ? others(struck.size) : label(option),
        votes: texts.get(option) ?? String(tallies.get(option)),
        colour: colourOf(option),
      });
    }
    if (Number(round.exhausted) > 0)
      nodes.push({
        name: id(depth, nobody),
        depth,
        value: Number(round.exhausted),
        mark: '',
        title: exhausted,
        votes: round.exhausted,
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

  const whole = ({ mark, title, votes }: (typeof nodes)[number]) => `${mark}${title} ${votes}`;
  /** Width of the names beside a column, in pixels. */
  const beside = (depth: number) => {
    const texts = nodes.filter((node) => node.depth === depth).map(whole);
    return Math.min(named, Math.max(0, ...texts.map((text) => textWidth(text, size.text))));
  };
  const left = margin + beside(0) + distance;
  const right = margin + beside(last) + distance;
  const spacing = (width - left - right - nodeWidth) / last;
  const between = spacing - nodeWidth - 2 * distance;

  /** In the columns between, marked options have a name if there is room; all others have only their votes. */
  const linesOf = (node: (typeof nodes)[number]): string[] => {
    if (node.depth === 0 || node.depth === last) return wrap(whole(node), size.text, named, 3);
    const [text, room] = [node.mark === '' ? node.votes : whole(node), between];
    if (room < textWidth(node.votes, size.small)) return [];
    return wrap(fits(text, size.small, room, 3) ? text : `${node.mark}${node.votes}`, size.small, room, 3);
  };
  const labelled = nodes.map((node) => ({ ...node, lines: linesOf(node) }));
  const nodeGap = Math.max(1, ...labelled.map(({ lines }) => lines.length)) * lineHeight + 2;
  const most = Math.max(...columns.map((_, depth) => nodes.filter((node) => node.depth === depth).length));
  const isNarrow = every(textWidth(roundName(last + 1), size.small), spacing) > 1;
  const nth = every(textWidth(String(last + 1), size.small), spacing);
  const y = top + lineHeight + nodeGap / 2;
  const tall = 400 + (most - 1) * nodeGap;

  const known = new Set(nodes.map(({ name }) => name));
  return {
    height: y + tall + nodeGap / 2 + margin,
    shapes: columns.flatMap(({ round }, depth) => {
      const isTooNear = depth % nth !== 0 || last - depth < nth;
      if (depth !== last && isTooNear) return [];
      const text = isNarrow ? String(round.round) : roundName(round.round);
      const half = textWidth(text, size.small) / 2;
      const x = Math.min(Math.max(left + depth * spacing + nodeWidth / 2, margin + half), width - margin - half);
      return [textAt(text, x, top + lineHeight / 2, { fontSize: size.small, fill: colours.faint, align: 'center' })];
    }),
    series: {
      type: 'sankey',
      silent: true,
      left,
      right,
      top: y,
      height: tall,
      nodeWidth,
      nodeGap,
      nodeAlign: 'left',
      layoutIterations: 0,
      draggable: false,
      lineStyle: { opacity: 0.38, curveness: 0.5 },
      emphasis: { disabled: true },
      data: labelled.map(({ name, depth, value, lines, colour }) => ({
        name,
        depth,
        value,
        itemStyle: { color: colour, borderWidth: 0 },
        label: {
          show: lines.length > 0,
          position: depth === 0 ? 'left' : 'right',
          distance,
          fontFamily: fonts,
          fontSize: depth === 0 || depth === last ? size.text : size.small,
          lineHeight,
          color: colours.text,
          textBorderColor: '#FFFFFF',
          textBorderWidth: 3,
          formatter: () => lines.join('\n'),
        },
      })),
      links: links.filter(({ source, target }) => known.has(source) && known.has(target)),
    },
  };
}
