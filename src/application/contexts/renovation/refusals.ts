import type { BallotPaperRefusal } from '../../../domain/renovation/ballot-paper.js';
import type { OpinionRefusal } from '../../../domain/renovation/opinion.js';
import type { ProxyRefusal } from '../../../domain/renovation/proxy.js';
import type { RenovationRefusal } from '../../../domain/renovation/renovation-state.js';
import type { FigureRefusal, PeriodRefusal } from '../../../domain/shared/policy.js';
import type { BodyRefusal } from '../../../domain/voting/bodies.js';
import type { RefusalTexts } from '../../kernel/texts.js';

type NotFound = 'renovation.not-found' | 'renovation.not-decided';

export const renovationTexts: RefusalTexts<
  Exclude<RenovationRefusal, PeriodRefusal | BodyRefusal | FigureRefusal> | BallotPaperRefusal | ProxyRefusal | OpinionRefusal | NotFound
> = {
  'renovation.not-found': { status: 404, zh: '没有编号为 {id} 的微改造。请核对编号。', en: 'There is no renovation {id}. Check the id.' },
  'renovation.exists': {
    zh: '微改造 {id} 已经提出。要提另一项，请使用新的编号。',
    en: 'Renovation {id} has already been proposed. Use a new id for another renovation.',
  },
  'renovation.not-a-compound': {
    status: 422,
    zh: '微改造在小区、院落或聚落里进行，不能在这一级（{level}）提出。请选一个小区、院落或聚落。',
    en:
      'A renovation takes place in a compound, courtyard or settlement, not at this level ({level}). Choose a compound, courtyard or ' +
      'settlement.',
  },
  'renovation.not-due': { zh: '还没有到办理时间（{due}）。请在那之后办理。', en: 'This is due at {due}. Do it after that time.' },
  'renovation.consultation-held': {
    zh: '征求意见已经开始或已经结束。一项微改造只征求一次意见。',
    en: 'The consultation has already been opened. A renovation has only one consultation.',
  },
  'renovation.not-in-consultation': {
    zh: '现在不在征求意见期间。请等征求意见开始，或在公示期间提出异议。',
    en: 'No consultation is open now. Wait until it opens, or raise an objection during the public notice.',
  },
  'renovation.opinion-limit': {
    zh: '每人在一次征求意见中最多提 {most} 条意见，您已提满。',
    en: 'One person can give at most {most} opinions in a consultation, and you have reached this limit.',
  },
  'renovation.consultation-first': {
    zh: '征求意见还没有结束。请在结束以后提交设计。',
    en: 'The consultation has not ended. Submit the design after it ends.',
  },
  'renovation.design-exists': {
    zh: '设计已经提交（第 {version} 版）。请修改这一设计。',
    en: 'A design has already been submitted (version {version}). Revise it instead.',
  },
  'renovation.no-design': {
    zh: '还没有设计。请社区规划师先提交设计。',
    en: 'There is no design yet. The community planner must submit one first.',
  },
  'renovation.design-fixed': {
    zh: '设计第 {version} 版已交付表决或已决定，不能再修改或签字。',
    en: 'Version {version} of the design is being voted on or has been decided. It can no longer be revised or signed.',
  },
  'renovation.design-superseded': {
    zh: '您读的不是最新的设计。最新的是第 {version} 版，请读过再签字。',
    en: 'This is not the latest design. Read version {version} and sign that one.',
  },
  'renovation.revision-first': {
    zh: '设计第 {version} 版没有通过，或对它的异议成立。请规划师先提交修改。',
    en: 'Version {version} was rejected, or an objection to it was upheld. The planner must submit a revision first.',
  },
  'renovation.not-a-signing-group': {
    status: 403,
    zh: '签字的是镇村干部、规划师和居民三方，您的身份（{capacity}）不在其中。请由这三方签字。',
    en: 'Cadres, the planner and residents sign the design. Your capacity ({capacity}) is not one of these groups. Ask them to sign.',
  },
  'renovation.signs-for-another-group': {
    status: 403,
    zh: '您已代表另一方签字。三方要由不同的人签字，请由他人代表这一方签字。',
    en: 'You have already signed for another group. Each group needs a different signer. Ask another person to sign for this group.',
  },
  'renovation.not-signed': {
    zh: '现在的设计还缺签字：{missing}。三方签齐以后再开始表决。',
    en: 'The current design still needs signatures: {missing}. Open the ballot after all three groups have signed.',
  },
  'renovation.roll-empty': {
    zh: '产权清册里没有登记产权人的住户。请先登记住户和产权人。',
    en: 'The unit roll has no household with an owner. Register the households and their owners first.',
  },
  'renovation.roll-too-large': {
    zh: '一次表决最多 {most} 户。请分小区或院落表决。',
    en: 'A ballot can have at most {most} units. Hold a separate ballot for each compound or courtyard.',
  },
  'renovation.unit-without-area': {
    zh: '住户 {unit} 没有登记专有面积，无法按面积计票。请先补登面积。',
    en: 'Unit {unit} has no exclusive area on record, so votes cannot be weighed by area. Record its area first.',
  },
  'renovation.ballot-held': {
    zh: '表决正在进行，或已经有结果，不能再开始表决。',
    en: 'A ballot is already open, or the design has been decided. You cannot open another ballot.',
  },
  'renovation.no-ballot': { status: 404, zh: '还没有开始表决。请等表决开始。', en: 'No ballot has been opened yet. Wait until it opens.' },
  'renovation.no-such-ballot': {
    status: 404,
    zh: '这项微改造现在没有编号为 {ballot} 的表决。请核对编号。',
    en: 'This renovation has no ballot {ballot} now. Check the id.',
  },
  'renovation.ballot-open': {
    zh: '表决还没有结束。请在表决结束后办理或查看。',
    en: 'The ballot is still open. Try again after it closes.',
  },
  'renovation.ballot-not-open': { zh: '表决从 {opens} 开始。请在那之后投票。', en: 'The ballot opens at {opens}. Vote after that time.' },
  'renovation.ballot-closed': {
    zh: '表决已于 {closed} 截止，不能再投票或撤回。',
    en: 'The ballot closed at {closed}. Votes and withdrawals are no longer possible.',
  },
  'renovation.not-on-roll': {
    status: 403,
    zh: '{owner} 在这次表决的产权清册里没有表决权。如清册有误，请向村（社区）反映。',
    en: '{owner} has no vote on the roll of this ballot. If the roll is wrong, tell the village or community.',
  },
  'renovation.co-owner-is-the-name': {
    status: 403,
    zh: '您的房屋由几人共有，共有一票，登记在 {owner} 名下。请注明 owner 为 {owner} 再投；若此人另有单独的房屋，请其本人投票或出具委托书。',
    en:
      'Your unit has several owners and one vote, which is listed under {owner}. Vote again with owner {owner}. If {owner} also owns ' +
      'other units without you, they must vote in person or give you a proxy.',
  },
  'renovation.no-proxy': {
    status: 403,
    zh: '您没有 {owner} 在这次表决中的书面委托。请对方先登记委托书。',
    en: 'You hold no written proxy of {owner} in this ballot. {owner} must have the proxy recorded first.',
  },
  'renovation.voted-in-person': {
    zh: '{owner} 已由产权人投票或撤回，受托人的投票不再计入。',
    en: 'An owner has already voted or withdrawn for {owner}. A vote by proxy no longer counts.',
  },
  'renovation.voted-by-other-proxy': {
    zh: '{owner} 的票已由另一位受托人投出。您不能再代投。',
    en: 'Another proxy has already cast the vote of {owner}. You cannot cast it again.',
  },
  'renovation.already-voted': {
    zh: '{owner} 的票已经投出，这次表决不能改票或撤回。',
    en: 'The vote of {owner} has already been cast. In this ballot a vote cannot be replaced or withdrawn.',
  },
  'renovation.entry-limit': {
    zh: '您在这次表决中已为 {owner} 代录 {limit} 次，不能再录。请由本人办理，或由其他工作人员代录。',
    en:
      'You have entered {limit} votes or withdrawals for {owner} in this ballot, which is the limit. Ask the owner to act in person, ' +
      'or ask another assistant to enter it.',
  },
  'renovation.change-limit': {
    zh: '您在这次表决中已投票或撤回 {limit} 次，不能再改。最后一次的结果有效。',
    en: 'You have voted or withdrawn {limit} times in this ballot, which is the limit. Your last act stands.',
  },
  'renovation.no-vote-to-withdraw': {
    status: 404,
    zh: '{owner} 名下还没有投票，不需要撤回。',
    en: 'No vote has been cast for {owner}. There is nothing to withdraw.',
  },
  'renovation.proxy-for-oneself': {
    status: 422,
    zh: '不能委托自己。请直接投票。',
    en: 'You cannot be your own proxy. Vote directly instead.',
  },
  'renovation.proxy-covers-another': {
    zh: '{holder} 在这次表决中已受其他业主委托。一人最多代 {most} 位业主，请委托别人。',
    en: '{holder} is already the proxy of other owners in this ballot. One person can represent {most} at most. Choose somebody else.',
  },
  'renovation.proxy-barred': {
    status: 403,
    zh: '{holder} 按表决公告不得受托代投，如物业服务企业的工作人员。请委托别人。',
    en: 'By the announcement of the ballot {holder} may not hold a proxy, as the staff of the property manager. Choose somebody else.',
  },
  'renovation.no-proxy-to-end': {
    zh: '您与 {holder} 在这次表决中没有委托关系，不需要解除。请核对受托人。',
    en: 'In this ballot there is no proxy between you and {holder}. Check who holds the proxy.',
  },
  'renovation.not-decided': {
    status: 404,
    zh: '还没有决定。请在表决结束后查看。',
    en: 'There is no decision yet. Look again after the ballot closes.',
  },
  'renovation.not-adopted': {
    zh: '还没有通过的决定，不能公示。请先表决。',
    en: 'There is no adopted decision, so no public notice can be given. Hold the ballot first.',
  },
  'renovation.notice-held': {
    zh: '公示已经开始或已经结束，不需要再公示。',
    en: 'The public notice has already been opened. It does not need to be opened again.',
  },
  'renovation.not-in-notice': {
    zh: '现在不在公示期间。请在公示期间提出异议。',
    en: 'No public notice is running now. Objections can be raised during the public notice.',
  },
  'renovation.objection-limit': {
    zh: '未处理的异议已有 {most} 件。请等其中一些处理后再提。',
    en: '{most} objections are waiting for a ruling, which is the limit. Raise yours after some of them have been ruled on.',
  },
  'renovation.objection-not-found': {
    status: 404,
    zh: '没有编号为 {objection} 的待处理异议。请核对编号。',
    en: 'No objection {objection} is waiting for a ruling. Check the id.',
  },
  'renovation.own-objection': {
    status: 403,
    zh: '不能处理自己提出的异议。请由别人处理。',
    en: 'You cannot rule on your own objection. Ask another person.',
  },
  'renovation.objections-open': {
    zh: '还有 {open} 件异议没有处理，决定暂不生效。请先处理异议。',
    en: '{open} objections are waiting for a ruling. Rule on them first. Until then the decision does not take effect.',
  },
};
