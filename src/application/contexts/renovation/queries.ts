import { county } from '../../../domain/shared/place-id.js';
import { renovationVote } from '../../../domain/renovation/ballot-paper.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { refuse } from '../../../domain/shared/decider.js';
import { Described, Id, OneOf, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { dayInChina } from '../../../domain/shared/time.js';
import { rollInWords } from '../../../domain/renovation/roll-words.js';
import {
  choices,
  decideByThreshold,
  type Measure,
  measures,
  type Tally,
  type ThresholdRuleName,
  thresholdRuleNames,
} from '../../../domain/voting/threshold.js';
import { thresholdRules } from '../../../domain/voting/threshold-rules.js';
import { ballotCount } from '../../../projections/renovation/ballot-count.js';
import { renovationDecisions } from '../../../projections/renovation/decisions.js';
import type { EventMeta } from '../../../projections/projection.js';
import { renovations } from '../../../projections/renovation/renovations.js';
import { renovationStatements } from '../../../projections/renovation/statements.js';
import { renovationVotes } from '../../../projections/renovation/votes.js';
import { actsIn, enteredActs } from '../../kernel/own-acts.js';
import { Paged } from '../../kernel/paging.js';
import { votedAtLeast } from '../../../domain/voting/turnout.js';
import { explained } from '../../../domain/voting/threshold-words.js';
import { type Ask, behind, defineQuery, type QueryDefinition } from '../../kernel/query.js';
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
  @OneOf(thresholdRuleNames)
  rule?: ThresholdRuleName;
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

/** The capacities that run the procedure. */
const officials: readonly Capacity[] = ['cadre', 'planner', 'moderator', 'department'];

const rowOf = ({ params, rows }: Ask<unknown>) => rows.get(renovations, `id/${params['id'] ?? ''}`);
/** The place of the renovation, for rights; the county if there is no such renovation. */
const placeOf = async (ask: Ask<unknown>) => (await rowOf(ask))?.placeId ?? county;
const notFound = ({ params }: Ask<unknown>) => refuse('renovation.not-found', { id: params['id'] ?? '' });

/** Prefix of the keys: renovations are in compounds, whose ids begin with those of the places above them. */
function prefixOf(place: string | undefined): string {
  if (place === undefined) return 'id/';
  return place.includes('.') ? `place/${place}/` : `place/${place}`;
}

const participation = (tally: Tally) =>
  Object.fromEntries(measures.map((measure) => [measure, choices.reduce((sum, choice) => sum + tally[choice][measure], 0)])) as Record<
    Measure,
    number
  >;

/** The ballot. Counts and participation are shown once it is closed; before, only roughly how many have voted. */
async function showBallot(ask: Ask<unknown>): Promise<object> {
  const row = await rowOf(ask);
  if (row === null) return notFound(ask);
  const count = row.ballot ? await ask.rows.get(ballotCount, row.ballot.ballotId) : null;
  if (count === null) return refuse('renovation.no-ballot');
  const { tally, closingPosition, closing: _closing, ...opened } = count;
  const ballot = { ...opened, ...(opened.roll && { words: rollInWords(opened.roll) }) };
  const participating = participation(tally);
  if (closingPosition === undefined) return { ...ballot, open: ballot.opensAt <= ask.now, votedAtLeast: votedAtLeast(participating.heads) };
  return { ...ballot, open: false, participating, closingPosition, counts: choices.map((choice) => ({ choice, ...tally[choice] })) };
}

/** The latest decision and the text of its rule; with `rule`, the decision that the same votes would give under another rule. */
async function showDecision(ask: Ask<DecisionAsked>): Promise<object> {
  const row = await rowOf(ask);
  if (row === null) return notFound(ask);
  const [latest] = await ask.rows.list(renovationDecisions, { prefix: `${row.renovationId}/`, limit: 1, reverse: true });
  if (!latest) return refuse('renovation.not-decided');
  const { decision, ...proof } = latest.row;
  const about = { renovationId: row.renovationId, placeId: row.placeId, title: row.title, phase: row.phase };
  const { rule } = ask.query;
  const count = await ask.rows.get(ballotCount, latest.row.ballotId);
  if (count?.closingPosition === undefined) throw await behind(ask.rows, renovationDecisions);
  const { closingPosition } = count;
  const day = dayInChina(proof.decidedAt);
  if (rule === undefined) {
    const source = decision.source ?? count.rule.source; // earlier versions have it with the ballot only
    return { ...about, official: true, ...proof, closingPosition, ...explained({ ...decision, ...(source && { source }) }, day) };
  }
  const whatIf = decideByThreshold(thresholdRules[rule], count.expected, count.tally);
  return {
    ...about,
    official: false,
    ballotId: proof.ballotId,
    designVersion: proof.designVersion,
    ...explained(whatIf, day),
  };
}

/** The votes in the order of the log. Votes after the closing are listed but not counted. */
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
  const isVisible = ({ meta }: { readonly meta: EventMeta }) => owner === id || meta.actor === id;
  const vote =
    last?.type === 'RenovationBallotCast' && isVisible(last)
      ? { choice: last.data.choice, castBy: last.data.castBy, basis: last.data.basis, castAt: last.at }
      : null;
  const entered = enteredActs(acts.filter(isVisible), last ? [last] : [], (act) =>
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

export const renovationQueries: readonly QueryDefinition[] = [
  defineQuery<RenovationsAsked>({
    query: 'ListRenovations',
    path: 'renovations',
    allow: 'public',
    summary: { zh: '某地的微改造', en: 'The renovations of a place and of all below it' },
    from: [renovations],
    parameters: RenovationsAsked,
    answer: ({ query, rows }) => pageOf(rows, renovations, prefixOf(query.place), query, ({ row }) => row),
  }),
  defineQuery({
    query: 'GetRenovation',
    path: 'renovations/:id',
    allow: 'public',
    summary: { zh: '一项微改造及其当前阶段', en: 'A renovation and its current step' },
    from: [renovations],
    answer: async (ask) => (await rowOf(ask)) ?? notFound(ask),
  }),
  defineQuery({
    query: 'GetRenovationBallot',
    path: 'renovations/:id/ballot',
    allow: 'public',
    summary: {
      zh: '最近一次表决：规则、应参与的人数和面积、已投票人数（以十人为单位）；截止后公布参与面积和票数',
      en:
        'The latest ballot: its rule, the expected voters and area, and how many have voted (in tens); after closing, the area that ' +
        'took part and the counts',
    },
    from: [renovations, ballotCount],
    answer: showBallot,
  }),
  defineQuery<DecisionAsked>({
    query: 'GetRenovationDecision',
    path: 'renovations/:id/decision',
    allow: 'public',
    summary: {
      zh: '决定：票数、每一项比较和说明；可按另一规则试算',
      en: 'The decision with all counts and comparisons, also explained in words; or the outcome under another rule',
    },
    from: [renovations, renovationDecisions, ballotCount],
    parameters: DecisionAsked,
    answer: showDecision,
  }),
  defineQuery<Paged>({
    query: 'ListRenovationVotes',
    path: 'renovations/:id/ballot/votes',
    allow: { over: ['cadre', 'department'] },
    summary: { zh: '计入决定的各张票（截止后可查）', en: 'The votes that were counted, after the ballot has closed' },
    from: [renovations, ballotCount, renovationVotes],
    parameters: Paged,
    placeFrom: placeOf,
    answer: showVotes,
  }),
  defineQuery<MyVoteAsked>({
    query: 'GetMyRenovationVote',
    path: 'renovations/:id/ballot/votes/mine',
    allow: 'signed-in',
    summary: {
      zh: '最近一次表决中我名下的投票、他人代录的内容，以及每一项是否计入',
      en: 'The vote under my name in the latest ballot, everything that was entered for me, and whether each counts',
    },
    from: [renovations, ballotCount],
    parameters: MyVoteAsked,
    answer: showMyVote,
  }),
  defineQuery<Paged>({
    query: 'ListRenovationOpinions',
    path: 'renovations/:id/opinions',
    allow: { over: officials },
    summary: { zh: '征求意见期间收到的意见', en: 'Opinions given in the consultation' },
    from: [renovations, renovationStatements],
    parameters: Paged,
    placeFrom: placeOf,
    answer: (ask) => showStatements(ask, 'opinion'),
  }),
  defineQuery<Paged>({
    query: 'ListRenovationObjections',
    path: 'renovations/:id/objections',
    allow: { over: officials },
    summary: { zh: '公示期间的异议和结论', en: 'Objections during the public notice, with their rulings' },
    from: [renovations, renovationStatements],
    parameters: Paged,
    placeFrom: placeOf,
    answer: (ask) => showStatements(ask, 'objection'),
  }),
];
