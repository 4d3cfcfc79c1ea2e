import type { ContestRefusal } from '../../../domain/contest/contest.js';
import type { VoteRefusal } from '../../../domain/contest/vote.js';
import type { FigureRefusal } from '../../../domain/shared/policy.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const contestTexts: RefusalTexts<
  Exclude<ContestRefusal, FigureRefusal | 'person.erased'> | VoteRefusal | 'contest.result-not-found'
> = {
  'contest.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的评选。请从评选列表中选取。',
    en: 'There is no contest {id}. Choose one from the list of contests.',
  },
  'contest.already-open': {
    zh: '这项评选已经发起。要办新的评选，请另行发起。',
    en: 'This contest is already open. To hold another contest, open a new one.',
  },
  'contest.wrong-formula': {
    status: 422,
    zh: '大众分与评委分的比例之和是 {sum}，应为 100。请改正比例。',
    en: 'The public share and the jury share add up to {sum}. They must add up to 100. Correct the shares.',
  },
  'contest.wrong-dates': {
    status: 422,
    zh: '时间先后不对：报名截止要在发起之后、投票结束之前或同时，投票开始早于结束，结果公布不早于投票结束，全程不超过两年。请改正时间。',
    en:
      'The dates are in the wrong order. Entries must end after the opening and no later than the voting. Voting must begin before ' +
      'it ends. The result must not be published before voting ends. The whole contest lasts at most two years. Correct the dates.',
  },
  'contest.jury-mismatch': {
    status: 422,
    zh: '评委分占 {share}%，评委有 {jurors} 人。有评委分就要有评委，没有评委分就不设评委。请改正。',
    en:
      'The jury share is {share} %, and there are {jurors} jurors. A jury share needs jurors, and jurors need a jury share. Correct ' +
      'one of them.',
  },
  'contest.draw-mismatch': {
    status: 422,
    zh: '同分时抽签，发起时要公布签种的 SHA-256；不抽签则不要填写。请改正。',
    en: 'If a draw breaks ties, the SHA-256 of its seed is required at the opening. Without a draw it must be left out. Correct this.',
  },
  'contest.entries-closed': {
    zh: '报名已于 {until} 截止。请参加下一次评选。',
    en: 'Entries closed at {until}. Please enter the next contest.',
  },
  'contest.wrong-entrant': {
    status: 422,
    zh: '参评对象与评选类别 {category} 不符：最美阳台由住户参评，最美小区由小区或院落参评，最美聚落由聚落参评，三者填写地点和名称；最美记忆只填写标题和故事。请改正。',
    en:
      'This entry does not fit the category {category}. Enter a household for a balcony, a compound or courtyard for a compound, and ' +
      'a settlement for a settlement, each with a place and a label. Enter a memory with a title and a story only. Correct the entry.',
  },
  'contest.entrant-outside': {
    status: 422,
    zh: '{place} 不在评选范围 {contest} 之内。请参加它所在地的评选。',
    en: '{place} is outside {contest}, the place of this contest. Enter a contest of the place where it lies.',
  },
  'contest.juror-cannot-enter': {
    zh: '评委不能在自己评审的评选中报名。请由他人报名。',
    en: 'Jurors cannot enter the contest that they judge. Ask another person to make the entry.',
  },
  'contest.already-entered': {
    zh: '已经报过名，参评编号 {entry}，不必再报。',
    en: 'This has already been entered, as entry {entry}. You do not need to enter it again.',
  },
  'contest.entry-limit': {
    zh: '一次评选最多 {limit} 个参评对象，名额已满。请参加下一次评选。',
    en: 'A contest takes at most {limit} entries, and this contest is full. Please enter the next contest.',
  },
  'contest.entry-not-found': {
    status: 404,
    zh: '这项评选没有编号为 {entry} 的参评对象。请从参评名单中选取。',
    en: 'This contest has no entry {entry}. Choose one from the list of entries.',
  },
  'contest.entry-not-accepted': {
    zh: '参评对象 {entry} 未通过审核或已被取消资格。请从参评名单中另选。',
    en: 'Entry {entry} has not been accepted, or it was disqualified. Choose another one from the list of entries.',
  },
  'contest.already-screened': {
    zh: '参评对象 {entry} 已审核完毕，结论不再更改。通过后发现问题的，请取消其资格。',
    en: 'Entry {entry} has already been screened, and the decision is final. If an accepted entry proves to be wrong, disqualify it.',
  },
  'contest.reason-missing': {
    status: 422,
    zh: '审核不通过要说明理由。请补上理由。',
    en: 'A reason is required to refuse an entry. Add the reason.',
  },
  'contest.screening-over': {
    zh: '审核已随投票于 {until} 结束，不能再审核。已通过的参评对象有问题的，请取消其资格。',
    en: 'Screening ended together with voting at {until}. If an accepted entry is wrong, disqualify it.',
  },
  'contest.not-open': {
    zh: '现在不能投票。投票时间为 {from} 至 {until}，请在此期间投票。',
    en: 'Voting is not open now. Vote between {from} and {until}.',
  },
  'contest.vote-limit': {
    zh: '每人最多投 {limit} 票，您的票已投完。可先撤回一票再投。',
    en: 'Votes per voter: {limit}. You have used all of yours. Withdraw one vote before you cast another.',
  },
  'contest.daily-limit': {
    zh: '每人每天最多投 {limit} 票，您 {day} 的票已投完。请明天再投，或先撤回一票。',
    en: 'Votes per voter and day: {limit}. You have used all of yours for {day}. Vote again tomorrow, or withdraw one vote first.',
  },
  'contest.withdrawal-limit': {
    zh: '撤回次数已达 {limit} 次，不能再撤回。已投的票有效。',
    en: 'You have withdrawn {limit} times, which is the limit. You cannot withdraw again. The votes that you have cast still count.',
  },
  'contest.voted-in-person': {
    zh: '投票人已亲自对这个参评对象投票或撤回。以本人办理的为准，代录的不计入。',
    en:
      'The voter has already voted for this entry, or withdrawn the vote, in person. That takes precedence over anything entered for ' +
      'the voter, so this does not count.',
  },
  'contest.later-act-stands': {
    zh: '已经录入过一份发生时间更晚的投票或撤回。以较晚的为准，这份不计入。请核对发生时间。',
    en: 'A vote or withdrawal that happened later is already recorded. The later one counts. Check when this one happened.',
  },
  'contest.no-vote-to-withdraw': {
    status: 404,
    zh: '您没有给参评对象 {entry} 投过票，不需要撤回。',
    en: 'You have not voted for entry {entry}. There is nothing to withdraw.',
  },
  'contest.entering-limit': {
    zh: '您在这项评选中已为这位投票人代录 {limit} 次，不能再录。请由投票人本人办理，或由其他工作人员代录。',
    en:
      'You have entered {limit} votes or withdrawals for this voter in this contest, which is the limit. Ask the voter to act in ' +
      'person, or ask another assistant to enter it.',
  },
  'contest.voting-not-over': {
    zh: '投票到 {until} 才结束。请在投票结束后办理。',
    en: 'Voting ends at {until}. Do this after that time.',
  },
  'contest.not-juror': {
    status: 403,
    zh: '您不是这项评选公布的评委，不能评分。您可以投票。',
    en: 'You are not one of the jurors named for this contest, so you cannot score entries. You can vote instead.',
  },
  'contest.jury-closed': {
    zh: '现在不能评分。评分时间为 {from} 至 {until}，并且要在结果公布之前。请在此期间评分。',
    en: 'Jury scoring is not open now. Give scores between {from} and {until}, before the result is published.',
  },
  'contest.own-entry': {
    status: 403,
    zh: '这是您自己的参评对象，或者您住在其中，应当回避。请为其他参评对象评分。',
    en: 'This entry is your own, or you live in it, so you cannot score it. Score the other entries.',
  },
  'contest.already-scored': {
    zh: '您已给它评过 {score} 分，评分不能更改。请为其他参评对象评分。',
    en: 'You have already scored this entry with {score}. A score cannot be changed. Score the other entries.',
  },
  'contest.no-draw': {
    zh: '这项评选不抽签，没有签种可公布。',
    en: 'This contest does not use a draw, so there is no seed to reveal. Nothing needs to be done.',
  },
  'contest.seed-mismatch': {
    status: 422,
    zh: '这个签种的 SHA-256 与发起时公布的（{commitment}）不符。请公布发起时所用的签种。',
    en:
      'The SHA-256 of this seed differs from the one published at the opening ({commitment}). Reveal the seed that was used at the ' +
      'opening.',
  },
  'contest.result-published': {
    zh: '结果已经公布，签种不能再公布。',
    en: 'The result has already been published. The seed can no longer be revealed.',
  },
  'contest.result-not-due': {
    zh: '结果到 {at} 才公布。请在那之后查看。',
    en: 'The result is due at {at}. Try again after that time.',
  },
  'contest.no-result': {
    zh: '目前没有有效的结果，不能授奖。请等待结果重新公布。',
    en: 'There is no valid result now, so no award can be granted. Wait until the result is published again.',
  },
  'contest.result-not-found': {
    status: 404,
    zh: '评选 {id} 目前没有已公布的结果。请查看评选的进展和时间安排。',
    en: 'Contest {id} has no published result now. See the stage and the dates of the contest.',
  },
  'contest.no-notice': {
    zh: '现在不在公示期，不能提出异议。请在结果公布后的公示期内提出。',
    en: 'No public notice is running now. Raise your objection during the public notice that follows a published result.',
  },
  'contest.notice-running': {
    zh: '公示到 {until} 结束。请在公示结束后授奖。',
    en: 'The public notice ends at {until}. Grant the award after that time.',
  },
  'contest.objection-pending': {
    zh: '您的上一个异议还没有答复。请等答复后再提。',
    en: 'Your previous objection has not been answered yet. Wait for the answer before you raise another one.',
  },
  'contest.objection-limit': {
    zh: '异议已达 {limit} 件，不再接受。请直接联系主办方。',
    en: 'This contest already has {limit} objections, which is the limit. Contact the organisers directly.',
  },
  'contest.objection-not-found': {
    status: 404,
    zh: '没有编号为 {objection} 的异议。请从异议列表中选取。',
    en: 'There is no objection {objection}. Choose one from the list of objections.',
  },
  'contest.objection-answered': {
    zh: '这个异议已经答复，结论不再更改。',
    en: 'This objection has already been answered. The answer is final.',
  },
  'contest.own-objection': {
    status: 403,
    zh: '不能答复自己提出的异议，应当回避。请由别人答复。',
    en: 'You cannot answer your own objection. Ask another person.',
  },
  'contest.objection-unanswered': {
    zh: '还有 {count} 件异议没有答复。全部答复后自动授奖。',
    en: '{count} objections have not been answered. The award is granted automatically after the last one is answered.',
  },
  'contest.ended': {
    zh: '这项评选已经结束，不能再办理。',
    en: 'This contest has ended. Nothing more can be done in it.',
  },
};
