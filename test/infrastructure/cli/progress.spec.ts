import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { barOnTerminal } from '../../../src/infrastructure/cli/progress.js';

const { isTTY } = process.stderr;
afterEach(() => {
  process.stderr.isTTY = isTTY;
  jest.restoreAllMocks();
});
const lines = <T>(of: (i: number) => T) => Array.from({ length: 30_000 }, (_, i) => of(i)).join('\n');
const files = {
  'x.csv': `rank1,rank2\n${lines((i) => `a${i % 3},b`)}\n`,
  'x.soi': `# ALTERNATIVE NAME 1: a\n# ALTERNATIVE NAME 2: b\n${lines(() => '1: 1,2')}\n`,
  'x.blt': `2 1\n${lines(() => '1 1 2 0')}\n0\n"a"\n"b"\n"t"\n`,
  'x.pb': `META\nkey;value\nbudget;5\nvote_type;ordinal\nPROJECTS\nproject_id;cost\na;1\nb;1\nVOTES\nvoter_id;vote\n${lines((i) => `${i};a,b`)}\n`,
};

describe('the progress of a count', () => {
  it.each(Object.entries(files))('given a long %s, when it is read, then parts are told that grow to the whole', (name, text) => {
    const parts: number[] = [];
    countFile(name, Buffer.from(text), { rule: 'borda' }, { onRead: (part) => parts.push(part) });
    expect(parts.length).toBeGreaterThanOrEqual(2);
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
    expect([parts[0]! > 0.2, parts[0]! < 0.5, parts.at(-1)! <= 1]).toEqual([true, true, true]);
  });

  it('given a terminal, when a file is read, then a bar is drawn, and no handler keeps a signal from ending the count', () => {
    process.stderr.isTTY = true;
    Object.assign(process.stderr, { cursorTo: () => true, clearLine: () => true, columns: 80 });
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const before = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
    const bar = barOnTerminal('bytes read');
    const during: number[] = [];
    const onRead = (part: number) => {
      bar.update({ done: Math.round(part * 1000), total: 1000 });
      during.push(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM'));
    };
    countFile('x.csv', Buffer.from(files['x.csv']), { rule: 'borda' }, { onRead });
    bar.end();
    expect(written.mock.calls.map(([text]) => String(text)).join('')).toMatch(/bytes read .*\d+% \d+\/1000/u);
    expect(new Set(during)).toEqual(new Set([before]));
  });

  it('given no terminal, when a file is read, then nothing is written', () => {
    process.stderr.isTTY = false;
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const bar = barOnTerminal('bytes read');
    bar.update({ done: 1, total: 2 });
    bar.end();
    expect(written).not.toHaveBeenCalled();
  });
});
