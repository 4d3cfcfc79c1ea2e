import type { Immutable } from '../../domain/shared/decider.js';
import type { Outcome, Step } from '../../domain/voting/outcome.js';
import { decimal, withFraction } from '../../domain/shared/fraction.js';
import { rankingInWords, type ScoredContest } from '../../domain/voting/scoring-words.js';
import type { ThresholdDecision } from '../../domain/voting/threshold.js';
import { comparisonInWords, decisionInWords, inWords, type Language, type Money } from '../../domain/voting/words.js';
import { bars, type Bar } from './bars.js';
import { draw, type Drawing } from './chart.js';
import { flow } from './flow.js';
import { matrix } from './matrix.js';
import { clean } from './text.js';
import { thresholds } from './threshold.js';

/* Pictures of accounts: every figure in them is one of the account's. */

export interface Reader {
  readonly language: Language;
  /** The name that readers know an option by. */
  readonly name?: (option: string) => string;
  /** How amounts are told. */
  readonly money?: Money;
}

type Of<S extends Step['step']> = Extract<Step, { step: S }>;
type Content = Pick<Drawing, 'option' | 'height' | 'subtitle'> & { readonly title: string };

const texts = {
  zh: {
    votes: '得票',
    points: '得分',
    borda: '波达计分',
    chosen: '✓ 为入选',
    flow: '选票流向',
    matrix: '两两比较',
    budget: '按预算选择',
    decision: '表决',
    ranking: '评选排名',
    judged: '评委分（次数）',
    total: '得分',
    paid: '每人付出（支持者）',
    earned: '每人累计到（支持者）',
    cost: '造价',
    score: '得票或得分',
    none: '没有选出任何一项',
    winners: (names: string, count: number) => `入选 ${count} 项：${names}`,
    left: (left: string) => `余款 ${left}`,
    round: (n: number) => `第 ${n} 轮`,
    exhausted: '无后续选择',
    others: (n: number) => `${n} 项一并淘汰`,
    cell: '格内：排在其前的票数（括号内为最强路径）；深色为胜',
    supporters: (n: number) => `（${n} 人）`,
    scores: (n: number) => `（${n} 次）`,
    passed: '略过',
    separator: '、',
  },
  en: {
    votes: 'Votes',
    points: 'Points',
    borda: 'Borda points',
    chosen: '✓ chosen',
    flow: 'Where the votes went',
    matrix: 'One against one',
    budget: 'Chosen under the budget',
    decision: 'Decision',
    ranking: 'Ranking of the contest',
    judged: 'Jury points (scores)',
    total: 'Score',
    paid: 'Paid by each (supporters)',
    earned: 'Earned by each until then (supporters)',
    cost: 'Cost',
    score: 'Score',
    none: 'nothing was chosen',
    winners: (names: string, count: number) => `${count} chosen: ${names}`,
    left: (left: string) => `${left} left`,
    round: (n: number) => `Round ${n}`,
    exhausted: 'exhausted',
    others: (n: number) => `${n} struck together`,
    cell: 'Ballots that put the row above the column (strongest path); dark where it wins',
    supporters: (n: number) => ` (${n})`,
    scores: (n: number) => ` (${n})`,
    passed: 'passed over',
    separator: ', ',
  },
} as const;

/** Characters of a fraction beside a bar. */
const roomForFraction = 12;
/** Whole numbers as they are; fractions to two decimals, and the fraction beside them where a bar has room for it. */
const figure = (text: string): { value: number; text: string } => ({
  value: Number(decimal(text, 2)),
  text: withFraction(text, 2, roomForFraction),
});

const isStep =
  <S extends Step['step']>(...names: readonly S[]) =>
  (step: Step): step is Of<S> =>
    (names as readonly string[]).includes(step.step);

/** The picture of a count: a flow of votes for runoffs, a matrix for Schulze, bars for scores and budgets. */
export async function pictureOfOutcome(
  { winners, order, account }: Outcome,
  { language, name = (option) => option, money }: Reader,
): Promise<string> {
  const words = texts[language];
  const label = (option: string) => clean(name(option));
  const content = contentOf({ winners, order, account }, words, label, (amount) =>
    money ? money(amount, language, roomForFraction) : figure(amount).text,
  );
  const sentences = account.map((step) => clean(inWords(step, language, name, money)));
  return draw({
    ...content,
    subtitle: [
      content.subtitle,
      winners.length === 0 ? words.none : words.winners(winners.map(label).join(words.separator), winners.length),
    ]
      .filter((part) => part !== '')
      .join(' · '), // the names last: they may be cut
    description: sentences.join('\n'),
  });
}

