import { ballotCount } from '../../../projections/renovation/ballot-count.js';
import type { Seal } from '../../kernel/withholding.js';

/** The votes of an owners' ballot are withheld until it is closed. */
export const renovationSeals: readonly Seal[] = [
  {
    of: 'renovation-ballot',
    types: ['RenovationBallotCast', 'RenovationBallotWithdrawn'],
    id: /^[^.]+\.\d+/u,
    from: [ballotCount],
    isSealed: async (rows, id) => (await rows.get(ballotCount, id))?.closingPosition === undefined,
  },
];
