import { Flag, Id, Ids, Instant, Int, Many, One, OneOf, Optional, Personal, PlaceId, Sha256, Text, Words } from '../shared/fields.js';
import { ScoredEntry, ScoringFormula } from '../voting/scoring.js';

/* What can be asked of a contest, what can have happened to it, and its state. */

/** 最美阳台、最美小区、最美聚落、最美记忆. */
export const categories = ['balcony', 'compound', 'settlement', 'memory'] as const;
/** Until when nobody sees a figure: `until-closed` until the voting has closed, `until-notice` until the result is published. */
export const embargoes = ['none', 'until-closed', 'until-notice'] as const;

/** Everything by which a contest is held is said at its opening and never changed (domain.md row 21). */
export class OpenContest {
  @PlaceId() placeId!: string;
  @OneOf(categories) category!: (typeof categories)[number];
  @Text(1, 60) title!: string;
  @Instant() entriesUntil!: string;
  @Instant() votingFrom!: string;
  @Instant() votingUntil!: string;
  /** For how many entries a voter may vote in all. */
  @Int(1, 100) votesPerVoter!: number;
  /** How many of these votes may be cast on one day of China's calendar; all of them, by default. */
  @Optional() @Int(1, 100) votesPerDay?: number;
  @One(() => ScoringFormula) formula!: ScoringFormula;
  /** SHA-256 of the seed of the draw, where the draw is one of the tie-breaks. */
  @Optional() @Sha256() drawCommitment?: string;
  /** `none` by default. */
  @Optional() @OneOf(embargoes) embargo?: (typeof embargoes)[number];
  @Optional() @Ids(0, 50) jurors?: string[];
  /** Until then jurors score and the seed is revealed; then the result is published. By default 3 days after the voting, at once where neither is awaited. */
  @Optional() @Instant() resultAt?: string;
  /** 7 by default. */
  @Optional() @Int(1, 90) noticeDays?: number;
  /** How many ranks receive the award; 1 by default. */
  @Optional() @Int(1, 100) awards?: number;
}
/** A place enters with a label, a memory with title and story. */
export class EnterContest {
  @Optional() @PlaceId() placeId?: string;
  @Optional() @Text(1, 60) label?: string;
  @Optional() @Personal() @Text(1, 60) title?: string;
  @Optional() @Personal() @Words(1, 5000) story?: string;
  declare static readonly facts: { level: string | null };
}
export class ScreenEntry {
  @Id() entryId!: string;
  @OneOf(['accepted', 'refused']) decision!: 'accepted' | 'refused';
  /** Needed where it is refused. */
  @Optional() @Text(1, 500) reason?: string;
}
export class CloseVoting {}
export class GiveJuryScore {
  @Id() entryId!: string;
  @Int(0, 100) score!: number;
}
export class RevealDrawSeed {
  @Text(16, 200) seed!: string;
}
export class DisqualifyEntry {
  @Id() entryId!: string;
  @Text(1, 500) reason!: string;
}
export class PublishResult {
  /** Votes that count, by entry, and the position of VotingClosed up to which they were counted. */
  declare static readonly facts: { votes: Record<string, number>; position: number };
}
export class RaiseObjection {
  /** The entry objected to; without it, the result as a whole. */
  @Optional() @Id() entryId?: string;
  @Personal() @Words(1, 2000) words!: string;
}
/** An objection that is upheld disqualifies the entry it names, and the result is drawn up again. */
export class AnswerObjection {
  @Id() objectionId!: string;
  @Flag() upheld!: boolean;
  @Text(1, 500) reason!: string;
}
export class GrantAward {}

