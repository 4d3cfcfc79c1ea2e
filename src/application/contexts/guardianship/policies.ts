import { placeOfPlot } from '../../../domain/guardianship/division.js';
import { accountIdOf } from '../../../domain/guardianship/merit-account.js';
import type { MeritCause } from '../../../domain/guardianship/merit-rules.js';
import { dayInChina } from '../../../domain/shared/time.js';
import type { RecordedEvent } from '../../../projections/projection.js';
import { type Cause, type Policies, dueCommand } from '../../process/policy.js';

const partyFirst = ({ aggregateId }: Cause, division: number): string => `party-first/${aggregateId}/${division}`;
const guardianshipEnd = ({ aggregateId }: Cause): string => `guardianship-end/${aggregateId}`;
const rectification = ({ aggregateId }: Cause): string => `rectification/${aggregateId}`;

const endsAt = (event: Cause, due: string) => ({ [guardianshipEnd(event)]: dueCommand(event, due, 'EndGuardianship') });
const ended = (event: Cause) => ({ [guardianshipEnd(event)]: null, [rectification(event)]: null });

/** Each cause is answered by `MeritEntered` or `MeritNotEntered`, whose `causeId` takes the entry off again. */
function merit(
  event: Cause & Pick<RecordedEvent, 'at' | 'recordedAt'>,
  cause: MeritCause,
  personId: string,
  householdId: string | undefined,
  happenedAt = event.at,
) {
  const data = {
    personId,
    ...(householdId !== undefined && { householdId }),
    plotId: event.aggregateId,
    cause,
    causeId: event.id,
    day: dayInChina(happenedAt),
  };
  return {
    [`merit/${event.id}`]: dueCommand(event, event.recordedAt, 'RecordMerit', data, accountIdOf(placeOfPlot(event.aggregateId), personId)),
  };
}
const answered = ({ data }: { readonly data: { readonly causeId: string } }) => ({ [`merit/${data.causeId}`]: null });

/** Ends of windows, terms, notices and rectifications, and merit for what was done or failed (domain.md 17–20). */
export const guardianshipPolicies: Policies = {
  version: 1,
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
    GuardianshipEnded: ended,
    GuardianshipRevoked: (event) => ({ ...ended(event), ...merit(event, 'revoked', event.data.guardianId, event.data.householdId) }),

    CareLogged: (event) => merit(event, 'care-logged', event.data.guardianId, event.data.householdId),
    PlotContributionMade: (event) => merit(event, 'volunteered', event.data.contributorId, event.data.householdId),
    PlotInspected: (event) =>
      merit(event, event.data.passed ? 'inspection-passed' : 'inspection-failed', event.data.guardianId, event.data.householdId),
    RectificationOpened: (event) => ({
      [rectification(event)]: dueCommand(event, event.data.dueAt, 'MarkRectificationOverdue', { inspectionId: event.data.inspectionId }),
    }),
    RectificationMet: (event) => ({
      [rectification(event)]: null,
      ...merit(event, 'rectification-met', event.data.guardianId, event.data.householdId),
    }),
    // it was overdue when it fell due, also where the system came to it later
    RectificationOverdue: (event) => ({
      [rectification(event)]: null,
      ...merit(event, 'rectification-overdue', event.data.guardianId, event.data.householdId, event.data.dueAt),
    }),

    MeritEntered: answered,
    MeritNotEntered: answered,
  },
};
