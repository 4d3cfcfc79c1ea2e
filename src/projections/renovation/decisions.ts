import type { AllEvents } from '../../domain/deciders.js';
import { defineProjection } from '../projection.js';

/** A decision, with the event that records it. */
export type DecisionRow = AllEvents['RenovationDecided'] & {
  readonly eventId: string;
  readonly position: number;
  readonly decidedAt: string;
};

/** Every decision as recorded. The key is `<renovation>/<position>`, so the last one of a renovation is the latest. */
export const renovationDecisions = defineProjection<DecisionRow>({
  name: 'renovation-decisions',
  version: 2,
  writeOnce: true,
  on: {
    RenovationDecided: {
      keys: ({ aggregateId, position }) => [`${aggregateId}/${String(position).padStart(16, '0')}`],
      evolve: (_, { data, id, position, at }) => ({ ...data, eventId: id, position, decidedAt: at }),
    },
  },
});
