import {
  Flag,
  Id,
  Instant,
  Int,
  Many,
  OneOf,
  Optional,
  Personal,
  PersonId,
  PlaceId,
  Sha256,
  SomeOf,
  Text,
  Words,
} from '../shared/fields.js';
import { type Policies, PolicyFigure } from '../shared/policy.js';

/*
 * The commands and events of a renovation, without those of its ballot (ballot.ts). Money is in fen.
 */

/** The twelve aspects (domain.md row 13): six from the article and six from general practice (G). */
export const aspects = [
  'space-layout', // 空间布局
  'functions', // 功能设置
  'atmosphere', // 氛围营造
  'interior', // 室内装饰
  'management', // 管理方式
  'activity-carriers', // 活动载体
  'accessibility', // 无障碍
  'greening', // 绿化景观
  'safety', // 安全消防
  'lighting', // 照明
  'signage', // 标识导视
  'sanitation', // 环境卫生
] as const;

/** The three groups that must sign a design (domain.md row 13). */
export const groups = ['cadres', 'planner', 'residents'] as const;
/** One of `groups`. */
export type Group = (typeof groups)[number];

/** The most objections that can wait for a ruling at a time. */
export const openObjectionsLimit = 200;
const largestSum = 10_000_000_000_00;

/** What is to be renovated, and for how much. */
class Proposal {
  /** A compound, courtyard or settlement. */
  @PlaceId() placeId!: string;
  @SomeOf(aspects, 1, 12) aspects!: (typeof aspects)[number][];
  @Int(0, largestSum) budget!: number;
}
/** One version of a design. */
class OfDesign {
  @Int(1, 1_000_000) version!: number;
}

/** Proposes a renovation. */
export class ProposeRenovation extends Proposal {
  @Personal() @Text(1, 80) title!: string;
  @Personal() @Words(1, 4_000) description!: string;
  declare static readonly facts: { place: { level: string } };
}
/** Opens the consultation. */
export class OpenRenovationConsultation {
  /** Default: as many days as the policy of the place says, which are also the fewest. */
  @Optional() @Instant() until?: string;
  declare static readonly facts: { policies: Policies };
}
/** Closes the consultation at its end. */
export class CloseRenovationConsultation {}
/** A design as it is submitted and as it is recorded. */
class Design {
  @Words(1, 4_000) summary!: string;
  /** SHA-256 of the design document. */
  @Sha256() document!: string;
  @Int(0, largestSum) cost!: number;
}
/** The planner submits the first design. */
export class SubmitRenovationDesign extends Design {}
/** The planner submits a new version. All groups must sign again. */
export class ReviseRenovationDesign extends Design {}
/** Signs the version of the design that the signer has read, for one of the three groups. */
export class SignRenovationDesign extends OfDesign {}
/** Opens the public notice of an adopted decision. */
export class OpenRenovationNotice {
  /** Default: as many days as the policy of the place says, which are also the fewest. */
  @Optional() @Instant() until?: string;
  declare static readonly facts: { policies: Policies };
}
/** Objects during the public notice. */
export class RaiseRenovationObjection {
  @Personal() @Words(1, 2_000) words!: string;
}
/** How an objection is ruled on. */
class ObjectionRuling {
  @Id() objectionId!: string;
  @Flag() upheld!: boolean;
  @Words(1, 2_000) reason!: string;
}

/** Rules on an objection. If it is upheld, the design must be revised. */
export class RuleOnRenovationObjection extends ObjectionRuling {}
/** Puts the decision into effect after the public notice. */
export class PutRenovationIntoEffect {}

export class RenovationProposed extends Proposal {
  @Id() renovationId!: string;
  @PersonId() proposedBy!: string;
  @Personal('proposedBy') @Text(1, 80) title!: string;
  @Personal('proposedBy') @Words(1, 4_000) description!: string;
}
export class RenovationConsultationOpened {
  static readonly schemaVersion = 2;
  @Instant() until!: string;
  /** The figure that the period follows. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /** Version 1 has the same fields without `policy`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class RenovationConsultationClosed {
  @Instant() until!: string;
}
export class RenovationDesignSubmitted extends Design {
  @Int(1, 1_000_000) version!: number;
  @PersonId() plannerId!: string;
}
export class RenovationDesignRevised extends RenovationDesignSubmitted {}
export class RenovationDesignSigned extends OfDesign {
  @Sha256() document!: string;
  @OneOf(groups) group!: Group;
  @PersonId() signerId!: string;
}
export class RenovationNoticeOpened {
  static readonly schemaVersion = 2;
  @Id() ballotId!: string;
  @Int(1, 1_000_000) designVersion!: number;
  @Instant() until!: string;
  /** The figure that the period follows. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /** Version 1 has the same fields without `policy`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class RenovationObjectionRaised {
  @Id() objectionId!: string;
  @PersonId() raisedBy!: string;
  @Personal('raisedBy') @Words(1, 2_000) words!: string;
}
export class RenovationObjectionRuled extends ObjectionRuling {
  /** Objections without a ruling. */
  @Int(0, openObjectionsLimit) open!: number;
  /** The end of the notice. */
  @Instant() noticeUntil!: string;
}
export class RenovationReopened {
  /** The objection that was upheld. */
  @Id() objectionId!: string;
  @Int(1, 1_000_000) designVersion!: number;
}
export class RenovationTookEffect {
  @Id() ballotId!: string;
  @Int(1, 1_000_000) designVersion!: number;
  @Instant() noticeUntil!: string;
}
