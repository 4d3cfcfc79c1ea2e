import {
  Flag,
  Id,
  Instant,
  Int,
  Many,
  One,
  OneOf,
  Optional,
  OptionId,
  OptionIds,
  Personal,
  PlaceId,
  Sha256,
  Text,
} from '../shared/fields.js';
import { DeclaredRule } from '../voting/declared-rule.js';
import type { Outcome } from '../voting/outcome.js';
import { forms, Tier, type Form } from './papers.js';

/** What a count came to, how many papers it counted, and the position of BallotClosed up to which it did. */
export interface Counted {
  readonly outcome: Outcome;
  readonly ballots: number;
  readonly position: number;
}

/* What can be asked of a ballot, what can have happened to it, and its state. */

/** What a ballot decides (domain.md rows 1, 6, 9, 13, 21): a renovation, the order 改造项目序列, a covenant, moderators, a contest's final. */
const subjects = ['renovation', 'renovation-list', 'covenant', 'election', 'contest-final'] as const;
export type Subject = (typeof subjects)[number];
/** What breaks a tie that the rule itself leaves: the draw of a seed committed to beforehand, or the order in which the options are listed. */
export const lastTies = ['draw', 'listed'] as const;
/** Amounts of money are in fen. */
const mostMoney = 10 ** 13;

export class BallotOption {
  @OptionId() optionId!: string;
  /** Of a project or of somebody who stands for election, under the id of that person. */
  @Personal('optionId') @Text(1, 200) name!: string;
  @Optional() @Int(0, mostMoney) cost?: number;
}

/** Everything by which a ballot is held is said when it opens, and never changed. */
export class OpenBallot {
  @PlaceId() placeId!: string;
  @OneOf(subjects) subject!: Subject;
  /** The renovation, covenant or contest that it belongs to. */
  @Optional() @Id() subjectId?: string;
  @Text(1, 100) title!: string;
  @Many(() => BallotOption, 2, 500) options!: BallotOption[];
  @One(() => DeclaredRule) rule!: DeclaredRule;
  @Optional() @Int(0, mostMoney) budget?: number;
  @OneOf(forms) form!: Form;
  @Optional() @Int(1, 500) mostOptions?: number;
  @Optional() @Int(1, Number.MAX_SAFE_INTEGER) pointsInAll?: number;
  /** At once, when it is left out. */
  @Optional() @Instant() opensAt?: string;
  @Instant() closesAt!: string;
  @OneOf(lastTies) lastTies!: (typeof lastTies)[number];
  /** SHA-256 of the seed of the draw. */
  @Optional() @Sha256() drawCommitment?: string;
  /** Whether a voter may vote again while it is open; the last vote counts. */
  @Flag() replaceable!: boolean;
  /** Whether nobody learns how anybody voted before it is closed. */
  @Flag() secretUntilClosed!: boolean;
  /** Where the renovation, covenant or contest is; null where there is none. */
  declare static readonly facts: { subjectPlace: string | null };
}
export class CloseBallot {}
export class RevealBallotSeed {
  @Text(16, 200) seed!: string;
}
export class PublishBallotResult {
  /** The count, which may take minutes: done before it is decided, and only where `resultAwaits` nothing. Null: not done. */
  declare static readonly facts: { counted: Counted | null };
}

export class BallotOpened {
  @PlaceId() placeId!: string;
  @OneOf(subjects) subject!: Subject;
  @Optional() @Id() subjectId?: string;
  @Text(1, 100) title!: string;
  @Many(() => BallotOption, 2, 500) options!: BallotOption[];
  /** With all parameters that are not null. */
  @One(() => DeclaredRule) rule!: DeclaredRule;
  @Optional() @Int(0, mostMoney) budget?: number;
  @OneOf(forms) form!: Form;
  @Optional() @Int(1, 500) mostOptions?: number;
  @Optional() @Int(1, Number.MAX_SAFE_INTEGER) pointsInAll?: number;
  @Instant() opensAt!: string;
  @Instant() closesAt!: string;
  @OneOf(lastTies) lastTies!: (typeof lastTies)[number];
  @Optional() @Sha256() drawCommitment?: string;
  @Flag() replaceable!: boolean;
  @Flag() secretUntilClosed!: boolean;
}
/** What stands behind it in the log does not count. */
export class BallotClosed {
  @Instant() closesAt!: string;
  /** Of the seed that the result waits for. */
  @Optional() @Sha256() drawCommitment?: string;
}
export class BallotSeedRevealed {
  @Text(16, 200) seed!: string;
}
/** Whoever has the log counts the papers that stand before `position` by the rule and comes to the same bytes. */
export class BallotResultPublished {
  /** Position of BallotClosed. */
  @Int(1, Number.MAX_SAFE_INTEGER) position!: number;
  @One(() => DeclaredRule) rule!: DeclaredRule;
  @Optional() @Int(0, mostMoney) budget?: number;
  @Optional() @Text(16, 200) drawSeed?: string;
  /** Papers that were counted. */
  @Int(0, Number.MAX_SAFE_INTEGER) ballots!: number;
  /** In the order of selection, or the first seats of the final order. */
  @OptionIds(0, 500) winners!: string[];
  /** The final order, those that share a place together. */
  @Many(() => Tier, 1, 500) order!: Tier[];
  /** Of the JSON of all other fields, in the order in which they stand. */
  @Sha256() sha256!: string;
}

export interface Ballot extends BallotOpened {
  /** Where in the list an option stands. */
  readonly index: Readonly<Record<string, number>>;
  readonly closed: boolean;
  readonly drawSeed: string | null;
  readonly published: boolean;
}
