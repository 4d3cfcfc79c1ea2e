import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { end } from './connection.js';
import { failureOf, type Failure } from './errors.js';
import { insertRow, withChecksum, type Row } from './log-file.js';
import { assertIsThere, assertIsWriter, inodeOf, prepareIsWriter } from './writer.js';

export interface CommitterData {
  /** Path of log.db. */
  readonly file: string;
  /** The writer's token that is stored in the file while this process is its writer. */
  readonly token: string;
}

/*
 * Writes groups of rows to log.db, one transaction each. A message is the rows as JSON, or null: close and exit.
 * The answer is null once the group is durable, or the error after which it was rolled back.
 */
const port = parentPort!;
const { file, token } = workerData as CommitterData;
const db = new Database(file, { timeout: 5000 });
const inode = inodeOf(file);
db.exec('PRAGMA synchronous = FULL');
db.exec('PRAGMA wal_autocheckpoint = 1000');
let insert = db.prepare(insertRow);
let isWriter = prepareIsWriter(db);

port.on('message', (rows: string | null) => {
  if (rows !== null) return port.postMessage(commit(JSON.parse(rows) as Row[]));
  end(db);
  port.close(); // the thread then ends by itself; terminate() during a call of libsql aborts the process
});

function commit(rows: readonly Row[]): Failure | null {
  try {
    db.exec('BEGIN IMMEDIATE');
    assertIsWriter(isWriter, token);
    assertIsThere(file, inode);
    for (const row of rows) insert.run(withChecksum(row));
    db.exec('COMMIT');
    return null;
  } catch (error) {
    recover();
    return failureOf(error);
  }
}

function recover(): void {
  try {
    insert = db.prepare(insertRow); // libsql does not reset a statement that failed: it would fail for ever
    isWriter = prepareIsWriter(db);
    if (db.inTransaction) db.exec('ROLLBACK');
  } catch {
    // the next group reports it if it still fails
  }
}
