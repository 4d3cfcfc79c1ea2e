import { county } from '../../domain/shared/place-id.js';
import type { Grant } from '../../application/kernel/actor.js';
import type { Actor } from '../../application/kernel/actor.js';
import type { GrantableCapacity } from '../../domain/registry/person.js';
import type { Stage } from './stage.js';

/** Places in the article, by their codes. */
export const places = {
  county,
  xieyangba: '510121111219', // 金龙镇谢杨坝村
  caiCourtyard: '510121111219.1', // 蔡家大院
  sanhebei: '510121110006', // 福兴镇三合碑社区
  sanhebeiCompound: '510121110006.1', // its resettlement compound
  qingjiang: '510121002002', // 官仓街道清江社区, 清江镇 of the article
  wufengxi: '510121106005', // 五凤镇五凤溪社区, with 糖坊街
} as const;

const vouched = (id: string, ...grants: Grant[]): Actor => ({ id, grants });

/** The county's office for community development, which grants roles. */
export const office = vouched(
  'jintang-office',
  { capacity: 'department', placeId: places.county },
  { capacity: 'cadre', placeId: places.county },
);
/** Its legal office, which reviews covenants. */
export const legalOffice = vouched('jintang-legal-office', { capacity: 'department', placeId: places.county });

const surnames = [...'蔡李王张刘陈杨黄赵周吴徐孙马朱胡郭何林罗'];
const given = ['建国', '秀兰', '志强', '桂英', '明华', '玉珍', '国庆', '丽君', '德富', '春梅', '永康', '素芬'];
/** Name of the n-th person that the article does not name. */
export const nameOf = (n: number): string =>
  `${surnames[n % surnames.length] ?? '蔡'}${given[Math.floor(n / surnames.length) % given.length] ?? '建国'}`;

/** Registers a person and grants roles; the person then acts with the roles in the log, not with those of a token. */
export async function engage(
  stage: Stage,
  placeId: string,
  name: string,
  ...roles: readonly { readonly capacity: GrantableCapacity; readonly placeId: string }[]
): Promise<Actor> {
  const { id } = await stage.give({ command: 'RegisterPerson', data: { placeId, name }, by: office });
  for (const role of roles) await stage.give({ command: 'GrantRole', params: { id }, data: role, by: office });
  return { id, grants: [] };
}
