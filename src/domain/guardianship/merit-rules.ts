import { defineDecider, refuse } from '../shared/decider.js';
import { Day, Int, Many, OneOf, Optional, PlaceId } from '../shared/fields.js';
import { figureOf, type FigureRefusal, type Policies, policyAt, PolicyFigure } from '../shared/policy.js';
import { dayInChina, dayPlus } from '../shared/time.js';

/** What can earn or cost points (domain.md rows 17–20). */
export const meritCauses = [
  'care-logged',
  'volunteered',
  'inspection-passed',
  'inspection-failed',
  'rectification-met',
  'rectification-overdue',
  'revoked',
] as const;
/** One of `meritCauses`. */
export type MeritCause = (typeof meritCauses)[number];

/** How many points one cause earns or costs. */
export class MeritRule {
  @OneOf(meritCauses) cause!: MeritCause;
  /** A positive number is a reward, a negative one a penalty. */
  @Int(-1000, 1000) points!: number;
  /** How many times a day one person is credited or charged for this cause. If left out, there is no limit. */
  @Optional() @Int(1, 100) capPerDay?: number;
}

/** The rules of a place. */
class RulesOfPlace {
  @PlaceId() placeId!: string;
  /** The first calendar day in China on which the rules apply. */
  @Day() from!: string;
  @Many(() => MeritRule, 1, 20) rules!: MeritRule[];
}

/** Adopts a new version of the rules of a place. */
export class AdoptMeritRules extends RulesOfPlace {
  /** For how many days a penalty can be appealed. Default: as many as the policy of the place says, which are also the fewest. */
  @Optional() @Int(1, 60) appealDays?: number;
  /** The lowest number of points on the red list. Default: as the policy of the place says. */
  @Optional() @Int(-100_000, 100_000) redAt?: number;
  /** The highest number of points on the black list. Default: as the policy of the place says. */
  @Optional() @Int(-100_000, 100_000) blackAt?: number;
  declare static readonly facts: { policies: Policies };
}
export class MeritRulesAdopted extends RulesOfPlace {
  static readonly schemaVersion = 2;
  /** The version number at this place, starting at 1. */
  @Int(1, 9999) version!: number;
  @Int(1, 60) appealDays!: number;
  @Int(-100_000, 100_000) redAt!: number;
  @Int(-100_000, 100_000) blackAt!: number;
  /** The figures of the policy of the place. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /** Version 1 has the same fields without `policy`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}

/** One version of the rules of a place. */
export type MeritRulesVersion = Readonly<Omit<MeritRulesAdopted, 'rules' | 'policy'>> & {
  readonly rules: readonly Readonly<MeritRule>[];
  readonly policy?: readonly Readonly<PolicyFigure>[];
};
/** All versions of the rules of a place. */
export interface MeritRules {
  readonly placeId: string;
  readonly versions: readonly MeritRulesVersion[];
}

/** Refusal codes of adopting rules. */
export type MeritRulesRefusal = FigureRefusal | 'guardianship.rule-twice' | 'guardianship.rules-too-early' | 'guardianship.lists-overlap';

/** The version that applies on a day, or undefined before the first version. */
export const rulesOn = (rules: MeritRules | null, day: string): MeritRulesVersion | undefined =>
  rules?.versions.findLast(({ from }) => from <= day);

/**
 * The versioned merit rules of a place, 奖惩制度 (domain.md row 19). A version never applies to the past. The first one applies from the day
 * of its adoption at the earliest, and later ones from the next day, so that no day has two versions.
 */
export const meritRules = defineDecider<MeritRules | null, MeritRulesRefusal>()({
  stream: 'meritRules',
  initial: null,
  commands: { AdoptMeritRules },
  events: { MeritRulesAdopted },
  decide: {
    AdoptMeritRules: (state, { placeId, from, rules, ...wished }, { now, facts: { policies } }) => {
      const twice = rules.find(({ cause }, index) => rules.findIndex((rule) => rule.cause === cause) !== index);
      if (twice) return refuse('guardianship.rule-twice', { cause: twice.cause });
      const inForce = policyAt(policies, now);
      const { 'merit-appeal-days': appeal, 'red-list-points': red, 'black-list-points': black } = inForce.figures;
      const appealDays = figureOf(inForce, 'merit-appeal-days', wished.appealDays);
      if ('refused' in appealDays) return appealDays;
      const { redAt = red.value, blackAt = black.value } = wished;
      if (blackAt >= redAt) return refuse('guardianship.lists-overlap', { redAt, blackAt });
      const today = dayInChina(now);
      const last = state?.versions.at(-1);
      const earliest = last ? dayPlus(last.from > today ? last.from : today, 1) : today;
      if (from < earliest) return refuse('guardianship.rules-too-early', { earliest });
      const version = (last?.version ?? 0) + 1;
      const policy = [appeal, red, black];
      return [{ type: 'MeritRulesAdopted', data: { placeId, version, from, rules, appealDays: appealDays.value, redAt, blackAt, policy } }];
    },
  },
  evolve: {
    MeritRulesAdopted: (state, version) => ({ placeId: version.placeId, versions: [...(state?.versions ?? []), version] }),
  },
});
