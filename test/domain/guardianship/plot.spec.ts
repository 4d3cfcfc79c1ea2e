import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Plot } from '../../../src/domain/guardianship/plot-state.js';
import { plot } from '../../../src/domain/guardianship/plot.js';
import { daysBetween, plusDays, plusMilliseconds } from '../../../src/domain/shared/time.js';
import { given } from '../../support/given.js';

const id = '510121111219.1~1';
const t0 = '2026-05-01T08:00:00.000Z';
const day = (days: number) => plusDays(t0, days);
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
const plotFacts = { plot: { dividedAt, terms, partyFirstUntil: day(0) } };
const living = (householdId: string | null) => ({ ...plotFacts, homes: householdId === null ? [] : [{ householdId, since: day(-400) }] });
const facts = living('510121111219.1.7');
const until = day(365);

const applied = (applicationId: string, applicantId: string) =>
  ({ type: 'PlotApplicationMade', data: { applicationId, applicantId, householdId: '510121111219.1.7' } }) as const;
const adopted = {
  type: 'PlotAdopted',
  data: { applicationId: 'a1', guardianId: 'cai', householdId: '510121111219.1.7', until },
  at: t0,
} as const;
const offered = { type: 'PlotOffered', data: { guardianId: 'cai', toId: 'xie' } } as const;
const noticed = { type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: day(40) }, at: day(10) } as const;
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
      nextDueAt: plusDays(at, 7),
    },
  }) as const;
const opened = (at: string, inspectionId: string) =>
  ({ type: 'RectificationOpened', at, data: { inspectionId, guardianId: 'cai', dueAt: plusDays(at, 7) } }) as const;
const met = (at: string, inspectionId: string) =>
  ({
    type: 'RectificationMet',
    at,
    data: { inspectionId, inspectorId: 'mod', guardianId: 'cai', householdId: '510121111219.1.7' },
  }) as const;
const ended = { type: 'GuardianshipEnded', at: day(366), data: { guardianId: 'cai', ground: 'term', endedAt: until } } as const;
const failed = (days: number, inspectionId: string) =>
  [inspected(day(days), 40, inspectionId), opened(day(days), inspectionId), met(day(days + 0.5), inspectionId)] as const;

