import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { start } from './program.js';

jest.setTimeout(300_000); // the whole story is told

const shells = ['bash', 'zsh'].filter((shell) => spawnSync(shell, ['-c', 'curl --version']).status === 0);
const where = shells.length > 0 ? describe : describe.skip;

where('given the demo has told its story and serves', () => {
  const demo = start(['demo', '--port', '0']);
  let printed = '';
  beforeAll(async () => {
    printed = await demo.printed('curl ');
  });
  afterAll(async () => {
    demo.child.kill('SIGTERM');
    await demo.ended;
  });

  const paste = (shell: string, path: string) => {
    const command = printed.split('\n').find((line) => line.startsWith('curl ') && line.includes(path)) ?? 'exit 1';
    return spawnSync(shell, ['-fc', command], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  };

  it.each(shells)('when the printed command for the events is pasted into %s, then it shows the log', (shell) => {
    const { stdout, stderr } = paste(shell, '/v1/events');
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string }); // prettier-ignore
    expect([stderr, events[0]?.type]).toEqual(['', 'wuwei.PlaceRegistered']);
    expect(events.length).toBeGreaterThan(1000);
  });

  it.each(shells)('when the printed command for people is pasted into %s, then it writes', (shell) => {
    const { stdout, stderr } = paste(shell, '/v1/people');
    expect([stderr, JSON.parse(stdout)]).toEqual([
      '',
      expect.objectContaining({ events: [expect.objectContaining({ type: 'PersonRegistered' })] }),
    ]);
  });

  it('then it has named its data folder, which goes when it ends', async () => {
    const folder = /wuwei-demo-\w+/u.exec(printed)?.[0];
    const path = /^.* data: (\S+)/mu.exec(printed)?.[1] ?? '';
    expect([path.endsWith(folder!), existsSync(path)]).toEqual([true, true]);
    demo.child.kill('SIGTERM');
    expect((await demo.ended).code).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});
