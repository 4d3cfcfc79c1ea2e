import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { UsageError } from '../../../src/infrastructure/cli/common.js';
import { converted } from '../../../src/infrastructure/cli/convert.js';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { wuwei } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'wuwei-convert-'));
afterAll(() => rmSync(folder, { recursive: true }));
const blt = '3 2\n-3\n2 1 3 2 0\n3 2=1 0\n1 3 0\n2 1 3 2 0\n0\n"A"\n"B"\n"C"\n"Council"\n';
const textOf = (from: string, text: string, to: string) => converted(from, Buffer.from(text), to).text;

describe('converting a file of rankings', () => {
  it('given a .blt, when a .blt is written, then equal papers are put together and who withdrew is kept', () => {
    expect(textOf('x.blt', blt, 'y.blt')).toBe('3 2\n-3\n4 1 3 2 0\n3 2=1 0\n1 3 0\n0\n"A"\n"B"\n"C"\n"Council"\n');
  });

  it('given a .blt that says how ties are broken and who is a write-in, when it is converted, then a .blt keeps it, and others name it', () => {
    const droop = blt.replace('-3\n', '[undeclared 3]\n[tie 2 1 3]\n');
    expect(textOf('x.blt', droop, 'y.blt')).toContain('3 2\n[undeclared 3]\n[tie 2 1 3]\n4 1 3 2 0\n');
    expect(converted('x.blt', Buffer.from(droop), 'y.csv').lost.map(({ en }) => en)).toEqual([
      '.csv cannot say how ties are broken: declare it with --ties',
      '.csv cannot say who is an undeclared write-in: declare it with --write-ins',
    ]);
    expect(converted('x.blt', Buffer.from(blt), 'y.csv').lost).toEqual([]);
  });

  it('given a .blt, when PrefLib orders are written, then who withdrew is struck', () => {
    expect(textOf('x.blt', blt, 'y.toi')).toBe(
      '# FILE NAME: y.toi\n# TITLE: Council\n# DATA TYPE: toi\n# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 8\n# NUMBER UNIQUE ORDERS: 3\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n4: 1,2\n3: {2,1}\n1: \n',
    );
  });

  it.each(['y.blt', 'y.toi', 'y.csv'])('given a .blt, when %s is written, then it is counted as the original', (to) => {
    for (const rule of ['schulze', 'borda', 'instant-runoff'] as const) {
      const count = (name: string, text: string) => countFile(name, Buffer.from(text), { rule });
      const { winners, order } = count('x.blt', blt.replace('3 2\n', '3 1\n'));
      expect(count(to, textOf('x.blt', blt.replace('3 2\n', '3 1\n'), to))).toMatchObject({ winners, order });
    }
  });

  it.each([
    ['x.blt', blt, 'y.soi', /these rankings are of the type toi; write a \.toi/u],
    ['x.blt', blt.replace('1 3 0', '1 - 1 0'), 'y.toi', /line 5 leaves out a rank/u],
    ['x.blt', blt, 'y.pb', /write one of \.blt, /u],
    [
      'x.pb',
      'META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\nproject_id;cost\na;1\nVOTES\nvoter_id;vote\n1;a\n',
      'y.blt',
      /only rankings/u,
    ],
    ['x.blt', 'x', 'y.csv', /line 1, column 1: the number of candidates/u],
    ['x.doc', 'x', 'y.csv', /has none of these formats/u],
  ])('refuses %s %#', (from, text, to, message) => {
    expect(() => textOf(from, text, to)).toThrow(UsageError);
    expect(() => textOf(from, text, to)).toThrow(message);
    expect(() => converted(from, Buffer.from(text), to, { language: 'zh' })).toThrow(/^[xy]\.\w+: .*\p{Script=Han}/u);
  });

  it('is a command', async () => {
    const [from, to] = [join(folder, 'x.blt'), join(folder, 'y.toi')];
    writeFileSync(from, blt);
    const { code, stdout } = await wuwei('--json', 'convert', from, to);
    expect([code, JSON.parse(stdout)]).toEqual([0, { file: to, voters: 8 }]);
    expect(readFileSync(to, 'utf8')).toBe(textOf(from, blt, to));
    expect((await wuwei('convert', from, to)).stdout).toBe(`8 张选票写入 ${to}。\n`);
    const bad = join(folder, 'bad.blt');
    writeFileSync(bad, blt.replace('2 1 3 2 0', '2 1 9 2 0'));
    expect((await wuwei('convert', bad, to)).stderr).toBe(`wuwei: ${bad}: 第 3 行第 5 列：没有候选人 "9"\n`);
    expect((await wuwei('convert', bad, to, '--lang', 'en')).stderr).toBe(`wuwei: ${bad}: line 3, column 5: there is no candidate "9"\n`);
  });
});
