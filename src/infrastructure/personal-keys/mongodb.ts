import { existsSync } from 'node:fs';
import { Binary, type Collection, type Db } from 'mongodb';
import { decrypt, encrypt } from '../../application/kernel/encryption.js';
import {
  type Compared,
  type FoundKeys,
  KeyDamaged,
  KeyDestroyed,
  KeysUnavailable,
  type PersonalKeys,
} from '../../application/ports/personal-keys.js';
import { positionOf } from '../../projections/position.js';
import { existingKeyIn, InvalidKeyFile } from '../key-file.js';
import { answered, connectMongo, duplicatesIn, isDuplicate } from '../read-models/mongodb/connection.js';
import { keyedHash, newKey } from './keys.js';
import { installation } from './keys-file.js';

interface KeyDocument {
  /** The owner. */
  readonly _id: string;
  /** The key, encrypted with the master key and bound to its owner. Empty: destroyed. */
  readonly wrapped: Binary;
  readonly destroyed?: Date;
}

/** No id of a person has a `/`. */
interface KeyStateDocument {
  readonly _id: '/compared' | '/losses';
  readonly position?: number;
  readonly eventId?: string;
  /** The last event of each loss. */
  readonly upToEvents?: string[];
}

export interface MongoKeysOptions {
  /** For example `mongodb://host:27017/wuwei`. */
  readonly connection: string;
  /** The same for all processes. It is not made here: each process would make its own. */
  readonly masterKeyFile: string;
  /** Whether the log holds events. Their keys must be there: new ones would hide that they are lost. */
  readonly hasEvents?: boolean;
}

const noMasterKey = (file: string): string =>
  `${file} is no master key (64 hexadecimal digits). Put back the file that belongs to the keys in MongoDB: without it no personal data can be read. ` +
  `${file} 不是主密钥（64 位十六进制数字）。请放回与 MongoDB 中密钥对应的文件，否则无法读取个人信息。`;

const noFile = (file: string): string =>
  `The master key ${file} is missing. All processes need the same one. For a new installation make it once: ` +
  `openssl rand -hex 32 > ${file}; chmod 600 ${file} ` +
  `缺少主密钥 ${file}。所有进程须使用同一份；新装时请用上述命令生成一次。`;

const keysMissing =
  'The log holds events, but the database holds no keys. Without them no personal data can be read, and new ones could hold keys again that ' +
  'were destroyed: name the right database, or put the collection `keys` back from the backup. ' +
  '日志中已有事件，数据库中却没有密钥。没有密钥无法读取个人信息，重新生成则可能再造已销毁的密钥：请填写正确的数据库，或从备份恢复 keys 集合。';

const otherMaster = (file: string): string =>
  `${file} is not the master key that the keys in MongoDB were made with. Name the file of that one with --master-key-file. ` +
  `${file} 不是生成 MongoDB 中密钥时的主密钥，请用 --master-key-file 指定。`;

/**
 * The keys in a database of MongoDB, each wrapped by the master key, which is not in it. A key that was destroyed is overwritten; wrapped
 * as it was, it stays in journal, oplog and backups of MongoDB until these are overwritten.
 * @throws InvalidKeyFile
 */
