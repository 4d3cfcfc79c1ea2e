import type { RankingFile } from '../../application/contexts/platform/ballot-files.js';
import { plainElection, type FileFormat, type Reading } from './election.js';
import { comparableNames, toldApart } from './option-names.js';
import { RepeatedMarks } from './repeated-marks.js';
import { Shared } from './shared.js';
import { linesBetween, Problems } from './text.js';

/*
 * PrefLib's ordinal preferences (https://preflib.github.io/PrefLib-Jekyll/format): .soc, .soi, .toc and .toi, which differ only in whether
 * orders are complete and may have ties. An order is a list of alternatives by number, best first, ties in braces.
 * Since 2022 lines with # are metadata, and every other line is a number of voters, a colon and an order. Before
 * (https://www.preflib.org/data/format), a file begins with the number of alternatives, a line `number, name` for each, and a line with
 * the numbers of voters, of votes and of different orders; every other line is a number of voters, a comma and an order.
 */

export interface PreflibFile extends RankingFile {
  /** The metadata in order, without the names of alternatives; of an older file what its lines would be called today. */
  readonly head: readonly (readonly [key: string, value: string])[];
  /** If alternatives share a name, `options` are their numbers and this maps numbers to names; otherwise empty. */
  readonly names: ReadonlyMap<string, string>;
  /** How many voters rank an alternative more than once; it is ranked where they rank it first. */
  readonly repeatedMarks: number;
  /** Line number of each ballot. */
  readonly lines: readonly number[];
}

interface Row {
  readonly line: number;
  readonly text: string;
}

/** Alternatives by number, best first. */
type Numbers = readonly (readonly string[])[];

const kinds = ['soc', 'soi', 'toc', 'toi'] as const;
/** Other types of PrefLib: categories, matchings, graphs, extra data. They are no orders. */
const others = ['cat', 'wmd', 'wmg', 'pwg', 'tog', 'mjg', 'dat'] as const;
const part = /\{([^{}]*)\}|([^,{}]+)/gu;
/** Parts separated by single commas, or no parts. */
const parts = /^(?:(?:\{[^{}]*\}|[^,{}]+)(?:,(?!$)|$))*$/u;
/** The three numbers that end the names of an older file. */
const sums = /^(\d{1,15})\s*,\s*(\d{1,15})\s*,\s*(\d{1,15})$/u;

class Reader {
  readonly problems = new Problems();
  readonly repeated: RepeatedMarks;
  readonly head: [string, string][] = [];
  readonly names = new Map<string, string>();
  /** The line in which each alternative is named. */
  readonly namedIn = new Map<string, number>();
  readonly ballots: { count: number; ranking: Numbers; line: number }[] = [];
  private readonly tiers = new Shared((text: string) => text.split(',').map((one) => one.trim()));
  /** The alternatives by number that an order names; null if it is none. */
  private readonly orders = new Shared((spaced: string) => {
    const ranks = spaced.replaceAll(/\s*([{},])\s*/gu, '$1');
    return parts.test(ranks) ? { ranking: [...ranks.matchAll(part)].map(([, tied, single]) => this.tiers.of(tied ?? single ?? '')) } : null;
  });

  /** The value of a line of the metadata and where it stands. */
  private readonly said = new Map<string, { readonly line: number; readonly value: string }>();

  constructor(strict: boolean) {
    this.repeated = new RepeatedMarks(this.problems, strict);
  }

  say({ line }: Row, key: string, value: string): void {
    this.head.push([key, value]);
    this.said.set(key, { line, value });
  }

  name({ line }: Row, number: string, name: string): void {
    if (this.names.has(number)) this.problems.add(line, { zh: `选项 ${number} 有两个名称`, en: `alternative ${number} is named twice` });
    this.names.set(number, name);
    this.namedIn.set(number, line);
  }

  order({ line, text }: Row, form: RegExp): void {
    const [, count = '', spaced = ''] = form.exec(text.trim()) ?? [];
    const order = this.orders.of(spaced);
    if (count === '' || order === null || !Number.isSafeInteger(Number(count))) {
      this.problems.add(line, { zh: `不是选项的排序：${text}`, en: `not an order of alternatives: ${text}` }, text.search(/\S/u) + 1);
      return;
    }
    this.ballots.push({ count: Number(count), ranking: order.ranking, line });
  }

