import { ballots, isSealed, sealedEvents } from '../../../projections/platform/ballots.js';
import type { Seal } from '../../kernel/withholding.js';
import { embargoRows, isEmbargoed } from '../contest/facts.js';

/** Papers are withheld while their ballot is open and secret, and those of a contest's final while the contest is embargoed. */
export const platformSeals: readonly Seal[] = [
  {
    of: 'ballot',
    types: sealedEvents,
    id: /^[^.]+/u,
    from: [ballots, ...embargoRows],
    isSealed: async (rows, id) => {
      const row = await rows.get(ballots, id);
      if (row === null || isSealed(row)) return true;
      const { subject, subjectId = '' } = row.declared;
      return subject === 'contest-final' && isEmbargoed(rows, subjectId);
    },
  },
];
