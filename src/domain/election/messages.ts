import {
  Described,
  Flag,
  Id,
  Instant,
  Int,
  Ints,
  Many,
  One,
  OneOf,
  Optional,
  Personal,
  PersonId,
  PersonIds,
  PlaceId,
  Sha256,
  Text,
  Words,
} from '../shared/fields.js';
import { type Policies, PolicyFigure } from '../shared/policy.js';
import type { PlaceKind } from '../voting/bodies.js';
import { Choice, electionOutcomes } from './counting.js';
import { ElectionRule, type Office, officeNames } from './offices.js';

/* The commands, events and state of an election. */

/** The most electors of one election: one event lists them all, and one all papers. */
export const mostElectors = 5_000;
/** Bytes of all papers in one event. One append holds 512 KiB, and the result is in it too. */
const boxBytes = 500_000;
/** Bytes of a paper with a code and all its numbers, which have at most three digits. */
const paperBytes = (seats: number): number => 63 + 4 * seats;
/** The most electors of an election with so many seats. Up to 9, the most of any committee by law, it is `mostElectors`. */
export const mostElectorsFor = (seats: number): number => Math.min(mostElectors, Math.floor(boxBytes / paperBytes(seats)));
const mostCandidates = 100;

/** A resident of the place, as the register has them. */
interface Registered {
  readonly personId: string;
  /** Null if the register does not say it. */
  readonly bornOn: string | null;
}

/** What is elected. */
class ElectionTerms {
  @PlaceId() placeId!: string;
  @OneOf(officeNames) office!: Office;
  @Text(1, 100) title!: string;
  @Int(1, 20) seats!: number;
}
/** When electors vote. */
class WishedTimes {
  /** Default: at the end of the notice, for which the policy of the place says the fewest days. */
  @Optional() @Instant() opensAt?: string;
  /** Default: a day after the opening. */
  @Optional() @Instant() closesAt?: string;
}

/** Announces an election. Its roll is drawn from the register now: who lives there and is 18 years old on the election day. */
export class AnnounceElection extends ElectionTerms {
  @Described('提名截止；不填则按本地规定的提名期', 'When nominations end; by default after as many days as the policy of the place says')
  @Optional()
  @Instant()
  nominationsUntil?: string;
  /** Default: at the end of the days that the policy of the place says from the publication of the roll on. */
  @Optional() @Instant() opensAt?: string;
  /** Default: a day after the opening. */
  @Optional() @Instant() closesAt?: string;
  declare static readonly facts: { kind: PlaceKind; policies: Policies; residents: Registered[] };
}
/** Announces a further election, for the seats that stayed open in an earlier one. */
export class AnnounceFurtherElection extends WishedTimes {
  /** Null: there is no such election. */
  declare static readonly facts: { earlierId: string; earlier: Election | null; policies: Policies };
}
/** An entry on the roll, or one that is struck off. */
class RollCorrection {
  @PersonId() personId!: string;
  @Flag() entitled!: boolean;
  @Personal('personId') @Words(1, 500) reason!: string;
}
/** Corrects the roll before the election, as the law gives everybody the right to ask for. */
export class CorrectElectoralRoll extends RollCorrection {
  declare static readonly facts: { isRegistered: boolean };
}
class Nominated {
  @PersonId() personId!: string;
}
/** Nominates an elector, oneself too. */
export class NominateCandidate extends Nominated {
  /** Null: the register has no such person. */
  declare static readonly facts: { name: string | null };
}
class Answer {
  @Flag() stands!: boolean;
}
/** The nominated person says whether they stand. */
export class AnswerNomination extends Answer {}
/** What was found when a candidate's qualification was examined. */
class Attestation {
  @PersonId() personId!: string;
  @Flag() qualified!: boolean;
  /** Required where somebody is not qualified. */
  @Personal('personId') @Optional() @Words(1, 500) reason?: string;
}
/** Examines whether a nominated person may stand (资格审查). */
export class AttestCandidate extends Attestation {}
/** Opens the voting at its time, if more people stand than there are seats. */
export class OpenElectionVoting {}
/** Closes the voting at its time. */
export class CloseElection {}
/** Opens the box of a closed election: publishes all papers, without the voters, and counts them. */
export class OpenElectionBox {
  /** The texts of the papers; null where one cannot be read. Who cast which is not among the facts. */
  declare static readonly facts: { papers: (string | null)[] };
}
/** Destroys the key that the papers were sealed with. From then on nobody can read in the log who chose whom. */
export class DestroyElectionKey {}

