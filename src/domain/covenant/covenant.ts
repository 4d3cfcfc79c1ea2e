import { defineDecider, type Immutable, refuse, type Refusal } from '../shared/decider.js';
import { periodEnd, policyAt } from '../shared/policy.js';
import { placeKindOf, ruleFor, rulesFor } from '../voting/bodies.js';
import { thresholdRules } from '../voting/threshold-rules.js';
import {
  decideByThreshold,
  emptyTally,
  type Measure,
  measures,
  type Tally,
  type ThresholdRuleName,
  type VoterCount,
} from '../voting/threshold.js';
import {
  AmendCovenant,
  AnnounceCovenantVote,
  type Clause,
  CloseCovenantOpinions,
  type Covenant,
  CovenantAdopted,
  CovenantAmended,
  CovenantDecisionPublished,
  CovenantDeliberated,
  CovenantDrafted,
  CovenantFiled,
  CovenantOpinionsClosed,
  CovenantOpinionsOpened,
  type CovenantRefusal,
  CovenantRejected,
  CovenantResultPublished,
  CovenantReviewed,
  CovenantVoteAnnounced,
  DraftCovenant,
  FileCovenant,
  OpenCovenantOpinions,
  PublishCovenantDecision,
  PublishCovenantResult,
  RecordCovenantVote,
  ReviewCovenant,
} from './covenant-messages.js';

/** 四议两公开 (domain.md row 15). The steps are taken in this order, and the last one decides. */
const deliberations: readonly ThresholdRuleName[] = [
  'branch-proposal',
  'committees-consultation',
  'party-members-meeting',
  'villagers-resolution',
];
const lastDeliberation = 'villagers-resolution';

/** Where every version begins. */
const atTheBeginning = { step: 'drafted', opinionsUntil: null, votesFrom: null, deliberated: 0 } as const;

