import { defineDecider, type Immutable, refuse, type Refusal } from '../shared/decider.js';
import { isWithin } from '../shared/place-id.js';
import { dayInChina, daysBetween, endOfDayInChina, plusDays } from '../shared/time.js';
import { defaultTerms, placeOfPlot } from './division.js';
import {
  ApplyForPlot,
  CareLogged,
  ConfirmRectification,
  ContributeToPlot,
  EndGuardianship,
  type FailedInspection,
  GivePlotNotice,
  GuardianshipEnded,
  GuardianshipReinstated,
  GuardianshipRevoked,
  type HouseholdFacts,
  InspectionVoided,
  InspectPlot,
  LogCare,
  MarkRectificationOverdue,
  OfferPlot,
  PlotAdopted,
  PlotApplicationMade,
  PlotApplicationRefused,
  PlotContributionMade,
  PlotHandedOver,
  PlotInspected,
  PlotNoticeGiven,
  PlotOffered,
  PlotOfferedAgain,
  RectificationDropped,
  RectificationMet,
  RectificationOpened,
  RectificationOverdue,
  RuleOnPlotApplication,
  TakeOverPlot,
  VoidInspection,
} from './plot-messages.js';

interface Application {
  readonly applicationId: string;
  readonly applicantId: string;
  readonly householdId?: string;
  readonly madeAt: string;
}
interface Guardianship {
  readonly guardianId: string;
  readonly since: string;
  /** End of the term. */
  readonly until: string;
  /** End of the term or of the notice. */
  readonly endsAt: string;
  readonly noticeGiven: boolean;
  readonly offeredTo: string | null;
}
/** What a guardian has to make good, also where the guardianship ends meanwhile. */
interface Rectification {
  readonly inspectionId: string;
  readonly guardianId: string;
  readonly openedAt: string;
  readonly dueAt: string;
}
type Failure = FailedInspection & { readonly guardianId: string };

export interface Plot {
  readonly guardianship: Guardianship | null;
  readonly applications: readonly Application[];
  readonly rectification: Rectification | null;
  /** Failed inspections of whoever was guardian, but for those that led to a revocation. They follow the person, not the guardianship. */
  readonly failures: readonly Failure[];
  /** Revocations that stand, with what was revoked and why. */
  readonly revocations: readonly { readonly guardianship: Guardianship; readonly failures: readonly Failure[] }[];
  /** Inspections that count no longer. */
  readonly voided: readonly string[];
  /** Those who get the plot by applying, as soon as it is free. */
  readonly offeredAgainTo: readonly string[];
  /** How often a guardian logged care on a day. */
  readonly careDays: readonly { readonly day: string; readonly guardianId: string; readonly logs: number }[];
  /** The last change of guardian or inspection. Who was guardian before it, and how the plot was scored, is settled. */
  readonly settledAt: string;
}

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

const maxApplications = 50;

/** The guardianship under which something happened at an instant, or why there is none. */
function serving(
  state: Plot,
  at: string,
): Guardianship | Refusal<'guardianship.no-guardian' | 'guardianship.before-guardianship' | 'guardianship.guardianship-over'> {
  const { guardianship } = state;
  if (!guardianship) return refuse('guardianship.no-guardian');
  if (at < guardianship.since) return refuse('guardianship.before-guardianship', { since: guardianship.since });
  return at < guardianship.endsAt ? guardianship : refuse('guardianship.guardianship-over', { endsAt: guardianship.endsAt });
}

/** As `serving`, for what only the guardian may do. */
function servedBy(state: Plot, at: string, by: string) {
  const found = serving(state, at);
  return 'refused' in found || found.guardianId === by ? found : refuse('guardianship.not-guardian');
}

/** The household whose merit it is as well: where the person lived at the time, if it lies within the plot's place. */
function householdIn(plotId: string, { homes }: Immutable<HouseholdFacts>, at: string): string | undefined {
  const home = homes.findLast(({ since }) => since <= at) ?? homes[0]; // the register knows of no home before the first
  return home && isWithin(home.householdId, placeOfPlot(plotId)) ? home.householdId : undefined;
}

