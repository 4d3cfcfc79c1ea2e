import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writePreflib, writeRankingCsv, type RankingFile } from '../../../src/application/contexts/platform/ballot-files.js';
import { parseBallotCsv } from '../../../src/infrastructure/formats/ballot-csv.js';
import { readElection } from '../../../src/infrastructure/formats/formats.js';
import { parsePreflib } from '../../../src/infrastructure/formats/preflib.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

const linesOf = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof MalformedFile) return [...new Set(error.problems.map(({ line }) => line))];
    throw error;
  }
  return [];
};
const preflib = (text: string, type?: string) => parsePreflib(text, type);
const csv = (text: string, options?: readonly string[]) => {
  const read = parseBallotCsv(text, { options });
  return { options: read.options, ballots: read.papers.map(({ line: _, ...paper }) => ({ ...paper, ranking: paper.ranking! })) };
};
const names = fc.uniqueArray(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .stringMatching(/^[\p{L}, "#:]{1,9}$/u)
        .map((name) => name.trim().normalize('NFC'))
        .filter((name) => name !== ''),
    },
    fc.constantFrom('overvote', 'undervote'),
  ),
  { minLength: 2, maxLength: 5 },
);
/** Files that both formats can hold: distinct orders, no ranks left out, the most frequent first. */
const files = names.chain((options) =>
  fc
    .uniqueArray(fc.tuple(fc.shuffledSubarray(options, { minLength: 1 }), fc.boolean()), {
      selector: ([chosen, tied]) => (tied && chosen.length > 1 ? `= ${[...chosen].sort().join('|')}` : chosen.join('|')),
      minLength: 1,
      maxLength: 6,
    })
    .map((orders): RankingFile => ({
      options,
      ballots: orders.map(([chosen, tied], i) => ({
        count: 20 - i,
        ranking: tied ? [[...chosen].sort((a, b) => options.indexOf(a) - options.indexOf(b))] : chosen.map((option) => [option]),
      })),
    })),
);