  /** Checks that a number in the metadata is what the file has, if it is there. */
  private agree(key: string, number: number): void {
    const said = this.said.get(key);
    if (said && Number(said.value) !== number)
      this.problems.add(said.line, {
        zh: `${key} 写 ${said.value}，文件实有 ${number}`,
        en: `${key} is ${said.value}, but the file has ${number}`,
      });
  }

  check(kind: string | undefined, rows: readonly Row[]): void {
    const { names, ballots, problems } = this;
    if (names.size === 0) problems.add(1, { zh: '没有写明任何选项的名称', en: 'no alternative is named' });
    for (const { ranking, line } of ballots) {
      const at = (number: string, time?: number) => columnOf(rows[line - 1]!.text, number, time);
      const named = ranking.flat();
      for (const number of named)
        if (!names.has(number)) problems.add(line, { zh: `没有选项 ${number}`, en: `there is no alternative ${number}` }, at(number));
      const different = new Set(named).size;
      if (different < named.length)
        this.repeated.add(
          line,
          at(
            named.find((number, i) => named.indexOf(number) < i)!,
            2,
          ),
        );
      if (kind?.startsWith('s') && ranking.some((tier) => tier.length > 1))
        problems.add(
          line,
          { zh: `${kind} 类文件中不能有并列`, en: `equal ranks in a file of the type ${kind}` },
          rows[line - 1]!.text.indexOf('{') + 1,
        );
      if (kind?.endsWith('c') && different < names.size)
        problems.add(line, { zh: `${kind} 类文件中不能有不完整的排序`, en: `an incomplete order in a file of the type ${kind}` });
    }
    this.agree('NUMBER ALTERNATIVES', names.size);
    this.agree(
      'NUMBER VOTERS',
      ballots.reduce((sum, { count }) => sum + count, 0),
    );
  }
}

/**
 * @param type the end of the file's name, which older files need to say what they are
 * @throws MalformedFile with every invalid line
 */
export function parsePreflib(text: string, type?: string, { strict = false, onRead }: Reading = {}): PreflibFile {
  const reader = new Reader(strict);
  const rows = text.split(/\r?\n/u).map((row, i): Row => ({ line: i + 1, text: row }));
  if (rows.some((row) => row.text.startsWith('#'))) readRows(reader, rows, onRead);
  else
    readOlderRows(
      reader,
      rows.filter((row) => row.text.trim() !== ''),
    );
  const { head, names, ballots, problems, repeated: again } = reader;
  const kind = (head.find(([key]) => key === 'DATA TYPE')?.[1] ?? type)?.toLowerCase();
  if (others.some((other) => other === kind))
    problems.add(1, {
      zh: `${kind} 类文件不是排序；可读的是 ${kinds.join('、')}`,
      en: `a file of the type ${kind} has no orders; ${kinds.join(', ')} have`,
    });
  else
    reader.check(
      kinds.find((one) => one === kind),
      rows,
    );
  const compared = comparableNames(
    [...names].map(([number, name]) => ({ name, line: reader.namedIn.get(number)! })),
    problems,
  );
  problems.refuse();
  const numbers = [...names.keys()];
  const told = toldApart(numbers, compared);
  const ids = new Map(numbers.map((number, i) => [number, told.ids[i]!]));
  const tierOf = new Shared((tier: readonly string[]) => tier.map((number) => ids.get(number)!));
  const rankingOf = new Shared((ranking: Numbers) => once(ranking).map((tier) => tierOf.of(tier)));
  return {
    head,
    options: told.ids,
    names: told.names,
    lines: ballots.map(({ line }) => line),
    repeatedMarks: again.among(ballots),
    ballots: ballots.map(({ count, ranking }) => ({ count, ranking: rankingOf.of(ranking) })),
  };
}

