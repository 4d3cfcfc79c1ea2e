import type { RefusalTexts } from '../../kernel/texts.js';

export const auditTexts: RefusalTexts<'audit.one-subject' | 'audit.auditors-only'> = {
  'audit.one-subject': {
    status: 422,
    zh: '查询审计轨迹，place、person、stream、type 中最多指定一项。',
    en: 'Filter the audit trail by at most one of place, person, stream and type. Send the others in a separate request.',
  },
  'audit.auditors-only': {
    status: 403,
    zh: '{place} 的审计轨迹只有当地的审计员可以查看。与自己有关的记录，请用 person 查询。',
    en: 'Only auditors of {place} can read its audit trail. To see the records about yourself, use `person`.',
  },
};
