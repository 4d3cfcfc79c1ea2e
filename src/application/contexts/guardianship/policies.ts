import { placeOfPlot } from '../../../domain/guardianship/division.js';
import { accountIdOf } from '../../../domain/guardianship/merit-account.js';
import type { MeritCause } from '../../../domain/guardianship/merit-rules.js';
import { dayInChina } from '../../../domain/shared/time.js';
import type { RecordedEvent } from '../../../projections/projection.js';
import { type Cause, type DueCommand, type Policies, dueCommand } from '../../process/policy.js';

const partyFirst = ({ aggregateId }: Cause, division: number): string => `party-first/${aggregateId}/${division}`;
const guardianshipEnd = ({ aggregateId }: Cause): string => `guardianship-end/${aggregateId}`;
const rectification = ({ aggregateId }: Cause): string => `rectification/${aggregateId}`;

const endsAt = (event: Cause, due: string) => ({ [guardianshipEnd(event)]: dueCommand(event, due, 'EndGuardianship') });
const ended = (event: Cause) => ({ [guardianshipEnd(event)]: null });
const voiding = (inspectionId: string): string => `inspection-void/${inspectionId}`;

/** Each cause is answered by `MeritEntered` or `MeritNotEntered`; their `causeId` removes the entry. */
function merit(
  event: Cause & Pick<RecordedEvent, 'at' | 'recordedAt'>,
  cause: MeritCause,
  personId: string,
  householdId: string | undefined,
  { happenedAt = event.at, inspections }: { readonly happenedAt?: string; readonly inspections?: readonly string[] } = {},
) {
  const data = {
    personId,
    ...(householdId !== undefined && { householdId }),
    plotId: event.aggregateId,
    cause,
    causeId: event.id,
    day: dayInChina(happenedAt),
    ...(inspections && { inspections }),
  };
  return {
    [`merit/${event.id}`]: dueCommand(event, event.recordedAt, 'RecordMerit', data, accountIdOf(placeOfPlot(event.aggregateId), personId)),
  };
}
const answered = ({ data }: { readonly data: { readonly causeId: string } }) => ({ [`merit/${data.causeId}`]: null });

/** Ends windows, terms, notices and rectifications, and enters merit for work that was done or failed (domain.md rows 17–20). */
export const guardianshipPolicies: Policies = {
  on: {
    PlotsDivided: (event) => ({
      [partyFirst(event, event.data.division)]: dueCommand(event, event.data.partyFirstUntil, 'ClosePartyFirst', {
        division: event.data.division,
      }),
    }),
    PartyFirstClosed: (event) => ({ [partyFirst(event, event.data.division)]: null }),

    PlotAdopted: (event) => endsAt(event, event.data.until),
    PlotHandedOver: (event) => endsAt(event, event.data.until),
    PlotNoticeGiven: (event) => endsAt(event, event.data.endsAt),
    // an open rectification stays due: the guardian is responsible for it even after the end
    GuardianshipEnded: ended,
    GuardianshipRevoked: (event) => ({
      ...ended(event),
      ...merit(event, 'revoked', event.data.guardianId, event.data.householdId, {
        inspections: event.data.failures.map(({ inspectionId }) => inspectionId),
      }),
    }),
    GuardianshipReinstated: (event) => endsAt(event, event.data.endsAt),

    CareLogged: (event) => merit(event, 'care-logged', event.data.guardianId, event.data.householdId),
    PlotContributionMade: (event) => merit(event, 'volunteered', event.data.contributorId, event.data.householdId),
    PlotInspected: (event) =>
      event.data.passed
        ? merit(event, 'inspection-passed', event.data.guardianId, event.data.householdId)
        : merit(event, 'inspection-failed', event.data.guardianId, event.data.householdId, { inspections: [event.data.inspectionId] }),
    RectificationOpened: (event) => ({
      [rectification(event)]: dueCommand(event, event.data.dueAt, 'MarkRectificationOverdue', { inspectionId: event.data.inspectionId }),
    }),
    RectificationMet: (event) => ({
      [rectification(event)]: null,
      ...merit(event, 'rectification-met', event.data.guardianId, event.data.householdId),
    }),
    RectificationDropped: (event) => ({ [rectification(event)]: null }),
    // the due time counts, not the time at which the system marked it
    RectificationOverdue: (event) => ({
      [rectification(event)]: null,
      ...merit(event, 'rectification-overdue', event.data.guardianId, event.data.householdId, {
        happenedAt: event.data.dueAt,
        inspections: [event.data.inspectionId],
      }),
    }),

    // voids the inspection of the plot when its penalty was reversed in the merit account
    MeritReversed: (event): Readonly<Record<string, DueCommand>> => {
      const { inspectionId, personId, plotId } = event.data;
      if (inspectionId === undefined) return {};
      return {
        [voiding(inspectionId)]: dueCommand(event, event.recordedAt, 'VoidInspection', { inspectionId, guardianId: personId }, plotId),
      };
    },
    InspectionVoided: (event) => ({ [voiding(event.data.inspectionId)]: null }),

    MeritEntered: answered,
    MeritNotEntered: answered,
  },
};
