import { Binary, type Db } from 'mongodb';
import { connectMongo } from '../read-models/mongodb/connection.js';
import { KeyState } from './mongodb.js';
import { assertIsNotRotating, isKey, type KeyDocuments } from './mongodb-documents.js';
import { missingIn, type StoredKeys } from './stored-keys.js';

/* As stored-keys.ts, in MongoDB. */

async function inMongo<T>(connection: string, work: (db: Db, documents: KeyDocuments) => Promise<T>): Promise<T> {
  const { db, close } = await connectMongo(connection);
  try {
    return await work(db, db.collection('keys'));
  } finally {
    await close();
  }
}

/** @throws InvalidKeyFile while the master key is rotated */
async function wrappedIn(documents: KeyDocuments): Promise<StoredKeys['wrapped']> {
  const found = await documents.find(isKey).toArray();
  assertIsNotRotating(found);
  return new Map(found.map(({ _id, wrapped }) => [_id, wrapped.value()]));
}

export const readMongoKeys = (connection: string): Promise<StoredKeys> =>
  inMongo(connection, async (db, documents) => ({ wrapped: await wrappedIn(documents), losses: await new KeyState(db).losses() }));

export const writeMongoKeys = (connection: string, keys: StoredKeys): Promise<void> =>
  inMongo(connection, async (db, documents) => {
    const missing = missingIn(await wrappedIn(documents), keys);
    if (keys.losses.length > 0) await new KeyState(db).addLosses(keys.losses);
    if (missing.length === 0) return;
    await documents.bulkWrite(
      missing.map(([owner, bytes]) => ({
        replaceOne: {
          filter: { _id: owner },
          replacement: { wrapped: new Binary(bytes), ...(bytes.length === 0 && { destroyed: new Date() }) },
          upsert: true,
        },
      })),
    );
  });
