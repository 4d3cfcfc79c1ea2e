import { defineDecider, type Immutable, refuse } from '../shared/decider.js';
import { endOfPeriod } from '../shared/policy.js';
import { dayInChina, plusDays } from '../shared/time.js';
import { placeOfPlot } from './division.js';
import {
  AppealMerit,
  MeritAppealed,
  MeritAppealRuled,
  MeritEntered,
  MeritNotEntered,
  type MeritRefusal,
  MeritReversed,
  RecordMerit,
  RuleOnMeritAppeal,
} from './merit-messages.js';
import type { MeritCause } from './merit-rules.js';

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

/** The id of a person's account at a place. */
export const accountIdOf = (placeId: string, personId: string): string => `${placeId}~${personId}`;

/**
 * Events older than this number of days earn and cost nothing. So the account only needs the causes of this period to prevent duplicate
 * entries, and its state does not grow forever.
 */
const memoryDays = 366;
const oldestDay = (now: string): string => dayInChina(plusDays(now, -memoryDays));

export const entriesOf = (state: Immutable<MeritAccount> | null): readonly MeritEntry[] =>
  state?.days.flatMap(({ entries }) => entries) ?? [];

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
    RecordMerit: (state, { personId, householdId, plotId, cause, causeId, day, inspections }, { now, facts: { rules, policies } }) => {
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
      const appealUntil = endOfPeriod(policies, now, now, rules.appealDays);
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
    RuleOnMeritAppeal: (state, { causeId, upheld, reason }, { by, event, facts: { inspectors } }) => {
      const entries = entriesOf(state);
      const entry = entries.find((candidate) => candidate.causeId === causeId);
      if (!state || entry?.appeal !== 'open') return refuse('guardianship.no-appeal', { entry: causeId });
      if (by === state.personId) return refuse('guardianship.own-appeal');
      if (inspectors.includes(by)) return refuse('guardianship.own-inspection');
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
