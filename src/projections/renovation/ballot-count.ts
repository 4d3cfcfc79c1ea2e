import type { AllEvents } from '../../domain/deciders.js';
import { addVote, emptyTally, type Tally } from '../../domain/voting/threshold.js';
import { defineProjection } from '../projection.js';

type Opened = AllEvents['RenovationBallotOpened'];

/** A ballot as far as it is counted. */
export interface BallotCountRow extends Omit<Opened, 'units'> {
  readonly renovationId: string;
  readonly tally: Tally;
  /** Where the ballot's closing stands in the log; absent while it is open. */
  readonly closingPosition?: number;
}

/**
 * The count of every ballot, folded vote by vote: a replacement names what it replaces, so one vote costs the same however many were
 * cast. What stands behind the closing in the log does not count.
 */
export const ballotCount = defineProjection<BallotCountRow>({
  name: 'renovation-ballot-count',
  version: 1,
  on: {
    RenovationBallotOpened: {
      keys: ({ data }) => [data.ballotId],
      evolve: (_, { aggregateId, data: { units: _units, ...opened } }) => ({ ...opened, renovationId: aggregateId, tally: emptyTally }),
    },
    RenovationBallotCast: {
      keys: ({ data }) => [data.ballotId],
      evolve: (row, { data: { choice, replaces, weight, notCounted } }) => {
        if (row === null || row.closingPosition !== undefined || notCounted) return row;
        const before = replaces === undefined ? row.tally : addVote(row.tally, replaces, weight, -1);
        return { ...row, tally: addVote(before, choice, weight) };
      },
    },
    RenovationBallotWithdrawn: {
      keys: ({ data }) => [data.ballotId],
      evolve: (row, { data: { withdraws, weight } }) =>
        row === null || row.closingPosition !== undefined || !withdraws
          ? row
          : { ...row, tally: addVote(row.tally, withdraws, weight, -1) },
    },
    RenovationBallotClosed: {
      keys: ({ data }) => [data.ballotId],
      evolve: (row, { position }) => row && { ...row, closingPosition: position },
    },
  },
});
