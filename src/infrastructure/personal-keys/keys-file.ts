import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { decrypt } from '../../application/kernel/encryption.js';
import { LogTakenOver } from '../../application/ports/event-log.js';
import { KeysUnavailable } from '../../application/ports/personal-keys.js';
import { explain, type Failure, failureOf } from '../event-log/sqlite/errors.js';
import { assertIsThere, assertIsWriter, inodeOf, prepareIsWriter, takeOver } from '../event-log/sqlite/writer.js';
import { existingKeyIn, InvalidKeyFile } from '../key-file.js';
import { makePrivateFile } from '../private-files.js';

/* `keys.db`, and the file of the master key that wraps the keys in it. */

/** `secure_delete`: what is deleted is overwritten with zeros. */
const making = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  'PRAGMA secure_delete = ON',
  'CREATE TABLE IF NOT EXISTS keys (owner TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT',
  'CREATE TABLE IF NOT EXISTS losses (up_to_event TEXT NOT NULL) STRICT',
  'CREATE TABLE IF NOT EXISTS compared (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, event_id TEXT NOT NULL) STRICT',
];
/** The owner of the key of the installation. No id of a person has a `/`. */
export const installation = '/installation';

export const fileIn = (folder: string): string => join(folder, 'keys.db');
export const masterFileOf = (folder: string, given: string): string => (given === '' ? join(folder, 'master.key') : given);
/** The master key that a rotation has made, until it takes the place of the old one (rotation.ts). */
export const nextOf = (masterFile: string): string => `${masterFile}.next`;

export const noMasterKey = (file: string): string =>
  `${file} is no master key (64 hexadecimal digits). Put back the file that belongs to keys.db: without it no personal data can be read. ` +
  `${file} 不是主密钥（64 位十六进制数字）。请放回与 keys.db 对应的文件，否则无法读取个人信息。`;

export const missing = (masterFile: string): InvalidKeyFile =>
  new InvalidKeyFile(
    `The master key ${masterFile} is missing. Without it no personal data can be read: put the file back. ` +
      `缺少主密钥 ${masterFile}，没有它无法读取个人信息：请放回该文件。`,
  );

export const keysMissing = (file: string): InvalidKeyFile =>
  new InvalidKeyFile(
    `${file} is missing, or it lacks the key of the installation. Without it no personal data can be read, and a new one could ` +
      'hold keys again ' +
      'that were destroyed: put the file back from the backup. If there is no backup, run `wuwei serve --accept-lost-keys` once: ' +
      'the personal texts in the ' +
      'log are then lost for good. `wuwei log --sealed` does not need the file. ' +
      `缺少 ${file}，或其中没有本系统的密钥。没有它无法读取个人信息，重新生成则可能再造已销毁的密钥：请从备份放回该文件。如无备份，请运行一次 wuwei serve --accept-lost-keys：日志中的个人信息将永远无法读取。` +
      'wuwei log --sealed 不需要该文件。',
  );

/** Whether there is a file with something in it. */
export const holdsAnything = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** `keys.db`, open for writing. */
export interface KeysFile {
  readonly db: Database.Database;
  /**
   * Runs one transaction. After an error nothing of it is written.
   * @throws LogTakenOver if another process has opened the file for writing since
   * @throws KeysUnavailable if the file was removed, is damaged or cannot be written
   */
  readonly write: <T>(work: () => T) => T;
  /** @throws LogTakenOver as `write` */
  readonly assertIsOurs: () => void;
  /** Whether the last write failed, the file is not where it was opened, it holds something else, or another process has taken it over. */
  readonly isFailing: () => boolean;
}

/** The port's error for a failure of SQLite or of the writer: names the file and says what to do. */
export function unavailable(failure: Failure, file: string): KeysUnavailable | LogTakenOver {
  const error = explain(failure, file);
  return error instanceof LogTakenOver ? error : new KeysUnavailable(error.message);
}

