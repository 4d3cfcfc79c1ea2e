import { county } from '../../../domain/shared/place-id.js';
import { vote } from '../../../domain/contest/vote.js';
import { whatIf } from '../../../domain/contest/rules.js';
import type { Capacity } from '../../../domain/shared/capacity.js';
import { type Immutable, refuse } from '../../../domain/shared/decider.js';
import { Described, Int, OneOf, Optional, PlaceId, SomeOf } from '../../../domain/shared/fields.js';
import { rankingInWords, type ScoredContest } from '../../../domain/voting/scoring-words.js';
import { type Normalisation, normalisations, type ScoringTieBreak, scoringTieBreaks } from '../../../domain/voting/scoring.js';
import { contests, contestList, contestResult } from '../../../projections/contest/contests.js';
import { contestObjections, contestEntries, type EntryRow } from '../../../projections/contest/entries.js';
import { contestRanking, rankingOf, type RankingRow } from '../../../projections/contest/ranking.js';
import { actsIn, enteredActs } from '../../kernel/own-acts.js';
import { Paged } from '../../kernel/paging.js';
import { type Ask, behind, defineQuery, type QueryDefinition } from '../../kernel/query.js';
import { pageOf } from '../../kernel/paging.js';
import type { Target } from '../../kernel/command.js';

const organisers: readonly Capacity[] = ['cadre', 'department'];
const voteStream = ({ params, by }: Pick<Target, 'params' | 'by'>) => `${params['id']}.${by}`;

class ContestsQuery extends Paged {
  @Described('只列这一地点及其所属各处的评选', 'Only contests of this place and of all places within it')
  @Optional()
  @PlaceId()
  place?: string;
}
/** Without parameters the official result; with any of them, the result by a formula that differs in them. */
class ContestResultQuery {
  @Described(
    '假设公众投票占百分之几；只给一项时，另一项为其余',
    'What if: the percentage of the public vote; where one share is given alone, the other is the rest',
  )
  @Optional()
  @Int(0, 100)
  publicShare?: number;
  @Described('假设评委打分占百分之几', 'What if: the percentage of the jury')
  @Optional()
  @Int(0, 100)
  juryShare?: number;
  @Described('假设得票怎样换算成分', 'What if: how votes become points')
  @Optional()
  @OneOf(normalisations)
  normalisation?: Normalisation;
  @Described(
    '假设同分时依次怎样区分，可重复',
    'What if: how ties are broken, in this order; may be repeated: `tieBreaks=jury&tieBreaks=earlier-entry`',
  )
  @Optional()
  @SomeOf(scoringTieBreaks, 1, 4)
  tieBreaks?: ScoringTieBreak[];
}

/** The public fields of an entry: self-nominations are public once they are accepted. */
const publicFields = (row: EntryRow): EntryRow => {
  if (row.status === 'accepted') return row;
  const { title: _title, story: _story, ...rest } = row;
  return rest;
};
const absent = (id: string) => refuse('contest.not-found', { id });

/** The ranking explained in words with the names of its entries. It is not part of the published bytes or their hash. */
function withWords<R extends Immutable<ScoredContest>>(result: R, entries: RankingRow['entries']) {
  const names = new Map(entries.map(({ entryId, label }) => [entryId, label]));
  const name = (entryId: string) => names.get(entryId) ?? entryId;
  return {
    ...result,
    labels: Object.fromEntries(result.ranking.map(({ entryId }) => [entryId, name(entryId)])),
    words: { zh: rankingInWords(result, 'zh', name), en: rankingInWords(result, 'en', name) },
  };
}

/** The current result, or a what-if result by another formula. Before publication there is neither, so embargoed figures stay secret. */
async function showResult({ rows, params: { id = '' }, query }: Ask<Immutable<ContestResultQuery>>): Promise<object> {
  const official = await rows.get(contestResult, id);
  if (official === null) return refuse('contest.result-not-found', { id });
  const ranked = await rows.get(contestRanking, id);
  if (ranked?.closingPosition == null) throw await behind(rows, contestResult);
  if (Object.keys(query).length === 0) return { ...withWords(official, ranked.entries), closingPosition: ranked.closingPosition };
  const found = await rows.get(contests, id);
  if (found === null) throw await behind(rows, contestResult);
  const entered = new Map(ranked.entries.map(({ entryId, enteredAt }) => [entryId, enteredAt]));
  const other = whatIf(found.declared, official, query, (entryId) => entered.get(entryId)!);
  return 'refused' in other ? other : { contestId: id, official: false, ...withWords(other, ranked.entries) };
}

