import { type Immutable, refuse } from '../shared/decider.js';
import { endOfPeriod, type Policies } from '../shared/policy.js';
import type { PlotTerms } from './division.js';
import { type DecidePlot, type Plot, householdIn, servedBy, serving } from './plot-state.js';

const maxApplications = 50;

/** An application is refused because somebody else becomes the guardian. */
export const refusedForAnother = ({ applicationId, applicantId }: Plot['applications'][number]) =>
  ({ type: 'PlotApplicationRefused', data: { applicationId, applicantId, ground: 'adopted-by-another' } }) as const;

const sooner = (a: string, b: string): string => (a < b ? a : b);

/** The end of the term, and when the first inspection is due. */
const periodsOf = ({ termDays, inspectionDays }: PlotTerms, policies: Immutable<Policies>, now: string, at: string) => ({
  until: endOfPeriod(policies, now, at, termDays),
  inspectionDueAt: endOfPeriod(policies, now, at, inspectionDays),
});

/** Who becomes the guardian of a plot, and until when: applications, rulings, handovers, notice and end (domain.md row 17). */
export const decideAdoption = {
  ApplyForPlot: (state, { words }, { at, now, by, capacity, id, newId, facts, event }) => {
    const { dividedAt, partyFirstUntil, terms } = facts.plot;
    if (at < dividedAt) return refuse('guardianship.before-division', { since: dividedAt });
    if (state.guardianship) return refuse('guardianship.plot-taken', { until: state.guardianship.endsAt });
    const householdId = householdIn(id, facts, at);
    const made = event('PlotApplicationMade', { applicationId: newId, applicantId: by, householdId, words });
    // their revocation was undone: no window and no ruling (domain.md row 19)
    if (state.offeredAgainTo.includes(by) && !state.rectification && at >= state.settledAt) {
      const others = state.applications.filter(({ applicantId }) => applicantId !== by);
      const own = state.applications.find(({ applicantId }) => applicantId === by);
      const applicationId = own?.applicationId ?? newId;
      return [
        ...(own ? [] : [made]),
        event('PlotAdopted', { applicationId, guardianId: by, householdId, ...periodsOf(terms, facts.policies, now, at) }),
        ...others.map(refusedForAnother),
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
      now,
      by,
      event,
      facts: {
        plot: { terms },
        policies,
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
      event('PlotAdopted', { applicationId, guardianId: applicantId, householdId, ...periodsOf(terms, policies, now, at) }),
      ...state.applications.filter((other) => other !== application).map(refusedForAnother),
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
      now,
      by,
      facts: {
        plot: { terms },
        policies,
      },
    },
  ) => {
    const current = servedBy(state, at, by);
    if ('refused' in current) return current;
    if (current.noticeGiven) return [];
    const endsAt = sooner(endOfPeriod(policies, now, at, terms.noticeDays), current.until);
    return [{ type: 'PlotNoticeGiven', data: { guardianId: by, endsAt, words } }];
  },
  EndGuardianship: ({ guardianship }, _, { at }) => {
    if (!guardianship) return [];
    const { guardianId, endsAt, until } = guardianship;
    if (at < endsAt) return refuse('guardianship.not-due');
    return [{ type: 'GuardianshipEnded', data: { guardianId, ground: endsAt < until ? 'notice' : 'term', endedAt: endsAt } }];
  },
} satisfies Pick<
  DecidePlot,
  'ApplyForPlot' | 'RuleOnPlotApplication' | 'OfferPlot' | 'TakeOverPlot' | 'GivePlotNotice' | 'EndGuardianship'
>;
