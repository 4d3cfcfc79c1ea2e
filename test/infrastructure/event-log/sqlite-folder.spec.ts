import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import {
  LogCorrupt,
  LogTakenOver,
  LogUnavailable,
  noStream,
  WrongExpectedRevision,
  type EventReader,
  type StoredEvent,
} from '../../../src/application/ports/event-log.js';
import { DataFolderInUse } from '../../../src/infrastructure/event-log/sqlite/lock.js';
import { openSqliteLog, type SqliteLog } from '../../../src/infrastructure/event-log/sqlite/log.js';
import { openLogReader } from '../../../src/infrastructure/event-log/sqlite/reader.js';
import { all, newEvent, newEvents } from '../../contracts/event-log.contract.js';
import { runChild, startChild } from './child.js';
import { beginning, positionOf } from '../../../src/projections/position.js';

const root = mkdtempSync(join(tmpdir(), 'wuwei-folder-'));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = () => mkdtempSync(join(root, 'log-'));

const open: SqliteLog[] = [];
const openAt = async (folder: string, options = {}) => {
  const log = await openSqliteLog(folder, options);
  open.push(log);
  return log;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((log) => log.close()));
});

/** A closed log of many streams, each of two events written far apart. */
async function filled(streams = 400): Promise<string> {
  const folder = newFolder();
  const log = await openSqliteLog(folder);
  for (const revision of [noStream, 0]) {
    await Promise.all(
      Array.from({ length: streams }, (_, i) => log.append(`s-${i}`, revision, newEvents(1, { data: JSON.stringify(`${i} `.repeat(60)) }))),
    );
  }
  await log.close();
  return folder;
}

/** Every stream as the log as a whole tells it is as `read` tells it, and stands where an append believes it to stand. */
async function expectConsistent(log: SqliteLog): Promise<void> {
  const streams = new Map<string, string[]>();
  for (const { stream, id } of await all(log)) streams.set(stream, [...(streams.get(stream) ?? []), id]);
  for (const [stream, ids] of streams) {
    expect((await log.read(stream)).map(({ id }) => id)).toEqual(ids);
    await expect(log.append(stream, ids.length, newEvents(1))).rejects.toEqual(
      new WrongExpectedRevision(stream, ids.length, ids.length - 1),
    );
  }
}

/** Overwrites the head of a leaf page in the middle of a file that is closed. */
function damage(file: string, leafType: number): void {
  const bytes = readFileSync(file);
  const leaves = Array.from({ length: bytes.length / 4096 }, (_, page) => page).filter(
    (page) => page > 0 && bytes[page * 4096] === leafType,
  );
  expect(leaves.length).toBeGreaterThan(2);
  bytes.fill(0xff, leaves[leaves.length >> 1]! * 4096, leaves[leaves.length >> 1]! * 4096 + 100);
  writeFileSync(file, bytes);
}
const tableLeaf = 0x0d;
const indexLeaf = 0x0a;

/** The position that a log has reached, as another process sees it. */
const reached = async (folder: string): Promise<number> => {
  const reader = openLogReader(folder);
  const position = await reader.position();
  reader.close();
  return position;
};

interface Refused {
  readonly name: string;
  readonly message: string;
}

const failure = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as Error,
  );