describe('PrefLib orders', () => {
  const head =
    '# FILE NAME: x.toi\n# TITLE: Election: one\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 6\n# ALTERNATIVE NAME 1: Ann, "A"\n# ALTERNATIVE NAME 2: Bob\n# ALTERNATIVE NAME 3: 蔡新周\n';

  it('reads strict, tied, incomplete and empty orders with their numbers', () => {
    const file = preflib(`${head}3: 2,{1,3}\n2: 3, 1\n1:\n`);
    expect(file.options).toEqual(['Ann, "A"', 'Bob', '蔡新周']);
    expect(file.ballots).toEqual([
      { count: 3, ranking: [['Bob'], ['Ann, "A"', '蔡新周']] },
      { count: 2, ranking: [['蔡新周'], ['Ann, "A"']] },
      { count: 1, ranking: [] },
    ]);
    expect(file.head[1]).toEqual(['TITLE', 'Election: one']);
    expect(writePreflib(file, file.head)).toBe(
      '# FILE NAME: x.toi\n# TITLE: Election: one\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# NUMBER VOTERS: 6\n# NUMBER UNIQUE ORDERS: 3\n# ALTERNATIVE NAME 1: Ann, "A"\n# ALTERNATIVE NAME 2: Bob\n# ALTERNATIVE NAME 3: 蔡新周\n3: 2,{1,3}\n2: 3,1\n1: \n',
    );
  });

  it('knows alternatives by their numbers where names repeat', () => {
    const file = preflib('# ALTERNATIVE NAME 1: Li\n# ALTERNATIVE NAME 2: 1\n# ALTERNATIVE NAME 3: Li\n2: 3,{1,2}\n');
    expect([file.options, [...file.names], file.ballots]).toEqual([
      ['1', '2', '3'],
      [
        ['1', '1 Li'],
        ['2', '2 1'],
        ['3', '3 Li'],
      ],
      [{ count: 2, ranking: [['3'], ['1', '2']] }],
    ]);
    expect(preflib('# ALTERNATIVE NAME 1: Li\n# ALTERNATIVE NAME 2: Wu\n2: 2\n').names.size).toBe(0);
  });

  it('may have spaces wherever they are legal', () => {
    expect(preflib(`${head}3: 2, { 1 , 3 }\n2:3 ,1\n1 : 1\n`).ballots).toEqual([
      { count: 3, ranking: [['Bob'], ['Ann, "A"', '蔡新周']] },
      { count: 2, ranking: [['蔡新周'], ['Ann, "A"']] },
      { count: 1, ranking: [['Ann, "A"']] },
    ]);
  });

  it('may be older than 2022', () => {
    const older = '3\n1,Ann, "A"\n2,Bob\n3, 蔡新周\n6,6,3\n3,2,{1,3}\n2, 3, 1\n1\n';
    const file = preflib(older, 'toi');
    expect(file.options).toEqual(['Ann, "A"', 'Bob', '蔡新周']);
    expect(file.ballots).toEqual(preflib(`${head}3: 2,{1,3}\n2: 3,1\n1:\n`).ballots);
    expect(file.lines).toEqual([6, 7, 8]);
  });

  it.each([
    ['other numbers of alternatives', '4\n1,A\n2,B\n3,C\n1,1,1\n1,1,2,3\n', [1, 5, 6]],
    ['other numbers of votes', '2\n1,A\n2,B\n5,5,1\n4,1,2\n', [4]],
    ['no sums', '2\n1,A\n2,B\n4,1\n', [4]],
    ['nothing after the names', '2\n1,A\n2,B\n', [1]],
    ['what is no order', '2\n1,A\n2,B\n5,5,2\n5,1,2\nx,1,2\n', [6]],
    ['equal ranks in a strict file', '2\n1,A\n2,B\n5,5,1\n5,{1,2}\n', [5]],
    ['a file that begins otherwise', 'hello\n', [1]],
  ])('names the lines of an older file with %s', (_, text, lines) => {
    expect(linesOf(() => preflib(text, 'soc'))).toEqual(lines);
  });

  it.each([
    ['y.cat', '# DATA TYPE: cat\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n2: {1},2\n'],
    ['y.cat', '# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n2: {1},2\n'],
    ['y.txt', '# FILE NAME: y.wmg\n# DATA TYPE: wmg\n# ALTERNATIVE NAME 1: A\n3: 1,2\n'],
  ])('are not what %s has', (name, text) => {
    expect(() => readElection(name, Buffer.from(text))).toThrow(/a file of the type (?:cat|wmg) has no orders; soc, soi, toc, toi have/u);
  });

  it('ranks an alternative that is ranked twice where it is ranked first, and tells how many orders do; strictly it is malformed', () => {
    const text = `${head}4: 1,{2,1},1\n2: 2,1\n`;
    const file = preflib(text);
    expect([file.ballots[0]!.ranking, file.repeatedMarks]).toEqual([[['Ann, "A"'], ['Bob']], 4]);
    expect(linesOf(() => parsePreflib(text, 'toi', { strict: true }))).toEqual([9]);
  });

  it('tells the type by what the orders are', () => {
    const type = (...rankings: string[][][]) =>
      /DATA TYPE: (\w+)/u.exec(writePreflib({ options: ['a', 'b'], ballots: rankings.map((ranking) => ({ count: 1, ranking })) }))![1];
    expect([type([['a'], ['b']]), type([['a']]), type([['a', 'b']]), type([['a', 'b']], [['b']])]).toEqual(['soc', 'soi', 'toc', 'toi']);
  });

  it.each([
    ['an unknown alternative', `${head}6: 4\n`, [9]],
    ['no order', `${head}5: 1\nx: 2\n1 2\n`, [5, 10, 11]],
    ['nothing between two commas, or before the first', `${head}3: 1,,2\n2: ,2,\n1: {1,},2\n`, [5, 9, 10, 11]],
    ['nothing after the last comma', `${head}5: 1,\n1: {1,2},\n`, [5, 9, 10]],
    ['no comma after a brace', `${head}6: {1,2}3\n`, [5, 9]],
    ['an open brace', `${head}6: 1,{2,3\n`, [5, 9]],
    ['equal ranks in a strict file', `${head.replace('TYPE: toi', 'TYPE: soi')}6: {1,2}\n`, [9]],
    ['an incomplete order in a complete file', `${head.replace('TYPE: toi', 'TYPE: toc')}6: 1,2\n`, [9]],
    ['other numbers of voters', `${head}5: 1\n`, [5]],
    ['other numbers of alternatives', `${head.replace('ALTERNATIVES: 3', 'ALTERNATIVES: 4')}6: 1\n`, [4]],
    ['a name given twice', `${head}# ALTERNATIVE NAME 3: Cy\n6: 1\n`, [9]],
    ['nothing', '', [1]],
  ])('names the lines of %s', (_, text, lines) => {
    expect(linesOf(() => preflib(text))).toEqual(lines);
  });

  it.each([
    ['an unknown alternative', `${head}6: 1, 4\n`, 7],
    ['equal ranks in a strict file', `${head.replace('TYPE: toi', 'TYPE: soi')}6: {1,2}\n`, 4],
    ['no order', `${head}  x: 2\n6: 1\n`, 3],
  ])('names the column of %s', (_, text, column) => {
    expect(() => preflib(text)).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ line: 9, column })] }));
  });

  it('reads back whatever it writes', () => {
    fc.assert(fc.property(files, (file) => expect(preflib(writePreflib(file))).toMatchObject(file)));
  });
});