describe('ApplyForPlot', () => {
  it('is recorded with the applicant’s household in the place, and their words', () => {
    given(plot)
      .when('ApplyForPlot', { words: '我家就在旁边' }, { id, by: 'cai', facts: living('510121111219.1.7') })
      .then([
        {
          type: 'PlotApplicationMade',
          data: { applicationId: 'new-1', applicantId: 'cai', householdId: '510121111219.1.7', words: '我家就在旁边' },
        },
      ]);
  });
  it('leaves out a household elsewhere', () => {
    for (const householdId of [null, '510121111219.10.7', '510121111219.2.7']) {
      given(plot)
        .when('ApplyForPlot', {}, { id, by: 'cai', facts: living(householdId) })
        .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai' } }]);
    }
  });
  it('is for party members first, for others from the end of that window on', () => {
    const window = { plot: { dividedAt, terms, partyFirstUntil: day(14) }, homes: [] };
    const applies = [{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai' } }] as const;
    given(plot)
      .when('ApplyForPlot', {}, { id, by: 'cai', capacity: 'resident', at: plusMilliseconds(day(14), -1), facts: window })
      .thenRefused('guardianship.party-first', { until: day(14) });
    given(plot).when('ApplyForPlot', {}, { id, by: 'cai', capacity: 'party-member', at: t0, facts: window }).then(applies);
    given(plot)
      .when('ApplyForPlot', {}, { id, by: 'cai', capacity: 'resident', at: day(14), facts: window })
      .then(applies);
  });
  it('was not made before the plot was divided', () => {
    const application = { id, by: 'cai', capacity: 'party-member', facts: living(null) } as const;
    given(plot)
      .when('ApplyForPlot', {}, { ...application, at: plusMilliseconds(dividedAt, -1), now: t0 })
      .thenRefused('guardianship.before-division', { since: dividedAt });
    given(plot)
      .when('ApplyForPlot', {}, { ...application, at: dividedAt, now: t0 })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'cai' } }]);
  });
  it('is refused while somebody is guardian, until when', () => {
    given(plot, adopted)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.plot-taken', { until });
    given(plot, adopted, noticed)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.plot-taken', { until: day(40) });
    given(plot, adopted, ended)
      .when('ApplyForPlot', {}, { id, by: 'xie', facts: living(null) })
      .then([{ type: 'PlotApplicationMade', data: { applicationId: 'new-1', applicantId: 'xie' } }]);
  });
  it('counts once, and at most fifty wait', () => {
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
  it('accepts for the term, and refuses those who applied as well', () => {
    given(plot, applied('a1', 'cai'), applied('a2', 'xie'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: true }, { id, by: 'mod', facts })
      .then([
        { type: 'PlotAdopted', data: { applicationId: 'a1', guardianId: 'cai', householdId: '510121111219.1.7', until } },
        { type: 'PlotApplicationRefused', data: { applicationId: 'a2', applicantId: 'xie', ground: 'adopted-by-another' } },
      ]);
  });
  it('refuses with a reason, and only with one', () => {
    given(plot, applied('a1', 'cai'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: false, reason: '已认领两块' }, { id, by: 'mod', facts })
      .then([
        { type: 'PlotApplicationRefused', data: { applicationId: 'a1', applicantId: 'cai', ground: 'ruling', reason: '已认领两块' } },
      ]);
    given(plot, applied('a1', 'cai'))
      .when('RuleOnPlotApplication', { applicationId: 'a1', accepted: false }, { id, by: 'mod', facts })
      .thenRefused('guardianship.reason-missing');
  });
  it('is not for the applicant, nor for an application that is unknown or ruled on', () => {
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
  it('does not come before the application', () => {
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
      .then([{ type: 'PlotAdopted', data: { applicationId: 'a1', guardianId: 'cai', householdId: '510121111219.1.7', until } }]);
  });
  it('does not make anybody guardian before the last one ended', () => {
    const again = [adopted, ended, applied('a2', 'xie')] as const;
    given(plot, ...again)
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', at: plusMilliseconds(until, -1), facts })
      .thenRefused('guardianship.out-of-order', { since: until });
    given(plot, ...again)
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', at: until, facts })
      .then([{ type: 'PlotAdopted', data: { applicationId: 'a2', guardianId: 'xie', householdId: '510121111219.1.7', until: day(730) } }]);
  });
});

describe('what only the guardian does', () => {
  const asks = [
    ['OfferPlot', { toId: 'xie' }],
    ['GivePlotNotice', {}],
    ['LogCare', { kinds: ['watering'] }],
  ] as const;
  it.each(asks)('%s is refused to others, without a guardian, and outside the guardianship', (command, data) => {
    given(plot, adopted).when(command, data, { id, by: 'xie', facts }).thenRefused('guardianship.not-guardian');
    given(plot).when(command, data, { id, by: 'cai', facts }).thenRefused('guardianship.no-guardian');
    given(plot, adopted)
      .when(command, data, { id, by: 'cai', at: day(-1), facts })
      .thenRefused('guardianship.before-guardianship', { since: t0 });
    given(plot, adopted)
      .when(command, data, { id, by: 'cai', at: until, facts })
      .thenRefused('guardianship.guardianship-over', { endsAt: until });
  });

  it('logs care', () => {
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

  it('gives notice of thirty days, or to the end of the term if that is sooner', () => {
    given(plot, adopted)
      .when('GivePlotNotice', { words: '要搬家了' }, { id, by: 'cai', at: day(10), facts })
      .then([{ type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: day(40), words: '要搬家了' } }]);
    given(plot, adopted)
      .when('GivePlotNotice', {}, { id, by: 'cai', at: day(350), facts })
      .then([{ type: 'PlotNoticeGiven', data: { guardianId: 'cai', endsAt: until } }]);
    given(plot, adopted, noticed)
      .when('GivePlotNotice', {}, { id, by: 'cai', at: day(11), facts })
      .thenNothing();
  });

  it('offers the plot to somebody else', () => {
    given(plot, adopted).when('OfferPlot', { toId: 'xie' }, { id, by: 'cai', facts }).then([offered]);
    given(plot, adopted, offered).when('OfferPlot', { toId: 'xie' }, { id, by: 'cai', facts }).thenNothing();
    given(plot, adopted, offered)
      .when('OfferPlot', { toId: 'li' }, { id, by: 'cai', facts })
      .then([{ type: 'PlotOffered', data: { guardianId: 'cai', toId: 'li' } }]);
    given(plot, adopted).when('OfferPlot', { toId: 'cai' }, { id, by: 'cai', facts }).thenRefused('guardianship.handover-to-self');
    given(plot, adopted, inspected(day(7), 40, 'i1'), opened(day(7), 'i1'))
      .when('OfferPlot', { toId: 'xie' }, { id, by: 'cai', at: day(8), facts })
      .thenRefused('guardianship.rectification-open', { dueAt: day(14) });
  });
});

describe('TakeOverPlot', () => {
  it('makes the one it was offered to the guardian for the rest of the term', () => {
    given(plot, adopted, offered)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(5), facts: living('510121111219.1.9') })
      .then([{ type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', householdId: '510121111219.1.9', until } }]);
  });
  it('withdraws a notice and the offer of the one before, whose failures are not those of the new guardian', () => {
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
          data: { inspectionId: 'new-1', inspectorId: 'mod', guardianId: 'xie', score: 0, passMark: 60, passed: false, nextDueAt: day(38) },
        },
        { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'xie', dueAt: day(38) } },
      ]);
    given(plot, ...after)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(31), facts: living(null) })
      .thenNothing();
  });
  it('is for nobody else, and not while something is to be made good', () => {
    given(plot, adopted)
      .when('TakeOverPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.not-offered');
    given(plot, adopted, offered)
      .when('TakeOverPlot', {}, { id, by: 'li', facts: living(null) })
      .thenRefused('guardianship.not-offered');
    given(plot, adopted, offered, inspected(day(7), 40, 'i1'), opened(day(7), 'i1'))
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(8), facts: living(null) })
      .thenRefused('guardianship.rectification-open', { dueAt: day(14) });
  });
  it('cannot be entered for a time before the last inspection, or when nobody is guardian', () => {
    given(plot, adopted, inspected(day(7), 80, 'i1'), offered)
      .when('TakeOverPlot', {}, { id, by: 'xie', at: day(6), facts: living(null) })
      .thenRefused('guardianship.out-of-order', { since: day(7) });
    given(plot)
      .when('TakeOverPlot', {}, { id, by: 'xie', facts: living(null) })
      .thenRefused('guardianship.no-guardian');
  });
});