describe('a data folder', () => {
  it('is made when it is missing, and holds nothing that grows without need once it is closed', async () => {
    const folder = join(newFolder(), 'deep', 'er #1 %20 ?金堂');
    const log = await openAt(folder);
    await log.append('s-1', noStream, newEvents(1));
    await log.close();
    const held = readdirSync(folder).filter((file) => !/\.db(-shm)?$/u.test(file) && statSync(join(folder, file)).size > 0);
    expect(held).toEqual([]); // no write-ahead log, no note of an owner
    expect(await all(await openAt(folder))).toHaveLength(1);
  });

  it('is refused to a second opener in the same process, and free again after close', async () => {
    const folder = newFolder();
    const log = await openAt(folder);
    const error = await failure(openSqliteLog(folder));
    expect(error).toBeInstanceOf(DataFolderInUse);
    expect(error!.message).toContain(folder);
    expect(error!.message).toContain(`process ${process.pid} since 20`);
    await log.append('s-1', noStream, newEvents(1));
    await log.close();
    expect(await (await openAt(folder)).position()).toBe(1);
  });

  it('is refused to a second process, which can read it meanwhile', async () => {
    const folder = newFolder();
    const log = await openAt(folder, { batch: 5, limit: 100 });
    for (let i = 0; i < 12; i++) await log.append('s-1', i - 1, newEvents(1));
    const [refused, read] = (await runChild(
      `
      say(await attempt(() => openSqliteLog(folder)));
      const reader = openLogReader(folder);
      say((await reader.read('s-1', 2)).map(({ revision }) => revision));
      reader.close();`,
      [folder],
    )) as [{ name: string; message: string }, number[]];
    expect(refused).toMatchObject({ name: 'DataFolderInUse' });
    expect(refused.message).toContain(`process ${process.pid}`);
    expect(read).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await log.append('s-1', 11, newEvents(1))).toEqual({ revision: 12, position: 13 });
  });

  it('is written by one process only, also when its lock is removed while it runs, and nothing acknowledged is lost', async () => {
    const folder = newFolder();
    await (await openSqliteLog(folder)).close();
    // The first process appends to one stream until it is refused.
    const first = runChild(
      `
      const log = await openSqliteLog(folder, { batch: 20, limit: 60 });
      const acknowledged = [];
      let refused = {};
      for (let revision = -1; !refused.name; revision++) {
        const one = event();
        refused = await attempt(() => log.append('s-0', revision, [one]));
        if (refused.value) acknowledged.push(one.id);
      }
      const again = await attempt(() => log.append('s-1', -1, [event()]));
      say({ acknowledged, refused, again, health: await log.health() });
      await log.close();`,
      [folder],
    );
    while ((await reached(folder)) < 10) await after(5);
    for (const file of ['lock.db', 'owner.json']) rmSync(join(folder, file));
    const second = await openAt(folder, { batch: 20, limit: 60 });
    const own: string[] = [];
    for (let revision = (await second.read('s-0')).length - 1, end = revision + 200; revision < end; revision++) {
      const events = newEvents(1);
      expect(await second.append('s-0', revision, events)).toMatchObject({ revision: revision + 1 });
      own.push(events[0]!.id);
    }
    const [{ acknowledged, refused, again, health }] = (await first) as [
      { acknowledged: string[]; refused: Refused; again: Refused; health: string },
    ];
    for (const { name, message } of [refused, again]) {
      expect(name).toBe('LogTakenOver');
      expect(message).toMatch(/another process has taken over the data folder .* end it\. 另一个进程已接管此数据目录/u);
    }
    expect(health).toBe('failing');
    expect(await second.health()).toBe('well');
    expect((await all(second)).map(({ id }) => id)).toEqual([...acknowledged, ...own]);
    await expectConsistent(second);
  });

  it('that another opener took over is failing at once, before anything is written', async () => {
    const folder = newFolder();
    const first = await openAt(folder);
    await first.append('s-1', noStream, newEvents(1));
    expect(await first.health()).toBe('well');
    rmSync(join(folder, 'lock.db'));
    const second = await openAt(folder);
    expect([await first.health(), await second.health()]).toEqual(['failing', 'well']);
    expect(await failure(first.append('s-1', 0, newEvents(1)))).toBeInstanceOf(LogTakenOver);
    expect(await second.append('s-1', 0, newEvents(1))).toEqual({ revision: 1, position: 2 });
  });

  it('whose log is moved away while it is open takes nothing that would be lost with it, and goes on once it is back', async () => {
    const folder = newFolder();
    const log = await openAt(folder);
    await log.append('s-1', noStream, newEvents(1));
    renameSync(join(folder, 'log.db'), join(folder, 'moved.db'));
    const error = await failure(log.append('s-1', 0, newEvents(1)));
    expect(error).toBeInstanceOf(LogUnavailable);
    expect(error!.message).toMatch(/log\.db was moved, removed or replaced .* 此文件在运行中被移动/u);
    expect(await log.health()).toBe('failing');
    renameSync(join(folder, 'moved.db'), join(folder, 'log.db'));
    expect(await log.append('s-1', 0, newEvents(1))).toEqual({ revision: 1, position: 2 });
  });

  it('that is no folder is refused, and does not stay locked', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(await failure(openSqliteLog(file))).toBeInstanceOf(LogUnavailable);
    const folder = newFolder();
    writeFileSync(join(folder, 'log.db'), 'x'.repeat(8192));
    for (let i = 0; i < 2; i++) {
      const error = await failure(openSqliteLog(folder));
      expect(error).toBeInstanceOf(LogCorrupt);
      expect(error!.message).toContain(join(folder, 'log.db'));
    }
  });
});

