import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { accountIdOf, type MeritAccount, meritAccount } from '../../../src/domain/guardianship/merit-account.js';
import { plusDays } from '../../../src/domain/shared/time.js';
import { given } from '../../support/given.js';

const plotId = '510121111219.1~1';
const rules = {
  placeId: '510121111219',
  version: 3,
  from: '2026-04-01',
  appealDays: 5,
  redAt: 20,
  blackAt: -10,
  rules: [
    { cause: 'care-logged', points: 2, capPerDay: 2 },
    { cause: 'inspection-failed', points: -5 },
    { cause: 'inspection-passed', points: 5 },
  ],
} as const;
const facts = { rules, policies: [] };
const asked = (
  causeId: string,
  cause: 'care-logged' | 'inspection-failed' | 'inspection-passed' | 'revoked' = 'care-logged',
  day = '2026-05-01',
) => ({ personId: 'cai', householdId: '510121111219.1.7', plotId, cause, causeId, day });
const entered = (causeId: string, cause: 'care-logged' | 'inspection-failed' | 'inspection-passed' = 'care-logged', day = '2026-05-01') =>
  ({
    type: 'MeritEntered',
    data: {
      causeId,
      cause,
      points: { 'care-logged': 2, 'inspection-failed': -5, 'inspection-passed': 5 }[cause],
      personId: 'cai',
      householdId: '510121111219.1.7',
      plotId,
      day,
      rulesPlaceId: '510121111219',
      rulesVersion: 3,
      appealUntil: '2026-05-06T16:00:00.000Z',
    },
  }) as const;
const penalty = entered('e5', 'inspection-failed');
const who = { personId: 'cai', householdId: '510121111219.1.7', plotId } as const;
const appealed = { type: 'MeritAppealed', data: { causeId: 'e5', ...who, words: '那天在施工' } } as const;
const ruled = (upheld: boolean) => ({ type: 'MeritAppealRuled', data: { causeId: 'e5', ...who, upheld, reason: '属实' } }) as const;
const reversed = { type: 'MeritReversed', data: { causeId: 'e5', points: 5, ...who, day: '2026-05-01' } } as const;

