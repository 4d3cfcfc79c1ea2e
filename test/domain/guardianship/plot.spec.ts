import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plot } from '../../../src/domain/guardianship/plot-state.js';
import { plot } from '../../../src/domain/guardianship/plot.js';
import type { EventOf } from '../../../src/domain/shared/decider.js';
import { stateHolidays } from '../../../src/domain/shared/holidays.js';
import { daysBetween, endOfDays, plusDays, plusMilliseconds } from '../../../src/domain/shared/time.js';
import { given } from '../../support/given.js';

const id = '510121111219.1~1';
const t0 = '2026-05-01T08:00:00.000Z';
const day = (days: number) => plusDays(t0, days);
/** 24:00 of the day in China that is so many days after t0. */
const end = (days: number) => `${day(days).slice(0, 10)}T16:00:00.000Z`;
/** The end of a period that begins `from` days after t0, wherever a day off moves it. */
const due = (days: number, from = 0) => endOfDays(day(from), days, stateHolidays);
const terms = {
  partyFirstDays: 14,
  termDays: 365,
  inspectionDays: 7,
  passMark: 60,
  rectificationDays: 7,
  failures: 3,
  failureDays: 90,
  noticeDays: 30,
};
const dividedAt = day(-14);
const plotFacts = { plot: { dividedAt, terms, partyFirstUntil: day(0) }, policies: [] };
const living = (householdId: string | null) => ({ ...plotFacts, homes: householdId === null ? [] : [{ householdId, since: day(-400) }] });
const facts = living('510121111219.1.7');
const until = due(365);

const applied = (applicationId: string, applicantId: string) =>
  ({ type: 'PlotApplicationMade', data: { applicationId, applicantId, householdId: '510121111219.1.7' } }) as const;
const adopted = {
  type: 'PlotAdopted',
  data: { applicationId: 'a1', guardianId: 'cai', householdId: '510121111219.1.7', until },
  at: t0,
} as const;
const offered = { type: 'PlotOffered', data: { guardianId: 'cai', toId: 'xie' } } as const;
const noticed = { type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: due(30, 10) }, at: day(10) } as const;
const inspected = (at: string, score: number, inspectionId: string) =>
  ({
    type: 'PlotInspected',
    at,
    data: {
      inspectionId,
      inspectorId: 'mod',
      guardianId: 'cai',
      householdId: '510121111219.1.7',
      score,
      passMark: 60,
      passed: score >= 60,
      nextDueAt: endOfDays(at, 7, stateHolidays),
    },
  }) as const;
const opened = (at: string, inspectionId: string) =>
  ({ type: 'RectificationOpened', at, data: { inspectionId, guardianId: 'cai', dueAt: endOfDays(at, 7, stateHolidays) } }) as const;
const met = (at: string, inspectionId: string) =>
  ({
    type: 'RectificationMet',
    at,
    data: { inspectionId, inspectorId: 'mod', guardianId: 'cai', householdId: '510121111219.1.7' },
  }) as const;
const ended = { type: 'GuardianshipEnded', at: day(370), data: { guardianId: 'cai', ground: 'term', endedAt: until } } as const;
const failed = (days: number, inspectionId: string) =>
  [inspected(day(days), 40, inspectionId), opened(day(days), inspectionId), met(day(days + 0.5), inspectionId)] as const;

describe('ApplyForPlot', () => {
  it('given a free plot, when somebody applies, then the application has their household in the place and their words', () => {
    given(plot)
      .when('ApplyForPlot', { words: '我家就在旁边' }, { id, by: 'cai', facts: living('510121111219.1.7') })
      .then([
        {
          type: 'PlotApplicationMade',
          data: { applicationId: 'new-1', applicantId: 'cai', householdId: '510121111219.1.7', words: '我家就在旁边' },
        },
      ]);
  });
  it('given a household elsewhere, when somebody applies, then it is left out', () => {
    for (const householdId of [null, '510121111219.10.7', '510121111219.2.7']) {
      given(plot)
        .when('ApplyForPlot', {}, { id, by: 'cai', facts: living(householdId) })
        .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai' } }]);
    }
  });
  it('given the window of party members, when others apply, then it is refused until its end', () => {
    const window = { plot: { dividedAt, terms, partyFirstUntil: day(14) }, homes: [], policies: [] };
    const applies = [{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai' } }] as const;
    given(plot)
      .when('ApplyForPlot', {}, { id, by: 'cai', capacity: 'resident', at: plusMilliseconds(day(14), -1), facts: window })
      .thenRefused('guardianship.party-first', { until: day(14) });
    given(plot).when('ApplyForPlot', {}, { id, by: 'cai', capacity: 'party-member', at: t0, facts: window }).then(applies);
    given(plot)
      .when('ApplyForPlot', {}, { id, by: 'cai', capacity: 'resident', at: day(14), facts: window })
      .then(applies);
  });
  it('given a time before the division, when somebody applies, then it is refused', () => {
    const application = { id, by: 'cai', capacity: 'party-member', facts: living(null) } as const;
    given(plot)
      .when('ApplyForPlot', {}, { ...application, at: plusMilliseconds(dividedAt, -1), now: t0 })
      .thenRefused('guardianship.before-division', { since: dividedAt });
    given(plot)
      .when('ApplyForPlot', {}, { ...application, at: dividedAt, now: t0 })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai' } }]);
  });
  it('given a guardian, when somebody applies, then it is refused and says until when', () => {
    given(plot, adopted)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.plot-taken', { until });
    given(plot, adopted, noticed)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.plot-taken', { until: end(40) });
    given(plot, adopted, ended)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'xie' } }]);
  });
  it('given an application, when the same person applies, then nothing changes; given fifty, when another does, then it is refused', () => {
    given(plot, applied('a1', 'cai'))
      .when('ApplyForPlot', {}, { id, by: 'cai', facts: living(null) })
      .thenNothing();
    const fifty = Array.from({ length: 50 }, (_, index) => applied(`a${index}`, `p${index}`));
    given(plot, ...fifty)
      .when('ApplyForPlot', {}, { id, by: 'cai', facts: living(null) })
      .thenRefused('guardianship.too-many-applications', { max: 50 });
  });
});

