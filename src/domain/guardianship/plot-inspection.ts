import { refuse } from '../shared/decider.js';
import { endOfPeriod } from '../shared/policy.js';
import { daysBetween } from '../shared/time.js';
import { refusedForAnother } from './plot-adoption.js';
import { type DecidePlot, householdIn, serving } from './plot-state.js';

/** Inspections, rectifications and revocations (domain.md row 18), and what follows when a penalty is reversed on appeal (row 19). */
export const decideInspection = {
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
      nextDueAt: endOfPeriod(facts.policies, now, at, terms.inspectionDays),
      words,
    });
    if (passed) return [inspected];
    const failures = [
      ...state.failures
        .filter((failure) => failure.guardianId === guardianId && daysBetween(failure.at, at) <= terms.failureDays)
        .map(({ inspectionId, at: inspectedAt, score: given }) => ({ inspectionId, at: inspectedAt, score: given })),
      { inspectionId: newId, at, score },
    ];
    if (failures.length >= terms.failures)
      return [inspected, event('GuardianshipRevoked', { guardianId, householdId, failures, withinDays: terms.failureDays })];
    // the period begins when the inspection is entered, because the guardian cannot know of it before
    return [
      inspected,
      event('RectificationOpened', {
        inspectionId: newId,
        guardianId,
        dueAt: endOfPeriod(facts.policies, now, now, terms.rectificationDays),
      }),
    ];
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
    const { rectification, guardianship, revocations } = state;
    const voided = event('InspectionVoided', { inspectionId, guardianId });
    if (rectification?.inspectionId === inspectionId) return [voided, event('RectificationDropped', { inspectionId, guardianId })];
    const revocation = revocations.find(({ failures }) => failures.some((failure) => failure.inspectionId === inspectionId));
    if (!revocation || guardianship?.guardianId === guardianId) return [voided];
    const { since, until, endsAt } = revocation.guardianship;
    // somebody else has the plot, or the term is over: the person may have it when it is free
    if (guardianship || at >= endsAt) return [voided, event('PlotOfferedAgain', { guardianId, inspectionId })];
    const last = revocation.failures.at(-1);
    const dueAt = endOfPeriod(facts.policies, now, now, facts.plot.terms.rectificationDays);
    return [
      voided,
      event('GuardianshipReinstated', {
        guardianId,
        inspectionId,
        since,
        until,
        endsAt,
        inspectionDueAt: endOfPeriod(facts.policies, now, at, facts.plot.terms.inspectionDays),
      }),
      ...state.applications.map(refusedForAnother),
      // the last of the failed inspections is still valid: without the void one it would have opened a rectification, so it does now
      ...(last && last.inspectionId !== inspectionId && !rectification
        ? [event('RectificationOpened', { inspectionId: last.inspectionId, guardianId, dueAt })]
        : []),
    ];
  },
} satisfies Pick<DecidePlot, 'InspectPlot' | 'ConfirmRectification' | 'MarkRectificationOverdue' | 'VoidInspection'>;
