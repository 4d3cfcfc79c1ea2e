import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import { countCommand, countFile } from '../../../src/infrastructure/cli/count.js';
import { UsageError } from '../../../src/infrastructure/cli/common.js';

const votes = new URL('../../fixtures/votes/', import.meta.url);
const bytes = (path: string) => readFileSync(new URL(path, votes));
const swiecie = 'pb/Poland_Swiecie_2023.pb';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('wuwei count', () => {
  it('counts files of each form by the rules that fit them', () => {
    expect(countFile('x.pb', bytes(swiecie), { rule: 'approval' }, undefined).winners).toEqual(['c12']);
    expect([...countFile('x.pb', bytes('pb/Poland_Krakow_2020_Stare_Miasto.pb'), { rule: 'greedy' }, undefined).winners].sort()).toEqual(['28', '3', '36', '9']);
    expect(countFile('x.csv', bytes('rcv-minneapolis/2017_minneapolis_mayor_rankings.csv'), { rule: 'instant-runoff' }, 'any').winners).toEqual(['Jacob Frey']);
    const soc = Buffer.from('# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n2: 1,2\n1: 2,1\n');
    expect(countFile('x.soc', soc, { rule: 'schulze' }, undefined).order).toEqual([['a'], ['b']]);
  });

  it('breaks last ties by the seed, or by the order of the file', () => {
    const tied = Buffer.from('rank1\na\nb\n');
    const winner = (seed?: string) => countFile('x.csv', tied, { rule: 'borda' }, seed).winners[0];
    expect(winner()).toBe('a');
    expect(new Set(['1', '2', '3', '4', '5', '6', '7', '8'].map(winner))).toEqual(new Set(['a', 'b']));
  });

  it.each([
    ['x.pb', bytes(swiecie), { rule: 'schulze' }, /form approval/u],
    ['x.pb', bytes(swiecie), { rule: 'greedy', seats: 2 }, /--seats is no parameter of greedy/u],
    ['x.csv', Buffer.from('rank1\na\n'), { rule: 'equal-shares' }, /budget|form ranking/u],
    ['x.csv', Buffer.from('rank1,rank2\na\n'), { rule: 'borda' }, /line 2/u],
    ['x.doc', Buffer.from(''), { rule: 'borda' }, /neither/u],
  ] as const)('says what is wrong with %s', (path, file, declared, message) => {
    expect(() => countFile(path, file, declared, undefined)).toThrow(UsageError);
    expect(() => countFile(path, file, declared, undefined)).toThrow(message);
  });

  it('prints the account, or with --json one document', async () => {
    const written: string[] = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const program = () => new Command().option('--json').addCommand(countCommand);
    const path = new URL('pb/Poland_Gdynia_2020_Srodmiescie__small.pb', votes).pathname;
    await program().parseAsync(['node', 'wuwei', '--json', 'count', path, '--rule', 'greedy', '--over-budget', 'stop', '--min-score', '50']);
    const document = JSON.parse(written.join('')) as { winners: string[]; order: string[][]; account: object[] };
    expect([...document.winners].sort()).toEqual(['3', '4', '5', '9']);
    expect(document.order.slice(0, 4).flat()).toEqual(document.winners);
    expect(document.account.length).toBeGreaterThan(4);
    written.length = 0;
    await program().parseAsync(['node', 'wuwei', 'count', path, '--rule', 'greedy', '--language', 'en']);
    expect(written.join('')).toContain('Selected 9 Zajęcia samoobrony dla kobiet');
  });
});
