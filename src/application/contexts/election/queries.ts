import { resultInWords } from './words.js';
import { refuse } from '../../../domain/shared/decider.js';
import { Described, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { votedAtLeast } from '../../../domain/voting/turnout.js';
import { electionBoxes, electionList, elections, electoralRolls, sealedPapers } from '../../../projections/election/elections.js';
import { Refused } from '../../kernel/command.js';
import { Paged, pageOf } from '../../kernel/paging.js';
import { type Ask, defineQuery, type QueryDefinition } from '../../kernel/query.js';

class ElectionsQuery extends Paged {
  @Described('只列这一地点及其所属各处的选举', 'Only elections of this place and of all places within it')
  @Optional()
  @PlaceId()
  place?: string;
}

const absent = (id: string) => refuse('election.not-found', { id });
const idIn = ({ params }: Pick<Ask<unknown>, 'params'>): string => params['id'] ?? '';

export const electionQueries: readonly QueryDefinition[] = [
  defineQuery<ElectionsQuery>({
    query: 'ListElections',
    path: 'elections',
    allow: 'public',
    summary: { zh: '选举列表', en: 'Elections' },
    from: [electionList],
    parameters: ElectionsQuery,
    answer: ({ rows, query }) =>
      pageOf(rows, electionList, query.place === undefined ? 'all/' : `place/${query.place}/`, query, ({ row }) => row),
  }),
  defineQuery({
    query: 'GetElection',
    path: 'elections/:id',
    allow: 'public',
    summary: {
      zh: '一次选举：规则、候选人、进展、结果和计票说明（投票期间已投票人数以十人为单位）',
      en: 'An election: its rule, its candidates, its stage, the result and how it was counted (turnout in tens while people vote)',
    },
    from: [elections],
    answer: async (ask) => {
      const row = await ask.rows.get(elections, idIn(ask));
      if (row === null) return absent(idIn(ask));
      const { voted, ...shown } = row;
      const isOver = row.stage === 'closed' || row.stage === 'decided';
      return {
        ...shown,
        ...(isOver ? { voted } : { votedAtLeast: votedAtLeast(voted) }),
        ...(row.result && { words: resultInWords(row) }),
      };
    },
  }),
  defineQuery({
    query: 'GetElectionPapers',
    path: 'elections/:id/papers',
    allow: 'public',
    summary: {
      zh: '开箱后的全部选票（不含投票人）：人人可以复核计票，并凭验票码找到自己的选票',
      en: 'All papers of an opened box, without the voters: anybody can count them again, and find their own by its code',
    },
    from: [electionBoxes],
    answer: async (ask) => {
      const box = await ask.rows.get(electionBoxes, idIn(ask));
      return box === null ? refuse('election.box-not-open', { id: idIn(ask) }) : { electionId: idIn(ask), ...box };
    },
  }),
  defineQuery({
    query: 'GetElectoralRoll',
    path: 'elections/:id/roll',
    allow: { over: ['cadre', 'department'] },
    summary: { zh: '选民名单', en: 'The electoral roll' },
    from: [electoralRolls],
    placeFrom: async (ask) => {
      const row = await ask.rows.get(electoralRolls, idIn(ask));
      if (row === null) throw new Refused(absent(idIn(ask)));
      return row.placeId;
    },
    answer: async (ask) => {
      const row = await ask.rows.get(electoralRolls, idIn(ask));
      return row === null ? absent(idIn(ask)) : { electionId: idIn(ask), ...row };
    },
  }),
  defineQuery({
    query: 'GetMyElectionVote',
    path: 'elections/:id/votes/mine',
    allow: 'signed-in',
    summary: {
      zh: '我是否在选民名单上、是否已投票（投了谁，系统不显示）',
      en: 'Whether I am on the roll and have voted; what I chose is not shown',
    },
    from: [electoralRolls, sealedPapers],
    answer: async ({ rows, viewer, ...ask }) => {
      const row = await rows.get(electoralRolls, idIn(ask));
      if (row === null || viewer === null) return absent(idIn(ask));
      const paper = await rows.get(sealedPapers, `${idIn(ask)}/${viewer.id}`);
      return { electionId: idIn(ask), onRoll: row.electors.includes(viewer.id), voted: paper !== null };
    },
  }),
];
