import type { Immutable } from '../../domain/shared/decider.js';
import type { Outcome, Step } from '../../domain/voting/outcome.js';
import { decimal, withFraction } from '../../domain/shared/fraction.js';
import { rankingInWords, type ScoredContest } from '../../domain/voting/scoring-words.js';
import type { ThresholdDecision } from '../../domain/voting/threshold.js';
import { comparisonInWords, decisionInWords, inWords, type Language, type Money } from '../../domain/voting/words.js';
import { bars, type Bar } from './bars.js';
import { type Content, draw, inner, size, textAt, margin, lineHeight } from './chart.js';
import { flow } from './flow.js';
import { matrix } from './matrix.js';
import { clean, fits } from './text.js';
import { texts } from './words.js';
import { thresholds } from './threshold.js';

/* Pictures of accounts: they show only figures of the account. */

/** What is shown: the heading of the picture. */
export interface About {
  /** Title of the contest, ballot, renovation or file. */
  readonly title?: string | undefined;
  readonly place?: string | undefined;
  /** When it was, in words. */
  readonly date?: string | undefined;
  /** True if it is not an official result but a what-if result by another rule. */
  readonly isWhatIf?: boolean;
}

export interface Reader {
  readonly language: Language;
  readonly about?: About;
  /** The name by which readers know an option. */
  readonly name?: (option: string) => string;
  /** Formats amounts. */
  readonly money?: Money;
}

type Of<S extends Step['step']> = Extract<Step, { step: S }>;
interface Body {
  /** The kind of picture. */
  readonly kind: string;
  readonly legend: string;
  readonly content: (top: number) => Content;
}

/** Maximum number of characters of a fraction beside a bar. */
const roomForFraction = 12;
/** Whole numbers unchanged; fractions to two decimals, with the exact fraction if there is room. */
const figure = (text: string): { value: number; text: string } => ({
  value: Number(decimal(text, 2)),
  text: withFraction(text, 2, roomForFraction),
});

const isStep =
  <S extends Step['step']>(...names: readonly S[]) =>
  (step: Step): step is Of<S> =>
    (names as readonly string[]).includes(step.step);

/** The heading of a picture: what is shown, where and when, then the result. */
function headed({ title, place, date, isWhatIf = false }: About, kind: string, result: string, language: Language) {
  const words = texts[language];
  const what = isWhatIf ? `${kind}${words.open}${words.whatIf}${words.close}` : kind;
  const about = [title === undefined ? '' : what, place, date].filter(Boolean).join(' · ');
  return { title: clean(title ?? what), about: clean(about), result: clean(result) };
}

/** How many are chosen, and who, if there is room for all names; they are also ticked below. */
function chosen(winners: readonly string[], label: (option: string) => string, language: Language): string {
  const words = texts[language];
  if (winners.length === 0) return words.none;
  const named = `${words.winners(winners.length)}${words.colon}${winners.map(label).join(words.separator)}`;
  return fits(named, size.text, inner, 2) ? named : words.winners(winners.length);
}

/** The picture of a count: a flow of votes for runoffs, a matrix for Schulze, bars for scores and budgets. */
export async function pictureOfOutcome(
  { winners, order, account }: Outcome,
  { language, name = (option) => option, money, about = {} }: Reader,
): Promise<string> {
  const words = texts[language];
  const label = (option: string) => clean(name(option));
  const body = bodyOf(
    { winners, order, account },
    words,
    label,
    (amount) => (money ? money(amount, language, 0) : withFraction(amount, 2, 0)), // two panels leave no room for fractions
  );
  const sentences = account.map((step) => clean(inWords(step, language, name, money)));
  const notes = [body.legend, chosen(winners, label, language)].filter((note) => note !== '');
  return draw({
    ...headed(about, body.kind, notes.join(' · '), language),
    content: body.content,
    description: sentences.join('\n'),
  });
}

function bodyOf(
  { winners, order, account }: Outcome,
  words: (typeof texts)[Language],
  label: (option: string) => string,
  money: (amount: string) => string,
): Body {
  const pairwise = account.find(isStep('pairwise'));
  if (pairwise) {
    const { hasFigures } = matrix(pairwise, order.flat(), label, 0);
    return {
      kind: words.matrix,
      legend: hasFigures ? words.cell : words.colours,
      content: (top) => matrix(pairwise, order.flat(), label, top),
    };
  }
  const [firstRound, secondRound] = account.filter(isStep('round'));
  if (firstRound && secondRound) return { kind: words.flow, legend: '', content: (top) => flow(account, { ...words, label }, top) };
  if (firstRound) {
    const tallies = firstRound.tallies.map(({ option, value }): Bar => ({
      label: label(option),
      chosen: winners.includes(option),
      cells: [figure(value)],
    }));
    const { exhausted } = firstRound;
    const rest: Bar[] = exhausted === '0' ? [] : [{ label: words.exhausted, chosen: false, cells: [figure(exhausted)] }];
    return { kind: words.votes, legend: '', content: (top) => bars([...tallies, ...rest], [''], top) };
  }
  const budgeted = account.filter(isStep('bought', 'due', 'selected', 'passed-over', 'ruled-out', 'stopped', 'not-bought'));
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
  return {
    kind: scores ? words[scores.of] : words.budget,
    legend: '',
    content: (top) => bars(rows, [''], top),
  };
}

