import { defineDecider, type Immutable, refuse, type Refusal } from '../shared/decider.js';
import { Flag, Instant, Int, Many, One, OneOf, Optional, PlaceId, Text, Words } from '../shared/fields.js';
import { plusDays } from '../shared/time.js';
import { thresholdRules } from '../voting/threshold-rules.js';
import {
  decideByThreshold,
  emptyTally,
  type Measure,
  measures,
  type Tally,
  ThresholdDecision,
  thresholdRuleNames,
  type ThresholdRuleName,
  VoterCount,
} from '../voting/threshold.js';

/** 四议两公开 (domain.md row 15): each goes before the next, and the last decides. */
const deliberations: readonly ThresholdRuleName[] = [
  'branch-proposal',
  'committees-consultation',
  'party-members-meeting',
  'villagers-resolution',
];

/** How long a draft is open for opinions when the opening does not say (general practice). */
const opinionDays = 7;

export class Clause {
  /** By which it is cited, in the version it stands in; an amendment may leave numbers out. */
  @Int(1, 999) number!: number;
  @Words(1, 500) text!: string;
}
/** The covenant's short form: 不乱搭 爱花草 美到家. */
export class Slogan {
  @Text(1, 40) text!: string;
}

export class DraftCovenant {
  @PlaceId() placeId!: string;
  @Text(1, 60) title!: string;
  @Many(() => Clause, 1, 200) clauses!: Clause[];
  @Many(() => Slogan, 0, 20) slogans!: Slogan[];
}
export class OpenCovenantOpinions {
  /** Seven days from the opening when it is left out. */
  @Optional() @Instant() until?: string;
}
/** By the clock, when the period is over. */
export class CloseCovenantOpinions {}
export class ReviewCovenant {
  @Flag() passed!: boolean;
  /** Why it is returned; may be said also when it passes. */
  @Optional() @Words(1, 1000) remarks?: string;
}
/** The vote of an assembly, or of one of the four deliberations, as counted there. Measures that the rule does not ask for may be 0. */
export class RecordCovenantVote {
  /** `simple-majority` when it is left out. */
  @Optional() @OneOf(thresholdRuleNames) rule?: ThresholdRuleName;
  /** All who could vote. */
  @One(() => VoterCount) expected!: VoterCount;
  @One(() => VoterCount) present!: VoterCount;
  @One(() => VoterCount) approving!: VoterCount;
  /** What the others present said; with one of these given, those left out are 0. With none, all others count as rejecting. */
  @Optional() @One(() => VoterCount) rejecting?: VoterCount;
  @Optional() @One(() => VoterCount) abstaining?: VoterCount;
  @Optional() @One(() => VoterCount) standingAside?: VoterCount;
  @Optional() @One(() => VoterCount) blocking?: VoterCount;
}
export class AmendCovenant {
  @Optional() @Text(1, 60) title?: string;
  @Many(() => Clause, 1, 200) clauses!: Clause[];
  @Many(() => Slogan, 0, 20) slogans!: Slogan[];
}
export class FileCovenant {
  @Text(1, 60) fileNumber!: string;
}

/** What every event of a covenant names: the place whose covenant it is, and the version concerned. */
export class OfVersion {
  @PlaceId() placeId!: string;
  @Int(1, 9_999) version!: number;
}
export class CovenantDrafted extends OfVersion {
  @Text(1, 60) title!: string;
  @Many(() => Clause, 1, 200) clauses!: Clause[];
  @Many(() => Slogan, 0, 20) slogans!: Slogan[];
}
export class CovenantOpinionsOpened extends OfVersion {
  @Instant() until!: string;
}
export class CovenantOpinionsClosed extends OfVersion {}
export class CovenantReviewed extends OfVersion {
  @Flag() passed!: boolean;
  @Optional() @Words(1, 1000) remarks?: string;
}
/** One of the four deliberations approved of it, and the next is due. */
export class CovenantDeliberated extends OfVersion {
  @One(() => ThresholdDecision) decision!: ThresholdDecision;
}
export class CovenantAdopted extends OfVersion {
  @One(() => ThresholdDecision) decision!: ThresholdDecision;
}
export class CovenantRejected extends OfVersion {
  @One(() => ThresholdDecision) decision!: ThresholdDecision;
}
/** The draft of the next version; it goes through the same steps. */
export class CovenantAmended extends OfVersion {
  @Text(1, 60) title!: string;
  @Many(() => Clause, 1, 200) clauses!: Clause[];
  @Many(() => Slogan, 0, 20) slogans!: Slogan[];
}
export class CovenantFiled extends OfVersion {
  @Text(1, 60) fileNumber!: string;
}