describe('RuleOnPlotApplication', () => {
  it('given two applications, when one is accepted, then the plot is adopted for the term and the other is refused', () => {
    given(plot, applied('a1', 'cai'), applied('a2', 'xie'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { id, by: 'mod', facts })
      .then([
        {
          type: 'PlotAdopted',
          data: { applicationId: 'a1', guardianId: 'cai', householdId: '510121111219.1.7', until, inspectionDueAt: due(7) },
        },
        { type: 'PlotApplicationRefused', data: { applicationId: 'a2', applicantId: 'xie', ground: 'adopted-by-another' } },
      ]);
  });
  it('given two applications, when the second is accepted, then the first is refused', () => {
    given(plot, applied('a1', 'cai'), applied('a2', 'xie'))
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', facts })
      .then([
        {
          type: 'PlotAdopted',
          data: { applicationId: 'a2', guardianId: 'xie', householdId: '510121111219.1.7', until, inspectionDueAt: due(7) },
        },
        { type: 'PlotApplicationRefused', data: { applicationId: 'a1', applicantId: 'cai', ground: 'adopted-by-another' } },
      ]);
  });
  it('given two applications, one of them refused, when the other is accepted, then only that one is ruled on', () => {
    given(plot, applied('a1', 'cai'), applied('a2', 'xie'), {
      type: 'PlotApplicationRefused',
      data: { applicationId: 'a1', applicantId: 'cai', ground: 'ruling', reason: '否' },
    })
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', facts })
      .then([
        {
          type: 'PlotAdopted',
          data: { applicationId: 'a2', guardianId: 'xie', householdId: '510121111219.1.7', until, inspectionDueAt: due(7) },
        },
      ]);
  });
  it('given an accepted application, when it is ruled on again, then it is refused', () => {
    given(plot, applied('a1', 'cai'), adopted)
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { id, by: 'mod', facts })
      .thenRefused('guardianship.no-such-application', { application: 'a1' });
  });
  it('given an application, when it is refused with a reason, then it is refused; without one, then the command is', () => {
    given(plot, applied('a1', 'cai'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: false, reason: '已认领两块' }, { id, by: 'mod', facts })
      .then([
        { type: 'PlotApplicationRefused', data: { applicationId: 'a1', applicantId: 'cai', ground: 'ruling', reason: '已认领两块' } },
      ]);
    given(plot, applied('a1', 'cai'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: false }, { id, by: 'mod', facts })
      .thenRefused('guardianship.reason-missing');
  });
  it('given the applicant, or an application that is unknown or ruled on, when it is ruled on, then it is refused', () => {
    given(plot, applied('a1', 'mod'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { id, by: 'mod', facts })
      .thenRefused('guardianship.own-application');
    given(plot, adopted)
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { id, by: 'mod', facts })
      .thenRefused('guardianship.no-such-application', { application: 'a1' });
    given(plot, applied('a1', 'cai'), {
      type: 'PlotApplicationRefused',
      data: { applicationId: 'a1', applicantId: 'cai', ground: 'ruling', reason: '否' },
    })
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { id, by: 'mod', facts })
      .thenRefused('guardianship.no-such-application', { application: 'a1' });
  });
  it('given an application, when a ruling is entered for a time before it, then it is refused', () => {
    const made = { ...applied('a1', 'cai'), at: t0 };
    const before = { id, by: 'mod', at: plusMilliseconds(t0, -1), now: day(1), facts };
    given(plot, made)
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, before)
      .thenRefused('guardianship.before-application', { since: t0 });
    given(plot, made)
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: false, reason: '否' }, before)
      .thenRefused('guardianship.before-application', { since: t0 });
    given(plot, made)
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { ...before, at: t0 })
      .then([
        {
          type: 'PlotAdopted',
          data: { applicationId: 'a1', guardianId: 'cai', householdId: '510121111219.1.7', until, inspectionDueAt: due(7) },
        },
      ]);
  });
  it('given a guardianship that has ended, when an application is accepted for a time before that, then it is refused', () => {
    const again = [adopted, ended, applied('a2', 'xie')] as const;
    given(plot, ...again)
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', at: plusMilliseconds(until, -1), facts })
      .thenRefused('guardianship.out-of-order', { since: until });
    given(plot, ...again)
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', at: until, facts })
      .then([
        {
          type: 'PlotAdopted',
          data: {
            applicationId: 'a2',
            guardianId: 'xie',
            householdId: '510121111219.1.7',
            until: '2028-05-03T16:00:00.000Z',
            inspectionDueAt: endOfDays(until, 7, stateHolidays),
          },
        },
      ]);
  });
});

describe('what only the guardian does', () => {
  const asks = [
    ['OfferPlot', { toId: 'xie' }],
    ['GivePlotNotice', {}],
    ['LogCare', { kinds: ['watering'] }],
  ] as const;
  it.each(asks)('given others, no guardian, or a time outside the guardianship, when %s is asked, then it is refused', (command, data) => {
    given(plot, adopted).when(command, data, { id, by: 'xie', facts }).thenRefused('guardianship.not-guardian');
    given(plot).when(command, data, { id, by: 'cai', facts }).thenRefused('guardianship.no-guardian');
    given(plot, adopted)
      .when(command, data, { id, by: 'cai', at: day(-1), facts })
      .thenRefused('guardianship.before-guardianship', { since: t0 });
    given(plot, adopted)
      .when(command, data, { id, by: 'cai', at: until, facts })
      .thenRefused('guardianship.guardianship-over', { endsAt: until });
  });

  it('given a guardian, when they care for the plot, then it is logged', () => {
    given(plot, adopted)
      .when('LogCare', { kinds: ['watering', 'weeding'], words: '浇了三角梅' }, { id, by: 'cai', facts })
      .then([
        {
          type: 'CareLogged',
          data: {
            careId: 'new-1',
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            kinds: ['watering', 'weeding'],
            words: '浇了三角梅',
          },
        },
      ]);
  });

  it('given a guardian, when they give notice, then it ends after thirty days, or with the term if that is sooner', () => {
    given(plot, adopted)
      .when('GivePlotNotice', { words: '要搬家了' }, { id, by: 'cai', at: day(10), facts })
      .then([{ type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: end(40), words: '要搬家了' } }]);
    given(plot, adopted)
      .when('GivePlotNotice', {}, { id, by: 'cai', at: day(350), facts })
      .then([{ type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: until } }]);
    given(plot, adopted, noticed)
      .when('GivePlotNotice', {}, { id, by: 'cai', at: day(11), facts })
      .thenNothing();
  });

  it('given a guardian, when they offer the plot to somebody, then it is offered', () => {
    given(plot, adopted).when('OfferPlot', { toId: 'xie' }, { id, by: 'cai', facts }).then([offered]);
    given(plot, adopted, offered).when('OfferPlot', { toId: 'xie' }, { id, by: 'cai', facts }).thenNothing();
    given(plot, adopted, offered)
      .when('OfferPlot', { toId: 'li' }, { id, by: 'cai', facts })
      .then([{ type: 'PlotOffered', data: { guardianId: 'cai', toId: 'li' } }]);
    given(plot, adopted).when('OfferPlot', { toId: 'cai' }, { id, by: 'cai', facts }).thenRefused('guardianship.handover-to-self');
    given(plot, adopted, inspected(day(7), 40, 'i1'), opened(day(7), 'i1'))
      .when('OfferPlot', { toId: 'xie' }, { id, by: 'cai', at: day(8), facts })
      .thenRefused('guardianship.rectification-open', { dueAt: end(14) });
  });
});

