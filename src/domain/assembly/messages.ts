import { Described, Id, Instant, Int, Many, One, OneOf, Optional, PersonId, PersonIds, PlaceId, Text, Words } from '../shared/fields.js';
import { type Policies, PolicyFigure } from '../shared/policy.js';
import { type Matter, type PlaceKind, sharedMatterNames } from '../voting/bodies.js';
import {
  type Choice,
  choices,
  ThresholdDecision,
  ThresholdRule,
  thresholdRuleNames,
  type ThresholdRuleName,
  VoterCount,
} from '../voting/threshold.js';

/* The commands, events and state of a resolution, and of a vote on it. */

/** The most voters of one resolution: one event lists them all. */
export const mostVoters = 4_000;
const mostMembers = 500;
const matters: readonly Matter[] = ['covenant', ...sharedMatterNames];

/** A resident of the place, as the register has them. */
interface Registered {
  readonly personId: string;
  readonly householdId: string;
  /** Null if the register does not say it. */
  readonly bornOn: string | null;
}

/** What is decided. */
class ResolutionTerms {
  @PlaceId() placeId!: string;
  @Described('表决事项；由它和地点决定由谁表决', 'The matter: with the place it says which body decides')
  @OneOf(matters)
  matter!: Matter;
  @Text(1, 100) title!: string;
  /** What is put to the vote, word for word. */
  @Words(1, 5_000) text!: string;
}

/** Announces that a body votes on a text. Its roll is drawn now; the body follows from the place and the matter. */
export class AnnounceResolution extends ResolutionTerms {
  @Described(
    '表决规则；不填则用这类地点决定此事项的会议的规则',
    'The rule of the body that votes; by default of the body that decides the matter here',
  )
  @Optional()
  @OneOf(thresholdRuleNames)
  rule?: ThresholdRuleName;
  @Described('代表会议或议事会的全体成员', 'All members, where representatives or a council decide')
  @Optional()
  @PersonIds(1, mostMembers)
  members?: string[];
  /** Default: at the end of the notice, for which the policy of the place says the fewest days. */
  @Optional() @Instant() opensAt?: string;
  /** Default: as many days after the opening as the policy of the place says. */
  @Optional() @Instant() closesAt?: string;
  declare static readonly facts: { kind: PlaceKind; policies: Policies; residents: Registered[] };
}
/** Decides when the voting is over. */
export class DecideResolution {
  /** The last vote of each voter that has one. */
  declare static readonly facts: { votes: { personId: string; choice: Choice }[] };
}

/** Somebody who may vote, with the household that they live in; without one for members of a council. */
export class RollVoter {
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
}

export class ResolutionAnnounced extends ResolutionTerms {
  /** A copy: a later change of the table changes nothing here. */
  @One(() => ThresholdRule) rule!: ThresholdRule;
  @Instant() opensAt!: string;
  @Instant() closesAt!: string;
  @Many(() => RollVoter, 1, mostVoters) voters!: RollVoter[];
  /** Residents who are not on the roll because the register does not know when they were born. */
  @Int(0, 1_000_000) unknownAge!: number;
  @One(() => VoterCount) expected!: VoterCount;
  /** The figures that the notice follows. */
  @Many(() => PolicyFigure, 0, 20) policy!: PolicyFigure[];
}
export class ResolutionDecided {
  @PlaceId() placeId!: string;
  @OneOf(matters) matter!: Matter;
  @One(() => ThresholdDecision) decision!: ThresholdDecision;
}

/** The state of a resolution. */
export interface Resolution extends Omit<ResolutionAnnounced, 'voters' | 'policy' | 'unknownAge'> {
  /** By person: the household, or an empty text. */
  readonly voters: Readonly<Record<string, string>>;
  readonly announcedAt: string;
  readonly decision: ThresholdDecision | null;
}

/** A vote on a text. */
class Vote {
  @OneOf(choices) choice!: Choice;
}
/** Votes, or replaces the vote. */
export class VoteOnResolution extends Vote {
  declare static readonly facts: { resolutionId: string; resolution: Resolution };
}
/** The voter is the actor. A later vote replaces it. */
export class ResolutionVoted extends Vote {
  @Id() resolutionId!: string;
}