/** The column, in characters from 1, where an order names an alternative for the first or the second time. */
function columnOf(text: string, number: string, time = 1): number | undefined {
  const [, ...named] = [...text.matchAll(/[^\s,:{}]+/gu)]; // the first is the number of voters
  const found = named.filter(([word]) => word === number)[time - 1];
  return found && found.index + 1;
}

/** Each alternative only where it stands first. */
function once(ranking: Numbers): Numbers {
  const seen = new Set<string>();
  const isNew = (number: string) => {
    const known = seen.has(number);
    seen.add(number);
    return !known;
  };
  const kept = ranking.map((tier) => tier.filter(isNew)).filter((tier) => tier.length > 0);
  return seen.size === ranking.flat().length && kept.length === ranking.length ? ranking : kept;
}

function readRows(reader: Reader, rows: readonly Row[], onRead: Reading['onRead']): void {
  for (const row of rows) {
    if (row.line % linesBetween === 0) onRead?.(row.line / rows.length);
    const [, key, value = ''] = /^#\s*([^:]+?)\s*:\s*(.*?)\s*$/u.exec(row.text) ?? [];
    const number = /^ALTERNATIVE NAME (\d+)$/u.exec(key ?? '')?.[1];
    if (number !== undefined) reader.name(row, number, value);
    else if (key !== undefined) reader.say(row, key, value);
    else if (row.text.trim() !== '' && !row.text.startsWith('#')) reader.order(row, /^(\d+)\s*:\s*(.*)$/u);
  }
}

function readOlderRows(reader: Reader, [first, ...rest]: readonly Row[]): void {
  const size = /^\s*(\d{1,9})\s*$/u.exec(first?.text ?? '')?.[1];
  if (first === undefined || size === undefined) {
    reader.problems.add(first?.line ?? 1, {
      zh: '应以 # 开头的说明行或选项个数开始',
      en: 'the file must start with lines that begin with #, or with the number of alternatives',
    });
    return;
  }
  reader.say(first, 'NUMBER ALTERNATIVES', size);
  const named = rest.slice(0, Number(size));
  for (const row of named) {
    const [, number, name = ''] = /^\s*(\d+)\s*,\s*(.*?)\s*$/u.exec(row.text) ?? [];
    if (number === undefined || sums.test(row.text.trim()))
      reader.problems.add(row.line, { zh: `应是“编号,名称”：${row.text}`, en: `not a number and a name of an alternative: ${row.text}` });
    else reader.name(row, number, name);
  }
  const totals = rest[named.length];
  const [, voters, votes = '', orders = ''] = sums.exec(totals?.text.trim() ?? '') ?? [];
  if (totals === undefined || voters === undefined) {
    reader.problems.add(totals?.line ?? first.line, {
      zh: '名称之后应是三个数：投票人数、票数、不同排序数',
      en: 'three numbers are expected after the names: of voters, of votes and of different orders',
    });
    return;
  }
  // the sum of the votes differs from the number of voters only in files that are derived from others; the orders have the sum
  reader.say(totals, 'NUMBER VOTERS', votes);
  reader.say(totals, 'NUMBER UNIQUE ORDERS', orders);
  for (const row of rest.slice(named.length + 1)) reader.order(row, /^(\d+)\s*(?:,\s*(.*))?$/u);
}

export const preflibFormat: FileFormat = {
  name: 'preflib',
  title: { zh: 'PrefLib（.soc、.soi、.toc、.toi）', en: 'PrefLib (.soc, .soi, .toc, .toi)' },
  detects: (extension, start) =>
    [...kinds, 'cat'].some((kind) => extension === `.${kind}`) ||
    /^#\s*(?:FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES|ALTERNATIVE NAME \d+)\s*:/mu.test(start),
  parse: (fileName, { text }, reading) => {
    const { options, ballots, lines, names, head, repeatedMarks } = parsePreflib(text, /\.(\w+)$/u.exec(fileName)?.[1], reading);
    return {
      ...plainElection,
      options,
      forms: ['ranking'],
      papers: ballots.map((ballot, i) => ({ ...ballot, line: lines[i]! })),
      names,
      repeatedMarks,
      about: { title: head.find(([key]) => key === 'TITLE')?.[1] || fileName },
    };
  },
};
