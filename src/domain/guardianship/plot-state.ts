import { type Decide, type Evolve, type Immutable, refuse, type Refusal } from '../shared/decider.js';
import { isWithin } from '../shared/place-id.js';
import { dayInChina } from '../shared/time.js';
import { placeOfPlot } from './division.js';
import type { FailedInspection, HouseholdFacts, plotCommands, plotEvents } from './plot-messages.js';

interface Application {
  readonly applicationId: string;
  readonly applicantId: string;
  readonly householdId?: string;
  readonly madeAt: string;
}
interface Guardianship {
  readonly guardianId: string;
  readonly since: string;
  /** The end of the term. */
  readonly until: string;
  /** The end of the notice period if notice was given, else the end of the term. */
  readonly endsAt: string;
  readonly noticeGiven: boolean;
  readonly offeredTo: string | null;
}
/** A failed inspection that must be rectified. It stays open when the guardian leaves (domain.md row 18). */
interface Rectification {
  readonly inspectionId: string;
  readonly guardianId: string;
  readonly openedAt: string;
  readonly dueAt: string;
}
/** A failed inspection, who was the guardian, and who inspected. */
type Failure = FailedInspection & { readonly guardianId: string; readonly inspectorId: string };

/** What is known of a plot. Times are ISO 8601 instants in UTC. */
export interface Plot {
  readonly guardianship: Guardianship | null;
  readonly applications: readonly Application[];
  readonly rectification: Rectification | null;
  /**
   * Failed inspections, without those that led to a revocation. They count for the person who was the guardian, also in a later
   * guardianship of the same person (domain.md row 18).
   */
  readonly failures: readonly Failure[];
  /** Revocations that were not undone: the guardianship that was revoked, and the failed inspections that led to it. */
  readonly revocations: readonly { readonly guardianship: Guardianship; readonly failures: readonly Failure[] }[];
  /** Ids of the inspections that are void (domain.md row 19). */
  readonly voided: readonly string[];
  /** People whose revocation was undone while the plot was taken. Once it is free, their application is accepted at once (row 19). */
  readonly offeredAgainTo: readonly string[];
  /** How often each guardian logged care on each day in China. */
  readonly careDays: readonly { readonly day: string; readonly guardianId: string; readonly logs: number }[];
  /**
   * When the guardian last changed or an inspection was last recorded; empty at first. Nothing earlier can be entered later that
   * would change who was the guardian or how the plot was scored.
   */
  readonly settledAt: string;
}

/** Why a command to a plot is refused. Their texts are in `refusals.ts`. */
export type PlotRefusal =
  | 'guardianship.before-division'
  | 'guardianship.plot-taken'
  | 'guardianship.party-first'
  | 'guardianship.too-many-applications'
  | 'guardianship.no-such-application'
  | 'guardianship.own-application'
  | 'guardianship.before-application'
  | 'guardianship.reason-missing'
  | 'guardianship.out-of-order'
  | 'guardianship.no-guardian'
  | 'guardianship.before-guardianship'
  | 'guardianship.guardianship-over'
  | 'guardianship.not-guardian'
  | 'guardianship.handover-to-self'
  | 'guardianship.not-offered'
  | 'guardianship.rectification-open'
  | 'guardianship.guardian-logs-care'
  | 'guardianship.own-plot'
  | 'guardianship.no-rectification'
  | 'guardianship.rectification-past'
  | 'guardianship.care-limit'
  | 'guardianship.not-due';

/** The functions that decide on the commands of a plot. */
export type DecidePlot = Decide<Plot, PlotRefusal, typeof plotCommands, typeof plotEvents>;

/** The state of a plot before its first event. */
export const initialPlot: Plot = {
  guardianship: null,
  applications: [],
  rectification: null,
  failures: [],
  revocations: [],
  voided: [],
  offeredAgainTo: [],
  careDays: [],
  settledAt: '',
};

/** The guardianship at an instant, or the refusal if there is none. */
export function serving(
  state: Plot,
  at: string,
): Guardianship | Refusal<'guardianship.no-guardian' | 'guardianship.before-guardianship' | 'guardianship.guardianship-over'> {
  const { guardianship } = state;
  if (!guardianship) return refuse('guardianship.no-guardian');
  if (at < guardianship.since) return refuse('guardianship.before-guardianship', { since: guardianship.since });
  return at < guardianship.endsAt ? guardianship : refuse('guardianship.guardianship-over', { endsAt: guardianship.endsAt });
}

/** The same, for what only the guardian may do: refused if `by` is somebody else. */
export function servedBy(state: Plot, at: string, by: string) {
  const found = serving(state, at);
  return 'refused' in found || found.guardianId === by ? found : refuse('guardianship.not-guardian');
}

/** The household that shares the points (domain.md row 19): where the person lived at that time, if it is within the plot's place. */
export function householdIn(plotId: string, { homes }: Immutable<HouseholdFacts>, at: string): string | undefined {
  const home = homes.findLast(({ since }) => since <= at) ?? homes[0]; // before the first registered home, the first one counts
  return home && isWithin(home.householdId, placeOfPlot(plotId)) ? home.householdId : undefined;
}

const later = (a: string, b: string): string => (a > b ? a : b);

