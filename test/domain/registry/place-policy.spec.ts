import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placePolicy } from '../../../src/domain/registry/place-policy.js';
import { type PlacePolicy, policyOn } from '../../../src/domain/shared/policy.js';
import { type SettingName, settingNames, settingOf } from '../../../src/domain/shared/policy-settings.js';
import { given } from '../../support/given.js';

const placeId = '510121111219';
const settings = [{ name: 'renovation-notice-days', value: 10 }] as const;
const adopted = (version: number, from: string) =>
  ({ type: 'PlacePolicyAdopted', data: { placeId, version, from, settings, holidays: [] } }) as const;
const above = (...set: { readonly name: SettingName; readonly value: number }[]): PlacePolicy => ({
  placeId: '510121',
  versions: [{ placeId: '510121', version: 3, from: '2026-04-01', settings: set, holidays: [] }],
});
const facts = { above: [] };

describe('AdoptPlacePolicy', () => {
  it('given no policy, when a first version is adopted, then it holds from the day of entry in China at the earliest', () => {
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings }, { facts })
      .then([adopted(1, '2026-05-01')]);
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings }, { facts, now: '2026-05-01T16:00:00.000Z' })
      .thenRefused('registry.policy-too-early', { earliest: '2026-05-02' });
  });
  it('given a version, when another is adopted, then it begins the day after at the earliest, and after the version before', () => {
    given(placePolicy, adopted(1, '2026-04-01'))
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-02', settings }, { facts })
      .then([adopted(2, '2026-05-02')]);
    given(placePolicy, adopted(1, '2026-04-01'))
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings }, { facts })
      .thenRefused('registry.policy-too-early', { earliest: '2026-05-02' });
    given(placePolicy, adopted(1, '2026-06-01'))
      .when('AdoptPlacePolicy', { placeId, from: '2026-06-01', settings }, { facts })
      .thenRefused('registry.policy-too-early', { earliest: '2026-06-02' });
  });
  it('given a setting or a year twice, when a policy is adopted, then it is refused', () => {
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings: [...settings, { ...settings[0], value: 11 }] }, { facts })
      .thenRefused('registry.setting-twice', { name: 'renovation-notice-days' });
    const year = { year: 2027, source: '通知', off: ['2027-01-01'], worked: [] };
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings, holidays: [year, year] }, { facts })
      .thenRefused('registry.setting-twice', { name: 2027 });
  });
  it('given a day of another year in a list of holidays, when a policy is adopted, then it is refused', () => {
    const holidays = [{ year: 2027, source: '通知', off: ['2027-01-01'], worked: ['2026-12-26'] }];
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings, holidays }, { facts })
      .thenRefused('registry.holiday-elsewhere', { year: 2027, day: '2026-12-26' });
  });
  it.each(settingNames)('given %s beyond its limits, when a policy is adopted, then it is refused', (name) => {
    const { least, most } = settingOf(name);
    for (const value of [least - 1, most + 1].filter((wrong) => Math.abs(wrong) <= 100_000))
      given(placePolicy)
        .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings: [{ name, value }] }, { facts })
        .thenRefused('registry.setting-out-of-range', { name, least, most, given: value });
  });
  it('given a floor that a place above has set, when a place within sets less, then it is refused, and more is adopted', () => {
    const under = { above: [null, above({ name: 'renovation-notice-days', value: 11 })] };
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings }, { facts: under })
      .thenRefused('registry.policy-laxer-than-above', { name: 'renovation-notice-days', above: 11, given: 10 });
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings: [{ ...settings[0], value: 12 }] }, { facts: under })
      .then([{ ...adopted(1, '2026-05-01'), data: { ...adopted(1, '2026-05-01').data, settings: [{ ...settings[0], value: 12 }] } }]);
  });
  it('given a floor that no place above has set, when a place sets less than the default, then it is adopted', () => {
    const less = [{ name: 'renovation-notice-days', value: 3 }] as const;
    given(placePolicy)
      .when('AdoptPlacePolicy', { placeId, from: '2026-05-01', settings: less }, { facts: { above: [null] } })
      .then([{ ...adopted(1, '2026-05-01'), data: { ...adopted(1, '2026-05-01').data, settings: less } }]);
  });
  it('given a figure that is no floor, when a place within sets less than the place above, then it is adopted', () => {
    const less = [{ name: 'inspection-days', value: 2 }] as const;
    given(placePolicy)
      .when(
        'AdoptPlacePolicy',
        { placeId, from: '2026-05-01', settings: less },
        { facts: { above: [above({ name: 'inspection-days', value: 9 })] } },
      )
      .then([{ ...adopted(1, '2026-05-01'), data: { ...adopted(1, '2026-05-01').data, settings: less } }]);
  });
});

