/* What the headers of a CSV mean, as people write them in Chinese and English. */

export type Meaning =
  { readonly is: 'rank'; readonly rank: number } | { readonly is: 'count' | 'approved' | 'aside' } | { readonly is: 'option' };

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
const digits = '一二三四五六七八九';

/** A number from 1 to 99 in digits, or as Chinese writes it. */
function numberIn(text: string): number | null {
  if (/^\d{1,3}$/u.test(text)) return Number(text);
  const [, tens, ones] = /^(?:([一二三四五六七八九]?)十)?([一二三四五六七八九]?)$/u.exec(text) ?? [];
  if (text === '' || ones === undefined) return null;
  return (tens === undefined ? 0 : (digits.indexOf(tens || '一') + 1) * 10) + (ones === '' ? 0 : digits.indexOf(ones) + 1);
}

const rankPatterns = [
  /^(?:rank(?:ing)?|choice|preference|pref)[ _.-]?#?(\d{1,3})$/u,
  /^(\d{1,3})(?:st|nd|rd|th)(?: (?:rank|choice|preference))?$/u,
  /^第([\d一二三四五六七八九十]{1,3})(?:选择|选项|志愿|顺位|偏好|位|名|选)$/u,
  /^(?:选择|志愿|顺位|排名|名次)([\d一二三四五六七八九十]{1,3})$/u,
];

const words: Readonly<Record<'count' | 'approved' | 'aside', readonly string[]>> = {
  count: ['count', 'votes', 'papers', 'ballots', 'voters', '票数', '张数', '份数', '人数'],
  approved: ['approved', 'approvals', 'approves', '赞成', '认可', '同意'],
  // numbers and times of papers, which are not counted
  aside: ['id', 'voter', 'voter_id', 'voter id', 'ballot', 'ballot_id', 'ballot id', 'timestamp', '序号', '编号', '票号', '时间'],
};

/** The meaning of a header; `option` if it is none of the known ones. */
export function meaningOf(header: string): Meaning {
  const text = header.trim().toLowerCase().replaceAll(/\s+/gu, ' ');
  for (const pattern of rankPatterns) {
    const rank = numberIn(pattern.exec(text)?.[1] ?? '');
    if (rank !== null) return { is: 'rank', rank };
  }
  const spelt = ordinals.indexOf(/^(\w+) (?:rank|choice|preference)$/u.exec(text)?.[1] ?? '');
  if (spelt >= 0) return { is: 'rank', rank: spelt + 1 };
  const known = (['count', 'approved', 'aside'] as const).find((is) => words[is].includes(text));
  return known === undefined ? { is: 'option' } : { is: known };
}
