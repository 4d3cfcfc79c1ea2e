import type { ContestRefusal } from '../../../domain/contest/contest.js';
import type { VoteRefusal } from '../../../domain/contest/vote.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const contestTexts: RefusalTexts<ContestRefusal | VoteRefusal | 'contest.result-not-found'> = {
  'contest.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的评选。请从评选列表中选取。',
    en: 'There is no contest {id}. Choose one from the list of contests.',
  },
  'contest.already-open': {
    zh: '这项评选已经发起。要办新的评选，请另行发起。',
    en: 'This contest has been opened already. Open another one for a new contest.',
  },
  'contest.wrong-formula': {
    status: 422,
    zh: '大众分与评委分的比例之和是 {sum}，应为 100。请改正比例。',
    en: 'The shares of public and jury make {sum}, not 100. Mend the shares.',
  },
  'contest.wrong-dates': {
    status: 422,
    zh: '时间先后不对：报名截止要在发起之后、投票结束之前或同时，投票开始早于结束，结果公布不早于投票结束，全程不超过两年。请改正时间。',
    en: 'The dates do not follow: entries end after the opening and not after the voting, the voting begins before it ends, the result does not come before that end, and all is over within two years. Mend the dates.',
  },
  'contest.jury-mismatch': {
    status: 422,
    zh: '评委分占 {share}%，评委有 {jurors} 人。有评委分就要有评委，没有评委分就不设评委。请改正。',
    en: 'The jury’s share is {share} % and there are {jurors} jurors. A share needs jurors, and jurors need a share. Mend one of them.',
  },
  'contest.draw-mismatch': {
    status: 422,
    zh: '同分时抽签，发起时要公布签种的 SHA-256；不抽签则不要填写。请改正。',
    en: 'A draw as tie-break needs the SHA-256 of its seed at the opening, and only then. Add it, or leave it out.',
  },
  'contest.entries-closed': {
    zh: '报名已于 {until} 截止。请留意下一次评选。',
    en: 'Entries closed at {until}. Look out for the next contest.',
  },
  'contest.wrong-entrant': {
    status: 422,
    zh: '参评对象与评选类别 {category} 不符：最美阳台由住户参评，最美小区由小区或院落参评，最美聚落由聚落参评，三者填写地点和名称；最美记忆只填写标题和故事。请改正。',
    en: 'This does not fit the category {category}: balconies are entered for households, compounds for compounds or courtyards, settlements for settlements, each with place and label; memories with title and story alone. Mend the entry.',
  },
  'contest.entrant-outside': {
    status: 422,
    zh: '{place} 不在评选范围 {contest} 之内。请报名参加所在地的评选。',
    en: '{place} does not lie within {contest}, where this contest is held. Enter a contest of its own place.',
  },
  'contest.juror-cannot-enter': {
    zh: '评委不能在自己评审的评选中报名。请由他人报名。',
    en: 'A juror enters nothing in the contest they judge. Let somebody else enter it.',
  },
  'contest.already-entered': {
    zh: '已经报过名，参评编号 {entry}，不必再报。',
    en: 'This has been entered already, as entry {entry}. There is nothing more to do.',
  },
  'contest.entry-limit': {
    zh: '一次评选最多 {limit} 个参评对象，名额已满。请留意下一次评选。',
    en: 'A contest takes {limit} entries at most, and this one is full. Look out for the next one.',
  },
  'contest.entry-not-found': {
    status: 404,
    zh: '这项评选没有编号为 {entry} 的参评对象。请从参评名单中选取。',
    en: 'This contest has no entry {entry}. Choose one from its entries.',
  },
  'contest.entry-not-accepted': {
    zh: '参评对象 {entry} 未通过审核或已被取消资格。请从参评名单中另选。',
    en: 'Entry {entry} was not accepted, or was disqualified. Choose another from the entries.',
  },
  'contest.already-screened': {
    zh: '参评对象 {entry} 已审核完毕，结论不再更改。通过后发现问题的，请取消其资格。',
    en: 'Entry {entry} has been screened, and that stands. If an accepted entry turns out wrong, disqualify it.',
  },
  'contest.reason-missing': {
    status: 422,
    zh: '审核不通过要说明理由。请补上理由。',
    en: 'A refusal needs its reason. Add it.',
  },
  'contest.screening-over': {
    zh: '审核已随投票于 {until} 结束。',
    en: 'Screening ended with the voting, at {until}.',
  },
  'contest.not-open': {
    zh: '现在不能投票。投票时间为 {from} 至 {until}。',
    en: 'Votes are not taken now. Voting is from {from} until {until}.',
  },
  'contest.vote-limit': {
    zh: '每人最多投 {limit} 票，您的票已投完。可先撤回一票再投。',
    en: 'Each voter has {limit} votes, and you have used yours. Withdraw one to cast another.',
  },
  'contest.daily-limit': {
    zh: '每人每天最多投 {limit} 票，您 {day} 的票已投完。请明天再投，或先撤回一票。',
    en: 'Each voter has {limit} votes a day, and you have used those of {day}. Come back tomorrow, or withdraw one first.',
  },
  'contest.withdrawal-limit': {
    zh: '撤回次数已达 {limit} 次，不能再撤回。已投的票有效。',
    en: 'You have withdrawn {limit} votes, which is the most. The votes you have cast stand.',
  },
  'contest.voted-in-person': {
    zh: '投票人已亲自对这个参评对象投票或撤回，以本人为准，代录的不能计入。',
    en: 'The voter has voted for this entry or withdrawn in person, which stands before anything entered for them.',
  },
  'contest.later-act-stands': {
    zh: '已录入一份时间更晚的投票或撤回，以较晚的为准，这份不能计入。请核对填写时间。',
    en: 'A vote or withdrawal that happened later is on record, and the later one counts. Check when this one happened.',
  },
  'contest.no-vote-to-withdraw': {
    status: 404,
    zh: '您没有给参评对象 {entry} 投过票，没有可撤回的。',
    en: 'You have not voted for entry {entry}, so there is no vote to withdraw.',
  },
  'contest.entering-limit': {
    zh: '您在这项评选中已为这位投票人代录 {limit} 次，不能再录。请由投票人本人办理，或由其他工作人员代录。',
    en: 'You have entered {limit} votes or withdrawals for this voter in this contest, which is the most. The voter can act in person, or somebody else can enter it.',
  },
  'contest.voting-not-over': {
    zh: '投票要到 {until} 才结束。请在那之后办理。',
    en: 'The voting lasts until {until}. Do it after that.',
  },
  'contest.not-juror': {
    status: 403,
    zh: '您不是这项评选公布的评委，不能评分。您可以投票。',
    en: 'You are not one of the jurors declared for this contest. You may vote in it.',
  },
  'contest.jury-closed': {
    zh: '现在不能评分。评分时间为 {from} 至 {until}，且在结果公布之前。',
    en: 'Scores are not taken now. They are given from {from} until {until}, before the result is published.',
  },
  'contest.already-scored': {
    zh: '您已给它评过 {score} 分，不能更改。',
    en: 'You have given it {score} already, and a score is not changed.',
  },
  'contest.no-draw': {
    zh: '这项评选不抽签，没有签种可公布。',
    en: 'Nothing is drawn in this contest, so there is no seed to reveal.',
  },
  'contest.seed-mismatch': {
    status: 422,
    zh: '这个签种与发起时公布的 SHA-256（{commitment}）不符。请公布当时的签种。',
    en: 'This seed does not have the SHA-256 published at the opening ({commitment}). Reveal the one it was made of.',
  },
  'contest.result-published': {
    zh: '结果已经公布，签种不能再公布。',
    en: 'The result has been published, so the seed comes too late.',
  },
  'contest.result-not-due': {
    zh: '结果要到 {at} 才公布。',
    en: 'The result is published at {at}, not before.',
  },
  'contest.no-result': {
    zh: '目前没有有效的结果，不能授奖。请等待结果重新公布。',
    en: 'No result stands now, so nothing can be awarded. Wait until it is published again.',
  },
  'contest.result-not-found': {
    status: 404,
    zh: '评选 {id} 目前没有公布的结果。请先看它的进展和时间安排。',
    en: 'Contest {id} has no published result now. See how far it has come, and its dates.',
  },
  'contest.no-notice': {
    zh: '现在不在公示期，不能提出异议。结果公布后的公示期内可以提出。',
    en: 'There is no public notice now. Objections are raised during the notice that follows a published result.',
  },
  'contest.notice-running': {
    zh: '公示到 {until} 才结束，之后才能授奖。',
    en: 'The public notice lasts until {until}; the award comes after it.',
  },
  'contest.objection-pending': {
    zh: '您的上一个异议还没有答复。请等答复后再提。',
    en: 'Your objection before this one has not been answered yet. Wait for the answer.',
  },
  'contest.objection-limit': {
    zh: '异议已达 {limit} 件，不再接受。请直接联系主办方。',
    en: 'There are {limit} objections, which is the most. Turn to the organisers directly.',
  },
  'contest.objection-not-found': {
    status: 404,
    zh: '没有编号为 {objection} 的异议。请从异议列表中选取。',
    en: 'There is no objection {objection}. Choose one from the list of objections.',
  },
  'contest.objection-answered': {
    zh: '这个异议已经答复，结论不再更改。',
    en: 'This objection has been answered, and that stands.',
  },
  'contest.objection-unanswered': {
    zh: '还有 {count} 件异议没有答复。全部答复后自动授奖。',
    en: '{count} objections wait for an answer. The award follows the last one.',
  },
  'contest.ended': {
    zh: '这项评选已经结束，不再办理。',
    en: 'This contest is over; nothing more is done in it.',
  },
};
