import type { AllEvents } from '../../domain/deciders.js';
import { drawOrder } from '../../domain/voting/draw.js';
import { rankEntries, type ScoredEntry } from '../../domain/voting/scoring.js';
import { defineProjection, type Handler, type Recorded, refTo } from '../projection.js';
import { lifts } from './contests.js';

interface Ranked {
  readonly entryId: string;
  /** The title of a memory. Personal, but entered to be read by everybody. */
  readonly label: string;
  readonly enteredAt: string;
  readonly status: 'pending' | 'accepted' | 'refused' | 'disqualified';
}

/**
 * All figures of a contest in one row. A vote changes one number of one list, so its cost does not grow with the number of votes. The order
 * is computed when somebody reads it.
 */
export interface RankingRow {
  readonly contestId: string;
  readonly formula: AllEvents['ContestOpened']['formula'];
  readonly embargo: AllEvents['ContestOpened']['embargo'];
  readonly embargoed: boolean;
  /** The declared end of the embargo. */
  readonly embargoUntil: string;
  /** Log position of VotingClosed. Votes after it do not count. */
  readonly closingPosition: number | null;
  /** The VotingClosed, as results name it. */
  readonly closing: AllEvents['ResultPublished']['closing'] | null;
  readonly drawSeed: string | null;
  /** The index of each entry in the lists below. */
  readonly index: Readonly<Record<string, number>>;
  readonly entries: readonly Ranked[];
  readonly votes: readonly number[];
  readonly juryPoints: readonly number[];
  readonly juryScores: readonly number[];
}

type Type = keyof AllEvents;
const ofContest = ({ aggregateId }: { aggregateId: string }) => [aggregateId];

const plus = (list: readonly number[], at: number, number: number): readonly number[] => {
  const copy = list.slice();
  copy[at] = (copy[at] ?? 0) + number;
  return copy;
};

/** `isNoChange`: the act does not count, or does not change how many votes the entry has. */
const voted = <K extends 'VoteCast' | 'VoteWithdrawn'>(
  number: 1 | -1,
  isNoChange: (data: AllEvents[K]) => boolean,
): Handler<RankingRow, Recorded<K, AllEvents[K]>> => ({
  keys: ({ data }) => (isNoChange(data) ? [] : [data.contestId]),
  evolve: (row, { data: { entryId } }) => {
    const at = row?.index[entryId];
    return row === null || at === undefined || row.closingPosition !== null ? row : { ...row, votes: plus(row.votes, at, number) };
  },
});

const entered = <K extends 'PlaceEntered' | 'StoryEntered'>(
  label: (data: AllEvents[K]) => string,
): Handler<RankingRow, Recorded<K, AllEvents[K]>> => ({
  keys: ofContest,
  evolve: (row, { data, at }) =>
    row && {
      ...row,
      index: { ...row.index, [data.entryId]: row.entries.length },
      entries: [...row.entries, { entryId: data.entryId, label: label(data), enteredAt: at, status: 'pending' }],
      votes: [...row.votes, 0],
      juryPoints: [...row.juryPoints, 0],
      juryScores: [...row.juryScores, 0],
    },
});

const screened = <K extends 'EntryAccepted' | 'EntryRefused' | 'EntryDisqualified'>(
  status: Ranked['status'],
): Handler<RankingRow, Recorded<K, AllEvents[K]>> => ({
  keys: ofContest,
  evolve: (row, { data: { entryId } }) =>
    row && { ...row, entries: row.entries.map((entry) => (entry.entryId === entryId ? { ...entry, status } : entry)) },
});

const lifted = <K extends Type>(row: RankingRow, type: K): RankingRow => ({
  ...row,
  embargoed: row.embargoed && !lifts(row.embargo, type),
});

/** The live figures of contests. The key is the contest id. */
export const contestRanking = defineProjection<RankingRow>({
  name: 'contest-ranking',
  version: 3,
  on: {
    ContestOpened: {
      keys: ofContest,
      evolve: (_, { aggregateId, data: { formula, embargo, votingUntil, resultAt } }) => ({
        contestId: aggregateId,
        formula,
        embargo,
        embargoed: embargo !== 'none',
        embargoUntil: embargo === 'until-notice' ? resultAt : votingUntil,
        closingPosition: null,
        closing: null,
        drawSeed: null,
        index: {},
        entries: [],
        votes: [],
        juryPoints: [],
        juryScores: [],
      }),
    },
    PlaceEntered: entered(({ label }) => label),
    StoryEntered: entered(({ title }) => title),
    EntryAccepted: screened('accepted'),
    EntryRefused: screened('refused'),
    EntryDisqualified: screened('disqualified'),
    VoteCast: voted(1, ({ replaces, notCounted }) => replaces === true || notCounted !== undefined),
    VoteWithdrawn: voted(-1, ({ nothingStood, notCounted }) => nothingStood === true || notCounted !== undefined),
    VotingClosed: {
      keys: ofContest,
      evolve: (row, event) => row && { ...lifted(row, event.type), closingPosition: event.position, closing: refTo(event) },
    },
    JuryScoreGiven: {
      keys: ofContest,
      evolve: (row, { data: { entryId, score } }) => {
        const at = row?.index[entryId];
        return row === null || at === undefined
          ? row
          : { ...row, juryPoints: plus(row.juryPoints, at, score), juryScores: plus(row.juryScores, at, 1) };
      },
    },
    DrawSeedRevealed: { keys: ofContest, evolve: (row, { data: { seed } }) => row && { ...row, drawSeed: seed } },
    ResultPublished: { keys: ofContest, evolve: (row, { type }) => row && lifted(row, type) },
    ContestEndedWithoutAward: { keys: ofContest, evolve: (row, { type }) => row && lifted(row, type) },
  },
});

/** The votes that count, by entry id. */
export const votesOf = ({ entries, votes }: RankingRow): Readonly<Record<string, number>> =>
  Object.fromEntries(entries.map(({ entryId }, i) => [entryId, votes[i] ?? 0]));

/** The accepted entries, ranked by the formula. */
export function rankingOf({
  formula,
  entries,
  votes,
  juryPoints,
  juryScores,
  drawSeed,
}: RankingRow): readonly (ScoredEntry & { readonly label: string })[] {
  const labels = new Map(entries.map(({ entryId, label }) => [entryId, label]));
  const figures = entries
    .map(({ entryId, enteredAt, status }, i) => ({
      entryId,
      enteredAt,
      status,
      votes: votes[i] ?? 0,
      juryPoints: juryPoints[i] ?? 0,
      juryScores: juryScores[i] ?? 0,
    }))
    .filter(({ status }) => status === 'accepted');
  const drawn =
    drawSeed === null
      ? null
      : drawOrder(
          drawSeed,
          figures.map(({ entryId }) => entryId),
        );
  return rankEntries(formula, figures, drawn).map((line) => ({ ...line, label: labels.get(line.entryId) ?? '' }));
}

/** Events that reveal figures of a contest. Their data is withheld from everybody under an embargo (ADR 8). */
export const withheldEvents = ['VoteCast', 'VoteWithdrawn', 'JuryScoreGiven'] as const satisfies readonly Type[];
