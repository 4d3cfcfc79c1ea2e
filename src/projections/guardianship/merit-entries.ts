import { placeOfPlot } from '../../domain/guardianship/division.js';
import type { NotEnteredReason } from '../../domain/guardianship/merit-messages.js';
import type { MeritCause } from '../../domain/guardianship/merit-rules.js';
import { defineProjection } from '../projection.js';
import { plotKey, within } from './keys.js';

/** One answered cause. */
export interface MeritEntryRow {
  /** The id of the event that is the cause. */
  readonly causeId: string;
  readonly cause: MeritCause;
  readonly personId: string;
  readonly householdId?: string;
  readonly plotId: string;
  readonly placeId: string;
  readonly day: string;
  readonly points: number;
  /** Why nothing was entered. */
  readonly notEntered?: NotEnteredReason;
  readonly rulesPlaceId?: string;
  readonly rulesVersion?: number;
  readonly appealUntil?: string;
  readonly standing: 'stands' | 'appealed' | 'dismissed' | 'reversed' | 'not-entered';
}

interface Concerned {
  readonly causeId: string;
  readonly personId: string;
  readonly householdId?: string;
  readonly plotId: string;
}
/** Event ids start with the time, so each list is in the order of recording. */
const keysOf = ({ data: { causeId, personId, householdId, plotId } }: { readonly data: Concerned }): readonly string[] => {
  const place = within(placeOfPlot(plotId));
  return [
    `guardian/${personId}/${place}~${causeId}`,
    ...(householdId === undefined ? [] : [`household/${within(householdId)}~${causeId}`]),
    `plot/${plotKey(plotId)}/${causeId}`,
    `place/${place}~${causeId}`,
  ];
};

/** All merit entries, with cause and rule version, by guardian, household, plot and place (domain.md row 19). People by id only. */
export const meritEntries = defineProjection<MeritEntryRow>({
  name: 'merit-entries',
  version: 2,
  on: {
    MeritEntered: { keys: keysOf, evolve: (_, { data }) => ({ ...data, placeId: placeOfPlot(data.plotId), standing: 'stands' }) },
    MeritNotEntered: {
      keys: keysOf,
      evolve: (_, { data: { reason, ...data } }) => ({
        ...data,
        placeId: placeOfPlot(data.plotId),
        points: 0,
        notEntered: reason,
        standing: 'not-entered',
      }),
    },
    MeritAppealed: { keys: keysOf, evolve: (row) => row && { ...row, standing: 'appealed' } },
    MeritAppealRuled: { keys: keysOf, evolve: (row, { data }) => row && { ...row, standing: data.upheld ? 'reversed' : 'dismissed' } },
    MeritReversed: { keys: keysOf, evolve: (row) => row && { ...row, standing: 'reversed' } },
  },
});
