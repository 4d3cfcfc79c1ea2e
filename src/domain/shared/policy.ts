import { type Immutable, refuse, type Refusal } from './decider.js';
import { Id, Int, Optional, PlaceId } from './fields.js';
import { type HolidayNotice, stateHolidays } from './holidays.js';
import { policySettings, settingNames, settingOf, type SettingName } from './policy-settings.js';
import { dayInChina, endOfDays, wholeDays } from './time.js';

/** One version of the policy of a place. Settings that it does not name are those of the places above. */
export interface PolicyVersion {
  readonly placeId: string;
  readonly version: number;
  /** The first calendar day in China on which it is in force. */
  readonly from: string;
  readonly settings: readonly { readonly name: string; readonly value: number }[];
  readonly holidays: readonly HolidayNotice[];
}
/** All versions of the policy of a place, the oldest first. */
export interface PlacePolicy {
  readonly placeId: string;
  readonly versions: readonly PolicyVersion[];
}

/** A figure in force, with the place and the version that set it; without them it is the default. Events keep it. */
export class PolicyFigure {
  /** The name of the setting. */
  @Id() name!: string;
  @Int(-100_000, 100_000) value!: number;
  @Optional() @PlaceId() placeId?: string;
  @Optional() @Int(1, 9999) version?: number;
}
/** What is in force at a place on a day. */
export interface PolicyInForce {
  readonly figures: Readonly<Record<SettingName, PolicyFigure>>;
  readonly holidays: readonly HolidayNotice[];
}

/** The policies of a place and of the places above it, nearest first. Null where a place never adopted one. */
export type Policies = readonly (PlacePolicy | null)[];

/** The version of one place that is in force on a day, or undefined before the first. */
export const versionOn = (policy: Immutable<PlacePolicy> | null, day: string): Immutable<PolicyVersion> | undefined =>
  policy?.versions.findLast(({ from }) => from <= day);

/**
 * What is in force on a calendar day in China. The nearest place that has set a figure decides; a floor that a place above has set higher
 * since then counts nevertheless. Without any, the default counts. The same for the holidays of a year, of which the State Council's
 * notices are the default.
 */
export function policyOn(policies: Immutable<Policies>, day: string): PolicyInForce {
  const versions = policies.map((policy) => versionOn(policy, day)).filter((version) => version !== undefined);
  const figures = Object.fromEntries(
    settingNames.map((name) => [
      name,
      versions.reduceRight<PolicyFigure>(
        (above, { placeId, version, settings }) => {
          const value = settings.find((setting) => setting.name === name)?.value;
          return value === undefined || isLaxer(value, above) ? above : { name, value, placeId, version };
        },
        { name, value: policySettings[name].default },
      ),
    ]),
  ) as Record<SettingName, PolicyFigure>;
  // the first list of a year counts
  return { figures, holidays: [...versions.flatMap(({ holidays }) => holidays), ...stateHolidays] };
}

/** True if the value would be below a floor that a place above has set. The default is no such floor. */
export const isLaxer = (value: number, above: PolicyFigure): boolean =>
  above.placeId !== undefined && settingOf(above.name as SettingName).isFloor === true && value < above.value;

/** Why something cannot be opened: a period has fewer whole days than it must have, or a figure is not what the policy allows. */
export type PeriodRefusal = 'registry.too-short';
export type FigureRefusal = 'registry.setting-out-of-range';

/** The least that may be given where the figure is used. */
const leastOf = ({ figures }: PolicyInForce, name: SettingName): number =>
  settingOf(name).isFloor ? figures[name].value : settingOf(name).least;

/** The figure that was asked for, if the policy allows it, or by default the one in force. */
export function figureOf(policy: PolicyInForce, name: SettingName, wished?: number): Refusal<FigureRefusal> | { readonly value: number } {
  const [least, { most }] = [leastOf(policy, name), settingOf(name)];
  if (wished !== undefined && (wished < least || wished > most))
    return refuse('registry.setting-out-of-range', { name, least, most, given: wished });
  return { value: wished ?? policy.figures[name].value };
}

/** What is in force at a UTC instant: of what is opened now, the time of entry, because nobody can know of it before. */
export const policyAt = (policies: Immutable<Policies>, now: string): PolicyInForce => policyOn(policies, dayInChina(now));

/** The end of a period whose number of days was fixed before; the days off are those of the policies now. `from` is a UTC instant. */
export const endOfPeriod = (policies: Immutable<Policies>, now: string, from: string, days: number): string =>
  endOfDays(from, days, policyAt(policies, now).holidays);

/**
 * The end of a period by the policy in force: the end that was asked for, or by default so many days as the policy says, with the figure
 * that it follows.
 * @param from UTC instant at which the period begins
 * @param wished UTC instant
 */
export function periodEnd(
  policy: PolicyInForce,
  name: SettingName,
  from: string,
  wished?: string,
): Refusal<PeriodRefusal> | { readonly until: string; readonly policy: PolicyFigure[] } {
  const { figures, holidays } = policy;
  const least = leastOf(policy, name);
  const ends = (days: number): string => (days === 0 ? from : endOfDays(from, days, holidays)); // no days: at once
  const earliest = ends(least);
  if (wished !== undefined && wished < earliest) return refuse('registry.too-short', { least, given: wholeDays(from, wished), earliest });
  return { until: wished ?? ends(figures[name].value), policy: [figures[name]] };
}