/** How far the latest version has come: `returned` by the review, `rejected` by the vote. */
export type CovenantStep = 'drafted' | 'opinions' | 'heard' | 'returned' | 'reviewed' | 'adopted' | 'rejected';

export interface Covenant {
  readonly placeId: string;
  readonly title: string;
  /** The latest version, with the numbers of its clauses; `step` is how far it has come. */
  readonly version: number;
  readonly clauses: readonly number[];
  readonly draftedBy: string;
  readonly step: CovenantStep;
  readonly opinionsUntil: string | null;
  /** Of the four deliberations, how many approved of the latest version. */
  readonly deliberated: number;
  /** The version that binds and can be pledged to. */
  readonly inForce: { readonly version: number; readonly clauses: readonly number[]; readonly fileNumber: string | null } | null;
}

export type CovenantRefusal =
  | 'covenant.exists'
  | 'covenant.not-found'
  | 'covenant.clauses-out-of-order'
  | 'covenant.until-in-the-past'
  | 'covenant.opinions-open'
  | 'covenant.heard-already'
  | 'covenant.opinions-first'
  | 'covenant.reviewed-already'
  | 'covenant.reviewer-drafted'
  | 'covenant.remarks-missing'
  | 'covenant.review-first'
  | 'covenant.voted-already'
  | 'covenant.counts-impossible'
  | 'covenant.counts-missing'
  | 'covenant.counts-do-not-add-up'
  | 'covenant.deliberation-out-of-order'
  | 'covenant.adopt-first'
  | 'covenant.filed-already';

