import { Day, Flag, Id, Ids, Instant, Int, OneOf, Optional, Personal, PersonId, PlaceId, Words } from '../shared/fields.js';
import type { Extendable } from '../shared/decider.js';
import type { Policies } from '../shared/policy.js';
import { type MeritCause, meritCauses, type MeritRulesVersion } from './merit-rules.js';

/* The commands and events of a merit account. */

/** The event that earned or cost the points. */
class Cause {
  /** The id of the event that is the cause. It is also the id of the entry, so no event is entered twice. */
  @Id() causeId!: string;
}
/** Adds the person, household and plot that an entry is about. */
function ofEntry<B extends Extendable>(Base: B) {
  class OfEntry extends Base {
    @PersonId() personId!: string;
    @Optional() @PlaceId() householdId?: string;
    @Id() plotId!: string;
  }
  return OfEntry;
}
class OfEntry extends ofEntry(Cause) {}
/** A cause as it is asked for and as it is recorded. */
class MeritOccasion extends OfEntry {
  @OneOf(meritCauses) cause!: MeritCause;
  /** The calendar day in China on which it happened. */
  @Day() day!: string;
}
/** A cause that failed inspections may have led to. */
class InspectedOccasion extends MeritOccasion {
  /** Ids of the failed inspections. If one of them becomes void, the entry is reversed. */
  @Optional() @Ids(1, 20) inspections?: string[];
}
/** The ruling on an appeal. */
class AppealRuling extends Cause {
  @Flag() upheld!: boolean;
}

/** Given by a policy for every event that can earn or cost points. */
export class RecordMerit extends InspectedOccasion {
  /** The rules in force on that day at the plot's place, or at the nearest place above that has rules; the policies, for the days off. */
  declare static readonly facts: { rules: MeritRulesVersion | null; policies: Policies };
}
/** Appeals against a penalty. */
export class AppealMerit extends Cause {
  @Words(1, 1000) @Personal() words!: string;
}
/** Rules on an appeal. If it is upheld, the penalty is reversed. */
export class RuleOnMeritAppeal extends AppealRuling {
  @Words(1, 1000) @Personal() reason!: string;
  /** Who made the inspections that the penalty rests on. */
  declare static readonly facts: { inspectors: readonly string[] };
}

export class MeritEntered extends InspectedOccasion {
  @Int(-1000, 1000) points!: number;
  /** The place whose rules were applied, and their version. */
  @PlaceId() rulesPlaceId!: string;
  @Int(1, 9999) rulesVersion!: number;
  @Instant() appealUntil!: string;
}
const notEnteredReasons = ['no-rule', 'daily-cap', 'too-late', 'inspection-reversed'] as const;
/** One of `notEnteredReasons`. */
export type NotEnteredReason = (typeof notEnteredReasons)[number];

export class MeritNotEntered extends MeritOccasion {
  /** `inspection-reversed`: a failed inspection that led to the cause is void. */
  @OneOf(notEnteredReasons) reason!: NotEnteredReason;
  @Optional() @PlaceId() rulesPlaceId?: string;
  @Optional() @Int(1, 9999) rulesVersion?: number;
}
export class MeritAppealed extends OfEntry {
  @Words(1, 1000) @Personal('personId') words!: string;
}
export class MeritAppealRuled extends ofEntry(AppealRuling) {
  @Words(1, 1000) @Personal('personId') reason!: string;
}
/** A compensating event that reverses an entry. The entry itself remains in the log. */
export class MeritReversed extends OfEntry {
  @Int(-1000, 1000) points!: number;
  @Day() day!: string;
  /** The failed inspection for which the entry charged. It becomes void. Absent for other causes. */
  @Optional() @Id() inspectionId?: string;
}

/** Refusal codes of merit entries and appeals. */
export type MeritRefusal =
  | 'guardianship.not-own-account'
  | 'guardianship.no-such-entry'
  | 'guardianship.not-a-penalty'
  | 'guardianship.already-appealed'
  | 'guardianship.already-reversed'
  | 'guardianship.appeal-too-late'
  | 'guardianship.own-appeal'
  | 'guardianship.own-inspection'
  | 'guardianship.no-appeal';
