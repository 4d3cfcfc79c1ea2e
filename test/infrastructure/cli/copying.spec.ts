import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { append } from '../../../src/application/kernel/appending.js';
import { noStream } from '../../../src/application/ports/event-log.js';
import { openSqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { openLogReader } from '../../../src/infrastructure/event-log/sqlite/reader.js';
import { newEvents } from '../../contracts/event-log.contract.js';
import { goldenLogs } from '../../support/golden.js';
import { until } from '../../support/until.js';
import { start, wuwei } from './program.js';

jest.setTimeout(180_000);
const top = mkdtempSync(join(tmpdir(), 'wuwei-copy-'));
afterAll(() => rmSync(top, { recursive: true }));
const [source, target] = [join(top, 'source'), join(top, 'target')];
const golden = goldenLogs()[0]!;

/** A data folder with the events and the keys of a golden log. */
async function makeFolder(folder: string): Promise<void> {
  mkdirSync(folder, { mode: 0o700 });
  for (const file of ['keys.db', 'master.key']) {
    copyFileSync(fileURLToPath(new URL(`../../fixtures/golden/${golden.name}/${file}`, import.meta.url)), join(folder, file));
    chmodSync(join(folder, file), 0o600);
  }
  const log = await openSqliteLog(folder);
  for (const event of golden.events) await append(log, event.stream, event.revision - 1, [event]);
  await log.close();
}
const bytesOf = (folder: string) =>
  Object.fromEntries(['log.db', 'keys.db', 'master.key'].map((file) => [file, readFileSync(join(folder, file)).toString('base64')]));
const answerOf = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await wuwei('copy', ...args, '--json');
  return { code, stderr, answer: stdout === '' ? null : (JSON.parse(stdout) as Record<string, any>) }; // eslint-disable-line @typescript-eslint/no-explicit-any -- looked at below
};

describe('wuwei copy, from a folder to a folder', () => {
  beforeAll(() => makeFolder(source));

  it('copies all events and keys, prints the same hash of both, and leaves the source as it is', async () => {
    const before = bytesOf(source);
    const { code, answer, stderr } = await answerOf('--from', source, '--to', target);
    expect([code, answer?.['copied'], answer?.['found']]).toEqual([0, golden.events.length, 0]);
    expect(answer!['source']).toEqual({ events: golden.events.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) });
    expect(answer!['target']).toEqual(answer!['source']);
    expect(stderr).toContain(`copy: ${golden.events.length} of ${golden.events.length}`);
    expect(bytesOf(source)).toEqual(before);
    expect(readdirSync(source)).not.toContain('owner.json');
    expect((statSync(join(target, 'master.key')).mode & 0o777).toString(8)).toBe('600');
  });

  it('when it is run again, then nothing is copied', async () => {
    const { code, answer } = await answerOf('--from', source, '--to', target);
    expect([code, answer?.['copied'], answer?.['found']]).toEqual([0, 0, golden.events.length]);
  });

  it('then the copy gives the same results and the same rows, and personal texts can be read', async () => {
    for (const folder of [source, target])
      expect((await wuwei('projections', 'rebuild', '--all', '--data', folder)).stderr).not.toContain('wuwei:');
    const told = async (...args: readonly string[]) => Promise.all([source, target].map((data) => wuwei(...args, '--data', data)));
    const [recomputed, recomputedCopy] = await told('recompute', '--json');
    expect(JSON.parse(recomputed!.stdout)).toMatchObject({ same: true });
    expect((JSON.parse(recomputed!.stdout) as { results: unknown[] }).results.length).toBeGreaterThan(0);
    expect(recomputedCopy!.stdout).toBe(recomputed!.stdout);
    const [events, eventsOfCopy] = await told('log', '--ndjson');
    expect(events!.stdout).not.toContain('"$sealed"');
    expect(eventsOfCopy!.stdout).toBe(events!.stdout);
    const [, check] = await told('projections', 'check');
    expect(check!.stdout).not.toContain('differ');
    expect(check!.code).toBe(0);
  });

  it('refuses a target that holds other events, and a source on which a server runs', async () => {
    const [other, busy] = [join(top, 'other'), join(top, 'busy')];
    await makeFolder(other);
    const log = await openSqliteLog(other);
    await log.append('s-other', noStream, newEvents(1));
    await log.close();
    expect(await answerOf('--from', source, '--to', other)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds other events'),
    });
    await makeFolder(busy);
    const holder = await openSqliteLog(busy);
    expect(await answerOf('--from', busy, '--to', join(top, 'none'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is in use'),
    });
    await holder.close();
    expect(existsSync(join(top, 'none'))).toBe(false);
  });

  it('refuses a master key that is not that of the source', async () => {
    const strange = join(top, 'strange');
    await wuwei('keys', 'make', '--data', strange);
    const args = ['--from', source, '--to', join(top, 'none'), '--master-key-file', join(strange, 'master.key')];
    expect(await answerOf(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('is not the master key of the source') });
  });

  it.each([
    [['--to', target], 'give --from or --from-file'],
    [['--from', source, '--to', source], '--from and --to are the same folder'],
    [['--from', 'esdb://a:2113', '--to', 'esdb://b:2113', '--mongodb', 'mongodb://a/b'], 'one of the two must be a folder'],
    [['--from', source, '--to', 'esdb://a:2113'], 'name where its keys are, with --mongodb'],
    [['--from', source, '--to', 'mysql://a'], 'must be esdb://host:port'],
    [['--from', join(top, 'no'), '--to', target, '--master-key-file', join(source, 'master.key')], 'There is no log in'],
  ])('%j is a mistake', async (args, message) => {
    expect(await answerOf(...args)).toMatchObject({ code: 2, answer: null, stderr: expect.stringContaining(message) });
  });

  it('given a copy that is killed under way, when it is run again, then it goes on where it was', async () => {
    const [large, half] = [join(top, 'large'), join(top, 'half')];
    await makeFolder(large);
    const log = await openSqliteLog(large);
    await Promise.all(Array.from({ length: 3_000 }, (_, i) => log.append(`s-${i}`, noStream, newEvents(1))));
    await log.close();
    const { child, ended } = start(['copy', '--from', large, '--to', half]);
    const reached = async () => {
      if (!existsSync(join(half, 'log.db'))) return 0;
      const reader = openLogReader(half);
      try {
        return await reader.position();
      } finally {
        reader.close();
      }
    };
    let isOver = false;
    void ended.then(() => (isOver = true));
    await until(async () => isOver || (await reached().catch(() => 0)) > 100);
    expect(isOver).toBe(false);
    child.kill('SIGKILL');
    await ended;
    const found = await reached();
    expect(found).toBeLessThan(golden.events.length + 3_000);
    const { code, answer } = await answerOf('--from', large, '--to', half);
    expect([code, answer?.['found'], answer?.['copied']]).toEqual([0, found, golden.events.length + 3_000 - found]);
    expect(answer!['target']).toEqual(answer!['source']);
  });
});
