import { existsSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'libsql';
import type { Logger } from 'pino';
import { KeyDamaged, KeyDestroyed, type PersonalKeyReader, type PersonalKeys } from '../../application/ports/personal-keys.js';
import { end, readOnly } from '../event-log/sqlite/connection.js';
import { InvalidKeyFile, keyIn } from '../key-file.js';
import { KeyTable, WritableKeys } from './key-table.js';
import { keyedHash } from './keys.js';
import {
  endRotation,
  fileIn,
  holdsAnything,
  installation,
  keysMissing,
  masterFileOf,
  masterKeyOf,
  missing,
  noMasterKey,
  openKeysFile,
} from './keys-file.js';

/**
 * Creates the master key of a folder if it is missing, without the warning to keep a copy of it.
 * @throws InvalidKeyFile if the folder holds keys, which were wrapped by another one
 */
export function makeMasterKey(folder: string): void {
  const file = masterFileOf(folder, '');
  if (!existsSync(file) && holdsAnything(fileIn(folder))) throw missing(file);
  keyIn(file, noMasterKey(file));
}

/**
 * The keys of a data folder, in `keys.db`, each wrapped by the master key.
 * @param masterKeyFile empty: `master.key` in the folder, made at the first start
 * @param lastEvent id of the last event in the log, null if it is empty. The keys of events must be there: a new `keys.db` would hide that
 * they are lost
 * @param acceptLost gives them up if they are not there, or those that are damaged: the file records up to which event
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
      'a master key was made beside the data. Keep a copy of it apart from copies of the data, or move it elsewhere and name it ' +
        'with --master-key-file: ' +
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
    const damaged = lastEvent !== null && acceptLost && !areLost ? table.damaged() : [];
    if (lastEvent !== null && (areLost || damaged.length > 0)) {
      table.giveUp(lastEvent, damaged);
      logger.warn(
        { upToEvent: lastEvent, ...(damaged.length > 0 && { damaged }) },
        'lost keys were given up: personal texts up to this event that cannot be read are lost for good, and keys.db records it. ' +
          'Requests from before are not known again by their ' +
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
  let { lostUpTo } = table;
  return {
    get lostUpTo() {
      return lostUpTo ?? undefined;
    },
    compared: async () => Promise.resolve(table.compared()),
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
          if (key === null) {
            table.assertIsWhole();
            throw new KeyDamaged(owner);
          }
          return [owner, key];
        }),
      );
    },
    destroyed: async () => Promise.resolve(table.destroyed()),
    lacking: async (owners) => Promise.resolve([...owners].filter((owner) => !table.has(owner))),
    noteCompared: async (at) => Promise.resolve(table.noteCompared(at)),
    giveUp: async (upToEvent) => {
      table.giveUp(upToEvent, []);
      ({ lostUpTo } = table);
      return Promise.resolve();
    },
    destroy: async (owner) => Promise.resolve(table.destroy(owner)),
    hashOf: (text) => keyedHash(text, installationKey),
    health: () => Promise.resolve(table.isFailing ? 'failing' : 'well'),
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
  return {
    find: async (owners) => Promise.resolve(table.find(owners)),
    compared: async () => Promise.resolve(table.compared()),
    close: () => void table.db.close(),
  };
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
