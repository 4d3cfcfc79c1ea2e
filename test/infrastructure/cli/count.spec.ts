import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import type { DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { countFile, type CountOptions, type DeclaredTies } from '../../../src/infrastructure/cli/count-file.js';
import { UsageError } from '../../../src/infrastructure/cli/common.js';
import { parsePabulib, type PabulibFile } from '../../../src/infrastructure/formats/pabulib.js';
import { readText } from '../../../src/infrastructure/formats/encoding.js';
import { wuwei } from './program.js';

const votes = new URL('../../fixtures/votes/', import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, votes));
const bytes = (name: string) => readFileSync(new URL(name, votes));
const counted = (name: string, text: string | Uint8Array, declared: DeclaredRule | null, options?: CountOptions) =>
  countFile(name, typeof text === 'string' ? Buffer.from(text) : text, declared, options);
const textOf = (file: Uint8Array, encoding?: string) => readText(file, encoding).text;
const encode = (text: string, encoding: string) => iconv.encode(text, encoding);
const swiecie = '../../../data/Poland_Swiecie_2023.pb';
const manifest = JSON.parse(bytes('manifest.json').toString()) as { file: string; expected: { official: { winners: string[] } } }[];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wuwei-count-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string | Uint8Array) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const pb = (meta: string, columns: string, ...rows: string[]) =>
  `META\nkey;value\nbudget;100\n${meta}\nPROJECTS\nproject_id;cost;name\na;60;"Ławka, ""nowa"""\nb;50;Rower\nc;40;Park\nz;0;Gratis\nx;500;Za drogi\nVOTES\nvoter_id;${columns}\n${rows.join('\n')}\n`;

