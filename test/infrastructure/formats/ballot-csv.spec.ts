import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writeRankingCsv } from '../../../src/application/contexts/platform/ballot-files.js';
import { parseBallotCsv } from '../../../src/infrastructure/formats/ballot-csv.js';
import type { Reading } from '../../../src/infrastructure/formats/election.js';
import { readElection } from '../../../src/infrastructure/formats/formats.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

const read = (text: string, reading?: Reading) => parseBallotCsv(text, reading);
/** The rankings, with equal ranks joined by `=` and the ranks by `>`. */
const orders = (text: string, reading?: Reading) =>
  read(text, reading).papers.map(({ ranking }) => ranking!.map((tier) => tier.join('=')).join('>'));
const refused = (text: string, reading?: Reading) => {
  try {
    read(text, reading);
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems.map(({ line, column = '', en }) => `${line}:${column} ${en}`);
    throw error;
  }
  return [];
};

describe('a CSV of rankings', () => {
  it.each([
    ['semicolons', 'rank1;rank2\nA;B\nB;A\n'],
    ['tabs', 'rank1\trank2\nA\tB\nB\tA\n'],
    ['a declared separator', 'sep=;\nrank1;rank2\nA;B\nB;A\n'],
    ['a declared separator of another kind, quoted', '"sep=#"\r\nrank1#rank2\r\nA#B\r\nB#A\r\n'],
    ['line ends of old Macs', 'rank1,rank2\rA,B\rB,A\r'],
    ['separators at the ends of all lines', 'rank1,rank2,\nA,B,\nB,A,\n'],
    ['separators at the ends of some lines', 'rank1,rank2,,\nA,B\nB,A,,,\n'],
    ['empty lines at the end', 'rank1,rank2\nA,B\nB,A\n\n\n\n'],
    ['headers with capitals and spaces', 'Rank 1,Rank 2\nA,B\nB,A\n'],
    ['choices', 'Choice_1,choice #2\nA,B\nB,A\n'],
    ['preferences', 'Preference 1,Pref 2\nA,B\nB,A\n'],
    ['ordinal numbers', '1st,2nd choice\nA,B\nB,A\n'],
    ['ordinal numbers in words', 'First choice,Second  Preference\nA,B\nB,A\n'],
    ['Chinese choices', '第一选择,第二选择\nA,B\nB,A\n'],
    ['Chinese choices with digits', '第1志愿,第2志愿\nA,B\nB,A\n'],
    ['Chinese ranks', '排名1,排名2\nA,B\nB,A\n'],
    ['a comma in a cell between semicolons', 'rank1;rank2\nA;B\nB;A\n'],
  ])('has %s', (_, text) => {
    expect(orders(text)).toEqual(['A>B', 'B>A']);
  });

  it('understands undervote and overvote in any capitals', () => {
    expect(orders('rank1,rank2\nOvervote,A\nUndervote,B\nA,B\n')).toEqual(['A=B>A', '>B', 'A>B']);
  });

  it('is refused where a number of papers may be cut by its separator', () => {
    expect(refused('count,rank1,rank2\n5,000,A\n10,B,A\n')).toEqual([
      '2:1 it is not certain whether 5,000 is one number or two cells: write the number of papers without separators, or in quotes',
    ]);
    expect(orders('count,rank1,rank2\n5,101,102\n10,102,101\n')).toEqual(['101>102', '102>101']); // options that are numbers
  });

  it('takes 人数 for the number of papers', () => {
    expect(read('人数,甲,乙\n1,1,0\n2,0,1\n').papers.map(({ count, approved }) => [count, approved])).toEqual([
      [1, ['甲']],
      [2, ['乙']],
    ]);
  });

  it('has up to 99 ranks in Chinese', () => {
    const numbers = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'];
    expect(orders(`${numbers.map((n) => `第${n}选择`).join()}\nA,B,C,D,E,F,G,H,I,J,K,L\n`)).toEqual(['A>B>C>D>E>F>G>H>I>J>K>L']);
    const many = Array.from({ length: 21 }, (__, i) => ['', '一', '二'][Math.floor((i + 1) / 10)]! + ((i + 1) % 10 ? '' : '十'));
    expect(many[19]).toBe('二十');
    expect(refused('第二十选择\nA\n')).toEqual(['1:1 the header has no rank 1']);
  });

  it('has cells with line breaks and separators in quotes, and names the lines where rows begin', () => {
    expect(orders('rank1,rank2\n"Lee,\nJ",B\nB,"Lee,\nJ"\n')).toEqual(['Lee,\nJ>B', 'B>Lee,\nJ']);
    expect(refused('rank1,rank2\n"A\nA",B\nB\n')).toEqual(['4: 1 cells instead of 2']);
    expect(refused('sep=;\nrank1;rank2\nA\n')).toEqual(['3: 1 cells instead of 2']);
    expect(refused('rank1,rank2\n"A,B\n')[0]).toMatch(/^2: /u);
  });

  it('has the separator that fits every line where the header has two; otherwise it is not certain', () => {
    expect(orders('rank1;rank2;"a,b"\nA;B;x\nB;A;y\n')).toEqual(['A>B', 'B>A']);
    expect(orders('rank1,note;x\nA,"b;c"\n')).toEqual(['A']);
    expect(refused('rank1;rank2,note\nA;B,b\n')).toEqual([
      '1: it is not certain what separates the cells: declare it in a first line, such as sep=;',
    ]);
  });

  it('has numbers of papers with thousands separators that cannot be anything else', () => {
    expect(read('count,rank1\n"5,000",A\n"1,234,567",B\n').papers.map(({ count }) => count)).toEqual([5_000, 1_234_567]);
    expect(read('count;rank1\n1.000.000;A\n7.000;B\n').papers.map(({ count }) => count)).toEqual([1_000_000, 7_000]);
    expect(read('票数;第一选择\n12;A\n').papers.map(({ count }) => count)).toEqual([12]);
    expect(read('count;rank1\n12;A\n10.000;B\n').papers.map(({ count }) => count)).toEqual([12, 10_000]);
    expect(read('count;rank1\n12.0;A\n10.000;B\n').papers.map(({ count }) => count)).toEqual([12, 10]);
    const unclear = (count: string) => `it is not certain whether count has a thousands separator or decimals: "${count}"`;
    expect(refused('count;rank1\n10.000;A\n5,00;B\n1,5;B\n')).toEqual([
      '3:1 count is not a whole number: "5,00"',
      '4:1 count is not a whole number: "1,5"',
    ]);
    expect(refused('count;rank1\n10.000;A\n')).toEqual([`2:1 ${unclear('10.000')}`]);
    expect(refused('count;rank1\n5,000;A\n3.000;B\n100;B\n')).toEqual([`2:1 ${unclear('5,000')}`, `3:1 ${unclear('3.000')}`]);
  });

  it('has whole numbers as exact as they can be counted; larger ones are said to be too large', () => {
    expect(read('a,b\n9007199254740990,1\n', { cells: 'points' }).papers[0]!.points).toEqual([
      ['a', 9_007_199_254_740_990],
      ['b', 1],
    ]);
    expect(refused('a,b\n9007199254740993,1\n', { cells: 'points' })).toEqual(['2:1 9007199254740993 is too large']);
    expect(refused('count,rank1\n9007199254740993,a\n')).toEqual(['2:1 count is too large: 9007199254740993']);
  });

  it('is refused where a header repeats, a rank is missing, or nothing says what the columns are', () => {
    expect(refused('rank1,rank1\nA,B\n')).toEqual(['1:2 the header "rank1" repeats another']);
    expect(refused('rank1,Choice 1\nA,B\n')).toEqual(['1:2 the header "Choice 1" repeats another']);
    expect(refused('count,votes,rank1\n1,1,A\n')).toEqual(['1:2 the header "votes" repeats another']);
    expect(refused('rank1,Rnak2,rank3\nA,B,C\n')).toEqual(['1:3 the header has no rank 2']);
    expect(refused('Dear voters\n')).toHaveLength(1);
    expect(refused('id\n1\n')).toEqual(['1: the header needs columns rank1, rank2, …, or a column approved, or a column for each option']);
  });

  it('names the columns that are not counted', () => {
    expect(read('id,precinct,rank1\n1,x,A\n').warnings).toEqual([
      { zh: '未计入的列：precinct', en: 'columns that are not counted: precinct' },
    ]);
  });

  it('counts a repeated mark once, and tells on how many papers there is one; strictly it is refused', () => {
    const text = 'count,rank1,rank2\n3,A|A,B\n2,A,A\n4,A,B\n';
    const { papers, repeatedMarks } = read(text);
    expect([papers.map(({ ranking }) => ranking), repeatedMarks]).toEqual([
      [
        [['A'], ['B']],
        [['A'], ['A']],
        [['A'], ['B']],
      ],
      5,
    ]);
    expect(refused(text, { strict: true })).toEqual([
      '2:2 an option is marked more than once on this paper',
      '3:3 an option is marked more than once on this paper',
    ]);
  });

  it('has one option where its letters are composed in two ways', () => {
    const { options, papers } = read('rank1\nJos\u00e9\nJose\u0301\nBo\n');
    expect([options, papers.map(({ ranking }) => ranking)]).toEqual([
      ['José', 'Bo'],
      [[['José']], [['José']], [['Bo']]],
    ]);
    expect(orders('rank1\nJose\u0301\n', { options: ['Jos\u00e9'] })).toEqual(['Jos\u00e9']);
  });

  it('is written so that a spreadsheet runs no cell, and read back as it was', () => {
    const options = ['=1+1', '+A', '-B', '@C', '＝D', "'=E", "'F", 'G'];
    const text = writeRankingCsv({ options, ballots: [{ count: 1, ranking: [['=1+1', 'G'], ['-B']] }] });
    expect(text.split('\n').slice(0, 3)).toEqual(['count,rank1,rank2', "0,'=1+1,", "0,'+A,"]);
    expect(text.match(/(?:^|,)"?[=+\-@＝]/gmu)).toBe(null);
    expect(read(text)).toMatchObject({ options, papers: [{ ranking: [['=1+1', 'G'], ['-B']] }] });
  });
});

describe('a CSV of approvals', () => {
  it('has a column of the approved options', () => {
    const { forms, options, papers, repeatedMarks } = read('count,approved\n2,A|B\n1,\n3,B|B\n');
    expect([forms, options, repeatedMarks]).toEqual([['approval'], ['A', 'B'], 3]);
    expect(papers).toEqual([
      { line: 2, count: 2, approved: ['A', 'B'] },
      { line: 3, count: 1, approved: [] },
      { line: 4, count: 3, approved: ['B'] },
    ]);
    expect(refused('approved\nA|C\n', { options: ['A'] })).toEqual(['2:1 there is no option "C"']);
  });

  it('has a column for each option with marks in it', () => {
    const { forms, options, papers } = read('id,长椅,路灯\n1,1,0\n2,x,√\n3,是,否\n4,,\n');
    expect([forms, options]).toEqual([['approval'], ['长椅', '路灯']]);
    expect(papers.map(({ approved }) => approved)).toEqual([['长椅'], ['长椅', '路灯'], ['长椅'], []]);
    expect(read('赞成,反对\n1,0\n').options).toEqual(['赞成', '反对']);
  });

  it('does not guess what numbers are', () => {
    expect(refused('A,B\n1,2\nperhaps,0\n')).toEqual([
      '2:2 it is not certain whether 2 is a rank or points: declare it with --cells ranks or --cells points',
      '3:1 not a mark of approval, such as 1, x or yes: "perhaps"',
    ]);
  });
});

describe('a CSV with a column for each option', () => {
  it('has ranks where they are declared: equal ones, some left out, none', () => {
    expect(orders('A,B,C\n1,2,3\n3,1,\n1,1,3\n,,\n', { cells: 'ranks' })).toEqual(['A>B>C', 'B>>A', 'A=B>>C', '']);
    expect(refused('A,B\n1,x\n0,3\n1.5,2\n', { cells: 'ranks' })).toEqual([
      '2:2 must be a whole number from 1: "x"',
      '3:1 must be a whole number from 1: "0"',
      '3:2 rank 3 of 2 options',
      '4:1 must be a whole number from 1: "1.5"',
    ]);
  });

  it('has points where they are declared', () => {
    const { forms, papers } = read('票数,A,B\n2,5,\n1,0,3\n', { cells: 'points' });
    expect([forms, papers.map(({ count, points }) => [count, points])]).toEqual([
      ['points'],
      [
        [2, [['A', 5]]],
        [
          1,
          [
            ['A', 0],
            ['B', 3],
          ],
        ],
      ],
    ]);
    expect(refused('A,B\n-1,"4,5"\n', { cells: 'points' })).toEqual([
      '2:1 must be a whole number from 0: "-1"',
      '2:2 must be a whole number from 0: "4,5"',
    ]);
  });

  it('has no other columns than the declared options', () => {
    expect(refused('A,C\n1,1\n', { options: ['A', 'B'] })).toEqual(['1:2 there is no option "C"']);
    expect(read('A\n1\n', { options: ['A', 'B'] }).options).toEqual(['A', 'B']);
  });
});

it('a file of another name is a CSV by its header', () => {
  const format = (text: string) => readElection('votes.txt', Buffer.from(text))?.format;
  expect(['Rank 1\nA\n', 'sep=;\n第一选择;x\nA;\n', 'name\nA\n'].map(format)).toEqual(['csv', 'csv', undefined]);
});

it('whatever a CSV holds, only its lines are named', () => {
  const base = 'count,rank1,rank2\n3,A,B\n"2",B|A,\n';
  fc.assert(
    fc.property(
      fc.nat(base.length),
      fc.nat(6),
      fc.string({ maxLength: 4 }),
      fc.constantFrom('ranks', 'points', undefined),
      (at, cut, junk, cells) => {
        expect(Array.isArray(refused(base.slice(0, at) + junk + base.slice(at + cut), { cells }))).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
