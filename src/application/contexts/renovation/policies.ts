import { type Cause, type Policies, dueCommand } from '../../process/policy.js';

const consultation = ({ aggregateId }: Cause) => `renovation-consultation/${aggregateId}`;
const ballot = ({ aggregateId }: Cause) => `renovation-ballot/${aggregateId}`;
const decision = ({ aggregateId }: Cause) => `renovation-decision/${aggregateId}`;
const notice = ({ aggregateId }: Cause) => `renovation-notice/${aggregateId}`;

/** Ends consultations, ballots and notices, and asks for the decision once a ballot is closed. An open objection delays the decision. */
export const renovationPolicies: Policies = {
  on: {
    RenovationConsultationOpened: (event) => ({
      [consultation(event)]: dueCommand(event, event.data.until, 'CloseRenovationConsultation'),
    }),
    RenovationConsultationClosed: (event) => ({ [consultation(event)]: null }),

    RenovationBallotOpened: (event) => ({ [ballot(event)]: dueCommand(event, event.data.closesAt, 'CloseRenovationBallot') }),
    RenovationBallotClosed: (event) => ({
      [ballot(event)]: null,
      [decision(event)]: dueCommand(event, event.recordedAt, 'DecideRenovation'),
    }),
    RenovationDecided: (event) => ({ [decision(event)]: null }),

    RenovationNoticeOpened: (event) => ({ [notice(event)]: dueCommand(event, event.data.until, 'PutRenovationIntoEffect') }),
    RenovationObjectionRaised: (event) => ({ [notice(event)]: null }),
    RenovationObjectionRuled: (event) => ({
      [notice(event)]:
        event.data.open === 0 && !event.data.upheld ? dueCommand(event, event.data.noticeUntil, 'PutRenovationIntoEffect') : null,
    }),
    RenovationReopened: (event) => ({ [notice(event)]: null }),
    RenovationTookEffect: (event) => ({ [notice(event)]: null }),
  },
};
