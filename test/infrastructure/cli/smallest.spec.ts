import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import type { DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { countFile, type CountOptions } from '../../../src/infrastructure/cli/count-file.js';

/* The smallest files that were once counted wrongly or misread, with what is right. */

type File = readonly [what: string, name: string, text: string | Uint8Array, rule: DeclaredRule, right: object, options?: CountOptions];
const pb = (meta: string, columns: string, ...rows: readonly string[]) =>
  `META\nkey;value\n${meta}\nvote_type;approval\nPROJECTS\nproject_id;cost${columns}\n${rows.join('\n')}\n`;
const irv = { rule: 'instant-runoff' } as const;

const counted: readonly File[] = [
  [
    'GBK with a bar within a character',
    'x.csv',
    iconv.encode(`rank1,rank2\n${'李珅华,王明\n'.repeat(6)}${'王明,李珅华\n'.repeat(4)}`, 'gbk'),
    irv,
    { winners: ['李珅华'], file: { encoding: 'gb18030' } },
  ],
  ['UTF-16', 'x.csv', iconv.encode('rank1\nA\nB\nA\n', 'utf-16le', { addBOM: true }), irv, { winners: ['A'] }],
  [
    'one word composed in two ways',
    'x.csv',
    'rank1\nJos\u00e9\nJose\u0301\nBo\n',
    irv,
    { winners: ['Jos\u00e9'], order: [['Jos\u00e9'], ['Bo']] },
  ],
  [
    'equal winning votes',
    'x.csv',
    'count,rank1,rank2,rank3\n1,A|C,B,\n2,A,B,C\n2,C,A,B\n2,B,C,A\n',
    { rule: 'schulze' },
    { winners: ['C'], undecided: [] },
  ],
  [
    'a mark that is repeated',
    'x.pb',
    pb('budget;5', '', 'a;1', 'b;1', 'VOTES', 'voter_id;vote', '1;a,a'),
    { rule: 'approval' },
    { winners: ['a'] },
  ],
  [
    'thousands',
    'x.pb',
    pb('budget;10000', '', 'a;5,000', 'b;6000', 'VOTES', 'voter_id;vote', '1;a', '2;a', '3;b'),
    { rule: 'greedy' },
    { winners: ['a'], order: [['a'], ['b']] },
  ],
  [
    'nothing but blank approvals',
    'x.pb',
    pb('budget;5', '', 'a;1', 'b;1', 'VOTES', 'voter_id;vote', '1;', '2;'),
    { rule: 'approval' },
    { winners: [], undecided: [] },
  ],
  ['nothing but blank rankings', 'x.csv', 'rank1,rank2\n,\n,\n', irv, { winners: [], undecided: [], account: [{ step: 'blank-ballots' }] }],
  ['a tie', 'x.csv', 'rank1\nA\nB\n', irv, { winners: [], undecided: ['A', 'B'] }],
  ['the tie in the other order', 'x.csv', 'rank1\nB\nA\n', irv, { winners: [], undecided: ['B', 'A'] }],
  [
    'the tie with a declared order',
    'x.csv',
    'rank1\nB\nA\n',
    irv,
    { winners: ['B'], undecided: [] },
    { ties: { earlierRound: true, money: [], last: 'listed' } },
  ],
  [
    'the tie in a .blt that declares its order',
    'x.blt',
    '3 1\n[tie 2 1 3]\n2 1 0\n2 2 0\n1 3 0\n0\n"A"\n"B"\n"C"\n"T"\n',
    irv,
    { winners: ['A'], undecided: [], declaredTies: '[tie]' },
  ],
  [
    'the tie in a .blt that declares its order, but the command another',
    'x.blt',
    '3 1\n[tie 2 1 3]\n2 1 0\n2 2 0\n1 3 0\n0\n"A"\n"B"\n"C"\n"T"\n',
    irv,
    { winners: [], undecided: ['A', 'B'], declaredTies: 'earlier-round' },
    { ties: { earlierRound: true, money: [], last: null } },
  ],
  [
    'a mark that is repeated, which ends the ranking',
    'x.csv',
    'count,rank1,rank2,rank3\n4,A,,\n3,B,,\n2,C,C,B\n',
    irv,
    { winners: ['A'], account: [{ step: 'repeated-marks', papers: 2, end: true }, {}, {}, {}, {}] },
    { exhaustOnDuplicateCandidate: true },
  ],
  [
    'the same mark, which counts once',
    'x.csv',
    'count,rank1,rank2,rank3\n4,A,,\n3,B,,\n2,C,C,B\n',
    irv,
    { winners: ['B'], account: [{ step: 'repeated-marks', papers: 2 }, {}, {}, {}, {}] },
  ],
  [
    'spaces that PrefLib allows',
    'x.toi',
    '# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n# ALTERNATIVE NAME 3: C\n2: 1, {2 , 3}\n1: 3 ,1\n',
    { rule: 'borda' },
    { winners: ['A'] },
  ],
  ['a file of before 2022', 'x.soi', '2\n1,A\n2,B\n3,3,2\n2,1,2\n1,2\n', { rule: 'borda' }, { winners: ['A'] }],
  ['semicolons', 'x.csv', 'rank1;rank2\nA;B\nB;A\nA;\n', irv, { winners: ['A'] }],
  ['tabs', 'x.csv', 'rank1\trank2\nA\tB\n', irv, { winners: ['A'] }],
  ['a declared separator', 'x.csv', 'sep=;\nrank1;rank2\nA;B\n', irv, { winners: ['A'] }],
  ['trailing separators', 'x.csv', 'rank1,rank2,\nA,B,\nB,A,\nA,,\n', irv, { winners: ['A'], order: [['A'], ['B']] }],
  ['headers as people write them', 'x.csv', '第一选择,第二选择\n路灯,长椅\n', irv, { winners: ['路灯'] }],
];

describe('given the smallest file with', () => {
  it.each(counted)('%s, when it is counted, then the result is right', (...[, name, text, rule, right, options]: File) => {
    expect(countFile(name, Buffer.from(text), rule, options)).toMatchObject(right);
  });

  it('three options, when batches are eliminated until two are left, then two are left', () => {
    const { account } = countFile('x.csv', Buffer.from('count,rank1\n6,A\n2,B\n1,C\n'), {
      ...irv,
      until: 'two-left',
      elimination: 'batch',
    });
    const rounds = account.flatMap((step) => (step.step === 'round' ? [step.tallies.map(({ option }) => option)] : []));
    expect(rounds).toEqual([
      ['A', 'B', 'C'],
      ['A', 'B'],
    ]);
  });

  it.each<[string, string, string | Uint8Array, DeclaredRule, RegExp]>([
    [
      'Windows-1250',
      'x.pb',
      iconv.encode(pb('budget;5', ';name', 'a;1;Łódź', 'VOTES', 'voter_id;vote', '1;a'), 'win1250'),
      { rule: 'approval' },
      /^x\.pb: line 7: the encoding of the file cannot be told/u,
    ],
    [
      'an amount that may be ten or ten thousand',
      'x.pb',
      pb('budget;100', '', 'a;10.250', 'VOTES', 'voter_id;vote', '1;a'),
      { rule: 'greedy' },
      /^x\.pb: line 7.*10\.250/u,
    ],
    [
      'an amount that would cost more than the budget if it were thousands',
      'x.pb',
      pb('budget;100', '', 'a;10.000', 'b;60', 'VOTES', 'voter_id;vote', '1;a', '2;a', '3;b'),
      { rule: 'greedy' },
      /^x\.pb: line 7, column 2: it is not certain whether cost has a thousands separator or decimals: "10\.000"$/u,
    ],
    [
      'figures beyond 2^53',
      'x.csv',
      `count,rank1\n${Array.from({ length: 12 }, (_, i) => `999999999999999,A${i}\n`).join('')}1,A\n`,
      irv,
      /^x\.csv: too many ballots to count exactly$/u,
    ],
    [
      'a count beyond 2^53',
      'x.csv',
      'count,rank1\n9007199254740993,A\n',
      irv,
      /^x\.csv: line 2, column 1: count is too large: 9007199254740993$/u,
    ],
    [
      'PrefLib categories',
      'y.cat',
      '# DATA TYPE: cat\n# ALTERNATIVE NAME 1: A\n2: 1\n',
      { rule: 'borda' },
      /^y\.cat: line 1: a file of the type cat has no orders/u,
    ],
    [
      'a number of alternatives that is another',
      'x.soi',
      '# DATA TYPE: soi\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n2: 1,2\n',
      { rule: 'borda' },
      /^x\.soi: line 2: NUMBER ALTERNATIVES is 3, but the file has 2$/u,
    ],
    ['a header twice', 'x.csv', 'rank1,rank1\nA,B\n', irv, /^x\.csv: line 1, column 2: the header "rank1" repeats another$/u],
  ])('%s, when it is counted, then it is refused with the place', (_, name, text, rule, message) => {
    expect(() => countFile(name, Buffer.from(text), rule)).toThrow(message);
  });
});
