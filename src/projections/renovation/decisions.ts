import type { AllEvents } from '../../domain/deciders.js';
import { defineProjection } from '../projection.js';

export type DecisionRow = AllEvents['RenovationDecided'] & {
  readonly eventId: string;
  readonly position: number;
  readonly decidedAt: string;
};

/** Every decision as its event states it: `<renovation>/<position>`, so the last of a renovation's is the latest. */
export const renovationDecisions = defineProjection<DecisionRow>({
  name: 'renovation-decisions',
  version: 1,
  writeOnce: true,
  on: {
    RenovationDecided: {
      keys: ({ aggregateId, position }) => [`${aggregateId}/${String(position).padStart(16, '0')}`],
      evolve: (_, { data, id, position, at }) => ({ ...data, eventId: id, position, decidedAt: at }),
    },
  },
});