describe('RecordMerit', () => {
  it('given a rule in force, when merit is recorded, then the entry has place, version of the rules and cause', () => {
    given(meritAccount)
      .when('RecordMerit', asked('e1'), { facts })
      .then([entered('e1')]);
    given(meritAccount).when('RecordMerit', asked('e5', 'inspection-failed'), { facts }).then([penalty]);
  });
  it('given an entry, when the same cause is recorded again, then nothing changes', () => {
    given(meritAccount, entered('e1')).when('RecordMerit', asked('e1'), { facts }).thenNothing();
    given(meritAccount, {
      type: 'MeritNotEntered',
      data: { causeId: 'e1', cause: 'revoked', ...who, day: '2026-05-01', reason: 'no-rule' },
    })
      .when('RecordMerit', asked('e1', 'revoked'), { facts })
      .thenNothing();
  });
  it('given a daily cap, when causes of one day are recorded, then no more than the cap is entered', () => {
    const full = [entered('e1'), entered('e2')] as const;
    given(meritAccount, entered('e1'))
      .when('RecordMerit', asked('e3'), { facts })
      .then([entered('e3')]);
    given(meritAccount, ...full)
      .when('RecordMerit', asked('e3'), { facts })
      .then([
        {
          type: 'MeritNotEntered',
          data: {
            causeId: 'e3',
            cause: 'care-logged',
            ...who,
            day: '2026-05-01',
            reason: 'daily-cap',
            rulesPlaceId: '510121111219',
            rulesVersion: 3,
          },
        },
      ]);
    given(meritAccount, ...full)
      .when('RecordMerit', asked('e3', 'care-logged', '2026-04-30'), { facts })
      .then([entered('e3', 'care-logged', '2026-04-30')]);
    given(meritAccount, ...full)
      .when('RecordMerit', asked('e3', 'inspection-passed'), { facts })
      .then([entered('e3', 'inspection-passed')]);
  });
  it('given a daily cap, when a cause is recorded, then other causes and those that were not entered do not count towards it', () => {
    const capped = { ...rules, rules: [{ cause: 'inspection-failed', points: -5, capPerDay: 1 }] } as const;
    const about = { causeId: 'e1', cause: 'inspection-failed', ...who, day: '2026-05-01', reason: 'no-rule' } as const;
    given(meritAccount, entered('e2'), { type: 'MeritNotEntered', data: about })
      .when('RecordMerit', asked('e5', 'inspection-failed'), { facts: { rules: capped, policies: [] } })
      .then([penalty]);
  });
  it('given no rule for the cause, or none in force, when merit is recorded, then the event says so', () => {
    const about = { causeId: 'e1', cause: 'revoked', ...who, day: '2026-05-01', reason: 'no-rule' } as const;
    given(meritAccount)
      .when('RecordMerit', asked('e1', 'revoked'), { facts })
      .then([{ type: 'MeritNotEntered', data: { ...about, rulesPlaceId: '510121111219', rulesVersion: 3 } }]);
    given(meritAccount)
      .when('RecordMerit', asked('e1', 'revoked'), { facts: { rules: null, policies: [] } })
      .then([{ type: 'MeritNotEntered', data: about }]);
  });
  it('given a cause over a year ago, when merit is recorded, then nothing is entered', () => {
    given(meritAccount)
      .when('RecordMerit', asked('e1', 'care-logged', '2025-04-29'), { facts })
      .then([{ type: 'MeritNotEntered', data: { causeId: 'e1', cause: 'care-logged', ...who, day: '2025-04-29', reason: 'too-late' } }]);
    given(meritAccount)
      .when('RecordMerit', asked('e1', 'care-logged', '2025-04-30'), { facts })
      .then([entered('e1', 'care-logged', '2025-04-30')]);
  });
  it('given entries over a year old, when the account is loaded, then only those with an open appeal are kept', () => {
    const moment = { at: '2026-05-01T08:00:00.000Z', now: '2026-05-01T08:00:00.000Z', by: 'system', capacity: 'system' as const };
    const past = [
      ['MeritEntered', penalty.data],
      ['MeritAppealed', appealed.data],
      ['MeritEntered', entered('e1').data],
    ] as const;
    const state = past.reduce<MeritAccount | null>(
      (before, [type, data]) => meritAccount.evolve[type](before, data as never, moment),
      null,
    );
    const later = { ...moment, now: '2027-05-03T08:00:00.000Z' };
    const after = meritAccount.evolve.MeritEntered(state, entered('e9', 'care-logged', '2027-05-03').data, later);
    expect(after?.days.flatMap(({ entries }) => entries.map(({ causeId }) => causeId))).toEqual(['e5', 'e9']);
  });
});

