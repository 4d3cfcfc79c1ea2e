import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayInChina, daysBetween, isDay, isInstant, plusDays, plusMilliseconds } from '../../../src/domain/shared/time.js';

const instants = fc
  .date({ min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('isInstant', () => {
  it('takes every instant as toISOString writes it', () => {
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
  ])('refuses %j', (value) => {
    expect(isInstant(value)).toBe(false);
  });

  it('takes the last day of February in leap years', () => {
    expect(['2000-02-29', '2024-02-29', '2100-02-28'].map(isDay)).toEqual([true, true, true]);
    expect(['2100-02-29', '2023-02-29', '2024-02-30'].map(isDay)).toEqual([false, false, false]);
  });

  it('agrees with the calendar of Date on every day number', () => {
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
  it('adds across months and leap days', () => {
    expect(plusDays('2028-02-28T16:00:00.000Z', 2)).toBe('2028-03-01T16:00:00.000Z');
    expect(plusMilliseconds('2026-12-31T23:59:59.999Z', 1)).toBe('2027-01-01T00:00:00.000Z');
  });

  it('measures in whole and part days', () => {
    expect(daysBetween('2026-05-01T00:00:00.000Z', '2026-05-08T12:00:00.000Z')).toBe(7.5);
  });

  it('begins the day in China at 16:00 UTC', () => {
    expect(dayInChina('2026-05-01T15:59:59.999Z')).toBe('2026-05-01');
    expect(dayInChina('2026-05-01T16:00:00.000Z')).toBe('2026-05-02');
  });
});
