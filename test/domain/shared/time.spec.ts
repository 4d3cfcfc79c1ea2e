import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stateHolidays } from '../../../src/domain/shared/holidays.js';
import {
  dayInChina,
  dayPlus,
  daysBetween,
  endOfDayInChina,
  endOfDays,
  isDay,
  isInstant,
  plusDays,
  plusMilliseconds,
  wholeDays,
} from '../../../src/domain/shared/time.js';

const instants = fc
  .date({ min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('isInstant', () => {
  it('given any instant as toISOString writes it, when it is checked, then it is taken, and so is its day', () => {
    fc.assert(fc.property(instants, (instant) => isInstant(instant) && isDay(instant.slice(0, 10))));
  });

  it.each([
    '2026-02-29T00:00:00.000Z',
    '1900-02-29T00:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-00-01T00:00:00.000Z',
    '2026-01-00T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T00:60:00.000Z',
    '2016-12-31T23:59:60.000Z',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.000+00:00',
    '2026-01-01 00:00:00.000Z',
    '+002026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.000Z\n',
    '',
    0,
    null,
    new Date(0),
    ['2026-01-01T00:00:00.000Z'],
  ])('given %j, when it is checked, then it is no instant', (value) => {
    expect(isInstant(value)).toBe(false);
  });

  it('given the last days of February, when they are checked, then the 29th is a day in leap years only', () => {
    expect(['2000-02-29', '2024-02-29', '2100-02-28'].map(isDay)).toEqual([true, true, true]);
    expect(['2100-02-29', '2023-02-29', '2024-02-30', ['2024-02-29']].map(isDay)).toEqual([false, false, false, false]);
  });

  it('given any numbers of year, month and day, when they are checked, then they are a day exactly if Date has it', () => {
    const two = fc.integer({ min: 0, max: 39 }).map((n) => String(n).padStart(2, '0'));
    const year = fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0'));
    fc.assert(
      fc.property(year, two, two, (y, m, d) => {
        const day = `${y}-${m}-${d}`;
        const date = new Date(`${day}T00:00:00.000Z`);
        expect(isDay(day)).toBe(!Number.isNaN(date.getTime()) && date.toISOString().startsWith(day));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('arithmetic', () => {
  it('given an instant, when days or milliseconds are added, then months, years and leap days are counted', () => {
    expect(plusDays('2028-02-28T16:00:00.000Z', 2)).toBe('2028-03-01T16:00:00.000Z');
    expect(plusMilliseconds('2026-12-31T23:59:59.999Z', 1)).toBe('2027-01-01T00:00:00.000Z');
  });

  it('given two instants, when the time between them is measured, then it is in days with fractions', () => {
    expect(daysBetween('2026-05-01T00:00:00.000Z', '2026-05-08T12:00:00.000Z')).toBe(7.5);
  });

  it('given 16:00 UTC, when the day in China is asked for, then the next day has begun', () => {
    expect(dayInChina('2026-05-01T15:59:59.999Z')).toBe('2026-05-01');
    expect(dayInChina('2026-05-01T16:00:00.000Z')).toBe('2026-05-02');
    expect(endOfDayInChina('2026-05-01')).toBe('2026-05-01T16:00:00.000Z');
  });
});

describe('endOfDays', () => {
  it.each([
    ['a period whose last day is a working day', '2026-05-11T01:00:00.000Z', 7, '2026-05-18T16:00:00.000Z'],
    ['a period whose last day is a Saturday', '2026-05-09T01:00:00.000Z', 7, '2026-05-18T16:00:00.000Z'],
    ['a period whose last day is a Saturday on which people work', '2026-05-02T01:00:00.000Z', 7, '2026-05-09T16:00:00.000Z'],
    ['a period whose last day is in the Spring Festival', '2026-02-08T01:00:00.000Z', 7, '2026-02-24T16:00:00.000Z'],
    ['a period whose last day is the last of the National Day holidays', '2026-09-30T01:00:00.000Z', 7, '2026-10-08T16:00:00.000Z'],
    ['a period that begins at 0:00 in China', '2026-05-10T16:00:00.000Z', 7, '2026-05-18T16:00:00.000Z'],
    ['a period that begins a millisecond before', '2026-05-10T15:59:59.999Z', 8, '2026-05-18T16:00:00.000Z'],
    ['a period in a year without a list', '2027-02-05T01:00:00.000Z', 1, '2027-02-08T16:00:00.000Z'],
    ['a period of no days', '2026-05-11T01:00:00.000Z', 0, '2026-05-11T16:00:00.000Z'],
  ])('given %s, when its end is asked for, then it is 24:00 of the right day in China', (_, instant, days, end) => {
    expect(endOfDays(instant, days, stateHolidays)).toBe(end);
  });

  it('given any instant and number of days, when the end is asked for, then a naive count on the calendar agrees', () => {
    const [notice] = stateHolidays;
    const naive = (instant: string, days: number): string => {
      const zone = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
      const weekday = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', weekday: 'short' });
      const date = new Date(instant);
      const shown = () => zone.format(date).slice(0, 10);
      const off = () => (notice!.off.includes(shown()) || /Sat|Sun/u.test(weekday.format(date))) && !notice!.worked.includes(shown());
      for (let counted = 0; counted < days; counted++) date.setTime(date.getTime() + 86_400_000);
      while (off()) date.setTime(date.getTime() + 86_400_000);
      return new Date(`${shown()}T23:59:59.999+08:00`).toISOString();
    };
    const of2026 = fc
      .date({ min: new Date('2025-12-31T16:00:00.000Z'), max: new Date('2026-12-31T15:59:59.999Z'), noInvalidDate: true })
      .map((date) => date.toISOString());
    fc.assert(
      fc.property(of2026, fc.integer({ min: 0, max: 400 }), (instant, days) => {
        expect(plusMilliseconds(endOfDays(instant, days, stateHolidays), -1)).toBe(naive(instant, days));
      }),
      { numRuns: 500 },
    );
  });

  it('given any instant and number of days, when the whole days until the end are counted, then they are no fewer, and a millisecond takes one', () => {
    fc.assert(
      fc.property(
        instants.filter((at) => at < '9990'),
        fc.integer({ min: 1, max: 400 }),
        (instant, days) => {
          const end = endOfDays(instant, days, []);
          expect(wholeDays(instant, end)).toBeGreaterThanOrEqual(days);
          expect(wholeDays(instant, plusMilliseconds(end, -1))).toBe(wholeDays(instant, end) - 1);
          expect(endOfDays(instant, wholeDays(instant, end), [])).toBe(end);
        },
      ),
    );
  });

  it('given the notice for 2026, when its days are counted, then they are as many as it says, and people work at weekends only', () => {
    const [{ off, worked }] = stateHolidays as [(typeof stateHolidays)[number]];
    expect(off).toHaveLength(3 + 9 + 3 + 5 + 3 + 3 + 7);
    expect(worked.map((day) => new Date(day).getUTCDay() % 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(dayPlus('2026-12-31', 1)).toBe('2027-01-01');
  });
});
