import { county } from '../../../domain/shared/place-id.js';
import { renovationVote } from '../../../domain/renovation/ballot-paper.js';
import { renovationRules } from '../../../domain/renovation/ballot.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { Described, Id, OneOf, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { choices, decideByThreshold, type Measure, measures, type Tally } from '../../../domain/voting/threshold.js';
import { thresholdRules } from '../../../domain/voting/threshold-rules.js';
import { ballotCount } from '../../../projections/renovation/ballot-count.js';
import { renovationDecisions } from '../../../projections/renovation/decisions.js';
import type { EventMeta } from '../../../projections/projection.js';
import { renovations } from '../../../projections/renovation/renovations.js';
import { renovationStatements } from '../../../projections/renovation/statements.js';
import { renovationVotes } from '../../../projections/renovation/votes.js';
import { actsIn, enteredActs, exampleEntered } from '../../kernel/own-acts.js';
import { Paged } from '../../kernel/paging.js';
import { votedAtLeast } from '../../../domain/voting/turnout.js';
import { thresholdInWords } from '../../../domain/voting/threshold-words.js';
import { type Ask, defineQuery, type QueryDefinition } from '../../kernel/query.js';
import { pageOf } from '../../kernel/paging.js';

class RenovationsAsked extends Paged {
  @Described('只列这一地点及其所属各处的微改造', 'Only renovations of this place and of all places within it')
  @Optional()
  @PlaceId()
  place?: string;
}
class DecisionAsked {
  @Described('假设用另一表决规则计算同样的票，非正式结果', 'What if: the same count under another rule. Not official')
  @Optional()
  @OneOf(renovationRules)
  rule?: (typeof renovationRules)[number];
}

class MyVoteAsked {
  @Described(
    '代谁投的票（名册上的业主）；只答复本人所做的',
    'The owner on the roll for whom one voted, when it was not for oneself: then only what one did oneself is told',
  )
  @Optional()
  @Id()
  owner?: string;
}

/** Those who run the procedure. */
const officials: readonly Capacity[] = ['cadre', 'planner', 'moderator', 'department'];

const rowOf = ({ params, rows }: Ask<unknown>) => rows.get(renovations, `id/${params['id'] ?? ''}`);
/** The place of the renovation asked for, for rights. Of one that does not exist, the county. */
const placeOf = async (ask: Ask<unknown>) => (await rowOf(ask))?.placeId ?? county;
const notFound = ({ params }: Ask<unknown>) => refuse('renovation.not-found', { id: params['id'] ?? '' });

/** Renovations lie in compounds, whose ids begin with those of the places above. */
const prefixOf = (place: string | undefined) => (place === undefined ? 'id/' : place.includes('.') ? `place/${place}/` : `place/${place}`);

const participation = (tally: Tally) =>
  Object.fromEntries(measures.map((measure) => [measure, choices.reduce((sum, choice) => sum + tally[choice][measure], 0)])) as Record<
    Measure,
    number
  >;

/** The ballot. Counts and participation are told once it is closed; before, only about how many have voted. */
async function showBallot(ask: Ask<unknown>): Promise<object> {
  const row = await rowOf(ask);
  if (row === null) return notFound(ask);
  const count = row.ballot ? await ask.rows.get(ballotCount, row.ballot.ballotId) : null;
  if (count === null) return refuse('renovation.no-ballot');
  const { tally, closingPosition, ...ballot } = count;
  const participating = participation(tally);
  if (closingPosition === undefined) return { ...ballot, open: true, votedAtLeast: votedAtLeast(participating.heads) };
  return { ...ballot, open: false, participating, closingPosition, counts: choices.map((choice) => ({ choice, ...tally[choice] })) };
}

/** The latest decision as it was made, or, with `rule`, what the same votes would come to under another. */
async function showDecision(ask: Ask<DecisionAsked>): Promise<object> {
  const row = await rowOf(ask);
  if (row === null) return notFound(ask);
  const [latest] = await ask.rows.list(renovationDecisions, { prefix: `${row.renovationId}/`, limit: 1, reverse: true });
  if (!latest) return refuse('renovation.not-decided');
  const { decision, ...proof } = latest.row;
  const about = { renovationId: row.renovationId, placeId: row.placeId, title: row.title, phase: row.phase };
  const { rule } = ask.query;
  if (rule === undefined) return { ...about, official: true, ...proof, ...decision, words: thresholdInWords(decision) };
  const count = await ask.rows.get(ballotCount, latest.row.ballotId);
  if (count === null) return refuse('renovation.not-decided');
  const whatIf = decideByThreshold(thresholdRules[rule], count.expected, count.tally);
  return {
    ...about,
    official: false,
    ballotId: proof.ballotId,
    designVersion: proof.designVersion,
    ...whatIf,
    words: thresholdInWords(whatIf),
  };
}