describe('a reversed penalty', () => {
  const capped = { rules: { ...rules, rules: [{ cause: 'inspection-failed', points: -5, capPerDay: 1 }] }, policies: [] } as const;
  it('given a reversed penalty, when the next one of the day is recorded, then it has room under the daily cap', () => {
    given(meritAccount, penalty, appealed, ruled(true), reversed)
      .when('RecordMerit', asked('e6', 'inspection-failed'), { facts: capped })
      .then([entered('e6', 'inspection-failed')]);
    given(meritAccount, penalty, appealed, ruled(false))
      .when('RecordMerit', asked('e6', 'inspection-failed'), { facts: capped })
      .then([
        {
          type: 'MeritNotEntered',
          data: {
            causeId: 'e6',
            cause: 'inspection-failed',
            ...who,
            day: '2026-05-01',
            reason: 'daily-cap',
            rulesPlaceId: '510121111219',
            rulesVersion: 3,
          },
        },
      ]);
  });

  const restingOn = (
    causeId: string,
    cause: 'inspection-failed' | 'rectification-overdue' | 'rectification-met' | 'revoked',
    inspections: string[],
    points = { 'inspection-failed': -5, 'rectification-overdue': -10, 'rectification-met': 3, revoked: -20 }[cause],
  ) =>
    ({
      type: 'MeritEntered',
      data: {
        ...penalty.data,
        causeId,
        cause,
        points,
        inspections,
      },
    }) as const;
  const failed = restingOn('e5', 'inspection-failed', ['i1']);
  const back = (causeId: string, points: number, inspectionId?: string) =>
    ({ type: 'MeritReversed', data: { causeId, points, ...who, day: '2026-05-01', inspectionId } }) as const;
  const upheld = { causeId: 'e5', upheld: true, reason: '属实' };

  it('given penalties that rest on an inspection, when its penalty is reversed, then they go too, and the event names the inspection', () => {
    given(
      meritAccount,
      failed,
      restingOn('e6', 'rectification-overdue', ['i1']),
      restingOn('e7', 'rectification-overdue', ['i2']),
      restingOn('e8', 'revoked', ['i0', 'i1', 'i2']),
      appealed,
    )
      .when('RuleOnMeritAppeal', upheld, { by: 'mod', facts: { inspectors: [] } })
      .then([ruled(true), back('e5', 5, 'i1'), back('e6', 10), back('e8', 20)]);
  });
  it('given what rests on an inspection, when its penalty is reversed, then neither rewards nor what was reversed before is', () => {
    given(
      meritAccount,
      entered('e1'),
      failed,
      restingOn('e6', 'rectification-met', ['i1']),
      restingOn('e7', 'rectification-overdue', ['i1'], 0),
      restingOn('e8', 'revoked', ['i1']),
      back('e8', 20),
      appealed,
    )
      .when('RuleOnMeritAppeal', upheld, { by: 'mod', facts: { inspectors: [] } })
      .then([ruled(true), back('e5', 5, 'i1')]);
  });
  it('given a penalty that followed from inspections, when it is reversed, then the inspections and their own penalties stand', () => {
    const revoked = restingOn('e8', 'revoked', ['i1', 'i2']);
    const past = [failed, revoked, { type: 'MeritAppealed', data: { ...appealed.data, causeId: 'e8' } }] as const;
    const ruling = { ...ruled(true), data: { ...ruled(true).data, causeId: 'e8' } };
    given(meritAccount, ...past)
      .when('RuleOnMeritAppeal', { ...upheld, causeId: 'e8' }, { by: 'mod', facts: { inspectors: [] } })
      .then([ruling, back('e8', 20)]);
    const withRule = { rules: { ...rules, rules: [{ cause: 'revoked', points: -20 }] }, policies: [] } as const;
    given(meritAccount, ...past, ruling, back('e8', 20))
      .when('RecordMerit', { ...asked('e9', 'revoked'), inspections: ['i0', 'i1'] }, { facts: withRule })
      .then([{ ...revoked, data: { ...revoked.data, causeId: 'e9', inspections: ['i0', 'i1'] } }]);
  });
  it('given a reversed penalty, when it is appealed or reversed again, then it is refused', () => {
    const past = [
      failed,
      restingOn('e8', 'revoked', ['i0', 'i1', 'i2']),
      { type: 'MeritAppealed', data: { ...appealed.data, causeId: 'e8' } },
      appealed,
      ruled(true),
      back('e5', 5, 'i1'),
      back('e8', 20),
    ] as const;
    given(meritAccount, ...past)
      .when('RuleOnMeritAppeal', { ...upheld, causeId: 'e8' }, { by: 'mod', facts: { inspectors: [] } })
      .thenRefused('guardianship.no-appeal', { entry: 'e8' });
    given(meritAccount, ...past)
      .when('AppealMerit', { causeId: 'e8', words: '不公' }, { by: 'cai' })
      .thenRefused('guardianship.already-reversed');
  });
  it('given a reversed inspection, when something that rests on it is recorded later, then nothing is entered', () => {
    given(meritAccount, entered('e1'), failed, appealed, ruled(true), back('e5', 5, 'i1'))
      .when('RecordMerit', { ...asked('e9', 'revoked'), inspections: ['i0', 'i1'] }, { facts })
      .then([
        { type: 'MeritNotEntered', data: { causeId: 'e9', cause: 'revoked', ...who, day: '2026-05-01', reason: 'inspection-reversed' } },
      ]);
  });
});

describe('accountIdOf', () => {
  it('given a place and a person, when their account is named, then its id has both', () => {
    expect(accountIdOf('510121111219', 'cai')).toBe('510121111219~cai');
  });
});

