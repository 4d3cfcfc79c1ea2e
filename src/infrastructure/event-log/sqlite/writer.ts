import type Database from 'libsql';

/*
 * Only one process writes a data folder. `lock.db` keeps others out, but it can be removed while it is held. So each file also names
 * its writer: whoever opens it to write puts a token of its own there, and compares it within each transaction. The one before loses.
 */
const table = 'CREATE TABLE IF NOT EXISTS writer (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL) STRICT';

/** The file names another writer. */
export const takenOver = 'WUWEI_TAKEN_OVER';

/** Makes whoever has this token the writer of a file. */
export function takeOver(db: Database.Database, token: string): void {
  db.exec(table);
  db.prepare('INSERT INTO writer VALUES (1, ?) ON CONFLICT DO UPDATE SET token = excluded.token').run([token]);
}

/** Answers a row while the token it is given is the writer's. */
export const prepareIsWriter = (db: Database.Database): Database.Statement => db.prepare('SELECT 1 FROM writer WHERE token = ?').raw();

/** @throws an error with the code `takenOver`; to be asked within the transaction that writes */
export function assertIsWriter(isWriter: Database.Statement, token: string): void {
  if (isWriter.get([token]) === undefined)
    throw Object.assign(new Error('another process has taken over the data folder'), { code: takenOver });
}