export const contestQueries: readonly QueryDefinition[] = [
  defineQuery<ContestsQuery>({
    query: 'ListContests',
    path: 'contests',
    allow: 'public',
    summary: { zh: '评选列表', en: 'Contests' },
    from: [contestList],
    parameters: ContestsQuery,
    answer: ({ rows, query }) =>
      pageOf(rows, contestList, query.place === undefined ? 'all/' : `place/${query.place}/`, query, ({ row }) => row),
  }),
  defineQuery({
    query: 'GetContest',
    path: 'contests/:id',
    allow: 'public',
    summary: { zh: '一项评选：规则与进展', en: 'A contest: its rules and its progress' },
    from: [contests],
    answer: async ({ rows, params: { id = '' } }) => (await rows.get(contests, id)) ?? absent(id),
  }),
  defineQuery<Paged>({
    query: 'ListContestEntries',
    path: 'contests/:id/entries',
    allow: 'public',
    summary: { zh: '参评名单', en: 'The entries of a contest' },
    from: [contests, contestEntries],
    parameters: Paged,
    answer: async ({ rows, params: { id = '' }, query, viewer }) => {
      const found = await rows.get(contests, id);
      if (found === null) return absent(id);
      const screens = (await viewer?.holds([...organisers, 'auditor'], found.declared.placeId)) ?? false;
      return pageOf(rows, contestEntries, `${id}/`, query, ({ row }) => (screens ? row : publicFields(row)));
    },
  }),
  defineQuery({
    query: 'GetRanking',
    path: 'contests/:id/ranking',
    allow: 'public',
    summary: { zh: '评选排名（保密期内不显示）', en: 'The ranking of a contest, hidden during the embargo' },
    from: [contestRanking],
    answer: async ({ rows, params: { id = '' } }) => {
      const row = await rows.get(contestRanking, id);
      if (row === null) return absent(id);
      if (row.embargoed) return { contestId: id, embargoed: true, until: row.embargoUntil };
      return { contestId: id, embargoed: false, closingPosition: row.closingPosition, formula: row.formula, items: rankingOf(row) };
    },
  }),
  defineQuery<Immutable<ContestResultQuery>>({
    query: 'GetContestResult',
    path: 'contests/:id/result',
    allow: 'public',
    summary: {
      zh: '公布的结果：全部数字与校验值，另附名称和文字说明（不计入校验值）；给出计分参数时为试算，不是正式结果',
      en:
        'The published result with all figures and their hash, and with labels and explanations, which are not hashed; with parts of ' +
        'a formula, a what-if result that is not official',
    },
    from: [contestResult, contests, contestRanking],
    parameters: ContestResultQuery,
    answer: showResult,
  }),
  defineQuery({
    query: 'GetMyVotes',
    path: 'contests/:id/votes/mine',
    allow: 'signed-in',
    summary: {
      zh: '我的投票、他人代录的内容，以及每一项是否计入',
      en: 'My votes in a contest, everything that was entered for me, and whether each counts',
    },
    from: [contestRanking],
    answer: async ({ rows, log, viewer, params: { id = '' } }) => {
      const row = await rows.get(contestRanking, id);
      if (row === null || viewer === null) return absent(id);
      const stream = `${vote.stream}-${voteStream({ params: { id }, by: viewer.id })}`;
      const events = (await actsIn(log, stream, row.closingPosition)).filter(
        (event) => event.type === 'VoteCast' || event.type === 'VoteWithdrawn',
      );
      const last = new Map<string, (typeof events)[number]>();
      for (const event of events) {
        if (event.data.notCounted !== undefined) continue;
        last.delete(event.data.entryId); // a Map keeps the old place of a key: votes are listed in the order cast
        last.set(event.data.entryId, event);
      }
      return {
        contestId: id,
        votes: [...last.values()].filter(({ type }) => type === 'VoteCast').map(({ data: { entryId }, at }) => ({ entryId, castAt: at })),
        entered: enteredActs(events, [...last.values()], ({ type, data: { entryId } }) => ({
          act: type === 'VoteCast' ? ('vote' as const) : ('withdrawal' as const),
          entryId,
        })),
      };
    },
  }),
  defineQuery<Paged>({
    query: 'ListObjections',
    path: 'contests/:id/objections',
    allow: { over: [...organisers, 'auditor'] },
    summary: { zh: '异议列表', en: 'The objections to the results of a contest' },
    from: [contests, contestObjections],
    parameters: Paged,
    placeFrom: async ({ rows, params: { id = '' } }) => (await rows.get(contests, id))?.declared.placeId ?? county,
    answer: async ({ rows, params: { id = '' }, query }) =>
      (await rows.get(contests, id)) === null ? absent(id) : pageOf(rows, contestObjections, `${id}/`, query, ({ row }) => row),
  }),
];
