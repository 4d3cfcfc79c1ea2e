import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { wuwei } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const projects = (selected: readonly [string, string, string], header = 'selected') =>
  `META\nkey;value\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost;name;${header}\na;60;Bench;${selected[0]}\nb;50;Lamp;${selected[1]}\n` +
  `c;40;Tree;${selected[2]}\nVOTES\nvoter_id;vote\n1;a\n2;a\n3;a,b\n4;b,c\n5;c,a\n`; // greedy chooses a and c

describe('wuwei count --compare', () => {
  it('given the file itself, when its column `selected` is another result, then both stand side by side, and the exit code is 1', async () => {
    const pb = file('other.pb', projects(['1', '1', '0']));
    const { code, stdout } = await wuwei('count', pb, '--rule', 'greedy', '--compare', pb, '--lang', 'en');
    expect(code).toBe(1);
    expect(stdout).toBe(
      'Rule: greedy (overBudget skip, minScore 1, places –)\n\n' +
        '         this count  selected in other.pb\na Bench  ✓           ✓\nb Lamp   –           ✓\nc Tree   ✓           –\n\n' +
        'Chosen by both (1): a Bench\nOnly in this count (1): c Tree\nOnly in selected in other.pb (1): b Lamp\n',
    );
  });

  it('given the same winners in another order, when they are compared, then they are the same; 2 is paid by other money', async () => {
    const pb = file('same.pb', projects(['1', '2', '1']));
    const { code, stdout } = await wuwei('--json', 'count', pb, '--rule', 'greedy', '--compare', pb);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 3,
      document: 'comparison',
      rule: { rule: 'greedy' },
      compared: { file: pb, from: 'selected', winners: ['a', 'c'], undecided: [] },
      both: ['a', 'c'],
      onlyHere: [],
      onlyThere: [],
      undecidedInOne: [],
      same: true,
    });
  });

  it('given the JSON of an earlier count, when another rule counts, then it is compared with that', async () => {
    const csv = file('x.csv', 'count,rank1,rank2,rank3\n4,a,b,c\n3,b,c,a\n2,c,b,a\n');
    const earlier = file('earlier.json', (await wuwei('--json', 'count', csv, '--rule', 'borda')).stdout);
    const { code, stdout } = await wuwei('count', csv, '--rule', 'irv', '--compare', earlier);
    expect([code, stdout]).toEqual([0, expect.stringContaining('本次  earlier.json（borda）\nb  ✓     ✓\n\n两者结果相同。\n')]);
  });

  it('given what explains one count, when it is compared too, then it is refused with what to do', async () => {
    const path = file('x.csv', 'rank1\na\n');
    const { code, stdout, stderr } = await wuwei('count', path, '--rule', 'borda', '--why', 'a', '--compare', path, '--lang', 'en');
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'wuwei: --why and --ballot explain one count and do not go with --compare: run the command twice\n',
    ]);
  });

  it('given a tie in one of them, when they are compared, then it is told, and the exit code of the tie goes first', async () => {
    const csv = file('tied.csv', 'rank1\na\nb\n');
    const drawn = file('drawn.json', (await wuwei('--json', 'count', csv, '--rule', 'borda', '--ties', 'listed')).stdout);
    const open = await wuwei('count', csv, '--rule', 'borda', '--compare', drawn, '--lang', 'en');
    expect([open.code, open.stdout]).toEqual([3, expect.stringContaining('a  ?           ✓\nb  ?           –\n')]);
    expect(open.stdout).toContain('\nUndecided in one of them (2): a, b\n');
    const tied = file('tied.json', (await wuwei('--json', 'count', csv, '--rule', 'borda')).stdout);
    expect((await wuwei('count', csv, '--rule', 'borda', '--ties', 'listed', '--compare', tied)).code).toBe(1);
    expect((await wuwei('count', csv, '--rule', 'borda', '--compare', tied, '--lang', 'en')).stdout).toContain(
      'Both outcomes are the same.',
    );
  });

  it.each([
    ['none.json', /none\.json: 没有这个文件/u],
    ['list.json', /list\.json: 须是有 selected 列的 \.pb，或以前 --json count 的输出/u],
    ['plain.pb', /plain\.pb: 没有 selected 列/u],
    ['foreign.json', /foreign\.json: 属于另一次选举：这里没有选项 "z"/u],
  ])('%s: ends with 2', async (name, message) => {
    file('list.json', '["a"]');
    file('plain.pb', projects(['', '', ''], 'votes'));
    file('foreign.json', JSON.stringify({ rule: { rule: 'borda' }, winners: ['z'], undecided: [] }));
    const { code, stdout, stderr } = await wuwei(
      'count',
      file('x.pb', projects(['1', '1', '0'])),
      '--rule',
      'greedy',
      '--compare',
      join(folder, name),
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