describe('TakeOverPlot', () => {
  it('given an offer, when it is taken, then the plot is handed over for the rest of the term', () => {
    given(plot, adopted, offered)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(5), facts: living('510121111219.1.9') })
      .then([{ type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', householdId: '510121111219.1.9', until } }]);
  });
  it('given notice, an offer and failures, when the plot is handed over, then none of them is the new guardian’s', () => {
    const handedOver = { type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', until }, at: day(30) } as const;
    const after = [adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), noticed, offered, handedOver] as const;
    given(plot, ...after)
      .when('EndGuardianship', {}, { id, at: day(40) })
      .thenRefused('guardianship.not-due');
    given(plot, ...after)
      .when('InspectPlot', { score: 0 }, { id, by: 'mod', at: day(31), facts: living(null) })
      .then([
        {
          type: 'PlotInspected',
          data: { inspectionId: 'new-1', inspectorId: 'mod', guardianId: 'xie', score: 0, passMark: 60, passed: false, nextDueAt: end(38) },
        },
        { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'xie', dueAt: end(38) } },
      ]);
    given(plot, ...after)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(31), facts: living(null) })
      .thenNothing();
  });
  it('given no offer, or something to be made good, when somebody takes the plot over, then it is refused', () => {
    given(plot, adopted)
      .when('TakeOverPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.not-offered');
    given(plot, adopted, offered)
      .when('TakeOverPlot', {}, { id, by: 'li', facts: living(null) })
      .thenRefused('guardianship.not-offered');
    given(plot, adopted, offered, inspected(day(7), 40, 'i1'), opened(day(7), 'i1'))
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(8), facts: living(null) })
      .thenRefused('guardianship.rectification-open', { dueAt: end(14) });
  });
  it('given an inspection, when the plot is taken over at the same time, then it is handed over', () => {
    given(plot, adopted, inspected(day(7), 80, 'i1'), offered)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(7), facts: living(null) })
      .then([{ type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', until } }]);
  });
  it('given a time before the last inspection, or no guardian, when the plot is taken over, then it is refused', () => {
    given(plot, adopted, inspected(day(7), 80, 'i1'), offered)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(6), facts: living(null) })
      .thenRefused('guardianship.out-of-order', { since: day(7) });
    given(plot)
      .when('TakeOverPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.no-guardian');
  });
});

describe('EndGuardianship', () => {
  it('given a term or a notice that has ended, when the guardianship is ended, then it ends by that ground', () => {
    given(plot, adopted)
      .when('EndGuardianship', {}, { id, at: day(370) })
      .then([{ type: 'GuardianshipEnded', data: { guardianId: 'cai', ground: 'term', endedAt: until } }]);
    given(plot, adopted, noticed)
      .when('EndGuardianship', {}, { id, at: end(40) })
      .then([{ type: 'GuardianshipEnded', data: { guardianId: 'cai', ground: 'notice', endedAt: end(40) } }]);
  });
  it('given a guardianship before its end, when it is ended, then it is refused; given none, then nothing changes', () => {
    given(plot, adopted)
      .when('EndGuardianship', {}, { id, at: plusMilliseconds(until, -1) })
      .thenRefused('guardianship.not-due');
    given(plot, adopted, ended)
      .when('EndGuardianship', {}, { id, at: day(370) })
      .thenNothing();
  });
});

describe('ContributeToPlot', () => {
  const painted = { kinds: ['painting' as const], words: '手绘石头二十块' };
  it('given a plot, when a volunteer works on it, then the contribution is recorded, also if nobody is guardian', () => {
    const made = [
      {
        type: 'PlotContributionMade',
        data: { contributionId: 'new-1', contributorId: 'xie', householdId: '510121111219.1.9', ...painted },
      },
    ] as const;
    given(plot)
      .when('ContributeToPlot', painted, { id, by: 'xie', facts: living('510121111219.1.9') })
      .then(made);
    given(plot, adopted)
      .when('ContributeToPlot', painted, { id, by: 'xie', facts: living('510121111219.1.9') })
      .then(made);
    given(plot)
      .when('ContributeToPlot', painted, { id, by: 'xie', at: dividedAt, now: t0, facts: living('510121111219.1.9') })
      .then(made);
  });
  it('given a guardian, when they contribute to their own plot, then it is refused, since it is care', () => {
    given(plot, adopted)
      .when('ContributeToPlot', painted, { id, by: 'cai', facts: living(null) })
      .thenRefused('guardianship.guardian-logs-care');
    given(plot)
      .when('ContributeToPlot', painted, { id, by: 'xie', at: plusMilliseconds(dividedAt, -1), now: t0, facts: living(null) })
      .thenRefused('guardianship.before-division', { since: dividedAt });
  });
});

