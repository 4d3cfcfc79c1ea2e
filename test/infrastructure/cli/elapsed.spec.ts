import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Elapsed, elapsedOnTerminal } from '../../../src/infrastructure/cli/elapsed.js';

describe('the time that a count takes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-elapsed-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('given work that holds the event loop, when it takes longer than an interval, then it is shown, and cleared at the end', () => {
    const path = join(folder, 'shown');
    const fd = openSync(path, 'w');
    const written = () => readFileSync(path, 'utf8');
    const elapsed = new Elapsed('rules counted', 's', { fd, every: 5 });
    elapsed.update(3, 14);
    const latest = Date.now() + 10_000; // Jest cannot end a test that holds the event loop
    while (!/rules counted 3\/14 \d+ s/u.test(written()) && Date.now() < latest);
    elapsed.end();
    const shown = written();
    expect(shown).toMatch(/^(?:\r\u001B\[Krules counted 3\/14 \d+ s)+\r\u001B\[K$/u);
    closeSync(fd); // what wrote now would fail
    expect(written()).toBe(shown);
  });

  it('given work that ends at once, when the thread has not begun, then the end waits for nothing, and nothing is shown', () => {
    const path = join(folder, 'short');
    const fd = openSync(path, 'w');
    new Elapsed('counting', 's', { fd, every: 60_000 }).end();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('given no terminal, when work is done, then no thread is started', () => {
    const { isTTY } = process.stderr;
    process.stderr.isTTY = false;
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const elapsed = elapsedOnTerminal('counting', 's');
    elapsed.update(1, 2);
    elapsed.end();
    expect([elapsed instanceof Elapsed, write.mock.calls]).toEqual([false, []]);
    write.mockRestore();
    process.stderr.isTTY = isTTY;
  });
});