describe('wuwei count, of a Pabulib file', () => {
  it.each(manifest.filter(({ file: name }) => name.endsWith('.pb')))(
    '$file: gives what was published, by the rule that the file names',
    ({ file: name, expected }) => {
      expect([...counted(name, bytes(name), null).winners].sort()).toEqual(expected.official.winners);
    },
  );

  it('takes the least score, the places and what does not fit from the file, unless told otherwise', () => {
    const gdynia = 'pb/Poland_Gdynia_2020_Srodmiescie__small.pb';
    expect(counted(gdynia, bytes(gdynia), { rule: 'greedy' }).rule).toEqual({
      rule: 'greedy',
      overBudget: 'stop',
      minScore: 50,
      places: null,
    });
    expect(counted(gdynia, bytes(gdynia), { rule: 'greedy', minScore: 1, overBudget: 'skip' }).rule).toMatchObject({
      overBudget: 'skip',
      minScore: 1,
    });
    const krakow = 'pb/Poland_Krakow_2020_Stare_Miasto.pb';
    expect(counted(krakow, bytes(krakow), { rule: 'greedy' }).rule).toMatchObject({ places: 3 });
    expect(counted('x.pb', bytes(swiecie), { rule: 'equal-shares' }).rule).toEqual({
      rule: 'equal-shares',
      completion: 'add1',
      unit: 1,
      seats: null,
    });
  });

  it('has projects that cost nothing or more than there is, and some that nobody chose', () => {
    const text = pb('vote_type;approval', 'vote', '1;a,z,x', '2;a,x', '3;', '4;c,x');
    expect(counted('x.pb', text, { rule: 'greedy' }).winners).toEqual(['a', 'z', 'c']);
    const shares = counted('x.pb', text, { rule: 'equal-shares' });
    expect([...shares.winners].sort()).toEqual(['a', 'c', 'z']);
    expect(shares.winners[0]).toBe('z');
    expect(shares.order.at(-1)).toEqual(['b', 'x']);
  });

  it('has votes of each kind, and counts each by the rules that fit them', () => {
    const points = (type: string, meta = '') => pb(`vote_type;${type}${meta}`, 'vote;points', '1;a,b;5,1', '2;b;2', '3;c;4', '4;;');
    expect(counted('x.pb', points('cumulative'), { rule: 'points', seats: 2 }).winners).toEqual(['a', 'c']);
    expect(counted('x.pb', points('cumulative'), { rule: 'approval', seats: 1 }).winners).toEqual(['b']); // more than nothing is approval
    expect(counted('x.pb', points('scoring'), { rule: 'greedy' }).winners).toEqual(['a', 'c']);
    const preset = counted('x.pb', points('scoring', '\ndefault_score;1'), { rule: 'points' }).account[0];
    expect(preset).toMatchObject({
      figures: [
        { option: 'a', value: '8' },
        { option: 'b', value: '5' },
        { option: 'c', value: '7' },
        { option: 'z', value: '4' },
        { option: 'x', value: '4' },
      ],
    });
    const ordinal = pb('vote_type;ordinal\nmax_length;2', 'vote', '1;a,b', '2;b,a', '3;b');
    expect(counted('x.pb', ordinal, { rule: 'borda' }).winners).toEqual(['b']);
    const shares = counted('x.pb', ordinal, { rule: 'equal-shares' });
    expect([shares.winners, shares.warnings]).toEqual([
      ['b'],
      [{ zh: '排序按认可其所列全部选项计', en: 'rankings count as approvals of all that they rank' }],
    ]);
    expect(counted('x.pb', pb('vote_type;choose-1', 'vote', '1;c', '2;c', '3;b'), { rule: 'approval' }).winners).toEqual(['c']);
  });

  it('has neither costs nor budget where seats are given', () => {
    const text = pb('vote_type;approval', 'vote', '1;a', '2;a', '3;a', '4;b', '5;b', '6;x');
    const outcome = counted('x.pb', text, { rule: 'phragmen', seats: 2 });
    expect([outcome.winners, outcome.currency]).toEqual([['a', 'b'], null]);
    expect(outcome.account[0]).toEqual({ step: 'due', option: 'a', cost: 1, supporters: 3, time: '1/3', left: null });
    expect(counted('x.pb', text, { rule: 'phragmen', seats: 3 }).winners).toEqual(['a', 'b', 'x']);
    expect(counted('x.pb', text, { rule: 'equal-shares', seats: 2 }).winners).toEqual(['a', 'b']);
    const priced = counted('x.pb', text.replace('b;50;', 'b;40,5;'), { rule: 'phragmen' });
    expect(priced.currency).toEqual({ unit: 10, name: '' });
    expect(priced.account.filter(({ step }) => step === 'due')).toMatchObject([{ option: 'a', cost: 600, left: 400 }]);
  });

  it('ends its lines as in Windows, begins with a mark, or is declared as Latin-1', () => {
    const text = pb('vote_type;approval', 'vote', '1;a', '2;b', '3;b');
    const outcome = counted('x.pb', text, { rule: 'greedy' });
    expect(counted('x.pb', `\uFEFF${text.replaceAll('\n', '\r\n')}`, { rule: 'greedy' })).toEqual(outcome);
    expect(
      counted(
        'x.pb',
        Buffer.from(text.replace('Rower', 'Vélo').replace('Ławka', 'Bänk'), 'latin1'),
        { rule: 'greedy' },
        { encoding: 'latin1' },
      ).names.get('b'),
    ).toBe('b Vélo');
  });
});