describe('InspectPlot', () => {
  it('given the pass mark, when it is reached, then the inspection is passed and says when the next is due', () => {
    given(plot, adopted)
      .when('InspectPlot', { score: 60, words: '整洁' }, { id, by: 'mod', at: day(7), facts })
      .then([
        {
          type: 'PlotInspected',
          data: {
            inspectionId: 'new-1',
            inspectorId: 'mod',
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            score: 60,
            passMark: 60,
            passed: true,
            nextDueAt: end(14),
            words: '整洁',
          },
        },
      ]);
  });
  it('given an inspection, when the plot is inspected at the same time again, then it is recorded', () => {
    given(plot, adopted, inspected(day(7), 80, 'i1'))
      .when('InspectPlot', { score: 70 }, { id, by: 'mod', at: day(7), facts })
      .then([{ type: 'PlotInspected', data: inspected(day(7), 70, 'new-1').data }]);
  });
  it('given a failed inspection, when it is entered, then a rectification of seven days opens from the entry on', () => {
    for (const [now, dueAt] of [
      [day(7), end(14)],
      [day(30), end(38)],
    ] as const) {
      given(plot, adopted)
        .when('InspectPlot', { score: 59 }, { id, by: 'mod', at: day(7), now, facts })
        .then([
          {
            type: 'PlotInspected',
            data: {
              inspectionId: 'new-1',
              inspectorId: 'mod',
              guardianId: 'cai',
              householdId: '510121111219.1.7',
              score: 59,
              passMark: 60,
              passed: false,
              nextDueAt: end(14),
            },
          },
          { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'cai', dueAt } },
        ]);
    }
  });
  it('given the guardian, none, a time out of order or an open rectification, when the plot is inspected, then it is refused', () => {
    given(plot, adopted).when('InspectPlot', { score: 100 }, { id, by: 'cai', facts }).thenRefused('guardianship.own-plot');
    given(plot).when('InspectPlot', { score: 100 }, { id, by: 'mod', facts }).thenRefused('guardianship.no-guardian');
    given(plot, adopted)
      .when('InspectPlot', { score: 100 }, { id, by: 'mod', at: day(-1), facts })
      .thenRefused('guardianship.before-guardianship', { since: t0 });
    given(plot, adopted)
      .when('InspectPlot', { score: 100 }, { id, by: 'mod', at: until, facts })
      .thenRefused('guardianship.guardianship-over', { endsAt: until });
    given(plot, adopted, inspected(day(7), 80, 'i1'))
      .when('InspectPlot', { score: 100 }, { id, by: 'mod', at: day(6), facts })
      .thenRefused('guardianship.out-of-order', { since: day(7) });
    given(plot, adopted, inspected(day(7), 40, 'i1'), opened(day(7), 'i1'))
      .when('InspectPlot', { score: 100 }, { id, by: 'mod', at: day(8), facts })
      .thenRefused('guardianship.rectification-open', { dueAt: end(14) });
  });

  const third = (days: number) =>
    given(plot, adopted, ...failed(7, 'i1'), ...failed(20, 'i2')).when(
      'InspectPlot',
      { score: 30 },
      { id, by: 'mod', at: day(days), facts },
    );
  const thirdInspected = (days: number) =>
    ({
      type: 'PlotInspected',
      data: {
        inspectionId: 'new-1',
        inspectorId: 'mod',
        guardianId: 'cai',
        householdId: '510121111219.1.7',
        score: 30,
        passMark: 60,
        passed: false,
        nextDueAt: end(days + 7),
      },
    }) as const;
  it.each([89, 90])(
    'given two failures, when the third comes %d days after the first, then the guardianship is revoked and all three are cited',
    (days) => {
      third(7 + days).then([
        thirdInspected(7 + days),
        {
          type: 'GuardianshipRevoked',
          data: {
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            failures: [
              { inspectionId: 'i1', at: day(7), score: 40 },
              { inspectionId: 'i2', at: day(20), score: 40 },
              { inspectionId: 'new-1', at: day(7 + days), score: 30 },
            ],
            withinDays: 90,
          },
        },
      ]);
    },
  );
  it.each([90 + 1 / 86_400_000, 91])(
    'given two failures, when another comes %d days after the first, then the guardianship is not revoked',
    (days) => {
      third(7 + days).then([
        thirdInspected(7 + days),
        { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'cai', dueAt: end(14 + days) } },
      ]);
    },
  );
  it('given failures at any distance, when a plot is inspected, then it is revoked exactly if three lie within 90 days', () => {
    const moment = { by: 'mod', capacity: 'moderator' as const };
    let revoked = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 1, max: 60 }), score: fc.integer({ min: 0, max: 100 }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        (visits) => {
          let state: Plot = plot.evolve.PlotAdopted(plot.initial, adopted.data, { ...moment, at: t0, now: t0 });
          const failures: string[] = [];
          let at = t0;
          for (const { gap, score } of visits) {
            at = plusDays(at, gap);
            if (at >= until) return;
            const context = {
              ...moment,
              at,
              now: at,
              id,
              newId: at.toLowerCase(),
              facts,
              event: (type: string, data: unknown) => ({ type, data }),
            };
            const outcome = plot.decide.InspectPlot(state, { score }, context as never);
            if ('refused' in outcome) throw new Error(outcome.refused);
            if (score < 60) failures.push(at);
            const [first] = failures.slice(-3);
            const expected = score < 60 && failures.length >= 3 && daysBetween(first!, at) <= 90;
            expect(outcome.some(({ type }) => type === 'GuardianshipRevoked')).toBe(expected);
            if (expected) revoked++;
            if (expected) return;
            for (const event of outcome) state = plot.evolve[event.type](state, event.data as never, { ...moment, at, now: at });
            state = plot.evolve.RectificationOverdue(
              state,
              { inspectionId: 'x', guardianId: 'cai', dueAt: at },
              { ...moment, at, now: at },
            );
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(revoked).toBeGreaterThan(10);
  });
});