/** A person who stands. */
export class Candidate extends Nominated {
  @Personal('personId') @Text(1, 60) name!: string;
}

export class ElectionAnnounced extends ElectionTerms {
  @One(() => ElectionRule) rule!: ElectionRule;
  /** Absent in a further election, where it is known who stands. */
  @Optional() @Instant() nominationsUntil?: string;
  @Instant() opensAt!: string;
  @Instant() closesAt!: string;
  /** The roll. */
  @PersonIds(1, mostElectors) electors!: string[];
  /** Residents who are not on the roll because the register does not know when they were born. */
  @Int(0, 1_000_000) unknownAge!: number;
  /** The figures that the election follows. */
  @Many(() => PolicyFigure, 0, 20) policy!: PolicyFigure[];
  /** The election whose open seats this one fills. */
  @Optional() @Id() follows?: string;
  @Optional() @Many(() => Candidate, 2, mostCandidates) standing?: Candidate[];
}
export class ElectoralRollCorrected extends RollCorrection {}
/** Who nominates is the actor. */
export class CandidateNominated extends Candidate {}
export class NominationAnswered extends Answer {
  @PersonId() personId!: string;
}
export class CandidateAttested extends Attestation {}
/** The list of candidates, which is final: a paper names their numbers on it, from 1 on. */
export class ElectionVotingOpened {
  @PersonIds(2, mostCandidates) candidates!: string[];
  @Int(1, mostElectors) electors!: number;
  @Instant() closesAt!: string;
}
/** No voting: not more people stand than there are seats. */
export class ElectionNotHeld {
  @Int(0, mostCandidates) candidates!: number;
  @Int(1, 20) seats!: number;
}
export class ElectionClosed {
  @Instant() closesAt!: string;
}
/** All papers, in the order of what they say. Nothing in it says who cast one, or when. */
export class ElectionBoxOpened {
  @Many(() => Choice, 0, mostElectors) papers!: Choice[];
  /** Papers that cannot be read, because keys are lost. */
  @Int(0, mostElectors) lost!: number;
}
/** The result. To verify it, count the papers of the box by the rule. */
export class ElectionDecided {
  @PlaceId() placeId!: string;
  @OneOf(officeNames) office!: Office;
  @One(() => ElectionRule) rule!: ElectionRule;
  @Int(1, 20) seats!: number;
  @Int(1, mostElectors) electors!: number;
  @Int(0, mostElectors) papers!: number;
  @Int(0, mostElectors) abstentions!: number;
  /** By candidate, in the order of the list. */
  @Ints(2, mostCandidates, 0, mostElectors) votes!: number[];
  /** Most votes first. */
  @PersonIds(0, 20) elected!: string[];
  /** They have equally many votes, but not all of them find a seat. */
  @PersonIds(0, mostCandidates) tied!: string[];
  @OneOf(electionOutcomes) outcome!: (typeof electionOutcomes)[number];
  /** When the term of the elected ends. */
  @Instant() termUntil!: string;
  /** SHA-256 of the JSON of the papers in the box. */
  @Sha256() papersSha256!: string;
}
/** The key of the papers is destroyed. What was sealed with it stays in the log, and nobody can read it. */
export class ElectionKeyDestroyed {}

/** A person who was nominated. */
interface Nominee {
  readonly name: string;
  readonly by: readonly string[];
  /** Null until the person has answered. */
  readonly stands: boolean | null;
  /** Null until it was examined. */
  readonly qualified: boolean | null;
}

/** The state of an election. */
export interface Election extends Omit<ElectionAnnounced, 'electors' | 'standing' | 'policy' | 'unknownAge'> {
  /** Who may vote. */
  readonly electors: Readonly<Record<string, true>>;
  /** By person, in the order of the nominations. */
  readonly nominees: Readonly<Record<string, Nominee>>;
  /** Who examined candidates or corrected the roll. They do not stand (recusal). */
  readonly examiners: Readonly<Record<string, true>>;
  /** In the order of the list; null until voting opens. */
  readonly candidates: readonly string[] | null;
  readonly stage: 'announced' | 'voting' | 'not-held' | 'closed' | 'decided' | 'sealed';
  readonly result: ElectionDecided | null;
}