export class ContestOpened {
  @PlaceId() placeId!: string;
  @OneOf(categories) category!: (typeof categories)[number];
  @Text(1, 60) title!: string;
  @Instant() entriesUntil!: string;
  @Instant() votingFrom!: string;
  @Instant() votingUntil!: string;
  @Int(1, 100) votesPerVoter!: number;
  @Int(1, 100) votesPerDay!: number;
  @One(() => ScoringFormula) formula!: ScoringFormula;
  @Optional() @Sha256() drawCommitment?: string;
  @OneOf(embargoes) embargo!: (typeof embargoes)[number];
  @Ids(0, 50) jurors!: string[];
  @Instant() resultAt!: string;
  @Int(1, 90) noticeDays!: number;
  @Int(1, 100) awards!: number;
}
export class PlaceEntered {
  @Id() entryId!: string;
  @PlaceId() placeId!: string;
  @Text(1, 60) label!: string;
}
export class StoryEntered {
  @Id() entryId!: string;
  @Personal() @Text(1, 60) title!: string;
  @Personal() @Words(1, 5000) story!: string;
}
export class EntryAccepted {
  @Id() entryId!: string;
  @Optional() @Text(1, 500) reason?: string;
}
export class EntryRefused {
  @Id() entryId!: string;
  @Text(1, 500) reason!: string;
}
/** What stands behind it in the log does not count. */
export class VotingClosed {
  /** Entries that were voted on. */
  @Int(0, 1000) entries!: number;
  @Instant() votingUntil!: string;
  @Instant() resultAt!: string;
}
export class JuryScoreGiven {
  @Id() contestId!: string;
  @Id() entryId!: string;
  @Int(0, 100) score!: number;
}
export class DrawSeedRevealed {
  @Text(16, 200) seed!: string;
}
export class EntryDisqualified {
  @Id() entryId!: string;
  @Text(1, 500) reason!: string;
}
/** The public notice begins. `rules.ts` says how anybody derives it again. */
export class ResultPublished {
  /** 1, or one more than the result that it replaces. */
  @Int(1, 10_000) result!: number;
  /** Position of VotingClosed: votes that stand before it were counted. */
  @Int(1, Number.MAX_SAFE_INTEGER) position!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) votes!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) juryScores!: number;
  @One(() => ScoringFormula) formula!: ScoringFormula;
  @Optional() @Text(16, 200) drawSeed?: string;
  @Many(() => ScoredEntry, 1, 1000) ranking!: ScoredEntry[];
  /** Who receives the award if the result stands. */
  @Ids(0, 1000) winners!: string[];
  @Instant() noticeUntil!: string;
  /** Objections that wait for an answer. */
  @Int(0, 500) unanswered!: number;
  @Sha256() sha256!: string;
}
export class ObjectionRaised {
  @Id() objectionId!: string;
  /** The result objected to. */
  @Int(1, 10_000) result!: number;
  @Optional() @Id() entryId?: string;
  @Personal() @Words(1, 2000) words!: string;
}
export class ObjectionAnswered {
  @Id() objectionId!: string;
  @Flag() upheld!: boolean;
  @Text(1, 500) reason!: string;
  /** Objections that still wait. */
  @Int(0, 500) unanswered!: number;
  /** Until when the result stays open to objection; absent where the result falls. */
  @Optional() @Instant() noticeUntil?: string;
}
/** A published result no longer stands: an entry was disqualified or an objection upheld. It is drawn up again. */
export class ResultWithdrawn {
  @Int(1, 10_000) result!: number;
}
export class AwardGranted {
  @Int(1, 10_000) result!: number;
  @Ids(0, 1000) winners!: string[];
  /** Of the result that stood. */
  @Sha256() sha256!: string;
}
export class ContestEndedWithoutAward {
  /** The result that could not be drawn up. */
  @Int(1, 10_000) result!: number;
  @OneOf(['no-entries', 'no-votes']) reason!: 'no-entries' | 'no-votes';
}

export interface Entry {
  /** The place, or the person whose memory it is. */
  readonly entrant: string;
  readonly enteredAt: string;
  readonly status: 'pending' | 'accepted' | 'refused' | 'disqualified';
  /** The jury's scores, by juror. */
  readonly scores: Readonly<Record<string, number>>;
}
interface Objection {
  readonly by: string;
  readonly entryId: string | null;
  /** Null until it is answered. */
  readonly upheld: boolean | null;
}
export interface Contest extends ContestOpened {
  readonly entries: Readonly<Record<string, Entry>>;
  readonly closed: boolean;
  readonly drawSeed: string | null;
  /** How many results have been published. */
  readonly results: number;
  /** The result that stands. */
  readonly standing: { readonly winners: readonly string[]; readonly noticeUntil: string; readonly sha256: string } | null;
  readonly objections: Readonly<Record<string, Objection>>;
  /** Awarded, or without award: nothing is done any more. */
  readonly ended: boolean;
}
