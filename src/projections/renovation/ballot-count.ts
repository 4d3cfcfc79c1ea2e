import type { AllEvents } from '../../domain/deciders.js';
import { addVote, emptyTally, type Tally } from '../../domain/voting/threshold.js';
import { defineProjection, refTo } from '../projection.js';

type Opened = AllEvents['RenovationBallotOpened'];

/** A ballot and its tally. */
export interface BallotCountRow extends Omit<Opened, 'pages'> {
  readonly renovationId: string;
  readonly tally: Tally;
  /** The log position of the closing. Absent while the ballot is open. */
  readonly closingPosition?: number;
  /** The RenovationBallotClosed, as the decision names it. Absent while the ballot is open. */
  readonly closing?: AllEvents['RenovationDecided']['closing'];
}

/**
 * The tally of every ballot on a renovation, updated vote by vote. A vote names the one that it replaces, so its cost does not grow with
 * the number of votes. Votes recorded after the closing do not count. The key is the ballot id.
 */
export const ballotCount = defineProjection<BallotCountRow>({
  name: 'renovation-ballot-count',
  version: 2,
  on: {
    RenovationBallotOpened: {
      keys: ({ data }) => [data.ballotId],
      evolve: (_, { aggregateId, data: { pages: _pages, ...opened } }) => ({ ...opened, renovationId: aggregateId, tally: emptyTally }),
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
      evolve: (row, event) => row && { ...row, closingPosition: event.position, closing: refTo(event) },
    },
  },
});
