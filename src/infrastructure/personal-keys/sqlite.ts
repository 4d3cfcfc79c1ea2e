import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'libsql';
import type { Logger } from 'pino';
import { KeyDestroyed, type PersonalKeyReader, type PersonalKeys } from '../../application/ports/personal-keys.js';
import { decrypt, encrypt } from '../../application/kernel/encryption.js';
import { end, readOnly } from '../event-log/sqlite/connection.js';
import { existingKeyIn, InvalidKeyFile, keyIn } from '../key-file.js';
import { makePrivateFile } from '../private-files.js';
import { keyedHash, newKey } from './keys.js';

/** `secure_delete`: what is deleted is overwritten with zeros. */
const making = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  'PRAGMA secure_delete = ON',
  'CREATE TABLE IF NOT EXISTS keys (owner TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT',
];
/** The owner of the key of the installation. No id of a person has a `/`. */
const installation = '/installation';

const fileIn = (folder: string): string => join(folder, 'keys.db');
const masterFileOf = (folder: string, given: string): string => (given === '' ? join(folder, 'master.key') : given);

const noMasterKey = (file: string): string =>
  `${file} is no master key (64 hexadecimal digits). Put back the file that belongs to keys.db: without it no personal data can be read. ` +
  `${file} 不是主密钥（64 位十六进制数字）。请放回与 keys.db 对应的文件，否则无法读取个人信息。`;

const missing = (masterFile: string): InvalidKeyFile =>
  new InvalidKeyFile(
    `The master key ${masterFile} is missing. Without it no personal data can be read: put the file back. ` +
      `缺少主密钥 ${masterFile}，没有它无法读取个人信息：请放回该文件。`,
  );

/** The keys in the open file, each encrypted with the master key and bound to its owner. */
class KeyTable {
  readonly #select: Database.Statement;
  readonly #insert: Database.Statement | null;

  constructor(
    readonly db: Database.Database,
    readonly master: Uint8Array,
    isWriter: boolean,
  ) {
    this.#select = db.prepare('SELECT wrapped FROM keys WHERE owner = ?').raw();
    this.#insert = isWriter ? db.prepare('INSERT INTO keys (owner, wrapped) VALUES (?, ?)') : null;
  }

  get(owner: string): Uint8Array | null {
    const row = this.#select.get([owner]) as [Uint8Array] | undefined;
    return row && row[0].length > 0 ? decrypt(row[0], this.master, owner) : null;
  }