/** The covenant of a place (domain.md row 1). Its versions are drafted, opened for opinions, reviewed, adopted and filed. */
export const covenant = defineDecider<Covenant | null, CovenantRefusal>()({
  stream: 'covenant',
  initial: null,
  commands: {
    DraftCovenant,
    OpenCovenantOpinions,
    CloseCovenantOpinions,
    ReviewCovenant,
    AnnounceCovenantVote,
    RecordCovenantVote,
    AmendCovenant,
    FileCovenant,
    PublishCovenantDecision,
    PublishCovenantResult,
  },
  events: {
    CovenantDrafted,
    CovenantOpinionsOpened,
    CovenantOpinionsClosed,
    CovenantReviewed,
    CovenantVoteAnnounced,
    CovenantDeliberated,
    CovenantAdopted,
    CovenantRejected,
    CovenantAmended,
    CovenantFiled,
    CovenantDecisionPublished,
    CovenantResultPublished,
  },
  decide: {
    DraftCovenant: (state, data) => {
      if (state !== null) return refuse('covenant.exists', { title: state.title, version: state.version });
      return outOfOrder(data.clauses) ?? [{ type: 'CovenantDrafted', data: { ...data, version: 1 } }];
    },
    OpenCovenantOpinions: (state, { until }, { id, now, facts: { policies } }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.step === 'opinions')
        return state.opinionsUntil === until ? [] : refuse('covenant.opinions-open', { until: state.opinionsUntil ?? '' });
      if (state.step !== 'drafted') return refuse('covenant.heard-already', { version: state.version });
      const period = periodEnd(policyAt(policies, now), 'covenant-opinion-days', now, until);
      return 'refused' in period ? period : [{ type: 'CovenantOpinionsOpened', data: { ...latest(state), ...period } }];
    },
    CloseCovenantOpinions: (state, _, { id, now }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.step !== 'opinions' || state.opinionsUntil === null) return [];
      if (now < state.opinionsUntil) return refuse('covenant.opinions-open', { until: state.opinionsUntil });
      return [{ type: 'CovenantOpinionsClosed', data: latest(state) }];
    },
    ReviewCovenant: (state, review, { id, by }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.step === 'drafted' || state.step === 'opinions') return refuse('covenant.opinions-first');
      if (state.step !== 'heard') return refuse('covenant.reviewed-already', { version: state.version });
      if (by === state.draftedBy) return refuse('covenant.reviewer-drafted');
      if (!review.passed && review.remarks === undefined) return refuse('covenant.remarks-missing');
      return [{ type: 'CovenantReviewed', data: { ...latest(state), ...review } }];
    },
    AnnounceCovenantVote: (state, { votesFrom }, { id, now, facts: { policies } }) => {
      const step = awaitsVote(state, id);
      if ('refused' in step) return step;
      if (votesFrom !== undefined && votesFrom === step.votesFrom) return [];
      const notice = periodEnd(policyAt(policies, now), 'assembly-notice-days', now, votesFrom);
      if ('refused' in notice) return notice;
      return [{ type: 'CovenantVoteAnnounced', data: { ...latest(step), votesFrom: notice.until, policy: notice.policy } }];
    },
    RecordCovenantVote: (found, data, { id, at, facts }) => {
      const state = awaitsVote(found, id);
      if ('refused' in state) return state;
      const { ballotId } = data;
      const ballot = ballotId === undefined ? undefined : facts.ballot;
      if (ballot !== undefined && !isOn(ballot, state)) return refuse('covenant.ballot-unfit', { ballot: ballotId ?? '' });
      const asked = ballot ? ballot.decision.rule : data.rule;
      const kind = placeKindOf(facts.level, facts.above);
      const isDeliberated = rulesFor(kind, 'covenant').includes(lastDeliberation);
      const [turn, due] = [asked === undefined ? -1 : deliberations.indexOf(asked), deliberations[state.deliberated]!];
      const body = ruleFor(kind, 'covenant', isDeliberated && turn >= 0 ? lastDeliberation : asked);
      if ('refused' in body) return body;
      if (turn < 0 ? state.deliberated > 0 : asked !== due) return refuse('covenant.deliberation-out-of-order', { due });
      const rule = turn < 0 ? body.rule : due;
      // a resolution was announced itself
      if (!ballot && (turn < 0 || due === lastDeliberation)) {
        if (state.votesFrom === null) return refuse('covenant.vote-not-announced');
        if (at < state.votesFrom) return refuse('covenant.vote-too-early', { from: state.votesFrom });
      }
      const decision = decisionIn(data, rule, ballot);
      if ('refused' in decision) return decision;
      const adopting = turn < 0 || turn === deliberations.length - 1 ? 'CovenantAdopted' : 'CovenantDeliberated';
      return [{ type: decision.decision.outcome === 'adopted' ? adopting : 'CovenantRejected', data: { ...latest(state), ...decision } }];
    },
    AmendCovenant: (state, { title, clauses, slogans }, { id }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.step === 'opinions') return refuse('covenant.opinions-open', { until: state.opinionsUntil ?? '' });
      const { placeId, version } = latest(state);
      return (
        outOfOrder(clauses) ?? [
          { type: 'CovenantAmended', data: { placeId, version: version + 1, title: title ?? state.title, clauses, slogans } },
        ]
      );
    },
    FileCovenant: (state, { fileNumber }, { id }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.inForce === null) return refuse('covenant.adopt-first');
      const { version, fileNumber: filed } = state.inForce;
      if (filed !== null) return filed === fileNumber ? [] : refuse('covenant.filed-already', { version, fileNumber: filed });
      return [{ type: 'CovenantFiled', data: { placeId: state.placeId, version, fileNumber } }];
    },
    PublishCovenantDecision: (state, data, { id }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.inForce === null) return refuse('covenant.adopt-first');
      const { version, published } = state.inForce;
      return published === undefined ? [{ type: 'CovenantDecisionPublished', data: { placeId: state.placeId, version, ...data } }] : [];
    },
    PublishCovenantResult: (state, data, { id }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.inForce === null) return refuse('covenant.adopt-first');
      const { version, published } = state.inForce;
      if (published === undefined) return refuse('covenant.decision-not-published');
      return published === 'decision' ? [{ type: 'CovenantResultPublished', data: { placeId: state.placeId, version, ...data } }] : [];
    },
  },
  evolve: {
    CovenantDrafted: (_, { placeId, version, title, clauses }, { by }) => ({
      placeId,
      title,
      version,
      clauses: numbers(clauses),
      draftedBy: by,
      ...atTheBeginning,
      inForce: null,
    }),
    CovenantOpinionsOpened: (state, { until }) => state && { ...state, step: 'opinions', opinionsUntil: until },
    CovenantOpinionsClosed: (state) => state && { ...state, step: 'heard' },
    CovenantReviewed: (state, { passed }, { at }) =>
      state && { ...state, step: passed ? 'reviewed' : 'returned', ...(passed && { reviewedAt: at }) },
    CovenantVoteAnnounced: (state, { votesFrom }) => state && { ...state, votesFrom },
    CovenantDeliberated: (state) => state && { ...state, deliberated: state.deliberated + 1 },
    CovenantAdopted: (state, { version }) =>
      state && { ...state, step: 'adopted', inForce: { version, clauses: state.clauses, fileNumber: null } },
    CovenantRejected: (state) => state && { ...state, step: 'rejected' },
    CovenantAmended: (state, { title, version, clauses }, { by }) =>
      state && {
        ...state,
        title,
        version,
        clauses: numbers(clauses),
        draftedBy: by,
        ...atTheBeginning,
      },
    CovenantFiled: (state, { fileNumber }) => state && { ...state, inForce: state.inForce && { ...state.inForce, fileNumber } },
    CovenantDecisionPublished: (state) => state && { ...state, inForce: state.inForce && { ...state.inForce, published: 'decision' } },
    CovenantResultPublished: (state) => state && { ...state, inForce: state.inForce && { ...state.inForce, published: 'result' } },
  },
});