describe('loading an account', () => {
  it('given entries that come in any order, when they are loaded, then they are grouped by day, oldest first', () => {
    const now = '2026-05-03T08:00:00.000Z';
    const days = ['2026-05-01', '2026-04-30', '2026-05-02', '2026-04-30', '2026-05-01'];
    const state = days.reduce<MeritAccount | null>(
      (before, day, i) =>
        meritAccount.evolve.MeritEntered(before, entered(`e${i}`, 'care-logged', day).data, {
          at: now,
          now,
          by: 'system',
          capacity: 'system',
        }),
      null,
    );
    expect(state!.days.map(({ day, entries }) => [day, ...entries.map(({ causeId }) => causeId)])).toEqual([
      ['2026-04-30', 'e1', 'e3'],
      ['2026-05-01', 'e0', 'e4'],
      ['2026-05-02', 'e2'],
    ]);
  });
  const dayAt = (index: number, perDay: number) => plusDays('2026-01-01T04:00:00.000Z', Math.floor(index / perDay));
  const loaded = (events: number, perDay: number) => {
    let state: MeritAccount | null = null;
    for (let index = 0; index < events; index++) {
      const now = dayAt(index, perDay);
      const { data } = entered(`e${index}`, 'care-logged', now.slice(0, 10));
      state = meritAccount.evolve.MeritEntered(state, data, { at: now, now, by: 'system', capacity: 'system' });
    }
    return state!;
  };
  const counted = (events: number): number => {
    const parse = jest.spyOn(Date, 'parse');
    loaded(events, 10);
    const calls = parse.mock.calls.length;
    parse.mockRestore();
    return calls;
  };
  it('given accounts of any size, when they are loaded, then the dates computed for each entry are as many', () => {
    expect(counted(2000) / 2000).toBeCloseTo(counted(200) / 200, 5);
  });
  it('given a long account, when it is loaded, then at most the days of a year and the entries of a day are copied', () => {
    const state = loaded(2000, 3);
    expect(state.days.length).toBe(367);
    const last = dayAt(1999, 3).slice(0, 10);
    const oldest = plusDays(`${last}T00:00:00.000Z`, -366).slice(0, 10);
    const naive = Array.from({ length: 2000 }, (_, index) => index).filter((index) => dayAt(index, 3).slice(0, 10) >= oldest);
    expect(state.days.flatMap(({ entries }) => entries.map(({ causeId }) => causeId))).toEqual(naive.map((index) => `e${index}`));
  });
});

describe('AppealMerit', () => {
  it('given a penalty, when the person charged appeals within the days, then the appeal is open; else it is refused', () => {
    given(meritAccount, penalty)
      .when('AppealMerit', { causeId: 'e5', words: '那天在施工' }, { by: 'cai', at: '2026-05-06T16:00:00.000Z' })
      .then([appealed]);
    given(meritAccount, penalty)
      .when('AppealMerit', { causeId: 'e5', words: '那天在施工' }, { by: 'cai', at: '2026-05-06T16:00:00.001Z' })
      .thenRefused('guardianship.appeal-too-late', { until: '2026-05-06T16:00:00.000Z' });
    given(meritAccount, penalty)
      .when('AppealMerit', { causeId: 'e5', words: '那天在施工' }, { by: 'xie' })
      .thenRefused('guardianship.not-own-account');
    given(meritAccount)
      .when('AppealMerit', { causeId: 'e5', words: '那天在施工' }, { by: 'cai' })
      .thenRefused('guardianship.not-own-account');
  });
  it('given two penalties of one day, when one is appealed, then the other can be appealed too', () => {
    given(meritAccount, penalty, entered('e6', 'inspection-failed'), appealed)
      .when('AppealMerit', { causeId: 'e6', words: '也不对' }, { by: 'cai' })
      .then([{ type: 'MeritAppealed', data: { causeId: 'e6', ...who, words: '也不对' } }]);
  });
  it('given no penalty, or an appeal before, when it is appealed, then it is refused', () => {
    for (const points of [2, 0])
      given(meritAccount, { type: 'MeritEntered', data: { ...entered('e1').data, points } })
        .when('AppealMerit', { causeId: 'e1', words: '太少' }, { by: 'cai' })
        .thenRefused('guardianship.not-a-penalty');
    given(meritAccount, {
      type: 'MeritNotEntered',
      data: { causeId: 'e1', cause: 'revoked', ...who, day: '2026-05-01', reason: 'no-rule' },
    })
      .when('AppealMerit', { causeId: 'e1', words: '不公' }, { by: 'cai' })
      .thenRefused('guardianship.not-a-penalty');
    given(meritAccount, penalty)
      .when('AppealMerit', { causeId: 'e6', words: '不公' }, { by: 'cai' })
      .thenRefused('guardianship.no-such-entry', { entry: 'e6' });
    given(meritAccount, penalty, appealed)
      .when('AppealMerit', { causeId: 'e5', words: '再说一次' }, { by: 'cai' })
      .thenRefused('guardianship.already-appealed');
    given(meritAccount, penalty, appealed, ruled(false))
      .when('AppealMerit', { causeId: 'e5', words: '再说一次' }, { by: 'cai' })
      .thenRefused('guardianship.already-appealed');
  });
});

