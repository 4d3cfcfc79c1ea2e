import { type Policies, todo } from './policy.js';

const closing = (contest: string) => `contest/${contest}/closing`;
/** Each result has an entry of its own: one that is drawn up again may fall due at the same instant. */
const result = (contest: string, number: number) => `contest/${contest}/result/${number}`;
const award = (contest: string) => `contest/${contest}/award`;

/**
 * What falls due in a contest: the closing, the result once the jury's time is over, the award at the end of the notice.
 * The votes are counted up to VotingClosed, so facts as fresh as that event are fresh enough for the result.
 */
export const contestPolicies: Policies = {
  ContestOpened: (event) => ({ [closing(event.subject)]: todo(event, event.data.votingUntil, 'CloseVoting') }),
  VotingClosed: (event) => ({
    [closing(event.subject)]: null,
    [result(event.subject, 1)]: todo(event, event.data.resultAt, 'PublishResult'),
  }),
  ResultPublished: (event) => ({
    [result(event.subject, event.data.result)]: null,
    [award(event.subject)]: event.data.unanswered === 0 ? todo(event, event.data.noticeUntil, 'GrantAward') : null,
  }),
  // an objection holds the award up until the last one is answered
  ObjectionRaised: ({ subject }) => ({ [award(subject)]: null }),
  ObjectionAnswered: (event) => {
    const { unanswered, noticeUntil } = event.data;
    return { [award(event.subject)]: unanswered === 0 && noticeUntil !== undefined ? todo(event, noticeUntil, 'GrantAward') : null };
  },
  ResultWithdrawn: (event) => ({
    [award(event.subject)]: null,
    [result(event.subject, event.data.result + 1)]: todo(event, event.recordedAt, 'PublishResult'),
  }),
  AwardGranted: ({ subject }) => ({ [award(subject)]: null }),
  ContestEndedWithoutAward: ({ subject, data }) => ({ [result(subject, data.result)]: null, [award(subject)]: null }),
};
