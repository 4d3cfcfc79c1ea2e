import { type Policies, dueCommand } from '../../process/policy.js';

const closing = (contest: string) => `contest/${contest}/closing`;
/** Each result has its own entry: a result that is drawn up again may fall due at the same instant. */
const result = (contest: string, number: number) => `contest/${contest}/result/${number}`;
const award = (contest: string) => `contest/${contest}/award`;

/**
 * Closes the voting, publishes the result after the jury's time, and makes the award after the notice.
 * Votes count up to VotingClosed, so the result needs facts that are as recent as that event.
 */
export const contestPolicies: Policies = {
  on: {
    ContestOpened: (event) => ({ [closing(event.aggregateId)]: dueCommand(event, event.data.votingUntil, 'CloseVoting') }),
    VotingClosed: (event) => ({
      [closing(event.aggregateId)]: null,
      [result(event.aggregateId, 1)]: dueCommand(event, event.data.resultAt, 'PublishResult'),
    }),
    ResultPublished: (event) => ({
      [result(event.aggregateId, event.data.result)]: null,
      [award(event.aggregateId)]: event.data.unanswered === 0 ? dueCommand(event, event.data.noticeUntil, 'GrantAward') : null,
    }),
    // an open objection delays the award until the last one is answered
    ObjectionRaised: ({ aggregateId }) => ({ [award(aggregateId)]: null }),
    ObjectionAnswered: (event) => {
      const { unanswered, noticeUntil } = event.data;
      return {
        [award(event.aggregateId)]: unanswered === 0 && noticeUntil !== undefined ? dueCommand(event, noticeUntil, 'GrantAward') : null,
      };
    },
    ResultWithdrawn: (event) => ({
      [award(event.aggregateId)]: null,
      [result(event.aggregateId, event.data.result + 1)]: dueCommand(event, event.recordedAt, 'PublishResult'),
    }),
    AwardGranted: ({ aggregateId }) => ({ [award(aggregateId)]: null }),
    ContestEndedWithoutAward: ({ aggregateId, data }) => ({ [result(aggregateId, data.result)]: null, [award(aggregateId)]: null }),
  },
};
