import type { BallotFileRefusal } from '../../../domain/platform/ballot-file.js';
import type { BallotPaperRefusal } from '../../../domain/platform/ballot-paper.js';
import type { BallotRefusal } from '../../../domain/platform/ballot.js';
import type { PeriodRefusal } from '../../../domain/shared/policy.js';
import type { CountRefusal } from './counter.js';
import type { RefusalTexts } from '../../kernel/texts.js';

/* Longer than other files: it is a table of texts. */

export const platformTexts: RefusalTexts<
  | Exclude<BallotRefusal, PeriodRefusal>
  | BallotPaperRefusal
  | BallotFileRefusal
  | CountRefusal
  | 'platform.result-not-found'
  | 'platform.contest-embargoed'
  | 'platform.paper-not-found'
  | 'platform.format-unfit'
  | 'platform.unit-too-fine'
> = {
  'ballot.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的投票。请从投票列表中选取。',
    en: 'There is no ballot {id}. Choose one from the list of ballots.',
  },
  'platform.ballot-already-open': {
    zh: '这次投票已经发起，规定不再更改。要另投一次，请另行发起。',
    en: 'This ballot is already open, and its rules cannot be changed. For another vote, open a new ballot.',
  },
  'platform.subject-mismatch': {
    status: 422,
    zh: '表决改造、公约或评选决赛时要填写它的编号，改造项目序列和选举不填。这次投票的事项是 {subject}，请改正。',
    en:
      'A ballot on a renovation, a covenant or the final of a contest must name it by its id. A renovation list or an election must ' +
      'not name one. The subject of this ballot is {subject}. Correct it.',
  },
  'platform.subject-elsewhere': {
    status: 422,
    zh: '{subject} 不属于 {place}。请在它所在的地方发起投票。',
    en: '{subject} does not belong to {place}. Open the ballot at the place that it belongs to.',
  },
  'platform.option-twice': {
    status: 422,
    zh: '选项 {option} 列了两次。请去掉一个或改用另一编号。',
    en: 'Option {option} is listed twice. Remove one, or give it another id.',
  },
  'platform.budget-mismatch': {
    status: 422,
    zh: '规则 {rule} 与预算不符：按预算选择的规则要有总预算和每个选项的造价，其他规则都不填。请改正，或换一个规则。',
    en:
      'The rule {rule} does not fit the budget. A rule that chooses under a budget needs a budget and the cost of every option. ' +
      'Other rules need neither. Correct this, or choose another rule.',
  },
  'platform.rule-does-not-count-form': {
    status: 422,
    zh: '规则 {rule} 不能清点形式为 {form} 的选票。请换一个规则或投票形式。',
    en: 'The rule {rule} cannot count votes of the form {form}. Choose another rule or another form.',
  },
  'platform.too-many-to-rank': {
    status: 422,
    zh: '排序投票最多 {limit} 个选项。请减少选项，或改用赞成投票。',
    en: 'At most {limit} options can be ranked. List fewer options, or use approval voting instead.',
  },
  'platform.seats-missing': {
    status: 422,
    zh: '规则 {rule} 要写明选出几名。请填写 seats。',
    en: 'The rule {rule} needs the number of seats. Fill in seats.',
  },
  'platform.too-many-seats': {
    status: 422,
    zh: '要选出 {seats} 个，选项只有 {options} 个。请减少名额或增加选项。',
    en: '{seats} are to be elected, but there are only {options} options. Lower the number, or add options.',
  },
  'platform.limit-mismatch': {
    status: 422,
    zh: '每票的限制与投票形式 {form} 不符：最多选几项不能超过选项总数，单选不填；总分只用于打分。请改正。',
    en:
      'The limits do not fit the form {form}. A vote cannot name more options than there are. A single choice has no limit. Total ' +
      'points are used for scoring only. Correct the limits.',
  },
  'platform.last-option': {
    status: 422,
    zh: '{option} 是仅剩的选项，不能退出。',
    en: 'Only the option {option} is left, so it cannot be withdrawn.',
  },
  'platform.withdrawal-too-late': {
    zh: '投票已经截止，结果不再等待别的事项，选项不能再退出。',
    en: 'The ballot is closed, and its result waits for nothing any more. Options can no longer be withdrawn.',
  },
  'platform.no-rounds': {
    status: 422,
    zh: '规则 {rule} 一次计完，没有轮次。请去掉 round：选项在计票前退出。',
    en: 'The rule {rule} counts at once, without rounds. Leave out round: the option is then withdrawn before the count.',
  },
  'platform.only-write-ins': {
    status: 422,
    zh: '所有选项都是未登记的另写人选，计票时都要划去。请至少列一个登记的选项。',
    en: 'All options are write-ins that nobody declared, and the count strikes all of them. List at least one declared option.',
  },
  'platform.joint-limit-mismatch': {
    status: 422,
    zh: '选项的合计限制不合：只有按预算选择的投票才填；每一条要写明最多选几个（most）或最多用多少钱（budget）。请改正。',
    en:
      'The limits on options together do not fit. Only ballots with a budget have them, and each needs a number (most) or an amount ' +
      '(budget). Correct them.',
  },
  'platform.draw-mismatch': {
    status: 422,
    zh: '平局抽签的，发起时要公布签种的 SHA-256；不抽签的不填。请改正。',
    en: 'If a draw breaks ties, the SHA-256 of its seed is required at the opening. Without a draw it must be left out. Correct this.',
  },
  'platform.wrong-dates': {
    status: 422,
    zh: '截止应晚于开始，从公告到截止最长两年。请改正时间。',
    en: 'Voting must close after it begins, and at most two years after the announcement. Correct the dates.',
  },
  'platform.ballot-still-open': {
    zh: '投票到 {until} 截止。请在截止后办理。',
    en: 'The ballot is open until {until}. Do this after that time.',
  },
  'platform.nothing-drawn': {
    zh: '这次投票不抽签，没有签种可公布。',
    en: 'This ballot does not use a draw, so there is no seed to reveal. Nothing needs to be done.',
  },
  'platform.seed-awaited': {
    zh: '结果要等签种公布后才能公布。请发起人公布签种。',
    en: 'The result can be published only after the seed of the draw is revealed. The person who opened the ballot must reveal the seed.',
  },
  'voting.seed-mismatch': {
    status: 422,
    zh: '这个签种的 SHA-256 与发起时公布的（{commitment}）不符。请公布发起时所用的签种。',
    en:
      'The SHA-256 of this seed differs from the one published at the opening ({commitment}). Reveal the seed that was used at the ' +
      'opening.',
  },
  'voting.parameter-of-another-rule': {
    status: 422,
    zh: '参数 {parameter} 或它的取值不属于规则 {rule}。请去掉或改正。',
    en: 'The rule {rule} does not accept the parameter {parameter}, or does not accept its value. Remove or correct it.',
  },
  'platform.ballot-not-open': {
    zh: '现在不能投票。投票时间为 {from} 至 {until}，请在此期间投票。',
    en: 'Voting is not open now. Vote between {from} and {until}.',
  },
  'platform.wrong-form': {
    status: 422,
    zh: '这次投票的形式是 {form}，选票只填 {field}。请改正。',
    en: 'This ballot takes votes of the form {form}. Fill in {field} only.',
  },
  'platform.no-such-option': {
    status: 422,
    zh: '这次投票没有选项 {option}。请从投票的选项中选取。',
    en: 'This ballot has no option {option}. Choose from the options of the ballot.',
  },
  'platform.option-named-twice': {
    status: 422,
    zh: '选项 {option} 写了两次。请只写一次。',
    en: 'Option {option} is named twice. Name it once.',
  },
  'platform.too-many-options-named': {
    status: 422,
    zh: '一张选票最多写 {limit} 个选项。请减少。',
    en: 'A vote can name at most {limit} options. Name fewer.',
  },
  'platform.too-many-points': {
    status: 422,
    zh: '一张选票最多给 {limit} 分。请减少。',
    en: 'A vote can give at most {limit} points in total. Give fewer.',
  },
  'platform.paper-final': {
    zh: '您已投票。这次投票规定投出后不能更改或撤回。',
    en: 'You have already voted. In this ballot a vote cannot be changed or withdrawn.',
  },
  'platform.voted-in-person': {
    zh: '投票人已亲自投票或撤回。以本人办理的为准，代录的不计入。',
    en:
      'The voter has already voted or withdrawn in person. That takes precedence over anything entered for the voter, so this does ' +
      'not count.',
  },
  'platform.later-act-stands': {
    zh: '已经录入过一份发生时间更晚的投票或撤回。以较晚的为准，这份不计入。请核对发生时间。',
    en: 'A vote or withdrawal that happened later is already recorded. The later one counts. Check when this one happened.',
  },
  'platform.no-vote-to-withdraw': {
    status: 404,
    zh: '您在这次投票中没有投过票，不需要撤回。',
    en: 'You have not voted in this ballot. There is nothing to withdraw.',
  },
  'platform.entry-limit': {
    zh: '您在这次投票中已为这位投票人代录 {limit} 次，不能再录。请由投票人本人办理，或由其他工作人员代录。',
    en:
      'You have entered {limit} votes or withdrawals for this voter in this ballot, which is the limit. Ask the voter to act in ' +
      'person, or ask another assistant to enter it.',
  },
  'platform.change-limit': {
    zh: '更改和撤回已达 {limit} 次，不能再改。最后一次的结果有效。',
    en: 'You have changed or withdrawn your vote {limit} times, which is the limit. It cannot be changed again.',
  },
  'platform.result-not-found': {
    status: 404,
    zh: '投票 {id} 还没有公布结果。请查看它的进展和截止时间。',
    en: 'Ballot {id} has no published result yet. See its stage and when it closes.',
  },
  'platform.contest-embargoed': {
    status: 404,
    zh: '投票 {id} 是评选 {contest} 的决选，该评选仍在保密期内，结果届时一并公布。请查看评选的排名公布时间。',
    en:
      'Ballot {id} is the final of contest {contest}, which is still under embargo. Both results are published together. See when ' +
      'the ranking of the contest is published.',
  },
  'platform.paper-not-found': {
    status: 404,
    zh: '您在投票 {id} 中没有有效的选票。投票截止前可以投票。',
    en: 'You have no vote that counts in ballot {id}. You can vote until the ballot closes.',
  },
  'platform.another-file-kept': {
    zh: '这次投票已保存另一份文件（SHA-256 为 {sha256}）。一次投票只保存一份，请使用已保存的文件。',
    en: 'This ballot already keeps another file (SHA-256 {sha256}). A ballot keeps only one file. Use that one.',
  },
  'platform.file-part-missing': {
    zh: '文件共 {parts} 段，接下来是第 {part} 段。请按次序发送。',
    en: 'The file has {parts} parts, and part {part} is next. Send the parts in order.',
  },
  'platform.no-file-kept': {
    status: 404,
    zh: '这次投票没有保存文件，无需删除。请核对编号。',
    en: 'No file is kept with this ballot, so there is nothing to erase. Check the id.',
  },
  'platform.no-file-erasure': {
    status: 404,
    zh: '没有人申请删除这次投票的文件。请先提出申请，再由另一名工作人员确认。',
    en: 'Nobody has asked to erase the file of this ballot. First ask for it. Then another official confirms it.',
  },
  'platform.file-erased': {
    zh: '这次投票的文件已申请删除或已删除，不能再保存。计票只看选票，不受影响。',
    en: 'The file of this ballot is being erased, so nothing more of it can be kept. The count uses only the papers and is not affected.',
  },
  'platform.second-official': {
    status: 403,
    zh: '删除文件要由另一名工作人员确认，不能是提出或代录申请的人。请交其他工作人员确认。',
    en: 'Another official must confirm the erasure: not the one who asked for it or entered the request. Ask another official.',
  },
  'platform.unit-too-fine': {
    status: 422,
    zh: '试算时每次加钱不能少于 {unit} 分。请用较大的 unit。',
    en: 'In a what-if count, unit must be at least {unit} fen. Use a larger unit.',
  },
  'platform.count-too-long': {
    status: 422,
    zh: '这样清点超过 {seconds} 秒，已停止。请用较大的 unit 再试，或导出选票，用 wuwei count 在自己的机器上清点。',
    en:
      'This count took more than {seconds} seconds and was stopped. Use a larger unit, or export the votes and count the file with ' +
      '`wuwei count` on your own machine.',
  },
  'platform.counting-busy': {
    zh: '现在不能清点：等候清点的太多，或系统正在停止。请稍后再试。',
    en: 'Counting is not possible now: too many counts are waiting, or the system is stopping. Try again shortly.',
  },
  'platform.format-unfit': {
    status: 422,
    zh: '这次投票的选票不能写成 {format}。请改用以下格式：{fits}。',
    en: 'The votes of this ballot cannot be written as {format}. Use one of these formats: {fits}.',
  },
};
