import { contest } from '../../../domain/contest/contest.js';
import type { Contest, ResultPublished } from '../../../domain/contest/messages.js';
import { resultOf } from '../../../domain/contest/rules.js';
import type { AllEvents } from '../../../domain/deciders.js';
import type { Immutable } from '../../../domain/shared/decider.js';
import type { EventRef } from '../../../domain/shared/event-ref.js';
import { sha256 } from '../../../domain/shared/sha256.js';
import { dayInChina } from '../../../domain/shared/time.js';
import { type Act, actOf, whyNotCounted } from '../../../domain/voting/acts.js';
import { drawOrder } from '../../../domain/voting/draw.js';
import { rankEntries } from '../../../domain/voting/scoring.js';
import { type Recorded, refTo } from '../../../projections/projection.js';
import { contestResult } from '../../../projections/contest/contests.js';
import { contestRanking, rankingOf, type RankingRow } from '../../../projections/contest/ranking.js';
import { Differs, momentOf, mustBe, heldIn, type Recount, type Recounted, type Rows, type SealedUntil } from '../../kernel/recount.js';

type Event<K extends keyof AllEvents> = Recorded<K, AllEvents[K]>;
type OwnType = keyof typeof contest.events;
type OwnEvent = { [K in OwnType]: Event<K> }[OwnType];

/** A voter's last act for an entry. */
interface EntryAct extends Act {
  /** False if the act is a withdrawal. */
  readonly isVote: boolean;
}
interface Held {
  readonly state: Immutable<Contest>;
  /** The last act for every entry, by the voter's stream; null once the voting is closed. */
  readonly voters: Map<string, Map<string, EntryAct>> | null;
  /** Votes by entry, once the voting is closed. */
  readonly votes: Readonly<Record<string, number>>;
  readonly closingPosition: number | null;
  readonly closing: Immutable<EventRef> | null;
  /** The current result, as derived. */
  readonly result: Immutable<ResultPublished> | null;
}

const subjectOf = (id: string) => ({ of: 'contest', id }) as const;

function sealOf({ embargo, closed, results, ended }: Immutable<Contest>, id: string): SealedUntil {
  const stream = `${contest.stream}-${id}`;
  if (embargo === 'until-closed' && !closed) return { stream, types: ['VotingClosed'] };
  if (embargo === 'until-notice' && results === 0 && !ended) return { stream, types: ['ResultPublished', 'ContestEndedWithoutAward'] };
  return null;
}

/** The votes that count, by entry. */
function votesIn({ voters, votes }: Held): Readonly<Record<string, number>> {
  if (voters === null) return votes;
  const counted: Record<string, number> = {};
  for (const acts of voters.values())
    for (const [entryId, { isVote }] of acts) counted[entryId] = (counted[entryId] ?? 0) + (isVote ? 1 : 0);
  return counted;
}

/** Earlier versions truncated scores to hundredths, now they are rounded; such a result's hash covers the truncated scores. */
function asWritten(derived: Immutable<ResultPublished>, stated: Immutable<ResultPublished>): Immutable<ResultPublished> {
  const cut = derived.ranking.map((line) => {
    const [n = '', d = '1'] = line.score.split('/');
    return { ...line, scoreHundredths: Number((BigInt(n) * 100n) / BigInt(d)) };
  });
  const isCut = stated.ranking.length === cut.length && stated.ranking.every((line, i) => line.scoreHundredths === cut[i]!.scoreHundredths);
  if (!isCut) return derived;
  const { sha256: _, ...rest } = { ...derived, ranking: cut };
  return { ...rest, sha256: sha256(JSON.stringify(rest)) };
}

/**
 * Results of contests: derives which acts of each voter count (voting/acts.ts), and counts the votes that are valid at the closing by
 * the contest's formula.
 */
