import { defineDecider, refuse } from '../shared/decider.js';
import { Day, Days, Described, Id, Int, Many, OneOf, Optional, PlaceId, Text } from '../shared/fields.js';
import { isLaxer, type PlacePolicy, type Policies, policyOn } from '../shared/policy.js';
import { settingNames, settingOf, type SettingName } from '../shared/policy-settings.js';
import { dayInChina, dayPlus } from '../shared/time.js';

const inWords = (language: 'zh' | 'en', separator: string): string =>
  settingNames
    .map((name) => {
      const { title, default: byDefault, least, most } = settingOf(name);
      return `${name} ${title[language]} ${byDefault} (${least}–${most})`;
    })
    .join(separator);

/** A setting with its value. */
export class SettingValue {
  @Described(`默认值（最小值–最大值）：${inWords('zh', '；')}`, `Default (least–most): ${inWords('en', '; ')}`)
  @OneOf(settingNames)
  name!: SettingName;
  @Int(-100_000, 100_000) value!: number;
}
/** The holidays of a year, as the State Council announces them in the autumn before. */
export class HolidaysOfYear {
  @Int(2000, 2199) year!: number;
  /** The notice that the list is taken from. */
  @Text(1, 100) source!: string;
  /** All days of the holidays. Other Saturdays and Sundays are days off without being listed. */
  @Days(0, 100) off!: string[];
  /** Saturdays and Sundays on which people work. */
  @Days(0, 30) worked!: string[];
}

/** A place, and when a version of its policy begins. */
class PolicyBeginning {
  @PlaceId() placeId!: string;
  /** The first calendar day in China on which the version is in force. */
  @Day() from!: string;
}

/** Adopts a new version of the policy of a place. It replaces the version before: what it does not name falls to the places above. */
export class AdoptPlacePolicy extends PolicyBeginning {
  @Many(() => SettingValue, 0, 100) settings!: SettingValue[];
  /** Replaces the list of the State Council that the program knows, and adds later years. */
  @Optional() @Many(() => HolidaysOfYear, 0, 10) holidays?: HolidaysOfYear[];
  /** The policies of the places above, nearest first. */
  declare static readonly facts: { above: Policies };
}

/** A setting as it is recorded. Its name is an id and no enumeration, so that further settings do not change the event. */
export class AdoptedSetting {
  @Id() name!: string;
  @Int(-100_000, 100_000) value!: number;
}
export class PlacePolicyAdopted extends PolicyBeginning {
  /** The version number at this place, starting at 1. */
  @Int(1, 9999) version!: number;
  @Many(() => AdoptedSetting, 0, 100) settings!: AdoptedSetting[];
  @Many(() => HolidaysOfYear, 0, 10) holidays!: HolidaysOfYear[];
}

/** Refusal codes of adopting a policy. */
export type PlacePolicyRefusal =
  | 'registry.setting-twice'
  | 'registry.setting-out-of-range'
  | 'registry.policy-laxer-than-above'
  | 'registry.policy-too-early'
  | 'registry.holiday-elsewhere';

/**
 * The policy of a place: its figures for everything that is general practice (domain.md, Policies). A version never applies to the past:
 * the first from the day of its adoption at the earliest, later ones from the next day, so that no day has two versions.
 */
export const placePolicy = defineDecider<PlacePolicy | null, PlacePolicyRefusal>()({
  stream: 'placePolicy',
  initial: null,
  commands: { AdoptPlacePolicy },
  events: { PlacePolicyAdopted },
  decide: {
    AdoptPlacePolicy: (state, { placeId, from, settings, holidays = [] }, { now, facts: { above } }) => {
      const names = [...settings.map(({ name }) => name), ...holidays.map(({ year }) => year)];
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) return refuse('registry.setting-twice', { name: twice });
      const elsewhere = holidays
        .flatMap(({ year, off, worked }) => [...off, ...worked].map((day) => ({ year, day })))
        .find(({ year, day }) => Number(day.slice(0, 4)) !== year);
      if (elsewhere) return refuse('registry.holiday-elsewhere', elsewhere);
      const today = dayInChina(now);
      const last = state?.versions.at(-1);
      const earliest = last ? dayPlus(last.from > today ? last.from : today, 1) : today;
      if (from < earliest) return refuse('registry.policy-too-early', { earliest });
      const { figures } = policyOn(above, from);
      for (const { name, value } of settings) {
        const { least, most } = settingOf(name);
        if (value < least || value > most) return refuse('registry.setting-out-of-range', { name, least, most, given: value });
        if (isLaxer(value, figures[name]))
          return refuse('registry.policy-laxer-than-above', { name, above: figures[name].value, given: value });
      }
      return [{ type: 'PlacePolicyAdopted', data: { placeId, version: (last?.version ?? 0) + 1, from, settings, holidays } }];
    },
  },
  evolve: {
    PlacePolicyAdopted: (state, version) => ({ placeId: version.placeId, versions: [...(state?.versions ?? []), version] }),
  },
});