describe('a log that was lost', () => {
  const emptied = (folder: string) => {
    const db = new Database(join(folder, 'log.db'));
    db.exec('DELETE FROM events; PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
  };
  const remove = (folder: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith('log.db'))
      .forEach((name) => rmSync(join(folder, name)));
  const readModels = (folder: string, position: number) => {
    rmSync(join(folder, 'streams.db'));
    const db = new Database(join(folder, 'read-models.db'));
    db.exec(`CREATE TABLE projections (position INTEGER NOT NULL); INSERT INTO projections VALUES (0), (${position})`);
    db.close();
  };

  it.each([
    ['missing, beside a stream index', remove, () => 40],
    ['of no bytes, beside a stream index', (folder: string) => (remove(folder), writeFileSync(join(folder, 'log.db'), '')), () => 40],
    ['without events, beside a stream index', emptied, () => 40],
    ['missing, beside read models', remove, (folder: string) => (readModels(folder, 25), 25)],
  ])('is not begun anew: %s', async (_, lose, made) => {
    const folder = await filled(20);
    const copy = readFileSync(join(folder, 'log.db'));
    lose(folder);
    const position = made(folder);
    const before = readdirSync(folder).filter((name) => name.startsWith('log.db'));
    for (let i = 0; i < 2; i++) {
      const error = await failure(openSqliteLog(folder));
      expect(error).toBeInstanceOf(LogUnavailable);
      expect(error!.message).toMatch(
        new RegExp(
          `log\\.db is missing or empty, but .* position ${position}\\. Restore log\\.db from a copy; .*日志 log\\.db 缺失或为空`,
          'u',
        ),
      );
    }
    expect(readdirSync(folder).filter((name) => name === 'log.db')).toEqual(before.filter((name) => name === 'log.db'));

    remove(folder);
    writeFileSync(join(folder, 'log.db'), copy);
    const restored = await openAt(folder);
    expect(await restored.position()).toBe(40);
    await restored.close();
    for (const name of readdirSync(folder)) if (/^(log|streams|read-models)\.db/u.test(name)) rmSync(join(folder, name));
    expect(await (await openAt(folder)).position()).toBe(0);
  });

  it.each(['deleted', 'cut short'])('is not gone on with when its write-ahead log was %s, unless the loss is accepted', async (how) => {
    const folder = newFolder();
    const killed = startChild(
      `
      const log = await openSqliteLog(folder, { batch: 5, limit: 10 });
      for (let i = 0; i < 30; i++) await log.append('s-' + i, -1, [event()]);
      while (log.unindexed > 10) await new Promise((resolve) => setTimeout(resolve, 5));
      process.kill(process.pid, 'SIGKILL'); // nothing is folded into log.db`,
      [folder],
    );
    expect(await once(killed, 'close')).toEqual([null, 'SIGKILL']);
    const wal = join(folder, 'log.db-wal');
    if (how === 'deleted') rmSync(wal);
    else truncateSync(wal, statSync(wal).size / 4);
    rmSync(`${join(folder, 'log.db')}-shm`, { force: true });
    for (let i = 0; i < 2; i++) {
      const error = await failure(openSqliteLog(folder));
      expect(error).toBeInstanceOf(LogUnavailable);
      expect(error!.message).toMatch(
        /log\.db (ends at position \d+ \(its write-ahead log was deleted|is missing or empty).*, but .*streams\.db was made from a log that had reached position [23]\d\. Restore log\.db from a copy; .* `wuwei serve --accept-loss` once\. 日志 log\.db /u,
      );
    }
    const accepted = await openSqliteLog(folder, { acceptLoss: true });
    const position = await accepted.position();
    expect(position).toBeLessThan(20);
    await accepted.append('new', noStream, newEvents(1));
    await expectConsistent(accepted);
    await accepted.close();
    expect(await (await openAt(folder)).position()).toBe(position + 1); // said once
  });

  it('whose loss was accepted is opened without saying it again, even when whoever accepted it was killed at once', async () => {
    const folder = await filled(20);
    emptied(folder);
    const killed = startChild(`await openSqliteLog(folder, { acceptLoss: true }); process.kill(process.pid, 'SIGKILL');`, [folder]);
    expect(await once(killed, 'close')).toEqual([null, 'SIGKILL']);
    expect(await (await openAt(folder)).position()).toBe(0);
  });

  it('is begun beside read models that hold nothing, or are damaged', async () => {
    for (const content of ['', 'x'.repeat(8192)]) {
      const folder = newFolder();
      writeFileSync(join(folder, 'read-models.db'), content);
      expect(await (await openAt(folder)).position()).toBe(0);
    }
    const folder = newFolder();
    writeFileSync(join(folder, 'streams.db'), '');
    readModels(folder, 0);
    expect(await (await openAt(folder)).position()).toBe(0);
  });
});

describe('the stream index', () => {
  it.each([
    ['lost', (file: string) => rmSync(file)],
    ['not a database', (file: string) => writeFileSync(file, 'x'.repeat(20_000))],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 4096))],
  ])('is made anew when it is %s', async (_, harm) => {
    const folder = await filled();
    const file = join(folder, 'streams.db');
    const whole = readFileSync(file).length;
    harm(file);
    const log = await openAt(folder, { limit: 100 });
    await expectConsistent(log);
    await log.close();
    expect(readFileSync(file).length).toBeGreaterThan(whole / 2);
    await expectConsistent(await openAt(folder));
  });

  it.each([
    ['a page is damaged', (file: string) => damage(file, indexLeaf)],
    [
      'it names the wrong events',
      (file: string) => {
        const db = new Database(file);
        db.exec('UPDATE streams SET position = position % 700 + 1');
        db.close();
      },
    ],
  ])('is made anew while the log is open when %s', async (_, harm) => {
    const folder = await filled();
    harm(join(folder, 'streams.db'));
    const log = await openAt(folder);
    const errors = new Set<string>();
    for (let i = 0; i < 400;) {
      const error = await failure(
        log.read(`s-${i}`).then((events) => expect(events).toMatchObject([{ stream: `s-${i}` }, { stream: `s-${i}` }])),
      );
      if (error === null) {
        i++;
        continue;
      }
      expect(error).toBeInstanceOf(LogUnavailable);
      errors.add(error.message);
      await after(5);
    }
    expect([...errors].join()).toMatch(/streams\.db is damaged and is being rebuilt/u);
    await expectConsistent(log);
  });

  it.each([
    ['behind', 1],
    ['elsewhere', 3],
  ])('is made anew when the log was put back to an older copy, or another, which is %s', async (_, rounds) => {
    const folder = newFolder();
    const log = await openAt(folder);
    await log.append('s-1', noStream, newEvents(3));
    await log.close();
    const copy = `${folder}-copy`;
    cpSync(folder, copy, { recursive: true });
    const later = await openAt(folder);
    for (let i = 0; i < 5; i++) await later.append('s-1', 2 + i, newEvents(1));
    await later.append('s-2', noStream, newEvents(1));
    await later.close();
    const other = await openAt(copy);
    for (let i = 0; i < rounds - 1; i++) await other.append(`o-${i}`, noStream, newEvents(4));
    await other.close();

    for (const file of readdirSync(folder)) if (file.startsWith('log.db')) rmSync(join(folder, file));
    cpSync(join(copy, 'log.db'), join(folder, 'log.db'));
    const restored = await openAt(folder, { acceptLoss: true });
    await expectConsistent(restored);
    expect(await restored.read('s-2')).toEqual([]);
    expect(await restored.append('s-1', 2, newEvents(1))).toEqual({ revision: 3, position: 4 + 4 * (rounds - 1) });
  });

  it('is built again, and the log complete, when another process has indexed the same events', async () => {
    const folder = newFolder();
    // in a process of its own: with the fault it ends in a fatal error of V8
    const said = await runChild(
      `
      const { default: Database } = await import(args[0]);
      const log = await openSqliteLog(folder, { batch: 3, limit: 100 });
      for (let i = 0; i < 3; i++) await log.append('s-1', i - 1, [event()]);
      while (log.unindexed > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await log.append('s-1', 2, [event()]);
      const other = new Database(folder + '/streams.db');
      other.exec("INSERT INTO streams VALUES ('s-1', 3, 4)");
      other.close();
      for (let i = 3; i < 6; i++) await log.append('s-1', i, [event()]);
      await log.close();
      const again = await openSqliteLog(folder);
      say((await again.read('s-1')).map(({ revision }) => revision));
      await again.close();`,
      [folder, createRequire(import.meta.url).resolve('libsql')],
    );
    expect(said).toEqual([[0, 1, 2, 3, 4, 5, 6]]);
  });

  it('lets appends wait when it falls too far behind, and is complete after close', async () => {
    const folder = newFolder();
    const log = await openAt(folder, { batch: 100, limit: 300 });
    await Promise.all(Array.from({ length: 150 }, (_, i) => log.append(`first-${i}`, noStream, newEvents(1))));
    while (log.unindexed >= 100) await after(5);
    const holder = new Database(join(folder, 'streams.db'));
    holder.exec('BEGIN IMMEDIATE');
    let most = 0;
    let largest = 0;
    const stop = new AbortController();
    const watching = (async () => {
      for await (const { events } of log.subscribe(await log.position(), {}, stop.signal)) {
        most = Math.max(most, log.unindexed);
        largest = Math.max(largest, events.length);
      }
    })();
    let answered = 0;
    const appends = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 50; i++, answered++) await log.append(`s-${writer}-${i}`, noStream, newEvents(1));
    });
    while (log.unindexed < 300) await after(5);
    await after(100);
    expect(answered).toBeLessThan(500);
    expect(await log.read('s-0-0')).toHaveLength(1);
    holder.exec('ROLLBACK');
    holder.close();
    await Promise.all(appends);
    stop.abort();
    await watching;
    expect(answered).toBe(1000);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(300 + largest);
    await expectConsistent(log);
    await log.close();
    const db = new Database(join(folder, 'streams.db'));
    expect(
      db.prepare('SELECT count(*), count(DISTINCT stream), max(position), (SELECT position FROM checkpoint) FROM streams').raw().get(),
    ).toEqual([1150, 1150, 1150, 1150]);
    db.close();
  });

  it('that cannot be written hinders nobody', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'streams.db', 'in the way'), { recursive: true });
    const log = await openAt(folder, { batch: 10, limit: 20 });
    for (let i = 0; i < 100; i++) await log.append(`s-${i % 7}`, Math.floor(i / 7) - 1, newEvents(1));
    await expectConsistent(log);
    await log.close();
    await expectConsistent(await openAt(folder, { batch: 10, limit: 20 }));
  });
});

