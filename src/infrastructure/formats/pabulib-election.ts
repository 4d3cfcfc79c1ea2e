import { ruleNames, type DeclaredRule } from '../../domain/voting/declared-rule.js';
import { wholeNumber } from './amounts.js';
import { plainElection, type Election, type FileFormat, type FilePaper, type Reading } from './election.js';
import { bytesOf, type TextFile } from './encoding.js';
import { parsePabulib, type PabulibBallot } from './pabulib.js';
import { markPabulib } from './pabulib-tables.js';
import type { RuleName } from '../../domain/voting/rules.js';
import { Shared } from './shared.js';
import type { Words } from './text.js';

/* A .pb file in the form in which the rules count it. */

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

/** The cost that Pabulib gives to projects which were withdrawn after the voting. */
const withdrawnCost = 999_999_999;

/** The rules that heed limits of money. */
const underBudget: readonly RuleName[] = ['greedy', 'phragmen', 'equal-shares'];

/** What META asks for that a count may not heed. Limits of single votes are checked as far as pabulib.ts knows them. */
const limitsInMeta: Election['limits'] = [
  { name: 'min_project_score_threshold', heededBy: ['greedy'] },
  ...[
    'leftover_budget',
    'min_length_per_category',
    'max_length_per_category',
    'min_sum_cost_per_category',
    'max_sum_cost_per_category',
  ].map((name) => ({ name, heededBy: [] })),
];

/** Rules that elect a committee, by the names in our own exports; undefined for others. */
function committeeRules(name: string, seats: number): DeclaredRule | undefined {
  if (name === 'approval' || name === 'points') return { rule: name, seats };
  return name === 'equalshares/more-seats' ? { rule: 'equal-shares', seats } : undefined;
}

type Made = (ballot: PabulibBallot) => Omit<FilePaper, 'line' | 'count'>;
const made: { readonly [F in Election['forms'][number]]: () => Made } = {
  approval: () => (ballot) => ({ approved: ballot.options }),
  ranking: () => {
    const tiers = new Shared((options: readonly string[]) => options.map((option) => [option]));
    return (ballot) => ({ ranking: tiers.of(ballot.options) }); // equal votes share their options
  },
  points: () => (ballot) => ({ points: ballot.options.map((option, i) => [option, ballot.points![i]!] as const) }),
};

function budgeted(fileName: string, source: TextFile, reading: Reading): Election {
  const file = parsePabulib(source.text, reading);
  const { projects, ballots, voteType, budget, unit, limits, limitKeys, defaultScore, meta, warnings } = file;
  const options = projects.map(({ id }) => id);
  const withdrawn = projects.flatMap(({ id, cost }) => (cost === withdrawnCost * unit ? [id] : []));
  const header = new Map(meta.map(([key = '', value = '']) => [key.trim().toLowerCase(), value.trim()]));
  const whole = (key: string) => {
    const number = wholeNumber(key, header.get(key) ?? '');
    return typeof number === 'number' ? number : undefined;
  };
  // ballot-export.ts writes committees like this
  const isCommittee = projects.every(({ id, cost }) => cost === unit || withdrawn.includes(id)) && budget % unit === 0 && budget > 0;
  const named = header.get('rule')?.toLowerCase() ?? '';
  const own = pabulibRules[named] ?? (isCommittee ? committeeRules(named, budget / unit) : undefined);
  const { rule: _, ...fits } = own?.rule === 'greedy' ? own : { rule: null };
  const [minScore, places] = [whole('min_project_score_threshold'), whole('max_length')];
  // the key `increment` is ours (ballot-export.ts): the step of equal shares, which may be finer than the amounts in the file
  const [, ones = '', decimals = ''] = /^(\d{1,9})(?:\.(\d{1,4}))?$/u.exec(header.get('increment') ?? '') ?? [];
  const finer = Math.max(1, 10 ** decimals.length / unit);
  const increment = Math.round(Number(`${ones || 0}.${decimals || 0}`) * unit * finer) || undefined;
  const unranked = voteType === 'approval' || voteType === 'choose-1' ? 'approval' : 'points';
  const form = voteType === 'ordinal' ? 'ranking' : unranked;
  const said = made[form]();
  return {
    ...plainElection,
    options,
    withdrawn,
    // a ranking of only the wanted options is also an approval of them
    forms: form === 'ranking' ? ['ranking', 'approval'] : [form],
    papers: ballots.map((ballot) => ({ line: ballot.line, count: 1, ...said(ballot) })),
    unscored: defaultScore,
    repeatedMarks: file.repeatedMarks,
    money: {
      budget: budget * finer,
      costs: projects.map(({ cost }) => cost * finer),
      ...(limits.length > 0 && {
        limits: limits.map((limit) => ({ ...limit, ...(limit.budget !== undefined && { budget: limit.budget * finer }) })),
      }),
    },
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
        ...(form === 'ranking' && places === undefined && withdrawn.length > 0 && { places: options.length }),
      },
      'equal-shares': { unit: increment ?? unit },
    },
    limits: [
      ...limitsInMeta
        .filter(({ name }) => !['', undefined].includes(header.get(name)))
        .map(({ name, heededBy }) => ({
          name,
          heededBy: name === 'min_project_score_threshold' && minScore === undefined ? [] : heededBy,
        })),
      ...[...header.keys()]
        .filter((key) => (key.startsWith('budget_per_') || key === 'limits') && header.get(key) !== '')
        .map((name) => ({ name, heededBy: limitKeys.includes(name) ? underBudget : [] })),
    ],
    warnings: [...warnings, ...aboutTheRule(named, own !== undefined, minScore)],
    marked: (selected) => bytesOf(markPabulib(source.text, new Set(selected)), source),
  };
}

/** What is to be said of the rule that the file names. */
function aboutTheRule(name: string, isKnown: boolean, minScore: number | undefined): readonly Words[] {
  if (name === 'equalshares/add1-comparison')
    return [
      {
        zh: '文件所写的规则最后要与贪心法比较，这里不做这一步',
        en: 'the rule of the file ends with a comparison with greedy, which is left out here',
      },
    ];
  if (name === 'greedy-threshold' && minScore === undefined)
    return [
      {
        zh: '文件的规则是 greedy-threshold，却没有写 min_project_score_threshold，不设最低分',
        en: 'the rule of the file is greedy-threshold, but min_project_score_threshold is missing: no least score is required',
      },
    ];
  return isKnown || ['', 'unknown', ...ruleNames].includes(name)
    ? []
    : [{ zh: `文件所写的规则 ${name} 未采用`, en: `the rule of the file, ${name}, is not honoured` }];
}

export const pabulibFormat: FileFormat = {
  name: 'pabulib',
  title: { zh: 'Pabulib（.pb）', en: 'Pabulib (.pb)' },
  detects: (extension, head) => extension === '.pb' || /^\s*META[ \t;]*\r?\n/iu.test(head),
  parse: budgeted,
};