describe('rectification', () => {
  const open = [adopted, inspected(day(7), 40, 'i1'), opened(day(7), 'i1')] as const;
  it('given a rectification, when it is confirmed up to its day, then it is met', () => {
    given(plot, ...open)
      .when('ConfirmRectification', { words: '已清理' }, { id, by: 'mod', at: end(14), facts })
      .then([
        {
          type: 'RectificationMet',
          data: { inspectionId: 'i1', inspectorId: 'mod', guardianId: 'cai', householdId: '510121111219.1.7', words: '已清理' },
        },
      ]);
    given(plot, ...open)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: plusMilliseconds(end(14), 1), facts })
      .thenRefused('guardianship.rectification-past', { dueAt: end(14) });
  });
  it('given a rectification, when it is confirmed for the time at which it opened, then it is met', () => {
    given(plot, ...open)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: day(7), facts })
      .then([{ type: 'RectificationMet', data: met(day(7), 'i1').data }]);
  });
  it('given the guardian, no rectification, or a time before it, when it is confirmed, then it is refused', () => {
    given(plot, ...open)
      .when('ConfirmRectification', {}, { id, by: 'cai', at: day(8), facts })
      .thenRefused('guardianship.own-plot');
    given(plot, adopted)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: day(8), facts })
      .thenRefused('guardianship.no-rectification');
    given(plot, ...open, met(day(8), 'i1'))
      .when('ConfirmRectification', {}, { id, by: 'mod', at: day(9), facts })
      .thenRefused('guardianship.no-rectification');
    given(plot, ...open)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: day(6), facts })
      .thenRefused('guardianship.out-of-order', { since: day(7) });
    given(plot).when('ConfirmRectification', {}, { id, by: 'mod', facts }).thenRefused('guardianship.no-rectification');
  });
  it('given a rectification that is met, when something earlier is entered, then it is refused', () => {
    given(plot, ...open, met(day(8), 'i1'))
      .when('InspectPlot', { score: 70 }, { id, by: 'mod', at: day(7.5), facts })
      .thenRefused('guardianship.out-of-order', { since: day(8) });
  });
  it('given a rectification, when its day has come, then it is overdue once', () => {
    const overdue = {
      type: 'RectificationOverdue',
      data: { inspectionId: 'i1', guardianId: 'cai', householdId: '510121111219.1.7', dueAt: end(14) },
    } as const;
    given(plot, ...open)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: end(14), facts })
      .then([overdue]);
    given(plot, ...open)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: plusMilliseconds(end(14), -1), facts })
      .thenRefused('guardianship.not-due');
    given(plot, ...open, overdue)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(15), facts })
      .thenNothing();
    given(plot, ...open, met(day(8), 'i1'))
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(15), facts })
      .thenNothing();
    given(plot, ...open, overdue)
      .when('InspectPlot', { score: 70 }, { id, by: 'mod', at: day(15), facts })
      .then([
        {
          type: 'PlotInspected',
          data: {
            inspectionId: 'new-1',
            inspectorId: 'mod',
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            score: 70,
            passMark: 60,
            passed: true,
            nextDueAt: due(7, 15),
          },
        },
      ]);
  });
  it('given a revocation, when somebody applies, then the plot is free', () => {
    const revoked = {
      type: 'GuardianshipRevoked',
      at: day(20),
      data: { guardianId: 'cai', failures: [{ inspectionId: 'i1', at: day(7), score: 40 }], withinDays: 90 },
    } as const;
    given(plot, adopted, revoked)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'xie' } }]);
    given(plot, adopted, revoked)
      .when('LogCare', { kinds: ['watering'] }, { id, by: 'cai', at: day(21), facts })
      .thenRefused('guardianship.no-guardian');
  });
});

describe('a rectification whose guardian leaves', () => {
  const gone = [
    adopted,
    inspected(day(7), 40, 'i1'),
    opened(day(7), 'i1'),
    { type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: day(8) }, at: day(8) },
    { type: 'GuardianshipEnded', at: day(8), data: { guardianId: 'cai', ground: 'notice', endedAt: day(8) } },
  ] as const;
  it('given a guardian who leaves, when the day of the rectification has come, then it is overdue', () => {
    given(plot, ...gone)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: end(14), facts })
      .then([
        {
          type: 'RectificationOverdue',
          data: { inspectionId: 'i1', guardianId: 'cai', householdId: '510121111219.1.7', dueAt: end(14) },
        },
      ]);
  });
  it('given a guardian who leaves, when the rectification is confirmed, then it is met', () => {
    given(plot, ...gone)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: day(10), facts })
      .then([met(day(10), 'i1')].map(({ type, data }) => ({ type, data })));
  });
  it('given a guardian who left, when a rectification before that is confirmed, then the next is accepted from the leaving on', () => {
    const accepting = (at: string) =>
      given(plot, ...gone, met(day(7.5), 'i1'), { ...applied('a2', 'xie'), at: day(7) }).when(
        'RuleOnPlotApplication',
        { applicationId: 'a2', accepted: true },
        { id, by: 'mod', at, facts },
      );
    accepting(day(7.75)).thenRefused('guardianship.out-of-order', { since: day(8) });
    accepting(day(8)).then([
      {
        type: 'PlotAdopted',
        data: { applicationId: 'a2', guardianId: 'xie', householdId: '510121111219.1.7', until: due(365, 8), inspectionDueAt: due(7, 8) },
      },
    ]);
  });
  it('given a guardian who leaves, when the next is accepted, then it is refused until the rectification is over', () => {
    given(plot, ...gone, applied('a2', 'xie'))
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', at: day(9), facts })
      .thenRefused('guardianship.rectification-open', { dueAt: end(14) });
  });
});

describe('failed inspections', () => {
  const handedOver = (at: string, fromId: string, guardianId: string) =>
    ({ type: 'PlotHandedOver', data: { fromId, guardianId, until }, at }) as const;
  it('given failures of a person, when somebody else held the plot between, then they still count for that person', () => {
    given(plot, adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), handedOver(day(15), 'cai', 'xie'), handedOver(day(16), 'xie', 'cai'))
      .when('InspectPlot', { score: 30 }, { id, by: 'mod', at: day(21), facts })
      .then([
        { type: 'PlotInspected', data: { ...inspected(day(21), 30, 'new-1').data } },
        {
          type: 'GuardianshipRevoked',
          data: {
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            failures: [
              { inspectionId: 'i1', at: day(7), score: 40 },
              { inspectionId: 'i2', at: day(14), score: 40 },
              { inspectionId: 'new-1', at: day(21), score: 30 },
            ],
            withinDays: 90,
          },
        },
      ]);
  });
});

