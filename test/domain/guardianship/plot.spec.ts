import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Plot, plot } from '../../../src/domain/guardianship/plot.js';
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
const facts = plotFacts;
const living = (householdId: string | null) => ({ ...plotFacts, householdId });
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
    const window = { plot: { dividedAt, terms, partyFirstUntil: day(14) }, householdId: null };
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
  it('withdraws a notice, the failures and the offer of the one before', () => {
    const handedOver = { type: 'PlotHandedOver', data: { fromId: 'cai', guardianId: 'xie', until }, at: day(30) } as const;
    const after = [adopted, ...failed(7, 'i1'), ...failed(14, 'i2'), noticed, offered, handedOver] as const;
    given(plot, ...after)
      .when('EndGuardianship', {}, { id, at: day(40) })
      .thenRefused('guardianship.not-due');
    given(plot, ...after)
      .when('InspectPlot', { score: 0 }, { id, by: 'mod', at: day(31), facts })
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
    given(plot).when('ConfirmRectification', {}, { id, by: 'mod', facts }).thenRefused('guardianship.no-guardian');
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
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(14) })
      .then([overdue]);
    given(plot, ...open)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: plusMilliseconds(day(14), -1) })
      .thenRefused('guardianship.not-due');
    given(plot, ...open, overdue)
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(15) })
      .thenNothing();
    given(plot, ...open, met(day(8), 'i1'))
      .when('MarkRectificationOverdue', { inspectionId: 'i1' }, { id, at: day(15) })
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
