import { existsSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'libsql';
import type { Logger } from 'pino';
import { KeyDamaged, KeyDestroyed, type PersonalKeyReader, type PersonalKeys } from '../../application/ports/personal-keys.js';
import { decrypt, encrypt } from '../../application/kernel/encryption.js';
import { end, readOnly } from '../event-log/sqlite/connection.js';
import { explain, failureOf, isCorrupt } from '../event-log/sqlite/errors.js';
import { InvalidKeyFile, keyIn } from '../key-file.js';
import { newKey, keyedHash } from './keys.js';
import {
  endRotation,
  fileIn,
  holdsAnything,
  installation,
  type KeysFile,
  keysMissing,
  masterFileOf,
  masterKeyOf,
  missing,
  noMasterKey,
  openKeysFile,
} from './keys-file.js';

/** The keys in the open file, each encrypted with the master key and bound to its owner. */
class KeyTable {
  #select: Database.Statement;

  constructor(
    readonly file: string,
    readonly db: Database.Database,
    readonly master: Uint8Array,
  ) {
    this.#select = this.#prepared();
  }

  /** Undefined: it was destroyed. Null: it is missing or damaged. */
  get(owner: string): Uint8Array | null | undefined {
    const wrapped = this.#wrapped(owner);
    if (!wrapped) return null;
    if (wrapped.length === 0) return undefined;
    try {
      return decrypt(wrapped, this.master, owner);
    } catch {
      return null;
    }
  }

  find(owners: Iterable<string>): Map<string, Uint8Array | null> {
    const found = new Map<string, Uint8Array | null>();
    for (const owner of owners) {
      const key = this.get(owner);
      if (key !== undefined) found.set(owner, key);
    }
    return found;
  }

  /** Whether there is a row, also an empty one. */
  has(owner: string): boolean {
    return this.#wrapped(owner) !== undefined;
  }

  destroyed(): Set<string> {
    return new Set((this.db.prepare('SELECT owner FROM keys WHERE length(wrapped) = 0').raw().all() as [string][]).map(([owner]) => owner));
  }

  /** Null: the page is damaged. */
  #wrapped(owner: string): Uint8Array | null | undefined {
    try {
      return (this.#select.get([owner]) as [Uint8Array] | undefined)?.[0];
    } catch (error) {
      this.#select = this.#prepared(); // libsql does not reset a statement that failed
      if (isCorrupt(failureOf(error))) return null;
      throw explain(failureOf(error), this.file);
    }
  }

  #prepared(): Database.Statement {
    return this.db.prepare('SELECT wrapped FROM keys WHERE owner = ?').raw();
  }
}

/** The same, open for writing. */
class WritableKeys extends KeyTable {
  constructor(
    file: string,
    private readonly opened: KeysFile,
    master: Uint8Array,
  ) {
    super(file, opened.db, master);
  }

  /** @throws LogTakenOver: after a rotation in another process, no key opens with the master key that this one knows */
  override find(owners: Iterable<string>): Map<string, Uint8Array | null> {
    const found = super.find(owners);
    if ([...found.values()].includes(null)) this.opened.assertIsOurs();
    return found;
  }

  /**
   * Leaves an empty key, so that none is created again. The checkpoint overwrites the old one in the file and empties the write-ahead log.
   * Where it was done already, nothing is written.
   * @throws Error if another process reads the file at this moment
   */
  destroy(owner: string): void {
    this.opened.write(() =>
      this.db
        .prepare("INSERT INTO keys (owner, wrapped) VALUES (?, x'') ON CONFLICT (owner) DO UPDATE SET wrapped = x'' WHERE wrapped <> x''")
        .run([owner]),
    );
    const [busy] = this.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get() as [number];
    if (busy !== 0) throw new Error('keys.db is being read: the destroyed key is still in its write-ahead log');
  }

  giveUp(upToEvent: string): void {
    this.opened.write(() => this.db.prepare('INSERT INTO losses (up_to_event) VALUES (?)').run([upToEvent]));
  }

  /** The last event of the last loss. */
  get lostUpTo(): string | null {
    return (this.db.prepare('SELECT max(up_to_event) FROM losses').raw().get() as [string | null])[0];
  }