describe('rankings as CSV', () => {
  it('reads names with commas and quotes, ranks left out, equal ranks, and overvotes that tell nothing', () => {
    const { options, ballots } = csv('id,rank1,rank2,rank3\r\nx,"Lee, ""J""",,Bob\r\ny,Bob|Ann,,\r\nz,overvote,Ann,undervote\r\n');
    expect(options).toEqual(['Lee, "J"', 'Bob', 'Ann']);
    expect(ballots).toEqual([
      { count: 1, ranking: [['Lee, "J"'], [], ['Bob']] },
      { count: 1, ranking: [['Bob', 'Ann']] },
      { count: 1, ranking: [options, ['Ann']] },
    ]);
  });

  it('keeps blank ballots of a single column; only an empty last line is none', () => {
    const counts = (text: string) => csv(text).ballots.map(({ ranking }) => ranking.flat().join());
    expect(counts('rank1\na\n\n\nb\n\n')).toEqual(['a', '', '', 'b']);
    expect(counts('rank1\r\na\r\n\r\nb\r\n')).toEqual(['a', '', 'b']);
    expect(counts('rank1\na\n\nb')).toEqual(['a', '', 'b']);
    expect(counts('rank1\na\n""\n')).toEqual(['a', '']);
    expect(linesOf(() => csv('rank1,rank2\na,b\n\nb,a\n\n'))).toEqual([3]);
    expect(csv('rank1,rank2\na,b\n\n').ballots).toHaveLength(1);
  });

  it('reads the ranks in the order of their numbers, and every ballot of a real election', () => {
    expect(
      csv(`rank2,rank10,${[1, 3, 4, 5, 6, 7, 8, 9].map((n) => `rank${n}`).join()}\nb,j,a,c,d,e,f,g,h,i\n`).ballots[0]!.ranking.join(''),
    ).toBe('abcdefghij');
    const { papers } = parseBallotCsv(
      readFileSync(new URL('../../fixtures/votes/rcv-minneapolis/2017_minneapolis_mayor_rankings.csv', import.meta.url), 'utf8'),
    );
    expect(papers.reduce((sum, { count }) => sum + count, 0)).toBe(105_928);
  });

  it.each([
    ['an undeclared option', 'rank1\na\nb\n', [3]],
    ['a missing cell', 'rank1,rank2\na,a\na\n', [3]],
    ['a count that is none', 'count,rank1\n1,a\n-1,a\n1.5,a\n', [3, 4]],
    ['nothing beside a bar', 'rank1\na|\n', [2]],
    ['an open quote', 'rank1\na\n"a\n', [3]],
    ['no rank', 'name\na\n', [1, 2]],
    ['nothing', '', [1]],
  ])('names the lines of %s', (_, text, lines) => {
    expect(linesOf(() => csv(text, ['a']))).toEqual(lines);
  });

  it('reads back whatever it writes', () => {
    fc.assert(fc.property(files, (file) => expect(csv(writeRankingCsv(file), file.options)).toMatchObject(file)));
  });
});
