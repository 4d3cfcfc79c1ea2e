import { defineDecider, refuse } from '../shared/decider.js';
import { Day, Flag, Id, Ids, Instant, Int, OneOf, Optional, Personal, PersonId, PlaceId, Words } from '../shared/fields.js';
import { dayInChina, plusDays } from '../shared/time.js';
import { placeOfPlot } from './division.js';
import { type MeritCause, meritCauses, type MeritRulesVersion } from './merit-rules.js';

/** Given by a policy for every event that can earn or cost points. */
export class RecordMerit {
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @OneOf(meritCauses) cause!: MeritCause;
  /** The id of the event that is the cause. */
  @Id() causeId!: string;
  /** The calendar day in China on which it happened. */
  @Day() day!: string;
  /** Ids of the failed inspections that led to the cause. */
  @Optional() @Ids(1, 20) inspections?: string[];
  /** The rules in force on that day at the plot's place, or at the nearest place above that has rules. */
  declare static readonly facts: { rules: MeritRulesVersion | null };
}
/** Appeals against a penalty. */
export class AppealMerit {
  @Id() causeId!: string;
  @Words(1, 1000) @Personal() words!: string;
}
/** Rules on an appeal. If it is upheld, the penalty is reversed. */
export class RuleOnMeritAppeal {
  @Id() causeId!: string;
  @Flag() upheld!: boolean;
  @Words(1, 1000) @Personal() reason!: string;
}

export class MeritEntered {
  /** The id of the event that earned or cost the points. It is also the id of the entry, so no event is entered twice. */
  @Id() causeId!: string;
  @OneOf(meritCauses) cause!: MeritCause;
  @Int(-1000, 1000) points!: number;
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Day() day!: string;
  /** The place whose rules were applied, and their version. */
  @PlaceId() rulesPlaceId!: string;
  @Int(1, 9999) rulesVersion!: number;
  @Instant() appealUntil!: string;
  /** Ids of the failed inspections that led to the entry. If one of them becomes void, the entry is reversed. */
  @Optional() @Ids(1, 20) inspections?: string[];
}
const notEnteredReasons = ['no-rule', 'daily-cap', 'too-late', 'inspection-reversed'] as const;
/** One of `notEnteredReasons`. */
export type NotEnteredReason = (typeof notEnteredReasons)[number];

export class MeritNotEntered {
  @Id() causeId!: string;
  @OneOf(meritCauses) cause!: MeritCause;
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Day() day!: string;
  /** `inspection-reversed`: a failed inspection that led to the cause is void. */
  @OneOf(notEnteredReasons) reason!: NotEnteredReason;
  @Optional() @PlaceId() rulesPlaceId?: string;
  @Optional() @Int(1, 9999) rulesVersion?: number;
}
export class MeritAppealed {
  @Id() causeId!: string;
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Words(1, 1000) @Personal('personId') words!: string;
}
export class MeritAppealRuled {
  @Id() causeId!: string;
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Flag() upheld!: boolean;
  @Words(1, 1000) @Personal('personId') reason!: string;
}
/** A compensating event that reverses an entry. The entry itself remains in the log. */
export class MeritReversed {
  @Id() causeId!: string;
  @Int(-1000, 1000) points!: number;
  @PersonId() personId!: string;
  @Optional() @PlaceId() householdId?: string;
  @Id() plotId!: string;
  @Day() day!: string;
  /** The failed inspection for which the entry charged. It becomes void. Absent for other causes. */
  @Optional() @Id() inspectionId?: string;
}

interface MeritEntry {
  readonly causeId: string;
  readonly cause: MeritCause;
  readonly day: string;
  readonly plotId: string;
  readonly householdId?: string;
  /** Null if nothing was entered. */
  readonly points: number | null;
  readonly appealUntil: string;
  readonly appeal: 'none' | 'open' | 'ruled';
  readonly isReversed: boolean;
  readonly inspections: readonly string[];
}
/** The state of a merit account. */
export interface MeritAccount {
  readonly placeId: string;
  readonly personId: string;
  /** Entries by day, oldest first. One list of all entries would be copied for every event, so loading would take quadratic time. */
  readonly days: readonly { readonly day: string; readonly entries: readonly MeritEntry[] }[];
}