describe('a damaged page of the log', () => {
  it('fails the reads that hit it, with the file and what to do; the rest goes on', async () => {
    const folder = await filled();
    damage(join(folder, 'log.db'), tableLeaf);
    const log = await openAt(folder);
    expect(await log.health()).toBe('well');
    const error = await failure(all(log));
    expect(error).toBeInstanceOf(LogCorrupt);
    expect(await log.health()).toBe('failing');
    expect(error!.message).toContain(join(folder, 'log.db'));
    expect(error!.message).toContain('restore it from a copy');
    const results = await Promise.all(Array.from({ length: 400 }, (_, i) => failure(log.read(`s-${i}`))));
    const failed = results.filter((result) => result !== null);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(40);
    for (const each of failed) expect(each).toBeInstanceOf(LogCorrupt);
    expect(await log.append('new', noStream, newEvents(1))).toEqual({ revision: 0, position: 801 });
    expect(await log.read('new')).toHaveLength(1);
    expect(await all(log, 790)).toHaveLength(11);
    expect(await log.health()).toBe('failing'); // what can be read and written does not mend what cannot
  });

  it('is told at the start when the stream index must be made from it', async () => {
    const folder = await filled();
    damage(join(folder, 'log.db'), tableLeaf);
    rmSync(join(folder, 'streams.db'));
    for (const limit of [100, 50_000]) {
      const error = await failure(openSqliteLog(folder, { limit }));
      expect(error).toBeInstanceOf(LogCorrupt);
      expect(error!.message).toContain(join(folder, 'log.db'));
    }
  });
});