/** The covenant of a place (domain.md row 1): one a place, in versions, each drafted, opened for opinions, reviewed, adopted and filed. */
export const covenant = defineDecider<Covenant | null, CovenantRefusal>()({
  stream: 'covenant',
  initial: null,
  commands: { DraftCovenant, OpenCovenantOpinions, CloseCovenantOpinions, ReviewCovenant, RecordCovenantVote, AmendCovenant, FileCovenant },
  events: {
    CovenantDrafted,
    CovenantOpinionsOpened,
    CovenantOpinionsClosed,
    CovenantReviewed,
    CovenantDeliberated,
    CovenantAdopted,
    CovenantRejected,
    CovenantAmended,
    CovenantFiled,
  },
  decide: {
    DraftCovenant: (state, data) => {
      if (state !== null) return refuse('covenant.exists', { title: state.title, version: state.version });
      return outOfOrder(data.clauses) ?? [{ type: 'CovenantDrafted', data: { ...data, version: 1 } }];
    },
    OpenCovenantOpinions: (state, { until }, { id, at, now }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      const end = until ?? plusDays(at, opinionDays);
      if (state.step === 'opinions')
        return state.opinionsUntil === end ? [] : refuse('covenant.opinions-open', { until: state.opinionsUntil ?? '' });
      if (state.step !== 'drafted') return refuse('covenant.heard-already', { version: state.version });
      if (end <= now) return refuse('covenant.until-in-the-past', { until: end });
      return [{ type: 'CovenantOpinionsOpened', data: { ...latest(state), until: end } }];
    },
    CloseCovenantOpinions: (state, _, { now }) => {
      if (state?.step !== 'opinions' || state.opinionsUntil === null) return [];
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
    RecordCovenantVote: (state, { rule = 'simple-majority', expected, ...counts }, { id }) => {
      if (state === null) return refuse('covenant.not-found', { id });
      if (state.step === 'adopted' || state.step === 'rejected') return refuse('covenant.voted-already', { version: state.version });
      if (state.step !== 'reviewed') return refuse('covenant.review-first');
      const [turn, due] = [deliberations.indexOf(rule), deliberations[state.deliberated]!];
      if (turn < 0 ? state.deliberated > 0 : rule !== due) return refuse('covenant.deliberation-out-of-order', { due });
      const tally = talliedAs(rule, expected, counts);
      if ('refused' in tally) return tally;
      const decision = decideByThreshold(thresholdRules[rule], expected, tally);
      const adopting = turn < 0 || turn === deliberations.length - 1 ? 'CovenantAdopted' : 'CovenantDeliberated';
      return [{ type: decision.outcome === 'adopted' ? adopting : 'CovenantRejected', data: { ...latest(state), decision } }];
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
  },
  evolve: {
    CovenantDrafted: (_, { placeId, version, title, clauses }, { by }) => ({
      placeId,
      title,
      version,
      clauses: numbers(clauses),
      draftedBy: by,
      step: 'drafted',
      opinionsUntil: null,
      deliberated: 0,
      inForce: null,
    }),
    CovenantOpinionsOpened: (state, { until }) => state && { ...state, step: 'opinions', opinionsUntil: until },
    CovenantOpinionsClosed: (state) => state && { ...state, step: 'heard' },
    CovenantReviewed: (state, { passed }) => state && { ...state, step: passed ? 'reviewed' : 'returned' },
    CovenantDeliberated: (state) => state && { ...state, deliberated: state.deliberated + 1 },
    CovenantAdopted: (state, { version }) =>
      state && { ...state, step: 'adopted', inForce: { version, clauses: state.clauses, fileNumber: null } },
    CovenantRejected: (state) => state && { ...state, step: 'rejected' },
    CovenantAmended: (state, { title, version, clauses }, { by }) =>
      state && { ...state, title, version, clauses: numbers(clauses), draftedBy: by, step: 'drafted', opinionsUntil: null, deliberated: 0 },
    CovenantFiled: (state, { fileNumber }) => state && { ...state, inForce: state.inForce && { ...state.inForce, fileNumber } },
  },
});

const numbers = (clauses: readonly Immutable<Clause>[]) => clauses.map(({ number }) => number);
const latest = ({ placeId, version }: Pick<Covenant, 'placeId' | 'version'>) => ({ placeId, version });

/** What those present said, all of it or only how many approved; or why it cannot be. */
function talliedAs(
  rule: ThresholdRuleName,
  expected: VoterCount,
  { present, approving, rejecting, abstaining, standingAside, blocking }: Immutable<Omit<RecordCovenantVote, 'rule' | 'expected'>>,
): Tally | Refusal<CovenantRefusal> {
  const impossible = measures.find((measure) => present[measure] > expected[measure] || approving[measure] > present[measure]);
  if (impossible !== undefined) return refuse('covenant.counts-impossible', { measure: impossible });
  const rest = Object.fromEntries(measures.map((measure) => [measure, present[measure] - approving[measure]])) as Record<Measure, number>;
  const others = [rejecting, abstaining, standingAside, blocking].filter((count) => count !== undefined);
  if (others.length === 0) {
    if (rule === 'consensus' && rest.heads > 0) return refuse('covenant.counts-missing', { rule }); // one of them may block it
    return { ...emptyTally, approve: approving, reject: rest };
  }
  const odd = measures.find((measure) => others.reduce((sum, count) => sum + count[measure], 0) !== rest[measure]);
  if (odd !== undefined) return refuse('covenant.counts-do-not-add-up', { measure: odd });
  const said = { reject: rejecting, abstain: abstaining, 'stand-aside': standingAside, block: blocking };
  return { ...emptyTally, approve: approving, ...Object.fromEntries(Object.entries(said).filter(([, count]) => count !== undefined)) };
}

/** Clauses are cited by their numbers, so these rise, each used once; null when they do. */
function outOfOrder(clauses: readonly Immutable<Clause>[]) {
  const wrong = clauses.find(({ number }, index) => index > 0 && number <= (clauses[index - 1]?.number ?? 0));
  return wrong ? refuse('covenant.clauses-out-of-order', { number: wrong.number }) : null;
}
