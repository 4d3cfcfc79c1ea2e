import type { Extendable } from '../shared/decider.js';
import { Described, Flag, Id, Instant, Int, Many, One, OneOf, Optional, PlaceId, Sha256, Text, Words } from '../shared/fields.js';
import { PolicyFigure, type PeriodRefusal, type Policies } from '../shared/policy.js';
import type { BodyRefusal } from '../voting/bodies.js';
import { ThresholdDecision, thresholdRuleNames, type ThresholdRuleName, VoterCount } from '../voting/threshold.js';

/* The commands, events and state of a covenant. */

/** One clause of a covenant. */
export class Clause {
  /** The number by which it is cited. An amended version may skip numbers. */
  @Int(1, 999) number!: number;
  @Words(1, 500) text!: string;
}
/** The short form of the covenant: 不乱搭 爱花草 美到家. */
export class Slogan {
  @Text(1, 40) text!: string;
}

/** What a draft says. */
class DraftText {
  @Many(() => Clause, 1, 200) clauses!: Clause[];
  @Many(() => Slogan, 0, 20) slogans!: Slogan[];
}
/** A draft with its title. */
class TitledDraft extends DraftText {
  @Text(1, 60) title!: string;
}
/** The first draft for a place. */
class FirstDraft extends TitledDraft {
  @PlaceId() placeId!: string;
}
/** The outcome of the review of legality. */
class Review {
  @Flag() passed!: boolean;
  /** Required if the draft is returned; optional if it passes. */
  @Optional() @Words(1, 1000) remarks?: string;
}
/** Under which number a version was filed. */
class Filing {
  @Text(1, 60) fileNumber!: string;
}

/** Where something was published (公开), as the two publications of 四议两公开. */
class Publication {
  @Text(1, 100) where!: string;
  /** SHA-256 of the picture of the board. */
  @Optional() @Sha256() picture?: string;
}

/** Drafts the first version for a place. */
export class DraftCovenant extends FirstDraft {}
/** Opens the draft for opinions. */
export class OpenCovenantOpinions {
  /** Default: as many days as the policy of the place says, which are also the fewest. */
  @Optional() @Instant() until?: string;
  declare static readonly facts: { policies: Policies };
}
/** Given by a policy when the period is over. */
export class CloseCovenantOpinions {}
/** Records the review of legality. */
export class ReviewCovenant extends Review {}
/** Announces the vote on the draft: who may vote are told when the body meets. */
export class AnnounceCovenantVote {
  /** When the body meets at the earliest. Default: at the end of the notice, for which the policy of the place says the fewest days. */
  @Optional() @Instant() votesFrom?: string;
  declare static readonly facts: { policies: Policies };
}
/** The papers of a meeting, by which typed figures can be checked. */
export class MeetingPapers {
  /** SHA-256 of the minutes (会议记录). */
  @Sha256() minutes!: string;
  /** SHA-256 of the sign-in sheet (签到册). */
  @Sha256() signIn!: string;
}
/** By what a vote can be checked: one of both. In events of earlier versions there may be neither. */
class Evidence {
  @Optional() @One(() => MeetingPapers) papers?: MeetingPapers;
  @Described(
    '已有结果的会议表决的编号；填了它就不填人数和会议材料',
    'The id of a decided resolution. With it, figures and papers of a meeting are left out',
  )
  @Optional()
  @Id()
  ballotId?: string;
}
/** Records the vote of an assembly or of one of the four deliberations. Measures that the rule does not use may be 0. */
export class RecordCovenantVote extends Evidence {
  /** The rule of the body that votes. Default: the rule of the body that decides on covenants at such a place. */
  @Optional() @OneOf(thresholdRuleNames) rule?: ThresholdRuleName;
  /** All who were entitled to vote. */
  @Optional() @One(() => VoterCount) expected?: VoterCount;
  @Optional() @One(() => VoterCount) present?: VoterCount;
  @Optional() @One(() => VoterCount) approving?: VoterCount;
  /** The votes of the others present. If one of these fields is given, missing ones are 0. If none is given, all others reject. */
  @Optional() @One(() => VoterCount) rejecting?: VoterCount;
  @Optional() @One(() => VoterCount) abstaining?: VoterCount;
  @Optional() @One(() => VoterCount) standingAside?: VoterCount;
  @Optional() @One(() => VoterCount) blocking?: VoterCount;
  /** The level of the place, and of the place above it; the resolution, or null if there is no decided one with this id. */
  declare static readonly facts: {
    level: string;
    above: string | null;
    ballot?: { placeId: string; matter: string; announcedAt: string; decision: ThresholdDecision } | null;
  };
}
/** Drafts the next version. */
export class AmendCovenant extends DraftText {
  /** Default: the title so far. */
  @Optional() @Text(1, 60) title?: string;
}
/** Records that the adopted version was filed. */
export class FileCovenant extends Filing {}
/** Publishes the decision (决议公开). */
export class PublishCovenantDecision extends Publication {}
/** Publishes how the decision was carried out (实施结果公开), after the decision. */
export class PublishCovenantResult extends Publication {}

