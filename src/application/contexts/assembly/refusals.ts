import type { ResolutionRefusal } from '../../../domain/assembly/resolution.js';
import type { ResolutionVoteRefusal } from '../../../domain/assembly/vote.js';
import type { PeriodRefusal } from '../../../domain/shared/policy.js';
import type { BodyRefusal } from '../../../domain/voting/bodies.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const assemblyTexts: RefusalTexts<Exclude<ResolutionRefusal, PeriodRefusal | BodyRefusal> | ResolutionVoteRefusal> = {
  'resolution.not-found': {
    status: 404,
    zh: '没有编号为 {id} 的会议表决。请从列表中选取。',
    en: 'There is no resolution {id}. Choose one from the list of resolutions.',
  },
  'resolution.announced-already': {
    zh: '这次表决已经公告。要另行表决，请重新公告。',
    en: 'This resolution is announced already. For another vote, announce a new one.',
  },
  'resolution.owners-count-by-area': {
    status: 422,
    zh: '这里由业主表决，面积和人数都要计算（《民法典》第278条）。请在微改造中发起业主表决。',
    en: 'Owners decide here, and both area and owners are counted (Civil Code art. 278). Open a ballot of owners on a renovation.',
  },
  'resolution.members-missing': {
    status: 422,
    zh: '由代表会议或议事会表决的，要列出全体成员。请填写 members。',
    en: 'Representatives or a council decide, so all members must be named. Fill in members.',
  },
  'resolution.members-not-asked': {
    status: 422,
    zh: '由全体成年居民表决的，名册从人员登记中产生，不填 members。',
    en: 'All adult residents vote, and the register says who they are. Leave out members.',
  },
  'resolution.nobody-may-vote': {
    zh: '名册上没有人。请先在人员登记中补录出生日期，表决日年满十八周岁的才列入名册。',
    en: 'Nobody is on the roll. First enter the days of birth in the register: who is 18 years old on the day may vote.',
  },
  'resolution.too-many-voters': {
    zh: '一次表决最多 {most} 人。请由代表会议表决，或分片表决。',
    en: 'At most {most} people vote on a resolution. Let representatives decide, or vote in parts of the place.',
  },
  'resolution.wrong-dates': {
    status: 422,
    zh: '截止应晚于开始。请改正时间。',
    en: 'Voting must close after it opens. Correct the dates.',
  },
  'resolution.still-open': {
    zh: '表决到 {until} 截止。',
    en: 'Voting is open until {until}.',
  },
  'resolution.not-on-roll': {
    status: 403,
    zh: '您不在这次表决的名册上。',
    en: 'You are not on the roll of this resolution.',
  },
  'resolution.voting-not-open': {
    zh: '现在不能表决。表决时间为 {from} 至 {until}。',
    en: 'Voting is not open now. Vote between {from} and {until}.',
  },
  'resolution.no-such-choice': {
    status: 422,
    zh: '规则 {rule} 只能同意、反对或弃权。',
    en: 'Under the rule {rule} you approve, reject or abstain.',
  },
  'resolution.voted-in-person': {
    zh: '本人已经表决，以本人办理的为准，代录的不计入。',
    en: 'The voter has voted in person, which takes precedence over what is entered for them.',
  },
  'resolution.later-act-stands': {
    zh: '已经录入一次更晚的表决，以较晚的为准。请核对发生时间。',
    en: 'A vote that happened later is already recorded. Check when this one happened.',
  },
  'resolution.too-many-changes': {
    zh: '更改已达 {limit} 次，不能再改。',
    en: 'The vote was changed {limit} times, which is the limit.',
  },
};
