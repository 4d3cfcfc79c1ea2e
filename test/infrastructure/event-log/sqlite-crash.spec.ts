import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { all } from '../../contracts/event-log.contract.js';
import { startChild } from './child.js';

const root = mkdtempSync(join(tmpdir(), 'wuwei-crash-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Sixteen writers, each on a stream of its own and three events at a time; what is acknowledged is said at once. */
const writer = `
const log = await openSqliteLog(folder, { batch: 60, limit: 200 });
await Promise.all(Array.from({ length: 16 }, async (_, i) => {
  const stream = args[0] + '-' + i;
  for (let revision = -1; ;) {
    const events = [event(), event(), event()];
    const appended = await log.append(stream, revision, events);
    say({ stream, ids: events.map(({ id }) => id), ...appended });
    revision = appended.revision;
  }
}));`;

interface Acknowledged {
  readonly stream: string;
  readonly ids: string[];
  readonly revision: number;
  readonly position: number;
}

describe('a process killed with SIGKILL while it appends', () => {
  it('has every acknowledged event in its log once and in order, and nothing half-written, in 20 rounds', async () => {
    const folder = join(root, 'log');
    const acknowledged: Acknowledged[] = [];
    for (let round = 0; round < 20; round++) {
      const child = startChild(writer, [folder, `round-${round}`]);
      const closed = once(child, 'close');
      let errors = '';
      child.stderr!.on('data', (data: Buffer) => (errors += data.toString()));
      let said = 0;
      const lines = createInterface({ input: child.stdout! });
      lines.on('line', (line) => {
        acknowledged.push(JSON.parse(line) as Acknowledged);
        if (said++ === 0) void after(10 + ((round * 37) % 150)).then(() => child.kill('SIGKILL'));
      });
      const [[, signal]] = (await Promise.all([closed, once(lines, 'close')])) as [[number | null, string | null], unknown];
      expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
      expect(said).toBeGreaterThan(0);

      const log = await openSqliteLog(folder, { batch: 60, limit: 200 });
      const stored = await all(log);
      const heads = new Map<string, number>();
      expect(stored.map(({ position }) => position)).toEqual(stored.map((_, i) => i + 1));
      for (const { stream, revision } of stored) {
        expect(revision).toBe((heads.get(stream) ?? -1) + 1);
        heads.set(stream, revision);
      }
      expect([...heads.values()].filter((revision) => revision % 3 !== 2)).toEqual([]);
      for (const { stream, ids, revision, position } of acknowledged) {
        expect(stored.slice(position - 3, position).map((event) => [event.stream, event.revision, event.id])).toEqual(
          ids.map((id, i) => [stream, revision - 2 + i, id]),
        );
      }
      expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
      for (const [stream, revision] of heads)
        expect((await log.read(stream)).map((event) => event.revision)).toEqual(Array.from({ length: revision + 1 }, (_, i) => i));
      await log.close();
    }
  }, 300_000); // 20 processes are started
});
