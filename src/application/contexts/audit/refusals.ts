import type { RefusalTexts } from '../../kernel/texts.js';

export const auditTexts: RefusalTexts<'audit.one-subject' | 'audit.auditors-only'> = {
  'audit.one-subject': {
    status: 422,
    zh: '查询审计轨迹，place、person、stream、type 中最多指定一项。',
    en: 'Ask for the trail of at most one of place, person, stream and type.',
  },
  'audit.auditors-only': {
    status: 403,
    zh: '审计轨迹由 {place} 的审计员查看；您可以用 person 查看与自己有关的记录。',
    en: 'The audit trail is for auditors of {place}; with `person` you may see what concerns yourself.',
  },
};
