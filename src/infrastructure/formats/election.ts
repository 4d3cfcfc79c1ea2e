import { basename, extname } from 'node:path';
import { writePabulib } from '../../application/contexts/platform/ballot-files.js';
import type { Budget } from '../../domain/voting/approval.js';
import { approvals, pointBallots, rankings, type Ballots, type Counted, type Ranking } from '../../domain/voting/ballots.js';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import { parsePabulib } from './pabulib.js';
import { parsePreflib } from './preflib.js';
import { parseRankingCsv } from './ranking-csv.js';
import { decodeText } from './text.js';

/* A file of ballots, of whatever form, as the rules count it. */

export interface Election {
  /** In what forms its ballots can be counted, their own first. */
  readonly forms: readonly Ballots['form'][];
  /** All ballots in one of these forms, or only the one of that number, from 1. */
  readonly ballots: (form: Ballots['form'], only?: number) => Ballots;
  readonly voters: number;
  /** What the options cost, if the file says so. */
  readonly money: Budget | null;
  /** What the money is told in: so many units make one of the currency, whose name is empty where the file does not say it. */
  readonly currency: { readonly unit: number; readonly name: string } | null;
  /** What the file says it is of; otherwise its name. */
  readonly about: { readonly title: string; readonly place?: string; readonly date?: string };
  /** The names of options that are known by more than their id. */
  readonly names: ReadonlyMap<string, string>;
  /** The rule that the file names as its own, if there is such a rule here. */
  readonly rule: DeclaredRule | null;
  /** Parameters that the file declares, by the rule they are of. */
  readonly declared: { readonly [N in DeclaredRule['rule']]?: Omit<DeclaredRule, 'rule'> };
  /** What is odd but does not hinder counting. */
  readonly warnings: readonly string[];
  /** The file as it came, but with these options marked as selected; null where its form cannot say that. */
  readonly marked: ((selected: readonly string[]) => Uint8Array) | null;
}

type Kind = 'pb' | 'preflib' | 'csv';

const extensions: Readonly<Record<string, Kind>> = {
  '.pb': 'pb',
  '.soc': 'preflib',
  '.soi': 'preflib',
  '.toc': 'preflib',
  '.toi': 'preflib',
  '.csv': 'csv',
};

