import { defineDecider, refuse, type Immutable, type Moment, type Refusal } from '../shared/decider.js';
import { periodEnd, type PeriodRefusal, policyAt } from '../shared/policy.js';
import { plusDays } from '../shared/time.js';
import { actRule } from '../voting/acts.js';
import { commitTo } from '../voting/draw.js';
import { isLimit } from '../voting/limits.js';
import { rules } from '../voting/rules.js';
import {
  type Ballot,
  BallotClosed,
  BallotOpened,
  BallotOptionWithdrawn,
  BallotResultPublished,
  BallotSeedRevealed,
  CloseBallot,
  OpenBallot,
  PublishBallotResult,
  RevealBallotSeed,
  type Subject,
  WithdrawBallotOption,
} from './ballot-messages.js';
import { countableRule, type CountingRefusal, declaredAs, resultOf } from './counting.js';

/** The longest ballot, in days. */
const longest = 730;
/** Subjects that already exist and are named by their id. */
const ofSomething: readonly Subject[] = ['renovation', 'covenant', 'contest-final'];

/** Why a ballot cannot be opened. */
export type OpeningRefusal =
  | CountingRefusal
  | PeriodRefusal
  | 'platform.subject-mismatch'
  | 'platform.subject-elsewhere'
  | 'platform.option-twice'
  | 'platform.only-write-ins'
  | 'platform.limit-mismatch'
  | 'platform.joint-limit-mismatch'
  | 'platform.no-such-option'
  | 'platform.draw-mismatch'
  | 'platform.wrong-dates';
/** Refusal codes of the commands of a ballot. */
export type BallotRefusal =
  | OpeningRefusal
  | 'ballot.not-found'
  | 'platform.ballot-already-open'
  | 'platform.ballot-not-open'
  | 'platform.ballot-still-open'
  | 'platform.last-option'
  | 'platform.withdrawal-too-late'
  | 'platform.no-rounds'
  | 'platform.nothing-drawn'
  | 'voting.seed-mismatch'
  | 'platform.seed-awaited';

/** The declared rules with all defaults filled in, or why the ballot cannot be opened. */
function opening(
  data: Immutable<OpenBallot>,
  ballotId: string,
  { subjectPlace, policies }: Immutable<typeof OpenBallot.facts>,
  { now }: Pick<Moment, 'now'>,
): Refusal<OpeningRefusal> | Immutable<BallotOpened> {
  const { placeId, subject, subjectId, options, budget, form } = data;
  if (ofSomething.includes(subject) !== (subjectId !== undefined)) return refuse('platform.subject-mismatch', { subject });
  if (subjectId !== undefined && subjectPlace !== placeId)
    return refuse('platform.subject-elsewhere', { subject: subjectId, place: placeId });
  const ids = options.map(({ optionId }) => optionId);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice !== undefined) return refuse('platform.option-twice', { option: twice });
  if (options.every(({ writeIn }) => writeIn)) return refuse('platform.only-write-ins');
  const costs = options.filter(({ cost }) => cost !== undefined).length;
  if (costs !== (budget === undefined ? 0 : options.length)) return refuse('platform.budget-mismatch', { rule: data.rule.rule });
  const rule = countableRule(data.rule, form, options.length, budget !== undefined);
  if ('refused' in rule) return rule;
  if (data.limits !== undefined) {
    if (budget === undefined || !data.limits.every(isLimit)) return refuse('platform.joint-limit-mismatch');
    const unknown = data.limits.flatMap((limit) => limit.options).find((option) => !ids.includes(option));
    if (unknown !== undefined) return refuse('platform.no-such-option', { option: unknown });
  }
  if (
    (data.mostOptions !== undefined && (form === 'choice' || data.mostOptions > options.length)) ||
    (data.pointsInAll !== undefined && form !== 'points')
  )
    return refuse('platform.limit-mismatch', { form });
  if ((data.lastTies === 'draw') !== (data.drawCommitment !== undefined)) return refuse('platform.draw-mismatch');
  const policy = policyAt(policies, now);
  const notice = periodEnd(policy, 'ballot-notice-days', now, data.opensAt);
  if ('refused' in notice) return notice;
  const voting = periodEnd(policy, 'ballot-days', notice.until, data.closesAt);
  if ('refused' in voting) return voting;
  if (voting.until <= notice.until || voting.until > plusDays(now, longest)) return refuse('platform.wrong-dates');
  const entries = policy.figures['entries-per-vote'];
  // A candidate is a person. One without an id gets an id of this ballot alone: other ballots may use the same option ids for others.
  const recorded =
    subject === 'election' ? options.map((option, i) => ({ personId: `candidate.${ballotId}.${i + 1}`, ...option })) : options;
  return {
    ...data,
    options: recorded,
    rule: declaredAs(rule),
    opensAt: notice.until,
    closesAt: voting.until,
    acts: actRule(!data.replaceable, entries.value),
    policy: [...notice.policy, ...voting.policy, entries],
  };
}

