import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnyProjection } from '../../../src/projections/projection.js';
import { openSqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { checkProjections } from '../../../src/infrastructure/read-models/sqlite/maintenance.js';
import { readModelsFileIn, SqliteProjectionStore } from '../../../src/infrastructure/read-models/sqlite/store.js';
import { stored, recorded } from '../../support/projections.js';

const events = 20_000;
const places = 50;
const rounds = 5;
const child = fileURLToPath(new URL('./fixtures/projecting.mjs', import.meta.url));
const fixture = './fixtures/table.mjs';
const { allProjections } = (await import(fixture)) as { allProjections: readonly AnyProjection[] };

describe('a runner that is killed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-killed-'));
    const log = await openSqliteLog(folder);
    for (let place = 0; place < places; place++) {
      const aggregateId = `p${place}`;
      const own = stored([
        recorded('PlaceRegistered', { placeId: aggregateId, name: 'n0', level: 'county' }, { aggregateId }),
        ...Array.from({ length: events / places - 1 }, (_, n) => recorded('PlaceRenamed', { name: `n${n + 1}` }, { aggregateId })),
      ]);
      await log.append(
        `place-${aggregateId}`,
        -1,
        own.map(({ stream: _s, revision: _r, position: _p, ...event }, n) => ({
          ...event,
          id: `01900000-0000-7000-${8000 + place}-${String(n).padStart(12, '0')}`,
        })),
      );
    }
    await log.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs the child until it has committed so many pages and a little more, or to the end; answers with the last position it said. */
  async function run(pages: number): Promise<number> {
    const process = spawn('node', [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(process, 'exit');
    let text = '';
    process.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.split('\n').length > pages + 1) setTimeout(() => process.kill('SIGKILL'), Math.random() * 12);
    });
    const [code] = (await exit) as [number | null];
    if (pages === Infinity) expect(code).toBe(0);
    return Number(text.trimEnd().split('\n').at(-1));
  }

  it(`holds rows and checkpoints that belong together, ${rounds} times, and ends with the rows of a rebuild`, async () => {
    const positions: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const said = await run(1 + (round % 2));
      const store = new SqliteProjectionStore(readModelsFileIn(folder));
      const builds = await store.builds();
      const position = builds[0]!.position;
      expect(builds.map((build) => build.position)).toEqual([position, position, position]);
      expect(position).toBeGreaterThanOrEqual(said);
      const names = await store.scan(builds[0]!.id, null, places);
      expect(names.reduce((sum, { row }) => sum + (JSON.parse(row) as { seen: number }).seen, 0)).toBe(position); // each event counted once
      expect(await store.scan(builds[2]!.id, null, events)).toHaveLength(position);
      store.close();
      positions.push(position);
    }
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions[0]).toBeLessThan(events); // it was killed on the way
    expect(await run(Infinity)).toBe(events);
    const checked = await checkProjections(folder, allProjections, () => undefined);
    expect(checked.map(({ position, difference }) => [position, difference])).toEqual([
      [events, null],
      [events, null],
      [events, null],
    ]);
  }, 120_000);
});
