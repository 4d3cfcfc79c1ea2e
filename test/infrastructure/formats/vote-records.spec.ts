import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import type { Reading } from '../../../src/infrastructure/formats/election.js';
import { readElection } from '../../../src/infrastructure/formats/formats.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

const read = (name: string, text: string, reading: Reading = {}) => readElection(name, Buffer.from(text), reading)!;
const problemsOf = (name: string, text: string, reading: Reading = {}): string[] => {
  try {
    read(name, text, reading);
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems.map(({ line, column, en }) => `${line}:${column ?? '-'} ${en}`);
    throw error;
  }
  return [];
};
const papersOf = (name: string, text: string, reading: Reading = {}) =>
  read(name, text, reading).papers.map(({ ranking, approved }) => ranking ?? approved);
/** Whatever is done to a text, only malformed files are reported, with a line. */
const expectOnlyProblems = (name: string, base: string) => {
  fc.assert(
    fc.property(fc.nat(base.length), fc.nat(9), fc.string({ maxLength: 4 }), (at, cut, junk) => {
      const problems = problemsOf(name, base.slice(0, at) + junk + base.slice(at + cut));
      expect(problems.every((problem) => /^\d+:[\d-]+ \S/u.test(problem))).toBe(true);
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(problemsOf(name, text).every((problem) => /^\d+:[\d-]+ \S/u.test(problem))).toBe(true);
    }),
  );
};

describe('cast vote records exported by Dominion', () => {
  const head =
    'Test Election,5.17.17.1,,,,,,,,,,\r\n' +
    ',,,,,"Mayor (Number of positions=1, Number of ranks=2)","Mayor (Number of positions=1, Number of ranks=2)","Mayor (Number of positions=1, Number of ranks=2)","Mayor (Number of positions=1, Number of ranks=2)",Council (Vote For=2),Council (Vote For=2),Council (Vote For=2)\r\n' +
    ',,,,,Ann(1),Bo(1),Ann(2),Bo(2),"Cy, Jr.",Di,Write-in\r\n' +
    'CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,DEM,,DEM,,REP,,\r\n';
  const file =
    head +
    '1,1,1,1,="1-1-1",1,0,0,1,1,1,0\r\n' +
    '2,1,1,2,1-1-2,0,0,1,0,1,1,1\r\n' +
    '3,1,1,3,1-1-3,1,1,0,0,0,0,1\r\n' +
    '4,1,1,4,1-1-4,,,,,0,0,0\r\n';

  it('have a column for each choice and rank', () => {
    const { options, about, seats, papers } = read('cvr.csv', file, { contest: 'Mayor' });
    expect([options, about.title, seats]).toEqual([['Ann', 'Bo'], 'Test Election: Mayor', 1]);
    expect(papers).toEqual([
      { line: 5, count: 1, ranking: [['Ann'], ['Bo']] },
      { line: 6, count: 1, ranking: [[], ['Ann']] },
      { line: 7, count: 1, ranking: [['Ann', 'Bo']] },
    ]);
  });

  it('have votes for several, void with too many marks', () => {
    const { options, seats, warnings } = read('cvr.csv', file, { contest: 'Council' });
    expect([options, seats]).toEqual([['Cy, Jr.', 'Di', 'Write-in'], 2]);
    expect(papersOf('cvr.csv', file, { contest: 'Council' })).toEqual([['Cy, Jr.', 'Di'], [], ['Write-in'], []]);
    expect(warnings.map(({ en }) => en)).toEqual(['1 ballots have more than 2 marks and count as blank']);
    const counted = countFile('cvr.csv', Buffer.from(file), { rule: 'approval' }, { contest: 'Council' });
    expect([counted.winners, counted.undecided]).toEqual([[], ['Cy, Jr.', 'Di', 'Write-in']]); // one vote each
  });

  it('need a contest to be named where there are several', () => {
    expect(problemsOf('cvr.csv', file)).toEqual([
      '1:- the file has several contests; name one (--contest; in wuwei import: --file-contest): "Mayor", "Council"',
    ]);
    expect(problemsOf('cvr.csv', file, { contest: 'Sheriff' })).toEqual([
      '1:- there is not exactly one such contest; the file has "Mayor", "Council"',
    ]);
  });

  it.each([
    ['a mark that is none', file.replace('1-1-2,0,0', '1-1-2,0,x'), ['6:7 0, 1 or nothing is expected: "x"']],
    ['a missing cell', file.replace('1-1-2,0,0,', '1-1-2,0,'), ['6:- 11 cells instead of 12']],
    ['a choice without its rank', file.replace('Ann(2)', 'Ann'), ['3:8 the name of a choice is expected, with its rank: Name(1)']],
    ['another fourth row', file.replace('CvrNumber', 'Number'), ['4:1 the fourth row must start with CvrNumber']],
    ['an open quote', file.replace(',="1-1-1"', ',"1-1-1'), [expect.stringMatching(/^5:- /u)]],
  ])('name line and column of %s', (_, text, problems) => {
    expect(problemsOf('cvr.csv', text, { contest: 'Mayor' })).toEqual(problems);
  });

  it('never fail but with what names a line', () => expectOnlyProblems('cvr.csv', file));

  it('are read as they were marked', () => {
    const cells = fc.array(fc.array(fc.constantFrom('0', '1'), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cells, (rows) => {
        const text = head + rows.map((row, i) => `${i},1,1,1,1,${row.join(',')},,,\n`).join('');
        const marked = (row: readonly string[], rank: number) => ['Ann', 'Bo'].filter((_, i) => row[rank * 2 + i] === '1');
        const expected = rows
          .map((row) => [marked(row, 0), marked(row, 1)])
          .map((ranks) => (ranks[1]!.length > 0 ? ranks : ranks.filter((tier) => tier.length > 0)));
        expect(papersOf('cvr.csv', text, { contest: 'Mayor' })).toEqual(expected);
      }),
    );
  });
});

