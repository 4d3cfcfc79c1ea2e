import { Flag, Id, Instant, Int, Many, OneOf, Optional, Personal, PlaceId, SomeOf, Words } from '../shared/fields.js';
import type { PlotTerms } from './division.js';

/** What guardians and volunteers do on a plot. */
const careKinds = ['watering', 'weeding', 'pruning', 'planting', 'sweeping', 'clearing', 'repairing', 'painting', 'patrolling'] as const;
export type CareKind = (typeof careKinds)[number];

/** What the division of the place says of the plot. */
export interface PlotFacts {
  readonly plot: { readonly dividedAt: string; readonly terms: PlotTerms; readonly partyFirstUntil: string };
}
/** Where the person has lived to whom the merit may go, as the register has it: the one who acts, or the guardian. */
export interface HouseholdFacts {
  readonly homes: readonly { readonly householdId: string; readonly since: string }[];
}

export class ApplyForPlot {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
export class RuleOnPlotApplication {
  @Id() applicationId!: string;
  @Flag() accepted!: boolean;
  /** A refusal says why. */
  @Optional() @Words(1, 500) @Personal() reason?: string;
  declare static readonly facts: PlotFacts;
}
export class OfferPlot {
  @Id() toId!: string;
  declare static readonly facts: PlotFacts;
}
export class TakeOverPlot {
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
export class GivePlotNotice {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts;
}
/** Given by the system at the end of the term or of the notice. */
export class EndGuardianship {}
export class LogCare {
  @SomeOf(careKinds, 1, 9) kinds!: CareKind[];
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
export class ContributeToPlot {
  @SomeOf(careKinds, 1, 9) kinds!: CareKind[];
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
export class InspectPlot {
  @Int(0, 100) score!: number;
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
export class ConfirmRectification {
  @Optional() @Words(1, 500) @Personal() words?: string;
  declare static readonly facts: PlotFacts & HouseholdFacts;
}
/** Given by the system when the days for it have passed. */
export class MarkRectificationOverdue {
  @Id() inspectionId!: string;
  declare static readonly facts: HouseholdFacts;
}
/** Given by the system when the penalty for a failed inspection was reversed on appeal. */
export class VoidInspection {
  @Id() inspectionId!: string;
  @Id() guardianId!: string;
  declare static readonly facts: PlotFacts;
}

export class PlotApplicationMade {
  @Id() applicationId!: string;
  @Id() applicantId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Optional() @Words(1, 500) @Personal('applicantId') words?: string;
}
export class PlotApplicationRefused {
  @Id() applicationId!: string;
  @Id() applicantId!: string;
  /** `adopted-by-another`: another application for the plot was accepted. `ruling`: for the reason given. */
  @OneOf(['ruling', 'adopted-by-another']) ground!: 'ruling' | 'adopted-by-another';
  @Optional() @Words(1, 500) @Personal('applicantId') reason?: string;
}
export class PlotAdopted {
  @Id() applicationId!: string;
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  /** End of the term. */
  @Instant() until!: string;
}
export class PlotOffered {
  @Id() guardianId!: string;
  @Id() toId!: string;
}
export class PlotHandedOver {
  @Id() fromId!: string;
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  /** End of the term, as it was. */
  @Instant() until!: string;
}
export class PlotNoticeGiven {
  @Id() guardianId!: string;
  /** When the guardianship ends: after the notice, or with the term if that is sooner. */
  @Instant() endsAt!: string;
  @Optional() @Words(1, 500) @Personal('guardianId') words?: string;
}
export class GuardianshipEnded {
  @Id() guardianId!: string;
  @OneOf(['term', 'notice']) ground!: 'term' | 'notice';
  @Instant() endedAt!: string;
}
export class CareLogged {
  @Id() careId!: string;
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  @SomeOf(careKinds, 1, 9) kinds!: CareKind[];
  @Optional() @Words(1, 500) @Personal('guardianId') words?: string;
}
export class PlotContributionMade {
  @Id() contributionId!: string;
  @Id() contributorId!: string;
  @Optional() @PlaceId() householdId?: string;
  @SomeOf(careKinds, 1, 9) kinds!: CareKind[];
  @Optional() @Words(1, 500) @Personal('contributorId') words?: string;
}
export class PlotInspected {
  @Id() inspectionId!: string;
  @Id() inspectorId!: string;
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Int(0, 100) score!: number;
  @Int(1, 100) passMark!: number;
  @Flag() passed!: boolean;
  @Instant() nextDueAt!: string;
  @Optional() @Words(1, 500) @Personal('inspectorId') words?: string;
}
/** A failed inspection is to be made good. It is known by the inspection's id. */
export class RectificationOpened {
  @Id() inspectionId!: string;
  @Id() guardianId!: string;
  @Instant() dueAt!: string;
}
export class RectificationMet {
  @Id() inspectionId!: string;
  @Id() inspectorId!: string;
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Optional() @Words(1, 500) @Personal('inspectorId') words?: string;
}
export class RectificationOverdue {
  @Id() inspectionId!: string;
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Instant() dueAt!: string;
}
export class FailedInspection {
  @Id() inspectionId!: string;
  @Instant() at!: string;
  @Int(0, 100) score!: number;
}
export class GuardianshipRevoked {
  @Id() guardianId!: string;
  @Optional() @PlaceId() householdId?: string;
  /** The failed inspections that led to it, all within `withinDays`. */
  @Many(() => FailedInspection, 1, 20) failures!: FailedInspection[];
  @Int(1, 3660) withinDays!: number;
}
/** The penalty for a failed inspection was reversed on appeal: it counts no longer. */
export class InspectionVoided {
  @Id() inspectionId!: string;
  @Id() guardianId!: string;
}
/** The inspection it rested on counts no longer, so nothing is to be made good. */
export class RectificationDropped {
  @Id() inspectionId!: string;
  @Id() guardianId!: string;
}
/** A revocation that rested on an inspection that counts no longer is undone. */
export class GuardianshipReinstated {
  @Id() guardianId!: string;
  /** The inspection that counts no longer. */
  @Id() inspectionId!: string;
  /** As the guardianship was before it was revoked. */
  @Instant() since!: string;
  @Instant() until!: string;
  @Instant() endsAt!: string;
}
/**
 * A revocation that rested on an inspection that counts no longer cannot be undone, because the plot has another guardian or the term is
 * over. Whoever lost the plot gets it back by applying, without a ruling, as soon as it is free.
 */
export class PlotOfferedAgain {
  @Id() guardianId!: string;
  /** The inspection that counts no longer. */
  @Id() inspectionId!: string;
}
