import { EventRef } from '../shared/event-ref.js';
import {
  Described,
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
  PersonId,
  PlaceId,
  Sha256,
  Text,
} from '../shared/fields.js';
import { type Policies, PolicyFigure } from '../shared/policy.js';
import type { Immutable } from '../shared/decider.js';
import { ActRule } from '../voting/acts.js';
import { DeclaredRule } from '../voting/declared-rule.js';
import { Limit, mostMoney } from '../voting/limits.js';
import { type Outcome, type WithdrawalReason, withdrawalReasons } from '../voting/outcome.js';
import { forms, Tier, type Form } from './papers.js';

/** The outcome of a count, the number of counted papers, and the BallotClosed of the ballot. */
export interface Counted {
  readonly outcome: Outcome;
  readonly ballots: number;
  readonly closing: Immutable<EventRef>;
}

/* The commands, events and state of a ballot. */

/** What a ballot decides (domain.md rows 1, 6, 9, 13, 21): renovation, 改造项目序列, covenant, moderators, final of a contest. */
const subjects = ['renovation', 'renovation-list', 'covenant', 'election', 'contest-final'] as const;
/** One of `subjects`. */
export type Subject = (typeof subjects)[number];
/** What breaks a tie that the rule leaves: a draw, whose seed is committed to at the opening, or the order of the options. */
const lastTies = ['draw', 'listed'] as const;

/** One option of a ballot. */
export class BallotOption {
  @OptionId() optionId!: string;
  /** Of a candidate it is personal. */
  @Personal('personId') @Text(1, 200) name!: string;
  /** The person who stands as a candidate. Without it, a candidate of an election has an id of this ballot alone in the event. */
  @Optional() @PersonId() personId?: string;
  @Optional() @Int(0, mostMoney) cost?: number;
  @Described(
    '另写人选（“另选他人”）：未登记，计票时最先划去；不填为否',
    'Stands for write-ins that nobody declared: it is struck first in the count. By default it does not',
  )
  @Optional()
  @Flag()
  writeIn?: boolean;
}

/** What a ballot is held by, as it is asked for and as it is recorded. */
class BallotTerms {
  @PlaceId() placeId!: string;
  @OneOf(subjects) subject!: Subject;
  /** The id of the renovation, covenant or contest. */
  @Optional() @Id() subjectId?: string;
  @Text(1, 100) title!: string;
  @Many(() => BallotOption, 2, 500) options!: BallotOption[];
  /** In the event with all parameters that are not null. */
  @One(() => DeclaredRule) rule!: DeclaredRule;
  @Optional() @Int(0, mostMoney) budget?: number;
  /** What may not be chosen together, for rules that choose under a budget: options that exclude each other, categories, districts. */
  @Described(
    '哪些选项不能同时入选，用于按预算选择的规则：互不相容的选项、类别或片区的限额',
    'What may not be chosen together, for rules that choose under a budget: options that exclude each other, limits of a category ' +
      'or a district',
  )
  @Optional()
  @Many(() => Limit, 1, 100)
  limits?: Limit[];
  @OneOf(forms) form!: Form;
  @Optional() @Int(1, 500) mostOptions?: number;
  @Optional() @Int(1, Number.MAX_SAFE_INTEGER) pointsInAll?: number;
  @OneOf(lastTies) lastTies!: (typeof lastTies)[number];
  /** SHA-256 of the seed of the draw. */
  @Optional() @Sha256() drawCommitment?: string;
  /** True if a voter may replace or withdraw the vote while the ballot is open. The last vote counts. */
  @Flag() replaceable!: boolean;
  /** True if votes are secret until the ballot closes. */
  @Flag() secretUntilClosed!: boolean;
}

/** The seed of the draw. */
class DrawSeed {
  @Text(16, 200) seed!: string;
}