describe('wuwei count, of a file in another encoding than UTF-8', () => {
  const papers = `rank1,rank2\n${'李珅华,王明\n'.repeat(6)}${'王明,李珅华\n'.repeat(4)}`;
  it('elects whom the papers elect where a byte within a character is a bar, and says what was taken', async () => {
    const outcome = counted('x.csv', encode(papers, 'gb18030'), { rule: 'instant-runoff' });
    expect([outcome.winners, outcome.file]).toEqual([['李珅华'], { format: 'csv', encoding: 'gb18030' }]);
    const { code, stderr, stdout } = await wuwei('count', file('gbk.csv', encode(papers, 'gb18030')), '--rule', 'irv');
    expect([code, stderr]).toEqual([0, `${join(folder, 'gbk.csv')}: 按 gb18030 编码读取\n`]);
    expect(stdout).toMatch(/\n1\. 李珅华\n$/u);
  });

  it('takes no encoding of one byte per character but the one that is declared', async () => {
    const polish = encode('rank1,rank2\nŁódka,Źdźbło\n', 'windows-1250');
    expect(() => counted('x.csv', polish, { rule: 'borda' })).toThrow(
      /x\.csv: line 2: the encoding of the file cannot be told: .*--encoding/u,
    );
    expect(counted('x.csv', polish, { rule: 'borda' }, { encoding: 'windows-1250' }).winners).toEqual(['Łódka']);
    const { code, stdout } = await wuwei('--json', 'count', file('polish.csv', polish), '--rule', 'borda', '--encoding', 'cp1250');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ winners: ['Łódka'], file: { format: 'csv', encoding: 'cp1250' } }),
    ]);
    const unknown = await wuwei('count', join(folder, 'polish.csv'), '--rule', 'borda', '--encoding', 'klingon');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('must be the name of a character encoding')]);
  });

  it('writes a .pb back in its encoding', () => {
    const before =
      'META\nkey;value\nbudget;5\nvote_type;approval\nPROJECTS\nproject_id;cost;name;selected\na;1;长椅和路灯;0\nVOTES\nvoter_id;vote\n1;a\n';
    const { exported } = counted('x.pb', encode(before, 'gb18030'), { rule: 'greedy' }, { exported: true });
    expect(iconv.decode(Buffer.from(exported!), 'gb18030')).toBe(before.replace('路灯;0', '路灯;1'));
  });
});

describe('wuwei count, of what a Pabulib file asks for', () => {
  const text = pb('vote_type;approval\nrule;greedy-no-skip', 'vote', '1;x,a', '2;x,a', '3;x,b', '4;c');

  it('passes over a project that was withdrawn after the voting, and goes on', () => {
    expect(counted('x.pb', text, null).winners).toEqual([]); // 500 does not fit, so the rule ends there
    const { winners, account } = counted('x.pb', text.replace('x;500', 'x;999999999.00'), null);
    expect([winners, account[0]]).toEqual([['a', 'c'], { step: 'withdrawn', options: ['x'] }]);
  });

  it('leaves the points by place as they were given', () => {
    const ordinal = pb('vote_type;ordinal', 'vote', '1;x,a,b', '2;b,a', '3;b,a').replace('x;500', 'x;999999999').replace('a;60', 'a;50');
    const scores = (from: string) => counted('x.pb', from, { rule: 'greedy' }).account.find(({ step }) => step === 'scores');
    const figures = [
      { option: 'a', value: '12' },
      { option: 'b', value: '13' },
      { option: 'c', value: '0' },
      { option: 'z', value: '0' },
    ];
    expect(scores(ordinal)).toMatchObject({ figures });
    expect(scores(ordinal.replace('999999999', '500'))).toMatchObject({ figures: [...figures, { option: 'x', value: '5' }] });
    // a runoff counts the paper for the next project
    expect(counted('x.pb', ordinal, { rule: 'instant-runoff' }).account[1]).toMatchObject({
      tallies: [{ option: 'b', value: '2' }, { option: 'a', value: '1' }, {}, {}],
    });
  });

  it('heeds what its categories may cost together', () => {
    const voted = `META
key;value
budget;15
vote_type;approval
rule;greedy
budget_per_category;{'x': 5, 'y': 5}
PROJECTS
project_id;cost;category
a;5;x
b;5;x
c;5;y
VOTES
voter_id;vote
1;a,b
2;a
3;c
`;
    for (const rule of [null, { rule: 'equal-shares' }, { rule: 'phragmen' }] as const) {
      const { winners, account, warnings } = counted('x.pb', voted, rule);
      expect([winners, warnings]).toEqual([['a', 'c'], []]);
      expect(account).toContainEqual(expect.objectContaining({ step: 'ruled-out', option: 'b', chosen: ['a'], left: 0 }));
    }
    // a project that was withdrawn takes nothing of the limit
    expect(counted('x.pb', voted.replace('a;5', 'a;999999999'), null).winners).toEqual(['b', 'c']);
  });

  it('names what it does not heed', () => {
    const asked = (meta: string, rule: DeclaredRule) =>
      counted('x.pb', text.replace('rule;greedy-no-skip', meta), rule).warnings.map(({ en }) => en);
    expect(asked("budget_per_category;{'x': 5, 'y': 5}\nmin_project_score_threshold;1", { rule: 'greedy' })).toEqual([
      'budget_per_category of the file is not honoured',
    ]);
    // as a list without the names of the categories, and for a rule without money
    expect(asked('budget_per_category;5,5', { rule: 'greedy' })).toEqual(['budget_per_category of the file is not honoured']);
    expect(asked('budget_per_category;5', { rule: 'equal-shares', seats: 1 })).toEqual(['budget_per_category of the file is not honoured']);
    expect(asked('budget_per_category;5', { rule: 'approval' })).toEqual(['budget_per_category of the file is not honoured']);
    expect(asked('min_project_score_threshold;x', { rule: 'greedy' })).toEqual(['min_project_score_threshold of the file is not honoured']);
    expect(asked('min_project_score_threshold;2', { rule: 'equal-shares' })).toEqual([
      'min_project_score_threshold of the file is not honoured',
    ]);
    expect(asked('rule;greedy-exclusive', { rule: 'greedy' })).toEqual(['the rule of the file, greedy-exclusive, is not honoured']);
    expect(asked('rule;greedy-threshold', { rule: 'greedy' })[0]).toMatch(/min_project_score_threshold is missing/u);
    expect(asked('rule;unknown\nbudget_per_category;', { rule: 'greedy' })).toEqual([]);
  });
});