describe('cast vote records exported by ES&S', () => {
  const head =
    'Cast Vote Record,Precinct,Ballot Style,Rep. to Congress 1st Choice District 2,Rep. to Congress 2nd Choice District 2,Clerk,Clerk\n';
  const file = `${head}101,Milo,1,"Golden, Jared",undervote,Ann,Bo\n102,Milo,1,undervote,Poliquin,overvote,overvote\n103,Milo,1,overvote,Poliquin,Ann,undervote\n104,Milo,2,,,write-in,undervote\n`;
  const house = { contest: 'Rep. to Congress District 2' };

  it('have a column for each choice', () => {
    expect(papersOf('cvr.csv', file, house)).toEqual([
      [['Golden, Jared']],
      [[], ['Poliquin']],
      [['Golden, Jared', 'Poliquin'], ['Poliquin']],
    ]);
    const { options, repeatedMarks } = read('cvr.csv', file, house);
    expect([options, repeatedMarks]).toEqual([['Golden, Jared', 'Poliquin'], 0]);
  });

  it('have contests without ranks, void where overvoted', () => {
    const clerk = read('cvr.csv', file, { contest: 'Clerk' });
    expect([clerk.seats, clerk.forms, clerk.warnings.map(({ en }) => en)]).toEqual([
      2,
      ['approval'],
      ['1 overvoted ballots count as blank'],
    ]);
    expect(papersOf('cvr.csv', file, { contest: 'Clerk' })).toEqual([['Ann', 'Bo'], [], ['Ann'], ['write-in']]);
  });

  it.each([
    ['a missing cell', file.replace('101,Milo,', '101,'), house, ['2:- 6 cells instead of 7']],
    ['no contest', 'Cast Vote Record,Precinct\n1,2\n', {}, ['1:- there is not exactly one such contest; the file has none']],
  ])('name the line of %s', (_, text, reading, problems) => {
    expect(problemsOf('cvr.csv', text, reading)).toEqual(problems);
  });

  it('never fail but with what names a line', () => expectOnlyProblems('x.csv', file));
});