const adoptedByAnother = ({ applicationId, applicantId }: Application) =>
  ({ applicationId, applicantId, ground: 'adopted-by-another' }) as const;

const later = (a: string, b: string): string => (a > b ? a : b);
const sooner = (a: string, b: string): string => (a < b ? a : b);

const newGuardian = (state: Plot, guardianId: string, since: string, until: string): Plot => ({
  ...state,
  guardianship: { guardianId, since, until, endsAt: until, noticeGiven: false, offeredTo: null },
  // nobody logs care for a time before they were guardian
  careDays: state.careDays.filter(({ day }) => day >= dayInChina(since)),
  settledAt: since,
});
/** Without the revocation that rested on an inspection; the other failures count again. */
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

/**
 * A responsibility plot 责任田 and its guardian 监护人 (domain.md 17, 18, 20). Party members apply first, after that window anybody of
 * the place; the self-governing body rules on each application. A plot exists when its place was divided: its stream begins with the
 * first deed.
 */
export const plot = defineDecider<Plot, PlotRefusal>()({
  stream: 'plot',
  initial: {
    guardianship: null,
    applications: [],
    rectification: null,
    failures: [],
    revocations: [],
    voided: [],
    offeredAgainTo: [],
    careDays: [],
    settledAt: '',
  },
  commands: {
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
  },
  events: {
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
  },
  decide: {
    ApplyForPlot: (state, { words }, { at, by, capacity, id, newId, facts, event }) => {
      const { dividedAt, partyFirstUntil, terms } = facts.plot;
      if (at < dividedAt) return refuse('guardianship.before-division', { since: dividedAt });
      if (state.guardianship) return refuse('guardianship.plot-taken', { until: state.guardianship.endsAt });
      const householdId = householdIn(id, facts, at);
      const made = event('PlotApplicationMade', { applicationId: newId, applicantId: by, householdId, words });
      if (state.offeredAgainTo.includes(by) && !state.rectification && at >= state.settledAt) {
        const others = state.applications.filter(({ applicantId }) => applicantId !== by);
        const own = state.applications.find(({ applicantId }) => applicantId === by);
        const applicationId = own?.applicationId ?? newId;
        return [
          ...(own ? [] : [made]),
          event('PlotAdopted', { applicationId, guardianId: by, householdId, until: plusDays(at, terms.termDays) }),
          ...others.map((other) => event('PlotApplicationRefused', adoptedByAnother(other))),
        ];
      }
      if (at < partyFirstUntil && capacity !== 'party-member') return refuse('guardianship.party-first', { until: partyFirstUntil });
      if (state.applications.some(({ applicantId }) => applicantId === by)) return [];
      if (state.applications.length >= maxApplications) return refuse('guardianship.too-many-applications', { max: maxApplications });
      return [made];
    },
    RuleOnPlotApplication: (
      state,
      { applicationId, accepted, reason },
      {
        at,
        by,
        event,
        facts: {
          plot: { terms },
        },
      },
    ) => {
      const application = state.applications.find((candidate) => candidate.applicationId === applicationId);
      if (!application) return refuse('guardianship.no-such-application', { application: applicationId });
      const { applicantId, householdId, madeAt } = application;
      if (applicantId === by) return refuse('guardianship.own-application');
      if (at < madeAt) return refuse('guardianship.before-application', { since: madeAt });
      if (!accepted) {
        if (reason === undefined) return refuse('guardianship.reason-missing');
        return [event('PlotApplicationRefused', { applicationId, applicantId, ground: 'ruling', reason })];
      }
      if (at < state.settledAt) return refuse('guardianship.out-of-order', { since: state.settledAt });
      if (state.rectification) return refuse('guardianship.rectification-open', { dueAt: state.rectification.dueAt });
      return [
        event('PlotAdopted', { applicationId, guardianId: applicantId, householdId, until: plusDays(at, terms.termDays) }),
        ...state.applications
          .filter((other) => other !== application)
          .map((other) => event('PlotApplicationRefused', adoptedByAnother(other))),
      ];
    },
    OfferPlot: (state, { toId }, { at, by }) => {
      const current = servedBy(state, at, by);
      if ('refused' in current) return current;
      if (toId === by) return refuse('guardianship.handover-to-self');
      if (state.rectification) return refuse('guardianship.rectification-open', { dueAt: state.rectification.dueAt });
      return current.offeredTo === toId ? [] : [{ type: 'PlotOffered', data: { guardianId: by, toId } }];
    },
    TakeOverPlot: (state, _, { at, by, id, facts }) => {
      const current = serving(state, at);
      if ('refused' in current) return current;
      if (current.guardianId === by) return [];
      if (current.offeredTo !== by) return refuse('guardianship.not-offered');
      if (state.rectification) return refuse('guardianship.rectification-open', { dueAt: state.rectification.dueAt });
      if (at < state.settledAt) return refuse('guardianship.out-of-order', { since: state.settledAt });
      return [
        {
          type: 'PlotHandedOver',
          data: { fromId: current.guardianId, guardianId: by, householdId: householdIn(id, facts, at), until: current.until },
        },
      ];
    },
    GivePlotNotice: (
      state,
      { words },
      {
        at,
        by,
        facts: {
          plot: { terms },
        },
      },
    ) => {
      const current = servedBy(state, at, by);
      if ('refused' in current) return current;
      if (current.noticeGiven) return [];
      return [{ type: 'PlotNoticeGiven', data: { guardianId: by, endsAt: sooner(plusDays(at, terms.noticeDays), current.until), words } }];
    },
    EndGuardianship: ({ guardianship }, _, { at }) => {
      if (!guardianship) return [];
      const { guardianId, endsAt, until } = guardianship;
      if (at < endsAt) return refuse('guardianship.not-due');
      return [{ type: 'GuardianshipEnded', data: { guardianId, ground: endsAt < until ? 'notice' : 'term', endedAt: endsAt } }];
    },
    LogCare: (state, { kinds, words }, { at, by, id, newId, facts }) => {
      const current = servedBy(state, at, by);
      if ('refused' in current) return current;
      const day = dayInChina(at);
      const max = facts.plot.terms.careLogsPerDay ?? defaultTerms.careLogsPerDay;
      const before = state.careDays.find((one) => one.day === day && one.guardianId === by);
      if (before && before.logs >= max) return refuse('guardianship.care-limit', { max, day, from: endOfDayInChina(day) });
      return [{ type: 'CareLogged', data: { careId: newId, guardianId: by, householdId: householdIn(id, facts, at), kinds, words } }];
    },
    ContributeToPlot: ({ guardianship }, { kinds, words }, { at, by, id, newId, facts }) => {
      const { dividedAt } = facts.plot;
      if (at < dividedAt) return refuse('guardianship.before-division', { since: dividedAt });
      if (guardianship?.guardianId === by) return refuse('guardianship.guardian-logs-care');
      return [
        {
          type: 'PlotContributionMade',
          data: { contributionId: newId, contributorId: by, householdId: householdIn(id, facts, at), kinds, words },
        },
      ];
    },
    InspectPlot: (state, { score, words }, { at, now, by, id, newId, event, facts }) => {
      const { terms } = facts.plot;
      const current = serving(state, at);
      if ('refused' in current) return current;
      const { guardianId } = current;
      if (guardianId === by) return refuse('guardianship.own-plot');
      if (at < state.settledAt) return refuse('guardianship.out-of-order', { since: state.settledAt });
      if (state.rectification) return refuse('guardianship.rectification-open', { dueAt: state.rectification.dueAt });
      const householdId = householdIn(id, facts, at);
      const passed = score >= terms.passMark;
      const inspected = event('PlotInspected', {
        inspectionId: newId,
        inspectorId: by,
        guardianId,
        householdId,
        score,
        passMark: terms.passMark,
        passed,
        nextDueAt: plusDays(at, terms.inspectionDays),
        words,
      });
      if (passed) return [inspected];
      const failures = [
        ...state.failures
          .filter((failure) => failure.guardianId === guardianId && daysBetween(failure.at, at) <= terms.failureDays)
          .map(({ guardianId: _, ...failure }) => failure),
        { inspectionId: newId, at, score },
      ];
      if (failures.length >= terms.failures)
        return [inspected, event('GuardianshipRevoked', { guardianId, householdId, failures, withinDays: terms.failureDays })];
      // the days to put it right run from when the guardian can hear of it
      return [inspected, event('RectificationOpened', { inspectionId: newId, guardianId, dueAt: plusDays(now, terms.rectificationDays) })];
    },
    ConfirmRectification: ({ rectification }, { words }, { at, by, id, facts }) => {
      if (!rectification) return refuse('guardianship.no-rectification');
      const { inspectionId, guardianId, openedAt, dueAt } = rectification;
      if (guardianId === by) return refuse('guardianship.own-plot');
      if (at < openedAt) return refuse('guardianship.out-of-order', { since: openedAt });
      if (at > dueAt) return refuse('guardianship.rectification-past', { dueAt });
      const householdId = householdIn(id, facts, at);
      return [{ type: 'RectificationMet', data: { inspectionId, inspectorId: by, guardianId, householdId, words } }];
    },
    MarkRectificationOverdue: ({ rectification }, { inspectionId }, { at, id, facts }) => {
      if (rectification?.inspectionId !== inspectionId) return [];
      const { guardianId, dueAt } = rectification;
      if (at < dueAt) return refuse('guardianship.not-due');
      return [{ type: 'RectificationOverdue', data: { inspectionId, guardianId, householdId: householdIn(id, facts, dueAt), dueAt } }];
    },
    VoidInspection: (state, { inspectionId, guardianId }, { at, now, event, facts }) => {
      if (state.voided.includes(inspectionId)) return [];
      const voided = event('InspectionVoided', { inspectionId, guardianId });
      const { rectification, guardianship, revocations } = state;
      if (rectification?.inspectionId === inspectionId) return [voided, event('RectificationDropped', { inspectionId, guardianId })];
      const revocation = revocations.find(({ failures }) => failures.some((failure) => failure.inspectionId === inspectionId));
      if (!revocation || guardianship?.guardianId === guardianId) return [voided];
      const { since, until, endsAt } = revocation.guardianship;
      if (guardianship || at >= endsAt) return [voided, event('PlotOfferedAgain', { guardianId, inspectionId })];
      const last = revocation.failures.at(-1);
      const dueAt = plusDays(now, facts.plot.terms.rectificationDays);
      return [
        voided,
        event('GuardianshipReinstated', { guardianId, inspectionId, since, until, endsAt }),
        ...state.applications.map((other) => event('PlotApplicationRefused', adoptedByAnother(other))),
        // the inspection that led to the revocation still stands: it is to be made good, as it would have been without the one that
        // does not
        ...(last && last.inspectionId !== inspectionId && !rectification
          ? [event('RectificationOpened', { inspectionId: last.inspectionId, guardianId, dueAt })]
          : []),
      ];
    },
  },
  evolve: {
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
    PlotInspected: (state, { inspectionId, guardianId, score, passed }, { at }) => ({
      ...state,
      failures: passed ? state.failures : [...state.failures, { inspectionId, guardianId, at, score }],
      settledAt: at,
    }),
    RectificationOpened: (state, { inspectionId, guardianId, dueAt }, { at }) => ({
      ...state,
      rectification: { inspectionId, guardianId, openedAt: at, dueAt },
    }),
    RectificationMet: (state, _, { at }) => ({ ...state, rectification: null, settledAt: later(at, state.settledAt) }),
    RectificationOverdue: (state) => ({ ...state, rectification: null }),
    GuardianshipRevoked: (state, { guardianId, failures }, { at }) => ({
      ...state,
      guardianship: null,
      failures: state.failures.filter(({ inspectionId }) => !failures.some((failure) => failure.inspectionId === inspectionId)),
      revocations: state.guardianship
        ? [...state.revocations, { guardianship: state.guardianship, failures: failures.map((failure) => ({ ...failure, guardianId })) }]
        : state.revocations,
      settledAt: at,
    }),
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
  },
});