/** The votes that made the count, in the order of the log; those behind the closing did not count. */
async function showVotes(ask: Ask<Paged>): Promise<object> {
  const row = await rowOf(ask);
  if (row === null) return notFound(ask);
  if (!row.ballot) return refuse('renovation.no-ballot');
  const { ballotId } = row.ballot;
  const count = await ask.rows.get(ballotCount, ballotId);
  const closing = count?.closingPosition;
  if (closing === undefined) return refuse('renovation.ballot-open');
  return pageOf(ask.rows, renovationVotes, `${ballotId}/`, ask.query, ({ row: vote }) => ({
    ...vote,
    inTime: vote.position < closing,
  }));
}

/** The vote under the viewer's name, whoever cast it; or what the viewer did under another name, as a co-owner or by proxy. */
async function showMyVote(ask: Ask<MyVoteAsked>): Promise<object> {
  const row = await rowOf(ask);
  if (row === null || ask.viewer === null) return notFound(ask);
  const count = row.ballot ? await ask.rows.get(ballotCount, row.ballot.ballotId) : null;
  if (count === null) return refuse('renovation.no-ballot');
  const { ballotId, closingPosition = null } = count;
  const { id } = ask.viewer;
  const { owner = id } = ask.query;
  const acts = (await actsIn(ask.log, `${renovationVote.stream}-${ballotId}.${owner}`, closingPosition)).filter(
    (event) => event.type === 'RenovationBallotCast' || event.type === 'RenovationBallotWithdrawn',
  );
  const last = acts.findLast(({ data }) => data.notCounted === undefined);
  const isTold = ({ meta }: { readonly meta: EventMeta }) => owner === id || meta.actor === id;
  const vote =
    last?.type === 'RenovationBallotCast' && isTold(last)
      ? { choice: last.data.choice, castBy: last.data.castBy, basis: last.data.basis, castAt: last.at }
      : null;
  const entered = enteredActs(acts.filter(isTold), last ? [last] : [], (act) =>
    act.type === 'RenovationBallotCast'
      ? { act: 'vote' as const, choice: act.data.choice, by: act.data.castBy, basis: act.data.basis }
      : { act: 'withdrawal' as const, by: act.data.withdrawnBy, basis: act.data.basis },
  );
  return { ballotId, owner, vote, entered };
}

async function showStatements(ask: Ask<Paged>, kind: 'opinion' | 'objection'): Promise<object> {
  const row = await rowOf(ask);
  if (row === null) return notFound(ask);
  return pageOf(ask.rows, renovationStatements, `${row.renovationId}/${kind}/`, ask.query, (found) => found.row);
}

const anId = '5f1c2f6e-3a41-8c11-9d0c-1a2b3c4d5e6f';
const aPerson = '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01';
const aRenovation = {
  renovationId: anId,
  placeId: '510121111219.1',
  title: '蔡家大院院坝改造',
  description: '清走院坝杂物，铺平地面，添长凳和花池。',
  aspects: ['space-layout', 'greening'],
  budget: 80_000_00,
  proposedBy: aPerson,
  proposedAt: '2020-05-01T02:00:00.000Z',
  phase: 'consultation',
  consultation: { until: '2020-05-08T10:00:00.000Z', opinions: 12 },
  revision: 1,
};
const aBallot = {
  renovationId: anId,
  ballotId: `${anId}.1`,
  designVersion: 1,
  matter: 'ordinary',
  rule: thresholdRules['civil-code-278-ordinary'],
  opensAt: '2020-05-10T02:00:00.000Z',
  closesAt: '2020-05-20T10:00:00.000Z',
  replaceable: true,
  expected: { heads: 312, area: 31_200_00, households: 330 },
};
const aTally: Tally = {
  approve: { heads: 150, area: 15_000_00, households: 158 },
  reject: { heads: 50, area: 5_000_00, households: 52 },
  abstain: { heads: 9, area: 900_00, households: 9 },
  'stand-aside': { heads: 0, area: 0, households: 0 },
  block: { heads: 0, area: 0, households: 0 },
};
const aDecision = decideByThreshold(aBallot.rule, aBallot.expected, aTally);
const aStatement = {
  id: '0190f3c2-0000-7000-8000-000000000001',
  personId: aPerson,
  words: '想要一处能下棋的地方。',
  at: '2020-05-02T02:00:00.000Z',
};

