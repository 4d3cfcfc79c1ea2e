import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { parseDebian } from '../../../src/infrastructure/formats/debian.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

const head =
  '\n  Tally Sheet for the votes cast.\n\n     Option 1----->: Ann\n   /  Option 2---->: Bo\n   |/  Option 3-->: None Of The Above\n   ||/\n';
const problemsOf = (text: string) => {
  try {
    parseDebian(text);
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems;
    throw error;
  }
  return [];
};

describe("Debian's tally sheets", () => {
  it('have a rank for each option: shared, left out, or none', () => {
    const { options, papers } = parseDebian(`${head}V: 213 \t\taf01\r\nV: 1-1\tb2\nV: --- c3\nV: 9A1 d4\n`);
    expect(options).toEqual(['Ann', 'Bo', 'None Of The Above']);
    expect(papers).toEqual([
      { line: 8, count: 1, ranking: [['Bo'], ['Ann'], ['None Of The Above']] },
      { line: 9, count: 1, ranking: [['Ann', 'None Of The Above']] },
      { line: 10, count: 1, ranking: [] },
      { line: 11, count: 1, ranking: [['None Of The Above'], ['Ann'], ['Bo']] },
    ]);
  });

  it.each([
    ['2006', 'Anthony Towns'],
    ['2020', 'Jonathan Carter'],
  ])('of %s elects %s, as published', (year, leader) => {
    const bytes = readFileSync(new URL(`../../fixtures/votes/schulze-debian/leader${year}_tally.txt`, import.meta.url));
    const { winners, warnings } = countFile('tally.txt', bytes, { rule: 'schulze' });
    expect(winners).toEqual([leader]);
    expect(warnings.map(({ en }) => en)).toContain(
      'Debian also requires a majority over the default option and a quorum, which are not checked here',
    );
  });

  it.each([
    [
      'a rank too few and one too many',
      `${head}V: 12 a\nV: 1234 b\n`,
      [
        [8, 4],
        [9, 4],
      ],
    ],
    [
      'marks that are no ranks',
      `${head}V: 1G0 a\nV:\n`,
      [
        [8, 4],
        [9, 1],
      ],
    ],
    [
      'an option after a ballot, or out of order',
      `${head}V: 123 a\n Option 4-->: Cy\n`.replace('Option 2', 'Option 3'),
      [
        [5, undefined],
        [9, undefined],
      ],
    ],
    [
      'no options',
      'V: 12\n',
      [
        [1, 4],
        [1, undefined],
      ],
    ],
  ])('names line and column of %s', (_, text, places) => {
    expect(problemsOf(text).map(({ line, column }) => [line, column])).toEqual(places);
  });

  it('are read back as they were written', () => {
    const ranks = fc.array(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 3, maxLength: 3 }), { maxLength: 6 });
    fc.assert(
      fc.property(ranks, (votes) => {
        const marks = votes.map((vote) => vote.map((rank) => (rank === 0 ? '-' : rank.toString(16).toUpperCase())).join(''));
        const { options, papers } = parseDebian(head + marks.map((one) => `V: ${one}\n`).join(''));
        const above = (ranking: readonly (readonly string[])[], option: string) => ranking.findIndex((tier) => tier.includes(option));
        const order = (values: readonly number[]) => values.map((a) => values.filter((b) => b < a).length);
        expect(papers.map(({ ranking }) => order(options.map((option) => above(ranking, option) + 1 || 99)))).toEqual(
          votes.map((vote) => order(vote.map((rank) => rank || 99))),
        );
      }),
    );
  });

  it('never fail but with what names a line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(problemsOf(text).every(({ line }) => line >= 1)).toBe(true)));
    const base = `${head}V: 213 a\nV: 1-1 b\n`;
    fc.assert(
      fc.property(fc.nat(base.length), fc.string({ maxLength: 3 }), (at, junk) => {
        expect(problemsOf(base.slice(0, at) + junk + base.slice(at + 2)).every(({ line }) => line >= 1)).toBe(true);
      }),
    );
  });
});
