import type { DivisionRefusal } from '../../../domain/guardianship/division.js';
import type { MeritRefusal } from '../../../domain/guardianship/merit-account.js';
import type { MeritRulesRefusal } from '../../../domain/guardianship/merit-rules.js';
import type { PlotRefusal } from '../../../domain/guardianship/plot.js';
import type { RefusalTexts } from '../../kernel/texts.js';

type Codes =
  | DivisionRefusal
  | PlotRefusal
  | MeritRulesRefusal
  | MeritRefusal
  | 'guardianship.one-of-guardian-household-plot'
  | 'plot-division.not-found'
  | 'plot.not-found'
  | 'merit-account.not-found';

export const guardianshipTexts: RefusalTexts<Codes> = {
  'plot-division.not-found': {
    status: 404,
    zh: '{id} 还没有登记公共空间。请先登记公共空间。',
    en: 'No public space is listed at {id} yet. List it first.',
  },
  'plot.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的责任田。请在所在小区的责任田清单里核对编号。',
    en: 'There is no plot {id}. Check its number in the list of plots of its place.',
  },
  'merit-account.not-found': {
    status: 404,
    zh: '{id} 还没有积分记录。请核对地点和人员编号。',
    en: 'Nothing has been entered for {id} yet. Check the place and the person.',
  },
  'guardianship.place-merged': {
    zh: '此地已并入 {into}。请到 {into} 登记公共空间。',
    en: 'This place was merged into {into}. List the public space there.',
  },
  'guardianship.no-public-space': {
    status: 422,
    zh: '住户家里没有公共空间。请登记在楼栋、小区、院落或村、社区名下。',
    en: 'A household has no public space. List it at the building, compound, courtyard, village or community.',
  },
  'guardianship.space-twice': {
    status: 422,
    zh: '清单里 {space} 出现了两次。每处公共空间只列一次。',
    en: '{space} is in the list twice. List each public space once.',
  },
  'guardianship.space-listed-otherwise': {
    zh: '{space} 已登记为“{name}”。请给这处公共空间另起一个编号。',
    en: '{space} is listed already, as “{name}” or of another kind. Give this public space another id.',
  },
  'guardianship.too-many-spaces': {
    zh: '一个地点最多登记 {max} 处公共空间。请把相邻的合并成一处，或登记到下一级地点。',
    en: 'A place lists {max} public spaces at most. Join neighbouring ones, or list them at the places below.',
  },
  'guardianship.nothing-to-divide': {
    zh: '没有待划分的公共空间。请先登记新的公共空间，已划分的责任田不变。',
    en: 'No listed space is without a plot. List new public space first; plots that are divided stay as they are.',
  },
  'guardianship.plot-number-taken': {
    zh: '{number} 号责任田用了两次。请换一个编号。',
    en: 'The plot number {number} is used twice. Choose another.',
  },
  'guardianship.unknown-space': {
    status: 422,
    zh: '此地没有登记公共空间 {space}。请先登记，或从责任田里去掉。',
    en: 'No public space {space} is listed here. List it first, or leave it out of the plot.',
  },
  'guardianship.plots-overlap': {
    zh: '{space} 被划进了两块责任田。一处公共空间只能属于一块责任田。',
    en: '{space} would lie in two plots. A public space belongs to exactly one.',
  },
  'guardianship.space-left-out': {
    zh: '{space}（{name}）没有划进任何责任田。请把登记的公共空间全部划完。',
    en: '{space} ({name}) is left out. Divide all the public space that is listed.',
  },
  'guardianship.not-due': {
    zh: '期限还没有到。系统到期会自动办理。',
    en: 'It is not due yet. The system does it when it is.',
  },
  'guardianship.plot-taken': {
    zh: '这块责任田已有监护人，监护期到 {until}。请另选一块，或到期后再申请。',
    en: 'This plot has a guardian until {until}. Choose another, or apply after that.',
  },
  'guardianship.party-first': {
    zh: '{until} 以前由党员优先认领。党员请以党员身份申请，其他居民请在此之后申请。',
    en: 'Party members adopt first, until {until}. A party member applies in that capacity; other residents apply after that.',
  },
  'guardianship.too-many-applications': {
    zh: '这块责任田已有 {max} 份申请待答复。请等答复后再申请，或另选一块。',
    en: '{max} applications for this plot wait for a ruling. Wait for it, or choose another plot.',
  },
  'guardianship.no-such-application': {
    zh: '没有待答复的申请 {application}。它可能已经答复，请查看待答复的申请。',
    en: 'No application {application} waits for a ruling. It may have been ruled on already; see the open ones.',
  },
  'guardianship.own-application': {
    status: 403,
    zh: '不能答复自己的申请。请由其他议事代表或镇村干部答复。',
    en: 'Nobody rules on their own application. Ask another moderator or a cadre.',
  },
  'guardianship.before-division': {
    zh: '这块责任田 {since} 才划分出来，这件事发生在此之前。请核对发生时间。',
    en: 'The plot was divided at {since}; this happened before. Check when it happened.',
  },
  'guardianship.before-application': {
    zh: '这份申请 {since} 才提出，不能在此之前答复。请核对发生时间。',
    en: 'The application was made at {since}; nobody ruled on it before. Check when it happened.',
  },
  'guardianship.reason-missing': {
    status: 422,
    zh: '不同意认领要说明理由。请写明理由。',
    en: 'A refused adoption says why. Give the reason.',
  },
  'guardianship.out-of-order': {
    zh: '{since} 以前的监护人和检查结果已经确定，不能再补记。请核对发生时间。',
    en: 'Who was guardian before {since}, and how the plot was scored, is settled. Check when it happened.',
  },
  'guardianship.no-guardian': {
    zh: '这块责任田现在没有监护人。先要有人认领。',
    en: 'This plot has no guardian now. Somebody has to adopt it first.',
  },
  'guardianship.before-guardianship': {
    zh: '现任监护人从 {since} 开始监护，这件事发生在此之前。请核对发生时间。',
    en: 'The guardian took the plot at {since}; this happened before. Check when it happened.',
  },
  'guardianship.guardianship-over': {
    zh: '监护期已于 {endsAt} 结束。要继续请重新申请认领。',
    en: 'The guardianship ended at {endsAt}. Apply for the plot again to go on.',
  },
  'guardianship.not-guardian': {
    status: 403,
    zh: '只有这块责任田的监护人能这样做。志愿参与管护请记为志愿贡献。',
    en: 'Only the guardian of this plot may do this. A volunteer records a contribution instead.',
  },
  'guardianship.handover-to-self': {
    status: 422,
    zh: '不能移交给自己。请选择接手的人。',
    en: 'A plot is not handed over to oneself. Name somebody else.',
  },
  'guardianship.not-offered': {
    status: 403,
    zh: '这块责任田没有移交给您。请监护人先向您提出移交。',
    en: 'This plot was not offered to you. Ask its guardian to offer it first.',
  },
  'guardianship.rectification-open': {
    zh: '检查不合格的整改还没有完成，期限到 {dueAt}。请先完成并确认整改。',
    en: 'A failed inspection is still to be made good, by {dueAt}. Have the rectification confirmed first.',
  },
  'guardianship.guardian-logs-care': {
    zh: '您是这块责任田的监护人。请记为管护。',
    en: 'You are the guardian of this plot. Log it as care.',
  },
  'guardianship.own-plot': {
    status: 403,
    zh: '监护人不能检查自己的责任田。请由其他检查员检查。',
    en: 'A guardian does not inspect their own plot. Ask another inspector.',
  },
  'guardianship.no-rectification': {
    zh: '这块责任田没有待完成的整改，或者已经逾期。请查看责任田现况。',
    en: 'Nothing is to be made good on this plot, or it is overdue already. See how the plot stands.',
  },
  'guardianship.rectification-past': {
    zh: '整改期限 {dueAt} 已过，将记为逾期。请在下次检查时重新打分。',
    en: 'The rectification was due at {dueAt} and counts as overdue. Score the plot at the next inspection.',
  },
  'guardianship.care-limit': {
    zh: '{day} 对这块责任田已记录管护 {max} 次，达到每日上限。{from} 起可以再记。',
    en: 'Care of this plot was logged {max} times on {day}, which is the limit for a day. You can log again from {from} on.',
  },
  'guardianship.rule-twice': {
    status: 422,
    zh: '{cause} 有两条规则。每种情形只写一条。',
    en: 'There are two rules for {cause}. Give one for each cause.',
  },
  'guardianship.lists-overlap': {
    status: 422,
    zh: '黑榜分数线 {blackAt} 不低于红榜分数线 {redAt}。请把黑榜分数线定得更低。',
    en: 'The black list begins at {blackAt}, which is not below the red list’s {redAt}. Set it lower.',
  },
  'guardianship.rules-too-early': {
    zh: '新的奖惩制度最早从 {earliest} 起施行，不溯及以前。请改生效日期。',
    en: 'The rules can hold from {earliest} on at the earliest; they do not reach back. Choose a later day.',
  },
  'guardianship.not-own-account': {
    status: 403,
    zh: '只能对自己的扣分提出申诉。请由本人申诉。',
    en: 'Only the person concerned appeals. Ask them to.',
  },
  'guardianship.no-such-entry': {
    zh: '没有记录 {entry}，或已超过一年。请在积分明细里核对。',
    en: 'There is no entry {entry}, or it is over a year old. Check the list of entries.',
  },
  'guardianship.not-a-penalty': {
    zh: '这一笔没有扣分，不能申诉。请核对记录。',
    en: 'This entry cost no points; only penalties are appealed. Check the entry.',
  },
  'guardianship.already-appealed': {
    zh: '这一笔已经申诉过。每笔扣分只能申诉一次，请查看裁定。',
    en: 'This entry was appealed already, and each can be once. See the ruling.',
  },
  'guardianship.already-reversed': {
    zh: '这一笔扣分已经撤销，不需要申诉。请查看积分明细。',
    en: 'This penalty was reversed already, so no appeal is needed. See the list of entries.',
  },
  'guardianship.appeal-too-late': {
    zh: '申诉期已于 {until} 结束，扣分有效。',
    en: 'Appeals against this entry closed at {until}; it stands.',
  },
  'guardianship.own-appeal': {
    status: 403,
    zh: '不能裁定自己的申诉。请由其他议事代表或镇村干部裁定。',
    en: 'Nobody rules on their own appeal. Ask another moderator or a cadre.',
  },
  'guardianship.no-appeal': {
    zh: '记录 {entry} 没有待裁定的申诉。它可能已经裁定，请查看积分明细。',
    en: 'No appeal against entry {entry} waits for a ruling. It may have been ruled on already; see the list of entries.',
  },
  'guardianship.one-of-guardian-household-plot': {
    status: 422,
    zh: 'guardian、household、plot 只能选一个。请分开查询。',
    en: 'Ask by guardian, household or plot, one at a time.',
  },
};