describe('cast vote records of NIST 1500-103', () => {
  const mark = (rank?: number, more: object = {}) => ({
    '@type': 'CVR.SelectionPosition',
    HasIndication: 'yes',
    NumberVotes: 1,
    ...(rank && { Rank: rank }),
    ...more,
  });
  const selection = (id: string, ...positions: object[]) => ({
    '@type': 'CVR.CVRContestSelection',
    ContestSelectionId: id,
    SelectionPosition: positions,
  });
  const cvr = (...contests: [id: string, ...selections: object[]][]) => ({
    '@type': 'CVR.CVR',
    CurrentSnapshotId: 'now',
    CVRSnapshot: [
      { '@id': 'old', '@type': 'CVR.CVRSnapshot', Type: 'original', CVRContest: [] },
      {
        '@id': 'now',
        '@type': 'CVR.CVRSnapshot',
        Type: 'interpreted',
        CVRContest: contests.map(([ContestId, ...CVRContestSelection]) => ({ '@type': 'CVR.CVRContest', ContestId, CVRContestSelection })),
      },
    ],
  });
  const report = (...cvrs: object[]) =>
    JSON.stringify(
      {
        '@type': 'CVR.CastVoteRecordReport',
        Note: 'a "quoted" text, with } and ]',
        CVR: cvrs,
        Election: [
          {
            '@id': 'e',
            Candidate: [
              { '@id': 'ann', Name: 'Ann' },
              { '@id': 'bo', Name: 'Bo' },
            ],
            Contest: [
              {
                '@id': 'mayor',
                Name: 'Mayor',
                ContestSelection: [
                  { '@id': 'm1', CandidateIds: ['ann'] },
                  { '@id': 'm2', CandidateIds: ['bo'] },
                ],
              },
              {
                '@id': 'pool',
                Name: 'A new pool',
                VotesAllowed: 1,
                ContestSelection: [
                  { '@id': 'p1', Selection: 'Yes' },
                  { '@id': 'p2', Selection: 'No' },
                ],
              },
            ],
          },
        ],
      },
      null,
      1,
    );
  const file = report(
    cvr(['mayor', selection('m1', mark(1)), selection('m2', mark(2))], ['pool', selection('p1', mark())]),
    cvr(['mayor', selection('m2', mark(2), mark(3))], ['pool', selection('p1', mark()), selection('p2', mark())]),
    cvr([
      'mayor',
      selection('m1', mark(1, { IsAllocable: 'no' })),
      selection('m2', mark(1, { IsAllocable: 'yes', HasIndication: 'unknown' })),
    ]),
    cvr(['mayor', selection('m1', mark(1, { HasIndication: 'unknown' }), mark(2, { HasIndication: 'no' }))]),
    cvr(['mayor', selection('m1', mark(1)), selection('m2', mark(1))], ['pool', selection('p2', mark())]),
  );

  it('have ranks in the current snapshot', () => {
    const { options, names, warnings } = read('report.json', file, { contest: 'Mayor' });
    expect([options, names.get('m1')]).toEqual([['m1', 'm2'], 'Ann']);
    expect(papersOf('report.json', file, { contest: 'Mayor' })).toEqual([
      [['m1'], ['m2']],
      [[], ['m2'], ['m2']],
      [['m2']],
      [],
      [['m1', 'm2']],
    ]);
    expect(warnings.map(({ en }) => en)).toEqual(['1 marks whose indication is unknown are not counted']);
    expect(read('report.json', file, { contest: 'Mayor' }).repeatedMarks).toBe(1);
    expect(problemsOf('report.json', file, { contest: 'Mayor', strict: true })).toEqual([expect.stringMatching(/marked more than once/u)]);
    const counted = countFile('report.json', Buffer.from(file), { rule: 'instant-runoff' }, { contest: 'Mayor' });
    expect(counted.winners).toEqual(['m2']);
  });

  it('have marks without ranks, void with too many', () => {
    expect(papersOf('report', file, { contest: 'A new pool' })).toEqual([['p1'], [], ['p2']]);
    expect(read('report', file, { contest: 'A new pool' }).warnings.map(({ en }) => en)).toEqual([
      '1 ballots have more than 1 marks and count as blank',
    ]);
  });

  it('name line and column where a record is wrong', () => {
    const one = cvr(['mayor', selection('m9', mark(1, { NumberVotes: 2 }))]);
    const text = report(cvr(['mayor']), one, { ...one, CurrentSnapshotId: 'gone' });
    const lines = text.split('\n').flatMap((line, i) => (line === '  {' ? [i + 1] : []));
    expect(problemsOf('x.json', text, { contest: 'Mayor' })).toEqual([
      `${lines[1]}:3 there is no selection "m9"`,
      `${lines[1]}:3 marks that are worth several votes are not read`,
      `${lines[2]}:3 there is no current snapshot (CurrentSnapshotId)`,
    ]);
  });

  it.each([
    ['a cut text', file.slice(0, 99), [expect.stringMatching(/^6:\d+ this is not valid JSON$/u)]],
    ['another document', '[]', ['1:1 a JSON object is expected']],
    ['no contest', '{}', ['1:- there is not exactly one such contest; the file has none']],
    ['no records', report(), ['1:- there are no cast vote records (CVR)']],
    [
      'a rank beyond reason',
      report(cvr(['mayor', selection('m1', mark(1e9))])),
      [expect.stringMatching(/a rank must be from 1 to 1000: 1000000000$/u)],
    ],
    [
      'a mark without a rank',
      report(cvr(['mayor', selection('m1', mark(1)), selection('m2', mark())])),
      [expect.stringMatching(/a mark has no rank$/u)],
    ],
  ])('name the line of %s', (_, text, problems) => {
    expect(problemsOf('x.json', text, { contest: text === '{}' || text === '[]' ? undefined : 'Mayor' })).toEqual(problems);
  });

  it('never fail but with what names a line', () => expectOnlyProblems('x.json', file));

  it('are read as they were marked', () => {
    const votes = fc.array(fc.array(fc.constantFrom('m1', 'm2'), { maxLength: 3 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(votes, (rankings) => {
        const text = report(
          cvr(['mayor', selection('m1', mark(1))]),
          ...rankings.map((ranking) => cvr(['mayor', ...ranking.map((id, i) => selection(id, mark(i + 1)))])),
        );
        expect(papersOf('x.json', text, { contest: 'Mayor' }).slice(1)).toEqual(rankings.map((ranking) => ranking.map((id) => [id])));
      }),
    );
  });
});
