import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { writePabulib } from '../../../src/application/contexts/platform/ballot-files.js';
import { parsePabulib, type PabulibFile } from '../../../src/infrastructure/formats/pabulib.js';
import { markPabulib } from '../../../src/infrastructure/formats/pabulib-tables.js';
import { bytesOf, readText } from '../../../src/infrastructure/formats/encoding.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

const folder = new URL('../../fixtures/votes/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as {
  file: string;
  projects: number;
  ballots: number;
  budget: string;
  expected: { official: { winners: string[] } };
}[];
const read = (text: string) => parsePabulib(readText(Buffer.from(text)).text);
const lines = (...votes: string[]) =>
  [
    'META',
    'key;value',
    'budget;100',
    'vote_type;approval',
    'PROJECTS',
    'project_id;cost;name',
    '1;60;a',
    '2;50;b',
    'VOTES',
    'voter_id;vote',
    ...votes,
    '',
  ].join('\n');
const scoring = (...votes: string[]) =>
  lines(...votes)
    .replace('approval', 'scoring')
    .replace('voter_id;vote', 'voter_id;vote;points');
const problemsOf = (text: string | Uint8Array) => {
  try {
    parsePabulib(readText(typeof text === 'string' ? Buffer.from(text) : text).text);
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems;
    throw error;
  }
  return [];
};

