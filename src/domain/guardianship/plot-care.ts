import { refuse } from '../shared/decider.js';
import { dayInChina, endOfDayInChina } from '../shared/time.js';
import { earlierCareLogsPerDay } from './division.js';
import { type DecidePlot, householdIn, servedBy } from './plot-state.js';

/** What guardians (domain.md row 18) and volunteers (row 20) do on a plot. */
export const decideCare = {
  LogCare: (state, { kinds, words }, { at, by, id, newId, facts }) => {
    const current = servedBy(state, at, by);
    if ('refused' in current) return current;
    const day = dayInChina(at);
    const max = facts.plot.terms.careLogsPerDay ?? earlierCareLogsPerDay;
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
} satisfies Pick<DecidePlot, 'LogCare' | 'ContributeToPlot'>;
