import { existsSync } from 'node:fs';
import { Binary } from 'mongodb';
import { encrypt } from '../../application/kernel/encryption.js';
import { InvalidKeyFile, keyIn } from '../key-file.js';
import { connectMongo } from '../read-models/mongodb/connection.js';
import { endRotation, installation, nextOf, noMasterKey, replaceMasterKey, syncFolderOf } from './keys-file.js';
import { asked, isKey, type KeyDocument, type KeyDocuments, masterIn, openedBy } from './mongodb-documents.js';

/** Keys that are wrapped anew at once. */
const batch = 500;

/**
 * Wraps all keys in a database of MongoDB by a new master key. No event changes. First the document of the installation says that this has
 * begun: from then on no process makes a key or opens the keys. Each key is replaced only where it still is what was read, so that one that
 * is destroyed meanwhile stays destroyed. The document of the installation is the last. If it is broken off, it is run again.
 * @returns the number of keys
 * @throws InvalidKeyFile
 */
export async function rotateMongoMasterKey(connection: string, masterFile: string): Promise<number> {
  const { db, close } = await connectMongo(connection);
  try {
    const documents: KeyDocuments = db.collection('keys');
    const found = await asked(() => documents.findOne({ _id: installation }));
    if (!found)
      throw new InvalidKeyFile(
        'The database holds no keys: name the right one with --mongodb. 数据库中没有密钥：请用 --mongodb 填写正确的数据库。',
      );
    const known = masterIn(found, masterFile);
    if (found.next === undefined) await begin(documents, masterFile, known, found);
    else if (!existsSync(nextOf(masterFile)))
      throw new InvalidKeyFile(
        `${nextOf(masterFile)} is missing: the rotation that was broken off cannot go on. 缺少 ${nextOf(masterFile)}，无法继续未完成的更换。`,
      );
    const next = keyIn(nextOf(masterFile), noMasterKey(nextOf(masterFile)));
    const marked = await asked(() => documents.findOne({ _id: installation }));
    if (!marked?.next || openedBy(next, installation, marked.next.value()) === null)
      throw new InvalidKeyFile(
        `${nextOf(masterFile)} is not the key of the rotation that was broken off. ${nextOf(masterFile)} 不是未完成的更换所用的密钥。`,
      );
    while ((await wrapAnew(documents, known.master, next)) > 0); // until a look finds none
    await asked(() => documents.updateOne({ _id: installation }, { $set: { wrapped: marked.next! }, $unset: { next: '' } }));
    replaceMasterKey(masterFile);
    return await asked(() => documents.countDocuments({ wrapped: { $exists: true, $ne: new Binary(new Uint8Array()) } }));
  } finally {
    await close();
  }
}

/** Makes the next master key, and says in the database that the rotation has begun. */
async function begin(
  documents: KeyDocuments,
  masterFile: string,
  known: { readonly master: Uint8Array; readonly file: string },
  found: KeyDocument,
) {
  for await (const { _id, wrapped } of documents.find(isKey))
    if (wrapped.value().length > 0 && openedBy(known.master, _id, wrapped.value()) === null)
      throw new InvalidKeyFile(
        `The key of ${_id} in MongoDB is damaged, so nothing was rotated. Put the collection \`keys\` back from a backup, then rotate. ` +
          `MongoDB 中 ${_id} 的密钥已损坏，没有更换主密钥。请先从备份放回 keys 集合，再更换。`,
      );
  endRotation(masterFile, known);
  const next = keyIn(nextOf(masterFile), noMasterKey(nextOf(masterFile)));
  syncFolderOf(masterFile);
  const own = openedBy(known.master, installation, found.wrapped.value())!;
  await asked(() =>
    documents.updateOne({ _id: installation, wrapped: found.wrapped }, { $set: { next: new Binary(encrypt(own, next, installation)) } }),
  );
}

/** @returns how many keys were found that the next master key does not open */
async function wrapAnew(documents: KeyDocuments, master: Uint8Array, next: Uint8Array): Promise<number> {
  let count = 0;
  let left: Parameters<KeyDocuments['bulkWrite']>[0][number][] = [];
  const write = async () => {
    if (left.length > 0) await documents.bulkWrite(left, { ordered: false });
    left = [];
  };
  for await (const { _id, wrapped } of documents.find({ ...isKey, _id: { $ne: installation } })) {
    const bytes = wrapped.value();
    if (bytes.length === 0 || openedBy(next, _id, bytes) !== null) continue;
    const key = openedBy(master, _id, bytes);
    if (key === null)
      throw new InvalidKeyFile(
        `The key of ${_id} in MongoDB is damaged: put it back from a backup, then run this again. MongoDB 中 ${_id} 的密钥已损坏：请从备份放回后再运行。`,
      );
    left.push({ updateOne: { filter: { _id, wrapped }, update: { $set: { wrapped: new Binary(encrypt(key, next, _id)) } } } });
    count++;
    if (left.length >= batch) await write();
  }
  await write();
  return count;
}
