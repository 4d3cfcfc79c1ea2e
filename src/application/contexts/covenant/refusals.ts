import type { CovenantRefusal } from '../../../domain/covenant/covenant-messages.js';
import type { CovenantOpinionRefusal } from '../../../domain/covenant/opinion.js';
import type { PledgeRefusal } from '../../../domain/covenant/pledge-messages.js';
import type { PeriodRefusal } from '../../../domain/shared/policy.js';
import type { BodyRefusal } from '../../../domain/voting/bodies.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const covenantTexts: RefusalTexts<
  | Exclude<CovenantRefusal, PeriodRefusal | BodyRefusal>
  | CovenantOpinionRefusal
  | Exclude<PledgeRefusal, 'person.erased'>
  | 'covenant.no-such-version'
> = {
  'covenant.not-found': {
    status: 404,
    zh: '{id} 还没有公约。公约以所在地的代码为编号；请核对代码，或先起草。',
    en: 'There is no covenant for {id}. The id of a covenant is the code of its place. Check the code, or draft a covenant first.',
  },
  'covenant.no-such-version': {
    status: 404,
    zh: '公约没有第 {version} 版。请从第 1 版到最新版中选择。',
    en: 'The covenant has no version {version}. Choose a version from 1 to the latest one.',
  },
  'pledge.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的承诺。请核对承诺牌上的编号。',
    en: 'There is no pledge with the id {id}. Check the id on the plaque.',
  },
  'covenant.exists': {
    zh: '这里已有公约《{title}》，最新为第 {version} 版。请修订它。',
    en: 'This place already has a covenant, “{title}”, at version {version}. Amend it instead.',
  },
  'covenant.clauses-out-of-order': {
    status: 422,
    zh: '第 {number} 条的编号没有按从小到大排列，或用了两次。请按编号排列，每个编号只用一次。',
    en: 'Clause {number} is out of order, or its number is used twice. Sort the clauses by number, and use each number once.',
  },
  'covenant.opinions-open': {
    zh: '正在征求意见，到 {until} 为止。请等它结束。',
    en: 'Opinions on the draft are open until {until}. Do this after that time.',
  },
  'covenant.heard-already': {
    zh: '第 {version} 版已征求过意见。要再征求，请修订成新的一版。',
    en:
      'Opinions on version {version} have already been collected. To collect opinions again, amend the covenant, which makes a new ' +
      'version.',
  },
  'covenant.opinions-first': {
    zh: '这一版还没有征求完意见。请先公开征求意见，结束后再审查。',
    en:
      'The consultation on this version has not been completed. Open the draft for opinions, and review it after the consultation ' +
      'closes.',
  },
  'covenant.reviewed-already': {
    zh: '第 {version} 版已审查过。要再审查，请修订成新的一版。',
    en: 'Version {version} has already been reviewed. To have it reviewed again, amend the covenant, which makes a new version.',
  },
  'covenant.reviewer-drafted': {
    status: 403,
    zh: '起草或修订的人不能审查自己的文本。请由另一人审查。',
    en: 'A person who drafted or amended the text cannot review it. Ask another person to review it.',
  },
  'covenant.remarks-missing': {
    status: 422,
    zh: '退回时要写明理由。请补上理由。',
    en: 'A reason is required to return the draft. Add your remarks.',
  },
  'covenant.review-first': {
    zh: '这一版还没有通过合法性审查。请先审查。',
    en: 'This version has not passed the review of legality. Have it reviewed first.',
  },
  'covenant.voted-already': {
    zh: '第 {version} 版已经表决。要再表决，请修订成新的一版。',
    en: 'There has already been a vote on version {version}. To vote again, amend the covenant, which makes a new version.',
  },
  'covenant.vote-not-announced': {
    zh: '还没有公告表决的时间和事项。请先公告，通知期满后再表决。',
    en: 'The vote has not been announced. Announce it, and vote after the notice.',
  },
  'covenant.vote-too-early': {
    zh: '通知期未满：{from} 以后才能表决。此前的表决无效，请另行召集会议。',
    en: 'The notice is not over: the body may vote from {from} on. A vote before that is void. Hold the meeting again.',
  },
  'covenant.decision-not-published': {
    zh: '“两公开”先公开决议，再公开实施结果。请先公开决议。',
    en: 'The decision is published first, then how it was carried out. Publish the decision first.',
  },
  'covenant.figures-or-ballot': {
    status: 422,
    zh: '请填写会议的应到、实到、同意人数和会议材料，或者只填会议表决的编号 ballotId，二者取一。',
    en: 'Give either figures and papers of a meeting (expected, present, approving, papers), or only the id of a resolution (ballotId).',
  },
  'covenant.ballot-unfit': {
    status: 422,
    zh: '会议表决 {ballot} 不能用于这部公约：它应当在本地就公约表决，在本稿审查通过后公告，并且已有结果。',
    en:
      'Resolution {ballot} does not decide on this covenant. It must be about the covenant of this place, be announced after the ' +
      'draft passed the review, and be decided.',
  },
  'covenant.counts-impossible': {
    status: 422,
    zh: '票数不符（{measure}）：到会不能多于应到，赞成不能多于到会。请核对。',
    en:
      'The counts are wrong ({measure}). The number present cannot exceed the number expected, and the number approving cannot ' +
      'exceed the number present. Check the counts.',
  },
  'covenant.counts-missing': {
    status: 422,
    zh: '按 {rule} 表决时，没有赞成的人是反对、弃权、保留意见还是阻止，要写明。请填写。',
    en: 'Under the rule {rule}, the vote needs the numbers that reject, abstain, stand aside and block. Fill them in.',
  },
  'covenant.counts-do-not-add-up': {
    status: 422,
    zh: '票数不符（{measure}）：赞成、反对、弃权、保留意见和阻止之和须等于到会。请核对。',
    en:
      'The counts do not add up ({measure}). Approving, rejecting, abstaining, standing aside and blocking must add up to the number ' +
      'present. Check the counts.',
  },
  'covenant.deliberation-out-of-order': {
    zh: '四议两公开要依次进行，现在轮到 {due}。请先登记这一步。',
    en: 'The steps of 四议两公开 must be recorded in order. The next step is {due}. Record that step first.',
  },
  'covenant.adopt-first': {
    zh: '公约还没有表决通过的版本。请先表决通过。',
    en: 'No version of the covenant has been adopted. Adopt a version first.',
  },
  'covenant.filed-already': {
    zh: '第 {version} 版已备案，文号 {fileNumber}，不需要再备案。',
    en: 'Version {version} has already been filed, under number {fileNumber}. It does not need to be filed again.',
  },
  'covenant.opinions-closed': {
    zh: '现在不在征求意见的期限内。请在公开征求意见时提出。',
    en: 'Opinions are not open now. Give your opinion while the draft is open for opinions.',
  },
  'covenant.unknown-clause': {
    status: 422,
    zh: '第 {version} 版没有第 {clause} 条。请核对条款编号。',
    en: 'Version {version} has no clause {clause}. Check the clause number.',
  },
  'covenant.too-many-opinions': {
    zh: '每人对一版最多提 {most} 条意见，您已提满。',
    en: 'One person can give at most {most} opinions on a version, and you have reached this limit.',
  },
  'covenant.not-a-household': {
    status: 422,
    zh: '{place} 不是登记在册的住户，或已并入别处。承诺由一户作出，请填写住户的代码。',
    en:
      '{place} is not a registered household, or it was merged into another one. A pledge is made by a household. Give the code of a ' +
      'household.',
  },
  'covenant.household-outside': {
    status: 422,
    zh: '这一户不在 {place} 之内。请向所在地的公约作出承诺。',
    en: 'This household is not in {place}. Pledge to the covenant of the place where the household lies.',
  },
  'covenant.name-missing': {
    status: 422,
    zh: '同意署名的，要写明怎样称呼。请填写。',
    en: 'You agreed to be named, but gave no name. Add the name to show.',
  },
  'covenant.pledged-already': {
    zh: '这一户已经承诺。请续签或修改原来的承诺。',
    en: 'This household has already made a pledge. Renew or amend that pledge.',
  },
  'covenant.pledge-withdrawn': {
    zh: '这项承诺已撤回。请重新承诺。',
    en: 'This pledge was withdrawn. Make a new pledge.',
  },
  'covenant.not-the-pledger': {
    status: 403,
    zh: '承诺是另一人作出的，只有本人可以续签、修改或决定署名。现任户主可以撤回它，再自己承诺。',
    en:
      'Another person made this pledge. Only that person can renew it, amend it or decide whether to be named. The current head of ' +
      'the household can withdraw the pledge and make a new one.',
  },
  'covenant.no-plaque': {
    zh: '还没有发承诺牌。请先发牌。',
    en: 'No plaque has been issued for this pledge. Issue one first.',
  },
};
