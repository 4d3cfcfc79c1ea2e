import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makePrivateFile } from '../../private-files.js';
import { explain, failureOf } from './errors.js';

/** Another opener, in this process or another, holds the data folder. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  constructor(
    readonly folder: string,
    readonly owner: Owner | null,
  ) {
    super(
      `The data folder ${folder} is in use${owner ? ` by process ${owner.pid} since ${owner.since}` : ''}. End that process, or choose another folder.`,
    );
  }
}

export interface Owner {
  readonly pid: number;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

/**
 * Takes the data folder for this opener. The lock is SQLite's own on `lock.db`: it ends with the process, however that ends.
 * It binds within the process too, which a lock of the operating system alone would not. `owner.json` only tells who it is.
 * @returns the way to give it back
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
    if (ownerIn(note)?.pid === process.pid) rmSync(note); // where the lock was removed, it may be another's
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
