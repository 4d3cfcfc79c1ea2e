import { offices } from '../../../domain/election/offices.js';
import { plusMilliseconds } from '../../../domain/shared/time.js';
import { type Cause, type Policies, dueCommand } from '../../process/policy.js';

/** From the end of the voting to the opening of the box: a paper that was cast in the last moment is in the log by then. */
const boxDelay = 60_000;

const opening = ({ aggregateId }: Cause) => `election/${aggregateId}/opening`;
const closing = ({ aggregateId }: Cause) => `election/${aggregateId}/closing`;
const box = ({ aggregateId }: Cause) => `election/${aggregateId}/box`;
const key = ({ aggregateId }: Cause) => `election/${aggregateId}/key`;
const role = (personId: string, capacity: string, placeId: string) => `elected/${personId}/${capacity}/${placeId}`;

/** Opens and closes the voting, opens the box, destroys the key of the papers, and gives the elected the capacity of their office. */
export const electionPolicies: Policies = {
  on: {
    ElectionAnnounced: (event) => ({ [opening(event)]: dueCommand(event, event.data.opensAt, 'OpenElectionVoting') }),
    ElectionNotHeld: (event) => ({ [opening(event)]: null }),
    ElectionVotingOpened: (event) => ({
      [opening(event)]: null,
      [closing(event)]: dueCommand(event, event.data.closesAt, 'CloseElection'),
    }),
    ElectionClosed: (event) => ({
      [closing(event)]: null,
      [box(event)]: dueCommand(event, plusMilliseconds(event.recordedAt, boxDelay), 'OpenElectionBox'),
    }),
    ElectionBoxOpened: (event) => ({
      [box(event)]: null,
      [key(event)]: dueCommand(event, event.recordedAt, 'DestroyElectionKey'),
    }),
    ElectionKeyDestroyed: (event) => ({ [key(event)]: null }),
    ElectionDecided: (event) => {
      const { elected, office, placeId, termUntil } = event.data;
      const { capacity } = offices[office];
      const granted = { capacity, placeId, until: termUntil };
      return Object.fromEntries(
        elected.map((personId) => [role(personId, capacity, placeId), dueCommand(event, event.recordedAt, 'GrantRole', granted, personId)]),
      );
    },
    RoleGranted: ({ data: { personId, capacity, placeId } }) => ({ [role(personId, capacity, placeId)]: null }),
  },
};
