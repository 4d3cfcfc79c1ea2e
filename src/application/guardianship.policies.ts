import { placeOfPlot } from '../domain/guardianship/division.js';
import { accountIdOf } from '../domain/guardianship/merit-account.js';
import type { MeritCause } from '../domain/guardianship/merit-rules.js';
import { dayInChina } from '../domain/shared/time.js';
import type { Policies, Todo } from './policy.js';

interface Event {
  readonly id: string;
  readonly subject: string;
  readonly position: number;
  readonly at: string;
  readonly recordedAt: string;
}

const todo = ({ id, position }: Event, due: string, command: string, target: string, data: object): Todo => ({ due, command, params: { id: target }, data, causation: id, since: position });

const partyFirst = ({ subject }: Event, division: number): string => `party-first/${subject}/${division}`;
const guardianshipEnd = ({ subject }: Event): string => `guardianship-end/${subject}`;
const rectification = ({ subject }: Event): string => `rectification/${subject}`;

const endsAt = (event: Event, due: string) => ({ [guardianshipEnd(event)]: todo(event, due, 'EndGuardianship', event.subject, {}) });
const ended = (event: Event) => ({ [guardianshipEnd(event)]: null, [rectification(event)]: null });

/** Each cause is answered by `MeritEntered` or `MeritNotEntered`, whose `causeId` takes the entry off again. */
function merit(event: Event, cause: MeritCause, personId: string, householdId: string | undefined, happenedAt = event.at) {
  const data = { personId, ...(householdId !== undefined && { householdId }), plotId: event.subject, cause, causeId: event.id, day: dayInChina(happenedAt) };
  return { [`merit/${event.id}`]: todo(event, event.recordedAt, 'RecordMerit', accountIdOf(placeOfPlot(event.subject), personId), data) };
}
const answered = ({ data }: { readonly data: { readonly causeId: string } }) => ({ [`merit/${data.causeId}`]: null });

/** Ends of windows, terms, notices and rectifications, and merit for what was done or failed (domain.md 17–20). */
export const guardianshipPolicies: Policies = {
  PlotsDivided: (event) => ({
    [partyFirst(event, event.data.division)]: todo(event, event.data.partyFirstUntil, 'ClosePartyFirst', event.subject, { division: event.data.division }),
  }),
  PartyFirstClosed: (event) => ({ [partyFirst(event, event.data.division)]: null }),

  PlotAdopted: (event) => endsAt(event, event.data.until),
  PlotHandedOver: (event) => endsAt(event, event.data.until),
  PlotNoticeGiven: (event) => endsAt(event, event.data.endsAt),
  GuardianshipEnded: ended,
  GuardianshipRevoked: (event) => ({ ...ended(event), ...merit(event, 'revoked', event.data.guardianId, event.data.householdId) }),

  CareLogged: (event) => merit(event, 'care-logged', event.data.guardianId, event.data.householdId),
  PlotContributionMade: (event) => merit(event, 'volunteered', event.data.contributorId, event.data.householdId),
  PlotInspected: (event) => merit(event, event.data.passed ? 'inspection-passed' : 'inspection-failed', event.data.guardianId, event.data.householdId),
  RectificationOpened: (event) => ({
    [rectification(event)]: todo(event, event.data.dueAt, 'MarkRectificationOverdue', event.subject, { inspectionId: event.data.inspectionId }),
  }),
  RectificationMet: (event) => ({ [rectification(event)]: null, ...merit(event, 'rectification-met', event.data.guardianId, event.data.householdId) }),
  // it was overdue when it fell due, also where the system came to it later
  RectificationOverdue: (event) => ({ [rectification(event)]: null, ...merit(event, 'rectification-overdue', event.data.guardianId, event.data.householdId, event.data.dueAt) }),

  MeritEntered: answered,
  MeritNotEntered: answered,
};
