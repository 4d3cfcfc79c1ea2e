import { describe, expect, it } from '@jest/globals';
import { meritRules, rulesOn } from '../../../src/domain/guardianship/merit-rules.js';
import { given } from '../../support/given.js';

const placeId = '510121111219.1';
const rules = [
  { cause: 'care-logged', points: 2, capPerDay: 1 },
  { cause: 'inspection-failed', points: -5 },
] as const;
const version = (number: number, from: string) => ({ placeId, version: number, from, rules, appealDays: 5, redAt: 20, blackAt: -10 });
const adopted = (number: number, from: string) => ({ type: 'MeritRulesAdopted', data: version(number, from) }) as const;

describe('AdoptMeritRules', () => {
  it('adopts a first version, from the day on which it is entered at the earliest', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules })
      .then([adopted(1, '2026-05-01')]);
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-04-30', rules })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-05-01' });
  });
  it('goes by the day in China and by when it is entered', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules }, { at: '2026-05-01T08:00:00.000Z', now: '2026-05-01T16:00:00.000Z' })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-05-02' });
  });
  it('states what is wished instead of the defaults', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-03', rules, appealDays: 10, redAt: 50, blackAt: 0 })
      .then([{ type: 'MeritRulesAdopted', data: { ...version(1, '2026-05-03'), appealDays: 10, redAt: 50, blackAt: 0 } }]);
  });
  it('adopts a later version from the day after, and after the version before', () => {
    given(meritRules, adopted(1, '2026-04-01'))
      .when('AdoptMeritRules', { placeId, from: '2026-05-02', rules })
      .then([adopted(2, '2026-05-02')]);
    given(meritRules, adopted(1, '2026-04-01'))
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-05-02' });
    given(meritRules, adopted(1, '2026-05-31'))
      .when('AdoptMeritRules', { placeId, from: '2026-05-31', rules })
      .thenRefused('guardianship.rules-too-early', { earliest: '2026-06-01' });
  });
  it('refuses two rules for one cause, and lists that overlap', () => {
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules: [...rules, { cause: 'care-logged', points: 1 }] })
      .thenRefused('guardianship.rule-twice', { cause: 'care-logged' });
    given(meritRules)
      .when('AdoptMeritRules', { placeId, from: '2026-05-01', rules, redAt: -10 })
      .thenRefused('guardianship.lists-overlap', { redAt: -10, blackAt: -10 });
  });
});

it('on each day the latest version that has begun holds', () => {
  const state = { placeId, versions: [version(1, '2026-05-01'), version(2, '2026-06-01')] };
  expect(rulesOn(state, '2026-04-30')).toBeUndefined();
  expect(rulesOn(state, '2026-05-31')?.version).toBe(1);
  expect(rulesOn(state, '2026-06-01')?.version).toBe(2);
  expect(rulesOn(null, '2026-06-01')).toBeUndefined();
});
