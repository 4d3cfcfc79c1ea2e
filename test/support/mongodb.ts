import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { connectMongo } from '../../src/infrastructure/read-models/mongodb/connection.js';

/** The connection string of a new database on the server, and what removes the database. */
export function newDatabase(server: string) {
  const connection = server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/u, `$1/test-${randomUUID()}`);
  const remove = async () => {
    const client = await MongoClient.connect(connection);
    await client.db().dropDatabase();
    await client.close();
  };
  return { connection, remove };
}

/** A new database, open. It is removed when it is closed. */
export async function newDb(server: string): Promise<{ readonly db: Db; readonly close: () => Promise<void> }> {
  const { connection, remove } = newDatabase(server);
  const { db, close } = await connectMongo(connection);
  const end = async () => {
    await remove();
    await close();
  };
  return { db, close: end };
}

/** What not every server can do: the stand-ins for MongoDB lack it. */
export async function abilitiesOf(server: string): Promise<{ readonly explains: boolean; readonly isReplicaSet: boolean }> {
  const client = await MongoClient.connect(server);
  try {
    const explains = client.db().command({ explain: { find: 'nothing' } });
    const hello = await client.db().admin().command({ hello: 1 });
    const isReplicaSet = 'setName' in hello;
    return {
      isReplicaSet,
      explains: await explains.then(
        () => true,
        () => false,
      ),
    };
  } finally {
    await client.close();
  }
}