describe('an event that is not as it was written', () => {
  /**
   * Changes a bit of the last character of a text wherever it lies in the file of a log that is closed: pages may hold what was moved
   * elsewhere, too.
   */
  const flip = (folder: string, text: string, bit: number) => {
    const file = join(folder, 'log.db');
    const bytes = readFileSync(file);
    let found = 0;
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1), found++) bytes[at + text.length - 1]! ^= bit;
    expect(found).toBeGreaterThan(0);
    writeFileSync(file, bytes);
  };
  const told: [what: string, (event: StoredEvent) => string][] = [
    ['id', ({ id }) => id],
    ['data', ({ data }) => data],
    ['stream', ({ id, stream }) => `${id}${stream}`],
  ];

  it.each(told.flatMap(([what, textOf]) => [1, 0x80].map((bit) => [what, bit, textOf] as const)))(
    'is told by position, wherever a bit was changed: %s (%i)',
    async (_, bit, textOf) => {
      const folder = await filled(20);
      const whole = await openSqliteLog(folder);
      const event = (await whole.read('s-7'))[0]!;
      await whole.close();
      flip(folder, textOf(event), bit);
      const log = await openAt(folder);
      for (const read of [() => all(log), () => log.read('s-7')]) {
        const error = await failure(read());
        expect(error).toBeInstanceOf(LogCorrupt);
        expect(error!.message).toMatch(
          new RegExp(`log\\.db: the event \\S+ at position ${event.position} does not match its checksum`, 'u'),
        );
      }
      expect(await log.health()).toBe('failing');
      expect(await log.read('s-8')).toHaveLength(2);
      expect(await log.append('new', noStream, newEvents(1))).toEqual({ revision: 0, position: 41 });
      const reader = openLogReader(folder);
      expect(await failure(reader.read('s-7'))).toBeInstanceOf(LogCorrupt);
      reader.close();
    },
  );

  it('is told where another value was put in its place', async () => {
    const folder = await filled(20);
    const db = new Database(join(folder, 'log.db'));
    db.exec("UPDATE events SET data = '{}' WHERE position = 5");
    db.close();
    await expect(all(await openAt(folder))).rejects.toThrow(/at position 5 does not match its checksum/u);
  });

  it('is where a page ends: what is before it and after its position is read', async () => {
    const folder = await filled(20);
    const db = new Database(join(folder, 'log.db'));
    db.exec("UPDATE events SET data = '{}' WHERE position = 25");
    db.close();
    const reader = openLogReader(folder);
    for (const filter of [{}, { types: ['Happened'] }]) {
      const positions: number[] = [];
      const reading = (async () => {
        for await (const { events, upTo } of reader.readAll(beginning, filter)) {
          positions.push(...events.map(({ position }) => position));
          expect(upTo).toBe(24);
        }
      })();
      await expect(reading).rejects.toMatchObject({ event: { type: 'Happened', position: 25 } });
      expect(positions).toEqual(Array.from({ length: 24 }, (_, n) => n + 1));
    }
    expect((await all(reader, 25)).map(({ position }) => position)).toEqual(Array.from({ length: 15 }, (_, n) => n + 26));
    reader.close();
    rmSync(join(folder, 'streams.db'));
    await expect(openSqliteLog(folder)).rejects.toThrow(/at position 25 does not match/u); // no index that ends there is made
  });

  it('is not looked for in a log of an earlier version, whose events have no checksum; new ones have', async () => {
    const folder = await filled(20);
    const change = (sql: string) => {
      const db = new Database(join(folder, 'log.db'));
      db.exec(sql);
      db.close();
    };
    change('ALTER TABLE events DROP COLUMN checksum');
    const reader = openLogReader(folder);
    expect(await all(reader)).toHaveLength(40);
    reader.close();
    const log = await openSqliteLog(folder);
    await log.append('new', noStream, newEvents(2));
    expect(await all(log)).toHaveLength(42);
    await log.close();
    change("UPDATE events SET data = '{}' WHERE position IN (5, 41)");
    const again = await openAt(folder);
    await expect(all(again)).rejects.toThrow(/at position 41 does not match its checksum/u);
    expect((await again.read('s-4'))[0]).toMatchObject({ position: 5, data: '{}' });
    await again.close();
    change("UPDATE events SET data = CAST(x'7bff7d' AS TEXT) WHERE position = 5"); // no UTF-8: libsql would abort the process
    await expect(all(await openAt(folder))).rejects.toThrow(/at position 5 does not match its checksum/u);
  });
});

