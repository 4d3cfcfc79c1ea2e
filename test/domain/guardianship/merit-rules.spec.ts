import { describe, expect, it } from '@jest/globals';
import { meritRules, rulesOn } from '../../../src/domain/guardianship/merit-rules.js';
import { given } from '../../support/given.js';

const placeId = '510121111219.1';
const rules = [
  { cause: 'care-logged', points: 2, capPerDay: 1 },
  { cause: 'inspection-failed', points: -5 },
] as const;
const policy = [
  { name: 'merit-appeal-days', value: 5 },
  { name: 'red-list-points', value: 20 },
  { name: 'black-list-points', value: -10 },
];
const facts = { policies: [] };
const version = (number: number, from: string) => ({
  placeId,
  version: number,
  from,
  rules,
  appealDays: 5,
  redAt: 20,
  blackAt: -10,
  policy,
});
const adopted = (number: number, from: string) => ({ type: 'MeritRulesAdopted', data: version(number, from) }) as const;

describe('AdoptMeritRules', () => {
  it('given no rules, when a first version is adopted, then it holds from the day of entry at the earliest', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules }, { facts })
      .then([adopted(1, '2026-05-01')]);
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-04-30', rules }, { facts })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-05-01' });
  });
  it('given an entry late in the day, when rules are adopted, then the day in China at the time of entry decides', () => {
    given(meritRules)
      .when(
        'AdoptMeritRules',
        { placeId, from: '2026-05-01', rules },
        { at: '2026-05-01T08:00:00.000Z', now: '2026-05-01T16:00:00.000Z', facts },
      )
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-05-02' });
  });
  it('given values for the terms, when rules are adopted, then the event has them instead of the defaults', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-03', rules, appealDays: 10, redAt: 50, blackAt: 0 }, { facts })
      .then([{ type: 'MeritRulesAdopted', data: { ...version(1, '2026-05-03'), appealDays: 10, redAt: 50, blackAt: 0 } }]);
  });
  it('given a policy of the place, when rules are adopted, then its figures count; fewer days to appeal are refused', () => {
    const settings = [
      { name: 'merit-appeal-days', value: 7 },
      { name: 'red-list-points', value: 30 },
      { name: 'black-list-points', value: -20 },
    ];
    const policies = [{ placeId, versions: [{ placeId, version: 2, from: '2026-05-01', settings, holidays: [] }] }];
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-03', rules }, { facts: { policies } })
      .then([
        {
          type: 'MeritRulesAdopted',
          data: {
            ...version(1, '2026-05-03'),
            appealDays: 7,
            redAt: 30,
            blackAt: -20,
            policy: settings.map((setting) => ({ ...setting, placeId, version: 2 })),
          },
        },
      ]);
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-03', rules, appealDays: 6 }, { facts: { policies } })
      .thenRefused('registry.setting-out-of-range', { name: 'merit-appeal-days', least: 7, most: 60, given: 6 });
  });
  it('given a version, when another is adopted, then it begins the day after at the earliest, and after the version before', () => {
    given(meritRules, adopted(1, '2026-04-01'))
      .when('AdoptMeritRules', { placeId, from: '2026-05-02', rules }, { facts })
      .then([adopted(2, '2026-05-02')]);
    given(meritRules, adopted(1, '2026-04-01'))
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules }, { facts })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-05-02' });
    given(meritRules, adopted(1, '2026-05-31'))
      .when('AdoptMeritRules', { placeId, from: '2026-05-31', rules }, { facts })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-06-01' });
  });
  it('given two rules for one cause, or lists that overlap, when rules are adopted, then it is refused', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules: [...rules, { cause: 'care-logged', points: 1 }] }, { facts })
      .thenRefused('guardianship.rule-twice', { cause: 'care-logged' });
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules, redAt: -10 }, { facts })
      .thenRefused('guardianship.lists-overlap', { redAt: -10, blackAt: -10 });
  });
});

it('given several versions, when the rules of a day are asked for, then the latest that has begun holds', () => {
  const state = { placeId, versions: [version(1, '2026-05-01'), version(2, '2026-06-01')] };
  expect(rulesOn(state, '2026-04-30')).toBeUndefined();
  expect(rulesOn(state, '2026-05-31')?.version).toBe(1);
  expect(rulesOn(state, '2026-06-01')?.version).toBe(2);
  expect(rulesOn(null, '2026-06-01')).toBeUndefined();
});
