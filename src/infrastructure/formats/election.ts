import { basename, extname } from 'node:path';
import { writePabulib } from '../../application/contexts/platform/ballot-files.js';
import type { Budget } from '../../domain/voting/approval.js';
import { approvals, pointBallots, rankings, type Ballots, type Counted, type Ranking } from '../../domain/voting/ballots.js';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import { parsePabulib } from './pabulib.js';
import { parsePreflib } from './preflib.js';
import { parseRankingCsv } from './ranking-csv.js';
import { decodeText } from './text.js';

/* A file of ballots in any of the formats, in the form in which the rules count it. */

export interface Election {
  /** The forms in which its ballots can be counted, its own first. */
  readonly forms: readonly Ballots['form'][];
  /** All ballots in one of these forms, or only the ballot with this number, from 1. */
  readonly ballots: (form: Ballots['form'], only?: number) => Ballots;
  readonly voters: number;
  /** Costs of the options, if the file states them. */
  readonly money: Budget | null;
  /** Currency: its name (empty if the file does not say), and how many units of the amounts make one of it. */
  readonly currency: { readonly unit: number; readonly name: string } | null;
  /** Title, place and date as the file states them; by default the file name. */
  readonly about: { readonly title: string; readonly place?: string; readonly date?: string };
  /** Names of options that have more than an id. */
  readonly names: ReadonlyMap<string, string>;
  /** The rule that the file names, if it is known here. */
  readonly rule: DeclaredRule | null;
  /** Parameters that the file declares, by rule. */
  readonly declared: { readonly [N in DeclaredRule['rule']]?: Omit<DeclaredRule, 'rule'> };
  /** Oddities that do not prevent counting. */
  readonly warnings: readonly string[];
  /** The original file with these options marked as selected; null if its format cannot say that. */
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

/** The format of a file by its name, or else by its beginning; null if it is none of the known formats. */
export function kindOf(path: string, bytes: Uint8Array): Kind | null {
  const named = extensions[extname(path).toLowerCase()];
  if (named !== undefined) return named;
  // a character cut in half may make it Latin-1, which does not matter: the patterns are ASCII
  const head = decodeText(bytes.subarray(0, 4096)).text.trimStart();
  if (/^META\b/iu.test(head)) return 'pb';
  if (/^#\s*(?:FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES|ALTERNATIVE NAME \d+)\s*:/mu.test(head)) return 'preflib';
  return /^[^\n]*\brank1\b/iu.test(head) ? 'csv' : null;
}

/**
 * Reads a file of ballots: Pabulib, PrefLib or a CSV of rankings.
 * @param options all options of a CSV, which need not name all of them
 * @returns null if it is none of these formats
 * @throws MalformedFile with every invalid line
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

/** The ballot with a number: one line may stand for several ballots. */
function alone<T>(ballots: readonly Counted<T>[], number: number): readonly T[] {
  let before = 0;
  for (const { count = 1, ...ballot } of ballots) {
    before += count;
    if (before >= number) return [ballot as T];
  }
  throw new RangeError(`there are ${before} ballots`);
}

/** Pabulib's names of rules. Its greedy skips options that do not fit, unless the name says otherwise. */
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

/** Rules that elect a committee, by the names in our own exports; undefined for others. */
function committeeRules(name: string, seats: number): DeclaredRule | undefined {
  if (name === 'approval' || name === 'points') return { rule: name, seats };
  return name === 'equalshares/more-seats' ? { rule: 'equal-shares', seats } : undefined;
}

function budgeted(fileName: string, bytes: Uint8Array): Election {
  const file = parsePabulib(bytes);
  const { projects, ballots, voteType, budget, unit, defaultScore, meta, warnings } = file;
  const options = projects.map(({ id }) => id);
  const header = new Map(meta.map(([key = '', value = '']) => [key.trim().toLowerCase(), value.trim()]));
  const whole = (key: string) => (/^\d{1,15}(?:\.0+)?$/u.test(header.get(key) ?? '') ? Number(header.get(key)) : undefined);
  // ballot-export.ts writes committees like this
  const isCommittee = projects.every(({ cost }) => cost === unit) && budget % unit === 0 && budget > 0;
  const own =
    pabulibRules[header.get('rule')?.toLowerCase() ?? ''] ??
    (isCommittee ? committeeRules(header.get('rule') ?? '', budget / unit) : undefined);
  const { rule: _, ...fits } = own?.rule === 'greedy' ? own : { rule: null };
  const [minScore, places] = [whole('min_project_score_threshold'), whole('max_length')];
  // the key `increment` is ours (ballot-export.ts): the step of equal shares, which may be finer than the amounts in the file
  const [, ones = '', decimals = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/u.exec(header.get('increment') ?? '') ?? [];
  const finer = Math.max(1, 10 ** decimals.length / unit);
  const increment = Math.round(Number(`${ones || 0}.${decimals || 0}`) * unit * finer) || undefined;
  // options that a voter did not score have the default score in META
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
    // a ranking of only the wanted options is also an approval of them
    forms: form === 'ranking' ? ['ranking', 'approval'] : [form],
    ballots: (wanted, only) => made[wanted](only === undefined ? ballots : alone(ballots, only)),
    voters: ballots.length,
    money: { budget: budget * finer, costs: projects.map(({ cost }) => cost * finer) },
    currency: { unit: unit * finer, name: header.get('currency') ?? '' },
    about: {
      title: header.get('description') || fileName,
      place: ['country', 'unit', 'subunit'].flatMap((key) => header.get(key) ?? []).join(', '),
      date: ['date_begin', 'date_end'].flatMap((key) => header.get(key) ?? []).join(' – '),
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
      header.get('rule')?.toLowerCase() === 'equalshares/add1-comparison'
        ? [...warnings, 'the rule of the file ends with a comparison with greedy, which is left out here']
        : warnings,
    marked: (selected) => Buffer.from(writePabulib(file, new Set(selected)), file.encoding),
  };
}