export const renovationQueries: readonly QueryDefinition[] = [
  defineQuery<RenovationsAsked>({
    query: 'ListRenovations',
    path: 'renovations',
    allow: 'public',
    summary: { zh: '某地的微改造', en: 'The renovations of a place and of all below it' },
    from: [renovations],
    parameters: RenovationsAsked,
    answer: ({ query, rows }) => pageOf(rows, renovations, prefixOf(query.place), query, ({ row }) => row),
    example: { items: [aRenovation], next: null },
  }),
  defineQuery({
    query: 'GetRenovation',
    path: 'renovations/:id',
    allow: 'public',
    summary: { zh: '一项微改造和它走到哪一步', en: 'A renovation and how far it has come' },
    from: [renovations],
    answer: async (ask) => (await rowOf(ask)) ?? notFound(ask),
    example: aRenovation,
  }),
  defineQuery({
    query: 'GetRenovationBallot',
    path: 'renovations/:id/ballot',
    allow: 'public',
    summary: {
      zh: '最近一次表决：规则、应参与和约有多少人已投票（按十人计）；截止后公布参与面积和票数',
      en: 'The latest ballot: rule, expected, and how many have voted, in tens; participation and counts once it is closed',
    },
    from: [renovations, ballotCount],
    answer: showBallot,
    live: true,
    example: { ...aBallot, open: true, votedAtLeast: votedAtLeast(participation(aTally).heads) },
  }),
  defineQuery<DecisionAsked>({
    query: 'GetRenovationDecision',
    path: 'renovations/:id/decision',
    allow: 'public',
    summary: {
      zh: '决定：票数、每一项比较和说明；可按另一规则试算',
      en: 'The decision with every count and comparison, in words too; or what another rule would give',
    },
    from: [renovations, renovationDecisions, ballotCount],
    parameters: DecisionAsked,
    answer: showDecision,
    example: {
      renovationId: anId,
      placeId: aRenovation.placeId,
      title: aRenovation.title,
      phase: 'adopted',
      official: true,
      ballotId: aBallot.ballotId,
      designVersion: 1,
      closingPosition: 4_711,
      tallySha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      eventId: '0190f3c2-0000-7000-8000-000000000002',
      position: 4_712,
      decidedAt: '2020-05-20T10:00:01.000Z',
      ...aDecision,
      words: thresholdInWords(aDecision),
    },
  }),
  defineQuery<Paged>({
    query: 'ListRenovationVotes',
    path: 'renovations/:id/ballot/votes',
    allow: { over: ['cadre', 'department'] },
    summary: { zh: '决定由哪些票而来（截止以后）', en: 'The votes that made the count, once the ballot is closed' },
    from: [renovations, ballotCount, renovationVotes],
    parameters: Paged,
    place: placeOf,
    answer: showVotes,
    example: {
      items: [
        {
          voterId: aPerson,
          choice: 'approve',
          weight: { heads: 1, area: 98_76, households: 1 },
          castBy: aPerson,
          basis: 'owner',
          eventId: aStatement.id,
          position: 4_000,
          at: '2020-05-11T02:00:00.000Z',
          inTime: true,
        },
      ],
      next: null,
    },
  }),
  defineQuery<MyVoteAsked>({
    query: 'GetMyRenovationVote',
    path: 'renovations/:id/ballot/votes/mine',
    allow: 'signed-in',
    summary: {
      zh: '最近一次表决中我名下的投票，以及代录的每一项和它是否计入',
      en: 'The vote under my name in the latest ballot, and all that was entered for me, with whether it counts',
    },
    from: [renovations, ballotCount],
    parameters: MyVoteAsked,
    answer: showMyVote,
    example: {
      ballotId: aBallot.ballotId,
      owner: aPerson,
      vote: { choice: 'approve', castBy: aPerson, basis: 'owner', castAt: '2020-05-11T02:00:00.000Z' },
      entered: [{ act: 'vote', choice: 'reject', by: aPerson, basis: 'owner', ...exampleEntered }],
    },
  }),
  defineQuery<Paged>({
    query: 'ListRenovationOpinions',
    path: 'renovations/:id/opinions',
    allow: { over: officials },
    summary: { zh: '征求到的意见', en: 'What was said in the consultation' },
    from: [renovations, renovationStatements],
    parameters: Paged,
    place: placeOf,
    answer: (ask) => showStatements(ask, 'opinion'),
    example: { items: [aStatement], next: null },
  }),
  defineQuery<Paged>({
    query: 'ListRenovationObjections',
    path: 'renovations/:id/objections',
    allow: { over: officials },
    summary: { zh: '公示期间的异议和结论', en: 'Objections during the public notice, with their rulings' },
    from: [renovations, renovationStatements],
    parameters: Paged,
    place: placeOf,
    answer: (ask) => showStatements(ask, 'objection'),
    example: {
      items: [
        {
          ...aStatement,
          words: '长凳挡了我家的门。',
          ruling: { upheld: false, reason: '已到现场看过，长凳离门两米。', at: '2020-05-26T02:00:00.000Z' },
        },
      ],
      next: null,
    },
  }),
];