describe('EndGuardianship', () => {
  it('ends it with the term, or with the notice', () => {
    given(plot, adopted)
      .when('EndGuardianship', {}, { id, at: day(366) })
      .then([{ type: 'GuardianshipEnded', data: { guardianId: 'cai', ground: 'term', endedAt: until } }]);
    given(plot, adopted, noticed)
      .when('EndGuardianship', {}, { id, at: day(40) })
      .then([{ type: 'GuardianshipEnded', data: { guardianId: 'cai', ground: 'notice', endedAt: day(40) } }]);
  });
  it('not before, and once', () => {
    given(plot, adopted)
      .when('EndGuardianship', {}, { id, at: plusMilliseconds(until, -1) })
      .thenRefused('guardianship.not-due');
    given(plot, adopted, ended)
      .when('EndGuardianship', {}, { id, at: day(366) })
      .thenNothing();
  });
});

describe('ContributeToPlot', () => {
  const painted = { kinds: ['painting' as const], words: '手绘石头二十块' };
  it('records what a volunteer did, also where nobody is guardian', () => {
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
  });
  it('is care when the guardian does it', () => {
    given(plot, adopted)
      .when('ContributeToPlot', painted, { id, by: 'cai', facts: living(null) })
      .thenRefused('guardianship.guardian-logs-care');
    given(plot)
      .when('ContributeToPlot', painted, { id, by: 'xie', at: plusMilliseconds(dividedAt, -1), now: t0, facts: living(null) })
      .thenRefused('guardianship.before-division', { since: dividedAt });
  });
});

describe('InspectPlot', () => {
  it('passes from the pass mark on, and says when the next is due', () => {
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
            nextDueAt: day(14),
            words: '整洁',
          },
        },
      ]);
  });
  it('opens a rectification of seven days when it is failed, from when the guardian can hear of it', () => {
    for (const [now, dueAt] of [
      [day(7), day(14)],
      [day(30), day(37)],
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
              nextDueAt: day(14),
            },
          },
          { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'cai', dueAt } },
        ]);
    }
  });
  it('is refused to the guardian, without a guardian, out of order, and while something is to be made good', () => {
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
      .thenRefused('guardianship.rectification-open', { dueAt: day(14) });
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
        nextDueAt: day(days + 7),
      },
    }) as const;
  it.each([89, 90])('revokes at the third failure %d days after the first, citing all three', (days) => {
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
  });
  it.each([90 + 1 / 86_400_000, 91])('does not at one %d days after the first', (days) => {
    third(7 + days).then([
      thirdInspected(7 + days),
      { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'cai', dueAt: day(14 + days) } },
    ]);
  });
  it('revokes exactly when three failures lie within 90 days, however they are spread', () => {
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
  it('is confirmed up to its day', () => {
    given(plot, ...open)
      .when('ConfirmRectification', { words: '已清理' }, { id, by: 'mod', at: day(14), facts })
      .then([
        {
          type: 'RectificationMet',
          data: { inspectionId: 'i1', inspectorId: 'mod', guardianId: 'cai', householdId: '510121111219.1.7', words: '已清理' },
        },
      ]);
    given(plot, ...open)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: plusMilliseconds(day(14), 1), facts })
      .thenRefused('guardianship.rectification-past', { dueAt: day(14) });
  });
  it('is not confirmed by the guardian, when there is none, or before it was opened', () => {
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
  it('settles how the plot stood until then', () => {
    given(plot, ...open, met(day(8), 'i1'))
      .when('InspectPlot', { score: 70 }, { id, by: 'mod', at: day(7.5), facts })
      .thenRefused('guardianship.out-of-order', { since: day(8) });
  });
  it('is overdue when its day has come, once', () => {
    const overdue = {
      type: 'RectificationOverdue',
      data: { inspectionId: 'i1', guardianId: 'cai', householdId: '510121111219.1.7', dueAt: day(14) },
    } as const;
    given(plot, ...open)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(14), facts })
      .then([overdue]);
    given(plot, ...open)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: plusMilliseconds(day(14), -1), facts })
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
            nextDueAt: day(22),
          },
        },
      ]);
  });
  it('leaves a plot whose guardianship was revoked free', () => {
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
  it('stays due', () => {
    given(plot, ...gone)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(14), facts })
      .then([
        {
          type: 'RectificationOverdue',
          data: { inspectionId: 'i1', guardianId: 'cai', householdId: '510121111219.1.7', dueAt: day(14) },
        },
      ]);
  });
  it('can be made good', () => {
    given(plot, ...gone)
      .when('ConfirmRectification', {}, { id, by: 'mod', at: day(10), facts })
      .then([met(day(10), 'i1')].map(({ type, data }) => ({ type, data })));
  });
  it('goes before the next guardian', () => {
    given(plot, ...gone, applied('a2', 'xie'))
      .when('RuleOnPlotApplication', { applicationId: 'a2', accepted: true }, { id, by: 'mod', at: day(9), facts })
      .thenRefused('guardianship.rectification-open', { dueAt: day(14) });
  });
});