/** Adds the number of the version that an event is about. */
function withVersion<B extends Extendable>(Base: B) {
  class WithVersion extends Base {
    @Int(1, 9_999) version!: number;
  }
  return WithVersion;
}
/** Adds what every event of a covenant has: the place, and the version. */
function ofVersion<B extends Extendable>(Base: B) {
  class OfVersion extends withVersion(Base) {
    @PlaceId() placeId!: string;
  }
  return OfVersion;
}
class OfVersion extends ofVersion(class {}) {}

export class CovenantDrafted extends withVersion(FirstDraft) {}
export class CovenantOpinionsOpened extends OfVersion {
  static readonly schemaVersion = 2;
  @Instant() until!: string;
  /** The figure that the period follows. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /** Version 1 has the same fields without `policy`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class CovenantOpinionsClosed extends OfVersion {}
export class CovenantReviewed extends ofVersion(Review) {}
/** The vote on the version was announced. */
export class CovenantVoteAnnounced extends OfVersion {
  /** The vote is void if it is held earlier. */
  @Instant() votesFrom!: string;
  /** The figure that the notice follows. */
  @Many(() => PolicyFigure, 0, 20) policy!: PolicyFigure[];
}
/** A decision on a version. */
class DecisionOnVersion extends ofVersion(Evidence) {
  static readonly schemaVersion: number = 4;
  @One(() => ThresholdDecision) decision!: ThresholdDecision;

  /** Version 3 has no `ballotId`. Version 2 has no `papers`; version 1 has fewer rules, and its decision no `source`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
/** One of the four deliberations approved the version. The next one is due. */
export class CovenantDeliberated extends DecisionOnVersion {}
export class CovenantAdopted extends DecisionOnVersion {}
export class CovenantRejected extends DecisionOnVersion {}
/** The draft of the next version. It goes through the same steps. */
export class CovenantAmended extends ofVersion(TitledDraft) {}
export class CovenantFiled extends ofVersion(Filing) {}
/** The first publication: the decision on the version in force. */
export class CovenantDecisionPublished extends ofVersion(Publication) {}
/** The second publication: how it was carried out. */
export class CovenantResultPublished extends ofVersion(Publication) {}

/** The step that the latest version has reached. `returned`: by the review. `rejected`: by the vote. */
export type CovenantStep = 'drafted' | 'opinions' | 'heard' | 'returned' | 'reviewed' | 'adopted' | 'rejected';

/** The state of a covenant. */
export interface Covenant {
  readonly placeId: string;
  readonly title: string;
  /** The latest version, the numbers of its clauses, and the step that it has reached. */
  readonly version: number;
  readonly clauses: readonly number[];
  readonly draftedBy: string;
  readonly step: CovenantStep;
  readonly opinionsUntil: string | null;
  /** When the latest version passed the review. */
  readonly reviewedAt?: string;
  /** When the body may vote on the latest version; null until the vote is announced. */
  readonly votesFrom: string | null;
  /** How many of the four deliberations approved the latest version. */
  readonly deliberated: number;
  /** The version in force, to which households can pledge. */
  readonly inForce: {
    readonly version: number;
    readonly clauses: readonly number[];
    readonly fileNumber: string | null;
    /** The last publication. */
    readonly published?: 'decision' | 'result';
  } | null;
}

/** Refusal codes of the commands of a covenant. */
export type CovenantRefusal =
  | PeriodRefusal
  | BodyRefusal
  | 'covenant.exists'
  | 'covenant.not-found'
  | 'covenant.clauses-out-of-order'
  | 'covenant.opinions-open'
  | 'covenant.heard-already'
  | 'covenant.opinions-first'
  | 'covenant.reviewed-already'
  | 'covenant.reviewer-drafted'
  | 'covenant.remarks-missing'
  | 'covenant.review-first'
  | 'covenant.voted-already'
  | 'covenant.vote-not-announced'
  | 'covenant.vote-too-early'
  | 'covenant.figures-or-ballot'
  | 'covenant.ballot-unfit'
  | 'covenant.counts-impossible'
  | 'covenant.counts-missing'
  | 'covenant.counts-do-not-add-up'
  | 'covenant.deliberation-out-of-order'
  | 'covenant.adopt-first'
  | 'covenant.decision-not-published'
  | 'covenant.filed-already';
