import type { Budget } from '../../domain/voting/approval.js';
import { approvals, pointBallots, rankings, type Ballots, type Ranking } from '../../domain/voting/ballots.js';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import type { RuleName } from '../../domain/voting/rules.js';
import type { TextFile } from './encoding.js';
import type { Words } from './text.js';

/* A file of ballots, whatever its format. `formats.ts` has the table of formats. */

type Form = Ballots['form'];

/** A format of files. Add it to the table in `formats.ts`. */
export interface FileFormat {
  readonly name: string;
  /** What the format is called in messages, with the ends of its files' names. */
  readonly title: Words;
  /**
   * Whether a file has this format, by the end of its name (with the dot, in lower case; empty if there is none) or by the first 4,096
   * characters of its text.
   */
  readonly detects: (extension: string, head: string) => boolean;
  /**
   * @param fileName without folders
   * @throws MalformedFile with every invalid line
   */
  readonly parse: (fileName: string, file: TextFile, reading: Reading) => Election;
}

/** How a file is to be read. */
export interface Reading {
  /** Its encoding (`isEncoding`); by default it is detected. */
  readonly encoding?: string | undefined;
  /** Whether a paper that marks an option more than once makes the file invalid; by default such a mark counts once. */
  readonly strict?: boolean | undefined;
  /** Whether a repeated mark ends a ranking, as by RCTab's exhaustOnDuplicateCandidate. */
  readonly exhaustOnDuplicateCandidate?: boolean | undefined;
  /** What the cells of a CSV with a column for each option are; by default marks of approval. */
  readonly cells?: 'approvals' | 'ranks' | 'points' | undefined;
  /** All options of a CSV, which need not name all of them. */
  readonly options?: readonly string[] | undefined;
  /** The contest to count, of a file that has several. */
  readonly contest?: string | undefined;
  /** Called now and then with the part of the file that has been read, from 0 to 1. Not called for small files. */
  readonly onRead?: ((part: number) => void) | undefined;
}

/** Equal papers that stand in one line of a file: exactly one of `ranking`, `approved` and `points`. */
export interface FilePaper {
  readonly line: number;
  readonly count: number;
  readonly ranking?: Ranking;
  readonly approved?: readonly string[];
  readonly points?: readonly (readonly [option: string, points: number])[];
}

export interface Election {
  /** Ids of all options, in the order of the file, also of those that were withdrawn. */
  readonly options: readonly string[];
  /** Ids of the options that were withdrawn before the count. */
  readonly withdrawn: readonly string[];
  /** Ids of options that are write-ins which nobody declared. */
  readonly writeIns: readonly string[];
  /** How many are to be chosen, if the file says so. */
  readonly seats: number | null;
  /** The forms in which its papers can be counted, their own first. */
  readonly forms: readonly Form[];
  /** In the order of the file, all in the form `forms[0]`. */
  readonly papers: readonly FilePaper[];
  /** Points of an option to which a paper gives none. */
  readonly unscored: number;
  /** How many papers mark an option more than once. */
  readonly repeatedMarks: number;
  /** True if a repeated mark ends a ranking (`endedByRepeatedMarks`); otherwise it counts once. */
  readonly repeatedMarksEnd: boolean;
  /** The order in which the file says that ties are broken: the first one is chosen, also to be eliminated. Null: it does not say. */
  readonly tieOrder: readonly string[] | null;
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
  /** Settings of the file that only some rules apply, each with these rules. */
  readonly limits: readonly { readonly name: string; readonly heededBy: readonly RuleName[] }[];
  /** Oddities that do not prevent counting. */
  readonly warnings: readonly Words[];
  /** The original file with these options marked as selected; null if its format cannot say that. */
  readonly marked: ((selected: readonly string[]) => Uint8Array) | null;
}

/** What an election is unless its format says more. */
export const plainElection = {
  withdrawn: [],
  writeIns: [],
  seats: null,
  unscored: 0,
  repeatedMarks: 0,
  repeatedMarksEnd: false,
  tieOrder: null,
  money: null,
  currency: null,
  names: new Map<string, string>(),
  rule: null,
  declared: {},
  limits: [],
  warnings: [],
  marked: null,
} as const satisfies Partial<Election>;

/**
 * The election without the options that were withdrawn: struck from all papers. A rank left out stays one.
 * @param placesStay if not, what a paper ranks below a withdrawn option moves up
 */
export function withoutWithdrawn(election: Election, placesStay = false): Election {
  const { options, withdrawn, papers, money } = election;
  if (withdrawn.length === 0) return election;
  const gone = new Set(withdrawn);
  const stays = (option: string) => !gone.has(option);
  return {
    ...election,
    options: options.filter(stays),
    withdrawn: [],
    money: money && {
      ...money,
      costs: money.costs.filter((_, i) => stays(options[i]!)),
      ...(money.limits && { limits: money.limits.map((limit) => ({ ...limit, options: limit.options.filter(stays) })) }),
    },
    papers: papers.map(({ ranking, approved, points, ...paper }) => ({
      ...paper,
      ...(ranking && {
        ranking: ranking.map((tier) => tier.filter(stays)).filter((tier, i) => placesStay || tier.length > 0 || ranking[i]!.length === 0),
      }),
      ...(approved && { approved: approved.filter(stays) }),
      ...(points && { points: points.filter(([option]) => stays(option)) }),
    })),
  };
}

/**
 * The election in which a repeated mark ends a ranking: it is read up to the rank before (RCTab: exhaustOnDuplicateCandidate). That is the
 * same as ending the ballot when the count comes to this rank.
 */
export const endedByRepeatedMarks = (election: Election): Election => ({
  ...election,
  repeatedMarksEnd: true,
  papers: election.papers.map((paper) => {
    const seen = new Set<string>();
    const repeats = (tier: readonly string[]) => tier.some((option) => seen.size === seen.add(option).size);
    const end = paper.ranking!.findIndex(repeats);
    return end < 0 ? paper : { ...paper, ranking: paper.ranking!.slice(0, end) };
  }),
});

export const votersOf = ({ papers }: Pick<Election, 'papers'>): number => papers.reduce((sum, { count }) => sum + count, 0);

/**
 * All papers of an election in one of its forms.
 * @param only only the paper with this number, from 1
 */
export function ballotsOf({ options, papers, forms, unscored }: Election, form: Form, only?: number): Ballots {
  const chosen = only === undefined ? papers : [alone(papers, only)];
  if (form === 'ranking') return rankings(options, chosen as readonly (FilePaper & { readonly ranking: Ranking })[]);
  if (form === 'approval' && forms[0] === form)
    return approvals(options, chosen as readonly (FilePaper & { readonly approved: readonly string[] })[]);
  if (form === 'approval')
    return approvals(
      options,
      chosen.map(({ count, approved, ranking }) => ({ count, approved: approved ?? ranking!.flat() })),
    );
  const before = unscored === 0 ? [] : options.map((option) => [option, unscored] as const);
  return pointBallots(
    options,
    chosen.map(({ count, points }) => ({ count, points: before.length === 0 ? points! : new Map([...before, ...points!]) })),
  );
}

/** The paper with a number: one line may stand for several. */
function alone(papers: readonly FilePaper[], number: number): FilePaper {
  let before = 0;
  for (const paper of papers) {
    before += paper.count;
    if (before >= number) return { ...paper, count: 1 };
  }
  throw new RangeError(`there are ${before} ballots`);
}