const absent = refuse('ballot.not-found');

/** What the result still waits for, or null if the ballot can be counted. */
export function resultAwaits({
  closed,
  closesAt,
  lastTies,
  drawSeed,
}: Immutable<Ballot>): Refusal<'platform.ballot-still-open' | 'platform.seed-awaited'> | null {
  if (!closed) return refuse('platform.ballot-still-open', { until: closesAt });
  // It is not known before the count whether the draw will be needed, so a declared draw is always awaited.
  return lastTies === 'draw' && drawSeed === null ? refuse('platform.seed-awaited') : null;
}

/**
 * A ballot of a place: it is opened with a rule, closed at its time, and its result is published (domain.md rows 6 and 9). Each voter's
 * papers are in a stream of their own (ballot-paper.ts). The count is passed in as a fact when the result is published.
 */
export const ballot = defineDecider<Ballot | null, BallotRefusal>()({
  stream: 'ballot',
  initial: null,
  commands: { OpenBallot, WithdrawBallotOption, CloseBallot, RevealBallotSeed, PublishBallotResult },
  events: { BallotOpened, BallotOptionWithdrawn, BallotClosed, BallotSeedRevealed, BallotResultPublished },
  decide: {
    OpenBallot: (state, data, { id, now, facts }) => {
      if (state !== null) return refuse('platform.ballot-already-open');
      const opened = opening(data, id, facts, { now });
      return 'refused' in opened ? opened : [{ type: 'BallotOpened', data: opened }];
    },
    WithdrawBallotOption: (state, withdrawal) => {
      if (state === null) return absent;
      const { index, withdrawn, options, rule } = state;
      const { optionId } = withdrawal;
      if (!Object.hasOwn(index, optionId)) return refuse('platform.no-such-option', { option: optionId });
      if (withdrawn.some((one) => one.optionId === optionId)) return [];
      if (resultAwaits(state) === null) return refuse('platform.withdrawal-too-late');
      if (withdrawal.round !== undefined && !rules[rule.rule].inRounds) return refuse('platform.no-rounds', { rule: rule.rule });
      const gone = new Set([...withdrawn, withdrawal].map((one) => one.optionId));
      if (options.every((option) => option.writeIn || gone.has(option.optionId)))
        return refuse('platform.last-option', { option: optionId });
      return [{ type: 'BallotOptionWithdrawn', data: withdrawal }];
    },
    CloseBallot: (state, _, { at }) => {
      if (state === null) return absent;
      if (state.closed) return [];
      const { closesAt, drawCommitment } = state;
      if (at < closesAt) return refuse('platform.ballot-still-open', { until: closesAt });
      return [{ type: 'BallotClosed', data: drawCommitment === undefined ? { closesAt } : { closesAt, drawCommitment } }];
    },
    RevealBallotSeed: (state, { seed }) => {
      if (state === null) return absent;
      const { drawCommitment, closed, closesAt } = state;
      if (drawCommitment === undefined) return refuse('platform.nothing-drawn');
      if (state.drawSeed === seed) return [];
      if (!closed) return refuse('platform.ballot-still-open', { until: closesAt });
      if (commitTo(seed) !== drawCommitment) return refuse('voting.seed-mismatch', { commitment: drawCommitment });
      return [{ type: 'BallotSeedRevealed', data: { seed } }];
    },
    PublishBallotResult: (state, _, { facts: { counted } }) => {
      if (state === null) return absent;
      if (state.published) return [];
      const awaited = resultAwaits(state);
      if (awaited !== null) return awaited;
      // Facts are loaded after the state. A count is missing although nothing is awaited only if the result was published in between.
      return counted === null ? [] : [{ type: 'BallotResultPublished', data: resultOf(state, counted, state.drawSeed) }];
    },
  },
  evolve: {
    BallotOpened: (_, data) => ({
      ...data,
      index: Object.fromEntries(data.options.map(({ optionId }, i) => [optionId, i])),
      withdrawn: [],
      closed: false,
      drawSeed: null,
      published: false,
    }),
    BallotOptionWithdrawn: (state, data) => state && { ...state, withdrawn: [...state.withdrawn, data] },
    BallotClosed: (state) => state && { ...state, closed: true },
    BallotSeedRevealed: (state, { seed }) => state && { ...state, drawSeed: seed },
    BallotResultPublished: (state) => state && { ...state, published: true },
  },
});
