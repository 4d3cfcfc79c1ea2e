import { defineDecider, refuse } from '../shared/decider.js';
import { Day, Flag, Id, Instant, Int, OneOf, Optional, Personal, PlaceId, Words } from '../shared/fields.js';
import { dayInChina, plusDays } from '../shared/time.js';
import { placeOfPlot } from './division.js';
import { type MeritCause, meritCauses, type MeritRulesVersion } from './merit-rules.js';

/** Given by the system for each event that may earn or cost points. */
export class RecordMerit {
  @Id() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @OneOf(meritCauses) cause!: MeritCause;
  /** The event that is the cause. */
  @Id() causeId!: string;
  /** The day on which it happened, in China. */
  @Day() day!: string;
  /** The rules that held on that day at the plot's place, or at the nearest above that had any. */
  declare static readonly facts: { rules: MeritRulesVersion | null };
}
export class AppealMerit {
  @Id() causeId!: string;
  @Words(1, 1000) @Personal() words!: string;
}
export class RuleOnMeritAppeal {
  @Id() causeId!: string;
  @Flag() upheld!: boolean;
  @Words(1, 1000) @Personal() reason!: string;
}

export class MeritEntered {
  /** The event that earned or cost the points. It names the entry: no event is entered twice. */
  @Id() causeId!: string;
  @OneOf(meritCauses) cause!: MeritCause;
  @Int(-1000, 1000) points!: number;
  @Id() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Day() day!: string;
  /** Whose rules were applied, and which version of them. */
  @PlaceId() rulesPlaceId!: string;
  @Int(1, 9999) rulesVersion!: number;
  @Instant() appealUntil!: string;
}
export class MeritNotEntered {
  @Id() causeId!: string;
  @OneOf(meritCauses) cause!: MeritCause;
  @Id() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Day() day!: string;
  @OneOf(['no-rule', 'daily-cap', 'too-late']) reason!: 'no-rule' | 'daily-cap' | 'too-late';
  @Optional() @PlaceId() rulesPlaceId?: string;
  @Optional() @Int(1, 9999) rulesVersion?: number;
}
export class MeritAppealed {
  @Id() causeId!: string;
  @Id() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Words(1, 1000) @Personal('personId') words!: string;
}
export class MeritAppealRuled {
  @Id() causeId!: string;
  @Id() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Flag() upheld!: boolean;
  @Words(1, 1000) @Personal('personId') reason!: string;
}
/** Takes back an entry; the entry itself stays. */
export class MeritReversed {
  @Id() causeId!: string;
  @Int(-1000, 1000) points!: number;
  @Id() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Day() day!: string;
}

interface MeritEntry {
  readonly causeId: string;
  readonly cause: MeritCause;
  readonly day: string;
  readonly plotId: string;
  readonly householdId?: string;
  /** Null when nothing was entered. */
  readonly points: number | null;
  readonly appealUntil: string;
  readonly appeal: 'none' | 'open' | 'ruled';
}
export interface MeritAccount {
  readonly placeId: string;
  readonly personId: string;
  readonly entries: readonly MeritEntry[];
}

export type MeritRefusal =
  | 'guardianship.not-own-account'
  | 'guardianship.no-such-entry'
  | 'guardianship.not-a-penalty'
  | 'guardianship.already-appealed'
  | 'guardianship.appeal-too-late'
  | 'guardianship.own-appeal'
  | 'guardianship.no-appeal';

/** The id of a person's account at a place. */
export const accountIdOf = (placeId: string, personId: string): string => `${placeId}~${personId}`;

/**
 * What happened longer ago earns and costs nothing any more. So an account needs to remember no older causes to enter each only once,
 * and does not grow with the years.
 */
const memoryDays = 366;
const isForgotten = (day: string, now: string): boolean => day < dayInChina(plusDays(now, -memoryDays));

const withEntry = (state: MeritAccount | null, personId: string, entry: MeritEntry, now: string): MeritAccount => ({
  placeId: placeOfPlot(entry.plotId),
  personId,
  entries: [...(state?.entries ?? []).filter(({ day, appeal }) => appeal === 'open' || !isForgotten(day, now)), entry],
});

