import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makePrivateFile } from '../../private-files.js';
import { explain, failureOf } from './errors.js';

/** Another process, or another part of this one, has the data folder open. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(
    readonly folder: string,
    readonly owner: Owner | null,
  ) {
    super(
      `The data folder ${folder} is in use${owner ? ` by process ${owner.pid} since ${owner.since}` : ''}. End that process, or ` +
        'choose another folder. ' +
        `数据目录正由${owner ? `进程 ${owner.pid} ` : '另一进程'}使用：请结束该进程，或另选目录。`,
    );
  }
}

export interface Owner {
  readonly pid: number;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

/**
 * Locks the data folder. The lock is SQLite's own on `lock.db`, so it ends with the process, however the process ends, and it also
 * excludes a second opener in this process. `owner.json` is only a note that names the owner.
 * @returns a function that releases the lock
 * @throws DataFolderInUse or LogUnavailable
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock.db');
  const note = join(folder, 'owner.json');
  let db: Database.Database | undefined;
  try {
    makePrivateFile(file);
    db = new Database(file, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    writeFileSync(note, JSON.stringify({ pid: process.pid, since: new Date().toISOString() } satisfies Owner), { mode: 0o600 });
  } catch (error) {
    db?.close();
    const failure = failureOf(error);
    throw failure.code.startsWith('SQLITE_BUSY') ? new DataFolderInUse(folder, ownerIn(note)) : explain(failure, file);
  }
  const held = db;
  return () => {
    if (ownerIn(note)?.pid === process.pid) rmSync(note); // if the lock file was removed, the note may be another process's
    held.close();
  };
}

function ownerIn(note: string): Owner | null {
  try {
    return JSON.parse(readFileSync(note, 'utf8')) as Owner;
  } catch {
    return null; // not written yet
  }
}