/** A file without what it says of `selected`. */
function unmarked({ projects, projectColumns, ...rest }: PabulibFile) {
  const at = projectColumns.indexOf('selected');
  const without = (cells: readonly string[]) => (at < 0 ? cells : cells.toSpliced(at, 1));
  return {
    ...rest,
    projectColumns: without(projectColumns),
    projects: projects.map(({ selected: _, cells, ...project }) => ({ ...project, cells: without(cells) })),
  };
}

describe('wuwei count, of papers that mark an option twice', () => {
  it('counts the mark once, and the account says on how many papers', async () => {
    const text = pb('vote_type;approval', 'vote', '1;a,a', '2;b', '3;b');
    const outcome = counted('x.pb', text, { rule: 'approval', seats: 1 });
    expect([outcome.winners, outcome.account[0]]).toEqual([['b'], { step: 'repeated-marks', papers: 1 }]);
    const counting = ['count', file('twice.pb', text), '--rule', 'approval', '--seats', '1'];
    expect((await wuwei(...counting)).stdout).toMatch(/\n\n1 张选票重复标了同一选项，只计一次。\n/u);
    expect((await wuwei(...counting, '--lang', 'en', '--why', 'b')).stdout).not.toContain('more than once');
    const strict = await wuwei(...counting, '--strict', '--lang', 'en');
    expect([strict.code, strict.stderr]).toEqual([
      2,
      expect.stringMatching(/: line 14, column 2: an option is marked more than once on this paper\n$/u),
    ]);
  });
});

