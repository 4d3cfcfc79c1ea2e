import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { failureOf, type Failure } from './errors.js';
import { insertRow, type Row } from './log-file.js';

/*
 * Writes groups of rows to log.db, one transaction each. A message is the rows as JSON, or null: close and exit.
 * The answer is null once the group is durable, or what went wrong after it was rolled back.
 */
const port = parentPort!;
const db = new Database(workerData as string, { timeout: 5000 });
db.exec('PRAGMA synchronous = FULL');
db.exec('PRAGMA wal_autocheckpoint = 1000');
const insert = db.prepare(insertRow);

port.on('message', (rows: string | null) => {
  if (rows !== null) return port.postMessage(commit(JSON.parse(rows) as Row[]));
  db.close();
  port.close(); // nothing is left to wait for: the thread ends by itself (terminate() within a call of libsql aborts the process)
});

function commit(rows: readonly Row[]): Failure | null {
  try {
    db.exec('BEGIN IMMEDIATE');
    for (const row of rows) insert.run(row);
    db.exec('COMMIT');
    return null;
  } catch (error) {
    if (db.inTransaction) rollback();
    return failureOf(error);
  }
}

function rollback(): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself
  }
}