/** Refusal codes of merit entries and appeals. */
export type MeritRefusal =
  | 'guardianship.not-own-account'
  | 'guardianship.no-such-entry'
  | 'guardianship.not-a-penalty'
  | 'guardianship.already-appealed'
  | 'guardianship.already-reversed'
  | 'guardianship.appeal-too-late'
  | 'guardianship.own-appeal'
  | 'guardianship.no-appeal';

/** The id of a person's account at a place. */
export const accountIdOf = (placeId: string, personId: string): string => `${placeId}~${personId}`;

/**
 * Events older than this number of days earn and cost nothing. So the account only needs the causes of this period to prevent duplicate
 * entries, and its state does not grow forever.
 */
const memoryDays = 366;
const oldestDay = (now: string): string => dayInChina(plusDays(now, -memoryDays));

const entriesOf = (state: MeritAccount | null): readonly MeritEntry[] => state?.days.flatMap(({ entries }) => entries) ?? [];

function withEntry(state: MeritAccount | null, personId: string, entry: MeritEntry, now: string): MeritAccount {
  const oldest = oldestDay(now);
  const days = (state?.days ?? []).flatMap((one) => {
    if (one.day >= oldest) return [one];
    const open = one.entries.filter(({ appeal }) => appeal === 'open');
    return open.length === 0 ? [] : [{ ...one, entries: open }];
  });
  const index = days.findLastIndex(({ day }) => day <= entry.day);
  const before = days[index];
  return {
    placeId: placeOfPlot(entry.plotId),
    personId,
    days:
      before?.day === entry.day
        ? days.with(index, { ...before, entries: [...before.entries, entry] })
        : days.toSpliced(index + 1, 0, { day: entry.day, entries: [entry] }),
  };
}

const changed = (state: MeritAccount | null, causeId: string, change: Partial<MeritEntry>): MeritAccount | null =>
  state && {
    ...state,
    days: state.days.map((one) =>
      one.entries.some((entry) => entry.causeId === causeId)
        ? { ...one, entries: one.entries.map((entry) => (entry.causeId === causeId ? { ...entry, ...change } : entry)) }
        : one,
    ),
  };

/**
 * The merit points of one person at one place (domain.md row 19). Every cause is answered exactly once: it is entered under the rules of
 * its day, or not entered for a stated reason. Entries never change. If an appeal against a penalty is upheld, another event reverses it,
 * and with a failed inspection also the penalties that followed from it.
 */