describe('wuwei count, exporting the file', () => {
  const inFolder = (url: URL) =>
    readdirSync(url)
      .filter((name) => name.endsWith('.pb'))
      .map((name) => new URL(name, url));
  const files = [...inFolder(new URL('pb/', votes)), ...inFolder(new URL('../../../data/', votes))];

  it('covers all files there are', () => expect(files).toHaveLength(7));
  it.each(files.map((url) => [url.pathname.split('/').at(-1)!, url] as const))(
    '%s: the same but for `selected`, which is ours',
    (name, url) => {
      const before = parsePabulib(readFileSync(url, 'utf8'));
      // not the rule of the publication, so that the column changes
      const { exported, winners } = counted(
        name,
        readFileSync(url),
        before.voteType === 'ordinal' ? { rule: 'borda', seats: 1 } : { rule: 'phragmen', seats: 1 },
        { exported: true },
      );
      const after = parsePabulib(textOf(exported!));
      expect(unmarked(after)).toEqual(unmarked(before));
      expect(after.projectColumns).toEqual(
        before.projectColumns.includes('selected') ? before.projectColumns : [...before.projectColumns, 'selected'],
      );
      expect(after.projects.map(({ selected }) => selected)).toEqual(before.projects.map(({ id }) => winners.includes(id)));
      expect(after.projects.map(({ selected }) => selected)).not.toEqual(before.projects.map(({ selected }) => selected));
    },
  );

  it.each<[string, Buffer, DeclaredRule]>([
    [
      'quoted cells, empty ballots, no such column',
      Buffer.from(pb('vote_type;approval\ncomment;"a;b ""c"""', 'vote;note', '7;a,z,x;"x; y"', '2;;', '"3";c , x;" "')),
      { rule: 'greedy' },
    ],
    [
      'the line ends of Windows',
      Buffer.from(pb('vote_type;cumulative', 'vote;points', '1;a,b;5,1').replaceAll('\n', '\r\n')),
      { rule: 'points' },
    ],
    [
      'GB18030',
      encode(pb('vote_type;ordinal', 'vote', '1;a,b').replace('Rower', '自行车').replace('Ławka', '长椅'), 'gb18030'),
      { rule: 'schulze' },
    ],
    [
      'a table wider than it need be, as sheets write them',
      Buffer.from(
        pb('vote_type;choose-1', 'vote', '1;a').replace(/META\nkey;value\nbudget;100\n(.*)/u, 'META;;\nkey;value;\nbudget;100;\n$1;'),
      ),
      { rule: 'approval' },
    ],
  ])('keeps %s', (_, given, rule) => {
    const { exported, winners } = counted('x.pb', given, rule, { exported: true });
    const [before, after] = [parsePabulib(textOf(given)), parsePabulib(textOf(exported!))];
    expect(unmarked(after)).toEqual(unmarked(before));
    expect(after.projects.map(({ selected }) => selected)).toEqual(before.projects.map(({ id }) => winners.includes(id)));
  });
});

describe('wuwei count, of rankings', () => {
  it('reads what a file holds, whatever it is called', () => {
    expect(counted('x.csv', bytes('rcv-minneapolis/2017_minneapolis_mayor_rankings.csv'), { rule: 'instant-runoff' }).winners).toEqual([
      'Jacob Frey',
    ]);
    const soc = '# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n2: 1,2\n1: 2,1\n';
    for (const name of ['x.soc', 'x.txt', 'x']) expect(counted(name, soc, { rule: 'schulze' }).order).toEqual([['a'], ['b']]);
    expect(counted('x.toi', soc.replace('1: 2,1', '5: {2,1}'), { rule: 'schulze' }).winners).toEqual(['a']);
    expect(counted('x.txt', 'id,rank1\r\n1,"b, ""c"""\r\n2,"b, ""c"""\r\n3,\r\n', { rule: 'borda' }).winners).toEqual(['b, "c"']);
    expect(counted('x', bytes(swiecie), null).winners).toHaveLength(17);
  });

  it('knows options that nobody ranked only by being told', () => {
    const text = 'rank1\na\nb\na\n';
    expect(counted('x.csv', text, { rule: 'borda' }, { options: ['c', 'b', 'a'] }).order).toEqual([['a'], ['b'], ['c']]);
    expect(() => counted('x.csv', text, { rule: 'borda' }, { options: ['a'] })).toThrow('line 3, column 1: there is no option "b"');
  });

  it('breaks last ties only as declared: by the seed, or by the order of the file', () => {
    const tied = (last: DeclaredTies['last'], text = 'rank1\na\nb\n') => {
      const { winners, undecided } = counted('x.csv', text, { rule: 'borda' }, { ties: { earlierRound: false, money: [], last } });
      return { winners, undecided };
    };
    for (const text of ['rank1\na\nb\n', 'rank1\nb\na\n']) {
      const { winners, undecided, account } = counted('x.csv', text, { rule: 'borda' });
      expect({ winners, undecided: [...undecided].sort() }).toEqual({ winners: [], undecided: ['a', 'b'] });
      expect(account.at(-1)!.step).toBe('undecided');
      expect(tied(null, text).winners).toEqual([]);
    }
    expect(tied('listed')).toEqual({ winners: ['a'], undecided: [] });
    expect(tied('listed', 'rank1\nb\na\n')).toEqual({ winners: ['b'], undecided: [] });
    const drawn = ['1', '2', '3', '4', '5', '6', '7', '8'].map((seed) => tied({ seed }).winners[0]);
    expect(new Set(drawn)).toEqual(new Set(['a', 'b']));
  });

  it('reads a table of ranks or points where --cells says which', async () => {
    const table = file('table.csv', 'A;B;C\n1;2;3\n1;3;2\n');
    const unknown = await wuwei('count', table, '--rule', 'borda');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/ 第 2 行第 2 列：2 是名次还是分数并不确定/u)]);
    const winner = async (...how: string[]) =>
      (JSON.parse((await wuwei('--json', 'count', table, '--seats', '1', ...how)).stdout) as { winners: string[] }).winners;
    expect(await winner('--rule', 'borda', '--cells', 'ranks')).toEqual(['A']);
    expect(await winner('--rule', 'points', '--cells', 'points')).not.toContain('A');
  });

  it('finds the ballot of a number where lines stand for several', () => {
    const text = 'count,rank1,rank2\n2,a,\n3,b,a\n2,c,b\n';
    const at = (ballot: number) => counted('x.csv', text, { rule: 'instant-runoff' }, { ballot }).ballot;
    expect([2, 3, 5, 6].map((number) => (at(number)![0] as { option: string }).option)).toEqual(['a', 'b', 'b', 'c']);
    expect(() => at(8)).toThrow('there is no ballot 8; there are 7');
    expect(counted('x.csv', text, { rule: 'schulze' }, { ballot: 3 }).ballot).toEqual([
      { reason: 'ranked', option: 'b', place: 1, above: 2, won: true },
      { reason: 'ranked', option: 'a', place: 2, above: 1, won: false },
    ]);
  });
});

