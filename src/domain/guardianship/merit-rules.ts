import { defineDecider, refuse } from '../shared/decider.js';
import { Day, Int, Many, OneOf, Optional, PlaceId } from '../shared/fields.js';
import { dayInChina, plusDays } from '../shared/time.js';

/** What can earn or cost points (domain.md 17–20). */
export const meritCauses = [
  'care-logged',
  'volunteered',
  'inspection-passed',
  'inspection-failed',
  'rectification-met',
  'rectification-overdue',
  'revoked',
] as const;
export type MeritCause = (typeof meritCauses)[number];

export class MeritRule {
  @OneOf(meritCauses) cause!: MeritCause;
  /** Above zero a reward, below a penalty. */
  @Int(-1000, 1000) points!: number;
  /** How often a day one person is credited or charged for this cause; without limit when it is left out. */
  @Optional() @Int(1, 100) capPerDay?: number;
}

export class AdoptMeritRules {
  @PlaceId() placeId!: string;
  /** The first day on which they hold. */
  @Day() from!: string;
  @Many(() => MeritRule, 1, 20) rules!: MeritRule[];
  /** How long a penalty can be appealed; 5 days when it is left out. */
  @Optional() @Int(1, 60) appealDays?: number;
  /** From so many points on a guardian stands on the red list; 20 when it is left out. */
  @Optional() @Int(-100_000, 100_000) redAt?: number;
  /** Down from so many points on a guardian stands on the black list; -10 when it is left out. */
  @Optional() @Int(-100_000, 100_000) blackAt?: number;
}
export class MeritRulesAdopted {
  @PlaceId() placeId!: string;
  /** Counts the versions of the place, from 1. */
  @Int(1, 9999) version!: number;
  @Day() from!: string;
  @Many(() => MeritRule, 1, 20) rules!: MeritRule[];
  @Int(1, 60) appealDays!: number;
  @Int(-100_000, 100_000) redAt!: number;
  @Int(-100_000, 100_000) blackAt!: number;
}

/** One version of a place's rules. */
export type MeritRulesVersion = Readonly<Omit<MeritRulesAdopted, 'rules'>> & { readonly rules: readonly Readonly<MeritRule>[] };
export interface MeritRules {
  readonly placeId: string;
  readonly versions: readonly MeritRulesVersion[];
}

export type MeritRulesRefusal = 'guardianship.rule-twice' | 'guardianship.rules-too-early' | 'guardianship.lists-overlap';

const dayAfter = (day: string): string => plusDays(`${day}T00:00:00.000Z`, 1).slice(0, 10);

/** The version that holds on a day; undefined before the first. */
export const rulesOn = (rules: MeritRules | null, day: string): MeritRulesVersion | undefined =>
  rules?.versions.findLast(({ from }) => from <= day);

/**
 * The rules of a place on rewards and penalties 奖惩制度 (domain.md 19), version by version. A version never reaches back: the first holds
 * from the day of its adoption at the earliest, each later one from the day after, so no day has two.
 */
export const meritRules = defineDecider<MeritRules | null, MeritRulesRefusal>()({
  stream: 'merit-rules',
  initial: null,
  commands: { AdoptMeritRules },
  events: { MeritRulesAdopted },
  decide: {
    AdoptMeritRules: (state, { placeId, from, rules, appealDays = 5, redAt = 20, blackAt = -10 }, { now }) => {
      const twice = rules.find(({ cause }, index) => rules.findIndex((rule) => rule.cause === cause) !== index);
      if (twice) return refuse('guardianship.rule-twice', { cause: twice.cause });
      if (blackAt >= redAt) return refuse('guardianship.lists-overlap', { redAt, blackAt });
      const today = dayInChina(now);
      const last = state?.versions.at(-1);
      const earliest = last ? dayAfter(last.from > today ? last.from : today) : today;
      if (from < earliest) return refuse('guardianship.rules-too-early', { earliest });
      return [{ type: 'MeritRulesAdopted', data: { placeId, version: (last?.version ?? 0) + 1, from, rules, appealDays, redAt, blackAt } }];
    },
  },
  evolve: {
    MeritRulesAdopted: (state, version) => ({ placeId: version.placeId, versions: [...(state?.versions ?? []), version] }),
  },
});
