import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { ReadModelDamaged } from '../../../src/application/ports/read-models.js';
import { openSqliteLog, type SqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { checkProjections, rebuildProjections } from '../../../src/infrastructure/read-models/sqlite/maintenance.js';
import { openSqliteReadModels } from '../../../src/infrastructure/read-models/sqlite/read-models.js';
import type { OpenReadModels } from '../../../src/infrastructure/read-models/reading.js';
import type { AnyProjection } from '../../../src/projections/projection.js';
import { name } from '../../contracts/read-models.contract.js';
import { until } from '../../support/until.js';
import { positionOf } from '../../../src/projections/position.js';

const table = new URL('./fixtures/table.mjs', import.meta.url);
const { allProjections } = (await import(table.href)) as { allProjections: readonly [AnyProjection, AnyProjection, AnyProjection] };
const [names, , trail] = allProjections;
const everything = { prefix: '', limit: 1000 };
const places = 300;

describe('given read models that were kept', () => {
  let folder: string;
  let file: string;
  let log: SqliteLog;
  let open: OpenReadModels | null = null;
  let logged: [context: { keptAs?: string; projection?: string }, message: string][] = [];
  const logger = {
    warn: (context: object, message: string) => logged.push([context, message]),
    error: (context: object, message: string) => logged.push([context, message]),
  };
  const start = async (): Promise<OpenReadModels> => {
    open = await openSqliteReadModels(folder, { log, logger, table });
    await open.readModels.atLeast(await log.position(), [trail], AbortSignal.timeout(10_000));
    return open;
  };
  const stop = async () => {
    await open?.close();
    open = null;
  };
  /** Runs SQL on the file while no server runs. */
  const change = (sql: string) => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };
  const tableOf = (projection: string): string => {
    const db = new Database(file);
    const [found] = db.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE '${projection}@%'`).raw().get() as [string];
    db.close();
    return found;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-damaged-'));
    file = join(folder, 'read-models.db');
    log = await openSqliteLog(folder);
    await Promise.all(Array.from({ length: places }, (_, n) => name(log, `5${n}`, `n${n} ${'x'.repeat(200)}`)));
    await start();
    await stop();
    change('PRAGMA wal_checkpoint(TRUNCATE)');
    logged = [];
  });
  afterEach(async () => {
    await stop();
    await log.close();
    rmSync(folder, { recursive: true });
  });

  const overwrite = (offset: number, bytes: readonly number[]) => () => {
    const content = readFileSync(file);
    content.set(bytes, offset);
    writeFileSync(file, content);
  };
  const fill = (page: number) => overwrite(page * 4096, Array<number>(4096).fill(0xff));

  it.each([
    ['its magic number changed', overwrite(0, [0])],
    ['its page size changed', overwrite(16, [0x20])],
    ['its format changed', overwrite(18, [9, 9])],
    ['its schema’s format changed', overwrite(47, [99])],
    ['its encoding changed', overwrite(59, [3])],
    ['its first page overwritten', fill(0)],
    ['a page of rows overwritten', fill(12)],
    ['the name of a projection changed', () => change("UPDATE projections SET name = CAST(x'ff6e' AS TEXT) WHERE name = 'names'")],
    ['its end cut off', () => truncateSync(file, 5 * 4096)],
    ['no byte', () => truncateSync(file, 0)],
    ['no database in it', () => writeFileSync(file, 'nothing '.repeat(2000))],
  ])('when the file has %s, then it is set aside with a warning, and made anew', async (_, harm) => {
    harm();
    const damaged = readFileSync(file);
    const { readModels, isFailing } = await start();
    const [[context, message] = [{}, ''], ...more] = logged;
    expect(more).toEqual([]);
    expect(message).toMatch(/^read-models\.db is damaged \(.+\): it is kept as .* rebuilt from the log 读模型文件已损坏/u);
    expect(context.keptAs).toMatch(/read-models\.db\.damaged-\d{4}-\d\d-\d\dT[\d-]+Z$/u);
    expect(readFileSync(context.keptAs!).length).toBe(damaged.length);
    expect(isFailing()).toBe(false);
    expect(await readModels.list(names, everything)).toHaveLength(places);
    expect(await readModels.list(trail, everything)).toHaveLength(places);
    await stop();
    logged = [];
    await start();
    expect(logged).toEqual([]); // said once
    expect((await checkProjections(folder, allProjections, () => undefined)).map(({ difference }) => difference)).toEqual([
      null,
      null,
      null,
    ]);
  });

  it.each([
    ['no JSON', `'{"name":'`],
    ['no UTF-8', `CAST(x'2261ff22' AS TEXT)`],
    ['U+0000', `CAST(x'7b00007d' AS TEXT)`],
  ])('when a row is %s, then only what needs it is not answered, and it is told by projection and key', async (_, row) => {
    change(`UPDATE "${tableOf('names')}" SET row = ${row} WHERE key = '57'`);
    const { readModels, isFailing, builds } = await start();
    expect(isFailing()).toBe(false); // not met yet
    for (const read of [() => readModels.get(names, '57'), () => readModels.list(names, everything)]) {
      const error = await read().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(ReadModelDamaged);
      expect((error as Error).message).toMatch(/^projection names: its row 57 is damaged: run `wuwei projections rebuild names`/u);
    }
    expect(isFailing()).toBe(true);
    expect(logged).toEqual([[{ projection: 'names' }, expect.stringContaining('its row 57 is damaged')]]);
    expect(await readModels.get(names, '58')).toMatchObject({ seen: 1 });
    expect(await readModels.list(trail, everything)).toHaveLength(places);

    const position = await name(log, '57', 'again'); // what changes the row stops its projection, and no other
    await readModels.atLeast(positionOf(position), [trail], AbortSignal.timeout(10_000));
    await until(() => builds().some(({ failure }) => failure !== null));
    expect(builds().map(({ name, failure }) => [name, failure?.message ?? null])).toEqual([
      ['names', expect.stringContaining('its row 57 is damaged')],
      ['weak', null],
      ['trail', null],
    ]);

    await stop();
    await log.close();
    await rebuildProjections(folder, [names], () => undefined);
    log = await openSqliteLog(folder);
    logged = [];
    expect(await (await start()).readModels.get(names, '57')).toMatchObject({ name: 'again', seen: 2 });
    expect(logged).toEqual([]);
  });

  it('when a page is damaged while a server runs, then it is told, the rest is answered, and the next start makes it anew', async () => {
    const { readModels, isFailing } = await start();
    // Another process does it: a file that is opened and closed in this one loses SQLite's locks.
    const harm = `
      import { readFileSync, openSync, writeSync } from 'node:fs';
      const content = readFileSync(process.argv[1]);
      const at = content.lastIndexOf('n7 xxx') & ~4095;
      writeSync(openSync(process.argv[1], 'r+'), Buffer.alloc(4096, 0xff), 0, 4096, at);`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', harm, file], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    const error = await readModels.get(names, '57').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ReadModelDamaged);
    expect(isFailing()).toBe(true);
    expect(await readModels.list(trail, everything)).toHaveLength(places);
    expect(await readModels.get(names, '5299')).toMatchObject({ seen: 1 });
    expect(logged).toEqual([
      [expect.objectContaining({ file }), expect.stringMatching(/read-models\.db is damaged: .* renames the file/u)],
    ]);
    await stop();
    logged = [];
    const again = await start();
    expect(logged).toEqual([[expect.objectContaining({ file }), expect.stringContaining('it is kept as')]]);
    expect(await again.readModels.get(names, '57')).toMatchObject({ seen: 1 });
    expect(again.isFailing()).toBe(false);
  });

  it('when another opener takes over, then this one writes no more rows', async () => {
    const { readModels, isFailing } = await start();
    const other = await openSqliteReadModels(folder, { log, logger, table });
    const position = await name(log, '57', 'later');
    await other.readModels.atLeast(positionOf(position), [names], AbortSignal.timeout(10_000));
    await until(() => isFailing());
    expect(logged).toEqual([[{ trouble: expect.stringContaining('another process has taken over') }, expect.anything()]]);
    expect(await readModels.get(names, '57')).toMatchObject({ name: 'later' });
    expect(other.isFailing()).toBe(false);
    await other.close();
  });

  it('when they are set aside, then nothing that was damaged is deleted', async () => {
    for (const text of ['first', 'second']) {
      writeFileSync(file, text.repeat(3000));
      await start();
      await stop();
      change('PRAGMA wal_checkpoint(TRUNCATE)'); // else the write-ahead log holds all that the file does
    }
    const kept = readdirSync(folder).filter((entry) => /damaged-.*Z$/u.test(entry));
    expect(kept.map((entry) => readFileSync(join(folder, entry), 'utf8').slice(0, 5)).sort()).toEqual(['first', 'secon']);
  });
});