export const meritAccount = defineDecider<MeritAccount | null, MeritRefusal>()({
  stream: 'meritAccount',
  initial: null,
  commands: { RecordMerit, AppealMerit, RuleOnMeritAppeal },
  events: { MeritEntered, MeritNotEntered, MeritAppealed, MeritAppealRuled, MeritReversed },
  decide: {
    RecordMerit: (state, { personId, householdId, plotId, cause, causeId, day, inspections }, { now, facts: { rules } }) => {
      const entries = entriesOf(state);
      if (entries.some((entry) => entry.causeId === causeId)) return [];
      const about = { causeId, cause, personId, householdId, plotId, day };
      if (day < oldestDay(now)) return [{ type: 'MeritNotEntered', data: { ...about, reason: 'too-late' } }];
      if (inspections?.some((inspectionId) => entries.some((entry) => isReversedInspection(entry, inspectionId))))
        return [{ type: 'MeritNotEntered', data: { ...about, reason: 'inspection-reversed' } }];
      const cited = rules ? { rulesPlaceId: rules.placeId, rulesVersion: rules.version } : {};
      const rule = rules?.rules.find((candidate) => candidate.cause === cause);
      if (!rules || !rule) return [{ type: 'MeritNotEntered', data: { ...about, reason: 'no-rule', ...cited } }];
      const before = entries.filter((entry) => entry.cause === cause && entry.day === day && entry.points !== null && !entry.isReversed);
      if (rule.capPerDay !== undefined && before.length >= rule.capPerDay)
        return [{ type: 'MeritNotEntered', data: { ...about, reason: 'daily-cap', ...cited } }];
      const appealUntil = plusDays(now, rules.appealDays);
      return [
        {
          type: 'MeritEntered',
          data: { ...about, points: rule.points, rulesPlaceId: rules.placeId, rulesVersion: rules.version, appealUntil, inspections },
        },
      ];
    },
    AppealMerit: (state, { causeId, words }, { at, by }) => {
      if (state?.personId !== by) return refuse('guardianship.not-own-account');
      const entry = entriesOf(state).find((candidate) => candidate.causeId === causeId);
      if (!entry) return refuse('guardianship.no-such-entry', { entry: causeId });
      if (entry.points === null || entry.points >= 0) return refuse('guardianship.not-a-penalty');
      if (entry.isReversed) return refuse('guardianship.already-reversed');
      if (entry.appeal !== 'none') return refuse('guardianship.already-appealed');
      if (at > entry.appealUntil) return refuse('guardianship.appeal-too-late', { until: entry.appealUntil });
      const { householdId, plotId } = entry;
      return [{ type: 'MeritAppealed', data: { causeId, personId: by, householdId, plotId, words } }];
    },
    RuleOnMeritAppeal: (state, { causeId, upheld, reason }, { by, event }) => {
      const entries = entriesOf(state);
      const entry = entries.find((candidate) => candidate.causeId === causeId);
      if (!state || entry?.appeal !== 'open') return refuse('guardianship.no-appeal', { entry: causeId });
      if (by === state.personId) return refuse('guardianship.own-appeal');
      const { personId } = state;
      const { householdId, plotId, cause, inspections } = entry;
      const ruled = event('MeritAppealRuled', { causeId, personId, householdId, plotId, upheld, reason });
      if (!upheld) return [ruled];
      const inspectionId = cause === 'inspection-failed' ? inspections[0] : undefined;
      const resting = entries.filter((other) => other !== entry && inspectionId !== undefined && other.inspections.includes(inspectionId));
      return [
        ruled,
        ...[entry, ...resting].flatMap((each) =>
          each.points === null || each.points >= 0 || each.isReversed
            ? []
            : [
                event('MeritReversed', {
                  causeId: each.causeId,
                  points: -each.points,
                  personId,
                  householdId: each.householdId,
                  plotId: each.plotId,
                  day: each.day,
                  inspectionId: each === entry ? inspectionId : undefined,
                }),
              ],
        ),
      ];
    },
  },
  evolve: {
    MeritEntered: (state, { personId, causeId, cause, day, plotId, householdId, points, appealUntil, inspections = [] }, { now }) =>
      withEntry(
        state,
        personId,
        { causeId, cause, day, plotId, householdId, points, appealUntil, inspections, appeal: 'none', isReversed: false },
        now,
      ),
    MeritNotEntered: (state, { personId, causeId, cause, day, plotId }, { now }) =>
      withEntry(
        state,
        personId,
        { causeId, cause, day, plotId, points: null, appealUntil: now, inspections: [], appeal: 'none', isReversed: false },
        now,
      ),
    MeritAppealed: (state, { causeId }) => changed(state, causeId, { appeal: 'open' }),
    MeritAppealRuled: (state, { causeId }) => changed(state, causeId, { appeal: 'ruled' }),
    // an open appeal is no longer needed
    MeritReversed: (state, { causeId }) => changed(state, causeId, { isReversed: true, appeal: 'ruled' }),
  },
});

const isReversedInspection = ({ cause, isReversed, inspections }: MeritEntry, inspectionId: string): boolean =>
  cause === 'inspection-failed' && isReversed && inspections.includes(inspectionId);