describe('failed inspections of several people', () => {
  type Past = EventOf<(typeof plot)['events']> & { readonly at?: string };
  const of = (guardianId: string, [days, inspectionId]: readonly [number, string]) => {
    const { data } = inspected(day(days), 40, inspectionId);
    return { type: 'PlotInspected', at: day(days), data: { ...data, guardianId } } as const;
  };
  const taking = (guardianId: string, days: number) =>
    ({ type: 'PlotAdopted', at: day(days), data: { applicationId: 'a9', guardianId, until } }) as const;
  const revoking = (guardianId: string, ...visits: readonly (readonly [number, string])[]) =>
    ({
      type: 'GuardianshipRevoked',
      at: day(visits.at(-1)![0]),
      data: {
        guardianId,
        failures: visits.map(([days, inspectionId]) => ({ inspectionId, at: day(days), score: 40 })),
        withinDays: 90,
      },
    }) as const;
  const cited = (...visits: readonly (readonly [number, string])[]) => ({
    type: 'GuardianshipRevoked' as const,
    data: { ...revoking('cai', ...visits).data, householdId: '510121111219.1.7' },
  });
  const inspecting = (at: number, ...past: Past[]) =>
    given(plot, ...past).when('InspectPlot', { score: 40 }, { id, by: 'mod', at: day(at), facts });

  it('given a failure of one person, when the guardianship of another is revoked, then it still counts for the first', () => {
    const [c1, x1, x2, x3] = [
      [1, 'c1'],
      [3, 'x1'],
      [4, 'x2'],
      [5, 'x3'],
    ] as const;
    const theirs = [of('xie', x1), of('xie', x2), of('xie', x3), revoking('xie', x1, x2, x3)];
    inspecting(8, taking('cai', 0), of('cai', c1), taking('xie', 2), ...theirs, taking('cai', 6), of('cai', [7, 'c2'])).then([
      { type: 'PlotInspected', data: inspected(day(8), 40, 'new-1').data },
      cited(c1, [7, 'c2'], [8, 'new-1']),
    ]);
  });
  it('given two revocations of a person, when an inspection of the second is voided, then the failures of the first stay used up', () => {
    const first = [
      [1, 'c1'],
      [2, 'c2'],
      [3, 'c3'],
    ] as const;
    const second = [
      [5, 'c4'],
      [6, 'c5'],
      [7, 'c6'],
    ] as const;
    const past = [
      taking('cai', 0),
      ...first.map((visit) => of('cai', visit)),
      revoking('cai', ...first),
      taking('cai', 4),
      ...second.map((visit) => of('cai', visit)),
      revoking('cai', ...second),
      { type: 'InspectionVoided', data: { inspectionId: 'c6', guardianId: 'cai' } } as const,
      {
        type: 'GuardianshipReinstated',
        at: day(8),
        data: { guardianId: 'cai', inspectionId: 'c6', since: day(4), until, endsAt: until },
      } as const,
    ];
    inspecting(9, ...past).then([
      { type: 'PlotInspected', data: inspected(day(9), 40, 'new-1').data },
      cited([5, 'c4'], [6, 'c5'], [9, 'new-1']),
    ]);
  });
});

describe('the household of what is done and judged', () => {
  const homes = [
    { householdId: '510121111219.1.7', since: day(-400) },
    { householdId: '510121111219.1.9', since: day(8) },
  ];
  const moved = { ...plotFacts, homes };
  it('given a guardian who moved, when something is recorded, then it has the household where they lived when it happened', () => {
    for (const [at, householdId] of [
      [plusMilliseconds(day(8), -1), '510121111219.1.7'],
      [day(8), '510121111219.1.9'],
    ] as const) {
      given(plot, adopted)
        .when('LogCare', { kinds: ['watering'] }, { id, by: 'cai', at, now: day(20), facts: moved })
        .then([{ type: 'CareLogged', data: { careId: 'new-1', guardianId: 'cai', householdId, kinds: ['watering'] } }]);
    }
    given(plot, adopted, inspected(day(1), 40, 'i1'), opened(day(1), 'i1'))
      .when(
        'MarkRectificationOverdue',
        { inspectionId: 'i1' },
        { id, at: day(9), facts: { homes: [homes[0]!, { ...homes[1]!, since: day(8.5) }] } },
      )
      .then([
        { type: 'RectificationOverdue', data: { inspectionId: 'i1', guardianId: 'cai', householdId: '510121111219.1.7', dueAt: end(8) } },
      ]);
  });
});

