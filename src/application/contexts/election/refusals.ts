import type { ElectionRefusal } from '../../../domain/election/election.js';
import type { ElectionVoteRefusal } from '../../../domain/election/vote.js';
import type { PeriodRefusal } from '../../../domain/shared/policy.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const electionTexts: RefusalTexts<Exclude<ElectionRefusal, PeriodRefusal> | ElectionVoteRefusal> = {
  'election.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的选举。请从选举列表中选取。',
    en: 'There is no election {id}. Choose one from the list of elections.',
  },
  'election.announced-already': {
    zh: '这次选举已经公告。要另选一次，请另行公告。',
    en: 'This election is announced already. For another one, announce a new election.',
  },
  'election.office-elsewhere': {
    status: 422,
    zh: '“{officeZh}”不在这类地点选举。这里可以选举：{offices}。请改正地点或职务。',
    en: 'Here is no election of {officeEn}. What is elected here: {offices}. Correct the place or the office.',
  },
  'election.wrong-dates': {
    status: 422,
    zh: '提名应在投票开始前截止；投票截止应晚于开始，最长 {most} 天。请改正时间。',
    en: 'Nominations must end before the voting begins, and the voting must last at most {most} days. Correct the dates.',
  },
  'election.no-electors': {
    zh: '选民名单上没有人。请先在人员登记中补录出生日期，选举日年满十八周岁的才列入名单。',
    en: 'Nobody is on the roll. First enter the days of birth in the register: who is 18 years old on the election day is listed.',
  },
  'election.too-many-electors': {
    zh: '一次选举最多 {most} 名选民。请分片选举。',
    en: 'An election takes at most {most} electors. Elect in parts of the place.',
  },
  'election.no-open-seats': {
    zh: '该选举没有未选足的名额：尚未计票、已全部选出，或选举无效（无效的应重新公告选举）。',
    en:
      'No seat of that election stayed open: it is not counted yet, all seats are taken, or it was void. After a void election, ' +
      'announce a new one.',
  },
  'election.roll-final': {
    zh: '投票已经开始，选民名单不能再更正。',
    en: 'The voting has begun. The roll cannot be corrected any more.',
  },
  'election.not-registered': {
    status: 422,
    zh: '{person} 没有登记在本地，或不在选民名单上。请核对编号。',
    en: '{person} is not registered here, or is not on the roll. Check the id.',
  },
  'election.not-on-roll': {
    status: 403,
    zh: '您不在这次选举的选民名单上。如有异议，请在投票开始前向选举委员会提出。',
    en: 'You are not on the roll of this election. If you object, tell the election committee before the voting begins.',
  },
  'election.nominations-over': {
    zh: '提名已于 {until} 截止（另行选举不提名）。',
    en: 'Nominations ended at {until}. A further election has none.',
  },
  'election.too-many-nominations': {
    zh: '每位选民最多提名 {seats} 人，与应选名额相同。',
    en: 'Each elector nominates at most {seats} people, as many as there are seats.',
  },
  'election.not-nominated': {
    zh: '{person} 没有被提名。',
    en: '{person} is not nominated.',
  },
  'election.not-standing': {
    zh: '{person} 尚未同意参选。请先由本人答复。',
    en: '{person} has not agreed to stand. The person must answer first.',
  },
  'election.reason-missing': {
    status: 422,
    zh: '审查不合格的，应当说明理由。请填写 reason。',
    en: 'Whoever finds a candidate not qualified must say why. Fill in reason.',
  },
  'election.own-candidature': {
    status: 403,
    zh: '被提名而未拒绝参选的人，不得参与资格审查和选民名单更正；办理过这些事项的人，也不得参选。应当回避，请由其他工作人员办理。',
    en:
      'Who is nominated and has not declined neither examines candidates nor corrects the roll, and who has done so in this election ' +
      'does not stand (recusal). Another official must do it.',
  },
  'election.list-final': {
    zh: '投票已经开始，候选人名单不能再变更。',
    en: 'The voting has begun. The list of candidates cannot change any more.',
  },
  'election.not-due': {
    zh: '还没有到时间：{at}。',
    en: 'It is not time yet: {at}.',
  },
  'election.box-not-open': {
    status: 404,
    zh: '票箱还没有打开。选票在投票截止并计票后公布。',
    en: 'The box is not open yet. The papers are published when the voting is over and counted.',
  },
  'election.voting-not-open': {
    zh: '现在不能投票。投票时间为 {from} 至 {until}；候选人不多于应选名额的，不投票。',
    en: 'Voting is not open now. Vote between {from} and {until}. There is no voting if not more people stand than there are seats.',
  },
  'election.in-person-only': {
    zh: '无记名选举应由选民本人投票，不能代录。不能自行填写的，可以请自己信任的人在场协助。',
    en: 'In a secret election nobody enters a vote for another. Who cannot write may ask somebody they trust to help them.',
  },
  'election.voted-already': {
    zh: '您已经投过票。无记名选举中选票投出后不能更改。',
    en: 'You have voted already. In a secret election a paper cannot be changed.',
  },
  'election.too-many-chosen': {
    status: 422,
    zh: '选出的人数不能超过应选名额 {seats} 人。请减少。',
    en: 'A paper names at most as many candidates as there are seats: {seats}. Choose fewer.',
  },
  'election.chosen-twice': {
    status: 422,
    zh: '同一候选人填了两次。请只填一次。',
    en: 'A candidate is named twice. Name each once.',
  },
  'election.no-such-number': {
    status: 422,
    zh: '没有 {number} 号候选人，候选人共 {candidates} 名。请改正。',
    en: 'There is no candidate with the number {number}; {candidates} people stand. Correct it.',
  },
  'election.code-unfit': {
    status: 422,
    zh: '验票码应为 16 至 40 个随机的小写字母和数字，不要含姓名、电话等。请重新生成。',
    en: 'The code must be 16 to 40 random lower-case letters and digits, without names or numbers of people. Make another one.',
  },
};
