import { Flag, Id, Instant, Int, Many, OneOf, Optional, Personal, PersonId, PlaceId, SomeOf, Words } from '../shared/fields.js';
import type { Policies } from '../shared/policy.js';
import type { PlotTerms } from './division.js';

/* Longer than other files: it has all commands, events and the state of a plot. */

/** What guardians and volunteers do on a plot. */
const careKinds = ['watering', 'weeding', 'pruning', 'planting', 'sweeping', 'clearing', 'repairing', 'painting', 'patrolling'] as const;
/** One of `careKinds`. */
type CareKind = (typeof careKinds)[number];

/** Facts about the plot from the division of its place. */
export interface PlotFacts {
  readonly plot: { readonly dividedAt: string; readonly terms: PlotTerms; readonly partyFirstUntil: string };
  /** For the days off in its periods. */
  readonly policies: Policies;
}
/** Where the person who may get the points has lived, from the register: the actor or the guardian. */
export interface HouseholdFacts {
  readonly homes: readonly { readonly householdId: string; readonly since: string }[];
}

/** One application for a plot. */
class OfApplication {
  @Id() applicationId!: string;
}
/** The person to whom a plot is offered. */
class Offer {
  @PersonId() toId!: string;
}
/** What was done on a plot. */
class Care {
  @SomeOf(careKinds, 1, 9) kinds!: CareKind[];
}
/** What an inspection found, from 0 to 100. */
class Score {
  @Int(0, 100) score!: number;
}
/** One inspection. */
class OfInspection {
  @Id() inspectionId!: string;
}
/** One inspection of a guardian. */
class OfInspectedGuardian extends OfInspection {
  @PersonId() guardianId!: string;
}

/** Applies to adopt the plot. */
export class ApplyForPlot {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** Answers an application. */
export class RuleOnPlotApplication extends OfApplication {
  @Flag() accepted!: boolean;
  /** Required if the application is refused. */
  @Optional() @Words(1, 500) @Personal() reason?: string;
  declare static readonly facts: PlotFacts;
}
/** The guardian offers the plot to another person. */
export class OfferPlot extends Offer {
  declare static readonly facts: PlotFacts;
}
/** The other person takes over the offered plot. */
export class TakeOverPlot {
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** The guardian gives notice to quit. */
export class GivePlotNotice {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts;
}
/** Given by a policy at the end of the term or of the notice period. */
export class EndGuardianship {}
/** The guardian logs care. */
export class LogCare extends Care {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** A volunteer logs a contribution. */
export class ContributeToPlot extends Care {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** An inspector scores the plot, from 0 to 100. */
export class InspectPlot extends Score {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** An inspector confirms that a failed inspection was rectified. */
export class ConfirmRectification {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** Given by a policy when the rectification period is over. */
export class MarkRectificationOverdue extends OfInspection {
  declare static readonly facts: HouseholdFacts;
}
/** Given by a policy when the penalty for a failed inspection was reversed on appeal. */
export class VoidInspection extends OfInspectedGuardian {
  declare static readonly facts: PlotFacts;
}

export class PlotApplicationMade extends OfApplication {
  @PersonId() applicantId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Optional() @Words(1, 500) @Personal('applicantId') words?: string;
}
export class PlotApplicationRefused extends OfApplication {
  @PersonId() applicantId!: string;
  /** `adopted-by-another`: another application for the plot was accepted. `ruling`: see `reason`. */
  @OneOf(['ruling', 'adopted-by-another']) ground!: 'ruling' | 'adopted-by-another';
  @Optional() @Words(1, 500) @Personal('applicantId') reason?: string;
}
export class PlotAdopted extends OfApplication {
  static readonly schemaVersion = 2;
  @PersonId() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  /** The end of the term. */
  @Instant() until!: string;
  /** When the first inspection is due. Absent in version 1. */
  @Optional() @Instant() inspectionDueAt?: string;