/** Announces a ballot. All its rules are declared here and never change. It opens after the notice. */
export class OpenBallot extends BallotTerms {
  /** Default: at the end of the notice, for which the policy of the place says the fewest days. */
  @Optional() @Instant() opensAt?: string;
  /** Default: as many days after the opening as the policy of the place says. */
  @Optional() @Instant() closesAt?: string;
  /** The place of the renovation, covenant or contest; null if there is none. */
  declare static readonly facts: { subjectPlace: string | null; policies: Policies };
}
/** Closes the ballot at its time. */
export class CloseBallot {}
/** An option that is withdrawn: a candidate who no longer stands, a project that is no longer feasible. */
class Withdrawing {
  @Described('退出的选项', 'The option that is withdrawn')
  @OptionId()
  optionId!: string;
  @Described(
    '原因：不再参选 stands-down、不符合条件 ineligible、已去世 died、不再可行 not-feasible',
    'Why: stands-down, ineligible, died, or not-feasible',
  )
  @Optional()
  @OneOf(withdrawalReasons)
  reason?: WithdrawalReason;
  @Described(
    '在计票的第几轮退出，用于逐轮计票的规则；不填则在计票前从所有选票中划去',
    'The round of the count in which it withdraws, for rules with rounds. By default it is struck from all votes before the count',
  )
  @Optional()
  @Int(1, 1000)
  round?: number;
}
/** Withdraws an option, until nothing is left that the count waits for. */
export class WithdrawBallotOption extends Withdrawing {}
/** Reveals the seed whose SHA-256 was declared at the opening. */
export class RevealBallotSeed extends DrawSeed {}
/** Publishes the result. */
export class PublishBallotResult {
  /** The count. It is made before the decision, because it can take minutes, and only if `resultAwaits` is null. Null: not counted. */
  declare static readonly facts: { counted: Counted | null };
}

/** The declared rules, with all defaults filled in. */
export class BallotOpened extends BallotTerms {
  static readonly schemaVersion = 5;
  @Instant() opensAt!: string;
  @Instant() closesAt!: string;
  /** Which acts of a voter count. Absent in events of earlier versions, for which the same rule holds. */
  @Optional() @One(() => ActRule) acts?: ActRule;
  /** The figures that the ballot follows. Absent in events of earlier versions. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /**
   * Version 4 has no `policy`, and could open at once. Version 3 has no write-ins, versions 1 and 2 no `limits` either; version 1 has fewer
   * rules and parameters.
   */
  static upcast(data: unknown): unknown {
    return data;
  }
}
/** Papers recorded after this event do not count. */
export class BallotClosed {
  @Instant() closesAt!: string;
  /** The commitment to the seed that the result waits for. */
  @Optional() @Sha256() drawCommitment?: string;
}
/** Without a round, the option is struck from all papers, those cast and those still to come, before they are counted. */
export class BallotOptionWithdrawn extends Withdrawing {
  static readonly schemaVersion = 2;

  /** Version 1 has neither reason nor round. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class BallotSeedRevealed extends DrawSeed {}
/** The result. To verify it, count the papers in the log before `closing` by the rule, and compare the bytes. */
export class BallotResultPublished {
  static readonly schemaVersion = 2;
  /** The BallotClosed of this ballot. */
  @One(() => EventRef) closing!: EventRef;
  @One(() => DeclaredRule) rule!: DeclaredRule;
  @Optional() @Int(0, mostMoney) budget?: number;
  @Optional() @Text(16, 200) drawSeed?: string;
  /** The number of counted papers. */
  @Int(0, Number.MAX_SAFE_INTEGER) ballots!: number;
  /** Option ids in the order of selection, or the first seats of the final order. */
  @OptionIds(0, 500) winners!: string[];
  /** The final order. Options that share a place are in one tier. */
  @Many(() => Tier, 1, 500) order!: Tier[];
  /** SHA-256 of the JSON of all other fields, in the order of their declaration. */
  @Sha256() sha256!: string;

  /** Version 1 has the same fields, and fewer rules and parameters. */
  static upcast(data: unknown): unknown {
    return data;
  }
}

/** The state of a ballot. */
export interface Ballot extends BallotOpened {
  /** The position of every option in the list. */
  readonly index: Readonly<Record<string, number>>;
  /** In the order of the withdrawals. */
  readonly withdrawn: readonly Immutable<BallotOptionWithdrawn>[];
  readonly closed: boolean;
  readonly drawSeed: string | null;
  readonly published: boolean;
}
