import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ruleNames } from '../../../src/domain/voting/declared-rule.js';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { countByRules, type RulesOptions } from '../../../src/infrastructure/cli/count-rules.js';
import { wuwei } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const byAll = (name: string, text: string, options: RulesOptions = {}) => countByRules(name, Buffer.from(text), 'all', options);
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/votes/${name}`, import.meta.url));

/** Tennessee chooses its capital: the usual example of an election in which rules differ. */
const tennessee =
  'count,rank1,rank2,rank3,rank4\n' +
  '42,Memphis,Nashville,Chattanooga,Knoxville\n26,Nashville,Chattanooga,Knoxville,Memphis\n' +
  '15,Chattanooga,Knoxville,Nashville,Memphis\n17,Knoxville,Chattanooga,Nashville,Memphis\n';
const projects =
  'META\nkey;value\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost;name\na;60;Bench\nb;50;Lamp\nc;40;Tree\nVOTES\nvoter_id;vote\n' +
  '1;a\n2;a\n3;a,b\n4;b,c\n5;c\n';

describe('counting a file by several rules', () => {
  it('given rankings for one seat, when all rules count, then each that fits gives its winner, and the others are named with a reason', () => {
    const { counts, notCounted, differing } = byAll('x.csv', tennessee, { seats: 1 });
    expect(counts.map(({ rule, winners }) => [rule.rule, winners])).toEqual([
      ['borda', ['Nashville']],
      ['schulze', ['Nashville']],
      ['instant-runoff', ['Knoxville']],
      ['sequential-runoff', ['Knoxville']],
      ['bottoms-up-runoff', ['Knoxville']],
      ['single-transferable-vote', ['Knoxville']],
      ['wigm', ['Knoxville']],
      ['meek', ['Knoxville']],
    ]);
    expect(differing).toEqual(['Nashville', 'Knoxville']);
    expect(Object.fromEntries(notCounted.map(({ rule, because }) => [rule, because.en]))).toEqual({
      approval: 'it does not count ballots of the form ranking',
      points: 'it does not count ballots of the form ranking',
      'majority-judgment': 'it does not count ballots of the form ranking',
      phragmen: 'it does not count ballots of the form ranking',
      greedy: 'the file has no budget',
      'equal-shares': 'it does not count ballots of the form ranking',
    });
  });

  it.each([
    ['no number of seats', {}, 'single-transferable-vote', 'it needs --seats'],
    ['several seats', { seats: 2 }, 'instant-runoff', 'it chooses one, but there are 2 seats'],
  ])('given rankings for %s, when all rules count, then %#', (_, options, rule, because) => {
    expect(byAll('x.csv', tennessee, options).notCounted).toContainEqual({ rule, because: expect.objectContaining({ en: because }) });
  });

  it('given a budget, when all rules count, then those that spend it are compared; with seats, those that fill seats', () => {
    const within = byAll('x.pb', projects);
    expect(within.counts.map(({ rule }) => rule.rule)).toEqual(['phragmen', 'greedy', 'equal-shares']);
    expect(within.notCounted.find(({ rule }) => rule === 'approval')!.because.en).toBe(
      'it fills seats and heeds no budget; give --seats to compare such rules',
    );
    const seated = byAll('x.pb', projects, { seats: 2 });
    expect(seated.counts.map(({ rule }) => rule)).toMatchObject([
      { rule: 'approval', seats: 2 },
      { rule: 'phragmen', seats: 2 },
      { rule: 'equal-shares', seats: 2 },
    ]);
    expect(seated.notCounted.find(({ rule }) => rule === 'greedy')!.because.en).toBe('it spends a budget and fills no seats');
  });

  it('given approvals without a budget or seats, when all rules count, then those that need one of them say so', () => {
    const { counts, notCounted } = byAll('x.csv', 'approved\na|b\na\n');
    expect(counts.map(({ rule, winners }) => [rule.rule, winners])).toEqual([['approval', ['a']]]);
    for (const name of ['phragmen', 'equal-shares'])
      expect(notCounted.find(({ rule }) => rule === name)!.because.en).toBe('the file has no budget, so it needs --seats');
  });

  it('given a list of rules, when they count, then each gives what it gives alone', () => {
    const listed = countByRules('x.pb', Buffer.from(projects), ['greedy', 'approval', 'borda']);
    for (const { rule, winners, undecided } of listed.counts)
      expect({ rule, winners, undecided }).toEqual(
        (({ rule: own, winners: w, undecided: u }) => ({ rule: own, winners: w, undecided: u }))(
          countFile('x.pb', Buffer.from(projects), { rule: rule.rule }),
        ),
      );
    expect(listed.notCounted.map(({ rule }) => rule)).toEqual(['borda']);
    expect(() => countByRules('x.pb', Buffer.from(projects), ['borda'])).toThrow(
      'x.pb: none of the rules can count it: borda: it does not count ballots of the form approval',
    );
  });

  it.each(['glasgow-2007/calton.blt', 'pb/Poland_Gdynia_2020_Srodmiescie__small.pb', 'pb/Poland_Krakow_2020_Stare_Miasto.pb'])(
    'given %s, when all rules count, then every rule has a result or a reason, once',
    (name) => {
      const { counts, notCounted } = countByRules(fixture(name), readFileSync(fixture(name)), 'all');
      expect([...counts.map(({ rule }) => rule.rule), ...notCounted.map(({ rule }) => rule)].toSorted()).toEqual(ruleNames.toSorted());
    },
  );

  it('given a tie, when ties are declared, then each rule takes the part that it can use', () => {
    const tied = 'rank1\na\nb\n';
    const open = byAll('x.csv', tied, { seats: 1 });
    expect(open.counts.every(({ undecided }) => undecided.length === 2)).toBe(true);
    const ties = { earlierRound: true, money: ['cost'] as const, last: 'listed' as const };
    const closed = byAll('x.csv', tied, { seats: 1, ties });
    expect(closed.counts.map(({ winners, undecided }) => [winners, undecided])).toEqual(closed.counts.map(() => [['a'], []]));
  });
});

describe('counting a file by several rules, with what was declared of its options', () => {
  it('given one that withdrew, when all rules count, then each counts without it', () => {
    const { counts } = byAll('x.csv', tennessee, { seats: 1, withdrawn: [{ option: 'Nashville', round: null }] });
    expect(new Set(counts.flatMap(({ winners }) => winners))).toEqual(new Set(['Chattanooga']));
  });

  it('given one that withdraws in a round, when rules count, then rules without rounds say why they do not', () => {
    const { counts, notCounted } = byAll('x.csv', tennessee, { seats: 1, withdrawn: [{ option: 'Memphis', round: 1 }] });
    expect(counts.map(({ rule }) => rule.rule)).toContain('instant-runoff');
    expect(notCounted.find(({ rule }) => rule === 'borda')!.because.en).toMatch(/^borda counts at once, without rounds/u);
  });

  it('given a limit, when all rules count, then those that spend the budget heed it', () => {
    const { counts } = byAll('x.pb', projects, { limits: [{ options: ['a', 'c'], most: 1 }] });
    expect(counts.map(({ rule, winners }) => [rule.rule, winners])).toEqual([
      ['phragmen', ['c', 'b']],
      ['greedy', ['a']],
      ['equal-shares', ['a']],
    ]);
  });

  it('given an outcome to compare with, when rules count, then each is compared, and options differ from it too', () => {
    const outcome = { from: 'count' as const, title: { zh: '前次', en: 'before' }, winners: ['Nashville'], undecided: [] };
    const counted = countByRules('x.csv', Buffer.from(tennessee), ['borda', 'schulze'], { other: { path: 'o.json', outcome } });
    expect([counted.counts.map(({ same }) => same), counted.differing]).toEqual([[true, true], []]);
    const other = { path: 'o.json', outcome: { ...outcome, winners: ['Memphis'] } };
    const differs = countByRules('x.csv', Buffer.from(tennessee), ['borda', 'schulze'], { other });
    expect([differs.counts.map(({ same }) => same), differs.differing]).toEqual([
      [false, false],
      ['Memphis', 'Nashville'],
    ]);
    const foreign = { path: 'o.json', outcome: { ...outcome, winners: ['Oslo'] } };
    expect(() => countByRules('x.csv', Buffer.from(tennessee), ['borda'], { other: foreign })).toThrow(
      /^o\.json: it is of another election/u,
    );
  });
});

describe('wuwei count --rules', () => {
  it('compares each with another outcome, and ends with 1 if any differs', async () => {
    const before = file('before.json', JSON.stringify({ rule: { rule: 'borda' }, winners: ['Nashville'], undecided: [] }));
    const args = ['count', file('capitals.csv', tennessee), '--rules', 'borda,irv', '--compare', before, '--lang', 'en'];
    const { code, stdout } = await wuwei(...args);
    expect([code, stdout.split('\n\n').slice(1)]).toEqual([
      1,
      [
        'Rules with the outcome of borda in before.json: borda.',
        'Where they differ, by the numbers of the rules:\n           1  2  borda in before.json\nNashville  ✓  –  ✓\nKnoxville  –  ✓  –\n',
      ],
    ]);
    const { stdout: json } = await wuwei('--json', ...args);
    expect(JSON.parse(json)).toMatchObject({
      counts: [{ same: true }, { same: false }],
      compared: { file: before, from: 'count', winners: ['Nashville'], undecided: [] },
    });
  });

  it('prints rules and winners, where they differ, and each reason once', async () => {
    const { code, stdout } = await wuwei(
      'count',
      file('capital.csv', tennessee),
      '--rules',
      'schulze,irv,stv,greedy,mes,phragmen',
      '--seats',
      '1',
      '--lang',
      'en',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      '   rule                      chosen  winners\n' +
        '1  schulze                   1       Nashville\n' +
        '2  instant-runoff            1       Knoxville\n' +
        '3  single-transferable-vote  1       Knoxville\n\n' +
        'Where they differ, by the numbers of the rules:\n' +
        '           1  2  3\nNashville  ✓  –  –\nKnoxville  –  ✓  ✓\n\n' +
        'Not counted:\n  greedy: the file has no budget\n  equal-shares, phragmen: it does not count ballots of the form ranking\n',
    );
  });

  it('says that all agree, and in Chinese by default', async () => {
    const { stdout } = await wuwei('count', file('one.csv', 'rank1\n路灯\n'), '--rules', 'borda,schulze');
    expect(stdout).toBe('   规则     当选数  当选\n1  borda    1       路灯\n2  schulze  1       路灯\n\n各规则结果相同。\n');
  });

  it('says on standard error if a rule did not try every way to break ties', async () => {
    const alike = Array.from({ length: 12 }, (_, i) => `o${i}`);
    const path = file('alike.csv', `approved\n${alike.join('\n')}\n`);
    const { code, stderr } = await wuwei('count', path, '--rules', 'approval,phragmen', '--seats', '6', '--lang', 'en');
    expect([code, stderr]).toEqual([
      3,
      `${path}: phragmen: not all ways to break the ties were tried (1157 counts), so others than those undecided may be chosen too\n`,
    ]);
  });

  it('ends with 3 if a rule leaves a tie', async () => {
    const { code, stdout } = await wuwei('count', file('tie.csv', 'rank1\na\nb\n'), '--rules', 'borda', '--lang', 'en');
    expect([code, stdout]).toEqual([3, expect.stringContaining('1  borda  0       undecided: a, b\n')]);
  });

  it.each([
    [['--rules', 'all', '--rule', 'borda'], /--rule 只用于一种规则：请去掉 --rules/u],
    [
      ['--rules', 'all', '--why', 'a', '--ballot', '1', '--svg', 'x.svg', '--export', 'x.pb', '--lang', 'en'],
      /not together with --rules: --why, --ballot, --svg, --export; to count by one rule, leave out --rules and name the rule with --rule/u,
    ],
    [['--rules', 'borda,loudest'], /must be one of approval, points, borda/u],
    [['--rules', 'all', '--unranked', 'zero'], /与 --rules 同用的参数只有 --seats 和 --ties/u],
    [['--rules', 'greedy'], /没有规则可用：greedy: 文件没有预算/u],
  ])('%j: ends with 2', async (args, message) => {
    const { code, stdout, stderr } = await wuwei('count', file('good.csv', 'rank1\na\n'), ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
