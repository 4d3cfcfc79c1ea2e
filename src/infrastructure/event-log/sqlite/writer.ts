import { statSync } from 'node:fs';
import type Database from 'libsql';

/*
 * Only one process may write to a data folder. `lock.db` ensures that, but it can be removed while it is held. So each file also names
 * its writer: opening a file for writing stores a new token in it, and every transaction compares the token. The previous writer then
 * fails.
 */
const table = 'CREATE TABLE IF NOT EXISTS writer (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL) STRICT';

/** The file names another writer. */
export const takenOver = 'WUWEI_TAKEN_OVER';
/** The file was removed or replaced while it was open. */
export const noLongerThere = 'WUWEI_NO_LONGER_THERE';

/** Stores this token as the writer of a file. */
export function takeOver(db: Database.Database, token: string): void {
  db.exec(table);
  db.prepare('INSERT INTO writer VALUES (1, ?) ON CONFLICT DO UPDATE SET token = excluded.token').run([token]);
}

/** Returns a row if the given token is the writer's. */
export const prepareIsWriter = (db: Database.Database): Database.Statement => db.prepare('SELECT 1 FROM writer WHERE token = ?').raw();

/** Call it in the transaction that writes. @throws an error with the code `takenOver` if another process is the writer */
export function assertIsWriter(isWriter: Database.Statement, token: string): void {
  if (isWriter.get([token]) === undefined)
    throw Object.assign(new Error('another process has taken over the data folder'), { code: takenOver });
}

/** The inode of an open file, by which `assertIsThere` knows it again. */
export const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

/**
 * What is written to a file that was removed is lost when this process ends, even though the write succeeded.
 * @throws an error with the code `noLongerThere`
 */
export function assertIsThere(file: string, inode: number | undefined): void {
  if (inodeOf(file) !== inode) throw Object.assign(new Error('the file was removed or replaced'), { code: noLongerThere });
}