  /** Version 1 has the same fields without `inspectionDueAt`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class PlotOffered extends Offer {
  @PersonId() guardianId!: string;
}
export class PlotHandedOver {
  @PersonId() fromId!: string;
  @PersonId() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  /** The end of the term, which the handover does not change. */
  @Instant() until!: string;
}
export class PlotNoticeGiven {
  @PersonId() guardianId!: string;
  /** When the guardianship ends: after the notice period, or with the term if that is earlier. */
  @Instant() endsAt!: string;
  @Optional() @Words(1, 500) @Personal('guardianId') words?: string;
}
export class GuardianshipEnded {
  @PersonId() guardianId!: string;
  @OneOf(['term', 'notice']) ground!: 'term' | 'notice';
  @Instant() endedAt!: string;
}
export class CareLogged extends Care {
  @Id() careId!: string;
  @PersonId() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Optional() @Words(1, 500) @Personal('guardianId') words?: string;
}
export class PlotContributionMade extends Care {
  @Id() contributionId!: string;
  @PersonId() contributorId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Optional() @Words(1, 500) @Personal('contributorId') words?: string;
}
export class PlotInspected extends Score {
  @Id() inspectionId!: string;
  @PersonId() inspectorId!: string;
  @PersonId() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Int(1, 100) passMark!: number;
  @Flag() passed!: boolean;
  @Instant() nextDueAt!: string;
  @Optional() @Words(1, 500) @Personal('inspectorId') words?: string;
}
/** A failed inspection must be rectified. Its id is the id of the inspection. */
export class RectificationOpened extends OfInspectedGuardian {
  @Instant() dueAt!: string;
}
export class RectificationMet extends OfInspectedGuardian {
  @PersonId() inspectorId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Optional() @Words(1, 500) @Personal('inspectorId') words?: string;
}
export class RectificationOverdue extends OfInspectedGuardian {
  @Optional() @PlaceId() householdId?: string;
  @Instant() dueAt!: string;
}
/** A failed inspection of a guardian. */
export class FailedInspection {
  @Id() inspectionId!: string;
  @Instant() at!: string;
  @Int(0, 100) score!: number;
}
export class GuardianshipRevoked {
  @PersonId() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  /** The failed inspections that led to it, all within `withinDays` days. */
  @Many(() => FailedInspection, 1, 20) failures!: FailedInspection[];
  @Int(1, 3660) withinDays!: number;
}
/** The failed inspection is void, because its penalty was reversed on appeal (domain.md row 19). */
export class InspectionVoided extends OfInspectedGuardian {}
/** The rectification is void, because its inspection is void. */
export class RectificationDropped extends OfInspectedGuardian {}
/** The revocation is undone, because this one of its inspections is void. */
export class GuardianshipReinstated extends OfInspectedGuardian {
  static readonly schemaVersion = 2;
  /** The guardianship as it was before the revocation. */
  @Instant() since!: string;
  @Instant() until!: string;
  @Instant() endsAt!: string;
  /** When the next inspection is due. Absent in version 1. */
  @Optional() @Instant() inspectionDueAt?: string;

  /** Version 1 has the same fields without `inspectionDueAt`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}
/**
 * A revocation has lost this one of its inspections but cannot be undone, because the plot has another guardian or the term is over.
 * The former guardian can apply and gets the plot without a ruling as soon as it is free.
 */
export class PlotOfferedAgain extends OfInspectedGuardian {}

/** The commands of a plot. */
export const plotCommands = {
  ApplyForPlot,
  RuleOnPlotApplication,
  OfferPlot,
  TakeOverPlot,
  GivePlotNotice,
  EndGuardianship,
  LogCare,
  ContributeToPlot,
  InspectPlot,
  ConfirmRectification,
  MarkRectificationOverdue,
  VoidInspection,
};

/** The events of a plot. */
export const plotEvents = {
  PlotApplicationMade,
  PlotApplicationRefused,
  PlotAdopted,
  PlotOffered,
  PlotHandedOver,
  PlotNoticeGiven,
  GuardianshipEnded,
  CareLogged,
  PlotContributionMade,
  PlotInspected,
  RectificationOpened,
  RectificationMet,
  RectificationOverdue,
  GuardianshipRevoked,
  InspectionVoided,
  RectificationDropped,
  GuardianshipReinstated,
  PlotOfferedAgain,
};
