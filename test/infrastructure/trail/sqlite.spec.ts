import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredEvent } from '../../../src/application/ports/event-log.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { findEvents } from '../../../src/application/trail/search.js';
import { TrailWriter } from '../../../src/application/trail/writer.js';
import { insertRow, LogFile, logFileIn, withChecksum } from '../../../src/infrastructure/event-log/sqlite/log-file.js';
import { openLogReader, type LogReader } from '../../../src/infrastructure/event-log/sqlite/reader.js';
import { MemoryTrail } from '../../../src/infrastructure/trail/memory.js';
import { openSqliteTrail, type OpenTrail } from '../../../src/infrastructure/trail/sqlite/trail.js';
import { beginning, positionOf } from '../../../src/projections/position.js';
import { SqliteTrailReader } from '../../../src/infrastructure/trail/sqlite/reader.js';
import { SqliteTrail, trailFileIn } from '../../../src/infrastructure/trail/sqlite/store.js';
import { contentOf, smallLayout } from '../../support/trail.js';
import { until } from '../../support/until.js';
import { trailContract } from '../../contracts/trail.contract.js';

trailContract(
  'trail.db',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'wuwei-trail-'));
    let store = SqliteTrail.create(folder, smallLayout);
    const log = { at: async () => ({ id: (await store.end())?.eventId }) as StoredEvent };
    const reader = new SqliteTrailReader(folder, log, undefined, smallLayout);
    return {
      store,
      reader,
      again: () => {
        store.close();
        return (store = SqliteTrail.create(folder, smallLayout));
      },
      close: () => {
        reader.close();
        store.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
  20,
);

describe('trail.db of a data folder', () => {
  let folder: string;
  let log: LogReader;
  let open: OpenTrail | null = null;
  let warnings: { readonly reason?: string; readonly msg: string }[];
  const logger = {
    warn: (context: object, msg: string) => void warnings.push({ ...context, msg }),
    error: (context: object, msg: string) => void warnings.push({ ...context, msg }),
  };
  const never = new AbortController().signal;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-trail-'));
    LogFile.create(folder).close();
    warnings = [];
    log = openLogReader(folder);
  });
  afterEach(async () => {
    await open?.close();
    open = null;
    log.close();
    rmSync(folder, { recursive: true });
  });

  /** Adds votes of so many people, each of whom votes again and again. */
  function vote(from: number, count: number, salt = '') {
    const db = new Database(logFileIn(folder));
    const insert = db.prepare(insertRow);
    db.exec('BEGIN');
    for (let n = from; n < from + count; n++) {
      const meta = {
        actor: `v${n % 97}`,
        capacity: 'resident',
        channel: 'web',
        place: '510121111219.1',
        correlation: `r${n}`,
        key: `k${n}`,
        request: '',
      };
      const at = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
      const data = JSON.stringify({ contestId: 'c1', entryId: `e${n % 7}` });
      const row = [
        positionOf(n + 1),
        `id-${n}${salt}`,
        `contestVote-c1.v${n % 97}`,
        Math.floor(n / 97),
        'VoteCast',
        1,
        at,
        at,
        JSON.stringify(meta),
        data,
      ] as const;
      insert.run(withChecksum(row));
    }
    db.exec('COMMIT');
    db.close();
  }
  const start = async () => (open = await openSqliteTrail(folder, log, logger));
  const isUpTo = async (segments: number) => (await open!.trail.segments()).length === segments;
  const ofPerson = async (person: string) => {
    const found = await findEvents(open!.trail, log, { subjects: [`person/${person}`] }, beginning, 200);
    return 'refused' in found ? found : found.events.map(({ position }) => position as number);
  };
  const votesOf = (voter: number, of: number) =>
    Array.from({ length: of }, (_, n) => n)
      .filter((n) => n % 97 === voter)
      .map((n) => n + 1);
  const asMade = async () => {
    const store = SqliteTrail.existing(folder)!;
    const once = new MemoryTrail();
    await (await TrailWriter.open(log, once)).catchUp(never);
    const [present, made] = [await contentOf(store), await contentOf(once)];
    store.close();
    return { present, made };
  };
  const damage = (ending = '') => {
    const file = trailFileIn(folder) + ending;
    const descriptor = openSync(file, 'r+');
    const { size } = statSync(file);
    for (let at = 4096; at < size; at += 512) writeSync(descriptor, Buffer.alloc(256, 0x5a), 0, 256, at);
    closeSync(descriptor);
  };

  it('given an empty log, when it grows, then it is written behind, for its owner alone, and nothing is warned of', async () => {
    await start();
    vote(0, 3000);
    await until(() => isUpTo(2));
    expect(await ofPerson('v5')).toEqual(votesOf(5, 3000));
    expect(statSync(trailFileIn(folder)).mode & 0o777).toBe(0o600);
    vote(3000, 50);
    expect(await ofPerson('v5')).toEqual(votesOf(5, 3050)); // also what is not in it yet
    expect([warnings, open!.isFailing()]).toEqual([[], false]);
    const { present, made } = await asMade();
    expect(present).toEqual(made);
  });

  it('given a log without it, when it is opened, then one line says so, and it is made', async () => {
    vote(0, 2500);
    await start();
    await until(() => isUpTo(2));
    expect(warnings).toMatchObject([
      { reason: 'trail.db is missing', msg: expect.stringMatching(/made anew from the log.*正在根据日志重建/u) },
    ]);
  });

  it.each([
    ['is no database', () => writeFileSync(trailFileIn(folder), 'no database'.repeat(1000))],
    ['is damaged in many places', () => damage()],
  ])('given a file that %s, when it is opened, then the answers are right, and it is made anew with one line', async (_, harm) => {
    vote(0, 2500);
    await start();
    await until(() => isUpTo(2));
    await open!.close();
    harm();
    warnings = [];
    await start();
    expect(await ofPerson('v5')).toEqual(votesOf(5, 2500));
    await until(() => warnings.length > 0);
    await until(() => isUpTo(2));
    expect(await ofPerson('v5')).toEqual(votesOf(5, 2500));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.msg).toContain('made anew');
    const { present, made } = await asMade();
    expect(present).toEqual(made);
  });

  it('given a byte of a part that was changed while it is open, when that part is read, then the answer is right, and it is made anew', async () => {
    vote(0, 2500);
    await start();
    await until(() => isUpTo(2));
    warnings = [];
    const db = new Database(trailFileIn(folder));
    db.exec("UPDATE parts SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB) WHERE length(bytes) > 8");
    db.close();
    expect(await ofPerson('v5')).toEqual(votesOf(5, 2500));
    await until(() => warnings.length > 0);
    await until(() => isUpTo(2));
    expect(warnings).toMatchObject([{ reason: expect.stringContaining('checksum') }]);
    const { present, made } = await asMade();
    expect(present).toEqual(made);
  });

  it.each([
    ['was cut back', 1500, ''],
    ['was cut back and has grown differently', 2500, '-other'],
  ])('given a log that %s, when it is opened, then it is made anew with one line', async (_, count, salt) => {
    vote(0, 2500);
    await start();
    await until(() => isUpTo(2));
    await open!.close();
    log.close();
    rmSync(logFileIn(folder));
    LogFile.create(folder).close();
    vote(0, count, salt);
    log = openLogReader(folder);
    warnings = [];
    await start();
    expect(await ofPerson('v5')).toEqual(votesOf(5, count));
    await until(() => warnings.length > 0);
    await until(() => isUpTo(Math.floor(count / 1024)));
    expect(await ofPerson('v5')).toEqual(votesOf(5, count));
    expect(warnings).toMatchObject([{ reason: 'it was made from another log' }]);
  });

  it('given a file that another version of the program made, when it is opened, then it is made anew with one line', async () => {
    vote(0, 1500);
    await start();
    await until(() => isUpTo(1));
    await open!.close();
    const db = new Database(trailFileIn(folder));
    db.exec('UPDATE last SET version = version + 1');
    db.close();
    warnings = [];
    await start();
    expect(await ofPerson('v5')).toEqual(votesOf(5, 1500));
    await until(() => warnings.length > 0);
    await until(() => isUpTo(1));
    expect(warnings).toMatchObject([{ reason: 'it was made by another version of the program' }]);
  });

  it('given a process that is killed again and again while it writes, then it comes out as if it never was', async () => {
    vote(0, 40_000);
    const thread = new URL('../../../dist/infrastructure/trail/sqlite/trail.thread.js', import.meta.url).href;
    const script = `const { Worker } = await import('node:worker_threads');
      const options = { execArgv: [], workerData: { folder: ${JSON.stringify(folder)}, damage: null } };
      new Worker(new URL('${thread}'), options).on('message', (message) => process.stdout.write(JSON.stringify(message)));`;
    const size = () => statSync(`${trailFileIn(folder)}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    /** Runs until it has written something, or is done with all. */
    const run = async (isAll: boolean) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const before = size();
      let told = '';
      child.stdout.on('data', (text: Buffer) => (told += text.toString()));
      await until(() => told.includes('well') || (!isAll && size() !== before));
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    const counts: number[] = [];
    for (let round = 0; round < 6; round++) {
      await run(false);
      const store = SqliteTrail.existing(folder);
      counts.push((await store?.end().catch(() => null))?.count ?? 0);
      store?.close();
      if (round % 2 === 1) vote(40_000 + round * 1000, 2000);
    }
    await run(true);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const { present, made } = await asMade();
    expect(present).toEqual(made);
    expect((present as { end: { count: number } }).end.count).toBe(45_056);
  });
});
