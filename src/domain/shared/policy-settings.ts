import type { Bilingual } from './bilingual.js';

/** Where a figure comes from. `custom`: general practice (G), which no text asks for. `on` is the date of the text that was read. */
type Source =
  | { readonly kind: 'law' | 'measure'; readonly title: string; readonly article: string; readonly on: string }
  | { readonly kind: 'custom'; readonly title: string };

const custom: Source = { kind: 'custom', title: '通行做法' };

/** A figure that each place may set within limits. */
export interface Setting {
  readonly title: Bilingual;
  readonly unit: 'days' | 'points' | 'times';
  /** The figure where no place has set one. */
  readonly default: number;
  /** The least and the most that a place may set. */
  readonly least: number;
  readonly most: number;
  /**
   * The figure protects people: it is the least that may be given where it is used, and a place may only set more than the places above
   * it. Without it, a place may set less or more, and so may who opens something, within `least` and `most`.
   */
  readonly isFloor?: true;
  readonly source: Source;
}

/** Every figure of general practice (domain.md, (G)). docs/policies.md, the API and the decisions take it from this table. */
export const policySettings = {
  'covenant-opinion-days': {
    title: { zh: '公约草案征求意见期', en: 'Opinions on the draft of a covenant' },
    unit: 'days',
    default: 7,
    least: 3,
    most: 90,
    isFloor: true,
    source: custom,
  },
  'renovation-consultation-days': {
    title: { zh: '微改造征求意见期', en: 'Consultation on a renovation' },
    unit: 'days',
    default: 7,
    least: 3,
    most: 90,
    isFloor: true,
    source: custom,
  },
  'owners-notice-days': {
    title: { zh: '业主表决提前告知期', en: 'Notice to owners before they vote' },
    unit: 'days',
    default: 15,
    least: 15,
    most: 60,
    isFloor: true,
    source: { kind: 'law', title: '物业管理条例', article: '14', on: '2018-03-19' },
  },
  'owners-ballot-days': {
    title: { zh: '业主表决期', en: 'Owners’ ballot' },
    unit: 'days',
    default: 15,
    least: 3,
    most: 90,
    source: custom,
  },
  'proxies-per-holder': {
    title: { zh: '一人最多受托代几位业主投票', en: 'Owners whom one person may represent by proxy' },
    unit: 'times',
    default: 1,
    least: 1,
    most: 5,
    source: custom,
  },
  'renovation-notice-days': {
    title: { zh: '微改造决定公示期', en: 'Public notice of a decision on a renovation' },
    unit: 'days',
    default: 7,
    least: 3,
    most: 60,
    isFloor: true,
    source: custom,
  },
  'assembly-notice-days': {
    title: { zh: '村（居）民会议提前通知期', en: 'Notice of an assembly before it votes' },
    unit: 'days',
    default: 10,
    least: 10,
    most: 60,
    isFloor: true,
    source: { kind: 'law', title: '村民委员会组织法', article: '21', on: '2018-12-29' },
  },
  'ballot-notice-days': {
    title: { zh: '平台投票提前公告期（0 为现场表决，当即开始）', en: 'Notice before a ballot of the platform opens; 0: on the spot' },
    unit: 'days',
    default: 3,
    least: 0,
    most: 60,
    isFloor: true,
    source: custom,
  },
  'ballot-days': {
    title: { zh: '平台投票期（0 为现场表决，可当日截止）', en: 'Ballot of the platform; 0: on the spot, it may close on the same day' },
    unit: 'days',
    default: 3,
    least: 0,
    most: 365,
    isFloor: true,
    source: custom,
  },
  'electoral-roll-days': {
    title: { zh: '选民名单公布至选举日', en: 'From the publication of the electoral roll to the election' },
    unit: 'days',
    default: 20,
    least: 20,
    most: 90,
    isFloor: true,
    source: { kind: 'law', title: '村民委员会组织法', article: '14', on: '2018-12-29' },
  },
  'nomination-days': {
    title: { zh: '候选人提名期', en: 'Nomination of candidates' },
    unit: 'days',
    default: 7,
    least: 3,
    most: 60,
    isFloor: true,
    source: custom,
  },
  'further-election-days': {
    title: { zh: '另行选举提前公告期', en: 'Notice of a further election for seats that stayed open' },
    unit: 'days',
    default: 3,
    least: 1,
    most: 60,
    isFloor: true,
    source: custom,
  },
  'contest-jury-days': {
    title: { zh: '评选投票截止至公布结果', en: 'From the end of voting in a contest to its result' },
    unit: 'days',
    default: 3,
    least: 1,
    most: 60,
    source: custom,
  },
  'contest-notice-days': {
    title: { zh: '评选结果公示期', en: 'Public notice of the result of a contest' },
    unit: 'days',
    default: 7,
    least: 3,
    most: 90,
    isFloor: true,
    source: custom,
  },
  'entries-per-vote': {
    title: { zh: '同一人为一位投票人代录的次数', en: 'Acts that one person may enter for one voter and vote' },
    unit: 'times',
    default: 5,
    least: 1,
    most: 20,
    source: custom,
  },
  'party-first-days': {
    title: { zh: '党员优先认领期', en: 'Period in which only party members may apply for a plot' },
    unit: 'days',
    default: 14,
    least: 0,
    most: 365,
    source: custom,
  },
  'plot-term-days': {
    title: { zh: '责任田认领期限', en: 'Term of a guardianship' },
    unit: 'days',
    default: 365,
    least: 30,
    most: 3_660,
    source: custom,
  },
  'inspection-days': {
    title: { zh: '责任田检查周期', en: 'From one inspection of a plot to the next' },
    unit: 'days',
    default: 7,
    least: 1,
    most: 365,
    source: custom,
  },
  'pass-mark': {
    title: { zh: '检查合格分', en: 'Lowest score that passes an inspection' },
    unit: 'points',
    default: 60,
    least: 1,
    most: 100,
    source: custom,
  },
  'rectification-days': {
    title: { zh: '整改期', en: 'Rectification after a failed inspection' },
    unit: 'days',
    default: 7,
    least: 1,
    most: 365,
    source: custom,
  },
  'revoking-failures': {
    title: { zh: '收回责任田的不合格次数', en: 'Failed inspections that revoke a guardianship' },
    unit: 'times',
    default: 3,
    least: 1,
    most: 20,
    source: custom,
  },
  'failure-days': {
    title: { zh: '累计不合格次数的期间', en: 'Period in which failed inspections add up' },
    unit: 'days',
    default: 90,
    least: 1,
    most: 3_660,
    source: custom,
  },
  'quit-notice-days': {
    title: { zh: '监护人辞任提前告知期', en: 'Notice that a guardian gives to quit' },
    unit: 'days',
    default: 30,
    least: 1,
    most: 365,
    source: custom,
  },
  'care-logs-per-day': {
    title: { zh: '每日管护记录次数上限', en: 'Care logs of a guardian, plot and day' },
    unit: 'times',
    default: 5,
    least: 1,
    most: 100,
    source: custom,
  },
  'merit-appeal-days': {
    title: { zh: '扣分申诉期', en: 'Appeal against a penalty' },
    unit: 'days',
    default: 5,
    least: 3,
    most: 60,
    isFloor: true,
    source: custom,
  },
  'red-list-points': {
    title: { zh: '红榜最低分', en: 'Lowest number of points on the red list' },
    unit: 'points',
    default: 20,
    least: -100_000,
    most: 100_000,
    source: custom,
  },
  'black-list-points': {
    title: { zh: '黑榜最高分', en: 'Highest number of points on the black list' },
    unit: 'points',
    default: -10,
    least: -100_000,
    most: 100_000,
    source: custom,
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** The name of a setting. */
export type SettingName = keyof typeof policySettings;
/** The names of all settings. */
export const settingNames = Object.keys(policySettings) as SettingName[];
/** The setting with this name. */
export const settingOf = (name: SettingName): Setting => policySettings[name];