describe('Pabulib files', () => {
  it.each(manifest.filter(({ file }) => file.endsWith('.pb')))('reads $file whole, and writes it back as it was', (said) => {
    const bytes = readFileSync(new URL(said.file, folder));
    const file = parsePabulib(bytes.toString());
    expect([file.projects.length, file.ballots.length, String(file.budget), file.unit]).toEqual([
      said.projects,
      said.ballots,
      said.budget,
      1,
    ]);
    expect(file.warnings).toEqual([]);
    expect(
      file.projects
        .filter(({ selected }) => selected)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(said.expected.official.winners);
    // its own winners change nothing, not a byte
    const source = readText(bytes);
    expect(Buffer.from(bytesOf(markPabulib(source.text, new Set(said.expected.official.winners)), source)).equals(bytes)).toBe(true);
  });

  it('reads the votes of each kind', () => {
    const first = (name: string) =>
      parsePabulib(readFileSync(new URL(`pb/${name}.pb`, folder), 'utf8'))
        .ballots.slice(0, 2)
        .map(({ voter, options, points }) => ({ voter, options, points }));
    expect(first('Poland_Czestochowa_2024_Ostatni_Grosz')).toEqual([
      { voter: '20', options: ['23'], points: [10] },
      { voter: '54', options: ['65', '247'], points: [6, 4] },
    ]);
    expect(first('Poland_Krakow_2020_Stare_Miasto')[0]).toEqual({ voter: 'E1075838', options: ['9', '28', '37'], points: null });
  });

  it('reads spaces, quotes, doubled quotes, commas, semicolons, byte order marks and empty ballots', () => {
    const text =
      '\uFEFFMETA\nkey; value\nbudget; 100\nvote_type; Approval\nPROJECTS\nproject_id; name; cost\n1;"Park; ""Nad Wisłą"", etap II";60\n2;Klub "Wda", remont;0\nVOTES\nvoter_id; age; vote\na;30; 1, 2\nb;31;\n';
    const file = read(text);
    expect(file.projects.map(({ id, cost, name, selected }) => [id, cost, name, selected])).toEqual([
      ['1', 60, 'Park; "Nad Wisłą", etap II', null],
      ['2', 0, 'Klub "Wda", remont', null],
    ]);
    expect(file.ballots.map(({ options }) => options)).toEqual([['1', '2'], []]);
  });

  it('marks the winners, also where the file had no such column', () => {
    const text = lines('a;1');
    expect(markPabulib(text, new Set(['2']))).toBe(
      text.replace('cost;name\n', 'cost;name;selected\n').replace('60;a', '60;a;0').replace('50;b', '50;b;1'),
    );
  });

  it('changes nothing but the mark: neither quotes nor spaces, line ends, empty lines or a missing last one', () => {
    const text = (a: string, b: string) =>
      `META\r\nkey; value;\r\n\r\n"budget"; 100;\nvote_type;approval;\n PROJECTS\r\n"project_id";cost; selected ;name\r\n"1";60;${a};"a ""b"";\r\nc"\n\n2; 50;${b};"d;"e\nVOTES\nvoter_id;vote\n"a";"1"`;
    expect(markPabulib(text('0', '"1"'), new Set(['1']))).toBe(text('1', '0'));
    expect(markPabulib(text(' 1 ', '"0"'), new Set(['1']))).toBe(text(' 1 ', '"0"'));
    expect(markPabulib(text('', 'x'), new Set())).toBe(text('0', '0'));
  });

  it('keeps 2 and 3, which say that other money pays for a project', () => {
    const text = lines('a;1').replace('cost;name', 'cost;selected').replace('60;a', '60;2').replace('50;b', '50;3');
    expect(markPabulib(text, new Set())).toBe(text);
    expect(markPabulib(text, new Set(['1', '2']))).toBe(text);
  });

  it('marks any project, whatever its other cells are', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('"', ';', 'a', ' ', '\n', 'é', '""'), maxLength: 8 })
      .map((one) => (/[;\n]/u.test(one) || one.startsWith('"') ? `"${one.replaceAll('"', '""')}"${one.length > 5 ? 'x' : ''}` : one));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n'), (cells, end) => {
        const of = (marks: readonly string[]) =>
          ['META', 'key;value', 'budget;1', 'vote_type;approval', 'PROJECTS', 'project_id;cost;a;selected;b']
            .concat(cells.map(([a, b], i) => `${i};1;${a};${marks[i]};${b}`))
            .concat('VOTES', 'voter_id;vote', '')
            .join(end);
        const winners = cells.map((_, i) => String(i)).filter((_, i) => i % 2 === 0);
        const before = of(cells.map(() => '7'));
        expect(markPabulib(before, new Set(winners))).toBe(of(cells.map((_, i) => (i % 2 === 0 ? '1' : '0'))));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps Latin-1 that is declared, byte for byte', () => {
    const bytes = Buffer.from(lines('a;1').replace('1;60;a', '1;60;Café Münster').replace('cost;name', 'cost;selected'), 'latin1');
    const source = readText(bytes, 'latin1');
    expect([source.encoding, parsePabulib(source.text).projects.length]).toEqual(['latin1', 2]);
    const marked = bytesOf(markPabulib(source.text, new Set(['1'])), source);
    expect(Buffer.from(marked).toString('latin1')).toBe(
      bytes.toString('latin1').replace('60;Café Münster', '60;1').replace('50;b', '50;0'),
    );
  });

  it('counts in the smallest unit of money that the file uses', () => {
    const file = read(lines('a;1').replace('1;60;', '1;60.25;').replace('2;50;', '2;49,50;').replace('budget;100', 'budget;100.000'));
    expect([file.unit, file.budget, ...file.projects.map(({ cost }) => cost)]).toEqual([100, 10000, 6025, 4950]);
  });

  it('says what is odd without refusing it', () => {
    const file = read(lines('a;1', 'a;2').replace('budget;100', 'budget;100\nnum_votes;3'));
    expect(file.warnings).toEqual([
      { zh: '第 13 行：投票人 a 列了两次', en: 'line 13: voter a is listed twice' },
      { zh: '第 4 行：num_votes 写 3，文件实有 2', en: 'line 4: num_votes is 3, the file has 2' },
    ]);
  });

  it('tells of ballots beyond the limits that META names, and keeps them', () => {
    const meta = (...rows: string[]) => ['budget;100', ...rows].join('\n');
    const tooLong = read(lines('a;1,2', 'b;1', 'c;2,1', 'd;').replace('budget;100', meta('min_length;1', 'max_length;1')));
    expect([tooLong.warnings, tooLong.ballots.length]).toEqual([
      [{ zh: '第 13 行等 2 行：超出 max_length 1，仍计入', en: 'line 13 and 1 more: max_length is 1, but it is counted' }],
      4,
    ]);
    const costly = read(lines('a;1', 'b;1,2').replace('budget;100', meta('max_sum_cost;60')));
    expect(costly.warnings.map(({ en }) => en)).toEqual(['line 13: max_sum_cost is 60, but it is counted']);
    const scored = lines('a;1,2;3,4', 'b;1;9').replace('approval', 'scoring').replace('voter_id;vote', 'voter_id;vote;points');
    expect(
      read(scored.replace('budget;100', meta('max_points;5', 'max_sum_points;7', 'min_sum_points;8'))).warnings.map(({ en }) => en),
    ).toEqual([
      'line 15: max_points is 5, but it is counted',
      'line 14: min_sum_points is 8, but it is counted',
      'line 15: max_sum_points is 7, but it is counted',
    ]);
    const high = scored.replace('b;1;9', 'b;1;6000');
    expect(
      read(high.replace('budget;100', meta('max_points;5,000', 'max_sum_points;1,000,000', 'max_length;many'))).warnings.map(
        ({ en }) => en,
      ),
    ).toEqual([
      'max_length is not a whole number: "many"; it is not checked',
      'it is not certain whether max_points has a thousands separator or decimals: "5,000"; it is not checked',
    ]);
    expect(read(lines('a;1,2').replace('budget;100', 'budget;10000\nmax_sum_cost;5,000')).warnings).toEqual([]);
  });

  it('counts a project once that a ballot names again, and tells how many ballots do; strictly it is malformed', () => {
    const file = read(lines('a;2,1,2', 'b;1', 'c;1,1'));
    expect([file.ballots.map(({ options }) => options), file.repeatedMarks]).toEqual([[['2', '1'], ['1'], ['1']], 2]);
    expect(read(scoring('a;2,1,2;5,0,5')).ballots[0]).toMatchObject({ options: ['2', '1'], points: [5, 0] });
    expect(() => parsePabulib(lines('a;2,1,2', 'b;1', 'c;1,1'), { strict: true })).toThrow(
      /^line 11, column 2: an option is marked more than once on this paper .*\nline 13, column 2: [^\n]*$/u,
    );
  });

  describe('limits of categories, districts and the like', () => {
    const file = (meta: string, column = 'category') =>
      ['META', 'key;value', 'budget;1000', 'vote_type;approval', ...meta.split('\n'), 'PROJECTS', `project_id;cost;${column}`]
        .concat('1;60;sport,green', '2;50;sport', '3;40;', 'VOTES', 'voter_id;vote', 'a;1', '')
        .join('\n');
    const limitsOf = (text: string) => {
      const { limits, limitKeys } = read(text);
      return { limits, limitKeys };
    };
    const both = {
      limits: [
        { name: 'sport', options: ['1', '2'], budget: 100 },
        { name: 'green', options: ['1'], budget: 70 },
      ],
      limitKeys: ['budget_per_category'],
    };

    it.each([
      ['a dictionary', "budget_per_category;{'sport': 100, 'green': 70, 'other': 5}"],
      ['a dictionary as JSON', 'budget_per_category;{"sport": 100, "green": "70"}'],
      ['a list beside the names', 'categories;sport, green\nbudget_per_category;100,70'],
    ])('are read from %s', (_, meta) => {
      expect(limitsOf(file(meta))).toEqual(both);
    });

    it('are read from one amount for each, in the smallest unit of money of the file', () => {
      expect(limitsOf(file('budget_per_district;100.5', 'district'))).toEqual({
        limits: [
          { name: 'sport', options: ['1', '2'], budget: 1005 },
          { name: 'green', options: ['1'], budget: 1005 },
        ],
        limitKeys: ['budget_per_district'],
      });
    });

    it.each([
      ['a list without names', 'budget_per_category;100,70'],
      ['no column', 'budget_per_neighborhood;100'],
      ['words', 'budget_per_category;half of the budget'],
      ['a number cut by its separator', "budget_per_category;{'sport': 5,000}"],
      ['a number as programs write it', "budget_per_category;{'sport': 1e2}"],
      ['an amount with a unit', "budget_per_category;{'sport': '50 EUR'}"],
      ['an amount below 0', "budget_per_category;{'sport': 50, 'green': -3}"],
      ['one entry that is none', "budget_per_category;{'sport': 50, green: x}"],
    ])('are none if META has %s', (_, meta) => {
      expect(limitsOf(file(meta))).toEqual({ limits: [], limitKeys: [] });
    });

    it('are named if no project is in them', () => {
      expect(read(file("budget_per_category;{'Sport': 100, 'green': 70}")).warnings.map(({ en }) => en)).toContain(
        'budget_per_category: no project is in "Sport", so this limit does nothing',
      );
    });

    it('are refused if they are thousands only by their zeros, and then more than the whole budget', () => {
      expect(problemsOf(file("budget_per_category;{'sport': 60.000}"))).toMatchObject([{ line: 5, column: 2 }]);
    });

    it('are refused with line and column if it is not certain what an amount is', () => {
      expect(problemsOf(file("budget_per_category;{'sport': 1.125}"))).toMatchObject([{ line: 5, column: 2 }]);
    });
  });

  it.each([
    ['a cost', lines('a;1').replace('2;50', '2;fifty'), 8, 2],
    ['a project', lines('a;1').replace('2;50', ';50'), 8, 1],
    ['a vote', lines('a;1', 'b;3'), 12, 2],
    ['points', scoring('a;1,2;5'), 11, 3],
  ])('names the column of %s that is wrong', (_, text, line, column) => {
    expect(problemsOf(text)).toMatchObject([{ line, column }]);
  });

  it('reads amounts with thousands separators where the file makes it certain, and refuses others with the line', () => {
    const of = (budget: string, cost: string) => lines('a;1').replace('budget;100', `budget;${budget}`).replace('1;60;', `1;${cost};`);
    expect(read(of('10000', '5,000')).projects[0]!.cost).toBe(5_000);
    expect(read(of('1,234,567', '12,500')).budget).toBe(1_234_567);
    expect(problemsOf(of('10000', '5,125'))).toMatchObject([
      { line: 7, en: expect.stringContaining('it is not certain whether cost has') },
    ]);
  });

  it('knows a project by its id however the letters are composed, and keeps its cells', () => {
    const text = lines('a;e\u0301').replace('1;60;a', '\u00e9;60;a');
    const file = read(text);
    expect([file.ballots[0]!.options, markPabulib(text, new Set(['\u00e9']))]).toEqual([
      ['\u00e9'],
      text.replace('name\n', 'name;selected\n').replace(';60;a', ';60;a;1').replace(';50;b', ';50;b;0'),
    ]);
  });

  it('reads votes for one project, and no more', () => {
    const one = lines('a;1', 'b;', 'c;2').replace('approval', 'choose-1');
    expect(read(one).ballots.map(({ options }) => options)).toEqual([['1'], [], ['2']]);
    expect(problemsOf(one.replace('c;2', 'c;1,2'))).toEqual([
      { line: 13, column: 2, zh: '只能选一个项目的选票写了 2 个项目', en: '2 projects in a vote for one project' },
    ]);
  });

  it.each([
    ['an unknown project', lines('a;1', 'b;3', 'c;2,4'), [12, 13]],
    ['points that may be ten or ten thousand', scoring('a;1;10.000'), [11]],
    ['points that are too large to be exact', scoring('a;1;9007199254740993'), [11]],
    [
      'a least score that may be one or a thousand',
      lines('a;1').replace('budget;100', 'budget;100\nmin_project_score_threshold;1.000'),
      [4],
    ],
    ['two numbers of points for one project', scoring('a;1,1;5,4'), [11]],
    ['a missing and a surplus cell', lines('a', 'b;1', 'c;1;2'), [11, 13]],
    ['a cost that is none', lines('a;1').replace('2;50', '2;fifty'), [8]],
    ['a negative cost', lines('a;1').replace('2;50', '2;-50'), [8]],
    ['a cost beyond exact numbers', lines('a;1').replace('2;50', '2;99999999999999999'), [8]],
    ['a project listed twice', lines('a;1').replace('2;50', '1;50'), [8]],
    ['an open quote', lines('a;1', 'b;"2', 'c;2'), [12]],
    ['an unknown kind of vote', lines('a;1').replace('approval', 'loudest'), [4]],
    ['no budget', lines('a;1').replace('budget;100', 'x;100'), [1]],
    ['no votes', lines().replace('VOTES\nvoter_id;vote\n', ''), [8]],
    ['a missing column', lines('a;1').replace('voter_id;vote', 'voter_id;choice'), [10]],
    ['points missing', lines('a;1').replace('approval', 'cumulative'), [10, 11]],
    ['fewer points than projects', lines('a;1,2;5').replace('approval', 'scoring').replace('voter_id;vote', 'voter_id;vote;points'), [11]],
    ['points that are no number', lines('a;1;x').replace('approval', 'scoring').replace('voter_id;vote', 'voter_id;vote;points'), [11]],
    ['another file', 'hello\nworld\n', [1, 2]],
    ['nothing', '', [1]],
  ])('names the lines of %s, and reads nothing', (_, text, expected) => {
    expect([...new Set(problemsOf(text).map(({ line }) => line))]).toEqual(expected);
  });

  it('reads back whatever it writes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((one) => one.replace(/\r/gu, '').trim());
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.array(fc.subarray([0, 1, 2, 3, 4]), { maxLength: 8 }),
        (names, votes) => {
          const projects = names.map((name, i) => ({
            id: `p${i}`,
            cost: i * 10,
            name,
            selected: i % 2 === 0,
            cells: [`p${i}`, String(i * 10), name, i % 2 === 0 ? '1' : '0'],
          }));
          const ballots = votes.map((vote, i) => {
            const options = vote.filter((n) => n < names.length).map((n) => `p${n}`);
            return { voter: `v${i}`, options, points: null, line: 9 + projects.length + i };
          });
          const file: PabulibFile = {
            meta: [
              ['budget', '100'],
              ['vote_type', 'approval'],
            ],
            voteType: 'approval',
            budget: 100,
            limits: [],
            limitKeys: [],
            defaultScore: 0,
            unit: 1,
            projectColumns: ['project_id', 'cost', 'name', 'selected'],
            projects,
            ballots,
            repeatedMarks: 0,
            warnings: [],
          };
          const written = writePabulib({
            ...file,
            voteColumns: ['voter_id', 'vote'],
            ballots: ballots.map(({ voter, options }) => ({ cells: [voter, options.join(',')] })),
          });
          expect(read(written)).toEqual(file);
        },
      ),
    );
  });

  it('never throws anything but what names lines', () => {
    const base = lines('a;1', 'b;1,2');
    fc.assert(
      fc.property(fc.nat(base.length), fc.nat(6), fc.string({ maxLength: 4 }), (at, cut, junk) => {
        expect(Array.isArray(problemsOf(base.slice(0, at) + junk + base.slice(at + cut)))).toBe(true);
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(problemsOf(bytes).length).toBeGreaterThan(0)));
  });
});
