import type { BallotFileRefusal } from '../../../domain/platform/ballot-file.js';
import type { BallotPaperRefusal } from '../../../domain/platform/ballot-paper.js';
import type { BallotRefusal } from '../../../domain/platform/ballot.js';
import type { CountRefusal } from './counter.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const platformTexts: RefusalTexts<
  | BallotRefusal
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
    en: 'This ballot has been opened already, and what it declares stays. Open another one for another vote.',
  },
  'platform.subject-mismatch': {
    status: 422,
    zh: '表决改造、公约或评选决赛时要填写它的编号，改造项目序列和选举不填。这次投票的事项是 {subject}，请改正。',
    en: 'A ballot on a renovation, a covenant or a contest’s final names which one; a renovation list and an election name none. This one is for {subject}: mend it.',
  },
  'platform.subject-elsewhere': {
    status: 422,
    zh: '{subject} 不属于 {place}。请在它所在的地方发起投票。',
    en: '{subject} does not belong to {place}. Open the ballot where it belongs.',
  },
  'platform.option-twice': {
    status: 422,
    zh: '选项 {option} 列了两次。请去掉一个或改用另一编号。',
    en: 'Option {option} is listed twice. Leave one out, or give it another id.',
  },
  'platform.budget-mismatch': {
    status: 422,
    zh: '规则 {rule} 与预算不符：按预算选择的规则要有总预算和每个选项的造价，其他规则都不填。请改正，或换一个规则。',
    en: 'The rule {rule} does not fit the budget: rules that choose under a budget need one, and the cost of every option; all others take neither. Mend it, or take another rule.',
  },
  'platform.rule-does-not-count-form': {
    status: 422,
    zh: '规则 {rule} 不能清点形式为 {form} 的选票。请换一个规则或投票形式。',
    en: 'The rule {rule} does not count votes of the form {form}. Take another rule, or another form.',
  },
  'platform.too-many-to-rank': {
    status: 422,
    zh: '排序投票最多 {limit} 个选项。请减少选项，或改用赞成投票。',
    en: 'At most {limit} options can be ranked. List fewer, or let voters approve instead.',
  },
  'platform.seats-missing': {
    status: 422,
    zh: '规则 {rule} 要写明选出几名。请填写 seats。',
    en: 'The rule {rule} needs to know how many are elected. State the seats.',
  },
  'platform.too-many-seats': {
    status: 422,
    zh: '要选出 {seats} 个，选项只有 {options} 个。请减少名额或增加选项。',
    en: '{seats} are to be chosen of {options} options. Lower the number, or add options.',
  },
  'platform.limit-mismatch': {
    status: 422,
    zh: '每票的限制与投票形式 {form} 不符：最多选几项不能超过选项总数，单选不填；总分只用于打分。请改正。',
    en: 'The limits do not fit the form {form}: the most options are no more than there are, and a choice has no such limit; points in all are for points only. Mend them.',
  },
  'platform.draw-mismatch': {
    status: 422,
    zh: '平局抽签的，发起时要公布签种的 SHA-256；不抽签的不填。请改正。',
    en: 'Ties that are drawn need the SHA-256 of the seed at the opening, and only they. Add it, or leave it out.',
  },
  'platform.wrong-dates': {
    status: 422,
    zh: '时间先后不对：开始不早于发起，截止晚于开始，全程不超过两年。请改正时间。',
    en: 'The dates do not follow: it does not begin before it is opened, closes after it begins, and is over within two years. Mend the dates.',
  },
  'platform.ballot-still-open': {
    zh: '投票要到 {until} 才截止。请在那之后办理。',
    en: 'The ballot is open until {until}. Do it after that.',
  },
  'platform.nothing-drawn': {
    zh: '这次投票不抽签，没有签种可公布。',
    en: 'Nothing is drawn in this ballot, so there is no seed to reveal.',
  },
  'platform.seed-awaited': {
    zh: '结果要等签种公布后才能公布。请发起人公布签种。',
    en: 'The result waits for the seed of the draw. Whoever opened the ballot reveals it.',
  },
  'voting.seed-mismatch': {
    status: 422,
    zh: '这个签种与发起时公布的 SHA-256（{commitment}）不符。请公布当时的签种。',
    en: 'This seed does not have the SHA-256 published at the opening ({commitment}). Reveal the one it was made of.',
  },
  'voting.parameter-of-another-rule': {
    status: 422,
    zh: '参数 {parameter} 或它的取值不属于规则 {rule}。请去掉或改正。',
    en: 'The parameter {parameter}, or its value, is of another rule than {rule}. Leave it out or mend it.',
  },
  'platform.ballot-not-open': {
    zh: '现在不能投票。投票时间为 {from} 至 {until}。',
    en: 'Votes are not taken now. The ballot is open from {from} until {until}.',
  },
  'platform.wrong-form': {
    status: 422,
    zh: '这次投票的形式是 {form}，选票只填写 {field}。请改正。',
    en: 'This ballot takes votes of the form {form}: fill in {field}, and nothing else.',
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
    en: 'A vote names {limit} options at most. Name fewer.',
  },
  'platform.too-many-points': {
    status: 422,
    zh: '一张选票最多给 {limit} 分。请减少。',
    en: 'A vote gives {limit} points in all at most. Give fewer.',
  },
  'platform.paper-final': {
    zh: '您已投票。这次投票规定投出后不能更改或撤回。',
    en: 'You have voted, and in this ballot a vote is neither changed nor withdrawn.',
  },
  'platform.voted-in-person': {
    zh: '投票人已亲自投票或撤回，以本人为准，代录的不能计入。',
    en: 'The voter has voted or withdrawn in person, which stands before anything entered for them.',
  },
  'platform.later-act-stands': {
    zh: '已录入一份时间更晚的投票或撤回，以较晚的为准，这份不能计入。请核对填写时间。',
    en: 'A vote or withdrawal that happened later is on record, and the later one counts. Check when this one happened.',
  },
  'platform.no-vote-to-withdraw': {
    status: 404,
    zh: '您在这次投票中没有投过票，没有可撤回的。',
    en: 'You have not voted in this ballot, so there is no vote to withdraw.',
  },
  'platform.entry-limit': {
    zh: '您在这次投票中已为这位投票人代录 {limit} 次，不能再录。请由投票人本人办理，或由其他工作人员代录。',
    en: 'You have entered {limit} votes or withdrawals for this voter in this ballot, which is the most. The voter can act in person, or somebody else can enter it.',
  },
  'platform.change-limit': {
    zh: '更改和撤回已达 {limit} 次，不能再改。现在的状态有效。',
    en: 'You have changed or withdrawn {limit} times, which is the most. It stays as it is.',
  },
  'platform.result-not-found': {
    status: 404,
    zh: '投票 {id} 还没有公布结果。请先看它的进展和截止时间。',
    en: 'Ballot {id} has no published result yet. See how far it has come, and when it closes.',
  },
  'platform.contest-embargoed': {
    status: 404,
    zh: '投票 {id} 是评选 {contest} 的决选，该评选仍在保密期内，结果届时一并公布。请先看评选的排名公布时间。',
    en: 'Ballot {id} is the final of contest {contest}, which is still embargoed: its result is told when the contest’s is. See until when the ranking of the contest is hidden.',
  },
  'platform.paper-not-found': {
    status: 404,
    zh: '您在投票 {id} 中没有有效的选票。',
    en: 'You have no vote that counts in ballot {id}.',
  },
  'platform.another-file-kept': {
    zh: '这次投票已保存另一份文件（SHA-256 为 {sha256}）。一次投票只保存一份。',
    en: 'Another file is kept with this ballot (SHA-256 {sha256}), and there is one for each.',
  },
  'platform.file-part-missing': {
    zh: '文件共 {parts} 段，接下来是第 {part} 段。请按次序发送。',
    en: 'Of {parts} parts of the file, part {part} comes next. Send them in order.',
  },
  'platform.unit-too-fine': {
    status: 422,
    zh: '试算时每次加钱不能少于 {unit} 分。请用较大的 unit。',
    en: 'A what-if raises shares by {unit} fen at least. Take a larger unit.',
  },
  'platform.count-too-long': {
    status: 422,
    zh: '这样清点超过 {seconds} 秒，已停止。请用较大的 unit 再试，或导出选票，用 wuwei count 在自己的机器上清点。',
    en: 'Counting like this takes more than {seconds} seconds, and was given up. Take a larger unit, or export the votes and count the file with `wuwei count`.',
  },
  'platform.counting-busy': {
    zh: '现在不能清点：等候清点的太多，或系统正要停止。请稍候再试。',
    en: 'It cannot be counted now: too many counts are waiting, or the system is about to end. Ask again shortly.',
  },
  'platform.format-unfit': {
    status: 422,
    zh: '这次投票的选票不能写成 {format}。可用的格式：{fits}。',
    en: 'The votes of this ballot cannot be written as {format}. These formats fit: {fits}.',
  },
};
