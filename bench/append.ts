import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import Database from 'libsql';
import { noStream, type NewEvent } from '../src/application/ports/event-log.js';
import { openSqliteLog, type SqliteLog } from '../src/infrastructure/event-log/sqlite/log.js';
import { insertRow, LogFile, logFileIn } from '../src/infrastructure/event-log/sqlite/log-file.js';
import { type Spread, spread } from './figures.js';

export interface AppendFigures {
  /** Events a second. */
  readonly raw64: Spread;
  readonly one: Spread;
  readonly sixtyFour: Spread;
  /** The last two on a log that holds a million events of random streams; the slowest answers in milliseconds. */
  readonly sixtyFourAtMillion: Spread;
  readonly atMillionP99: Spread;
  readonly atMillionLoopDelayP99: Spread;
  /** Of the same round. */
  readonly sixtyFourToOne: Spread;
  readonly sixtyFourToRaw: Spread;
}

export interface AppendOptions {
  readonly rounds: number;
  readonly milliseconds: number;
  /** Events in the large log before it is measured. */
  readonly existing: number;
}

/** Time of an id grows: UUIDv7, its clock taken once a millisecond. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** A vote as it is stored: payload and meta of about 280 bytes. */
function vote(): NewEvent {
  const now = new Date().toISOString();
  const voter = randomUUID();
  return {
    id: newId(),
    type: 'VoteCast',
    schemaVersion: 1,
    occurredAt: now,
    recordedAt: now,
    data: `{"entryId":"balcony-17","voterId":"${voter}"}`,
    meta: `{"actor":"${voter}","capacity":"resident","channel":"web","place":"510121111219","correlation":"${voter}","key":"${voter}","request":"6b86b273ff34fce19d6b804eff5a3f57"}`,
  };
}
const newStream = () => `contestVote-2026.${randomUUID()}`;

/** A million callers have a million streams: every append begins one. Answers events a second. */
async function callers(log: SqliteLog, count: number, milliseconds: number, waits?: number[]): Promise<number> {
  const begin = performance.now();
  const end = begin + milliseconds;
  let events = 0;
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let sent = performance.now(); sent < end; sent = performance.now()) {
        await log.append(newStream(), noStream, [vote()]);
        events++;
        waits?.push(performance.now() - sent);
      }
    }),
  );
  return (events * 1000) / (performance.now() - begin);
}

/** What libsql does by itself: the same table, 64 rows a commit, built and written by this thread. */
function raw(folder: string, perCommit: number, until: (events: number) => boolean): number {
  LogFile.create(folder).close();
  const db = new Database(logFileIn(folder));
  db.exec('PRAGMA synchronous = FULL');
  const insert = db.prepare(insertRow);
  const begin = performance.now();
  let position = 0;
  while (!until(position)) {
    db.exec('BEGIN IMMEDIATE');
    for (let i = 0; i < perCommit; i++) {
      const { id, type, schemaVersion, occurredAt, recordedAt, meta, data } = vote();
      insert.run([++position, id, newStream(), 0, type, schemaVersion, occurredAt, recordedAt, meta, data, null]);
    }
    db.exec('COMMIT');
  }
  const rate = (position * 1000) / (performance.now() - begin);
  db.close();
  return rate;
}

/** Raw libsql, one caller, 64 callers, and 64 callers on a large log, in turns. */
export async function measureAppend({ rounds, milliseconds, existing }: AppendOptions): Promise<AppendFigures> {
  const root = mkdtempSync(join(tmpdir(), 'wuwei-bench-append-'));
  try {
    const largeFolder = join(root, 'large');
    mkdirSync(largeFolder);
    raw(largeFolder, 1000, (events) => events >= existing);
    const large = await openSqliteLog(largeFolder);
    const small = await openSqliteLog(join(root, 'small'));
    await callers(small, 64, milliseconds / 2); // warm up
    await callers(large, 64, milliseconds / 2);
    const seen: Record<keyof AppendFigures, number[]> = {
      raw64: [],
      one: [],
      sixtyFour: [],
      sixtyFourAtMillion: [],
      atMillionP99: [],
      atMillionLoopDelayP99: [],
      sixtyFourToOne: [],
      sixtyFourToRaw: [],
    };
    for (let round = 0; round < rounds; round++) {
      const rawFolder = mkdtempSync(join(root, 'raw-'));
      const stop = performance.now() + milliseconds;
      const raw64 = raw(rawFolder, 64, () => performance.now() >= stop);
      rmSync(rawFolder, { recursive: true });
      const one = await callers(small, 1, milliseconds);
      const sixtyFour = await callers(small, 64, milliseconds);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      const waits: number[] = [];
      delay.enable();
      const atMillion = await callers(large, 64, milliseconds, waits);
      delay.disable();
      waits.sort((a, b) => a - b);
      seen.raw64.push(raw64);
      seen.one.push(one);
      seen.sixtyFour.push(sixtyFour);
      seen.sixtyFourAtMillion.push(atMillion);
      seen.atMillionP99.push(waits[Math.floor(waits.length * 0.99)]!);
      seen.atMillionLoopDelayP99.push(delay.percentile(99) / 1e6);
      seen.sixtyFourToOne.push(sixtyFour / one);
      seen.sixtyFourToRaw.push(sixtyFour / raw64);
    }
    await small.close();
    await large.close();
    return Object.fromEntries(Object.entries(seen).map(([name, values]) => [name, spread(values)])) as unknown as AppendFigures;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
