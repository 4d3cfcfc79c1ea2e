import type { YearOfHolidays } from './time.js';

/** A year of holidays with the text that it is taken from. */
export interface HolidayNotice extends YearOfHolidays {
  readonly source: string;
}

const from = (month: number, first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `2026-${String(month).padStart(2, '0')}-${String(first + i).padStart(2, '0')}`);

/**
 * The holidays of the State Council, each year by a notice in the autumn before. Source of 2026: 国务院办公厅关于2026年部分节假日安排的通知,
 * 国办发明电〔2025〕7号, 4 November 2025, https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm.
 * The list of a later year is adopted with the policy of a place.
 */
export const stateHolidays: readonly HolidayNotice[] = [
  {
    year: 2026,
    source: '国办发明电〔2025〕7号',
    off: [
      ...from(1, 1, 3), // 元旦
      ...from(2, 15, 23), // 春节
      ...from(4, 4, 6), // 清明节
      ...from(5, 1, 5), // 劳动节
      ...from(6, 19, 21), // 端午节
      ...from(9, 25, 27), // 中秋节
      ...from(10, 1, 7), // 国庆节
    ],
    worked: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
];