/**
 * SQLite does not read again what it has read before, so it would go on writing to a file that holds something else by now.
 * @throws an error with the code SQLITE_NOTADB
 */
function assertIsDatabase(file: string): void {
  const start = Buffer.alloc(signature.length);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, start);
  } finally {
    closeSync(opened);
  }
  if (start.toString('latin1') !== signature) throw Object.assign(new Error('file is not a database'), { code: 'SQLITE_NOTADB' });
}
const signature = 'SQLite format 3\0';

/** Runs an action on the file. Errors of SQLite, and of the writer, become those of the port. */
function explaining<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const failure = failureOf(error);
    throw /^(?:SQLITE|WUWEI)_/u.test(failure.code) ? unavailable(failure, file) : error;
  }
}

/** Opens the file for writing, and creates it if it is missing. From then on the previous writer can no longer write. */
export function openKeysFile(file: string): KeysFile {
  const token = randomUUID();
  makePrivateFile(file);
  const db = explaining(file, () => new Database(file, { timeout: 5000 }));
  try {
    explaining(file, () => {
      for (const statement of making) db.exec(statement);
      takeOver(db, token);
    });
  } catch (error) {
    db.close();
    throw error;
  }
  const inode = inodeOf(file);
  // prepared each time: libsql does not reset a statement that failed, and keys are seldom written
  const assertIsOurs = () => explaining(file, () => assertIsWriter(prepareIsWriter(db), token));
  let hasFailed = false;
  const write = <T>(work: () => T): T =>
    explaining(file, () => {
      hasFailed = true;
      db.exec('BEGIN IMMEDIATE');
      try {
        assertIsOurs();
        assertIsThere(file, inode);
        assertIsDatabase(file);
        const done = work();
        db.exec('COMMIT');
        hasFailed = false;
        return done;
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  const isFailing = () => {
    if (hasFailed) return true;
    try {
      assertIsOurs();
      assertIsThere(file, inode);
      assertIsDatabase(file);
      return false;
    } catch {
      return true;
    }
  };
  return { db, write, assertIsOurs, isFailing };
}

/** Whether the keys are wrapped by a master key. True if there are no keys yet. */
function isMaster(db: Database.Database, master: Uint8Array): boolean {
  const row = db.prepare('SELECT wrapped FROM keys WHERE owner = ?').raw().get([installation]) as [Uint8Array] | undefined;
  try {
    return row === undefined || decrypt(row[0], master, installation).length > 0;
  } catch {
    return false;
  }
}

/**
 * The master key that the keys are wrapped by, and its file: that of a rotation which was broken off, if it got so far.
 * @throws InvalidKeyFile
 */
export function masterKeyOf(db: Database.Database, masterFile: string): { readonly master: Uint8Array; readonly file: string } {
  for (const file of [masterFile, nextOf(masterFile)]) {
    if (file !== masterFile && !existsSync(file)) continue;
    const master = existingKeyIn(file, noMasterKey(file));
    if (isMaster(db, master)) return { master, file };
  }
  throw new InvalidKeyFile(
    `${masterFile} is not the master key that keys.db was made with. Put that one back, or name its file with --master-key-file. ` +
      `${masterFile} 不是生成 keys.db 时的主密钥。请放回原文件，或用 --master-key-file 指定。`,
  );
}

/**
 * Ends a rotation that was broken off: the next master key takes the place of the old one if the keys are wrapped by it; otherwise it is
 * removed, because others may have read it since.
 */
export function endRotation(masterFile: string, known: { readonly file: string }): void {
  if (known.file === masterFile) rmSync(nextOf(masterFile), { force: true });
  else replaceMasterKey(masterFile);
}

/** The next master key takes the place of the old one. */
export function replaceMasterKey(masterFile: string): void {
  renameSync(nextOf(masterFile), masterFile);
  syncFolderOf(masterFile);
}

/** Makes the names of files durable. Windows has no such call for folders. */
export function syncFolderOf(file: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