describe('a reader beside the writer', () => {
  const followed = async (reader: EventReader, count: number) => {
    const stop = new AbortController();
    const positions: number[] = [];
    for await (const { events: page } of reader.subscribe(beginning, {}, stop.signal)) {
      positions.push(...page.map(({ position }) => position));
      if (positions.length >= count) stop.abort();
    }
    return positions;
  };

  it('sees what is durable, in order, by itself and at once when it is woken', async () => {
    const folder = newFolder();
    const log = await openAt(folder, { batch: 30, limit: 100 });
    const reader = openLogReader(folder);
    expect(await reader.position()).toBe(0);
    const told = followed(reader, 300);
    for (let i = 0; i < 300; i++) {
      await log.append(`s-${i % 3}`, Math.floor(i / 3) - 1, newEvents(1));
      if (i % 10 === 0) expect(await reader.read(`s-${i % 3}`)).toEqual(await log.read(`s-${i % 3}`));
    }
    expect(await told).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(await all(reader)).toEqual(await all(log));

    const stop = new AbortController();
    const next = reader.subscribe(positionOf(300), {}, stop.signal)[Symbol.asyncIterator]().next();
    await after(20);
    await log.append('s-9', noStream, newEvents(1));
    const begin = performance.now();
    reader.wake();
    expect((await next).value).toMatchObject({ events: [{ stream: 's-9', position: 301 }], upTo: 301 });
    expect(performance.now() - begin).toBeLessThan(100);
    reader.close();
    await expect(all(reader)).rejects.toMatchObject({ name: 'LogUnavailable' });
  });

  it('finds streams without an index, and reads after the writer was closed', async () => {
    const folder = await filled(20);
    for (const harm of [() => {}, () => damageIndex(folder), () => rmSync(join(folder, 'streams.db'))]) {
      harm();
      const reader = openLogReader(folder);
      expect((await reader.read('s-7')).map(({ revision }) => revision)).toEqual([0, 1]);
      expect((await reader.read('s-7', 1)).map(({ revision }) => revision)).toEqual([1]);
      expect(await reader.read('none')).toEqual([]);
      reader.close();
    }
    expect(existsSync(join(folder, 'streams.db'))).toBe(false);
  });

  it('follows another process', async () => {
    const folder = newFolder();
    await (await openSqliteLog(folder)).close();
    const reader = openLogReader(folder);
    const [positions] = await Promise.all([
      followed(reader, 500),
      runChild(
        `
        const log = await openSqliteLog(folder);
        await Promise.all(Array.from({ length: 500 }, (_, i) => log.append('s-' + i, -1, [event()])));
        await log.close();`,
        [folder],
      ),
    ]);
    expect(positions).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    reader.close();
  });

  it('is refused where there is no log', () => {
    expect(() => openLogReader(join(newFolder(), 'none'))).toThrow(LogUnavailable);
  });

  const damageIndex = (folder: string) => writeFileSync(join(folder, 'streams.db'), newEvent().data.repeat(5000));
});
