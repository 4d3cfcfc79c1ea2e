import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { allProjections } from '../src/application/contexts.js';
import type { AnyProjection } from '../src/projections/projection.js';
import type { Write } from '../src/application/ports/projection-store.js';
import { startProjector } from '../src/application/projecting/projector.js';
import { insertRow, LogFile, logFileIn, withChecksum } from '../src/infrastructure/event-log/sqlite/log-file.js';
import { openLogReader } from '../src/infrastructure/event-log/sqlite/reader.js';
import { MemoryLeases } from '../src/infrastructure/read-models/memory/leases.js';
import { readModelsFileIn, SqliteProjectionStore, writerCacheMegabytes } from '../src/infrastructure/read-models/sqlite/store.js';
import { positionOf } from '../src/projections/position.js';

const contestId = 'c2026';
const entries = 100;
const place = '510121111219';
const at = '2026-11-23T08:00:00.000Z';

function meta(actor: string): string {
  const id = randomUUID();
  return JSON.stringify({
    actor,
    capacity: 'resident',
    channel: 'web',
    place,
    correlation: id,
    key: id,
    request: randomBytes(32).toString('hex'),
  });
}

function vote(voter: string): { readonly type: string; readonly data: string; readonly meta: string } {
  return { type: 'VoteCast', data: JSON.stringify({ contestId, entryId: `e${Math.floor(Math.random() * entries)}` }), meta: meta(voter) };
}

/**
 * A log of a contest with a hundred entries and as many votes as there is room for, each of a voter of its own; one event in twenty
 * registers or renames a place.
 */