describe('policyOn', () => {
  const own: PlacePolicy = {
    placeId,
    versions: [
      {
        ...adopted(1, '2026-05-01').data,
        settings: [
          { name: 'inspection-days', value: 3 },
          { name: 'merit-appeal-days', value: 6 },
        ],
      },
      { ...adopted(2, '2026-06-01').data, settings: [{ name: 'pass-mark', value: 70 }] },
    ],
  };

  it('given no policy, when the figures of a day are asked for, then each is its default', () => {
    const { figures } = policyOn([null, null], '2026-05-01');
    for (const name of settingNames) expect(figures[name]).toEqual({ name, value: settingOf(name).default });
  });
  it('given policies of two places, when the figures of a day are asked for, then the nearest that sets one decides, with place and version', () => {
    const { figures } = policyOn([own, above({ name: 'inspection-days', value: 9 }, { name: 'failure-days', value: 60 })], '2026-05-31');
    expect(figures['inspection-days']).toEqual({ name: 'inspection-days', value: 3, placeId, version: 1 });
    expect(figures['failure-days']).toEqual({ name: 'failure-days', value: 60, placeId: '510121', version: 3 });
    expect(figures['pass-mark']).toEqual({ name: 'pass-mark', value: 60 });
  });
  it('given a later version without a setting, when it is in force, then the place above decides on that setting', () => {
    const { figures } = policyOn([own, above({ name: 'inspection-days', value: 9 })], '2026-06-01');
    expect(figures['inspection-days']).toEqual({ name: 'inspection-days', value: 9, placeId: '510121', version: 3 });
    expect(figures['pass-mark']).toEqual({ name: 'pass-mark', value: 70, placeId, version: 2 });
  });
  it('given a floor that the place above raised later, when the figures are asked for, then the higher one counts', () => {
    expect(policyOn([own, above({ name: 'merit-appeal-days', value: 8 })], '2026-05-31').figures['merit-appeal-days']).toEqual({
      name: 'merit-appeal-days',
      value: 8,
      placeId: '510121',
      version: 3,
    });
  });
  it('given a list of holidays of the nearest place, when a year is looked up, then that list comes before the notice of the State Council', () => {
    const list = { year: 2026, source: '本地通知', off: [], worked: [] };
    const { holidays } = policyOn([{ placeId, versions: [{ ...adopted(1, '2026-05-01').data, holidays: [list] }] }], '2026-05-01');
    expect(holidays.find(({ year }) => year === 2026)).toEqual(list);
  });
  it('given any policies of three places, when the figures are asked for, then no floor is below what a place above has set, nor its least', () => {
    const settingOfAny = fc.constantFrom(...settingNames).chain((name) => {
      const { least, most } = settingOf(name);
      return fc.record({ name: fc.constant(name), value: fc.integer({ min: least, max: Math.min(most, least + 20) }) });
    });
    const policyOf = (of: string) =>
      fc.uniqueArray(settingOfAny, { selector: ({ name }) => name }).map((set): PlacePolicy => ({ ...above(...set), placeId: of }));
    fc.assert(
      fc.property(policyOf('510121111219'), policyOf('510121111'), policyOf('510121'), (...policies) => {
        const all = policyOn(policies, '2026-05-01').figures;
        const higher = policyOn(policies.slice(1), '2026-05-01').figures;
        for (const name of settingNames) {
          expect(all[name].value).toBeGreaterThanOrEqual(
            settingOf(name).isFloor && higher[name].placeId !== undefined ? higher[name].value : settingOf(name).least,
          );
          expect(all[name].value).toBeLessThanOrEqual(settingOf(name).most);
        }
      }),
    );
  });
});