describe('failed inspections', () => {
  const handedOver = (at: string, fromId: string, guardianId: string) =>
    ({ type: 'PlotHandedOver', data: { fromId, guardianId, until }, at }) as const;
  it('are those of the person, whoever held the plot between', () => {
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

describe('the household of what is done and judged', () => {
  const homes = [
    { householdId: '510121111219.1.7', since: day(-400) },
    { householdId: '510121111219.1.9', since: day(8) },
  ];
  const moved = { ...plotFacts, homes };
  it('is where the guardian lived when it happened', () => {
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
        { type: 'RectificationOverdue', data: { inspectionId: 'i1', guardianId: 'cai', householdId: '510121111219.1.7', dueAt: day(8) } },
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
  it('is five a day where the terms say nothing, and says from when on more can be logged', () => {
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
  it('is what the terms say', () => {
    const strict = { ...facts, plot: { ...facts.plot, terms: { ...terms, careLogsPerDay: 1 } } };
    given(plot, adopted, logged(day(1)))
      .when('LogCare', log, { id, by: 'cai', at: day(1), facts: strict })
      .thenRefused('guardianship.care-limit', { max: 1, day: '2026-05-02', from: '2026-05-02T16:00:00.000Z' });
  });
  it('is not escaped by a handover there and back, and is each guardian’s own', () => {
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
    ({ type: 'GuardianshipReinstated', data: { guardianId: 'cai', inspectionId, since: t0, until, endsAt: until } }) as const;
  const refusedAsTaken = {
    type: 'PlotApplicationRefused',
    data: { applicationId: 'a2', applicantId: 'xie', ground: 'adopted-by-another' },
  } as const;
  const ask = (inspectionId: string) => ({ inspectionId, guardianId: 'cai' });

  it('drops the rectification that rests on it, and does so once', () => {
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
  it('no longer counts towards the third failure', () => {
    given(plot, adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), voided('i1'))
      .when('InspectPlot', { score: 40 }, { id, by: 'mod', at: day(21), facts })
      .then([
        { type: 'PlotInspected', data: inspected(day(21), 40, 'new-1').data },
        { type: 'RectificationOpened', data: { inspectionId: 'new-1', guardianId: 'cai', dueAt: day(28) } },
      ]);
  });
  it('reinstates the guardian whose revocation rests on it, and refuses who applied meanwhile', () => {
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
  it('opens the rectification that the last failure would have had without it', () => {
    given(plot, ...story)
      .when('VoidInspection', ask('i1'), { id, at: day(25), facts })
      .then([
        voided('i1'),
        reinstated('i1'),
        { type: 'RectificationOpened', data: { inspectionId: 'i3', guardianId: 'cai', dueAt: day(32) } },
      ]);
  });
  it('offers the plot again where somebody else has it, to be had by applying when it is free', () => {
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
        { type: 'PlotAdopted', data: { applicationId: 'new-1', guardianId: 'cai', householdId: '510121111219.1.7', until: day(666) } },
        { type: 'PlotApplicationRefused', data: { ...refusedAsTaken.data, applicantId: 'li' } },
      ]);
  });
  it('offers the plot again where the term is over', () => {
    given(plot, ...story)
      .when('VoidInspection', ask('i3'), { id, at: until, facts })
      .then([voided('i3'), { type: 'PlotOfferedAgain', data: ask('i3') }]);
  });
});