it.each<[string, string | Uint8Array, DeclaredRule | null, RegExp]>([
  ['x.pb', bytes(swiecie), { rule: 'schulze' }, /form approval; the file may be counted by approval, phragmen, greedy, equal-shares$/u],
  ['x.pb', bytes(swiecie), { rule: 'greedy', seats: 2 }, /--seats is no parameter of greedy/u],
  ['x.pb', bytes(swiecie), { rule: 'greedy', overBudget: 'skip', skippedRanks: 1 }, /--skipped-ranks is no parameter/u],
  ['x.pb', bytes(swiecie), { rule: 'greedy' }, /there is no option "c99"; there are .*c12 Modernizacja/u],
  [
    'x.pb',
    'META\nkey;value\nvote_type;approval\nPROJECTS\nproject_id;cost\na;1\nVOTES\nvoter_id;vote\n1;b\n',
    null,
    /line 1: budget is not an amount: ""\nline 9, column 2: there is no project "b"/u,
  ],
  ['x.csv', 'rank1\na\n', { rule: 'equal-shares' }, /form ranking/u],
  ['x.csv', 'rank1\na\n', { rule: 'greedy' }, /no budget/u],
  ['x.csv', 'rank1\na\n', { rule: 'single-transferable-vote' }, /needs --seats/u],
  ['x.csv', 'rank1\na\n', null, /no rule of ours; it may be counted by --rule borda, schulze, instant-runoff, sequential-runoff, /u],
  ['x.csv', 'rank1,rank2\na\n', { rule: 'borda' }, /line 2/u],
  ['x.soc', '# ALTERNATIVE NAME 1: a\n2: 1,3\n', { rule: 'borda' }, /line 2, column 6: there is no alternative 3/u],
  ['x.doc', '', { rule: 'borda' }, /has none of these formats: Pabulib \(\.pb\), PrefLib/u],
])('says what is wrong with %s %#', (name, text, declared, message) => {
  expect(() => counted(name, text, declared, { why: 'c99' })).toThrow(UsageError);
  expect(() => counted(name, text, declared, { why: 'c99' })).toThrow(message);
  // the same in Chinese, with the name of the file
  expect(() => counted(name, text, declared, { why: 'c99', language: 'zh' })).toThrow(new RegExp(`^${name}: .*[\\p{Script=Han}]`, 'u'));
});

const documentKeys = [
  'schemaVersion',
  'document',
  'rule',
  'winners',
  'order',
  'account',
  'undecided',
  'file',
  'names',
  'warnings',
  'currency',
];

