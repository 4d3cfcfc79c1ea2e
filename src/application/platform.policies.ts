import { type Cause, type Policies, todo } from './policy.js';

const closing = ({ subject }: Cause) => `ballot/${subject}/closing`;
const result = ({ subject }: Cause) => `ballot/${subject}/result`;

/** A ballot closes at its time; its result is published at once, or, where ties are drawn, as soon as the seed is revealed. */
export const platformPolicies: Policies = {
  BallotOpened: (event) => ({ [closing(event)]: todo(event, event.data.closesAt, 'CloseBallot') }),
  BallotClosed: (event) => ({
    [closing(event)]: null,
    ...(event.data.drawCommitment === undefined && { [result(event)]: todo(event, event.recordedAt, 'PublishBallotResult') }),
  }),
  BallotSeedRevealed: (event) => ({ [result(event)]: todo(event, event.recordedAt, 'PublishBallotResult') }),
  BallotResultPublished: (event) => ({ [result(event)]: null }),
};
