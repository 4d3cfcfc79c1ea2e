import { sha256 } from '../shared/sha256.js';
import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { isWithin } from '../shared/place-id.js';
import { plusDays } from '../shared/time.js';
import { drawOrder } from '../voting/draw.js';
import { type EntryFigures, isFormula, rankEntries, type ScoredEntry, type ScoringFormula } from '../voting/scoring.js';
import type { Contest, ContestOpened, EnterContest, Entry, OpenContest, ResultPublished } from './messages.js';

/** Days after the voting in which jurors score and the seed of the draw is revealed, where nothing else is declared (G). */
const daysToResult = 3;
/** Days of public notice, where nothing else is declared (G). */
const noticeDays = 7;
/** A contest is over within two years. */
const longest = 730;
/** Entries in one contest, refused ones included. */
const mostEntries = 1_000;

/** Levels of place that compete in a category (domain.md row 21); a memory is a story and needs no place. */
const entrantLevels: Record<OpenContest['category'], readonly string[]> = {
  balcony: ['household'],
  compound: ['compound', 'courtyard'],
  settlement: ['settlement'],
  memory: [],
};

export type OpeningRefusal = 'contest.wrong-formula' | 'contest.wrong-dates' | 'contest.jury-mismatch' | 'contest.draw-mismatch';
export type EntryRefusal =
  | 'contest.entries-closed'
  | 'contest.wrong-entrant'
  | 'contest.entrant-outside'
  | 'contest.juror-cannot-enter'
  | 'contest.already-entered'
  | 'contest.entry-limit';

/** The contest as it is opened, all that was left to the defaults filled in; or why it cannot be held like that. */
export function opening(data: Immutable<OpenContest>, at: string): Refusal<OpeningRefusal> | Immutable<ContestOpened> {
  const { formula, entriesUntil, votingFrom, votingUntil, votesPerVoter, jurors = [], drawCommitment } = data;
  if (!isFormula(formula)) return refuse('contest.wrong-formula', { sum: formula.publicShare + formula.juryShare });
  if (formula.juryShare > 0 !== jurors.length > 0)
    return refuse('contest.jury-mismatch', { share: formula.juryShare, jurors: jurors.length });
  const drawn = formula.tieBreaks.includes('draw');
  if (drawn !== (drawCommitment !== undefined)) return refuse('contest.draw-mismatch');
  const latest = plusDays(at, longest);
  if (!(at < entriesUntil && entriesUntil <= votingUntil && votingFrom < votingUntil && votingUntil <= latest))
    return refuse('contest.wrong-dates');
  const resultAt = data.resultAt ?? (drawn || jurors.length > 0 ? plusDays(votingUntil, daysToResult) : votingUntil);
  if (resultAt < votingUntil || resultAt > plusDays(latest, daysToResult)) return refuse('contest.wrong-dates');
  return {
    ...data,
    votesPerDay: data.votesPerDay ?? votesPerVoter,
    embargo: data.embargo ?? 'none',
    jurors,
    resultAt,
    noticeDays: data.noticeDays ?? noticeDays,
    awards: data.awards ?? 1,
  };
}

/** Why somebody or something may not enter, or null. `by` is the one who enters it. */
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

/** The entry with this id, if there is one. */
export const entryOf = (contest: Immutable<Pick<Contest, 'entries'>>, entryId: string): Immutable<Entry> | undefined =>
  Object.hasOwn(contest.entries, entryId) ? contest.entries[entryId] : undefined;

/** Votes are taken from `votingFrom` on, before `votingUntil`, and never once the closing is in the log. */
export const isVoting = (
  { closed, votingFrom, votingUntil }: Immutable<Pick<Contest, 'closed' | 'votingFrom' | 'votingUntil'>>,
  at: string,
): boolean => !closed && at >= votingFrom && at < votingUntil;

/**
 * The result with every figure that made it, or null when nobody received a vote or a score.
 * Its `sha256` is that of the JSON of all its other fields, in the order in which they stand: who holds the log counts the votes
 * that stand before `position`, takes the jury's scores and the rule from the contest's stream, and comes to the same bytes.
 * @param votes votes that count, by entry
 * @param position position of VotingClosed in the log
 */
export function resultOf(
  contest: Immutable<Contest>,
  votes: Readonly<Record<string, number>>,
  position: number,
  at: string,
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
    position,
    votes: figures.reduce((sum, entry) => sum + entry.votes, 0),
    juryScores: figures.reduce((sum, entry) => sum + entry.juryScores, 0),
    formula: contest.formula,
    ...(drawSeed !== null && { drawSeed }),
    ...outcomeOf(contest.formula, figures, drawSeed, contest.awards),
    noticeUntil: plusDays(at, contest.noticeDays),
    unanswered: unanswered(contest),
  };
  return { ...stated, sha256: sha256(JSON.stringify(stated)) };
}

/** The ranking, and who receives the award: the first ranks, as many as there are awards, as far as anybody voted for or scored them. */
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
 * What a published result would be by another formula. It is made of the figures of that result, so that exactly what counted
 * there counts here; what stands behind the closing, or was disqualified, does not.
 * @param declared of the contest; its own formula holds where `asked` says nothing, and one share alone leaves the rest to the other
 * @param enteredAt the instant of each entry, by its id
 */
export function whatIf(
  declared: Immutable<Pick<ContestOpened, 'formula' | 'jurors' | 'drawCommitment' | 'awards'>>,
  { result, position, votes, juryScores, drawSeed, ranking }: Immutable<ResultPublished>,
  asked: Immutable<Partial<ScoringFormula>>,
  enteredAt: (entryId: string) => string,
):
  | Refusal<OpeningRefusal>
  | Immutable<Pick<ResultPublished, 'result' | 'position' | 'votes' | 'juryScores' | 'formula' | 'drawSeed' | 'ranking' | 'winners'>> {
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
    position,
    votes,
    juryScores,
    formula,
    ...(drawSeed !== undefined && { drawSeed }),
    ...outcomeOf(formula, figures, drawSeed ?? null, declared.awards),
  };
}

/** How many objections wait for an answer. */
export const unanswered = ({ objections }: Immutable<Pick<Contest, 'objections'>>): number =>
  Object.values(objections).filter(({ upheld }) => upheld === null).length;
