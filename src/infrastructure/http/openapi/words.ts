import type { Allow } from '../../../application/kernel/actor.js';
import type { Bilingual } from '../../../domain/shared/bilingual.js';

/** Both languages in one text, as the API pages show it. */
export const both = ({ zh, en }: Bilingual): string => `${zh} · ${en}`;

/** The tags of operations, by the first word of the path, and what `{id}` means in these paths. */
export const tags: Readonly<Record<string, Bilingual & { readonly id?: Bilingual }>> = {
  audit: { zh: '审计轨迹', en: 'The audit trail' },
  ballots: { zh: '表决与计票', en: 'Ballots and their counts', id: { zh: '表决的编号', en: 'The id of the ballot' } },
  contests: { zh: '最美评选', en: 'Contests', id: { zh: '评选的编号', en: 'The id of the contest' } },
  elections: { zh: '无记名选举', en: 'Elections by secret papers', id: { zh: '选举的编号', en: 'The id of the election' } },
  covenants: { zh: '公约', en: 'Covenants', id: { zh: '公约所在地点的代码', en: 'The code of the place whose covenant it is' } },
  erasures: { zh: '待确认的删除申请', en: 'Requests for erasure that wait' },
  events: { zh: '事件日志', en: 'The event log' },
  households: { zh: '住户', en: 'Households', id: { zh: '住户的地点代码', en: 'The place code of the household' } },
  merit: { zh: '奖惩积分', en: 'Merit points', id: { zh: '积分账户的编号', en: 'The id of the merit account' } },
  'own-token-revocations': { zh: '撤销自己的令牌', en: 'Revoking one’s own tokens' },
  people: { zh: '人员登记', en: 'People', id: { zh: '人员的编号', en: 'The id of the person' } },
  places: { zh: '地点', en: 'Places', id: { zh: '地点的代码', en: 'The code of the place' } },
  policies: { zh: '各地标准', en: 'Policies of places: periods, limits and other figures' },
  pledges: { zh: '承诺', en: 'Pledges', id: { zh: '承诺的编号', en: 'The id of the pledge' } },
  plots: { zh: '责任田', en: 'Plots', id: { zh: '责任田的编号', en: 'The id of the plot' } },
  renovations: { zh: '微改造', en: 'Renovations', id: { zh: '微改造的编号', en: 'The id of the renovation' } },
  resolutions: {
    zh: '会议表决',
    en: 'Resolutions of assemblies and councils',
    id: { zh: '会议表决的编号', en: 'The id of the resolution' },
  },
  roles: { zh: '身份', en: 'Roles' },
  system: { zh: '系统状态', en: 'The state of the system' },
  'token-revocations': { zh: '撤销令牌', en: 'Revoking tokens' },
};

/** Other path parameters. */
export const pathWords: Readonly<Record<string, Bilingual>> = {
  erasureId: { zh: '删除申请的编号', en: 'The id of the request for erasure' },
  version: { zh: '公约的第几版', en: 'The number of the covenant’s version' },
};

/** Who may use an operation, in words. */
export function whoMay(allow: Allow): Bilingual {
  if (allow === 'public') return { zh: '所有人。', en: 'Open to everybody.' };
  if (allow === 'signed-in') return { zh: '持令牌者，由具体规则决定。', en: 'For anybody with a token; further rules depend on the case.' };
  if (allow === 'system') return { zh: '由系统自动办理。', en: 'Executed by the system itself.' };
  if ('as' in allow)
    return {
      zh: `持令牌且具体规则允许的人，以 ${allow.as} 身份记录。`,
      en: `For anybody with a token whom the rules of the case entitle; recorded in the capacity ${allow.as}.`,
    };
  const { over = [], of = [], self } = allow;
  const parts = [
    ...(over.length > 0 ? [[`本地点或其上级的 ${over.join('、')}`, `${over.join(', ')} at the place concerned or above it`]] : []),
    ...(of.length > 0 ? [[`本地点或其下级的 ${of.join('、')}`, `${of.join(', ')} at the place concerned or below it`]] : []),
    ...(self ? [['本人', 'the person concerned']] : []),
  ];
  return { zh: `${parts.map(([zh]) => zh).join('；')}。`, en: `For ${parts.map(([, en]) => en).join('; ')}.` };
}