export function writeLog(folder: string, count: number): void {
  LogFile.create(folder).close();
  const db = new Database(logFileIn(folder));
  db.exec('PRAGMA synchronous = NORMAL');
  const insert = db.prepare(insertRow);
  let position = 0;
  const add = (type: string, stream: string, revision: number, data: object | string, actor = 'p1') => {
    position++;
    const id = `01900000-${position
      .toString(16)
      .padStart(8, '0')
      .replace(/^(....)(....)$/u, '$1-7$2')
      .slice(0, 9)}-8000-${randomBytes(6).toString('hex')}`;
    const row = [
      positionOf(position),
      id,
      stream,
      revision,
      type,
      1,
      at,
      at,
      meta(actor),
      typeof data === 'string' ? data : JSON.stringify(data),
    ] as const;
    insert.run(withChecksum(row));
  };
  db.exec('BEGIN');
  add('ContestOpened', `contest-${contestId}`, 0, {
    placeId: place,
    category: 'balcony',
    title: '最美阳台',
    entriesUntil: at,
    votingFrom: at,
    votingUntil: '2026-12-23T08:00:00.000Z',
    votesPerVoter: 3,
    votesPerDay: 3,
    formula: { publicShare: 100, juryShare: 0, normalisation: 'share', tieBreaks: ['earliest-entry'] },
    embargo: 'none',
    jurors: [],
    resultAt: '2026-12-24T08:00:00.000Z',
    noticeDays: 7,
    awards: 3,
  });
  for (let n = 0; n < entries; n++) {
    add('PlaceEntered', `contest-${contestId}`, 2 * n + 1, { entryId: `e${n}`, placeId: `${place}.1.${n + 1}`, label: `${n + 1}号阳台` });
    add('EntryAccepted', `contest-${contestId}`, 2 * n + 2, { entryId: `e${n}` });
  }
  const renames = new Map<string, number>();
  while (position < count) {
    if (position % 20 === 0) {
      const placeId = `${place}.${1 + Math.floor(Math.random() * 2000)}`;
      const revision = (renames.get(placeId) ?? -1) + 1;
      renames.set(placeId, revision);
      if (revision === 0) add('PlaceRegistered', `place-${placeId}`, 0, { placeId, name: '蔡家大院', level: 'courtyard' });
      else add('PlaceRenamed', `place-${placeId}`, revision, { name: `院落${revision}` });
    } else {
      const voter = randomUUID();
      add('VoteCast', `contestVote-${contestId}.${voter}`, 0, vote(voter).data, voter);
    }
    if (position % 10_000 === 0) db.exec('COMMIT; BEGIN');
  }
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

interface CatchUpFigures {
  readonly events: number;
  readonly rows: number;
  /** Events a second of the runner, and of the bare loop. */
  readonly runner: number;
  readonly bare: number;
  readonly runnerToBare: number;
  /** Resident memory in MB at each tenth of the way, bare loop included. */
  readonly residentMegabytes: readonly number[];
}

/**
 * Catches up on a log with all projections. After each page that the runner has committed, a bare loop reads and parses the same page
 * and writes
 * the same rows to a file of its own, by its own statements, folding nothing: so both see the same machine at the same time.
 */
export async function measureCatchUp(events: number, projections: readonly AnyProjection[] = allProjections): Promise<CatchUpFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'wuwei-bench-'));
  try {
    writeLog(folder, events);
    const reader = openLogReader(folder);
    const store = new SqliteProjectionStore(readModelsFileIn(folder), writerCacheMegabytes);
    const bare = bareLoop(folder);
    const figures = { rows: 0, bareTime: 0, resident: [] as number[] };
    let reached = 0;
    const page: Write[] = [];
    const commit = store.commit.bind(store);
    store.commit = async (write: Write) => {
      page.push(write);
      await commit(write);
      const writes = page.splice(0);
      if (writes.length === 0) return; // another commit of the same page came first
      const begin = performance.now();
      const upTo = writes[0]!.position;
      figures.rows += bare.page(reached, upTo, writes);
      reached = upTo;
      figures.bareTime += performance.now() - begin;
      if (reached >= (events * (figures.resident.length + 1)) / 10) figures.resident.push(Math.round(process.memoryUsage.rss() / 1e6));
    };
    const begin = performance.now();
    let trouble: unknown = null;
    const projector = await startProjector({
      log: reader,
      store,
      leases: new MemoryLeases(),
      projections,
      onCommit: () => undefined,
      onTrouble: (error) => ((trouble = error), sleep(1000)),
    });
    while (!trouble && projector.builds().some(({ position, failure }) => position < events && !failure)) await sleep(5);
    const time = performance.now() - begin - figures.bareTime;
    await projector.close();
    if (trouble) throw trouble as Error;
    const failed = projector.builds().find(({ failure }) => failure);
    if (failed) throw new Error(`${failed.name} failed: ${JSON.stringify(failed.failure)}`);
    bare.close();
    store.close();
    reader.close();
    const [runner, ofBare] = [(events * 1000) / time, (events * 1000) / figures.bareTime];
    return { events, rows: figures.rows, runner, bare: ofBare, runnerToBare: runner / ofBare, residentMegabytes: figures.resident };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bareLoop(folder: string) {
  const log = new Database(logFileIn(folder));
  const read = log
    .prepare(
      'SELECT position, id, stream, revision, type, occurred_at, recorded_at, meta, data FROM events WHERE position > ? AND position <= ? ORDER BY position',
    )
    .raw();
  const db = new Database(join(folder, 'bare.db'));
  db.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -${writerCacheMegabytes * 1000}; CREATE TABLE checkpoint (build INTEGER PRIMARY KEY, position INTEGER)`,
  );
  const advance = db.prepare('INSERT INTO checkpoint VALUES (?, ?) ON CONFLICT (build) DO UPDATE SET position = excluded.position');
  const tables = new Map<string, Database.Statement>();
  const tableOf = (build: string) => {
    let put = tables.get(build);
    if (!put) {
      db.exec(`CREATE TABLE rows_${build} (key TEXT PRIMARY KEY, row TEXT, position INTEGER) WITHOUT ROWID`);
      put = db.prepare(
        `INSERT INTO rows_${build} SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ON CONFLICT (key) DO UPDATE SET row = excluded.row, position = excluded.position`,
      );
      tables.set(build, put);
    }
    return put;
  };
  return {
    page(after: number, upTo: number, writes: readonly Write[]): number {
      let rows = 0;
      for (const row of read.all([after, upTo]) as [...unknown[], string, string][]) {
        JSON.parse(row[7] as string);
        JSON.parse(row[8] as string);
      }
      for (const { build } of writes) tableOf(build);
      db.exec('BEGIN');
      for (const write of writes) {
        rows += write.rows.length;
        if (write.rows.length > 0)
          tableOf(write.build).run([JSON.stringify(write.rows.map(({ key, row, position }) => [key, row, position]))]);
        advance.run([write.build, write.position]);
      }
      db.exec('COMMIT');
      return rows;
    },
    close() {
      log.close();
      db.close();
    },
  };
}
