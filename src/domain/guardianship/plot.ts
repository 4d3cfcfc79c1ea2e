import { defineDecider, refuse, type Refusal } from '../shared/decider.js';
import { isWithin } from '../shared/place-id.js';
import { daysBetween, plusDays } from '../shared/time.js';
import { placeOfPlot } from './division.js';
import {
  ApplyForPlot,
  CareLogged,
  ConfirmRectification,
  ContributeToPlot,
  EndGuardianship,
  type FailedInspection,
  GivePlotNotice,
  GuardianshipEnded,
  GuardianshipRevoked,
  type HouseholdFacts,
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
  RectificationMet,
  RectificationOpened,
  RectificationOverdue,
  RuleOnPlotApplication,
  TakeOverPlot,
} from './plot-messages.js';

interface Application {
  readonly applicationId: string;
  readonly applicantId: string;
  readonly householdId?: string;
  readonly madeAt: string;
}
interface Guardianship {
  readonly guardianId: string;
  readonly householdId?: string;
  readonly since: string;
  /** End of the term. */
  readonly until: string;
  /** End of the term or of the notice. */
  readonly endsAt: string;
  readonly noticeGiven: boolean;
  readonly offeredTo: string | null;
  /** The inspections failed within the days that count. */
  readonly failures: readonly FailedInspection[];
  readonly rectification: { readonly inspectionId: string; readonly dueAt: string } | null;
}
export interface Plot {
  readonly guardianship: Guardianship | null;
  readonly applications: readonly Application[];
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

/** As `serving`, for what is judged about the guardian: by somebody else, and in the order in which it happened. */
function judgedBy(state: Plot, at: string, by: string) {
  const found = serving(state, at);
  if ('refused' in found) return found;
  if (found.guardianId === by) return refuse('guardianship.own-plot');
  return at < state.settledAt ? refuse('guardianship.out-of-order', { since: state.settledAt }) : found;
}

/** The household whose merit it is as well: one that lies within the plot's place. */
const householdIn = (plotId: string, { householdId }: HouseholdFacts): string | undefined =>
  householdId !== null && isWithin(householdId, placeOfPlot(plotId)) ? householdId : undefined;

const later = (a: string, b: string): string => (a > b ? a : b);
const sooner = (a: string, b: string): string => (a < b ? a : b);

const newGuardian = (guardianId: string, householdId: string | undefined, since: string, until: string): Guardianship => ({
  guardianId,
  householdId,
  since,
  until,
  endsAt: until,
  noticeGiven: false,
  offeredTo: null,
  failures: [],
  rectification: null,
});
const withGuardianship = (state: Plot, change: Partial<Guardianship>): Plot =>
  state.guardianship ? { ...state, guardianship: { ...state.guardianship, ...change } } : state;

/**
 * A responsibility plot 责任田 and its guardian 监护人 (domain.md 17, 18, 20). Party members apply first, after that window anybody of
 * the place; the self-governing body rules on each application. A plot exists when its place was divided: its stream begins with the first deed.
 */
export const plot = defineDecider<Plot, PlotRefusal>()({
  stream: 'plot',
  initial: { guardianship: null, applications: [], settledAt: '' },
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
  },
  decide: {
    ApplyForPlot: (state, { words }, { at, by, capacity, id, newId, facts }) => {
      const { dividedAt, partyFirstUntil } = facts.plot;
      if (at < dividedAt) return refuse('guardianship.before-division', { since: dividedAt });
      if (state.guardianship) return refuse('guardianship.plot-taken', { until: state.guardianship.endsAt });
      if (at < partyFirstUntil && capacity !== 'party-member') return refuse('guardianship.party-first', { until: partyFirstUntil });
      if (state.applications.some(({ applicantId }) => applicantId === by)) return [];
      if (state.applications.length >= maxApplications) return refuse('guardianship.too-many-applications', { max: maxApplications });
      return [{ type: 'PlotApplicationMade', data: { applicationId: newId, applicantId: by, householdId: householdIn(id, facts), words } }];
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
      return [
        event('PlotAdopted', { applicationId, guardianId: applicantId, householdId, until: plusDays(at, terms.termDays) }),
        ...state.applications
          .filter((other) => other !== application)
          .map((other) =>
            event('PlotApplicationRefused', {
              applicationId: other.applicationId,
              applicantId: other.applicantId,
              ground: 'adopted-by-another',
            }),
          ),
      ];
    },
    OfferPlot: (state, { toId }, { at, by }) => {
      const current = servedBy(state, at, by);
      if ('refused' in current) return current;
      if (toId === by) return refuse('guardianship.handover-to-self');
      if (current.rectification) return refuse('guardianship.rectification-open', { dueAt: current.rectification.dueAt });
      return current.offeredTo === toId ? [] : [{ type: 'PlotOffered', data: { guardianId: by, toId } }];
    },
    TakeOverPlot: (state, _, { at, by, id, facts }) => {
      const current = serving(state, at);
      if ('refused' in current) return current;
      if (current.guardianId === by) return [];
      if (current.offeredTo !== by) return refuse('guardianship.not-offered');
      if (current.rectification) return refuse('guardianship.rectification-open', { dueAt: current.rectification.dueAt });
      if (at < state.settledAt) return refuse('guardianship.out-of-order', { since: state.settledAt });
      return [
        {
          type: 'PlotHandedOver',
          data: { fromId: current.guardianId, guardianId: by, householdId: householdIn(id, facts), until: current.until },
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
    LogCare: (state, { kinds, words }, { at, by, newId }) => {
      const current = servedBy(state, at, by);
      if ('refused' in current) return current;
      return [{ type: 'CareLogged', data: { careId: newId, guardianId: by, householdId: current.householdId, kinds, words } }];
    },
    ContributeToPlot: ({ guardianship }, { kinds, words }, { at, by, id, newId, facts }) => {
      const { dividedAt } = facts.plot;
      if (at < dividedAt) return refuse('guardianship.before-division', { since: dividedAt });
      if (guardianship?.guardianId === by) return refuse('guardianship.guardian-logs-care');
      return [
        {
          type: 'PlotContributionMade',
          data: { contributionId: newId, contributorId: by, householdId: householdIn(id, facts), kinds, words },
        },
      ];
    },
    InspectPlot: (
      state,
      { score, words },
      {
        at,
        now,
        by,
        newId,
        event,
        facts: {
          plot: { terms },
        },
      },
    ) => {
      const current = judgedBy(state, at, by);
      if ('refused' in current) return current;
      if (current.rectification) return refuse('guardianship.rectification-open', { dueAt: current.rectification.dueAt });
      const { guardianId, householdId } = current;
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
        ...current.failures.filter((failure) => daysBetween(failure.at, at) <= terms.failureDays),
        { inspectionId: newId, at, score },
      ];
      if (failures.length >= terms.failures)
        return [inspected, event('GuardianshipRevoked', { guardianId, householdId, failures, withinDays: terms.failureDays })];
      // the days to put it right run from when the guardian can hear of it
      return [inspected, event('RectificationOpened', { inspectionId: newId, guardianId, dueAt: plusDays(now, terms.rectificationDays) })];
    },
    ConfirmRectification: (state, { words }, { at, by }) => {
      const current = judgedBy(state, at, by);
      if ('refused' in current) return current;
      if (!current.rectification) return refuse('guardianship.no-rectification');
      const { inspectionId, dueAt } = current.rectification;
      if (at > dueAt) return refuse('guardianship.rectification-past', { dueAt });
      return [
        {
          type: 'RectificationMet',
          data: { inspectionId, inspectorId: by, guardianId: current.guardianId, householdId: current.householdId, words },
        },
      ];
    },
    MarkRectificationOverdue: ({ guardianship }, { inspectionId }, { at }) => {
      if (guardianship?.rectification?.inspectionId !== inspectionId) return [];
      const {
        guardianId,
        householdId,
        rectification: { dueAt },
      } = guardianship;
      if (at < dueAt) return refuse('guardianship.not-due');
      return [{ type: 'RectificationOverdue', data: { inspectionId, guardianId, householdId, dueAt } }];
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
    PlotAdopted: (state, { applicationId, guardianId, householdId, until }, { at }) => ({
      guardianship: newGuardian(guardianId, householdId, at, until),
      applications: state.applications.filter((application) => application.applicationId !== applicationId),
      settledAt: at,
    }),
    PlotOffered: (state, { toId }) => withGuardianship(state, { offeredTo: toId }),
    PlotHandedOver: (state, { guardianId, householdId, until }, { at }) => ({
      ...state,
      guardianship: newGuardian(guardianId, householdId, at, until),
      settledAt: at,
    }),
    PlotNoticeGiven: (state, { endsAt }) => withGuardianship(state, { endsAt, noticeGiven: true }),
    GuardianshipEnded: (state, { endedAt }) => ({ ...state, guardianship: null, settledAt: later(endedAt, state.settledAt) }),
    CareLogged: (state) => state,
    PlotContributionMade: (state) => state,
    PlotInspected: (state, { inspectionId, score, passed }, { at }) => ({
      ...withGuardianship(state, passed ? {} : { failures: [...(state.guardianship?.failures ?? []), { inspectionId, at, score }] }),
      settledAt: at,
    }),
    RectificationOpened: (state, { inspectionId, dueAt }) => withGuardianship(state, { rectification: { inspectionId, dueAt } }),
    RectificationMet: (state, _, { at }) => ({ ...withGuardianship(state, { rectification: null }), settledAt: at }),
    RectificationOverdue: (state) => withGuardianship(state, { rectification: null }),
    GuardianshipRevoked: (state, _, { at }) => ({ ...state, guardianship: null, settledAt: at }),
  },
});
