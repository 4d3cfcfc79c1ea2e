import type { Extendable } from '../shared/decider.js';
import { Flag, Int, Ints, Optional, Personal, PersonId, PlaceId, Sha256, Text, Words } from '../shared/fields.js';
import type { Covenant } from './covenant-messages.js';

/* The commands, events and state of a pledge. */

/** The most clauses in one pledge, because they must fit on a door plate. */
const mostClauses = 20;

/** The household that pledges, from the register. */
export interface Household {
  readonly level: string;
  readonly mergedInto: string | null;
}

/** The clauses that a household pledges to keep. */
class PledgedClauses {
  /** Numbers of clauses of the version in force. */
  @Ints(0, mostClauses, 1, 999) clauses!: number[];
}
/** Whether the pledger may be named. */
class Consent {
  /** True if the pledger agrees to be named on the plaque and the pledge wall. */
  @Flag() consent!: boolean;
}
/** The household, the clauses and the consent of a pledge. */
class PledgeTerms extends PledgedClauses {
  @PlaceId() householdId!: string;
  /** True if the pledger agrees to be named on the plaque and the pledge wall. */
  @Flag() consent!: boolean;
}
/** The plaque on the door. */
class PlaquePicture {
  /** SHA-256 of a picture of the plaque on the door. */
  @Optional() @Sha256() picture?: string;
}
/** Why a plaque is replaced. */
class PlaqueReplacement {
  @Text(1, 200) reason!: string;
}

/** A household pledges. */
export class MakePledge extends PledgeTerms {
  /** The pledge in the household's own words: 自觉维护环境卫生，做好垃圾分类. */
  @Personal() @Words(1, 300) words!: string;
  /** The name to show. Required with consent, and not stored without it. */
  @Optional() @Personal() @Text(1, 60) displayName?: string;
  declare static readonly facts: { covenant: Covenant; household: Household };
}
/** Renews the pledge for the version in force. */
export class RenewPledge {
  declare static readonly facts: { covenant: Covenant; household: Household };
}
/** Changes the words or the clauses. */
export class AmendPledge extends PledgedClauses {
  @Personal() @Words(1, 300) words!: string;
  declare static readonly facts: { covenant: Covenant; household: Household };
}
/** Withdraws the pledge. */
export class WithdrawPledge {}
/** Changes the consent to be named. */
export class ChangePledgeConsent extends Consent {
  @Optional() @Personal() @Text(1, 60) displayName?: string;
}
/** Issues the first plaque. */
export class IssuePlaque {}
/** Records that the plaque was mounted. */
export class MountPlaque extends PlaquePicture {}
/** Replaces the plaque by a new one. */
export class ReplacePlaque extends PlaqueReplacement {}

/** Adds the covenant that was pledged. */
function withCovenant<B extends Extendable>(Base: B) {
  class WithCovenant extends Base {
    @PlaceId() covenantId!: string;
  }
  return WithCovenant;
}
/** Adds what every event of a pledge has: the covenant and the household. */
function ofPledge<B extends Extendable>(Base: B) {
  class OfPledge extends withCovenant(Base) {
    @PlaceId() householdId!: string;
  }
  return OfPledge;
}
class OfPledge extends ofPledge(class {}) {}

export class PledgeMade extends withCovenant(PledgeTerms) {
  static readonly schemaVersion = 2;
  /** Version 1 also had a field that said if this was the household's first pledge. It is now derived from the events. */
  static upcast(data: unknown): unknown {
    const { first: _, ...kept } = data as { readonly first: boolean };
    return kept;
  }

  @Int(1, 9_999) version!: number;
  @PersonId() personId!: string;
  @Personal('personId') @Words(1, 300) words!: string;
  @Optional() @Personal('personId') @Text(1, 60) displayName?: string;
}
export class PledgeRenewed extends OfPledge {
  @Int(1, 9_999) version!: number;
}
export class PledgeAmended extends ofPledge(PledgedClauses) {
  @Int(1, 9_999) version!: number;
  @PersonId() personId!: string;
  @Personal('personId') @Words(1, 300) words!: string;
}
export class PledgeWithdrawn extends OfPledge {
  static readonly schemaVersion = 2;
  /** Version 1 also had a field that said if this was the household's last pledge. */
  static upcast(data: unknown): unknown {
    const { last: _, ...kept } = data as { readonly last: boolean };
    return kept;
  }
}
export class PledgeConsentChanged extends ofPledge(Consent) {
  @PersonId() personId!: string;
  @Optional() @Personal('personId') @Text(1, 60) displayName?: string;
}
export class PlaqueIssued extends OfPledge {
  @Text(1, 60) number!: string;
  /** 1 for the first plate, 2 for its replacement, and so on. */
  @Int(1, 9_999) edition!: number;
}
export class PlaqueMounted extends ofPledge(PlaquePicture) {
  @Text(1, 60) number!: string;
}
export class PlaqueReplaced extends ofPledge(PlaqueReplacement) {
  @Text(1, 60) replaces!: string;
  @Text(1, 60) number!: string;
  @Int(1, 9_999) edition!: number;
}

/** The state of a pledge. */
export interface Pledge {
  readonly covenantId: string;
  /** The household. */
  readonly placeId: string;
  /** The person who made the pledge. */
  readonly personId: string;
  readonly version: number;
  readonly words: string;
  readonly clauses: readonly number[];
  readonly consent: boolean;
  readonly displayName: string | null;
  /** The UTC instant at which it was last made, renewed or amended. */
  readonly confirmedAt: string;
  readonly withdrawn: boolean;
  readonly plaque: { readonly number: string; readonly mounted: boolean } | null;
  /** The number of plates so far, so that no plate number is used twice. */
  readonly editions: number;
}

/** Refusal codes of pledges and plaques. */
export type PledgeRefusal =
  | 'person.erased'
  | 'pledge.not-found'
  | 'covenant.adopt-first'
  | 'covenant.not-a-household'
  | 'covenant.household-outside'
  | 'covenant.unknown-clause'
  | 'covenant.name-missing'
  | 'covenant.pledged-already'
  | 'covenant.pledge-withdrawn'
  | 'covenant.not-the-pledger'
  | 'covenant.no-plaque';
