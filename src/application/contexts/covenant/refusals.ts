import type { CovenantRefusal } from '../../../domain/covenant/covenant.js';
import type { CovenantOpinionRefusal } from '../../../domain/covenant/opinion.js';
import type { PledgeRefusal } from '../../../domain/covenant/pledge.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const covenantTexts: RefusalTexts<CovenantRefusal | CovenantOpinionRefusal | PledgeRefusal | 'covenant.no-such-version'> = {
  'covenant.not-found': {
    status: 404,
    zh: '{id} 还没有公约。公约以所在地的代码为编号；请核对代码，或先起草。',
    en: 'There is no covenant of {id}. A covenant has its place’s code as its id; check the code, or draft one.',
  },
  'covenant.no-such-version': {
    status: 404,
    zh: '公约没有第 {version} 版。请从第 1 版到最新版中选择。',
    en: 'The covenant has no version {version}. Choose one from 1 to the latest.',
  },
  'pledge.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的承诺。请核对承诺牌上的编号。',
    en: 'There is no pledge with the id {id}. Check it against the plaque.',
  },
  'covenant.exists': {
    zh: '这里已有公约《{title}》，最新为第 {version} 版。请修订它。',
    en: 'This place has a covenant already, “{title}”, at version {version}. Amend it.',
  },
  'covenant.clauses-out-of-order': {
    status: 422,
    zh: '第 {number} 条的编号没有按从小到大排列，或用了两次。请按编号排列，每个编号只用一次。',
    en: 'Clause {number} is out of order, or its number is used twice. Put the clauses in the order of their numbers, each used once.',
  },
  'covenant.until-in-the-past': {
    status: 422,
    zh: '征求意见到 {until} 就已结束。请给出将来的期限。',
    en: 'The hearing would have ended at {until}. Give an end that lies ahead.',
  },
  'covenant.opinions-open': {
    zh: '正在征求意见，到 {until} 为止。请等它结束。',
    en: 'Opinions are being heard until {until}. Wait until then.',
  },
  'covenant.heard-already': {
    zh: '第 {version} 版已征求过意见。要再征求，请修订成新的一版。',
    en: 'Opinions on version {version} were heard. To hear them again, amend it as a new version.',
  },
  'covenant.opinions-first': {
    zh: '这一版还没有征求完意见。请先公开征求意见，结束后再审查。',
    en: 'Opinions on this version were not heard to the end. Open it for opinions first, and review it when they are closed.',
  },
  'covenant.reviewed-already': {
    zh: '第 {version} 版已审查过。要再审查，请修订成新的一版。',
    en: 'Version {version} was reviewed. To have it reviewed again, amend it as a new version.',
  },
  'covenant.reviewer-drafted': {
    status: 403,
    zh: '起草或修订的人不能审查自己的文本。请由另一人审查。',
    en: 'Whoever drafted or amended the text cannot review it. Let somebody else do it.',
  },
  'covenant.remarks-missing': {
    status: 422,
    zh: '退回时请写明理由。',
    en: 'Say why it is returned.',
  },
  'covenant.review-first': {
    zh: '这一版还没有通过合法性审查。请先审查。',
    en: 'This version has not passed the review of legality. Have it reviewed first.',
  },
  'covenant.voted-already': {
    zh: '第 {version} 版已经表决。要再表决，请修订成新的一版。',
    en: 'Version {version} was voted on. For another vote, amend it as a new version.',
  },
  'covenant.counts-impossible': {
    status: 422,
    zh: '票数不符（{measure}）：到会不能多于应到，赞成不能多于到会。请核对。',
    en: 'These counts cannot be ({measure}): no more are present than expected, and no more approve than are present. Check them.',
  },
  'covenant.counts-missing': {
    status: 422,
    zh: '按 {rule} 表决时，没有赞成的人是反对、弃权、保留意见还是阻止，要写明。请填写。',
    en: 'By {rule} it must be said of those who did not approve how many reject, abstain, stand aside and block. State it.',
  },
  'covenant.counts-do-not-add-up': {
    status: 422,
    zh: '票数不符（{measure}）：赞成、反对、弃权、保留意见和阻止之和须等于到会。请核对。',
    en: 'These counts do not add up ({measure}): approving, rejecting, abstaining, standing aside and blocking make up those present. Check them.',
  },
  'covenant.deliberation-out-of-order': {
    zh: '四议两公开要依次进行，现在轮到 {due}。请先登记这一步。',
    en: 'The four deliberations follow one another, and {due} is due. Record that one first.',
  },
  'covenant.adopt-first': {
    zh: '公约还没有表决通过的版本。请先表决通过。',
    en: 'No version of the covenant has been adopted. Adopt one first.',
  },
  'covenant.filed-already': {
    zh: '第 {version} 版已备案，文号 {fileNumber}。',
    en: 'Version {version} was filed, under {fileNumber}.',
  },
  'covenant.opinions-closed': {
    zh: '现在不在征求意见的期限内。请在公开征求意见时提出。',
    en: 'Opinions are not being heard now. Give yours when the draft is open for opinions.',
  },
  'covenant.unknown-clause': {
    status: 422,
    zh: '第 {version} 版没有第 {clause} 条。请核对条款编号。',
    en: 'Version {version} has no clause {clause}. Check the number.',
  },
  'covenant.too-many-opinions': {
    zh: '一个人对一版最多提 {most} 条意见。',
    en: 'A person gives at most {most} opinions on a version.',
  },
  'covenant.not-a-household': {
    status: 422,
    zh: '{place} 不是现有的住户。承诺由一户作出，请给出住户的代码。',
    en: '{place} is not a household that stands. Households pledge; give the code of one.',
  },
  'covenant.household-outside': {
    status: 422,
    zh: '这一户不在 {place} 之内。请向所在地的公约承诺。',
    en: 'This household does not lie in {place}. Pledge to the covenant of its own place.',
  },
  'covenant.name-missing': {
    status: 422,
    zh: '同意署名时请写明怎样称呼。',
    en: 'To be named, say by which name.',
  },
  'covenant.pledged-already': {
    zh: '这一户已经承诺。请续签或修改原来的承诺。',
    en: 'This household has pledged already. Renew or amend that pledge.',
  },
  'covenant.pledge-withdrawn': {
    zh: '这项承诺已撤回。请重新承诺。',
    en: 'This pledge was withdrawn. Pledge anew.',
  },
  'covenant.not-the-pledger': {
    status: 403,
    zh: '承诺是另一人作出的，只有本人可以续签、修改或决定署名。现任户主可以撤回它，再自己承诺。',
    en: 'Somebody else made this pledge, and renews it, amends it and consents to be named. The present head of the household may withdraw it and pledge anew.',
  },
  'covenant.no-plaque': {
    zh: '还没有发承诺牌。请先发牌。',
    en: 'No plaque was issued for this pledge. Issue one first.',
  },
};