describe('RuleOnMeritAppeal', () => {
  it('given an open appeal, when it is upheld, then another event reverses the penalty; when not, then the penalty stands', () => {
    given(meritAccount, penalty, appealed)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .then([ruled(true), reversed]);
    given(meritAccount, penalty, appealed)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: false, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .then([ruled(false)]);
  });
  it('given the one who made the inspection, when it is ruled on, then it is refused: nobody judges their own act', () => {
    given(meritAccount, penalty, appealed)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: false, reason: '属实' }, { by: 'mod', facts: { inspectors: ['mod', 'other'] } })
      .thenRefused('guardianship.own-inspection');
  });
  it('given no open appeal, or the one who appealed, when it is ruled on, then it is refused', () => {
    given(meritAccount, penalty, appealed)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'cai', facts: { inspectors: [] } })
      .thenRefused('guardianship.own-appeal');
    given(meritAccount, penalty)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .thenRefused('guardianship.no-appeal', { entry: 'e5' });
    given(meritAccount, entered('e1'))
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .thenRefused('guardianship.no-appeal', { entry: 'e5' });
    given(meritAccount, penalty, appealed, ruled(false))
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .thenRefused('guardianship.no-appeal', { entry: 'e5' });
    given(meritAccount, penalty, appealed, ruled(true), reversed)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .thenRefused('guardianship.no-appeal', { entry: 'e5' });
    given(meritAccount)
      .when('RuleOnMeritAppeal', { causeId: 'e5', upheld: true, reason: '属实' }, { by: 'mod', facts: { inspectors: [] } })
      .thenRefused('guardianship.no-appeal', { entry: 'e5' });
  });
});

it('given causes in any order and however often, when they are recorded, then each is answered once and no cap is exceeded', () => {
  const cause = fc.record({ n: fc.integer({ min: 1, max: 12 }), day: fc.integer({ min: 0, max: 2 }) });
  fc.assert(
    fc.property(fc.array(cause, { maxLength: 40 }), (causes) => {
      const now = '2026-05-05T08:00:00.000Z';
      const moment = { at: now, now, by: 'system', capacity: 'system' as const };
      const dayOf = new Map<string, string>();
      const answers: { causeId: string; day: string; entered: boolean }[] = [];
      let state: MeritAccount | null = null;
      for (const { n, day } of causes) {
        const causeId = `e${n}`;
        if (!dayOf.has(causeId)) dayOf.set(causeId, plusDays(now, -day).slice(0, 10));
        const outcome = meritAccount.decide.RecordMerit(state, asked(causeId, 'care-logged', dayOf.get(causeId)), {
          ...moment,
          facts,
        } as never);
        if ('refused' in outcome) throw new Error(outcome.refused);
        for (const { type, data } of outcome) {
          answers.push({ causeId, day: dayOf.get(causeId)!, entered: type === 'MeritEntered' });
          state = meritAccount.evolve[type as 'MeritEntered'](state, data as never, moment);
        }
      }
      expect(answers.map(({ causeId }) => causeId).toSorted()).toEqual([...dayOf.keys()].toSorted());
      for (const day of new Set(dayOf.values())) {
        const ofDay = answers.filter((answer) => answer.day === day);
        expect(ofDay.filter((answer) => answer.entered).length).toBe(Math.min(2, ofDay.length));
      }
    }),
  );
});
