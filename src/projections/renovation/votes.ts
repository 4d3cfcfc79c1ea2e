import type { AllEvents } from '../../domain/deciders.js';
import { defineProjection, type Recorded } from '../projection.js';
import { type Position, positionKey } from '../position.js';

type Act = AllEvents['RenovationBallotCast'] | AllEvents['RenovationBallotWithdrawn'];
type Kept<A extends Act> = Omit<A, 'renovationId' | 'ballotId'> & {
  readonly eventId: string;
  readonly position: Position;
  readonly at: string;
};
/** A vote (with `choice`) or a withdrawal. */
export type VoteRow = Kept<AllEvents['RenovationBallotCast']> | Kept<AllEvents['RenovationBallotWithdrawn']>;

const keys = ({ data, position }: Pick<Recorded<string, Act>, 'data' | 'position'>) => [`${data.ballotId}/${positionKey(position)}`];
const kept = <A extends Act>({
  data: { renovationId: _renovation, ballotId: _ballot, ...act },
  id,
  position,
  at,
}: Recorded<string, A>): Kept<A> => ({ ...act, eventId: id, position, at });

/** The events that make up a count, one row each: vote, replacement or withdrawal. The key is `<ballot>/<position>`. */
export const renovationVotes = defineProjection<VoteRow>({
  name: 'renovation-votes',
  version: 1,
  writeOnce: true,
  on: {
    RenovationBallotCast: { keys, evolve: (_, event) => kept(event) },
    RenovationBallotWithdrawn: { keys, evolve: (_, event) => kept(event) },
  },
});
