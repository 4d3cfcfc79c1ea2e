import type { EventRef } from '../shared/event-ref.js';
import { sha256 } from '../shared/sha256.js';
import { refuse, type Immutable, type Moment, type Refusal } from '../shared/decider.js';
import { isWithin } from '../shared/place-id.js';
import { figureOf, type FigureRefusal, policyAt } from '../shared/policy.js';
import { endOfDays, plusDays } from '../shared/time.js';
import { actRule } from '../voting/acts.js';
import { drawOrder } from '../voting/draw.js';
import { type EntryFigures, isFormula, rankEntries, type ScoredEntry, type ScoringFormula } from '../voting/scoring.js';
import type { Contest, ContestOpened, EnterContest, Entry, OpenContest, ResultPublished } from './messages.js';

/** The longest contest, in days. */
const longest = 730;
/** The most entries in one contest, including refused ones. */
const mostEntries = 1_000;

/** The levels of places that may enter a category (domain.md row 21). A memory is a story and has no place. */
const entrantLevels: Record<OpenContest['category'], readonly string[]> = {
  balcony: ['household'],
  compound: ['compound', 'courtyard'],
  settlement: ['settlement'],
  memory: [],
};

/** Why a contest cannot be opened. */
export type OpeningRefusal =
  FigureRefusal | 'contest.wrong-formula' | 'contest.wrong-dates' | 'contest.jury-mismatch' | 'contest.draw-mismatch';
/** Why an entry cannot be made. */
export type EntryRefusal =
  | 'contest.entries-closed'
  | 'contest.wrong-entrant'
  | 'contest.entrant-outside'
  | 'contest.juror-cannot-enter'
  | 'contest.already-entered'
  | 'contest.entry-limit';

/** The declared rules with all defaults filled in, or why the contest cannot be opened. */
export function opening(
  data: Immutable<OpenContest>,
  { at, now, facts: { policies } }: Pick<Moment, 'at' | 'now'> & { readonly facts: Immutable<typeof OpenContest.facts> },
): Refusal<OpeningRefusal> | Immutable<ContestOpened> {
  const { formula, entriesUntil, votingFrom, votingUntil, votesPerVoter, jurors = [], drawCommitment } = data;
  if (!isFormula(formula)) return refuse('contest.wrong-formula', { sum: formula.publicShare + formula.juryShare });
  if (formula.juryShare > 0 !== jurors.length > 0)
    return refuse('contest.jury-mismatch', { share: formula.juryShare, jurors: jurors.length });
  const drawn = formula.tieBreaks.includes('draw');
  if (drawn !== (drawCommitment !== undefined)) return refuse('contest.draw-mismatch');
  const latest = plusDays(at, longest);
  if (!(at < entriesUntil && entriesUntil <= votingUntil && votingFrom < votingUntil && votingUntil <= latest))
    return refuse('contest.wrong-dates');
  const policy = policyAt(policies, now);
  const { 'contest-jury-days': jury, 'contest-notice-days': notice, 'entries-per-vote': entries } = policy.figures;
  const noticeDays = figureOf(policy, 'contest-notice-days', data.noticeDays);
  if ('refused' in noticeDays) return noticeDays;
  const resultAt = data.resultAt ?? (drawn || jurors.length > 0 ? endOfDays(votingUntil, jury.value, policy.holidays) : votingUntil);
  if (resultAt < votingUntil || resultAt > endOfDays(latest, jury.value, policy.holidays)) return refuse('contest.wrong-dates');
  return {
    ...data,
    votesPerDay: data.votesPerDay ?? votesPerVoter,
    embargo: data.embargo ?? 'none',
    jurors,
    resultAt,
    noticeDays: noticeDays.value,
    awards: data.awards ?? 1,
    acts: actRule(false, entries.value),
    policy: [jury, notice, entries],
  };
}

/** Why an entry cannot be made, or null. `level` is the level of the entered place; `by` is the person who makes the entry. */
export function refuseEntrant(
  contest: Immutable<Contest>,
  data: Immutable<EnterContest>,
  level: string | null,
  at: string,
  by: string,
): Refusal<EntryRefusal> | null {
  const { placeId, label, title, story } = data;
  if (contest.closed || at >= contest.entriesUntil) return refuse('contest.entries-closed', { until: contest.entriesUntil });
  const isStory = title !== undefined && story !== undefined && placeId === undefined && label === undefined;
  const isPlace = placeId !== undefined && label !== undefined && title === undefined && story === undefined;
  const fits = contest.category === 'memory' ? isStory : isPlace && level !== null && entrantLevels[contest.category].includes(level);
  if (!fits) return refuse('contest.wrong-entrant', { category: contest.category });
  if (placeId !== undefined && !isWithin(placeId, contest.placeId))
    return refuse('contest.entrant-outside', { place: placeId, contest: contest.placeId });
  if (contest.jurors.includes(by)) return refuse('contest.juror-cannot-enter');
  const entries = Object.entries(contest.entries);
  const earlier = entries.find(([, { entrant, status }]) => entrant === (placeId ?? by) && status !== 'refused');
  if (earlier) return refuse('contest.already-entered', { entry: earlier[0] });
  return entries.length < mostEntries ? null : refuse('contest.entry-limit', { limit: mostEntries });
}

