import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayInChina, daysBetween, endOfDayInChina, isDay, isInstant, plusDays, plusMilliseconds } from '../../../src/domain/shared/time.js';

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
