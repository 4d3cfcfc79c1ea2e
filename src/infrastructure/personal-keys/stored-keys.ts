import Database from 'libsql';
import { decrypt } from '../../application/kernel/encryption.js';
import { end, readOnly } from '../event-log/sqlite/connection.js';
import { existingKeyIn, InvalidKeyFile } from '../key-file.js';
import { fileIn, holdsAnything, installation, keysMissing, noMasterKey, openKeysFile } from './keys-file.js';

/* Keys as they are stored, for a copy of an installation: wrapped by the master key, which both sides have. */

export interface StoredKeys {
  /** Each wrapped key by its owner. Empty: destroyed. */
  readonly wrapped: ReadonlyMap<string, Uint8Array>;
  /** The last events before which lost keys were given up. */
  readonly losses: readonly string[];
}

/** @throws InvalidKeyFile if the file does not hold the master key that wraps these keys */
export function assertMasterOf({ wrapped }: StoredKeys, masterFile: string): void {
  const master = existingKeyIn(masterFile, noMasterKey(masterFile));
  const own = wrapped.get(installation);
  if (own === undefined) throw new InvalidKeyFile('The source lacks the key of the installation. 来源中没有本系统的密钥。');
  try {
    decrypt(own, master, installation);
  } catch {
    throw new InvalidKeyFile(
      `${masterFile} is not the master key of the source. Name that one with --master-key-file. ${masterFile} 不是来源的主密钥，请用 ` +
        '--master-key-file 指定。',
    );
  }
}

/** The keys to write, and those that are there already. @throws InvalidKeyFile if the target holds others */
export function missingIn(there: StoredKeys['wrapped'], { wrapped }: StoredKeys): readonly [owner: string, wrapped: Uint8Array][] {
  for (const [owner, bytes] of there) {
    const own = wrapped.get(owner);
    const isSame = own !== undefined && (own.length === 0 || Buffer.compare(own, bytes) === 0);
    if (!isSame)
      throw new InvalidKeyFile(
        `The target holds other keys than the source: name an empty target. 目标中的密钥与来源不同：请指定空的目标。 (${owner})`,
      );
  }
  return [...wrapped].filter(([owner, { length }]) => there.get(owner)?.length !== length);
}

export function readKeysFile(folder: string): StoredKeys {
  const file = fileIn(folder);
  if (!holdsAnything(file)) throw keysMissing(file);
  const db = new Database(readOnly(file), { timeout: 5000 });
  try {
    return storedIn(db);
  } finally {
    db.close();
  }
}

const storedIn = (db: Database.Database): StoredKeys => ({
  wrapped: new Map(db.prepare('SELECT owner, wrapped FROM keys').raw().all() as [string, Uint8Array][]),
  losses: hasLosses(db) ? (db.prepare('SELECT up_to_event FROM losses').raw().all() as [string][]).map(([event]) => event) : [],
});

/** The files of earlier versions have no such table. */
const hasLosses = (db: Database.Database): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'losses'").raw().get() !== undefined;

export function writeKeysFile(folder: string, keys: StoredKeys): void {
  const { db, write } = openKeysFile(fileIn(folder));
  try {
    const there = storedIn(db);
    const missing = missingIn(there.wrapped, keys);
    write(() => {
      const insert = db.prepare(
        'INSERT INTO keys (owner, wrapped) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET wrapped = excluded.wrapped',
      );
      for (const row of missing) insert.run(row);
      for (const event of keys.losses.filter((loss) => !there.losses.includes(loss)))
        db.prepare('INSERT INTO losses (up_to_event) VALUES (?)').run([event]);
    });
  } finally {
    end(db);
  }
}