/** The entry with this id, or undefined. */
export const entryOf = (contest: Immutable<Pick<Contest, 'entries'>>, entryId: string): Immutable<Entry> | undefined =>
  Object.hasOwn(contest.entries, entryId) ? contest.entries[entryId] : undefined;

/** True while votes are accepted: from `votingFrom` on, before `votingUntil`, and before VotingClosed is recorded. */
export const isVoting = (
  { closed, votingFrom, votingUntil }: Immutable<Pick<Contest, 'closed' | 'votingFrom' | 'votingUntil'>>,
  at: string,
): boolean => !closed && at >= votingFrom && at < votingUntil;

/**
 * The result with all its figures, or null if no entry has a vote or a score.
 * `sha256` is the SHA-256 of the JSON of all other fields, in the order of their declaration. To verify it, count the votes in the log
 * before `closing`, take the jury scores and the formula from the contest's stream, and compute the same bytes.
 * @param votes votes that count, by entry id
 * @param closing the VotingClosed of the contest
 * @param noticeUntil UTC instant at which the public notice ends
 */
export function resultOf(
  contest: Immutable<Contest>,
  votes: Readonly<Record<string, number>>,
  closing: Immutable<EventRef>,
  noticeUntil: string,
): Immutable<ResultPublished> | null {
  const accepted = Object.entries(contest.entries).filter(([, { status }]) => status === 'accepted');
  const figures = accepted.map(([entryId, { enteredAt, scores }]) => {
    const given = Object.values(scores);
    return { entryId, enteredAt, votes: votes[entryId] ?? 0, juryPoints: given.reduce((a, b) => a + b, 0), juryScores: given.length };
  });
  if (figures.every((entry) => entry.votes === 0 && entry.juryScores === 0)) return null;
  const { drawSeed } = contest;
  const stated = {
    result: contest.results + 1,
    closing,
    votes: figures.reduce((sum, entry) => sum + entry.votes, 0),
    juryScores: figures.reduce((sum, entry) => sum + entry.juryScores, 0),
    formula: contest.formula,
    ...(drawSeed !== null && { drawSeed }),
    ...outcomeOf(contest.formula, figures, drawSeed, contest.awards),
    noticeUntil,
    unanswered: unanswered(contest),
  };
  return { ...stated, sha256: sha256(JSON.stringify(stated)) };
}

/** The ranking and the winners: entries whose rank is at most `awards` and that have at least one vote or score. */
function outcomeOf(
  formula: Immutable<ScoringFormula>,
  figures: readonly EntryFigures[],
  drawSeed: string | null,
  awards: number,
): { ranking: ScoredEntry[]; winners: string[] } {
  const ranking = rankEntries(
    formula,
    figures,
    drawSeed === null
      ? null
      : drawOrder(
          drawSeed,
          figures.map(({ entryId }) => entryId),
        ),
  );
  return {
    ranking,
    winners: ranking.filter(({ rank, votes, juryScores }) => rank <= awards && votes + juryScores > 0).map(({ entryId }) => entryId),
  };
}

/**
 * What the published result would be under another formula. It uses the figures of that result, so exactly the same votes count.
 * @param declared rules of the contest; `asked` overrides its formula. If only one share is asked, the other one is 100 minus it
 * @param enteredAt returns the UTC instant of an entry, by its id
 */
export function whatIf(
  declared: Immutable<Pick<ContestOpened, 'formula' | 'jurors' | 'drawCommitment' | 'awards'>>,
  { result, closing, votes, juryScores, drawSeed, ranking }: Immutable<ResultPublished>,
  asked: Immutable<Partial<ScoringFormula>>,
  enteredAt: (entryId: string) => string,
):
  | Refusal<OpeningRefusal>
  | Immutable<Pick<ResultPublished, 'result' | 'closing' | 'votes' | 'juryScores' | 'formula' | 'drawSeed' | 'ranking' | 'winners'>> {
  const {
    publicShare = asked.juryShare === undefined ? declared.formula.publicShare : 100 - asked.juryShare,
    juryShare = 100 - publicShare,
  } = asked;
  const formula = { ...declared.formula, ...asked, publicShare, juryShare };
  if (!isFormula(formula)) return refuse('contest.wrong-formula', { sum: publicShare + juryShare });
  if (juryShare > 0 && declared.jurors.length === 0) return refuse('contest.jury-mismatch', { share: juryShare, jurors: 0 });
  if (formula.tieBreaks.includes('draw') && declared.drawCommitment === undefined) return refuse('contest.draw-mismatch');
  const figures = ranking.map((line) => ({ ...line, enteredAt: enteredAt(line.entryId) }));
  return {
    result,
    closing,
    votes,
    juryScores,
    formula,
    ...(drawSeed !== undefined && { drawSeed }),
    ...outcomeOf(formula, figures, drawSeed ?? null, declared.awards),
  };
}

/** The number of objections that have not been answered. */
export const unanswered = ({ objections }: Immutable<Pick<Contest, 'objections'>>): number =>
  Object.values(objections).filter(({ upheld }) => upheld === null).length;
