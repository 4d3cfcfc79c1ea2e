import type { AllEvents } from '../../domain/deciders.js';
import { defineProjection } from '../projection.js';
import { type Position, positionKey } from '../position.js';

/** A decision, with the event that records it. */
export type DecisionRow = AllEvents['RenovationDecided'] & {
  readonly eventId: string;
  readonly position: Position;
  readonly decidedAt: string;
};

/** Every decision as recorded. The key is `<renovation>/<position>`, so the last one of a renovation is the latest. */
export const renovationDecisions = defineProjection<DecisionRow>({
  name: 'renovation-decisions',
  version: 2,
  writeOnce: true,
  on: {
    RenovationDecided: {
      keys: ({ aggregateId, position }) => [`${aggregateId}/${positionKey(position)}`],
      evolve: (_, { data, id, position, at }) => ({ ...data, eventId: id, position, decidedAt: at }),
    },
  },
});
