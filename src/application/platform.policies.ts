import type { Policies, Todo } from './policy.js';

interface Event {
  readonly id: string;
  readonly subject: string;
  readonly position: number;
}

const todo = ({ id, subject, position }: Event, due: string, command: string): Todo => ({ due, command, params: { id: subject }, data: {}, causation: id, since: position });
const closing = ({ subject }: Event) => `ballot/${subject}/closing`;
const result = ({ subject }: Event) => `ballot/${subject}/result`;

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
