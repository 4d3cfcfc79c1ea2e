import { describe, expect, it } from '@jest/globals';
import { AmountStyle, wholeNumber } from '../../../src/infrastructure/formats/amounts.js';

/** The amounts as numbers, or what is wrong with them. */
const read = (...amounts: string[]) => {
  const style = new AmountStyle(amounts);
  return amounts.map((amount) => {
    const told = style.read('cost', amount);
    return 'whole' in told ? Number(`${told.whole}.${told.decimals || 0}`) : told.en;
  });
};
const unclear = (amount: string) => `it is not certain whether cost has a thousands separator or decimals: "${amount}"`;

describe('whole numbers', () => {
  it('may have decimals that are all 0, and thousands separators that can be nothing else', () => {
    expect(['7', '7.0', '0.000', '1,000,000', '1.000.000'].map((text) => wholeNumber('points', text))).toEqual([7, 7, 0, 1e6, 1e6]);
    expect(wholeNumber('points', '9007199254740990')).toBe(9_007_199_254_740_990);
  });

  it('are refused where they may be another number, are too large to be exact, or are none', () => {
    const told = (text: string) => (wholeNumber('points', text) as { en: string }).en;
    expect(['1.000', '5,000', '9007199254740993', '1.5', 'x', ''].map(told)).toEqual([
      'it is not certain whether points has a thousands separator or decimals: "1.000"',
      'it is not certain whether points has a thousands separator or decimals: "5,000"',
      'points is too large: 9007199254740993',
      'points is not a whole number: "1.5"',
      'points is not a whole number: "x"',
      'points is not a whole number: ""',
    ]);
  });
});

describe('amounts', () => {
  it.each<[string, string[], number[]]>([
    ['whole', ['0', '5000'], [0, 5000]],
    ['with decimals after a point or a comma', ['60.25', '49,5', '0.500'], [60.25, 49.5, 0.5]],
    ['with thousands, next to a whole one', ['10000', '5,000', '6000'], [10_000, 5_000, 6_000]],
    ['with thousands after points, next to a whole one', ['100', '10.000'], [100, 10_000]],
    ['with thousands that a larger one shows', ['5,125', '1,234,567'], [5_125, 1_234_567]],
    ['with thousands and decimals', ['1,234.50', '5,125'], [1_234.5, 5_125]],
    ['with thousands and decimals as on the continent', ['1.234,50', '5.125', '0,5'], [1_234.5, 5_125, 0.5]],
    ['with thousands where the other character is for decimals', ['5,125', '7.5'], [5_125, 7.5]],
    ['with three decimals where others have two', ['100.000', '60.25'], [100, 60.25]],
    ['with three decimals after more than three digits', ['10000.000', '60.000'], [10_000, 60]],
  ])('are %s', (_, amounts, expected) => {
    expect(read(...amounts)).toEqual(expected);
  });

  it('are refused where groups of four digits may be meant', () => {
    expect(read('1,0000', '12')).toEqual([unclear('1,0000'), 12]);
    expect(read('1.2345')).toEqual([1.2345]);
  });

  it('are refused where a separator may be for thousands or decimals', () => {
    expect(read('5,000', '12,000')).toEqual(['5,000', '12,000'].map(unclear));
    expect(read('5,125', '100')).toEqual([unclear('5,125'), 100]);
    expect(read('5,000', '1,5', '100')).toEqual([unclear('5,000'), 1.5, 100]);
    expect(read('5,000', '3.000', '100')).toEqual([unclear('5,000'), unclear('3.000'), 100]);
    expect(read('1.234.567', '5,000', '100')).toEqual([1_234_567, unclear('5,000'), 100]);
    expect(read('1,234,567', '5,25', '5,125')).toEqual(['cost is not an amount: "1,234,567"', 5.25, unclear('5,125')]);
  });

  it.each(['', 'fifty', '-5', '1,23,456', '1.234.56', '1,234.567.890', '5 000', '.5', '5.'])('is none: %j', (amount) => {
    expect(read(amount)).toEqual([`cost is not an amount: ${JSON.stringify(amount)}`]);
  });
});
