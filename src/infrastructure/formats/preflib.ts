import type { RankingFile } from '../../application/contexts/platform/ballot-files.js';
import { plainElection, type FileFormat } from './election.js';
import { Problems } from './text.js';

/*
 * PrefLib's ordinal preferences (https://preflib.github.io/PrefLib-Jekyll/format): .soc, .soi, .toc and .toi, which differ only in whether
 * orders are complete and may have ties. Lines with # are metadata. Every other line is a number of voters, a colon, and the alternatives
 * by number, best first, ties in braces.
 */

export interface PreflibFile extends RankingFile {
  /** The metadata in order, without the names of alternatives. */
  readonly head: readonly (readonly [key: string, value: string])[];
  /** If alternatives share a name, `options` are their numbers and this maps numbers to names; otherwise empty. */
  readonly names: ReadonlyMap<string, string>;
  /** Line number of each ballot. */
  readonly lines: readonly number[];
}

const kinds = ['soc', 'soi', 'toc', 'toi'] as const;
const order = /^(\d+)\s*:\s*(.*)$/u;
const part = /\{([^{}]*)\}|([^,{}]+)/gu;
/** Parts separated by single commas, or no parts. */
const parts = /^(?:(?:\{[^{}]*\}|[^,{}]*[^,{}\s])\s*(?:,\s*(?!$)|$))*$/u;

/** @throws MalformedFile with every invalid line */
export function parsePreflib(text: string): PreflibFile {
  const problems = new Problems();
  const head: [string, string][] = [];
  const names = new Map<string, string>();
  const ballots: { count: number; ranking: string[][]; line: number }[] = [];
  text.split(/\r?\n/u).forEach((row, i) => {
    const line = i + 1;
    const said = /^#\s*([^:]+?)\s*:\s*(.*?)\s*$/u.exec(row);
    if (said) {
      const [, key = '', value = ''] = said;
      const number = /^ALTERNATIVE NAME (\d+)$/u.exec(key)?.[1];
      if (number === undefined) head.push([key, value]);
      else if (names.has(number)) problems.add(line, { zh: `选项 ${number} 有两个名称`, en: `alternative ${number} is named twice` });
      else names.set(number, value);
    } else if (row.trim() !== '' && !row.startsWith('#')) {
      const [, count = '', ranks = ''] = order.exec(row.trim()) ?? [];
      const ranking = [...ranks.matchAll(part)].map(([, tied, single]) => (tied ?? single ?? '').split(',').map((one) => one.trim()));
      if (count === '' || !parts.test(ranks) || !Number.isSafeInteger(Number(count)))
        problems.add(line, { zh: `不是选项的排序：${row}`, en: `not an order of alternatives: ${row}` });
      else ballots.push({ count: Number(count), ranking, line });
    }
  });
  const repeated = new Set(names.values()).size < names.size;
  const ids = new Map([...names].map(([number, name]) => [number, repeated ? number : name]));
  if (names.size === 0) problems.add(1, { zh: '没有写明任何选项的名称', en: 'no alternative is named' });
  const kind = kinds.find((one) => one === head.find(([key]) => key === 'DATA TYPE')?.[1]);
  for (const { ranking, line } of ballots) {
    const named = ranking.flat();
    for (const number of named)
      if (!names.has(number)) problems.add(line, { zh: `没有选项 ${number}`, en: `there is no alternative ${number}` });
    if (new Set(named).size < named.length) problems.add(line, { zh: '同一选项排了两次', en: 'an alternative is ranked twice' });
    if (kind?.startsWith('s') && ranking.some((tier) => tier.length > 1))
      problems.add(line, { zh: `${kind} 类文件中不能有并列`, en: `equal ranks in a file of the type ${kind}` });
    if (kind?.endsWith('c') && named.length < names.size)
      problems.add(line, { zh: `${kind} 类文件中不能有不完整的排序`, en: `an incomplete order in a file of the type ${kind}` });
  }
  const voters = head.find(([key]) => key === 'NUMBER VOTERS')?.[1];
  const total = ballots.reduce((sum, { count }) => sum + count, 0);
  if (voters !== undefined && Number(voters) !== total)
    problems.add(1, {
      zh: `NUMBER VOTERS 写 ${voters}，而各排序合计 ${total}`,
      en: `NUMBER VOTERS is ${voters}, but the orders have ${total}`,
    });
  problems.refuse();
  return {
    head,
    options: [...ids.values()],
    names: new Map(repeated ? [...names].map(([number, name]) => [number, `${number} ${name}`]) : []),
    lines: ballots.map(({ line }) => line),
    ballots: ballots.map(({ count, ranking }) => ({ count, ranking: ranking.map((tier) => tier.map((number) => ids.get(number)!)) })),
  };
}

export const preflibFormat: FileFormat = {
  name: 'preflib',
  title: { zh: 'PrefLib（.soc、.soi、.toc、.toi）', en: 'PrefLib (.soc, .soi, .toc, .toi)' },
  detects: (extension, start) =>
    kinds.some((kind) => extension === `.${kind}`) ||
    /^#\s*(?:FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES|ALTERNATIVE NAME \d+)\s*:/mu.test(start),
  parse: (fileName, { text }) => {
    const { options, ballots, lines, names, head } = parsePreflib(text);
    return {
      ...plainElection,
      options,
      forms: ['ranking'],
      papers: ballots.map((ballot, i) => ({ ...ballot, line: lines[i]! })),
      names,
      about: { title: head.find(([key]) => key === 'TITLE')?.[1] || fileName },
    };
  },
};