/** What a file is: by its name, or, where that says nothing, by how it begins; null if it is none of the forms. */
export function kindOf(path: string, bytes: Uint8Array): Kind | null {
  const named = extensions[extname(path).toLowerCase()];
  if (named !== undefined) return named;
  // cut within a character it may be read as Latin-1: what is looked for is ASCII
  const head = decodeText(bytes.subarray(0, 4096)).text.trimStart();
  if (/^META\b/iu.test(head)) return 'pb';
  if (/^#\s*(?:FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES|ALTERNATIVE NAME \d+)\s*:/mu.test(head)) return 'preflib';
  return /^[^\n]*\brank1\b/iu.test(head) ? 'csv' : null;
}

/**
 * Reads a file of ballots: Pabulib, PrefLib or rankings as CSV.
 * @param options those of a CSV, where the file may not name all of them
 * @returns null if the file is none of these
 * @throws MalformedFile naming every line that is wrong
 */
export function readElection(path: string, bytes: Uint8Array, options: readonly string[] | null = null): Election | null {
  const kind = kindOf(path, bytes);
  if (kind === null) return null;
  if (kind === 'pb') return budgeted(basename(path), bytes);
  const file =
    kind === 'preflib' ? parsePreflib(bytes) : { ...parseRankingCsv(bytes, options), names: new Map<string, string>(), head: [] };
  const title = file.head.find(([key]) => key === 'TITLE')?.[1];
  return {
    forms: ['ranking'],
    ballots: (_, only) => rankings(file.options, only === undefined ? file.ballots : alone(file.ballots, only)),
    voters: file.ballots.reduce((sum, { count }) => sum + count, 0),
    money: null,
    currency: null,
    about: { title: title || basename(path) },
    names: file.names,
    rule: null,
    declared: {},
    warnings: [],
    marked: null,
  };
}

/** The ballot of a number, where a line may stand for several. */
function alone<T>(ballots: readonly Counted<T>[], number: number): readonly T[] {
  let before = 0;
  for (const { count = 1, ...ballot } of ballots) {
    before += count;
    if (before >= number) return [ballot as T];
  }
  throw new RangeError(`there are ${before} ballots`);
}

/** What Pabulib calls the rules of its cities. Greedy there passes over what does not fit, unless it is said not to. */
const pabulibRules: Readonly<Record<string, DeclaredRule>> = {
  greedy: { rule: 'greedy' },
  'greedy-threshold': { rule: 'greedy' },
  'greedy-no-skip': { rule: 'greedy', overBudget: 'stop' },
  equalshares: { rule: 'equal-shares', completion: 'none' },
  'equalshares/add1': { rule: 'equal-shares', completion: 'add1' },
  'equalshares/add1-comparison': { rule: 'equal-shares', completion: 'add1' },
  'equalshares/phragmen': { rule: 'equal-shares', completion: 'phragmen' },
  'equalshares/votes': { rule: 'equal-shares', completion: 'votes' },
  phragmen: { rule: 'phragmen' },
};

/** Rules that elect so many, by the names that our own exports give them; undefined for others. */
function committeeRules(name: string, seats: number): DeclaredRule | undefined {
  if (name === 'approval' || name === 'points') return { rule: name, seats };
  return name === 'equalshares/more-seats' ? { rule: 'equal-shares', seats } : undefined;
}

function budgeted(fileName: string, bytes: Uint8Array): Election {
  const file = parsePabulib(bytes);
  const { projects, ballots, voteType, budget, unit, defaultScore, meta, warnings } = file;
  const options = projects.map(({ id }) => id);
  const said = new Map(meta.map(([key = '', value = '']) => [key.trim().toLowerCase(), value.trim()]));
  const whole = (key: string) => (/^\d{1,15}(?:\.0+)?$/u.test(said.get(key) ?? '') ? Number(said.get(key)) : undefined);
  const isCommittee = projects.every(({ cost }) => cost === unit) && budget % unit === 0 && budget > 0; // as ballot-export.ts writes one
  const own =
    pabulibRules[said.get('rule')?.toLowerCase() ?? ''] ??
    (isCommittee ? committeeRules(said.get('rule') ?? '', budget / unit) : undefined);
  const { rule: _, ...fits } = own?.rule === 'greedy' ? own : { rule: null };
  const [minScore, places] = [whole('min_project_score_threshold'), whole('max_length')];
  // our own key (ballot-export.ts): by how much of the currency shares are raised, which may be finer than all that the file says of money
  const [, ones = '', decimals = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/u.exec(said.get('increment') ?? '') ?? [];
  const finer = Math.max(1, 10 ** decimals.length / unit);
  const increment = Math.round(Number(`${ones || 0}.${decimals || 0}`) * unit * finer) || undefined;
  // what a voter did not score has the score that META declares for it
  const unscored = defaultScore === 0 ? [] : options.map((option) => [option, defaultScore] as const);
  const made: { readonly [F in Ballots['form']]: (chosen: typeof ballots) => Ballots } = {
    approval: (chosen) =>
      approvals(
        options,
        chosen.map((ballot) => ({ approved: ballot.options })),
      ),
    ranking: (chosen) =>
      rankings(
        options,
        chosen.map((ballot) => ({ ranking: ballot.options.map((option): Ranking[number] => [option]) })),
      ),
    points: (chosen) =>
      pointBallots(
        options,
        chosen.map((ballot) => ({
          points: new Map([...unscored, ...ballot.options.map((option, i) => [option, ballot.points![i]!] as const)]),
        })),
      ),
  };
  const unranked = voteType === 'approval' || voteType === 'choose-1' ? 'approval' : 'points';
  const form = voteType === 'ordinal' ? 'ranking' : unranked;
  return {
    // where voters rank only what they want, what they rank is also what they approve
    forms: form === 'ranking' ? ['ranking', 'approval'] : [form],
    ballots: (wanted, only) => made[wanted](only === undefined ? ballots : alone(ballots, only)),
    voters: ballots.length,
    money: { budget: budget * finer, costs: projects.map(({ cost }) => cost * finer) },
    currency: { unit: unit * finer, name: said.get('currency') ?? '' },
    about: {
      title: said.get('description') || fileName,
      place: ['country', 'unit', 'subunit'].flatMap((key) => said.get(key) ?? []).join(', '),
      date: ['date_begin', 'date_end'].flatMap((key) => said.get(key) ?? []).join(' – '),
    },
    names: new Map(projects.map(({ id, name }) => [id, name === id ? id : `${id} ${name}`])),
    rule: own ?? null,
    declared: {
      greedy: {
        ...fits,
        ...(minScore !== undefined && minScore >= 1 && { minScore }),
        ...(form === 'ranking' && places !== undefined && places >= 1 && { places }),
      },
      'equal-shares': { unit: increment ?? unit },
    },
    warnings:
      said.get('rule')?.toLowerCase() === 'equalshares/add1-comparison'
        ? [...warnings, 'the comparison with greedy, which the rule of the file ends with, is not made']
        : warnings,
    marked: (selected) => Buffer.from(writePabulib(file, new Set(selected)), file.encoding),
  };
}
