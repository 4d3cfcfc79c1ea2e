import { plusMilliseconds } from '../../../domain/shared/time.js';
import { type Cause, type Policies, dueCommand } from '../../process/policy.js';

/** From the end of the voting to the decision: a vote of the last moment is in the log by then. */
const decisionDelay = 60_000;
const decision = ({ aggregateId }: Cause) => `resolution/${aggregateId}/decision`;

/** Decides when the voting is over. */
export const assemblyPolicies: Policies = {
  on: {
    ResolutionAnnounced: (event) => ({
      [decision(event)]: dueCommand(event, plusMilliseconds(event.data.closesAt, decisionDelay), 'DecideResolution'),
    }),
    ResolutionDecided: (event) => ({ [decision(event)]: null }),
  },
};
