import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeBlt } from '../../../src/application/contexts/platform/ballot-files.js';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { parseBlt } from '../../../src/infrastructure/formats/blt.js';
import { readElection } from '../../../src/infrastructure/formats/formats.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

/** The example of Hill, Wichmann and Woodall (1987), with the forms of OpenSTV. */
const example = '4 2\n-2\n3 1 3 4 0\n4 1 3 2 0\n2 4 1=3 0\n1 - 2 0\n1 0\n0\n"Adam"\n"Basil"\n"Charlotte"\n"Donald"\n"Title"\n';
const problemsOf = (text: string): string[] => {
  try {
    parseBlt(text);
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems.map(({ line, column, en }) => `${line}:${column} ${en}`);
    throw error;
  }
  return [];
};
const rankingsOf = (text: string) => parseBlt(text).papers.map(({ count, ranking }) => [count, ranking]);

describe('.blt files', () => {
  it('reads weights, equal ranks, ranks left out, blank papers and who withdrew', () => {
    expect(parseBlt(example)).toEqual({
      title: 'Title',
      seats: 2,
      names: ['Adam', 'Basil', 'Charlotte', 'Donald'],
      withdrawn: [1],
      writeIns: [],
      papers: [
        { line: 3, count: 3, ranking: [[0], [2], [3]] },
        { line: 4, count: 4, ranking: [[0], [2], [1]] },
        { line: 5, count: 2, ranking: [[3], [0, 2]] },
        { line: 6, count: 1, ranking: [[], [1]] },
        { line: 7, count: 1, ranking: [] },
      ],
      repeatedMarks: 0,
      tieOrder: null,
      warnings: [],
    });
  });

  it('counts a candidate once who is named more than once, and how many papers do so', () => {
    const text = example.replace('4 1 3 2 0', '4 1 3 1 0').replace('4 1=3', '4 1=1=3');
    expect(parseBlt(text).repeatedMarks).toBe(6);
    expect(rankingsOf(text)[2]).toEqual([2, [[3], [0, 2]]]);
    expect(countFile('x.blt', Buffer.from(text), { rule: 'borda' }).account[0]).toEqual({ step: 'repeated-marks', papers: 6 });
    expect(() => parseBlt(text, { strict: true })).toThrow(/line 4, column 7: .*\nline 5, column 5: /u);
  });

  it.each([
    ['one line', example.replaceAll('\n', ' ')],
    [
      'lines as in Windows, comments and empty lines',
      `# by OpenSTV\n\n${example.replace('-2', '-2 # left').replaceAll('\n', '\r\n')}# end`,
    ],
    ['papers that end with their line', example.replaceAll(/ 0$/gmu, '')],
    ['ids of papers', example.replace('1 - 2 0', '(voter 17) 1 - 2 0')],
    ['an option of Droop', example.replace('-2', '[withdrawn 2]')],
    ['spaces around =', example.replace('1=3', '1 = 3')],
    ['a source and a comment', `${example}"source"\n"comment"\n`],
    ['names of one word without quotes', example.replace('"Donald"', 'Donald')],
  ])('reads %s', (_, text) => {
    const { papers: _lines, ...rest } = parseBlt(example);
    expect(parseBlt(text)).toMatchObject(rest);
    expect(rankingsOf(text)).toEqual(rankingsOf(example));
  });

  it('reads nicks, and names what of Droop is not honoured', () => {
    const text = '3 2\n[nick a b c]\n[tie c a b]\n[droop wigm]\n5 a b 0\n1 b=c 0\n0\n"A"\n"B"\n"C"\n""\n';
    expect(rankingsOf(text)).toEqual([
      [5, [[0], [1]]],
      [1, [[1, 2]]],
    ]);
    expect(parseBlt(text).tieOrder).toEqual([2, 0, 1]);
    expect(parseBlt(text).warnings.map(({ en }) => en)).toEqual(['line 4: [droop] is not honoured; declare the rule in the command']);
  });

  it.each(['3 1', '3 1 2 2', '3 1 1'])('refuses [tie %s]: it must list each candidate once', (order) => {
    expect(() => parseBlt(`3 2\n[tie ${order}]\n5 1 0\n0\n"A"\n"B"\n"C"\n""\n`)).toThrow(
      'line 2, column 1: [tie] must list each candidate exactly once',
    );
  });

  it.each([
    ['no numbers', 'x 2', ['1:1 the number of candidates must be a whole number from 1 to 10000, not "x"']],
    ['no seats', '3', ['1:1 the number of seats must be a whole number from 1 to 10000, not ""']],
    [
      'more candidates than can be counted',
      '99999999999 1',
      ['1:1 the number of candidates must be a whole number from 1 to 10000, not "99999999999"'],
    ],
    ['an unknown candidate', example.replace('4 1=3', '4 1=7'), ['5:5 there is no candidate "7"']],
    ['an unknown candidate who withdrew', example.replace('-2', '-5'), ['2:1 there is no candidate "5"']],
    ['one who withdraws twice', example.replace('-2', '-2 -2'), ['2:4 candidate 2 is withdrawn twice']],
    ['a paper that is not ended', example.replace('4 1 3 2 0', '4 1 3 2'), ['4:1 the paper is not ended by 0 in its line']],
    ['a fraction of a paper', example.replace('4 1 3 2 0', '1.5 1 3 2 0'), ['4:1 the weight of a paper must be a whole number: 1.5']],
    [
      'no end of the papers',
      example.replace('\n0\n', '\n'),
      ['8:1 the weight of a paper, or the 0 that ends all papers, is expected here'],
    ],
    ['an unknown write-in', example.replace('-2', '[undeclared 9]'), ['2:1 there is no candidate "9"']],
    [
      'a missing name',
      example.replace('"Title"\n', '').replace('"Donald"\n', ''),
      ['11:1 4 names of candidates are expected, but there are 3'],
    ],
    ['an open quote', example.replace('"Adam"', '"Adam'), ['9:1 the quote is not closed in its line']],
    ['more than the title', `${example}"a"\n"b"\n"c"\n`, ['16:1 something follows the title']],
    ['nothing', '', ['1:1 the number of candidates must be a whole number from 1 to 10000, not ""']],
  ])('names line and column of %s', (_, text, problems) => {
    expect(problemsOf(text).slice(0, 1)).toEqual(problems);
  });

  it('refuses a paper with an id and another weight than 1: it is one of Droop, where the number is the first candidate', () => {
    expect(() => parseBlt('2 1\n(a) 1 2 0\n(b) 1 2 0\n(c) 2 0\n0\n"A"\n"B"\n"T"\n')).toThrow(
      /line 4.*a paper with an id has the weight 1, not 2/u,
    );
  });

  it('is detected by its name or its first lines', () => {
    const blt = (name: string, text: string) => readElection(name, Buffer.from(text))?.seats;
    expect([blt('x.blt', example), blt('x.txt', example), blt('x', `# c\n${example}`)]).toEqual([2, 2, 2]);
  });

  it('counts candidates by number where names repeat', () => {
    const election = readElection('x.blt', Buffer.from('2 1\n3 2 0\n0\n"Li"\n"Li"\n""\n'))!;
    expect([election.options, [...election.names], election.about.title]).toEqual([
      ['1', '2'],
      [
        ['1', '1 Li'],
        ['2', '2 Li'],
      ],
      'x.blt',
    ]);
  });

  const file = fc
    .uniqueArray(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((one) => one.replaceAll(/[\r\n]/gu, '_').normalize('NFC')),
      { minLength: 1, maxLength: 5 },
    )
    .chain((options) =>
      fc.record({
        options: fc.constant(options),
        title: fc.string({ maxLength: 9 }).map((one) => one.replaceAll(/[\r\n]/gu, '')),
        seats: fc.integer({ min: 1, max: 5 }),
        withdrawn: fc.subarray(options),
        rankings: fc.uniqueArray(fc.array(fc.subarray(options), { maxLength: 4 }), {
          selector: (one) => JSON.stringify(one),
          maxLength: 8,
        }),
      }),
    );
  it('reads back whatever it writes', () => {
    fc.assert(
      fc.property(file, ({ options, title, seats, withdrawn, rankings }) => {
        const ballots = rankings.map((ranking, i) => ({ count: 20 - i, ranking }));
        const read = readElection('x.blt', Buffer.from(writeBlt({ options, ballots }, { title, seats, withdrawn })))!;
        expect(read).toMatchObject({ options, seats, withdrawn, papers: ballots, about: { title: title || 'x.blt' } });
      }),
    );
  });

  it('never fails but with what names a line', () => {
    fc.assert(
      fc.property(fc.nat(example.length), fc.nat(6), fc.string({ maxLength: 4 }), (at, cut, junk) => {
        expect(problemsOf(example.slice(0, at) + junk + example.slice(at + cut)).every((one) => /^\d+:\d+ \S/u.test(one))).toBe(true);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(problemsOf(text).length).toBeGreaterThan(0)));
  });
});

describe('candidates who withdrew', () => {
  const text = '3 1\n-1\n4 1 2 0\n3 3 0\n2 1=3 0\n1 - 2 0\n0\n"A"\n"B"\n"C"\n""\n';
  const counted = countFile('x.blt', Buffer.from(text), { rule: 'instant-runoff' });

  it('are struck from all papers before the count, and the account says so', () => {
    expect(counted.account.slice(0, 2)).toEqual([
      { step: 'withdrawn', options: ['A'] },
      {
        step: 'round',
        round: 1,
        tallies: [
          { option: 'B', value: '5' },
          { option: 'C', value: '5' },
        ],
        exhausted: '0',
        needed: '10/2',
      },
    ]);
    expect(counted.order.flat()).not.toContain('A');
  });

  it('can be asked about', () => {
    const { why } = countFile('x.blt', Buffer.from(text), { rule: 'borda' }, { why: 'A' });
    expect(why).toEqual([{ step: 'withdrawn', options: ['A'] }]);
  });

  it('leave somebody to choose, or nothing is counted', () => {
    const all = text.replace('-1', '-1 -2 -3');
    expect(() => countFile('x.blt', Buffer.from(all), { rule: 'borda' })).toThrow('all options are withdrawn');
  });
});

describe('seats', () => {
  const text = '3 2\n4 1 2 0\n3 3 0\n0\n"A"\n"B"\n"C"\n""\n';
  const count = (rule: Parameters<typeof countFile>[2]) => countFile('x.blt', Buffer.from(text), rule);

  it('are as many as the file says, unless told otherwise', () => {
    expect(count({ rule: 'single-transferable-vote' }).winners).toEqual(['A', 'C']);
    expect(count({ rule: 'schulze' }).winners).toHaveLength(2);
    expect(count({ rule: 'single-transferable-vote', seats: 1 }).winners).toEqual(['A']);
  });

  it('are named where the rule chooses one', () => {
    expect(count({ rule: 'instant-runoff' }).warnings.map(({ en }) => en)).toEqual(['the file is for 2 seats, but this rule chooses one']);
  });
});
