import { Binary, type Collection, type Db } from 'mongodb';
import { encrypt } from '../../application/kernel/encryption.js';
import {
  type Compared,
  type FoundKeys,
  KeyDamaged,
  KeyDestroyed,
  KeysUnavailable,
  type PersonalKeyReader,
  type PersonalKeys,
} from '../../application/ports/personal-keys.js';
import { positionOf } from '../../projections/position.js';
import { InvalidKeyFile } from '../key-file.js';
import { connectMongo, duplicatesIn, isDuplicate } from '../read-models/mongodb/connection.js';
import { inTime } from '../event-log/eventstoredb/failures.js';
import { keyedHash, newKey } from './keys.js';
import { installation } from './keys-file.js';
import { asked, type KeyDocuments, masterOf, mastersIn, openedBy } from './mongodb-documents.js';

/** No id of a person has a `/`. */
interface KeyStateDocument {
  readonly _id: '/compared' | '/losses';
  readonly position?: number;
  readonly eventId?: string;
  /** The last event of each loss. */
  readonly upToEvents?: string[];
}

/** Milliseconds in which the database must answer whether it works. */
const probe = 1500;

export interface MongoKeysOptions {
  /** For example `mongodb://host:27017/wuwei`. */
  readonly connection: string;
  /** The same for all processes. It is not made here: each process would make its own. After a rotation that broke off also its `.next`. */
  readonly masterKeyFile: string;
  /** Whether the log holds events. Their keys must be there: new ones would hide that they are lost. */
  readonly hasEvents?: boolean;
}

const keysMissing =
  'The log holds events, but the database holds no keys. Without them no personal data can be read, and new ones could hold keys ' +
  'again that ' +
  'were destroyed: name the right database, or put the collection `keys` back from the backup. ' +
  '日志中已有事件，数据库中却没有密钥。没有密钥无法读取个人信息，重新生成则可能再造已销毁的密钥：请填写正确的数据库，或从备份恢复 keys 集合。';

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
  mastersIn(masterKeyFile); // fails before it connects
  const { db, close } = await connectMongo(connection);
  try {
    const documents: KeyDocuments = db.collection('keys');
    await documents.createIndex({ destroyed: 1 }, { sparse: true });
    const state = new KeyState(db);
    let lostUpTo = (await state.losses()).at(-1);
    const found = await asked(() => documents.findOne({ _id: installation }));
    if (hasEvents && !found) throw new InvalidKeyFile(keysMissing);
    const table = found ? new KeyTable(documents, masterOf(found, masterKeyFile)) : await KeyTable.begin(documents, masterKeyFile);
    const installationKey = await table.installationKey();
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
      find: (owners) => table.find([...owners]),
      keysOf: async (owners) => {
        const wanted = [...new Set(owners)];
        const wrapped = await table.readOrMake(wanted);
        for (const [owner, { length }] of wrapped) if (length === 0) throw new KeyDestroyed(owner);
        const keys = new Map<string, Uint8Array>();
        for (const [owner, key] of await table.unwrapped(wanted, wrapped)) {
          if (key === null) throw new KeyDamaged(owner);
          keys.set(owner, key);
        }
        return keys;
      },
      destroyed: () => table.destroyed(),
      destroy: (owner) => table.destroy(owner),
      hashOf: (text) => keyedHash(text, installationKey),
      health: () =>
        inTime(table.assertIsMaster(), probe).then(
          () => 'well',
          () => 'failing',
        ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The keys, for reading while others write them. Nothing is made.
 * @throws InvalidKeyFile
 */
export async function mongoKeysIn(db: Db, masterKeyFile: string): Promise<PersonalKeyReader> {
  mastersIn(masterKeyFile);
  const documents: KeyDocuments = db.collection('keys');
  const found = await asked(() => documents.findOne({ _id: installation }));
  if (!found) throw new InvalidKeyFile(keysMissing);
  const table = new KeyTable(documents, masterOf(found, masterKeyFile));
  const state = new KeyState(db);
  return { lostUpTo: (await state.losses()).at(-1), compared: () => state.compared(), find: (owners) => table.find([...owners]) };
}

/** The wrapped keys by owner. Empty: destroyed. */
type Wrapped = ReadonlyMap<string, Uint8Array>;

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

const rotated =
  'The master key was rotated: end this process, give it the new master key, and start it again. 主密钥已更换：请结束本进程，换上新的主密钥后再启动。';

class KeyTable {
  constructor(
    private readonly documents: KeyDocuments,
    private readonly master: Uint8Array,
  ) {}

  /** Makes the key of the installation; another process may do so at the same moment. */
  static async begin(documents: KeyDocuments, masterKeyFile: string): Promise<KeyTable> {
    const [{ master }] = mastersIn(masterKeyFile);
    await new KeyTable(documents, master).#make([installation]);
    const made = await asked(() => documents.findOne({ _id: installation }));
    return new KeyTable(documents, masterOf(made!, masterKeyFile));
  }

  async installationKey(): Promise<Uint8Array> {
    return openedBy(this.master, installation, (await this.read([installation])).get(installation)!)!;
  }

  async find(owners: readonly string[]): Promise<FoundKeys> {
    return this.unwrapped(owners, await this.read(owners));
  }

  /** As `find` of the port answers. @throws KeysUnavailable if keys do not open because the master key was rotated */
  async unwrapped(owners: readonly string[], wrapped: Wrapped): Promise<FoundKeys> {
    const keys = new Map<string, Uint8Array | null>();
    for (const owner of owners) {
      const bytes = wrapped.get(owner);
      if (bytes?.length !== 0) keys.set(owner, bytes ? openedBy(this.master, owner, bytes) : null);
    }
    if ([...keys.values()].includes(null)) await this.assertIsMaster();
    return keys;
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

  /**
   * The wrapped keys of all owners; those that are missing are made. A rotation first says that it begins, and then looks for keys to wrap
   * anew: it finds each that was made before a look that saw none.
   * @throws KeysUnavailable if the master key was rotated, or is being rotated
   */
  async readOrMake(owners: readonly string[]): Promise<Wrapped> {
    const known = await this.read(owners);
    const missing = owners.filter((owner) => !known.has(owner));
    if (missing.length === 0) return known;
    await this.#make(missing);
    await this.assertIsMaster();
    const wrapped = await this.read(owners);
    const lacking = owners.find((owner) => !wrapped.has(owner));
    if (lacking !== undefined) throw new Error(`the key of ${lacking} was made and cannot be read yet`);
    return wrapped;
  }

  /** @throws KeysUnavailable if the master key was rotated, or is being rotated */
  async assertIsMaster(): Promise<void> {
    const found = await asked(() => this.documents.findOne({ _id: installation }));
    if (!found || found.next !== undefined || openedBy(this.master, installation, found.wrapped.value()) === null)
      throw new KeysUnavailable(rotated);
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
