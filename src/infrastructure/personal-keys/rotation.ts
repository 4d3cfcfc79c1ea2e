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
  const { db, write } = openKeysFile(file);
  try {
    const known = masterKeyOf(db, masterFile);
    endRotation(masterFile, known);
    const next = keyIn(nextOf(masterFile), noMasterKey(nextOf(masterFile)));
    syncFolderOf(masterFile);
    const rotated = write(() => {
      const rows = db.prepare('SELECT owner, wrapped FROM keys WHERE length(wrapped) > 0').raw().all() as [string, Uint8Array][];
      const keys = rows.map(([owner, wrapped]) => [owner, unwrapped(wrapped, known.master, owner)] as const);
      const update = db.prepare('UPDATE keys SET wrapped = ? WHERE owner = ?');
      for (const [owner, key] of keys) update.run([encrypt(key, next, owner), owner]);
      return keys.length;
    });
    replaceMasterKey(masterFile);
    return rotated;
  } finally {
    end(db);
  }
}

/** @throws InvalidKeyFile if the key is damaged: only a copy of keys.db together with the present master key can still have it */
function unwrapped(wrapped: Uint8Array, master: Uint8Array, owner: string): Uint8Array {
  try {
    return decrypt(wrapped, master, owner);
  } catch {
    throw new InvalidKeyFile(
      `The key of ${owner} in keys.db is damaged, so nothing was rotated. Put keys.db back from a backup, then rotate. ` +
        `keys.db 中 ${owner} 的密钥已损坏，没有更换主密钥。请先从备份放回 keys.db，再更换。`,
    );
  }
}