function contentOf(
  { winners, order, account }: Outcome,
  words: (typeof texts)[Language],
  label: (option: string) => string,
  money: (amount: string) => string,
): Content {
  const pairwise = account.find(isStep('pairwise'));
  if (pairwise) return { ...matrix(pairwise, order.flat(), label), title: words.matrix, subtitle: words.cell };
  if (account.some(isStep('round'))) return { ...flow(account, { ...words, label }), title: words.flow, subtitle: '' };
  const budgeted = account.filter(isStep('bought', 'due', 'selected', 'passed-over', 'stopped', 'not-bought'));
  if (budgeted.length > 0) return budget(budgeted, words, label, money);
  const scores = account.find(isStep('scores'));
  const figures = scores ? [...scores.figures].map((one) => ({ ...one, ...figure(one.value) })) : [];
  const place = new Map(order.flat().map((option, i) => [option, i]));
  figures.sort((a, b) => place.get(a.option)! - place.get(b.option)!);
  const rows = figures.map(({ option, value, text }): Bar => ({
    label: label(option),
    chosen: winners.includes(option),
    cells: [{ value, text }],
  }));
  return { ...bars(rows, ['']), title: scores ? words[scores.of] : words.budget, subtitle: scores ? words.chosen : '' };
}

/** What each supporter paid, or the score, beside what it costs; in the order of the account. */
function budget(
  steps: readonly Of<'bought' | 'due' | 'selected' | 'passed-over' | 'stopped' | 'not-bought'>[],
  words: (typeof texts)[Language],
  label: (option: string) => string,
  money: (amount: string) => string,
): Content {
  const rows = steps.map((step): Bar => {
    const cost = 'cost' in step ? { value: step.cost, text: money(String(step.cost)) } : { value: null, text: words.passed };
    const of = { label: label(step.option), chosen: step.step !== 'passed-over' && step.step !== 'stopped' && step.step !== 'not-bought' };
    switch (step.step) {
      case 'bought': {
        const { value } = figure(step.payment);
        return { ...of, cells: [{ value, text: `${money(step.payment)}${words.supporters(step.supporters)}` }, cost] };
      }
      case 'due': {
        const { value } = figure(step.time);
        return { ...of, cells: [{ value, text: `${money(step.time)}${words.supporters(step.supporters)}` }, cost] };
      }
      case 'not-bought':
        return { ...of, cells: [{ value: null, text: words.supporters(step.supporters) }, cost] };
      case 'stopped':
        return { ...of, cells: [{ value: null, text: '' }, cost] };
      default:
        return { ...of, cells: [figure(step.figure), cost] };
    }
  });
  const first = steps.find(({ step }) => step !== 'passed-over')?.step; // what the whole budget cannot pay for stands before all else
  const left = steps.findLast((step) => step.step !== 'not-bought')?.left ?? null;
  const earned = first === 'due' ? words.earned : words.score;
  const measured = first === 'bought' ? words.paid : earned;
  return {
    ...bars(rows, [measured, words.cost]),
    title: words.budget,
    subtitle: left === null ? words.chosen : `${words.chosen} · ${words.left(money(String(left)))}`,
  };
}

/** The picture of a contest's ranking: a bar for each score, with the votes and the jury's points that made it. */
export function pictureOfRanking(
  contest: Immutable<ScoredContest>,
  { language, name = (entryId) => entryId }: Pick<Reader, 'language' | 'name'>,
): Promise<string> {
  const words = texts[language];
  const label = (entryId: string) => clean(name(entryId));
  const rows = contest.ranking.map(({ entryId, rank, score, votes, juryPoints, juryScores }): Bar => ({
    label: `${rank}. ${label(entryId)}`,
    chosen: contest.winners.includes(entryId),
    cells: [
      figure(score),
      { value: null, text: String(votes) },
      { value: null, text: juryScores === 0 ? '' : `${juryPoints}${words.scores(juryScores)}` },
    ],
  }));
  return draw({
    ...bars(rows, [words.total, words.votes, words.judged]),
    title: words.ranking,
    subtitle: `${words.chosen} · ${contest.winners.length === 0 ? words.none : words.winners(contest.winners.map(label).join(words.separator), contest.winners.length)}`,
    description: rankingInWords(contest, language, label).join('\n'),
  });
}

/** The picture of a decision by thresholds: a bar for each comparison, and the line that it had to reach. */
export function pictureOfDecision(decision: Immutable<ThresholdDecision>, { language }: Pick<Reader, 'language'>): Promise<string> {
  const sentences = decisionInWords(decision, language);
  return draw({
    ...thresholds(decision.comparisons, (comparison) => comparisonInWords(comparison, language)),
    title: texts[language].decision,
    subtitle: sentences.at(-1)!,
    description: sentences.join('\n'),
  });
}
