import type { Immutable } from '../shared/decider.js';
import { longestFraction, withFraction } from '../shared/fraction.js';
import type { ScoredEntry, ScoringFormula } from './scoring.js';
import type { Language } from './words.js';

/* The ranking of a contest as text in Chinese and English. Figures are exact, but long fractions are shown as decimals. */

/** The parts of a result that are explained. */
export interface ScoredContest {
  readonly formula: ScoringFormula;
  readonly ranking: readonly ScoredEntry[];
  readonly winners: readonly string[];
}
type Name = (entryId: string) => string;

const readable = (fraction: string): string => (fraction.length > longestFraction ? withFraction(fraction, 6) : fraction);
/** The sum that makes the score: `1×60 + 1/9×40`. Parts without a share are left out. */
const sum = ({ publicShare, juryShare }: Immutable<ScoringFormula>, { publicPart, juryPart }: ScoredEntry): string =>
  [[publicPart, publicShare] as const, [juryPart, juryShare] as const]
    .flatMap(([part, share]) => (share === 0 ? [] : [`${readable(part)}×${share}`]))
    .join(' + ');

const zhNormalised = { maximum: '与最高者之比', sum: '占总数之比', rank: '按名次折算' } as const;
const enNormalised = { maximum: 'as a fraction of the highest', sum: 'as a fraction of the total', rank: 'by rank' } as const;
const zhSeparated: Record<Exclude<ScoredEntry['separatedBy'], 'first'>, (before: string) => string> = {
  score: (before) => `得分低于 ${before}`,
  jury: (before) => `得分与 ${before} 相同，评委平均分较低`,
  public: (before) => `得分与 ${before} 相同，得票较少`,
  'earlier-entry': (before) => `得分与 ${before} 相同，报名较晚`,
  draw: (before) => `得分与 ${before} 相同，抽签在后`,
  shared: (before) => `与 ${before} 不分先后，名次并列`,
};
const enSeparated: typeof zhSeparated = {
  score: (before) => `lower score than ${before}`,
  jury: (before) => `same score as ${before}, but a lower jury mean`,
  public: (before) => `same score as ${before}, but fewer votes`,
  'earlier-entry': (before) => `same score as ${before}, but entered later`,
  draw: (before) => `same score as ${before}, but behind in the draw`,
  shared: (before) => `equal to ${before} in everything: they share the place`,
};

const zhLine = (formula: Immutable<ScoringFormula>, line: ScoredEntry, name: Name, before: ScoredEntry | undefined): string => {
  const { entryId, rank, votes, juryPoints, juryScores, score, separatedBy } = line;
  const jury = formula.juryShare > 0 || juryScores > 0 ? `，评委 ${juryScores} 次评分共 ${juryPoints} 分` : '';
  const behind = separatedBy === 'first' || !before ? '' : `；${zhSeparated[separatedBy](name(before.entryId))}`;
  return (
    `第 ${rank} 名 ${name(entryId)}：得票 ${votes}${jury}；得分（${zhNormalised[formula.normalisation]}）${sum(formula, line)} = ` +
    `${withFraction(score, 2)}${behind}。`
  );
};
const enLine = (formula: Immutable<ScoringFormula>, line: ScoredEntry, name: Name, before: ScoredEntry | undefined): string => {
  const { entryId, rank, votes, juryPoints, juryScores, score, separatedBy } = line;
  const jury =
    formula.juryShare > 0 || juryScores > 0
      ? `, ${juryPoints} point${juryPoints === 1 ? '' : 's'} in ${juryScores} jury score${juryScores === 1 ? '' : 's'}`
      : '';
  const behind = separatedBy === 'first' || !before ? '' : `; ${enSeparated[separatedBy](name(before.entryId))}`;
  return (
    `Place ${rank}, ${name(entryId)}: ${votes} vote${votes === 1 ? '' : 's'}${jury}; score (${enNormalised[formula.normalisation]}) ` +
    `${sum(formula, line)} = ${withFraction(score, 2)}${behind}.`
  );
};

/** One sentence per entry, with the sum of its score and what ranks it below the previous entry, then one sentence about the award. */
export function rankingInWords({ formula, ranking, winners }: Immutable<ScoredContest>, language: Language, name: Name): string[] {
  const say = language === 'zh' ? zhLine : enLine;
  const lines = ranking.map((line, i) => say(formula, line, name, ranking[i - 1]));
  const names = winners.map(name);
  const award =
    language === 'zh'
      ? `按此排名，${names.length === 0 ? '无人获奖' : `获奖：${names.join('、')}`}。`
      : `By this ranking ${names.length === 0 ? 'nobody receives the award' : `the award goes to ${names.join(', ')}`}.`;
  return [...lines, award];
}
