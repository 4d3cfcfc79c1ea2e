import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { makePrivateFile } from '../../private-files.js';
import { end, readOnly } from './connection.js';
import { failureOf, isCorrupt, type Failure } from './errors.js';
import { indexFileIn, indexSchema } from './index-file.js';
import { logFileIn } from './log-file.js';

export interface IndexTask {
  /** Position of the last event to index; the event is durable. */
  readonly upTo: number;
  /** Start with an empty index. */
  readonly anew: boolean;
}
export interface IndexAnswer {
  readonly failure: Failure | null;
  /** True if the index itself is damaged and must be built again. */
  readonly damaged: boolean;
}

/** Number of events that are sorted in memory at a time. */
const chunk = 200_000;
const folder = workerData as string;
const port = parentPort!;
let db: Database.Database | null = null;

/* Copies the positions of events from log.db into streams.db, in sorted batches. A message is a task, or null: close and exit. */
port.on('message', (task: IndexTask | null) => {
  if (task !== null) return port.postMessage(answer(task));
  if (db) end(db);
  port.close();
});

function answer({ upTo, anew }: IndexTask): IndexAnswer {
  try {
    if (anew) discard();
    db ??= connect();
    index(db, upTo);
    return { failure: null, damaged: false };
  } catch (error) {
    const failure = failureOf(error);
    if (db?.inTransaction) db.exec('ROLLBACK');
    return { failure, damaged: failure.code.startsWith('SQLITE_CONSTRAINT') || (isCorrupt(failure) && isDamaged()) };
  }
}

function discard(): void {
  db?.close();
  db = null;
  for (const end of ['', '-wal', '-shm']) rmSync(indexFileIn(folder) + end, { force: true });
}

function connect(): Database.Database {
  makePrivateFile(indexFileIn(folder));
  const opened = new Database(indexFileIn(folder), { timeout: 5000 });
  try {
    opened.exec('PRAGMA journal_mode = WAL');
    opened.exec('PRAGMA synchronous = NORMAL'); // what a power failure loses is read from the log again
    opened.exec(indexSchema);
    opened.prepare('ATTACH ? AS log').run([readOnly(logFileIn(folder))]);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

function index(to: Database.Database, upTo: number): void {
  const fill = to.prepare(
    'INSERT INTO streams SELECT stream, revision, position FROM log.events WHERE position > ? AND position <= ? ORDER BY stream, revision',
  );
  const mark = to.prepare(`INSERT INTO checkpoint SELECT 1, position, id FROM log.events WHERE position = ?
    ON CONFLICT DO UPDATE SET position = excluded.position, id = excluded.id`);
  const [checkpoint] = to.prepare('SELECT max(position) FROM checkpoint').raw().get() as [number | null];
  for (let at = checkpoint ?? 0; at < upTo;) {
    const next = Math.min(upTo, at + chunk);
    to.exec('BEGIN IMMEDIATE');
    fill.run([at, next]);
    mark.run([next]);
    to.exec('COMMIT');
    at = next;
  }
}

/** Decides whether the index or the log is damaged: one statement reads both. */
function isDamaged(): boolean {
  try {
    return db === null || (db.prepare('PRAGMA main.quick_check(1)').raw().get() as [string])[0] !== 'ok';
  } catch {
    return true;
  }
}
