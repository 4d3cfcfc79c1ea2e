import type { BallotPaperRefusal } from '../../../domain/renovation/ballot-paper.js';
import type { OpinionRefusal } from '../../../domain/renovation/opinion.js';
import type { ProxyRefusal } from '../../../domain/renovation/proxy.js';
import type { RenovationRefusal } from '../../../domain/renovation/renovation.js';
import type { RefusalTexts } from '../../kernel/texts.js';

type NotFound = 'renovation.not-found' | 'renovation.not-decided';

export const renovationTexts: RefusalTexts<RenovationRefusal | BallotPaperRefusal | ProxyRefusal | OpinionRefusal | NotFound> = {
  'renovation.not-found': { status: 404, zh: '没有编号为 {id} 的微改造。请核对编号。', en: 'There is no renovation {id}. Check the id.' },
  'renovation.exists': { zh: '微改造 {id} 已经提出。', en: 'The renovation {id} was proposed already.' },
  'renovation.not-a-compound': {
    status: 422,
    zh: '微改造在小区、院落或聚落里进行，不能在这一级（{level}）提出。请选一个小区、院落或聚落。',
    en: 'A renovation is made in a compound, courtyard or settlement, not at this level ({level}). Choose one of those.',
  },
  'renovation.end-not-ahead': {
    status: 422,
    zh: '截止时间 {end} 已过。请给一个以后的时间。',
    en: 'The end {end} is not ahead. Give a later time.',
  },
  'renovation.not-due': { zh: '还没有到时间：{due}。', en: 'It is not due before {due}.' },
  'renovation.consultation-held': {
    zh: '征求意见已经开始或已经结束，只开展一次。',
    en: 'The consultation was opened already; it is held once.',
  },
  'renovation.not-in-consultation': {
    zh: '现在不在征求意见期间。请等征求意见开始，或在公示期间提出异议。',
    en: 'No consultation is open. Wait for it to open, or object during the public notice.',
  },
  'renovation.opinion-limit': {
    zh: '每人在一次征求意见中最多提 {most} 条意见。',
    en: 'One person gives at most {most} opinions in a consultation.',
  },
  'renovation.consultation-first': {
    zh: '征求意见还没有结束。请在结束以后提交设计。',
    en: 'The consultation has not ended. Submit the design when it has.',
  },
  'renovation.design-exists': {
    zh: '设计已经提交（第 {version} 版）。请提交修改。',
    en: 'There is a design already (version {version}). Revise it instead.',
  },
  'renovation.no-design': {
    zh: '还没有设计。请社区规划师先提交设计。',
    en: 'There is no design yet. The community planner submits it first.',
  },
  'renovation.design-fixed': {
    zh: '设计第 {version} 版已交付表决或已决定，不能再修改或签字。',
    en: 'Version {version} of the design is before a ballot or decided; it can no longer be revised or signed.',
  },
  'renovation.design-superseded': {
    zh: '您读的不是现在的设计。现在是第 {version} 版，请读过再签。',
    en: 'That is not the present design. Read version {version} and sign that.',
  },
  'renovation.revision-first': {
    zh: '设计第 {version} 版没有通过，或对它的异议成立。请规划师先提交修改。',
    en: 'Version {version} was rejected, or an objection to it was upheld. The planner revises it first.',
  },
  'renovation.not-a-signing-group': {
    status: 403,
    zh: '签字的是镇村干部、规划师和居民三方，您的身份（{capacity}）不在其中。',
    en: 'Cadres, planner and residents sign; your capacity ({capacity}) is none of these.',
  },
  'renovation.signs-for-another-group': {
    status: 403,
    zh: '您已代表另一方签字。三方各由不同的人签。',
    en: 'You have signed for another group. Each group is signed for by somebody else.',
  },
  'renovation.not-signed': {
    zh: '现在的设计还缺签字：{missing}。三方签齐以后再开始表决。',
    en: 'Signatures are missing for the present design: {missing}. Open the ballot when all three groups have signed.',
  },
  'renovation.matter-needs-special-rule': {
    status: 422,
    zh: '这一事项（{matter}）按《民法典》第二百七十八条须由参与表决的四分之三以上同意。请选规则 civil-code-278-special。',
    en: 'This matter ({matter}) takes three quarters of those who take part (Civil Code art. 278). Choose the rule civil-code-278-special.',
  },
  'renovation.roll-empty': {
    zh: '产权清册里没有登记产权人的住户。请先登记住户和产权人。',
    en: 'The unit roll has no unit with an owner. Enter households and their owners first.',
  },
  'renovation.roll-too-large': {
    zh: '一次表决最多 {most} 户。请分小区或院落表决。',
    en: 'A ballot takes at most {most} units. Hold one for each compound.',
  },
  'renovation.unit-without-area': {
    zh: '住户 {unit} 没有登记专有面积，无法按面积计票。请先补登。',
    en: 'Unit {unit} has no exclusive area on record, so areas cannot be counted. Enter it first.',
  },
  'renovation.ballot-held': { zh: '表决正在进行，或已经通过。', en: 'A ballot is under way, or has been decided.' },
  'renovation.no-ballot': { status: 404, zh: '还没有开始表决。', en: 'There has been no ballot yet.' },
  'renovation.no-such-ballot': {
    status: 404,
    zh: '这项微改造现在没有编号为 {ballot} 的表决。请核对编号。',
    en: 'This renovation has no ballot {ballot} now. Check the id.',
  },
  'renovation.ballot-open': { zh: '表决还没有结束，结束以后才公布。', en: 'The ballot is still open; this is told when it is closed.' },
  'renovation.ballot-not-open': { zh: '表决从 {opens} 开始。', en: 'The ballot opens at {opens}.' },
  'renovation.ballot-closed': { zh: '表决已于 {closed} 截止。', en: 'The ballot closed at {closed}.' },
  'renovation.not-on-roll': {
    status: 403,
    zh: '{owner} 在这次表决的产权清册里没有表决权。如清册有误，请向村（社区）反映。',
    en: '{owner} has no vote on the roll of this ballot. If the roll is wrong, tell the village or community.',
  },
  'renovation.co-owner-is-the-name': {
    status: 403,
    zh: '您的房屋由几人共有，共有一票，登记在 {owner} 名下。请注明 owner 为 {owner} 再投；若此人另有单独的房屋，请其本人投票或出具委托书。',
    en: 'Your unit has one vote, under the name of your co-owner {owner}. Cast it with owner {owner}; if they own other units without you, they vote themselves or give you a proxy.',
  },
  'renovation.no-proxy': {
    status: 403,
    zh: '您没有 {owner} 在这次表决中的书面委托。请对方先登记委托书。',
    en: 'You hold no written proxy of {owner} in this ballot. They have it entered first.',
  },
  'renovation.voted-in-person': {
    zh: '{owner} 已自行投票或撤回，委托不再计入。',
    en: '{owner} has voted or withdrawn without a proxy; the proxy no longer counts.',
  },
  'renovation.voted-by-other-proxy': { zh: '{owner} 的票已由另一位受托人投出。', en: 'The vote of {owner} was cast by another proxy.' },
  'renovation.already-voted': {
    zh: '{owner} 的票已经投出，这次表决不能改票或撤回。',
    en: 'The vote of {owner} has been cast, and this ballot lets no vote be replaced or withdrawn.',
  },
  'renovation.entry-limit': {
    zh: '您在这次表决中已为 {owner} 一票代录 {limit} 次，不能再录。请由本人办理，或由其他工作人员代录。',
    en: 'You have entered {limit} votes or withdrawals under the name {owner} in this ballot, which is the most. They can act in person, or somebody else can enter it.',
  },
  'renovation.no-vote-to-withdraw': {
    status: 404,
    zh: '{owner} 名下还没有投票，没有可撤回的。',
    en: 'No vote was cast under the name {owner}, so there is none to withdraw.',
  },
  'renovation.proxy-for-oneself': {
    status: 422,
    zh: '不能委托自己。请直接投票。',
    en: 'One is not one’s own proxy. Cast the vote instead.',
  },
  'renovation.proxy-covers-another': {
    zh: '{holder} 在这次表决中已受另一位业主委托，一人最多代一位业主。请委托别人。',
    en: '{holder} is the proxy of another owner in this ballot, and may be of one only. Choose somebody else.',
  },
  'renovation.no-proxy-to-end': {
    zh: '{holder} 在这次表决中没有您给出或收到的委托。',
    en: '{holder} holds no proxy in this ballot that you gave or were given.',
  },
  'renovation.not-decided': { status: 404, zh: '还没有决定。', en: 'There is no decision yet.' },
  'renovation.not-adopted': { zh: '没有通过的决定可以公示。', en: 'There is no adopted decision to give notice of.' },
  'renovation.notice-held': { zh: '公示已经开始或已经结束。', en: 'The public notice was opened already.' },
  'renovation.not-in-notice': { zh: '现在不在公示期间。', en: 'No public notice is open.' },
  'renovation.objection-limit': {
    zh: '未处理的异议已有 {most} 件。请等其中一些有了结论。',
    en: '{most} objections wait for a ruling. Wait until some are ruled on.',
  },
  'renovation.objection-not-found': {
    status: 404,
    zh: '没有编号为 {objection} 的待处理异议。',
    en: 'No objection {objection} waits for a ruling.',
  },
  'renovation.own-objection': { status: 403, zh: '自己提出的异议由别人处理。', en: 'Somebody else rules on an objection of your own.' },
  'renovation.objections-open': {
    zh: '还有 {open} 件异议没有结论，决定暂不生效。',
    en: '{open} objections wait for a ruling; until then the decision has no effect.',
  },
};