describe('wuwei count, the command', () => {
  it('prints the account in words, and writes its picture', async () => {
    const svg = join(folder, 'out.svg');
    const { code, stdout, stderr } = await wuwei('count', path(swiecie), '--svg', svg, '--lang', 'en');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Rule: equal-shares \(completion add1, unit 1, seats –\)\n\nEvery share is raised by 1 PLN at a time while the purchases stay within the budget\. In the end,\n {2}with 662 PLN for every voter, c12 /u,
    );
    expect(stdout).toMatch(/\n\n1\. c\d+ .*\n(?:.*\n)+17\. c\d+ /u);
    expect(stdout.split('\n').every((line) => line.length <= 120)).toBe(true);
    expect(readFileSync(svg, 'utf8')).toMatch(
      /^<\?xml [^]*<title id="title">Municipal PB in Świecie · Chosen under the budget · Poland, Świecie · 18\.09\.2023 – 25\.09\.2023<\/title>[^]*✓ c12/u,
    );
  });

  it('with --export writes the file with its own winners', async () => {
    const out = join(folder, 'out.pb');
    const { code, stdout } = await wuwei('--json', 'count', path(swiecie), '--rule', 'greedy', '--export', out);
    const document = JSON.parse(stdout) as { winners: string[] };
    expect([code, Object.keys(document)]).toEqual([0, documentKeys]);
    expect(
      parsePabulib(readFileSync(out, 'utf8'))
        .projects.filter(({ selected }) => selected)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(document.winners.toSorted());
  });

  it('with --export writes nothing where a tie is left, and says what decides it', async () => {
    const [tiedFile, out] = [
      file(
        'tie.pb',
        'META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost\na;1\nb;1\nVOTES\nvoter_id;vote\n1;a\n2;b\n',
      ),
      join(folder, 'tie-out.pb'),
    ];
    const args = ['count', tiedFile, '--rule', 'greedy', '--export', out, '--lang', 'en'];
    const { code, stdout, stderr } = await wuwei(...args);
    expect([code, stdout, existsSync(out)]).toEqual([2, '', false]);
    expect(stderr).toMatch(
      /it is not exported: a tie leaves undecided a, b, and the column `selected` would say .* declare with --ties what decides/u,
    );
    expect((await wuwei(...args, '--ties', 'listed')).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('a;1;1\nb;1;0\n');
  });

  it('with --json prints one document and nothing else', async () => {
    const { code, stdout } = await wuwei('--json', 'count', path(swiecie), '--rule', 'mes', '--ballot', '1', '--why', 'c12');
    const document = JSON.parse(stdout) as {
      winners: string[];
      order: string[][];
      account: { step: string }[];
      why: { option: string }[];
      ballot: object[];
    };
    expect(code).toBe(0);
    expect(Object.keys(document)).toEqual([...documentKeys, 'why', 'ballot']);
    expect(document.order.flat().slice(0, 17)).toEqual(document.winners);
    expect(document.why.every((step) => step.option === 'c12' || 'options' in step)).toBe(true);
    expect(document.ballot[0]).toMatchObject({ reason: 'paid' });
  });

  it('tells why, of an option by its name and of a ballot', async () => {
    const csv = file('benches.csv', 'count,rank1,rank2\n4,"长椅, 新",\n3,路灯,\n2,花坛,路灯\n');
    const { stdout } = await wuwei('count', csv, '--rule', 'irv', '--why', '花坛', '--ballot', '8');
    expect(stdout).toBe(
      '第 1 轮：长椅, 新 4，路灯 3，花坛 2；已无后续选择 0；当选须超过 4.5。\n第 1 轮淘汰 花坛，其票转给 路灯 2。\n第 1 轮，您的选票计给 花坛。\n第 2 轮，您的选票计给 路灯。\n',
    );
  });

  it('says money in the currency of the file, with as many decimals as it has, and the picture does too', async () => {
    const text = pb('vote_type;approval\ncurrency;PLN', 'vote', '1;a', '2;a').replace('a;60;', 'a;60.05;');
    const svg = join(folder, 'money.svg');
    const { stdout } = await wuwei('count', file('money.pb', text), '--rule', 'greedy', '--lang', 'en', '--svg', svg);
    expect(stdout).toContain('Selected a Ławka, "nowa" with 2: it costs 60.05 PLN; 39.95 PLN is left.\n');
    expect(readFileSync(svg, 'utf8')).toContain('39.95 PLN left');
    const seats = await wuwei('count', file('money.pb', text), '--rule', 'mes', '--seats', '1', '--ballot', '1', '--lang', 'en');
    expect(seats.stdout).toBe('You paid 1/2 for a Ławka, "nowa" and had 0 left.\n');
    const paid = await wuwei('count', file('money.pb', text), '--rule', 'mes', '--ballot', '1');
    expect(paid.stdout).toBe('您为 a Ławka, "nowa" 付出 30.025 PLN，余 19.975 PLN。\n');
  });

  it('keeps what a file says away from the terminal', async () => {
    const { stdout } = await wuwei('count', file('evil.csv', 'rank1\n\u001b[31mred\n'), '--rule', 'borda', '--lang', 'en');
    expect(stdout).toContain('1.  [31mred');
    expect(stdout).not.toContain('\u001b');
  });

  it('ends with 3 if a tie remains, and tells it', async () => {
    const tied = file('tied.csv', 'rank1\na\nb\n');
    const left = await wuwei('count', tied, '--rule', 'irv', '--lang', 'en');
    expect(left.code).toBe(3);
    expect(left.stdout).toMatch(/a, b are tied, and nothing that was declared decides between them\.\n\nUndecided: a, b\n$/u);
    const drawn = await wuwei('--json', 'count', tied, '--rule', 'irv', '--ties', 'earlier-round,lot:1,2 3');
    expect(drawn.code).toBe(0);
    expect(JSON.parse(drawn.stdout)).toMatchObject({ undecided: [], rule: { ties: 'earlier-round' } });
    const svg = join(folder, 'tied.svg');
    expect((await wuwei('count', tied, '--rule', 'irv', '--svg', svg)).code).toBe(3);
    expect(existsSync(svg)).toBe(true);
  });

  it.each([
    [['count', 'none.pb'], /none\.pb: 没有这个文件\n$/u],
    [['count', '--rule', 'loudest', 'x.csv'], /must be one of approval, points, borda/u],
    [['count', 'bad.csv', '--rule', 'borda'], /^wuwei: .*bad\.csv: 第 3 行第 1 列：不是一个或几个选项："a\|"\n$/u],
    [['count', 'bad.csv', '--seats', '0'], /seats/u],
    [['count', 'bad.csv', '--seats', '2'], /请用 --rule 写明规则/u],
    [['count', 'good.csv', '--rule', 'borda', '--ties', 'listed,lot:x'], /must be a list of earlier-round, cost, votes, and at the end/u],
    [['count', 'good.csv', '--rule', 'borda', '--ties', 'cost'], /--ties cost 只用于按预算选定的规则，不用于 borda/u],
    [['count', 'good.csv', '--rule', 'borda', '--ties', 'earlier-round'], /只用于逐轮计票的规则，不用于 borda/u],
    [['count', 'good.csv', '--rule', 'borda', '--svg', '/nowhere/at/all.svg'], /all\.svg does not exist/u],
    [['count', 'good.csv', '--rule', 'borda', '--export', 'out.csv'], /只有 \.pb 有 selected 列/u],
  ])('%j: ends with 2, a line on standard error and nothing on standard output', async (args, message) => {
    file('bad.csv', 'rank1\na\na|\n');
    file('good.csv', 'rank1\na\n');
    const { code, stdout, stderr } = await wuwei(...args.map((arg) => (arg.endsWith('.csv') ? join(folder, arg) : arg)));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'out.csv'))).toBe(false);
  });

  it('teaches all rules and their parameters', async () => {
    const { stdout } = await wuwei('count', '--help');
    for (const word of [
      'equal-shares (mes)',
      '--completion',
      '--skipped-ranks',
      '--any-skipped-ranks',
      '--svg',
      '--export <file>',
      '--why',
      '--ballot',
      '--ties',
      'lot:SEED',
      'Examples:',
      'count,rank1,rank2,rank3',
    ])
      expect(stdout).toContain(word);
  });
});
