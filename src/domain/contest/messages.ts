import { EventRef } from '../shared/event-ref.js';
import {
  Flag,
  Id,
  Ids,
  Instant,
  Int,
  Many,
  One,
  OneOf,
  Optional,
  Personal,
  PersonIds,
  PlaceId,
  Sha256,
  Text,
  Words,
} from '../shared/fields.js';
import { type Policies, PolicyFigure } from '../shared/policy.js';
import { ActRule } from '../voting/acts.js';
import { ScoredEntry, ScoringFormula } from '../voting/scoring.js';

/* The commands, events and state of a contest. */

/** 最美阳台, 最美小区, 最美聚落, 最美记忆 (domain.md row 21). */
const categories = ['balcony', 'compound', 'settlement', 'memory'] as const;
/** How long all figures are hidden (domain.md row 23): until voting has closed, or until the result is published. */
export const embargoes = ['none', 'until-closed', 'until-notice'] as const;

/** What a contest is held by, as it is asked for and as it is recorded. */
class ContestTerms {
  @PlaceId() placeId!: string;
  @OneOf(categories) category!: (typeof categories)[number];
  @Text(1, 60) title!: string;
  @Instant() entriesUntil!: string;
  @Instant() votingFrom!: string;
  @Instant() votingUntil!: string;
  /** How many entries a voter may vote for in total. */
  @Int(1, 100) votesPerVoter!: number;
  @One(() => ScoringFormula) formula!: ScoringFormula;
  /** SHA-256 of the seed of the draw. Required if the tie-breaks contain `draw`. */
  @Optional() @Sha256() drawCommitment?: string;
}
/** One entry of a contest. */
export class OfEntry {
  @Id() entryId!: string;
}
/** How an entry is screened. */
class Screening extends OfEntry {
  /** Required if the entry is refused. */
  @Optional() @Text(1, 500) reason?: string;
}
/** The points of a juror for an entry. */
class JuryScore extends OfEntry {
  @Int(0, 100) score!: number;
}
/** The seed of the draw. */
class DrawSeed {
  @Text(16, 200) seed!: string;
}
/** Why an entry is not, or no longer, in the contest. */
class EntryRuledOut extends OfEntry {
  @Text(1, 500) reason!: string;
}
/** What somebody objects to. */
class Objecting {
  /** The entry concerned. If absent, the objection is to the whole result. */
  @Optional() @Id() entryId?: string;
  @Personal() @Words(1, 2000) words!: string;
}

/** Opens a contest. All its rules are declared here and never change (domain.md row 21). */
export class OpenContest extends ContestTerms {
  /** How many votes a voter may cast on one calendar day in China. Default: `votesPerVoter`. */
  @Optional() @Int(1, 100) votesPerDay?: number;
  /** Default: `none`. */
  @Optional() @OneOf(embargoes) embargo?: (typeof embargoes)[number];
  @Optional() @PersonIds(0, 50) jurors?: string[];
  /**
   * When the result is published. Jury scores and the seed are given before it. Default: as many days after the voting as the policy of
   * the place says, or the end of the voting if neither is needed.
   */
  @Optional() @Instant() resultAt?: string;
  /** Days of public notice. Default: as many as the policy of the place says, which are also the fewest. */
  @Optional() @Int(1, 90) noticeDays?: number;
  /** How many ranks receive the award. Default: 1. */
  @Optional() @Int(1, 100) awards?: number;
  declare static readonly facts: { policies: Policies };
}
/** Enters a place with a label, or a memory with a title and a story. */
export class EnterContest {
  @Optional() @PlaceId() placeId?: string;
  @Optional() @Text(1, 60) label?: string;
  @Optional() @Personal() @Text(1, 60) title?: string;
  @Optional() @Personal() @Words(1, 5000) story?: string;
  declare static readonly facts: { level: string | null };
}
/** Accepts or refuses an entry. */
export class ScreenEntry extends Screening {
  @OneOf(['accepted', 'refused']) decision!: 'accepted' | 'refused';
}
/** Closes voting once it is over. */
export class CloseVoting {}
/** A juror scores an entry, from 0 to 100 points. */
export class GiveJuryScore extends JuryScore {
  /** Where the juror lives: the household, else the place of the register. Null if the juror is not registered. */
  declare static readonly facts: { home: string | null };
}
/** Reveals the seed whose SHA-256 was declared at the opening. */
export class RevealDrawSeed extends DrawSeed {}
/** Disqualifies an accepted entry. A published result is withdrawn. */
export class DisqualifyEntry extends EntryRuledOut {}
/** Publishes the result, which starts the public notice. */
export class PublishResult {
  /** The votes that count, by entry, the VotingClosed of the contest, and the policies for the days off in the notice. */
  declare static readonly facts: { votes: Record<string, number>; closing: EventRef; policies: Policies };
}
/** Objects to a result during the public notice. */
export class RaiseObjection extends Objecting {}
/** How an objection is answered. */
class ObjectionAnswer {
  @Id() objectionId!: string;
  @Flag() upheld!: boolean;
  @Text(1, 500) reason!: string;
}

