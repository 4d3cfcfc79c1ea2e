import type { DivisionRefusal } from '../../../domain/guardianship/division.js';
import type { MeritRefusal } from '../../../domain/guardianship/merit-messages.js';
import type { MeritRulesRefusal } from '../../../domain/guardianship/merit-rules.js';
import type { PlotRefusal } from '../../../domain/guardianship/plot-state.js';
import type { FigureRefusal } from '../../../domain/shared/policy.js';
import type { RefusalTexts } from '../../kernel/texts.js';

type Codes =
  | Exclude<DivisionRefusal | MeritRulesRefusal, FigureRefusal>
  | PlotRefusal
  | MeritRefusal
  | 'guardianship.one-of-guardian-household-plot'
  | 'plot-division.not-found'
  | 'plot.not-found'
  | 'merit-account.not-found';

export const guardianshipTexts: RefusalTexts<Codes> = {
  'plot-division.not-found': {
    status: 404,
    zh: '{id} 还没有登记公共空间。请先登记公共空间。',
    en: 'No public space is registered at {id} yet. Register it first.',
  },
  'plot.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的责任田。请在所在小区的责任田清单里核对编号。',
    en: 'There is no plot {id}. Check the id in the list of plots of the place.',
  },
  'merit-account.not-found': {
    status: 404,
    zh: '{id} 还没有积分记录。请核对地点和人员编号。',
    en: 'There are no merit entries for {id} yet. Check the place and the person.',
  },
  'guardianship.place-merged': {
    zh: '此地已并入 {into}。请到 {into} 登记公共空间。',
    en: 'This place was merged into {into}. Register the public space there.',
  },
  'guardianship.no-public-space': {
    status: 422,
    zh: '住户家里没有公共空间。请登记在楼栋、小区、院落或村、社区名下。',
    en: 'A household has no public space. Register the space at the building, compound, courtyard, village or community.',
  },
  'guardianship.space-twice': {
    status: 422,
    zh: '清单里 {space} 出现了两次。每处公共空间只列一次。',
    en: '{space} is in the list twice. List each public space only once.',
  },
  'guardianship.space-listed-otherwise': {
    zh: '{space} 已登记为“{name}”，名称或类别不同。请给这处公共空间另起一个编号。',
    en: '{space} is already registered as “{name}”, or as another kind of space. Give this public space another id.',
  },
  'guardianship.too-many-spaces': {
    zh: '一个地点最多登记 {max} 处公共空间。请把相邻的合并成一处，或登记到下一级地点。',
    en: 'A place can register at most {max} public spaces. Combine neighbouring spaces, or register them at the places below.',
  },
  'guardianship.nothing-to-divide': {
    zh: '没有待划分的公共空间。请先登记新的公共空间，已划分的责任田不变。',
    en: 'All registered public space is already divided into plots. Register new public space first. Existing plots do not change.',
  },
  'guardianship.plot-number-taken': {
    zh: '{number} 号责任田用了两次。请换一个编号。',
    en: 'Plot number {number} is used twice. Choose another number.',
  },
  'guardianship.unknown-space': {
    status: 422,
    zh: '此地没有登记公共空间 {space}。请先登记，或从责任田里去掉。',
    en: 'No public space {space} is registered here. Register it first, or remove it from the plot.',
  },
  'guardianship.plots-overlap': {
    zh: '{space} 被划进了两块责任田。一处公共空间只能属于一块责任田，请改正划分。',
    en: '{space} is in two plots. A public space belongs to exactly one plot. Correct the division.',
  },
  'guardianship.space-left-out': {
    zh: '{space}（{name}）没有划进任何责任田。请把登记的公共空间全部划完。',
    en: '{space} ({name}) is not in any plot. Divide all registered public space into plots.',
  },
  'guardianship.not-due': {
    zh: '期限还没有到。到期后系统会自动办理。',
    en: 'This is not due yet. The system does it automatically when it is due.',
  },
  'guardianship.plot-taken': {
    zh: '这块责任田已有监护人，监护期到 {until}。请另选一块，或到期后再申请。',
    en: 'This plot has a guardian until {until}. Choose another plot, or apply after that time.',
  },
  'guardianship.party-first': {
    zh: '{until} 以前由党员优先认领。党员请以党员身份申请，其他居民请在此之后申请。',
    en:
      'Until {until}, only party members can adopt this plot. If you are a party member, apply in that capacity. Other residents can ' +
      'apply after that time.',
  },
  'guardianship.too-many-applications': {
    zh: '这块责任田已有 {max} 份申请待答复。请等答复后再申请，或另选一块。',
    en: '{max} applications for this plot are waiting for an answer. Apply after they have been answered, or choose another plot.',
  },
  'guardianship.no-such-application': {
    zh: '没有待答复的申请 {application}。这份申请可能已经答复，请查看待答复的申请。',
    en: 'No application {application} is waiting for an answer. It may have been answered already. See the list of open applications.',
  },
  'guardianship.own-application': {
    status: 403,
    zh: '不能答复自己的申请。请由其他议事代表或镇村干部答复。',
    en: 'You cannot answer your own application. Ask another moderator or a cadre.',
  },
  'guardianship.before-division': {
    zh: '这块责任田 {since} 才划分出来，这件事发生在此之前。请核对发生时间。',
    en: 'This plot was created at {since}, but the time you gave is earlier. Check when it happened.',
  },
  'guardianship.before-application': {
    zh: '这份申请 {since} 才提出，不能在此之前答复。请核对发生时间。',
    en: 'This application was made at {since}, so it cannot be answered before that time. Check when it happened.',
  },
  'guardianship.reason-missing': {
    status: 422,
    zh: '不同意认领要说明理由。请写明理由。',
    en: 'A reason is required to refuse an adoption. Add the reason.',
  },
  'guardianship.out-of-order': {
    zh: '{since} 以前的监护人和检查结果已经确定，不能再补记。请核对发生时间。',
    en: 'The guardians and inspection results before {since} are final, and nothing earlier can be added. Check when it happened.',
  },
  'guardianship.no-guardian': {
    zh: '这块责任田现在没有监护人。请先由居民认领。',
    en: 'This plot has no guardian now. Somebody must adopt it first.',
  },
  'guardianship.before-guardianship': {
    zh: '现任监护人从 {since} 开始监护，这件事发生在此之前。请核对发生时间。',
    en: 'The current guardian took over this plot at {since}, but the time you gave is earlier. Check when it happened.',
  },
  'guardianship.guardianship-over': {
    zh: '监护期已于 {endsAt} 结束。要继续请重新申请认领。',
    en: 'The guardianship ended at {endsAt}. To continue, apply to adopt the plot again.',
  },
  'guardianship.not-guardian': {
    status: 403,
    zh: '只有这块责任田的监护人能这样做。志愿参与管护请记为志愿贡献。',
    en: 'Only the guardian of this plot can do this. If you helped as a volunteer, record a volunteer contribution instead.',
  },
  'guardianship.handover-to-self': {
    status: 422,
    zh: '不能移交给自己。请选择接手的人。',
    en: 'You cannot hand a plot over to yourself. Name another person.',
  },
  'guardianship.not-offered': {
    status: 403,
    zh: '这块责任田没有移交给您。请监护人先向您提出移交。',
    en: 'This plot has not been offered to you. Ask its guardian to offer it to you first.',
  },
  'guardianship.rectification-open': {
    zh: '检查不合格的整改还没有完成，期限到 {dueAt}。请先完成并确认整改。',
    en: 'A failed inspection must still be rectified by {dueAt}. Complete the rectification and have it confirmed first.',
  },
  'guardianship.guardian-logs-care': {
    zh: '您是这块责任田的监护人。请记为管护。',
    en: 'You are the guardian of this plot. Log this as care instead.',
  },
  'guardianship.own-plot': {
    status: 403,
    zh: '监护人不能检查自己的责任田。请由其他检查员检查。',
    en: 'A guardian cannot inspect their own plot. Ask another inspector.',
  },
  'guardianship.no-rectification': {
    zh: '这块责任田没有待完成的整改，或整改已经逾期。请查看责任田的现状。',
    en: 'This plot has no open rectification, or the rectification is overdue. See the current state of the plot.',
  },
  'guardianship.rectification-past': {
    zh: '整改期限 {dueAt} 已过，将记为逾期。请在下次检查时重新打分。',
    en: 'The rectification was due at {dueAt} and is now recorded as overdue. Score the plot again at the next inspection.',
  },
  'guardianship.care-limit': {
    zh: '{day} 对这块责任田已记录管护 {max} 次，达到每日上限。{from} 起可以再记。',
    en: 'Care of this plot has been logged {max} times on {day}, which is the daily limit. You can log care again from {from}.',
  },
  'guardianship.rule-twice': {
    status: 422,
    zh: '{cause} 有两条规则。每种情形只能有一条规则，请去掉一条。',
    en: 'There are two rules for {cause}. Each cause can have only one rule. Remove one.',
  },
  'guardianship.lists-overlap': {
    status: 422,
    zh: '黑榜分数线 {blackAt} 不低于红榜分数线 {redAt}。请把黑榜分数线定得更低。',
    en: 'The black list limit {blackAt} must be lower than the red list limit {redAt}. Lower the black list limit.',
  },
  'guardianship.rules-too-early': {
    zh: '新的奖惩制度最早从 {earliest} 起施行，不溯及以前。请改生效日期。',
    en: 'The new merit rules can take effect at {earliest} at the earliest. They cannot apply to the past. Change the start date.',
  },
  'guardianship.not-own-account': {
    status: 403,
    zh: '只能对自己的扣分提出申诉。请由本人申诉。',
    en: 'You can appeal only against penalties of your own. The person concerned must appeal.',
  },
  'guardianship.no-such-entry': {
    zh: '没有记录 {entry}，或已超过一年。请在积分明细里核对。',
    en: 'There is no entry {entry}, or it is more than one year old. Check the list of merit entries.',
  },
  'guardianship.not-a-penalty': {
    zh: '这一笔没有扣分，不能申诉。请核对记录。',
    en: 'This entry is not a penalty, so it cannot be appealed. Check the entry.',
  },
  'guardianship.already-appealed': {
    zh: '这一笔已经申诉过。每笔扣分只能申诉一次，请查看裁定。',
    en: 'This entry has already been appealed. A penalty can be appealed only once. See the ruling.',
  },
  'guardianship.already-reversed': {
    zh: '这一笔扣分已经撤销，不需要申诉。请查看积分明细。',
    en: 'This penalty has already been reversed, so no appeal is needed. See the list of merit entries.',
  },
  'guardianship.appeal-too-late': {
    zh: '申诉期已于 {until} 结束，不能再申诉，扣分有效。',
    en: 'The appeal period ended at {until}. The penalty can no longer be appealed and remains valid.',
  },
  'guardianship.own-appeal': {
    status: 403,
    zh: '不能裁定自己的申诉。请由其他议事代表或镇村干部裁定。',
    en: 'You cannot rule on your own appeal. Ask another moderator or a cadre.',
  },
  'guardianship.own-inspection': {
    status: 403,
    zh: '扣分依据您本人的检查，您应当回避。请由其他议事代表或镇村干部裁定。',
    en: 'The penalty rests on your own inspection, so you cannot rule on the appeal. Ask another moderator or a cadre.',
  },
  'guardianship.no-appeal': {
    zh: '记录 {entry} 没有待裁定的申诉。申诉可能已经裁定，请查看积分明细。',
    en: 'No appeal against entry {entry} is waiting for a ruling. It may have been ruled on already. See the list of merit entries.',
  },
  'guardianship.one-of-guardian-household-plot': {
    status: 422,
    zh: 'guardian、household、plot 只能填一个。请分开查询。',
    en: 'Filter by only one of guardian, household and plot. Use separate requests.',
  },
};
