import { type Cause, type Policies, todo } from './policy.js';

const consultation = ({ subject }: Cause) => `renovation-consultation/${subject}`;
const ballot = ({ subject }: Cause) => `renovation-ballot/${subject}`;
const decision = ({ subject }: Cause) => `renovation-decision/${subject}`;
const notice = ({ subject }: Cause) => `renovation-notice/${subject}`;

/** Ends of consultations, ballots and notices, and the decision as soon as a ballot is closed. An open objection holds a decision back. */
export const renovationPolicies: Policies = {
  RenovationConsultationOpened: (event) => ({ [consultation(event)]: todo(event, event.data.until, 'CloseRenovationConsultation') }),
  RenovationConsultationClosed: (event) => ({ [consultation(event)]: null }),

  RenovationBallotOpened: (event) => ({ [ballot(event)]: todo(event, event.data.closesAt, 'CloseRenovationBallot') }),
  RenovationBallotClosed: (event) => ({ [ballot(event)]: null, [decision(event)]: todo(event, event.recordedAt, 'DecideRenovation') }),
  RenovationDecided: (event) => ({ [decision(event)]: null }),

  RenovationNoticeOpened: (event) => ({ [notice(event)]: todo(event, event.data.until, 'PutRenovationIntoEffect') }),
  RenovationObjectionRaised: (event) => ({ [notice(event)]: null }),
  RenovationObjectionRuled: (event) => ({
    [notice(event)]: event.data.open === 0 && !event.data.upheld ? todo(event, event.data.noticeUntil, 'PutRenovationIntoEffect') : null,
  }),
  RenovationReopened: (event) => ({ [notice(event)]: null }),
  RenovationTookEffect: (event) => ({ [notice(event)]: null }),
};
