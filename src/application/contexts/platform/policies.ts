import { type Cause, type Policies, dueCommand } from '../../process/policy.js';

const closing = ({ aggregateId }: Cause) => `ballot/${aggregateId}/closing`;
const fileErasure = ({ aggregateId }: Cause) => `ballot/${aggregateId}/file-erasure`;
const result = ({ aggregateId }: Cause) => `ballot/${aggregateId}/result`;

/** A ballot closes when due. Its result is published at once or, if ties are drawn by lot, when the seed is revealed. A confirmed erasure
 * of the kept file destroys its key. */
export const platformPolicies: Policies = {
  on: {
    BallotOpened: (event) => ({ [closing(event)]: dueCommand(event, event.data.closesAt, 'CloseBallot') }),
    BallotClosed: (event) => ({
      [closing(event)]: null,
      ...(event.data.drawCommitment === undefined && { [result(event)]: dueCommand(event, event.recordedAt, 'PublishBallotResult') }),
    }),
    BallotSeedRevealed: (event) => ({ [result(event)]: dueCommand(event, event.recordedAt, 'PublishBallotResult') }),
    BallotResultPublished: (event) => ({ [result(event)]: null }),
    BallotFileErasureConfirmed: (event) => ({ [fileErasure(event)]: dueCommand(event, event.recordedAt, 'EraseBallotFile') }),
    BallotFileErased: (event) => ({ [fileErasure(event)]: null }),
  },
};