/** What each supporter paid, or the score, beside the cost, in the order of the account. */
function budget(
  steps: readonly Of<'bought' | 'due' | 'selected' | 'passed-over' | 'ruled-out' | 'stopped' | 'not-bought'>[],
  words: (typeof texts)[Language],
  label: (option: string) => string,
  money: (amount: string) => string,
): Body {
  const rows = steps.map((step): Bar => {
    const cost = 'cost' in step ? { value: step.cost, text: money(String(step.cost)) } : { value: null, text: words.passed };
    const of = { label: label(step.option), chosen: ['bought', 'due', 'selected'].includes(step.step) };
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
      case 'ruled-out':
        return { ...of, cells: [{ value: null, text: '' }, cost] };
      default:
        return { ...of, cells: [figure(step.figure), cost] };
    }
  });
  // options that exceed the whole budget or a limit by themselves come first
  const first = steps.find(({ step }) => step !== 'passed-over' && step !== 'ruled-out')?.step;
  const left = steps.findLast((step) => step.step !== 'not-bought' && step.step !== 'ruled-out')?.left ?? null;
  const criterion = new Map<string | undefined, string>([
    ['bought', words.paid],
    ['due', words.earned],
  ]);
  return {
    kind: words.budget,
    legend: left === null ? '' : words.left(money(String(left))),
    content: (top) => bars(rows, [criterion.get(first) ?? words.score, words.cost], top),
  };
}

/**
 * The picture of a contest's ranking: a bar for each score, with its votes and jury points. In the live ranking nobody receives the award
 * yet.
 */
export function pictureOfRanking(
  { formula, ranking, winners }: Immutable<Omit<ScoredContest, 'winners'>> & { readonly winners: readonly string[] | 'live' },
  { language, name = (entryId) => entryId, about = {} }: Reader,
): Promise<string> {
  const words = texts[language];
  const label = (entryId: string) => clean(name(entryId));
  const isLive = winners === 'live';
  const awarded = isLive ? [] : winners;
  const rows = ranking.map(({ entryId, rank, score, votes, juryPoints, juryScores }): Bar => ({
    label: `${rank}. ${label(entryId)}`,
    chosen: awarded.includes(entryId),
    cells: [
      figure(score),
      { value: null, text: String(votes) },
      { value: null, text: juryScores === 0 ? '' : `${juryPoints}${words.scores(juryScores)}` },
    ],
  }));
  const sentences = rankingInWords({ formula, ranking, winners: awarded }, language, label);
  return draw({
    ...(isLive ? headed(about, words.live, '', language) : headed(about, words.ranking, chosen(awarded, label, language), language)),
    content: (top) => bars(rows, [words.total, words.votes, words.judged], top),
    description: (isLive ? sentences.slice(0, -1) : sentences).join('\n'), // the last sentence is about the award
  });
}

/** The picture of an embargoed ranking: it only says when the ranking becomes public. */
export function pictureOfEmbargo(day: string, { language, about = {} }: Pick<Reader, 'language' | 'about'>): Promise<string> {
  const words = texts[language];
  const sentence = words.embargoed(day);
  return draw({
    ...headed(about, words.live, '', language),
    content: (top) => ({ shapes: [textAt(sentence, margin, top + lineHeight / 2)], height: top + lineHeight + margin }),
    description: sentence,
  });
}

/** The picture of a decision by thresholds: a bar for each comparison, with the line that it had to reach. */
export function pictureOfDecision(
  decision: Immutable<ThresholdDecision>,
  { language, about = {} }: Pick<Reader, 'language' | 'about'>,
): Promise<string> {
  const sentences = decisionInWords(decision, language);
  return draw({
    ...headed(about, texts[language].decision, sentences.at(-1)!, language),
    content: (top) => thresholds(decision.comparisons, (comparison) => comparisonInWords(comparison, language), top),
    description: sentences.join('\n'),
  });
}
