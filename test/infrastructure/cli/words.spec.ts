import { describe, expect, it } from '@jest/globals';
import { table } from '../../../src/infrastructure/cli/table.js';
import { inChina, readInstant, readPast } from '../../../src/infrastructure/cli/times.js';

describe('times', () => {
  it.each([
    ['2026-05-01', '2026-04-30T16:00:00.000Z'],
    ['2026-05-01 16:00', '2026-05-01T08:00:00.000Z'],
    ['2026-05-01T16:00:30.25', '2026-05-01T08:00:30.250Z'],
    ['2026-05-01T08:00Z', '2026-05-01T08:00:00.000Z'],
    ['2026-05-01T10:00+02:00', '2026-05-01T08:00:00.000Z'],
    ['2026-05-01T08:00:00.000Z', '2026-05-01T08:00:00.000Z'],
  ])('%s is %s', (text, instant) => expect(readInstant(text)).toBe(instant));

  it.each(['', 'yesterday', '2026-02-30', '2026-05-01 24:00', '2026-05-01Z', '2026-5-1', '2026-05-01 16'])('%j is none', (text) =>
    expect(() => readInstant(text)).toThrow('must be a day or a time'),
  );

  it('are shown as in China, across midnight too', () => expect(inChina('2026-12-31T16:30:59.999Z')).toBe('2027-01-01 00:30'));

  it('must have passed where something is said to have happened', () => {
    expect(readPast('2020-01-01')).toBe('2019-12-31T16:00:00.000Z');
    expect(() => readPast('2999-01-01')).toThrow('must have passed');
  });
});

describe('a table', () => {
  it('is aligned where characters are wide, and has no spaces at its ends', () => {
    expect(
      table([
        ['地点', 'votes'],
        ['a', 12],
        ['清江苑', 7],
      ]),
    ).toBe('地点    votes\na       12\n清江苑  7');
  });

  it('cuts what is wider than its column', () => {
    expect(table([['abcdefghij', 'x']], [8, null])).toBe('abcde…  x');
  });

  it('keeps people’s words in their line, in their direction, and away from the terminal', () => {
    expect(table([['a\nb\u001b[31mc\u202ed', 'x']])).toBe('a b [31mc d  x');
  });
});