  /** Creates the missing keys, in one transaction. */
  make(owners: Iterable<string>): void {
    const missing = [...owners].filter((owner) => !this.has(owner));
    if (missing.length === 0) return;
    this.opened.write(() => {
      const insert = this.db.prepare('INSERT INTO keys (owner, wrapped) VALUES (?, ?)');
      for (const owner of missing) insert.run([owner, encrypt(newKey(), this.master, owner)]);
    });
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
 * @param lastEvent id of the last event in the log, null if it is empty. The keys of events must be there: a new `keys.db` would hide that
 * they are lost
 * @param acceptLost gives them up if they are not there: the file records up to which event
 * @throws InvalidKeyFile
 */
export function openPersonalKeys(
  folder: string,
  masterKeyFile: string,
  logger: Logger,
  lastEvent: string | null = null,
  acceptLost = false,
): PersonalKeys & { readonly close: () => void } {
  const [file, masterFile] = [fileIn(folder), masterFileOf(folder, masterKeyFile)];
  if (lastEvent !== null && !acceptLost && !holdsAnything(file)) throw keysMissing(file);
  const isNew = !holdsAnything(file);
  if (!existsSync(masterFile)) {
    if (!isNew || masterKeyFile !== '') throw missing(masterFile);
    logger.warn(
      { file: masterFile },
      'a master key was made beside the data. Keep a copy of it apart from copies of the data, or move it elsewhere and name it with --master-key-file: ' +
        'who has both can read all personal data 已在数据旁生成主密钥，请与数据备份分开保存，或移至别处并用 --master-key-file 指定：两者兼得者可读取全部个人信息',
    );
  }
  keyIn(masterFile, noMasterKey(masterFile));
  const opened = openKeysFile(file);
  try {
    const known = masterKeyOf(opened.db, masterFile);
    const table = new WritableKeys(file, opened, known.master);
    const areLost = lastEvent !== null && !table.get(installation);
    if (areLost && !acceptLost) throw keysMissing(file); // nor can it be told which master key is the right one
    endRotation(masterFile, known);
    if (areLost) {
      table.giveUp(lastEvent);
      logger.warn(
        { upToEvent: lastEvent },
        'lost keys were given up: personal texts up to this event that cannot be read are lost for good, and keys.db records it. Requests from before are not known again by their ' +
          'Idempotency-Key 已放弃丢失的密钥：到此事件为止无法读取的个人信息永远丢失，keys.db 已记录。此前的 Idempotency-Key 不再有效',
      );
    }
    table.make([installation]);
    return keysIn(table, table.get(installation)!);
  } catch (error) {
    opened.db.close();
    throw error;
  }
}

function keysIn(table: WritableKeys, installationKey: Uint8Array): PersonalKeys & { readonly close: () => void } {
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
  const { lostUpTo } = table;
  return {
    ...(lostUpTo !== null && { lostUpTo }),
    find: async (owners) => Promise.resolve(table.find(owners)),
    keysOf: async (owners) => {
      const all = [...owners];
      const missing = all.filter((owner) => !table.has(owner));
      if (missing.length > 0) await made(missing);
      const found = table.find(all);
      return new Map(
        all.map((owner) => {
          const key = found.get(owner);
          if (key === undefined) throw new KeyDestroyed(owner);
          if (key === null) throw new KeyDamaged(owner);
          return [owner, key];
        }),
      );
    },
    destroyed: async () => Promise.resolve(table.destroyed()),
    destroy: async (owner) => Promise.resolve(table.destroy(owner)),
    hashOf: (text) => keyedHash(text, installationKey),
    close: () => end(table.db),
  };
}

/**
 * Reads the keys of a data folder, also while another process writes them.
 * @throws InvalidKeyFile
 */
export function personalKeysIn(folder: string, masterKeyFile: string): PersonalKeyReader & { readonly close: () => void } {
  const [file, masterFile] = [fileIn(folder), masterFileOf(folder, masterKeyFile)];
  if (!holdsAnything(file)) throw keysMissing(file);
  if (!existsSync(masterFile)) throw missing(masterFile);
  const table = opened(file, masterFile);
  return { find: async (owners) => Promise.resolve(table.find(owners)), close: () => void table.db.close() };
}

/** In a read-only folder SQLite must be told that the file does not change (`immutable`). */
function opened(file: string, masterFile: string): KeyTable {
  const open = (options: string) => {
    const db = new Database(readOnly(file, options), { timeout: 5000 });
    try {
      const table = new KeyTable(file, db, masterKeyOf(db, masterFile).master);
      if (!table.get(installation)) throw keysMissing(file);
      return table;
    } catch (error) {
      db.close();
      throw error;
    }
  };
  try {
    return open('');
  } catch (error) {
    if (error instanceof InvalidKeyFile || (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) throw error;
    return open('&immutable=1');
  }
}
