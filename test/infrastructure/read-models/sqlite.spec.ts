import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import type { AnyProjection } from '../../../src/projections/projection.js';
import { openSqliteLog, type SqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { DataFolderInUse } from '../../../src/infrastructure/event-log/sqlite/lock.js';
import { checkProjections, projectionStates, rebuildProjections } from '../../../src/infrastructure/read-models/sqlite/maintenance.js';
import { openReaders } from '../../../src/infrastructure/upkeep.js';
import { openSqliteReadModels } from '../../../src/infrastructure/read-models/sqlite/read-models.js';
import type { OpenReadModels } from '../../../src/infrastructure/read-models/reading.js';
import { name, readModelsContract } from '../../contracts/read-models.contract.js';
import { positionOf } from '../../../src/projections/position.js';

const table = new URL('./fixtures/table.mjs', import.meta.url);
const { allProjections } = (await import(table.href)) as { allProjections: readonly [AnyProjection, AnyProjection, AnyProjection] };
const [names, weak, trail] = allProjections;
const silent = { warn: () => undefined, error: () => undefined };

readModelsContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-read-'));
  const log = await openSqliteLog(folder);
  const { readModels, builds, close } = await openSqliteReadModels(folder, { log, logger: silent, table });
  return {
    log,
    readModels,
    builds,
    close: async () => {
      await close();
      await log.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('read models in SQLite', () => {
  let folder: string;
  let log: SqliteLog;
  let open: OpenReadModels | null;
  let logged: unknown[];
  const logger = { warn: (...args: unknown[]) => logged.push(args), error: (...args: unknown[]) => logged.push(args) };
  const soon = () => AbortSignal.timeout(10_000);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-read-'));
    log = await openSqliteLog(folder);
    open = null;
    logged = [];
  });
  afterEach(async () => {
    await open?.close();
    await log.close();
    rmSync(folder, { recursive: true });
  });

  async function start(version = 1): Promise<OpenReadModels> {
    return (open = await openSqliteReadModels(folder, { log, logger, table: new URL(`?version=${version}`, table) }));
  }
  async function fill(count: number): Promise<number> {
    let position = 0;
    for (let n = 0; n < count; n++) position = await name(log, `5${n % 7}`, `n${n}`);
    return position;
  }
  async function stop(): Promise<void> {
    await open?.close();
    open = null;
  }

  it('says that it is failing while it cannot write, and goes on once it can', async () => {
    const { readModels, isFailing } = await start();
    const other = new Database(join(folder, 'read-models.db'));
    try {
      other.exec('BEGIN IMMEDIATE');
      const position = await fill(1);
      await expect(readModels.atLeast(positionOf(position), [names], AbortSignal.timeout(100))).rejects.toThrow();
      expect(isFailing()).toBe(false); // another program may have a short while
      while (!isFailing()) await sleep(50);
      other.exec('ROLLBACK');
      await readModels.atLeast(positionOf(position), [names], soon());
      expect(isFailing()).toBe(false);
    } finally {
      other.close();
    }
  }, 20_000);

  it('goes on after a restart with what was appended meanwhile', async () => {
    const first = await start();
    await first.readModels.atLeast(positionOf(await fill(10)), [names], soon());
    await stop();
    const position = await fill(10);
    const second = await start();
    await second.readModels.atLeast(positionOf(position), [names, trail], soon());
    expect(await second.readModels.get(names, '50')).toEqual({ name: 'n7', seen: 4 });
    expect(await second.readModels.list(trail, { prefix: '', limit: 99 })).toHaveLength(20);
  });

  it('says so when a copy of the log that went on elsewhere was put back, and makes the rows anew from it', async () => {
    await fill(3);
    await log.close();
    const copy = readFileSync(join(folder, 'log.db'));
    log = await openSqliteLog(folder);
    const first = await start();
    await name(log, '60', 'here');
    await first.readModels.atLeast(positionOf(4), [names, weak, trail], soon());
    await stop();
    const [folded] = (await log.read('place-60')).map(({ id }) => id);
    await log.close();
    const away = mkdtempSync(join(tmpdir(), 'wuwei-read-'));
    for (const file of readdirSync(folder).filter((file) => /^(log|streams|read-models)/u.test(file)))
      renameSync(join(folder, file), join(away, file));
    writeFileSync(join(folder, 'log.db'), copy);
    log = await openSqliteLog(folder);
    await name(log, '60', 'elsewhere');
    await name(log, '61', 'elsewhere');
    const [stored] = (await log.read('place-60')).map(({ id }) => id);
    for (const file of readdirSync(away).filter((file) => file.startsWith('read-models'))) renameSync(join(away, file), join(folder, file));
    rmSync(away, { recursive: true });

    expect(
      (await checkProjections(folder, allProjections, () => undefined)).map(({ foreign, difference }) => [foreign, difference]),
    ).toEqual(['names', 'weak', 'trail'].map((name) => [{ name, version: 1, position: 4, folded, stored }, null]));
    const second = await start();
    await second.readModels.atLeast(positionOf(5), [names, weak, trail], soon());
    expect(logged).toEqual([
      [
        { foreign: ['names', 'weak', 'trail'].map((name) => ({ name, version: 1, position: 4, folded, stored })) },
        `the read models were made from another log (names folded event ${folded} at position 4, where this log has ${stored}): 3 are rebuilt from this log`,
      ],
    ]);
    expect(await second.readModels.get(names, '60')).toEqual({ name: 'elsewhere', seen: 1 });
    expect((await checkProjections(folder, allProjections, () => undefined)).map(({ foreign }) => foreign)).toEqual([null, null, null]);
  });

  it('of an earlier version of the file are made anew', async () => {
    const position = await fill(3);
    await (await start()).readModels.atLeast(positionOf(position), [names, weak, trail], soon());
    await stop();
    const db = new Database(join(folder, 'read-models.db'));
    db.exec('ALTER TABLE projections RENAME COLUMN generation TO something');
    db.close();
    expect(await projectionStates(folder)).toMatchObject({ builds: [], head: position });
    const again = await start();
    await again.readModels.atLeast(positionOf(position), [names, weak, trail], soon());
    expect(again.builds()).toMatchObject([{ lastEvent: { id: expect.any(String), position } }, {}, {}]);
    expect(await again.readModels.list(trail, { prefix: '', limit: 99 })).toHaveLength(3);
  });

  it('says so when an older copy of the log was put back, and follows the log that is there', async () => {
    await fill(3);
    await log.close();
    const copy = readFileSync(join(folder, 'log.db'));
    log = await openSqliteLog(folder);
    const first = await start();
    for (let n = 0; n < 7; n++) await name(log, `6${n}`, `n${n}`);
    await first.readModels.atLeast(positionOf(10), [names, trail], soon());
    await stop();
    await log.close();
    for (const file of ['log.db', 'log.db-wal', 'log.db-shm']) rmSync(join(folder, file), { force: true });
    await expect(openSqliteLog(folder)).rejects.toThrow(/log\.db is missing or empty, but .* position 10\. Restore/u);
    writeFileSync(join(folder, 'log.db'), copy);
    await expect(openSqliteLog(folder)).rejects.toThrow(
      /log\.db ends at position 3 .*, but .* position 10\. .* wuwei serve --accept-loss/u,
    );
    log = await openSqliteLog(folder, { acceptLoss: true });
    const second = await start();
    expect(logged).toEqual([[{ foreign: expect.anything() }, expect.stringContaining('at position 10, where this log has none')]]);
    while (!second.builds().every((build) => build.live && build.position === 3)) await sleep(20);
    expect(await second.readModels.list(trail, { prefix: '', limit: 99 })).toHaveLength(3);
  });

  it('answers from the version before while the next one is built, then from that', async () => {
    const position = await fill(30);
    const first = await start();
    await first.readModels.atLeast(positionOf(position), [names], soon());
    await stop();
    const second = await start(2);
    const next = { ...names, version: 2 };
    const seen = new Set<unknown>();
    const stopWatching = second.readModels.onProgress(() => {
      void second.readModels.get(next, '51').then((row) => seen.add(row!.name));
    });
    for (const end = Date.now() + 5_000; !second.builds().every(({ live }) => live) && Date.now() < end;) {
      seen.add((await second.readModels.get(next, '51'))!.name);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    stopWatching();
    expect(await second.readModels.get(next, '51')).toEqual({ name: 'n29 v2', seen: 5 });
    for (const name of seen) expect(['n29', 'n29 v2']).toContain(name);
    await stop();
    expect((await projectionStates(folder)).builds.filter(({ name }) => name === 'names')).toMatchObject([
      { version: 2, live: true, position },
    ]);
    const db = new Database(join(folder, 'read-models.db'));
    const tables = (
      db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'names@%'").raw().all() as [string][]
    ).map(([table]) => table);
    db.close();
    expect(tables).toEqual([expect.stringMatching(/^names@2#\d+$/u)]);
  });

  it('logs the event that stopped a projection, once, and keeps it', async () => {
    await start();
    await name(log, 'a', 'a');
    const bad = await name(log, 'a', 'poison');
    await open!.readModels.atLeast(positionOf(await name(log, 'a', 'b')), [names], soon());
    await open!.readModels.atLeast(positionOf(await name(log, 'a', 'c')), [names], soon());
    expect(logged).toEqual([
      [
        { projection: 'weak', version: 1, failure: expect.objectContaining({ position: bad, message: 'cannot take poison' }) },
        expect.stringContaining(`PlaceRenamed`),
      ],
    ]);
    await stop();
    expect((await projectionStates(folder)).builds.find(({ name }) => name === 'weak')).toMatchObject({
      position: bad - 1,
      failure: { position: bad },
    });
  });

  it('does not open when its thread cannot start', async () => {
    await expect(openSqliteReadModels(folder, { log, logger, table: new URL('file:///nowhere/table.mjs') })).rejects.toThrow(
      '/nowhere/table.mjs',
    );
    expect(logged).toEqual([]);
  });

  it('rebuilds while no server runs, and says how far it is', async () => {
    const position = await fill(20);
    const first = await start();
    await first.readModels.atLeast(positionOf(position), [names], soon());
    await expect(rebuildProjections(folder, [names], () => undefined)).rejects.toThrow(DataFolderInUse);
    await stop();
    await log.close();
    const db = new Database(join(folder, 'read-models.db'));
    const [lived] = db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'names@%'").raw().get() as [string];
    db.exec(`UPDATE "${lived}" SET row = '{"name":"forged","seen":1}'`);
    db.close();
    const told: unknown[] = [];
    expect(await rebuildProjections(folder, [names], (name, progress) => told.push([name, progress]))).toMatchObject([
      { name: 'names', live: true, position },
    ]);
    expect(told.at(-1)).toEqual(['names', { done: position }]);
    log = await openSqliteLog(folder);
    const again = await start();
    expect(await again.readModels.get(names, '50')).toEqual({ name: 'n14', seen: 3 });
    expect((await projectionStates(folder)).builds).toHaveLength(3);
  });

  it('leaves what was there when a rebuild meets an event that cannot be taken in', async () => {
    await name(log, 'a', 'a');
    await name(log, 'a', 'poison');
    await log.close();
    await expect(rebuildProjections(folder, [weak], () => undefined)).rejects.toThrow(
      /weak stops at event PlaceRenamed .* at position 2: cannot take poison/u,
    );
    expect((await projectionStates(folder)).builds).toEqual([]);
    log = await openSqliteLog(folder);
  });

  it('says what a check could not compare: what lags behind, and what an event stopped, in the live rows or in the replay', async () => {
    await name(log, 'a', 'a');
    await name(log, 'a', 'poison');
    const first = await start();
    await first.readModels.atLeast(positionOf(2), [names, trail], soon());
    await stop();
    await name(log, 'a', 'b');
    const stopped = { position: 2, type: 'PlaceRenamed', message: 'cannot take poison' };
    expect(await checkProjections(folder, allProjections, () => undefined)).toMatchObject([
      { name: 'names', position: 2, lag: 1, failure: null, difference: null },
      { name: 'weak', position: 1, lag: 2, failure: stopped, difference: null },
      { name: 'trail', position: 2, lag: 1, failure: null, difference: null },
    ]);
    const db = new Database(join(folder, 'read-models.db'));
    db.exec(`ATTACH '${join(folder, 'log.db')}' AS log`);
    db.exec(
      "UPDATE projections SET position = 3, last_event_position = 3, last_event_id = (SELECT id FROM log.events WHERE position = 3), failure = NULL WHERE name = 'weak'",
    );
    db.close();
    expect(await checkProjections(folder, [weak, names], () => undefined)).toMatchObject([
      { name: 'weak', position: 3, lag: 0, failure: stopped, difference: null },
      { name: 'names', position: 2, lag: 1, failure: null, difference: null },
    ]);
  });

  it('are read, and left as they are, in a folder that may not be written', async () => {
    const position = await fill(20);
    const first = await start();
    await first.readModels.atLeast(positionOf(position), [names, weak, trail], soon());
    await stop();
    await log.close();
    const copy = join(folder, 'copy'); // nobody in this process holds its files open
    mkdirSync(copy);
    for (const name of readdirSync(folder)) if (name !== 'copy') copyFileSync(join(folder, name), join(copy, name));
    const state = () =>
      readdirSync(copy).map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(copy, name)))
          .digest('hex'),
      ]);
    const before = state();
    for (const name of readdirSync(copy)) chmodSync(join(copy, name), 0o444);
    for (const each of [copy, folder]) chmodSync(each, 0o555);
    const isRoot = process.getuid!() === 0;
    if (isRoot) process.seteuid!(65_534); // no mode holds root back
    try {
      expect(() => writeFileSync(join(copy, 'x'), '')).toThrow('EACCES');
      expect(await projectionStates(copy)).toMatchObject({ head: position, builds: [{ position }, { position }, { position }] });
      expect((await checkProjections(copy, allProjections, () => undefined)).map(({ lag, difference }) => [lag, difference])).toEqual([
        [0, null],
        [0, null],
        [0, null],
      ]);
      const { readModels, close } = await openReaders({ folder: copy });
      expect(await readModels.get(names, '50')).toEqual({ name: 'n14', seen: 3 });
      await close();
    } finally {
      if (isRoot) process.seteuid!(0);
      for (const each of [copy, folder]) chmodSync(each, 0o755);
    }
    expect(state()).toEqual(before);
    log = await openSqliteLog(folder);
  });

  it('are not there for who reads before they are made, and stay so', async () => {
    await fill(3);
    const file = join(folder, 'read-models.db');
    const unmade = [() => rmSync(file, { force: true }), () => writeFileSync(file, '')];
    for (const unmake of unmade) {
      unmake();
      const before = readdirSync(folder);
      expect(await checkProjections(folder, allProjections, () => undefined)).toEqual([]);
      expect(await projectionStates(folder)).toMatchObject({ builds: [], head: 3 });
      expect(readdirSync(folder)).toEqual(before);
    }
    const half = new Database(file);
    half.exec('PRAGMA journal_mode = WAL; CREATE TABLE other (one)');
    half.close();
    expect(await projectionStates(folder)).toMatchObject({ builds: [], head: 3 });
  });

  it('checks live rows against a replay while the server runs, and shows the first that differs', async () => {
    const position = await fill(20);
    const first = await start();
    await first.readModels.atLeast(positionOf(position), [names, trail, weak], soon());
    const progress: unknown[] = [];
    expect(await checkProjections(folder, allProjections, (at) => progress.push(at))).toEqual([
      { name: 'names', version: 1, position, lag: 0, failure: null, difference: null, foreign: null },
      { name: 'weak', version: 1, position, lag: 0, failure: null, difference: null, foreign: null },
      { name: 'trail', version: 1, position, lag: 0, failure: null, difference: null, foreign: null },
    ]);
    expect(progress.at(-1)).toEqual({ done: position });

    const db = new Database(join(folder, 'read-models.db'), { timeout: 5000 });
    const tableOf = (name: string) =>
      (
        db
          .prepare('SELECT name FROM sqlite_schema WHERE name LIKE ?')
          .raw()
          .get([`${name}@%`]) as [string]
      )[0];
    db.exec(`UPDATE "${tableOf('names')}" SET row = '{"name": "n15","seen":3}' WHERE key >= '51'`); // one space more, and other rows
    db.exec(`DELETE FROM "${tableOf('trail')}" WHERE key = '000000000007'`);
    db.exec(`INSERT INTO "${tableOf('weak')}" (key, row, position) VALUES ('0', '"x"', 3)`);
    db.close();
    const checked = await checkProjections(folder, [trail, names, weak], () => undefined);
    expect(checked.map(({ difference }) => difference)).toEqual([
      { key: '000000000007', live: null, rebuilt: expect.stringContaining('"aggregateId":"56"') as unknown as string },
      { key: '51', live: '{"name": "n15","seen":3} at 16', rebuilt: '{"name":"n15","seen":3} at 16' },
      { key: '0', live: '"x" at 3', rebuilt: null },
    ]);
  });
});