  find(owners: Iterable<string>): Map<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    for (const owner of owners) {
      const key = this.get(owner);
      if (key) found.set(owner, key);
    }
    return found;
  }

  /**
   * Leaves an empty key, so that none is created again. The checkpoint overwrites the old one in the file and empties the write-ahead log.
   * @throws Error if another process reads the file at this moment
   */
  destroy(owner: string): void {
    this.db.prepare("INSERT INTO keys (owner, wrapped) VALUES (?, x'') ON CONFLICT (owner) DO UPDATE SET wrapped = x''").run([owner]);
    const [busy] = this.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get() as [number];
    if (busy !== 0) throw new Error('keys.db is being read: the destroyed key is still in its write-ahead log');
  }

  /** Creates the missing keys, in one transaction. */
  make(owners: Iterable<string>): void {
    const missing = [...owners].filter((owner) => this.#select.get([owner]) === undefined);
    if (missing.length === 0) return;
    this.db.exec('BEGIN IMMEDIATE');
    try {
      for (const owner of missing) this.#insert!.run([owner, encrypt(newKey(), this.master, owner)]);
      this.db.exec('COMMIT');
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The key of the installation. @throws InvalidKeyFile when the keys were wrapped by another master key */
function installationKeyIn(table: KeyTable, masterFile: string): Uint8Array | null {
  try {
    return table.get(installation);
  } catch {
    throw new InvalidKeyFile(
      `${masterFile} is not the master key that keys.db was made with. Put that one back, or name its file with --master-key-file. ` +
        `${masterFile} 不是生成 keys.db 时的主密钥。请放回原文件，或用 --master-key-file 指定。`,
    );
  }
}

/** Creates the master key of a temporary folder, without the warning to keep a copy of it. */
export function makeMasterKey(folder: string): void {
  const file = masterFileOf(folder, '');
  keyIn(file, noMasterKey(file));
}

/**
 * The keys of a data folder, in `keys.db`, each wrapped by the master key.
 * @param masterKeyFile empty: `master.key` in the folder, made at the first start
 * @throws InvalidKeyFile
 */
export function openPersonalKeys(folder: string, masterKeyFile: string, logger: Logger): PersonalKeys & { readonly close: () => void } {
  const [file, masterFile] = [fileIn(folder), masterFileOf(folder, masterKeyFile)];
  const isNew = !existsSync(file);
  if (!existsSync(masterFile)) {
    if (!isNew || masterKeyFile !== '') throw missing(masterFile);
    logger.warn(
      { file: masterFile },
      'a master key was made beside the data. Keep a copy of it apart from copies of the data, or move it elsewhere and name it with --master-key-file: ' +
        'who has both can read all personal data 已在数据旁生成主密钥，请与数据备份分开保存，或移至别处并用 --master-key-file 指定：两者兼得者可读取全部个人信息',
    );
  }
  const master = keyIn(masterFile, noMasterKey(masterFile));
  makePrivateFile(file);
  const db = new Database(file, { timeout: 5000 });
  try {
    for (const statement of making) db.exec(statement);
    const table = new KeyTable(db, master, true);
    const known = installationKeyIn(table, masterFile);
    if (known === null) table.make([installation]);
    return keysIn(table, known ?? table.get(installation)!);
  } catch (error) {
    db.close();
    throw error;
  }
}

function keysIn(table: KeyTable, installationKey: Uint8Array): PersonalKeys & { readonly close: () => void } {
  /** The owners whose keys are created in the next transaction. One transaction for many: each waits for the disk. */
  let wanted = new Set<string>();
  let making: Promise<void> | null = null;
  const made = (owners: Iterable<string>): Promise<void> => {
    for (const owner of owners) wanted.add(owner);
    return (making ??= nextTurn().then(() => {
      const all = wanted;
      [wanted, making] = [new Set(), null];
      table.make(all);
    }));
  };
  return {
    find: (personIds) => Promise.resolve(table.find(personIds)),
    keysOf: async (personIds) => {
      const ids = [...personIds];
      const known = table.find(ids);
      const missing = ids.filter((id) => !known.has(id));
      if (missing.length === 0) return known;
      await made(missing);
      const found = table.find(ids);
      const destroyed = ids.find((id) => !found.has(id));
      if (destroyed !== undefined) throw new KeyDestroyed(destroyed);
      return found;
    },
    destroy: async (personId) => Promise.resolve(table.destroy(personId)),
    hashOf: (text) => keyedHash(text, installationKey),
    close: () => end(table.db),
  };
}

/**
 * Reads the keys of a data folder, also while another process writes them. A folder without keys.db has no keys.
 * @throws InvalidKeyFile
 */
export function personalKeysIn(folder: string, masterKeyFile: string): PersonalKeyReader & { readonly close: () => void } {
  const [file, masterFile] = [fileIn(folder), masterFileOf(folder, masterKeyFile)];
  if (!existsSync(file) || statSync(file).size === 0) return { find: () => Promise.resolve(new Map()), close: () => undefined };
  if (!existsSync(masterFile)) throw missing(masterFile);
  const master = existingKeyIn(masterFile, noMasterKey(masterFile));
  const table = opened(file, master);
  try {
    installationKeyIn(table, masterFile);
  } catch (error) {
    table.db.close();
    throw error;
  }
  return { find: (personIds) => Promise.resolve(table.find(personIds)), close: () => void table.db.close() };
}

/** In a read-only folder SQLite must be told that the file does not change (`immutable`). */
function opened(file: string, master: Uint8Array): KeyTable {
  const open = (options: string) => {
    const db = new Database(readOnly(file, options), { timeout: 5000 });
    try {
      return new KeyTable(db, master, false);
    } catch (error) {
      db.close();
      throw error;
    }
  };
  try {
    return open('');
  } catch (error) {
    if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw error;
    return open('&immutable=1');
  }
}