const newGuardian = (state: Plot, guardianId: string, since: string, until: string): Plot => ({
  ...state,
  guardianship: { guardianId, since, until, endsAt: until, noticeGiven: false, offeredTo: null },
  // earlier days are no longer needed: care cannot be logged for a time before the guardianship
  careDays: state.careDays.filter(({ day }) => day >= dayInChina(since)),
  settledAt: since,
});
/** Removes the revocation that an inspection led to. Its other failed inspections count again. */
function withoutRevocation(state: Plot, inspectionId: string): Plot {
  const isUndone = ({ failures }: Plot['revocations'][number]) => failures.some((failure) => failure.inspectionId === inspectionId);
  return {
    ...state,
    revocations: state.revocations.filter((revocation) => !isUndone(revocation)),
    failures: [
      ...state.revocations.filter(isUndone).flatMap(({ failures }) => failures.filter((failure) => failure.inspectionId !== inspectionId)),
      ...state.failures,
    ],
  };
}
const withGuardianship = (state: Plot, change: Partial<Guardianship>): Plot =>
  state.guardianship ? { ...state, guardianship: { ...state.guardianship, ...change } } : state;

/** Who made these inspections, as far as they failed and are not void. */
export const inspectorsOf = ({ failures, revocations }: Immutable<Plot>, inspections: readonly string[]): readonly string[] =>
  [...failures, ...revocations.flatMap((revocation) => revocation.failures)]
    .filter(({ inspectionId }) => inspections.includes(inspectionId))
    .map(({ inspectorId }) => inspectorId);

/** Applies one event to the state of a plot. */
export const evolvePlot: Evolve<Plot, typeof plotEvents> = {
  PlotApplicationMade: (state, { applicationId, applicantId, householdId }, { at: madeAt }) => ({
    ...state,
    applications: [...state.applications, { applicationId, applicantId, householdId, madeAt }],
  }),
  PlotApplicationRefused: (state, { applicationId }) => ({
    ...state,
    applications: state.applications.filter((application) => application.applicationId !== applicationId),
  }),
  PlotAdopted: (state, { applicationId, guardianId, until }, { at }) => ({
    ...newGuardian(state, guardianId, at, until),
    applications: state.applications.filter((application) => application.applicationId !== applicationId),
    offeredAgainTo: state.offeredAgainTo.filter((personId) => personId !== guardianId),
  }),
  PlotOffered: (state, { toId }) => withGuardianship(state, { offeredTo: toId }),
  PlotHandedOver: (state, { guardianId, until }, { at }) => newGuardian(state, guardianId, at, until),
  PlotNoticeGiven: (state, { endsAt }) => withGuardianship(state, { endsAt, noticeGiven: true }),
  GuardianshipEnded: (state, { endedAt }) => ({ ...state, guardianship: null, settledAt: later(endedAt, state.settledAt) }),
  CareLogged: (state, { guardianId }, { at }) => {
    const day = dayInChina(at);
    const index = state.careDays.findLastIndex((one) => one.day === day && one.guardianId === guardianId);
    const before = state.careDays[index];
    return {
      ...state,
      careDays: before
        ? state.careDays.with(index, { ...before, logs: before.logs + 1 })
        : [...state.careDays, { day, guardianId, logs: 1 }],
    };
  },
  PlotContributionMade: (state) => state,
  PlotInspected: (state, { inspectionId, inspectorId, guardianId, score, passed }, { at }) => ({
    ...state,
    failures: passed ? state.failures : [...state.failures, { inspectionId, inspectorId, guardianId, at, score }],
    settledAt: at,
  }),
  RectificationOpened: (state, { inspectionId, guardianId, dueAt }, { at }) => ({
    ...state,
    rectification: { inspectionId, guardianId, openedAt: at, dueAt },
  }),
  RectificationMet: (state, _, { at }) => ({ ...state, rectification: null, settledAt: later(at, state.settledAt) }),
  RectificationOverdue: (state) => ({ ...state, rectification: null }),
  GuardianshipRevoked: (state, { failures }, { at }) => {
    const ledToIt = ({ inspectionId }: Failure) => failures.some((failure) => failure.inspectionId === inspectionId);
    return {
      ...state,
      guardianship: null,
      failures: state.failures.filter((failure) => !ledToIt(failure)),
      revocations: state.guardianship
        ? [...state.revocations, { guardianship: state.guardianship, failures: state.failures.filter(ledToIt) }]
        : state.revocations,
      settledAt: at,
    };
  },
  InspectionVoided: (state, { inspectionId }) => ({
    ...state,
    voided: [...state.voided, inspectionId],
    failures: state.failures.filter((failure) => failure.inspectionId !== inspectionId),
  }),
  RectificationDropped: (state) => ({ ...state, rectification: null }),
  GuardianshipReinstated: (state, { guardianId, inspectionId, since, until, endsAt }, { at }) => ({
    ...withoutRevocation(state, inspectionId),
    guardianship: { guardianId, since, until, endsAt, noticeGiven: endsAt < until, offeredTo: null },
    settledAt: later(at, state.settledAt),
  }),
  PlotOfferedAgain: (state, { guardianId, inspectionId }) => ({
    ...withoutRevocation(state, inspectionId),
    offeredAgainTo: [...state.offeredAgainTo, guardianId],
  }),
};