export function contestRecount(): Recount {
  const contests = new Map<string, Held>();

  function voted(event: Event<'VoteCast'> | Event<'VoteWithdrawn'>): undefined {
    const { contestId, entryId, notCounted } = event.data;
    const subject = subjectOf(contestId);
    const { state, voters } = heldIn(contests, subject);
    if (voters === null) return; // after the closing
    const sealed = sealOf(state, contestId);
    const of = (field: string, stated: unknown, derived: unknown) => mustBe(subject, stated, derived, sealed, field);
    of('stream', event.stream.slice(0, -event.aggregateId.length) + event.aggregateId.split('.')[0], `contestVote-${contestId}`);
    const acts = voters.get(event.aggregateId) ?? new Map<string, EntryAct>();
    voters.set(event.aggregateId, acts);
    const [act, standing] = [actOf(momentOf(event)), acts.get(entryId) ?? null];
    const isVote = event.type === 'VoteCast';
    if (event.type === 'VoteWithdrawn' && event.data.gaveWayTo !== undefined) {
      of('gaveWayTo', event.data.gaveWayTo, standing?.isVote && standing.isEntered ? event.data.gaveWayTo : undefined);
    } else {
      const others = [...acts].filter(([id, vote]) => id !== entryId && vote.isVote).map(([, { at }]) => dayInChina(at));
      const today = others.filter((day) => day === dayInChina(act.at)).length;
      const isBeyondLimit = isVote && (others.length >= state.votesPerVoter || today >= state.votesPerDay);
      const reason = whyNotCounted(act, standing) ?? (isBeyondLimit ? 'limit' : null);
      of('notCounted', notCounted ?? null, reason);
      if (reason !== null) return;
      if (event.type === 'VoteCast') of('replaces', event.data.replaces ?? false, standing?.isVote ?? false);
      else of('nothingStood', event.data.nothingStood ?? false, !standing?.isVote);
    }
    acts.set(entryId, { ...act, isVote });
  }

  function published(event: Event<'ResultPublished'>, { state, votes, closing }: Held): Immutable<ResultPublished> {
    const subject = subjectOf(event.aggregateId);
    if (closing === null) throw new Differs(subject, 'closing', event.data.closing, null);
    const derived = resultOf(state, votes, closing, event.data.noticeUntil);
    if (derived === null) throw new Differs(subject, 'votes', event.data.votes, 0);
    const written = asWritten(derived, event.data);
    mustBe(subject, event.data, written);
    return written;
  }

  function ended({ aggregateId: id, at, data }: Event<'ContestEndedWithoutAward'>, { state, votes, closing }: Held): void {
    const isEmpty = !Object.values(state.entries).some(({ status }) => status === 'accepted');
    const derived = isEmpty ? null : resultOf(state, votes, closing ?? { eventId: '', revision: 0 }, at); // the notice is not looked at;
    const reason = isEmpty ? 'no-entries' : 'no-votes';
    mustBe(subjectOf(id), { ...data, votes: 0 }, { result: state.results + 1, reason, votes: derived?.votes ?? 0 });
  }

  function own(event: OwnEvent): Recounted | undefined {
    const id = event.aggregateId;
    const subject = subjectOf(id);
    const held: Held | null = event.type === 'ContestOpened' ? null : heldIn(contests, subject);
    const result = event.type === 'ResultPublished' ? published(event, held!) : null;
    if (event.type === 'ContestEndedWithoutAward') ended(event, held!);
    if (event.type === 'AwardGranted') {
      const { result: number, winners, sha256: hash } = held?.result ?? {};
      mustBe(subject, event.data, { result: number, winners, sha256: hash });
    }
    const fold = contest.evolve[event.type] as (state: Immutable<Contest> | null, data: unknown, moment: unknown) => Immutable<Contest>;
    const before: Omit<Held, 'state'> = held ?? { voters: new Map(), votes: {}, closingPosition: null, closing: null, result: null };
    contests.set(id, {
      ...before,
      state: fold(held?.state ?? null, event.data, momentOf(event)),
      ...(event.type === 'VotingClosed' && { voters: null, votes: votesIn(held!), closingPosition: event.position, closing: refTo(event) }),
      ...(event.type === 'ResultWithdrawn' && { result: null }),
      ...(result && { result }),
    });
    return result ? { ...subject, counted: result.votes, outcome: result.winners.join(', '), sha256: result.sha256 } : undefined;
  }

  async function compareRankings(rows: Rows): Promise<number> {
    for (const [id, held] of contests) {
      const row = await rows.get<RankingRow>(id);
      const stated = row && {
        closingPosition: row.closingPosition,
        ranking: rankingOf(row).map(({ label: _, ...line }) => line),
      };
      mustBe(subjectOf(id), stated, { closingPosition: held.closingPosition, ranking: rankingNow(held) }, sealOf(held.state, id));
    }
    return contests.size;
  }

  async function compareResults(rows: Rows): Promise<number> {
    for (const [id, { result }] of contests) mustBe(subjectOf(id), await rows.get(id), result);
    return [...contests.values()].filter(({ result }) => result !== null).length;
  }

  const ownTypes = Object.keys(contest.events) as readonly OwnType[];
  return {
    on: { ...Object.fromEntries(ownTypes.map((type) => [type, own])), VoteCast: voted, VoteWithdrawn: voted },
    rows: { [contestRanking.name]: compareRankings, [contestResult.name]: compareResults },
  };
}

/** The accepted entries, ranked by the formula. */
function rankingNow(held: Held) {
  const { entries, formula, drawSeed } = held.state;
  const votes = votesIn(held);
  const figures = Object.entries(entries)
    .filter(([, { status }]) => status === 'accepted')
    .map(([entryId, { enteredAt, scores }]) => {
      const given = Object.values(scores);
      const juryPoints = given.reduce((sum, score) => sum + score, 0);
      return { entryId, enteredAt, votes: votes[entryId] ?? 0, juryPoints, juryScores: given.length };
    });
  const ids = figures.map(({ entryId }) => entryId);
  return rankEntries(formula, figures, drawSeed === null ? null : drawOrder(drawSeed, ids));
}
