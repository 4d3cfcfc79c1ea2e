import { accessSync, constants, existsSync } from 'node:fs';
import { decrypt, encrypt } from '../../application/kernel/encryption.js';
import { end } from '../event-log/sqlite/connection.js';
import { InvalidKeyFile, keyIn } from '../key-file.js';
import {
  endRotation,
  fileIn,
  masterFileOf,
  masterKeyOf,
  missing,
  nextOf,
  noMasterKey,
  openKeysFile,
  replaceMasterKey,
  syncFolderOf,
} from './keys-file.js';

/**
 * Wraps all keys of a data folder by a new master key. No event changes. If it is broken off, keys.db tells which of the two files belongs
 * to it: the next master key is made in a file of its own, one transaction wraps all keys, then the file takes the place of the old one.
 * The caller holds the lock of the folder.
 * @returns the number of keys
 * @throws InvalidKeyFile
 */
export function rotateMasterKey(folder: string, masterKeyFile: string): number {
  const [file, masterFile] = [fileIn(folder), masterFileOf(folder, masterKeyFile)];
  if (!existsSync(file)) throw new InvalidKeyFile(`There is no ${file}: give the data folder with --data.`);
  if (!existsSync(masterFile)) throw missing(masterFile);
  accessSync(file, constants.R_OK | constants.W_OK);
  const db = openKeysFile(file);
  try {
    const known = masterKeyOf(db, masterFile);
    endRotation(masterFile, known);
    const next = keyIn(nextOf(masterFile), noMasterKey(nextOf(masterFile)));
    syncFolderOf(masterFile);
    db.exec('BEGIN IMMEDIATE');
    const rows = db.prepare('SELECT owner, wrapped FROM keys WHERE length(wrapped) > 0').raw().all() as [string, Uint8Array][];
    const update = db.prepare('UPDATE keys SET wrapped = ? WHERE owner = ?');
    for (const [owner, wrapped] of rows) update.run([encrypt(decrypt(wrapped, known.master, owner), next, owner), owner]);
    db.exec('COMMIT');
    replaceMasterKey(masterFile);
    return rows.length;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
    end(db);
  }
}