describe('the limit of care logs', () => {
  const logged = (at: string, guardianId = 'cai') =>
    ({ type: 'CareLogged', at, data: { careId: 'c1', guardianId, kinds: ['watering'] } }) as const;
  const five = Array.from({ length: 5 }, (_, index) => logged(plusMilliseconds(day(1), index)));
  const once = [
    { type: 'CareLogged', data: { careId: 'new-1', guardianId: 'cai', householdId: '510121111219.1.7', kinds: ['watering'] } },
  ] as const;
  const log = { kinds: ['watering' as const] };
  it('given no limit in the terms, when care is logged a sixth time in a day, then it is refused and says from when it can be', () => {
    given(plot, adopted, ...five.slice(1))
      .when('LogCare', log, { id, by: 'cai', at: day(1), facts })
      .then(once);
    given(plot, adopted, ...five)
      .when('LogCare', log, { id, by: 'cai', at: day(1), facts })
      .thenRefused('guardianship.care-limit', { max: 5, day: '2026-05-02', from: '2026-05-02T16:00:00.000Z' });
    given(plot, adopted, ...five)
      .when('LogCare', log, { id, by: 'cai', at: '2026-05-02T16:00:00.000Z', facts })
      .then(once);
  });
  it('given a limit in the terms, when it is exceeded, then care is refused', () => {
    const strict = { ...facts, plot: { ...facts.plot, terms: { ...terms, careLogsPerDay: 1 } } };
    given(plot, adopted, logged(day(1)))
      .when('LogCare', log, { id, by: 'cai', at: day(1), facts: strict })
      .thenRefused('guardianship.care-limit', { max: 1, day: '2026-05-02', from: '2026-05-02T16:00:00.000Z' });
  });
  it('given logs of two days, when more are entered, then each day has its own limit', () => {
    const two = given(plot, adopted, logged(day(1)), ...Array.from({ length: 5 }, (_, index) => logged(plusMilliseconds(day(2), index))));
    two
      .when('LogCare', log, { id, by: 'cai', at: day(2), facts })
      .thenRefused('guardianship.care-limit', { max: 5, day: '2026-05-03', from: '2026-05-03T16:00:00.000Z' });
    two.when('LogCare', log, { id, by: 'cai', at: day(1), facts }).then(once);
  });
  it('given a handover, when both guardians log care on that day, then each has their own limit', () => {
    const there = { type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', until }, at: plusMilliseconds(day(1), 10) } as const;
    const at = plusMilliseconds(day(1), 30);
    given(plot, adopted, ...five, there, ...Array.from({ length: 5 }, () => logged(at, 'xie')))
      .when('LogCare', log, { id, by: 'xie', at, facts })
      .thenRefused('guardianship.care-limit');
  });
  it('given a handover there and back, when care is logged, then each guardian’s own limit holds', () => {
    const there = { type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', until }, at: plusMilliseconds(day(1), 10) } as const;
    const andBack = {
      type: 'PlotHandedOver',
      data: { fromId: 'xie', guardianId: 'cai', until },
      at: plusMilliseconds(day(1), 20),
    } as const;
    const at = plusMilliseconds(day(1), 30);
    given(plot, adopted, ...five, there, andBack)
      .when('LogCare', log, { id, by: 'cai', at, facts })
      .thenRefused('guardianship.care-limit');
    given(plot, adopted, ...five, there)
      .when('LogCare', log, { id, by: 'xie', at, facts: living(null) })
      .then([{ type: 'CareLogged', data: { careId: 'new-1', guardianId: 'xie', kinds: ['watering'] } }]);
  });
});

describe('VoidInspection', () => {
  const revoked = {
    type: 'GuardianshipRevoked',
    at: day(21),
    data: {
      guardianId: 'cai',
      failures: [
        { inspectionId: 'i1', at: day(7), score: 40 },
        { inspectionId: 'i2', at: day(14), score: 40 },
        { inspectionId: 'i3', at: day(21), score: 40 },
      ],
      withinDays: 90,
    },
  } as const;
  const story = [adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), inspected(day(21), 40, 'i3'), revoked] as const;
  const voided = (inspectionId: string) => ({ type: 'InspectionVoided', data: { inspectionId, guardianId: 'cai' } }) as const;
  const reinstated = (inspectionId: string) =>
    ({
      type: 'GuardianshipReinstated',
      data: { guardianId: 'cai', inspectionId, since: t0, until, endsAt: until, inspectionDueAt: due(7, 25) },
    }) as const;
  const refusedAsTaken = {
    type: 'PlotApplicationRefused',
    data: { applicationId: 'a2', applicantId: 'xie', ground: 'adopted-by-another' },
  } as const;
  const ask = (inspectionId: string) => ({ inspectionId, guardianId: 'cai' });

  it('given an open rectification, when its inspection is voided, then it is dropped, once', () => {
    const dropped = { type: 'RectificationDropped', data: { inspectionId: 'i1', guardianId: 'cai' } } as const;
    const open = [adopted, inspected(day(7), 40, 'i1'), opened(day(7), 'i1')] as const;
    given(plot, ...open)
      .when('VoidInspection', ask('i1'), { id, at: day(8), facts })
      .then([voided('i1'), dropped]);
    given(plot, ...open, voided('i1'), dropped)
      .when('VoidInspection', ask('i1'), { id, at: day(8), facts })
      .thenNothing();
    given(plot, ...open, voided('i1'), dropped)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(14), facts })
      .thenNothing();
  });
  it('given a void failure, when another inspection fails, then the void one does not count', () => {
    given(plot, adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), voided('i1'))
      .when('InspectPlot', { score: 40 }, { id, by: 'mod', at: day(21), facts })
      .then([
        { type: 'PlotInspected', data: inspected(day(21), 40, 'new-1').data },
        { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'cai', dueAt: end(28) } },
      ]);
  });
  it('given a void failure, when inspections go on failing, then the others count', () => {
    given(plot, adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), voided('i1'), ...failed(21, 'i3'))
      .when('InspectPlot', { score: 40 }, { id, by: 'mod', at: day(28), facts })
      .then([
        { type: 'PlotInspected', data: inspected(day(28), 40, 'new-1').data },
        {
          type: 'GuardianshipRevoked',
          data: {
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            failures: [...revoked.data.failures.slice(1), { inspectionId: 'new-1', at: day(28), score: 40 }],
            withinDays: 90,
          },
        },
      ]);
  });
  it('given a failure that was made good, when it is voided, then nothing else follows', () => {
    given(plot, adopted, ...failed(7, 'i1'))
      .when('VoidInspection', ask('i1'), { id, at: day(8), facts })
      .then([voided('i1')]);
  });
  it('given a revocation after which the same person adopted the plot again, when an inspection is voided, then nothing else follows', () => {
    given(plot, ...story, { ...adopted, at: day(23) })
      .when('VoidInspection', ask('i3'), { id, at: day(25), facts })
      .then([voided('i3')]);
  });
  it('given two revocations, when an inspection of the later is voided, then its guardian is reinstated and the earlier one stands', () => {
    const byXie = { type: 'PlotAdopted', at: day(30), data: { applicationId: 'a2', guardianId: 'xie', until: day(300) } } as const;
    const failures = [31, 32, 33].map((n) => ({ inspectionId: `x${n}`, at: day(n), score: 10 }));
    const ofHers = failures.map(({ inspectionId, at, score }) => {
      const { data, ...event } = inspected(at, score, inspectionId);
      return { ...event, data: { ...data, guardianId: 'xie' } };
    });
    const both = [
      ...story,
      byXie,
      ...ofHers,
      { type: 'GuardianshipRevoked', at: day(33), data: { guardianId: 'xie', failures, withinDays: 90 } },
    ] as const;
    const ofXie = { inspectionId: 'x33', guardianId: 'xie' };
    const back = {
      type: 'GuardianshipReinstated',
      data: { ...ofXie, since: day(30), until: day(300), endsAt: day(300), inspectionDueAt: due(7, 40) },
    } as const;
    given(plot, ...both)
      .when('VoidInspection', ofXie, { id, at: day(40), facts })
      .then([{ type: 'InspectionVoided', data: ofXie }, back]);
    given(plot, ...both, { type: 'InspectionVoided', data: ofXie }, back)
      .when('VoidInspection', ask('i3'), { id, at: day(41), facts })
      .then([voided('i3'), { type: 'PlotOfferedAgain', data: ask('i3') }]);
  });
  it('given a reinstated guardian, when they give notice, then it is given, unless they had given it before', () => {
    given(plot, ...story, voided('i3'), reinstated('i3'))
      .when('GivePlotNotice', {}, { id, by: 'cai', at: day(26), facts })
      .then([{ type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: end(56) } }]);
    given(plot, ...story, voided('i3'), { ...reinstated('i3'), data: { ...reinstated('i3').data, endsAt: day(40) } })
      .when('GivePlotNotice', {}, { id, by: 'cai', at: day(26), facts })
      .thenNothing();
  });
  it('given a revocation, when one of its inspections is voided, then the guardian is reinstated and applications are refused', () => {
    given(plot, ...story, applied('a2', 'xie'))
      .when('VoidInspection', ask('i3'), { id, at: day(25), facts })
      .then([voided('i3'), reinstated('i3'), refusedAsTaken]);
    // the other two failures count on
    given(plot, ...story, voided('i3'), reinstated('i3'))
      .when('InspectPlot', { score: 30 }, { id, by: 'mod', at: day(28), facts })
      .then([
        { type: 'PlotInspected', data: inspected(day(28), 30, 'new-1').data },
        {
          type: 'GuardianshipRevoked',
          data: {
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            failures: [...revoked.data.failures.slice(0, 2), { inspectionId: 'new-1', at: day(28), score: 30 }],
            withinDays: 90,
          },
        },
      ]);
  });
  it('given a revocation, when an earlier inspection is voided, then the last failure opens its rectification', () => {
    given(plot, ...story)
      .when('VoidInspection', ask('i1'), { id, at: day(25), facts })
      .then([
        voided('i1'),
        reinstated('i1'),
        { type: 'RectificationOpened', data: { inspectionId: 'i3', guardianId: 'cai', dueAt: end(32) } },
      ]);
  });
  it('given a revocation and a new guardian, when an inspection is voided, then the plot is offered again, and adopted by applying when it is free', () => {
    const taken = { type: 'PlotAdopted', at: day(23), data: { applicationId: 'a2', guardianId: 'xie', until: day(300) } } as const;
    const offeredAgain = { type: 'PlotOfferedAgain', data: ask('i3') } as const;
    given(plot, ...story, taken)
      .when('VoidInspection', ask('i3'), { id, at: day(25), facts })
      .then([voided('i3'), offeredAgain]);
    given(plot, ...story, taken, voided('i3'), offeredAgain)
      .when('ApplyForPlot', {}, { id, by: 'cai', at: day(26), facts })
      .thenRefused('guardianship.plot-taken', { until: day(300) });
    const free = { type: 'GuardianshipEnded', at: day(300), data: { guardianId: 'xie', ground: 'term', endedAt: day(300) } } as const;
    given(plot, ...story, taken, voided('i3'), offeredAgain, free, applied('a2', 'li'))
      .when('ApplyForPlot', {}, { id, by: 'cai', at: day(301), facts })
      .then([
        { type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai', householdId: '510121111219.1.7' } },
        {
          type: 'PlotAdopted',
          data: {
            applicationId: 'new-1',
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            until: due(365, 301),
            inspectionDueAt: due(7, 301),
          },
        },
        { type: 'PlotApplicationRefused', data: { ...refusedAsTaken.data, applicantId: 'li' } },
      ]);
  });
  it('given a plot offered again, when the person applies for a time before it was free, then it is a usual application', () => {
    const taken = { type: 'PlotAdopted', at: day(23), data: { applicationId: 'a2', guardianId: 'xie', until: day(300) } } as const;
    const free = { type: 'GuardianshipEnded', at: day(300), data: { guardianId: 'xie', ground: 'term', endedAt: day(300) } } as const;
    given(plot, ...story, taken, voided('i3'), { type: 'PlotOfferedAgain', data: ask('i3') }, free)
      .when('ApplyForPlot', {}, { id, by: 'cai', at: plusMilliseconds(day(300), -1), now: day(301), facts })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai', householdId: '510121111219.1.7' } }]);
  });
  it('given a plot offered again once, when another inspection of the revocation is voided, then it is not offered twice', () => {
    const taken = { type: 'PlotAdopted', at: day(23), data: { applicationId: 'a2', guardianId: 'xie', until: day(300) } } as const;
    given(plot, ...story, taken, voided('i3'), { type: 'PlotOfferedAgain', data: ask('i3') })
      .when('VoidInspection', ask('i2'), { id, at: day(26), facts })
      .then([voided('i2')]);
  });
  it('given a plot offered again, when others have held it, then the person still adopts it by applying, and only once', () => {
    const offeredAgain = { type: 'PlotOfferedAgain', data: ask('i3') } as const;
    const held = (guardianId: string, from: number, to: number) =>
      [
        { type: 'PlotAdopted', at: day(from), data: { applicationId: 'a9', guardianId, until: day(to) } },
        { type: 'GuardianshipEnded', at: day(to), data: { guardianId, ground: 'term', endedAt: day(to) } },
      ] as const;
    const free = [...story, voided('i3'), offeredAgain, ...held('xie', 23, 300)] as const;
    given(plot, ...free, applied('a2', 'li'), applied('a3', 'cai'))
      .when('ApplyForPlot', {}, { id, by: 'cai', at: day(300), facts })
      .then([
        {
          type: 'PlotAdopted',
          data: {
            applicationId: 'a3',
            guardianId: 'cai',
            householdId: '510121111219.1.7',
            until: due(365, 300),
            inspectionDueAt: due(7, 300),
          },
        },
        { type: 'PlotApplicationRefused', data: { ...refusedAsTaken.data, applicantId: 'li' } },
      ]);
    given(plot, ...free, ...held('cai', 301, 400))
      .when('ApplyForPlot', {}, { id, by: 'cai', at: day(401), facts })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai', householdId: '510121111219.1.7' } }]);
  });
  it('given a revocation whose term is over, when an inspection is voided, then the plot is offered again', () => {
    given(plot, ...story)
      .when('VoidInspection', ask('i3'), { id, at: until, facts })
      .then([voided('i3'), { type: 'PlotOfferedAgain', data: ask('i3') }]);
  });
});