/** The covenant if its latest version has passed the review and was not voted on yet, else the refusal. */
function awaitsVote(state: Immutable<Covenant> | null, id: string): Immutable<Covenant> | Refusal<CovenantRefusal> {
  if (state === null) return refuse('covenant.not-found', { id });
  if (state.step === 'adopted' || state.step === 'rejected') return refuse('covenant.voted-already', { version: state.version });
  return state.step === 'reviewed' ? state : refuse('covenant.review-first');
}

const numbers = (clauses: readonly Immutable<Clause>[]) => clauses.map(({ number }) => number);
const latest = ({ placeId, version }: Pick<Covenant, 'placeId' | 'version'>) => ({ placeId, version });

type Ballot = Immutable<(typeof RecordCovenantVote.facts)['ballot']>;

/** True if the resolution is about the covenant of this place, and was announced when its latest version had passed the review. */
const isOn = (ballot: Ballot, { placeId, reviewedAt = '' }: Immutable<Covenant>): boolean =>
  !!ballot && ballot.placeId === placeId && ballot.matter === 'covenant' && ballot.announcedAt >= reviewedAt;

/** The decision of the resolution, or of the meeting whose figures and papers were entered. */
function decisionIn(
  { rule: _rule, ballotId, expected, present, approving, papers, ...others }: Immutable<RecordCovenantVote>,
  rule: ThresholdRuleName,
  ballot: Ballot,
) {
  const figures = [expected, present, approving, papers, ...Object.values(others)].filter((one) => one !== undefined);
  if (ballot && ballotId !== undefined)
    return figures.length > 0 ? refuse('covenant.figures-or-ballot') : { decision: ballot.decision, ballotId };
  if (!expected || !present || !approving || !papers) return refuse('covenant.figures-or-ballot');
  const tally = talliedAs(rule, expected, { present, approving, ...others });
  return 'refused' in tally ? tally : { decision: decideByThreshold(thresholdRules[rule], expected, tally), papers };
}

/** The counts of a vote, or why they cannot be right. If only approvals are given, all others present reject. */
function talliedAs(
  rule: ThresholdRuleName,
  expected: VoterCount,
  {
    present,
    approving,
    rejecting,
    abstaining,
    standingAside,
    blocking,
  }: Immutable<Required<Pick<RecordCovenantVote, 'present' | 'approving'>> & Omit<RecordCovenantVote, 'rule' | 'expected' | 'papers'>>,
): Tally | Refusal<CovenantRefusal> {
  const impossible = measures.find((measure) => present[measure] > expected[measure] || approving[measure] > present[measure]);
  if (impossible !== undefined) return refuse('covenant.counts-impossible', { measure: impossible });
  const rest = Object.fromEntries(measures.map((measure) => [measure, present[measure] - approving[measure]])) as Record<Measure, number>;
  const others = [rejecting, abstaining, standingAside, blocking].filter((count) => count !== undefined);
  if (others.length === 0) {
    // the others could contain a block, which decides
    if (rule === 'consensus' && rest.heads > 0) return refuse('covenant.counts-missing', { rule });
    return { ...emptyTally, approve: approving, reject: rest };
  }
  const odd = measures.find((measure) => others.reduce((sum, count) => sum + count[measure], 0) !== rest[measure]);
  if (odd !== undefined) return refuse('covenant.counts-do-not-add-up', { measure: odd });
  const said = { reject: rejecting, abstain: abstaining, 'stand-aside': standingAside, block: blocking };
  return { ...emptyTally, approve: approving, ...Object.fromEntries(Object.entries(said).filter(([, count]) => count !== undefined)) };
}

/** Refuses if the numbers of the clauses do not rise. Clauses are cited by number, so each number is used once. Null if they are fine. */
function outOfOrder(clauses: readonly Immutable<Clause>[]) {
  const wrong = clauses.find(({ number }, index) => index > 0 && number <= (clauses[index - 1]?.number ?? 0));
  return wrong ? refuse('covenant.clauses-out-of-order', { number: wrong.number }) : null;
}
