import type { RankingFile } from '../../application/contexts/platform/ballot-files.js';
import { decodeText, MalformedFile } from './text.js';

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
export function parsePreflib(file: Uint8Array): PreflibFile {
  const problems: { line: number; message: string }[] = [];
  const head: [string, string][] = [];
  const names = new Map<string, string>();
  const ballots: { count: number; ranking: string[][]; line: number }[] = [];
  decodeText(file)
    .text.split(/\r?\n/u)
    .forEach((text, i) => {
      const line = i + 1;
      const said = /^#\s*([^:]+?)\s*:\s*(.*?)\s*$/u.exec(text);
      if (said) {
        const [, key = '', value = ''] = said;
        const number = /^ALTERNATIVE NAME (\d+)$/u.exec(key)?.[1];
        if (number === undefined) head.push([key, value]);
        else if (names.has(number)) problems.push({ line, message: `alternative ${number} is named twice` });
        else names.set(number, value);
      } else if (text.trim() !== '' && !text.startsWith('#')) {
        const [, count = '', ranks = ''] = order.exec(text.trim()) ?? [];
        const ranking = [...ranks.matchAll(part)].map(([, tied, single]) => (tied ?? single ?? '').split(',').map((one) => one.trim()));
        if (count === '' || !parts.test(ranks) || !Number.isSafeInteger(Number(count)))
          problems.push({ line, message: `not an order of alternatives: ${text}` });
        else ballots.push({ count: Number(count), ranking, line });
      }
    });
  const repeated = new Set(names.values()).size < names.size;
  const ids = new Map([...names].map(([number, name]) => [number, repeated ? number : name]));
  if (names.size === 0) problems.push({ line: 1, message: 'no alternative is named' });
  const kind = kinds.find((one) => one === head.find(([key]) => key === 'DATA TYPE')?.[1]);
  for (const { ranking, line } of ballots) {
    const named = ranking.flat();
    for (const number of named) if (!names.has(number)) problems.push({ line, message: `there is no alternative ${number}` });
    if (new Set(named).size < named.length) problems.push({ line, message: 'an alternative is ranked twice' });
    if (kind?.startsWith('s') && ranking.some((tier) => tier.length > 1))
      problems.push({ line, message: `equal ranks in a file of the type ${kind}` });
    if (kind?.endsWith('c') && named.length < names.size)
      problems.push({ line, message: `an incomplete order in a file of the type ${kind}` });
  }
  const voters = head.find(([key]) => key === 'NUMBER VOTERS')?.[1];
  const total = ballots.reduce((sum, { count }) => sum + count, 0);
  if (voters !== undefined && Number(voters) !== total)
    problems.push({ line: 1, message: `NUMBER VOTERS is ${voters}, but the orders have ${total}` });
  if (problems.length > 0) throw new MalformedFile(problems.sort((a, b) => a.line - b.line));
  return {
    head,
    options: [...ids.values()],
    names: new Map(repeated ? [...names].map(([number, name]) => [number, `${number} ${name}`]) : []),
    lines: ballots.map(({ line }) => line),
    ballots: ballots.map(({ count, ranking }) => ({ count, ranking: ranking.map((tier) => tier.map((number) => ids.get(number)!)) })),
  };
}
