import type { ErasureRefusal } from '../../../domain/registry/erasure.js';
import type { PersonRefusal } from '../../../domain/registry/person.js';
import type { PlaceRefusal } from '../../../domain/registry/place.js';
import type { PlacePolicyRefusal } from '../../../domain/registry/place-policy.js';
import type { PeriodRefusal } from '../../../domain/shared/policy.js';
import type { BodyRefusal } from '../../../domain/voting/bodies.js';
import type { RefusalTexts } from '../../kernel/texts.js';

export const registryTexts: RefusalTexts<
  | PlaceRefusal
  | PersonRefusal
  | PlacePolicyRefusal
  | PeriodRefusal
  | BodyRefusal
  | ErasureRefusal
  | 'place.not-found'
  | 'person.not-found'
  | 'registry.not-yours-to-read'
> = {
  'place.not-found': {
    status: 404,
    zh: '没有代码为 {id} 的地点。请核对代码；新的地点要先登记。',
    en: 'There is no place with the code {id}. Check the code. A new place must be registered first.',
  },
  'person.not-found': {
    status: 404,
    zh: '登记簿里没有编号 {id} 的人。请核对编号，或先登记此人。',
    en: 'Nobody with the id {id} is registered. Check the id, or register the person first.',
  },
  'registry.not-yours-to-read': {
    status: 403,
    zh: '个人登记信息只有本人、当地干部和审计员可以查看。请联系所在村（社区）。',
    en: 'Only the person concerned, the cadres of the place and auditors can read this information. Ask the village or community.',
  },
  'registry.place-exists': {
    zh: '{place} 已登记为“{name}”。要改名请用更名，要登记别处请换一个代码。',
    en: '{place} is already registered as “{name}”. Rename it, or use another code for another place.',
  },
  'registry.place-not-found': {
    status: 404,
    zh: '没有代码为 {place} 的地点。请核对代码；新的地点要先登记，从上级到下级。',
    en:
      'There is no place with the code {place}. Check the code. A new place must be registered first, from the upper level to the ' +
      'lower one.',
  },
  'registry.wrong-level': {
    status: 422,
    zh: '这一级地点不能放在它的代码所指的上级之下。镇属于县，村和社区属于镇，小区、院落和聚落属于村或社区，楼栋属于小区、院落或聚落，住户属于楼栋或它们。请核对代码和级别。',
    en:
      'A place of this level cannot lie in the place that its code names. A town lies in a county. A village or community lies in a ' +
      'town. A compound, courtyard or settlement lies in a village or community. A building lies in a compound, courtyard or ' +
      'settlement. A household lies in one of those or in a building. Check the code and the level.',
  },
  'registry.place-merged': {
    zh: '{place} 已并入 {into}。请到 {into} 办理。',
    en: '{place} was merged into {into}. Use {into} instead.',
  },
  'registry.merge-into-itself': {
    status: 422,
    zh: '一个地点不能并入它自己，也不能并入它下面的地点。请另选一个地点。',
    en: 'A place cannot be merged into itself or into a place within it. Choose another place.',
  },
  'registry.merge-across-levels': {
    status: 422,
    zh: '只有同类地点可以合并：县、镇、村、社区之间，小区、院落、聚落之间，楼栋之间，住户之间。请另选一个地点。',
    en:
      'Only places of the same kind can be merged: counties, towns, villages and communities; compounds, courtyards and settlements; ' +
      'buildings; households. Choose another place.',
  },
  'registry.places-below': {
    zh: '{place} 还在它的下面。请先在新的上级之下登记这个地点，再把它并过去，然后合并这里。',
    en: '{place} still lies within this place. First register it under the new parent and merge it there. Then merge this place.',
  },
  'registry.not-a-household': {
    status: 422,
    zh: '{place} 不是住户。请填写住户的代码。',
    en: '{place} is not a household. Give the code of a household.',
  },
  'person.erased': {
    zh: '此人的个人信息已删除，需要这些信息的事不能再办理。请改办不涉及此人的事项。',
    en: 'The personal data of this person was erased, and this needs it. Do what concerns other people only.',
  },
  'registry.erasure-not-found': {
    status: 404,
    zh: '没有编号 {erasure} 的删除申请。请先提出申请，再由另一名工作人员确认。',
    en: 'There is no request for erasure with the id {erasure}. First ask for the erasure. Then another official confirms it.',
  },
  'registry.erasure-withdrawn': {
    zh: '这项删除申请已撤回。如仍要删除，请重新提出申请。',
    en: 'This request for erasure was withdrawn. If the data shall be erased after all, ask for it again.',
  },
  'registry.erasure-confirmed': {
    zh: '这项删除申请已经确认，不能再撤回。',
    en: 'This request for erasure is confirmed and can no longer be withdrawn.',
  },
  'registry.not-who-asked': {
    status: 403,
    zh: '删除申请只能由提出申请的人撤回。请联系申请人。',
    en: 'Only who asked for an erasure can withdraw the request. Ask that person.',
  },
  'registry.no-person': {
    zh: '{person} 是程序自身的编号，不是人，没有可删除的个人信息。请填写要删除其信息的人的编号。',
    en: '{person} is the program itself and no person: there is no personal data to erase. Give the id of the person concerned.',
  },
  'registry.second-official': {
    status: 403,
    zh: '删除个人信息要由另一名工作人员确认：不能是提出或代录申请的人，也不能是本人。请交其他工作人员确认。',
    en:
      'Another official must confirm an erasure: neither the one who asked for it or entered the request, nor the person concerned. ' +
      'Ask another official.',
  },
  'registry.person-exists': {
    zh: '此人已登记，编号 {person}。要改登记内容请用更正。',
    en: 'This person is already registered, with the id {person}. To change the entry, correct it.',
  },
  'registry.person-not-found': {
    status: 404,
    zh: '登记簿里没有编号 {person} 的人。请核对编号，或先登记此人。',
    en: 'Nobody with the id {person} is registered. Check the id, or register the person first.',
  },
  'registry.setting-twice': {
    status: 422,
    zh: '{name} 填写了两次。每项标准、每一年的节假日只填一次，请改正。',
    en: '{name} is given twice. Give each setting, and the holidays of each year, only once.',
  },
  'registry.setting-out-of-range': {
    status: 422,
    zh: '{name} 应在 {least} 至 {most} 之间，所填的是 {given}。请改正。',
    en: '{name} must be from {least} to {most}, and {given} was given. Correct it.',
  },
  'registry.policy-laxer-than-above': {
    status: 422,
    zh: '上级地点规定的 {name} 为 {above}，本地只能更长或更多，不能是 {given}。请改正。',
    en: 'The places above have set {name} to {above}. A place within may only set more, not {given}. Correct it.',
  },
  'registry.policy-too-early': {
    status: 422,
    zh: '最早从 {earliest} 起施行：首次制定自当日起，以后每次自次日起，且晚于上一版的施行日期。请改正日期。',
    en:
      'It can be in force from {earliest} at the earliest: the first version of a place from today, later ones from tomorrow and ' +
      'after the version before. Correct the date.',
  },
  'registry.holiday-elsewhere': {
    status: 422,
    zh: '{day} 不在 {year} 年。请把日期填在所属年份之下。',
    en: '{day} is not in the year {year}. Give each day under its own year.',
  },
  'registry.too-short': {
    status: 422,
    zh: '期限太短：至少 {least} 天，所填时间只有 {given} 天。当日不计，最后一日到 24 时，遇休息日顺延。请填写 {earliest} 或以后的时间，也可不填。',
    en:
      'The period is too short: {least} days at least, and the time given leaves {given}. The day of the act does not count, the ' +
      'last day ends at 24:00, and a day off moves it. Give {earliest} or a later time, or leave it out.',
  },
  'voting.wrong-body': {
    status: 422,
    zh: '这一事项（{matterZh}）在这里由{bodyZh}决定，依据：{source}。请选规则 {rules} 之一，也可不填。',
    en: 'This matter ({matterEn}) is decided here by {bodyEn}, under {source}. Choose one of the rules {rules}, or leave it out.',
  },
  'registry.contact-or-none': {
    status: 422,
    zh: '联系方式不能既更换又去掉。请在 contact 和 withoutContact 中只填一项。',
    en: 'A contact cannot be replaced and removed at the same time. Give either contact or withoutContact.',
  },
  'registry.head-of-a-household': {
    status: 422,
    zh: '户主只能在住户登记，{place} 不是住户。请填写住户的代码。',
    en: 'The role of household head is granted at a household, and {place} is not a household. Give the code of the household.',
  },
  'registry.role-over-already': {
    status: 422,
    zh: '这个身份的截止时间 {until} 已过。请改为以后的时间，或不填期限。',
    en: 'This role would end at {until}, which is in the past. Give a time in the future, or leave the end out.',
  },
  'registry.capacity-reserved': {
    status: 403,
    zh: '县级部门和审计员的身份只能由县级部门授予和收回。请联系主管部门。',
    en: 'Only a department can grant or revoke the capacities department and auditor. Ask the department in charge.',
  },
  'registry.too-many-roles': {
    zh: '一个人最多有 {most} 个身份。请先收回不再需要的身份。',
    en: 'A person can hold at most {most} roles. First revoke the roles that are no longer needed.',
  },
};
