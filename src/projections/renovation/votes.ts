import type { AllEvents } from '../../domain/deciders.js';
import { defineProjection } from '../projection.js';

export type CastRow = Omit<AllEvents['RenovationBallotCast'], 'renovationId' | 'ballotId'> & {
  readonly eventId: string;
  readonly position: number;
  readonly at: string;
};

/** The events that made a count: `<ballot>/<position>`, one row for each vote and each replacement. */
export const renovationVotes = defineProjection<CastRow>({
  name: 'renovation-votes',
  version: 1,
  writeOnce: true,
  on: {
    RenovationBallotCast: {
      keys: ({ data, position }) => [`${data.ballotId}/${String(position).padStart(16, '0')}`],
      evolve: (_, { data: { renovationId: _renovation, ballotId: _ballot, ...cast }, id, position, at }) => ({
        ...cast,
        eventId: id,
        position,
        at,
      }),
    },
  },
});
