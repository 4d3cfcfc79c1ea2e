import { refuse } from '../../../domain/shared/decider.js';
import { Described, Optional, PlaceId } from '../../../domain/shared/fields.js';
import { dayInChina } from '../../../domain/shared/time.js';
import { bodyOf } from '../../../domain/voting/bodies.js';
import { explained } from '../../../domain/voting/threshold-words.js';
import { resolutionList, resolutions, resolutionVotes } from '../../../projections/assembly/resolutions.js';
import { Paged, pageOf } from '../../kernel/paging.js';
import { type Ask, defineQuery, type QueryDefinition } from '../../kernel/query.js';

class ResolutionsQuery extends Paged {
  @Described('只列这一地点及其所属各处的表决', 'Only resolutions of this place and of all places within it')
  @Optional()
  @PlaceId()
  place?: string;
}
const absent = (id: string) => refuse('resolution.not-found', { id });
const idIn = ({ params }: Pick<Ask<unknown>, 'params'>): string => params['id'] ?? '';

export const assemblyQueries: readonly QueryDefinition[] = [
  defineQuery<ResolutionsQuery>({
    query: 'ListResolutions',
    path: 'resolutions',
    allow: 'public',
    summary: { zh: '会议表决列表', en: 'Resolutions' },
    from: [resolutionList],
    parameters: ResolutionsQuery,
    answer: ({ rows, query }) =>
      pageOf(rows, resolutionList, query.place === undefined ? 'all/' : `place/${query.place}/`, query, ({ row }) => row),
  }),
  defineQuery({
    query: 'GetResolution',
    path: 'resolutions/:id',
    allow: 'public',
    summary: {
      zh: '一次会议表决：文本、由谁表决、规则、结果和文字说明',
      en: 'A resolution: its text, which body votes by which rule, the decision, also in words',
    },
    from: [resolutions],
    answer: async (ask) => {
      const row = await ask.rows.get(resolutions, idIn(ask));
      if (row === null) return absent(idIn(ask));
      const { decision, ...shown } = row;
      return { ...shown, body: bodyOf(row.rule.rule), ...(decision && { decision: explained(decision, dayInChina(ask.now)) }) };
    },
  }),
  defineQuery({
    query: 'GetMyResolutionVote',
    path: 'resolutions/:id/votes/mine',
    allow: 'signed-in',
    summary: { zh: '我的表决', en: 'My vote on a resolution' },
    from: [resolutions, resolutionVotes],
    answer: async ({ rows, viewer, ...ask }) => {
      const row = await rows.get(resolutions, idIn(ask));
      if (row === null || viewer === null) return absent(idIn(ask));
      const vote = await rows.get(resolutionVotes, `${idIn(ask)}/${viewer.id}`);
      return { resolutionId: idIn(ask), ...(vote && { choice: vote.choice, votedAt: vote.at }) };
    },
  }),
];