const withAppeal = (state: MeritAccount | null, causeId: string, appeal: MeritEntry['appeal']): MeritAccount | null =>
  state && { ...state, entries: state.entries.map((entry) => (entry.causeId === causeId ? { ...entry, appeal } : entry)) };

/**
 * The reward and penalty points of one person at one place (domain.md 19). Each cause is answered exactly once: entered under the
 * rules of its day, or not entered with the reason. An entry is never changed; a penalty whose appeal is upheld is reversed by another event.
 */
export const meritAccount = defineDecider<MeritAccount | null, MeritRefusal>()({
  stream: 'merit-account',
  initial: null,
  commands: { RecordMerit, AppealMerit, RuleOnMeritAppeal },
  events: { MeritEntered, MeritNotEntered, MeritAppealed, MeritAppealRuled, MeritReversed },
  decide: {
    RecordMerit: (state, { personId, householdId, plotId, cause, causeId, day }, { now, facts: { rules } }) => {
      if (state?.entries.some((entry) => entry.causeId === causeId)) return [];
      const about = { causeId, cause, personId, householdId, plotId, day };
      if (isForgotten(day, now)) return [{ type: 'MeritNotEntered', data: { ...about, reason: 'too-late' } }];
      const cited = rules ? { rulesPlaceId: rules.placeId, rulesVersion: rules.version } : {};
      const rule = rules?.rules.find((candidate) => candidate.cause === cause);
      if (!rules || !rule) return [{ type: 'MeritNotEntered', data: { ...about, reason: 'no-rule', ...cited } }];
      const before = state?.entries.filter((entry) => entry.cause === cause && entry.day === day && entry.points !== null) ?? [];
      if (rule.capPerDay !== undefined && before.length >= rule.capPerDay)
        return [{ type: 'MeritNotEntered', data: { ...about, reason: 'daily-cap', ...cited } }];
      const appealUntil = plusDays(now, rules.appealDays);
      return [
        {
          type: 'MeritEntered',
          data: { ...about, points: rule.points, rulesPlaceId: rules.placeId, rulesVersion: rules.version, appealUntil },
        },
      ];
    },
    AppealMerit: (state, { causeId, words }, { at, by }) => {
      if (state?.personId !== by) return refuse('guardianship.not-own-account');
      const entry = state.entries.find((candidate) => candidate.causeId === causeId);
      if (!entry) return refuse('guardianship.no-such-entry', { entry: causeId });
      if (entry.points === null || entry.points >= 0) return refuse('guardianship.not-a-penalty');
      if (entry.appeal !== 'none') return refuse('guardianship.already-appealed');
      if (at > entry.appealUntil) return refuse('guardianship.appeal-too-late', { until: entry.appealUntil });
      const { householdId, plotId } = entry;
      return [{ type: 'MeritAppealed', data: { causeId, personId: by, householdId, plotId, words } }];
    },
    RuleOnMeritAppeal: (state, { causeId, upheld, reason }, { by, event }) => {
      const entry = state?.entries.find((candidate) => candidate.causeId === causeId);
      if (!state || entry?.appeal !== 'open' || entry.points === null) return refuse('guardianship.no-appeal', { entry: causeId });
      if (by === state.personId) return refuse('guardianship.own-appeal');
      const { personId } = state;
      const { points, householdId, plotId, day } = entry;
      return [
        event('MeritAppealRuled', { causeId, personId, householdId, plotId, upheld, reason }),
        ...(upheld ? [event('MeritReversed', { causeId, points: -points, personId, householdId, plotId, day })] : []),
      ];
    },
  },
  evolve: {
    MeritEntered: (state, { personId, causeId, cause, day, plotId, householdId, points, appealUntil }, { now }) =>
      withEntry(state, personId, { causeId, cause, day, plotId, householdId, points, appealUntil, appeal: 'none' }, now),
    MeritNotEntered: (state, { personId, causeId, cause, day, plotId }, { now }) =>
      withEntry(state, personId, { causeId, cause, day, plotId, points: null, appealUntil: now, appeal: 'none' }, now),
    MeritAppealed: (state, { causeId }) => withAppeal(state, causeId, 'open'),
    MeritAppealRuled: (state, { causeId }) => withAppeal(state, causeId, 'ruled'),
    MeritReversed: (state) => state,
  },
});