export async function openMongoKeys({
  connection,
  masterKeyFile,
  hasEvents = false,
}: MongoKeysOptions): Promise<PersonalKeys & { readonly close: () => Promise<void> }> {
  if (!existsSync(masterKeyFile)) throw new InvalidKeyFile(noFile(masterKeyFile));
  const master = existingKeyIn(masterKeyFile, noMasterKey(masterKeyFile));
  const { db, close } = await connectMongo(connection);
  try {
    const table = await KeyTable.open(db.collection('keys'), master);
    const state = new KeyState(db);
    let lostUpTo = (await state.losses()).at(-1);
    if (hasEvents && !(await table.read([installation])).has(installation)) throw new InvalidKeyFile(keysMissing);
    const wrappedInstallation = (await table.readOrMake([installation])).get(installation)!;
    const installationKey = keyIn(wrappedInstallation, master, installation);
    if (installationKey === null) throw new InvalidKeyFile(otherMaster(masterKeyFile));
    return {
      get lostUpTo() {
        return lostUpTo;
      },
      compared: () => state.compared(),
      noteCompared: (at) => state.noteCompared(at),
      giveUp: async (upToEvent) => {
        await state.addLosses([upToEvent]);
        lostUpTo = (await state.losses()).at(-1);
      },
      lacking: async (owners) => {
        const wanted = [...owners];
        const there = await table.read(wanted);
        return wanted.filter((owner) => !there.has(owner));
      },
      find: async (owners) => {
        const wanted = [...owners];
        return unwrapped(wanted, await table.read(wanted), master);
      },
      keysOf: async (owners) => {
        const wanted = [...new Set(owners)];
        const wrapped = await table.readOrMake(wanted);
        for (const [owner, { length }] of wrapped) if (length === 0) throw new KeyDestroyed(owner);
        const keys = new Map<string, Uint8Array>();
        for (const [owner, key] of unwrapped(wanted, wrapped, master)) {
          if (key === null) throw new KeyDamaged(owner);
          keys.set(owner, key);
        }
        return keys;
      },
      destroyed: () => table.destroyed(),
      destroy: (owner) => table.destroy(owner),
      hashOf: (text) => keyedHash(text, installationKey),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The wrapped keys by owner. Empty: destroyed. */
type Wrapped = ReadonlyMap<string, Uint8Array>;

/** As `find` of the port answers. */
function unwrapped(owners: readonly string[], wrapped: Wrapped, master: Uint8Array): FoundKeys {
  const keys = new Map<string, Uint8Array | null>();
  for (const owner of owners) {
    const bytes = wrapped.get(owner);
    if (bytes?.length !== 0) keys.set(owner, bytes ? keyIn(bytes, master, owner) : null);
  }
  return keys;
}

/** Null if it is damaged. */
function keyIn(wrapped: Uint8Array, master: Uint8Array, owner: string): Uint8Array | null {
  try {
    return decrypt(wrapped, master, owner);
  } catch {
    return null;
  }
}

/** What is known of the keys as a whole. It stands among them, so that a copy that is put back brings what was known of it. */
export class KeyState {
  private readonly documents: Collection<KeyStateDocument>;

  constructor(db: Db) {
    this.documents = db.collection('keys');
  }

  async compared(): Promise<Compared | null> {
    const found = await asked(() => this.documents.findOne({ _id: '/compared' }));
    return found?.position === undefined ? null : { position: positionOf(found.position), eventId: found.eventId! };
  }

  async noteCompared({ position, eventId }: Compared): Promise<void> {
    await asked(() => this.documents.updateOne({ _id: '/compared' }, { $set: { position, eventId } }, { upsert: true }));
  }

  /** The last events of the losses, ascending. */
  async losses(): Promise<readonly string[]> {
    return (await asked(() => this.documents.findOne({ _id: '/losses' })))?.upToEvents?.toSorted() ?? [];
  }

  async addLosses(events: readonly string[]): Promise<void> {
    const added = { $addToSet: { upToEvents: { $each: events } } };
    await asked(() => this.documents.updateOne({ _id: '/losses' }, added, { upsert: true }));
  }
}

/** @throws KeysUnavailable */
const asked = <T>(work: () => Promise<T>): Promise<T> => answered(work, (why) => new KeysUnavailable(why));

class KeyTable {
  private constructor(
    private readonly documents: Collection<KeyDocument>,
    private readonly master: Uint8Array,
  ) {}

  static async open(documents: Collection<KeyDocument>, master: Uint8Array): Promise<KeyTable> {
    await documents.createIndex({ destroyed: 1 }, { sparse: true });
    return new KeyTable(documents, master);
  }

  async destroyed(): Promise<ReadonlySet<string>> {
    const found = await asked(() => this.documents.find({ destroyed: { $gt: new Date(0) } }, { projection: { _id: 1 } }).toArray());
    return new Set(found.map(({ _id }) => _id));
  }

  /** The wrapped keys that there are. */
  async read(owners: readonly string[]): Promise<Wrapped> {
    const found = owners.length === 0 ? [] : await asked(() => this.documents.find({ _id: { $in: owners } }).toArray());
    return new Map(found.map(({ _id, wrapped }) => [_id, wrapped.value()]));
  }

  /** The wrapped keys of all owners; those that are missing are made. */
  async readOrMake(owners: readonly string[]): Promise<Wrapped> {
    const known = await this.read(owners);
    const missing = owners.filter((owner) => !known.has(owner));
    if (missing.length === 0) return known;
    await this.#make(missing);
    const wrapped = await this.read(owners);
    const lacking = owners.find((owner) => !wrapped.has(owner));
    if (lacking !== undefined) throw new Error(`the key of ${lacking} was made and cannot be read yet`);
    return wrapped;
  }

  /** Makes the keys that are missing. Of one that is there, also if it was destroyed, nothing changes. */
  async #make(owners: readonly string[]): Promise<void> {
    const fresh = owners.map((owner) => ({ _id: owner, wrapped: new Binary(encrypt(newKey(), this.master, owner)) }));
    try {
      await asked(() => this.documents.insertMany(fresh, { ordered: false }));
    } catch (error) {
      duplicatesIn(error);
    }
  }

  /** Leaves an empty key, so that none is made again. */
  async destroy(owner: string): Promise<void> {
    const gone = { wrapped: new Binary(new Uint8Array()), destroyed: new Date() };
    const overwrite = () => asked(() => this.documents.updateOne({ _id: owner }, { $set: gone }, { upsert: true }));
    try {
      await overwrite();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      await overwrite(); // another made it at the same moment
    }
  }
}