/** Answers an objection. If it is upheld, the entry it names is disqualified and a new result is made. */
export class AnswerObjection extends ObjectionAnswer {}
/** Grants the award after the public notice. */
export class GrantAward {}

/** The declared rules, with all defaults filled in. */
export class ContestOpened extends ContestTerms {
  static readonly schemaVersion = 2;
  @Int(1, 100) votesPerDay!: number;
  @OneOf(embargoes) embargo!: (typeof embargoes)[number];
  @PersonIds(0, 50) jurors!: string[];
  @Instant() resultAt!: string;
  @Int(1, 90) noticeDays!: number;
  @Int(1, 100) awards!: number;
  /** Which acts of a voter count. Absent in events of earlier versions, for which the same rule holds. */
  @Optional() @One(() => ActRule) acts?: ActRule;
  /** The figures of the policy of the place. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /** Version 1 has the same fields without `policy`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class PlaceEntered extends OfEntry {
  @PlaceId() placeId!: string;
  @Text(1, 60) label!: string;
}
export class StoryEntered extends OfEntry {
  @Personal() @Text(1, 60) title!: string;
  @Personal() @Words(1, 5000) story!: string;
}
export class EntryAccepted extends Screening {}
export class EntryRefused extends EntryRuledOut {}
/** Votes recorded after this event do not count. */
export class VotingClosed {
  /** How many entries have votes. */
  @Int(0, 1000) entries!: number;
  @Instant() votingUntil!: string;
  @Instant() resultAt!: string;
}
export class JuryScoreGiven extends JuryScore {
  @Id() contestId!: string;
}
export class DrawSeedRevealed extends DrawSeed {}
export class EntryDisqualified extends EntryRuledOut {}
/** A result, which starts the public notice. `resultOf` in rules.ts says how to compute it from the log. */
export class ResultPublished {
  /** 1 for the first result, and one more for each result that replaces it. */
  @Int(1, 10_000) result!: number;
  /** The VotingClosed of this contest: the votes before it in the log were counted. */
  @One(() => EventRef) closing!: EventRef;
  @Int(0, Number.MAX_SAFE_INTEGER) votes!: number;
  @Int(0, Number.MAX_SAFE_INTEGER) juryScores!: number;
  @One(() => ScoringFormula) formula!: ScoringFormula;
  @Optional() @Text(16, 200) drawSeed?: string;
  @Many(() => ScoredEntry, 1, 1000) ranking!: ScoredEntry[];
  /** The entries that receive the award if the result is not withdrawn. */
  @Ids(0, 1000) winners!: string[];
  @Instant() noticeUntil!: string;
  /** Objections that have not been answered. */
  @Int(0, 500) unanswered!: number;
  @Sha256() sha256!: string;
}
export class ObjectionRaised extends Objecting {
  @Id() objectionId!: string;
  /** The number of the result. */
  @Int(1, 10_000) result!: number;
}
export class ObjectionAnswered extends ObjectionAnswer {
  /** Objections that have still not been answered. */
  @Int(0, 500) unanswered!: number;
  /** The end of the public notice. Absent if the result is withdrawn. */
  @Optional() @Instant() noticeUntil?: string;
}
/** The published result is withdrawn, because an entry was disqualified or an objection upheld. A new result is made. */
export class ResultWithdrawn {
  @Int(1, 10_000) result!: number;
}
export class AwardGranted {
  @Int(1, 10_000) result!: number;
  @Ids(0, 1000) winners!: string[];
  /** The `sha256` of the awarded result. */
  @Sha256() sha256!: string;
}
export class ContestEndedWithoutAward {
  /** The number that the result would have had. */
  @Int(1, 10_000) result!: number;
  @OneOf(['no-entries', 'no-votes']) reason!: 'no-entries' | 'no-votes';
}

/** An entry of a contest. */
export interface Entry {
  /** The place id, or for a memory the id of the person. */
  readonly entrant: string;
  readonly enteredAt: string;
  readonly status: 'pending' | 'accepted' | 'refused' | 'disqualified';
  /** True if it is a memory whose author was erased, so that its words are gone. */
  readonly erased?: true;
  /** The scores, by juror id. */
  readonly scores: Readonly<Record<string, number>>;
}
interface Objection {
  readonly by: string;
  readonly entryId: string | null;
  /** Null until the objection is answered. */
  readonly upheld: boolean | null;
}
/** The state of a contest. */
export interface Contest extends ContestOpened {
  readonly entries: Readonly<Record<string, Entry>>;
  readonly closed: boolean;
  readonly drawSeed: string | null;
  /** How many results have been published. */
  readonly results: number;
  /** The current result, or null if there is none or it was withdrawn. */
  readonly standing: { readonly winners: readonly string[]; readonly noticeUntil: string; readonly sha256: string } | null;
  readonly objections: Readonly<Record<string, Objection>>;
  /** True after the award, or after the contest ended without award. Nothing can be done then. */
  readonly ended: boolean;
}
